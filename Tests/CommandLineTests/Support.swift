import Foundation
import TestSupport

/// A configuration that another process has kept, in the place of one that was joined.
enum ConfigurationFile {
    /// Keeps a configuration of a network in a state directory.
    static func write(
        _ ssid: String,
        to folder: URL,
        application: String = "hotspot",
        passphrase: String = "correct horse",
        _ further: String...
    ) async throws {
        try await run(
            [CommandLineTool.program("ConfigurationWriter"), folder.path, application, ssid, passphrase] + further
        ).checked()
    }
}

/// A folder for one test, which need not be there.
func withFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    // Not "hotspot-…": there root's "hotspot leave" of another test looks for links, and removes those without a holder.
    let folder = FileManager.default.temporaryDirectory.appending(path: "test-hotspot-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}
