internal import Foundation
internal import PictureSamples
internal import QRImage

/// What came of a picture.
struct Outcome {
    var found: Int
    /// Codes that are not in the picture.
    var wrong: Int
    /// Whether it ended the process.
    var died: Bool
    /// The time in each round, in seconds.
    var times: [Double]

    /// The median of the rounds.
    var time: Double { times.sorted()[times.count / 2] }
}

/// One that reads pictures: a library, or a program from its start to its end.
enum Contender: Hashable {
    case engine(Engine)
    /// `PictureReader`: a process for each picture.
    case reader
    case zbarimg, zxingReader

    static let all: [Contender] = Engine.allCases.map { .engine($0) } + [.reader, .zxingReader, .zbarimg]

    var name: String {
        switch self {
        case .engine(.hotspot): "hotspot, the search"
        case .engine(.zxing): "ZXing-C++, the library"
        case .engine(.zbar): "zbar, the library"
        case .reader: "hotspot, a worker for each picture"
        case .zxingReader: "ZXingReader"
        case .zbarimg: "zbarimg"
        }
    }

    var isThere: Bool {
        switch self {
        case .engine(let engine): engine.isThere
        case .reader: true
        case .zxingReader: FileManager.default.isExecutableFile(atPath: "/usr/bin/ZXingReader")
        case .zbarimg: FileManager.default.isExecutableFile(atPath: "/usr/bin/zbarimg")
        }
    }

    func run(_ pictures: [QRImageBenchmark.Picture]) async throws -> [Outcome] {
        switch self {
        case .engine(let engine): return try QRImageBenchmark.run(engine, pictures)
        case .reader:
            let reader = PictureReader()
            var outcomes: [Outcome] = []
            for picture in pictures {
                let file = [UInt8](try Data(contentsOf: URL(filePath: picture.path)))
                let begin = ContinuousClock.now
                let reading = try? await reader.read(file)
                let time = ContinuousClock.now - begin
                outcomes.append(Self.outcome(reading?.codes.map(\.octets) ?? [], picture, time, died: reading == nil))
            }
            return outcomes
        case .zxingReader:
            return try pictures.map { try Self.run(["/usr/bin/ZXingReader", "-format", "QRCode", "-1"], $0) }
        case .zbarimg:
            return try pictures.map {
                try Self.run(["/usr/bin/zbarimg", "--nodbus", "-q", "--raw", "-Sdisable", "-Sqrcode.enable"], $0)
            }
        }
    }

    static func outcome(_ codes: [[UInt8]], _ picture: QRImageBenchmark.Picture, _ time: Duration, died: Bool)
        -> Outcome
    {
        let found = picture.payloads.filter { codes.contains($0) }.count
        let wrong = codes.filter { !picture.payloads.contains($0) }.count
        let (seconds, fraction) = time.components
        return Outcome(found: found, wrong: wrong, died: died, times: [Double(seconds) + Double(fraction) / 1e18])
    }

    private static func run(_ command: [String], _ picture: QRImageBenchmark.Picture) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: command[0])
        process.arguments = command.dropFirst() + [picture.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let begin = ContinuousClock.now
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let time = ContinuousClock.now - begin
        // Each program has a form of its own for its lines: what matters is whether the text is there.
        let text = String(decoding: data, as: UTF8.self)
        let found = picture.payloads.filter { text.contains(String(decoding: $0, as: UTF8.self)) }
        return outcome(found, picture, time, died: process.terminationReason == .uncaughtSignal)
    }
}

// MARK: - Libraries

extension QRImageBenchmark {
    /// The side of the process that may end: reads PGM files named on standard input, and writes time and codes.
    static func serve(_ arguments: [String]) throws {
        guard arguments.count == 2, let engine = Engine(rawValue: arguments[1]) else { return }
        while let path = readLine() {
            let file = [UInt8](try Data(contentsOf: URL(filePath: path)))
            let head = file.prefix(40).split(separator: 10, maxSplits: 1)[0]
            let words = String(decoding: head, as: UTF8.self).split(separator: " ").compactMap { Int($0) }
            let pixels = Array(file[(head.count + 1)...])
            let begin = ContinuousClock.now
            let codes = engine.read(pixels, width: words[0], height: words[1])
            let (seconds, fraction) = (ContinuousClock.now - begin).components
            let list = codes.map { Data($0).base64EncodedString() }.joined(separator: " ")
            // Written at once: the next picture may end the process.
            let line = "\(seconds * 1_000_000_000 + fraction / 1_000_000_000) \(list)\n"
            try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
        }
    }

    /// The other side: begins again behind a picture that ended the process.
    static func run(_ engine: Engine, _ pictures: [Picture]) throws -> [Outcome] {
        var outcomes: [Outcome] = []
        while outcomes.count < pictures.count {
            let process = Process()
            process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            process.arguments = ["--engine", engine.rawValue]
            let list = pictures[outcomes.count...].map { $0.path + ".pgm\n" }.joined()
            let input = FileManager.default.temporaryDirectory.appending(path: "hotspot-list-\(getpid())")
            try Data(list.utf8).write(to: input)
            defer { try? FileManager.default.removeItem(at: input) }
            let output = Pipe()
            process.standardInput = try FileHandle(forReadingFrom: input)
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            for line in lines.split(separator: "\n") {
                let words = line.split(separator: " ")
                let codes = words.dropFirst().compactMap { Data(base64Encoded: String($0)).map { [UInt8]($0) } }
                let time = Duration.nanoseconds(Int64(words[0]) ?? 0)
                outcomes.append(Contender.outcome(codes, pictures[outcomes.count], time, died: false))
            }
            if outcomes.count < pictures.count {
                outcomes.append(Contender.outcome([], pictures[outcomes.count], .zero, died: true))
            }
        }
        return outcomes
    }
}
