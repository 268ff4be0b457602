import Foundation

/// The `hotspot` program that was built together with the tests.
package enum CommandLineTool {
    /// Its path; it lies beside the test bundle.
    package static var path: String {
        ProcessInfo.processInfo.environment["HOTSPOT_TOOL"] ?? Fixture.root.appending(path: ".build/debug/hotspot").path
    }
}
