package import Foundation

/// Files under `Fixtures/`, found from this file's own place in the repository.
package enum Fixture {
    /// The repository's root.
    package static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The text of a fixture.
    ///
    /// - Parameter path: the path below `Fixtures/`.
    /// - Returns: the text.
    /// - Throws: what reading the file throws.
    package static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: "Fixtures/\(path)"), encoding: .utf8)
    }

    /// The rows of a comma-separated table without quotes, its first line left out.
    ///
    /// - Parameter path: the path below `Fixtures/`.
    /// - Returns: the fields of each row.
    /// - Throws: what reading the file throws.
    package static func rows(_ path: String) throws -> [[String]] {
        try text(path).split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Compares a text with a golden file, or writes the file where `RECORD_SNAPSHOTS=1` is set.
    ///
    /// - Returns: nil where they agree, otherwise the golden text.
    package static func difference(of text: String, from path: String) throws -> String? {
        let file = root.appending(path: "Fixtures/\(path)")
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        return golden == text ? nil : golden
    }
}
