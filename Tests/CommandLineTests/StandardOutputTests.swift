import Foundation
import HotspotCore
import TestSupport
import Testing

@testable import hotspot

/// Results that cannot be written, and what is printed after a result.
@Suite("hotspot and its output")
struct StandardOutputTests {
    static let commands = [
        "list", "list --json", "errors", "errors 2 --json", "qr parse 'WIFI:S:a;;'",
        "qr write --ssid a --no-passphrase", "qr write --ssid a --no-passphrase --terminal",
        "qr write --ssid a --no-passphrase --png -", "expire --json",
    ]

    @Test("a result that cannot be written is no success", arguments: commands)
    func full(command: String) async throws {
        let output = try await withFolder { folder in
            try await ConfigurationFile.write("A Name", to: folder)
            return try await run(
                ["sh", "-c", "\"$0\" \(command) >/dev/full", CommandLineTool.path],
                environment: [
                    "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus", "HOTSPOT_STATE_DIRECTORY": folder.path,
                ]
            )
        }
        #expect(output.status == 108, "\(output)")
        #expect(output.standardError.contains("cause outputFailed"), "\(output)")
        #expect(output.standardError.contains("ENOSPC"), "\(output)")
    }

    @Test("a drawing whose folder is missing says which, and why")
    func drawing() async throws {
        let output = try await run(
            CommandLineTool.path,
            "qr",
            "write",
            "--ssid",
            "a",
            "--no-passphrase",
            "--png",
            "/nonexistent/a.png"
        )
        #expect(output.status == 108, "\(output)")
        #expect(output.standardError.contains("/nonexistent/a.png"))
        #expect(output.standardError.contains("ENOENT"))
    }

    @Test("what happens to a link is one line of JSON each, as the schema says")
    func events() throws {
        let file = "Sources/HotspotCore/HotspotCore.docc/join-outcome.schema.json"
        let schema = try JSONSchema(Data(contentsOf: Fixture.root.appending(path: file)))
        let kinds: [Report.LinkEvent.Kind] = [.holding, .notRegistered, .lost, .channelChanged, .rejoined, .left]
        for (name, message) in [(SSID("Cafe"), "reason\n7"), (SSID(octets: [0xFF]), nil)] {
            for kind in kinds {
                let line = Report.line(Report.LinkEvent(kind, name, message: message))
                #expect(!line.contains("\n"))
                #expect(try schema.violations(in: Data(line.utf8)) == [])
            }
        }
        #expect(try !schema.violations(in: Data(#"{"event": "lost"}"#.utf8)).isEmpty)
    }

    @Test("all that is configured is forgotten, also what cannot be read, and the rest is another application's")
    func forgetAll() async throws {
        try await withFolder { folder in
            let environment = [
                "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus", "HOTSPOT_STATE_DIRECTORY": folder.path,
            ]
            for name in ["B", "A"] { try await ConfigurationFile.write(name, to: folder) }
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            for file in files { try Data("{".utf8).write(to: folder.appending(path: file)) }
            try await ConfigurationFile.write("C", to: folder, application: "kiosk")
            let output = try await run([CommandLineTool.path, "forget", "--all"], environment: environment)
            #expect(output.succeeded && output.standardOutput == "forgot \"A\"\nforgot \"B\"\n", "\(output)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
            for wrong in [["--all", "A"], [], ["A", "--every-application"]] {
                #expect(try await run([CommandLineTool.path, "forget"] + wrong, environment: environment).status == 64)
            }
        }
    }

    @Test("a network that is forgotten is told as JSON, and so is one that there is not")
    func forget() async throws {
        try await withFolder { folder in
            try await ConfigurationFile.write("A Name", to: folder)
            for (status, key) in [(Int32(0), "forgotten"), (108, "error")] {
                let output = try await run(
                    [CommandLineTool.path, "forget", "A Name", "--json"],
                    environment: [
                        "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus",
                        "HOTSPOT_STATE_DIRECTORY": folder.path,
                    ]
                )
                #expect(output.status == status, "\(output)")
                #expect(output.standardError.isEmpty)
                let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
                #expect(object?.keys.first == key)
            }
        }
    }
}
