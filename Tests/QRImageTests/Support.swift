import Foundation
import TestSupport

@testable import QRImage

extension PictureWorker {
    /// The command line program that was built with the tests.
    static let built = PictureWorker(executable: CommandLineTool.path)
}

/// A picture of `Fixtures/pictures`.
func picture(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Fixture.root.appending(path: "Fixtures/pictures/\(name)")))
}

/// What all pictures there say.
let fixturePayload = Array("WIFI:T:WPA;S:Café;P:correct horse;;".utf8)

/// Programs of others that read QR codes off picture files.
enum Peer: String, CaseIterable {
    case zbarimg, ZXingReader

    /// Whether the tests that need them run: where they are installed, and wherever `HOTSPOT_REQUIRE_PEERS` is set.
    static var areWanted: Bool {
        ProcessInfo.processInfo.environment["HOTSPOT_REQUIRE_PEERS"] != nil
            || allCases.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0.rawValue)") }
    }

    /// What it says about a PNG.
    func read(_ png: [UInt8]) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "hotspot-\(UUID().uuidString).png")
        try Data(png).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return switch self {
        // Without --nodbus it would tell the whole machine what it reads.
        case .zbarimg: try await run("zbarimg", "--nodbus", "-q", "--raw", file.path).standardOutput
        case .ZXingReader: try await run("ZXingReader", "-format", "QRCode", "-1", file.path).standardOutput
        }
    }
}
