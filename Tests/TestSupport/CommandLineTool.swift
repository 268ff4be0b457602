import Foundation

/// The `hotspot` program that was built together with the tests.
package enum CommandLineTool {
    /// Its path: it lies beside the test bundle, whose name is among this process's arguments however it was started.
    package static let path = program("hotspot")

    /// Another program of this package.
    package static func program(_ name: String) -> String {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") || $0.contains(".xctest/") }
        let folder =
            bundle.map { bundle in
                let end = bundle.range(of: ".xctest")?.upperBound ?? bundle.endIndex
                return URL(filePath: String(bundle[..<end])).deletingLastPathComponent()
            } ?? Fixture.root.appending(path: ".build/debug")
        return folder.appending(path: name).path
    }
}
