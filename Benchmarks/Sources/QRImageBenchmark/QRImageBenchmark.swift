internal import Foundation
internal import PictureSamples
internal import QRImage

/// Reads the same pictures here, by ZXing-C++ and by zbar, in turn: how many codes each finds, and how long it takes.
@main
struct QRImageBenchmark {
    static func main() async throws {
        PictureWorker.runIfAsked()
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "--engine" { return try Self.serve(arguments) }
        let only = arguments.first ?? ""
        let folder = FileManager.default.temporaryDirectory.appending(path: "hotspot-pictures-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        let count = Int(ProcessInfo.processInfo.environment["SAMPLES"] ?? "") ?? 8
        let rounds = Int(ProcessInfo.processInfo.environment["ROUNDS"] ?? "") ?? 3
        let pictures = try makePictures(in: folder, count: count, only: only)
        var results: [Contender: [Outcome]] = [:]
        for round in 0..<rounds {
            for contender in Contender.all where contender.isThere {
                let outcomes = try await contender.run(pictures)
                if round == 0 {
                    results[contender] = outcomes
                } else {
                    for index in outcomes.indices { results[contender]?[index].times += outcomes[index].times }
                }
            }
        }
        report(pictures, results, rounds: rounds)
    }

    // MARK: Pictures

    struct Picture {
        var axis: String
        var level: String
        var path: String
        var payloads: [[UInt8]]
        var width: Int
        var height: Int
        var pixels: [UInt8]
    }

    private static func makePictures(in folder: URL, count: Int, only: String) throws -> [Picture] {
        var pictures: [Picture] = []
        func add(_ sample: PictureSample) throws {
            let octets = sample.canvas.octets
            let (width, height) = (sample.canvas.width, sample.canvas.height)
            let path = folder.appending(path: "\(pictures.count).png").path
            let file = try PNGDrawing(width: width, height: height, pixels: octets).octets
            try Data(file).write(to: URL(filePath: path))
            try (Data("P5 \(width) \(height) 255\n".utf8) + Data(octets)).write(to: URL(filePath: path + ".pgm"))
            pictures.append(
                Picture(
                    axis: sample.axis,
                    level: sample.level,
                    path: path,
                    payloads: sample.payloads,
                    width: width,
                    height: height,
                    pixels: octets
                )
            )
        }
        for level in PictureSample.levels where only.isEmpty || level.axis.contains(only) {
            for number in 0..<count { try add(try level.sample(number)) }
        }
        if only.isEmpty || "photo of 12 megapixels".contains(only) {
            for side in [140, 200, 400, 800] as [Float] {
                for number in 0..<max(1, count / 4) { try add(try PictureSample.photo(number, codeSide: side)) }
            }
        }
        return pictures
    }

    // MARK: Report

    private static func report(_ pictures: [Picture], _ results: [Contender: [Outcome]], rounds: Int) {
        let contenders = Contender.all.filter { results[$0] != nil }
        print("| set | codes |" + contenders.map { " \($0.name) |" }.joined())
        print("| --- | --- |" + contenders.map { _ in " --- |" }.joined())
        var axes: [String] = []
        for picture in pictures where !axes.contains(picture.axis) { axes.append(picture.axis) }
        for axis in axes + [""] {
            let indices = pictures.indices.filter { axis.isEmpty || pictures[$0].axis == axis }
            var row = "| \(axis.isEmpty ? "**all**" : axis) |"
            row += " \(indices.reduce(0) { $0 + pictures[$1].payloads.count }) |"
            for contender in contenders {
                let outcomes = results[contender] ?? []
                row += " \(indices.reduce(0) { $0 + outcomes[$1].found }) |"
            }
            print(row)
        }
        func replaced(_ contender: Contender, _ body: (Outcome) -> Int) -> Int {
            results[contender]?.reduce(0) { $0 + body($1) } ?? 0
        }
        print("| codes that are in no picture | |" + contenders.map { " \(replaced($0) { $0.wrong }) |" }.joined())
        print(
            "| pictures that ended the process | |"
                + contenders.map { " \(replaced($0) { $0.died ? 1 : 0 }) |" }.joined()
        )
        func line(_ name: String, _ pick: (Int) -> Bool) {
            let indices = pictures.indices.filter(pick)
            var row = "| \(name) | \(indices.count) pictures |"
            for contender in contenders {
                let times = indices.map { results[contender]?[$0].time ?? 0 }.sorted()
                row += " \(Self.words(times.isEmpty ? 0 : times[times.count / 2])) |"
            }
            print(row)
        }
        let isPhoto = { (index: Int) in pictures[index].axis.hasPrefix("photo") }
        let foundByAll = { (index: Int) in
            contenders.allSatisfy { (results[$0]?[index].found ?? 0) == pictures[index].payloads.count }
        }
        line("median time, pictures that all read") { !isPhoto($0) && foundByAll($0) }
        line("median time, all but photos") { !isPhoto($0) }
        line("median time, photos") { isPhoto($0) }
    }

    private static func words(_ seconds: Double) -> String {
        seconds < 0.01 ? "\(Double(Int(seconds * 100_000)) / 100) ms" : "\(Int(seconds * 1000)) ms"
    }
}

extension Outcome {
    static var none: Outcome { Outcome(found: 0, wrong: 0, died: false, times: [0]) }
}
