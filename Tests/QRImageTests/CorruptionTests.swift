import PictureSamples
import TestSupport
import Testing

@testable import QRImage

/// Files that are broken by a seed, decoded in the real process: it may end, but neither hang nor say what is not so.
@Suite("Broken picture files")
struct CorruptionTests {
    static let names = [
        "color.png", "palette-transparent.png", "white-on-transparent.png", "progressive.jpg", "inks.jpg", "webcam.jpg",
        "lossy.webp", "lossless.webp", "second-frame.webp", "interlaced.gif", "second-frame.gif",
    ]

    /// Asks a worker, and starts another one where it has ended.
    private struct Asker {
        var process: WorkerProcess?
        var deaths = 0

        mutating func ask(_ octets: [UInt8]) async throws -> WorkerMessages.Answer? {
            let request = WorkerMessages.Request(
                content: .file,
                passes: .quick,
                wanted: Array("WIFI:".utf8),
                count: octets.count
            )
            do {
                let current: WorkerProcess
                if let process { current = process } else { current = try await WorkerProcess(.built) }
                process = current
                return try await current.ask(request, octets, within: .seconds(30))
            } catch WorkerProcess.Failure.ended {
                process = nil
                deaths += 1
                return nil
            }
        }
    }

    @Test("files cut off anywhere, and with octets changed, are read or refused", arguments: names)
    func corruption(_ name: String) async throws {
        let whole = try picture(name)
        var random = SampleGenerator(seed: UInt64(whole.count))
        var asker = Asker()
        for number in 0..<150 {
            var octets = whole
            if number.isMultiple(of: 3) {
                octets = Array(octets.prefix(Int.random(in: 0..<whole.count, using: &random)))
            } else {
                for _ in 0...Int.random(in: 0..<8, using: &random) {
                    // Half of it in the headers, where it does most.
                    let end = Bool.random(using: &random) ? min(64, octets.count) : octets.count
                    let place = Int.random(in: 0..<end, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    case 1: octets[place] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &random) ?? 0
                    case 2: octets[place] = UInt8.random(in: 0...255, using: &random)
                    default: octets.insert(contentsOf: octets[place...].prefix(9), at: place)
                    }
                }
            }
            guard let answer = try await asker.ask(octets) else { continue }
            #expect(answer.codes.allSatisfy { $0.octets == fixturePayload }, "\(name), \(number)")
            #expect(answer.failure == nil || answer.codes.isEmpty)
        }
        // The process ends where a picture takes too much of what it may use; that must stay rare.
        #expect(asker.deaths <= 3)
    }

    @Test("questions and answers that are broken are refused, whatever they are")
    func messages() {
        var random = SampleGenerator(seed: 7)
        var answer = WorkerMessages.Answer()
        answer.codes = [FoundCode(octets: fixturePayload), FoundCode(octets: [1, 2, 3], isPart: true)]
        answer.format = .png
        (answer.width, answer.height, answer.pictures) = (3, 4, 1)
        #expect(WorkerMessages.Answer(octets: answer.octets) == answer)
        let request = WorkerMessages.Request(
            content: .grey(width: 20, height: 10),
            passes: .all,
            wanted: Array("WIFI:".utf8),
            count: 200
        )
        #expect(WorkerMessages.Request(header: request.header) == request)
        for _ in 0..<20_000 {
            var octets = answer.octets
            for _ in 0..<3 { octets[Int.random(in: 0..<octets.count, using: &random)] = random.next() }
            octets = Array(octets.prefix(Int.random(in: 0...octets.count, using: &random)))
            if let read = WorkerMessages.Answer(octets: octets) {
                #expect(read.codes.count <= WorkerMessages.maximumCodes)
            }
            var header = request.header
            header[Int.random(in: 0..<header.count, using: &random)] = random.next()
            if let read = WorkerMessages.Request(header: header), case .grey(let width, let height) = read.content {
                #expect(width * height == read.count && read.count <= WorkerMessages.maximumPicture)
            }
        }
    }
}
