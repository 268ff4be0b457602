import PictureSamples
import TestSupport
import Testing

@testable import QRImage

/// Pictures of every kind of trouble, made by a seed.
@Suite("Codes in bad pictures")
struct DegradationTests {
    /// Where the trouble is greater than what anybody reads; nobody may read anything wrong there, though.
    static let unreadable: Set<String> = [
        "module size, 1.25 px", "tilt, 65°", "tilt, 70°", "cylinder, 0.7", "cylinder, 0.9", "blur, 0.5 modules",
        "blur, 0.6 modules", "blur, 0.8 modules", "motion, 2.0 modules", "motion, 2.5 modules", "motion, 3.0 modules",
        "noise in low light, deviation 40", "noise in low light, deviation 60", "noise in low light, deviation 80",
        "quiet zone on a black page, 0 modules",
    ]

    @Test("every code is read, with every octet right", arguments: PictureSample.levels)
    func levels(_ level: PictureSample.Level) async throws {
        let sample = try level.sample(0)
        let (width, height) = (sample.canvas.width, sample.canvas.height)
        let png = try PNGDrawing(width: width, height: height, pixels: sample.canvas.octets).octets
        let found = try await PictureReader(worker: .built).read(png).codes.map(\.octets)
        #expect(found.allSatisfy { sample.payloads.contains($0) })
        if !Self.unreadable.contains(level.description) {
            #expect(Set(found) == Set(sample.payloads), "\(sample)")
        }
    }

    @Test("a small code is found in a photo of 12 megapixels")
    func photo() async throws {
        let sample = try PictureSample.photo(1, codeSide: 140)
        let (width, height) = (sample.canvas.width, sample.canvas.height)
        let png = try PNGDrawing(width: width, height: height, pixels: sample.canvas.octets).octets
        #expect(try await PictureReader(worker: .built).read(png).codes.map(\.octets) == sample.payloads)
    }
}
