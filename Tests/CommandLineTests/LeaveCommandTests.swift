import Foundation
import TestSupport
import Testing

/// `hotspot leave` where nothing is joined: `DBUS_SYSTEM_BUS_ADDRESS` names no bus, `XDG_RUNTIME_DIR` an empty folder.
@Suite("hotspot leave without anything to leave")
struct LeaveCommandTests {
    private func leave(_ arguments: [String], folder: String = "/nonexistent") async throws -> Output {
        try await run(
            [CommandLineTool.path, "leave"] + arguments,
            environment: [
                "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus", "XDG_RUNTIME_DIR": folder,
            ]
        )
    }

    @Test("it is an error with a code of Apple's, as a tree or as JSON")
    func nothing() async throws {
        let text = try await leave(["A network of nobody's", "--interface", "none0"])
        #expect(text.status == 108 && text.standardOutput.isEmpty, "\(text)")
        #expect(text.standardError.hasPrefix("hotspot: hotspot has not joined \"A network of nobody's\" on none0\n"))
        let json = try await leave(["A network of nobody's", "--json"])
        #expect(json.status == 108 && json.standardError.isEmpty, "\(json)")
        let file = "Sources/HotspotCore/HotspotCore.docc/join-outcome.schema.json"
        let schema = try JSONSchema(Data(contentsOf: Fixture.root.appending(path: file)))
        #expect(try schema.violations(in: Data(json.standardOutput.utf8)) == [])
        #expect(json.standardOutput.contains("\"networkNotFound\""))
    }

    @Test("a name cannot act on the terminal, and arguments that are not understood are refused")
    func arguments() async throws {
        let name = try await leave(["\u{1B}[31m", "--interface", "\u{1B}[31m"])
        #expect(!name.standardError.utf8.contains(0x1B))
        #expect(try await leave(["a", "b"]).status == 64)
        #expect(try await leave(["--force"]).status == 64)
        #expect(try await leave(["a", "--ssid-hex", "61"]).status == 64)
        #expect(try await leave(["--ssid-hex", "6"]).status == 64)
        #expect(try await leave(["--ssid-hex", "63e9"]).standardError.contains(#""c\xE9""#))
    }

    @Test("it is in the help, and the command that holds links in the background is not")
    func help() async throws {
        let help = try await run(CommandLineTool.path, "--help").text
        #expect(help.contains("\n  leave ") && !help.contains("\n  hold "))
        #expect(try await leave(["--help"]).text.contains("NetworkManager"))
    }

    @Test("the command for the background refuses what is no request")
    func hold() async throws {
        for input in ["", "{}\n", "nonsense"] {
            #expect(try await run([CommandLineTool.path, "hold"], input: input).succeeded == false)
        }
    }
}
