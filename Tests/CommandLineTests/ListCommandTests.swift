import Foundation
import TestSupport
import Testing

/// What is configured, where no NetworkManager runs.
@Suite("hotspot list")
struct ListCommandTests {
    private func list(_ folder: URL, _ arguments: String...) async throws -> Output {
        try await run(
            [CommandLineTool.path, "list"] + arguments,
            environment: [
                "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus", "HOTSPOT_STATE_DIRECTORY": folder.path,
            ]
        ).checked()
    }

    @Test("owner, priority and the day of expiry are shown where they are asked for")
    func details() async throws {
        try await withFolder { folder in
            let tomorrow = 86_400 + Int(Date().timeIntervalSince1970)
            let made = String(tomorrow - 86_400)
            try await ConfigurationFile.write("Cafe", to: folder)
            try await ConfigurationFile.write("Museum", to: folder, application: "kiosk", "5", made, "1")
            #expect(try await list(folder).standardOutput == "Cafe\n")
            #expect(try await list(folder, "--every-application").standardOutput == "Cafe\nMuseum\n")
            let expiry = Date(timeIntervalSince1970: Double(tomorrow)).formatted(.iso8601)
            let text = try await list(folder, "--every-application", "-v").standardOutput
            #expect(
                text == """
                    Cafe
                      owner     hotspot
                      priority  0
                      expires   never
                      kept by   \(folder.path)
                    Museum
                      owner     kiosk
                      priority  5
                      expires   \(expiry)
                      kept by   \(folder.path)

                    """
            )
            let json = try await list(folder, "--every-application", "--json").standardOutput
            let entries = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
            #expect(entries.map { $0["owner"] as? String } == ["hotspot", "kiosk"])
            #expect(entries.map { $0["priority"] as? Int } == [0, 5])
            #expect(entries.map { $0["expires"] as? String } == [nil, expiry])
            #expect(entries.map { $0["ssidHex"] as? String } == ["43616665", "4d757365756d"])
        }
    }
}
