import Foundation
import TestSupport
import Testing

@Suite("hotspot join --json and its schema")
struct OutcomeTests {
    static let refusals: [([String], Int32)] = [
        (["--qr", "https://example.org"], 100),
        (["--ssid", ""], 101),
        (["--ssid", "a", "--passphrase", "1234567"], 102),
        (["--ssid", "a", "--security", "wep", "--passphrase", "123"], 103),
        (["--qr", "WIFI:T:WPA2-EAP;S:a;;"], 104),
        (["--ssid", "\u{1B}[31m\u{202E}", "--passphrase", "12345678"], 108),
    ]

    @Test("what a refusal prints is as the schema says, with the code of the exit status", arguments: refusals)
    func refusal(arguments: [String], status: Int32) async throws {
        let file = "Sources/HotspotCore/HotspotCore.docc/join-outcome.schema.json"
        let schema = try JSONSchema(Data(contentsOf: Fixture.root.appending(path: file)))
        let output = try await run(
            [CommandLineTool.path, "join", "--json"] + arguments,
            environment: ["DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus"]
        )
        #expect(output.status == status)
        let printed = Data(output.standardOutput.utf8)
        #expect(try schema.violations(in: printed) == [])
        let object = try JSONSerialization.jsonObject(with: printed) as? [String: Any]
        let error = try #require(object?["error"] as? [String: Any])
        #expect(error["code"] as? Int == Int(status) - 100)
    }
}
