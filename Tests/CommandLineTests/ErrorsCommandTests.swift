import Foundation
import TestSupport
import Testing

@Suite("hotspot errors")
struct ErrorsCommandTests {
    private func errors(_ arguments: [String]) async throws -> Output {
        try await run([CommandLineTool.path, "errors"] + arguments)
    }

    static let goldens: [([String], String)] = [
        ([], "list.txt"),
        (["--json"], "list.json"),
        (["2"], "code-2.txt"),
        (["internal"], "code-internal.txt"),
        (["wrongPassphrase"], "cause-wrongPassphrase.txt"),
        (["status", "15"], "status-15.txt"),
        (["reason", "15", "--json"], "reason-15.json"),
        (["alreadyAssociated", "--json"], "code-alreadyAssociated.json"),
        (["sessionInactive", "--json"], "cause-sessionInactive.json"),
        (["130", "--json"], "exit-130.json"),
    ]

    @Test("what is printed is what its golden has", arguments: goldens)
    func golden(arguments: [String], file: String) async throws {
        let output = try await errors(arguments)
        #expect(output.status == 0)
        #expect(output.standardError.isEmpty)
        #expect(try Fixture.difference(of: output.standardOutput, from: "errors/command/\(file)") == nil)
        if arguments.contains("--json") {
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8))
            }
        }
    }

    /// What somebody types, and the beginning of each answer's headline.
    static let questions: [(String, [String])] = [
        ("0", ["invalid (0), exit status 100"]),
        ("17", ["systemDenied (17), exit status 117"]),
        ("100", ["invalid (0)"]),
        ("117", ["systemDenied (17)"]),
        ("64", ["exit status 64"]),
        ("exit status 108", ["internal (8)"]),
        ("InvalidSSID", ["invalidSSID (1)"]),
        ("NEHotspotConfigurationErrorUserDenied", ["userDenied (7)"]),
        (
            "Error Domain=NEHotspotConfigurationErrorDomain Code=13 \"already associated.\"",
            ["alreadyAssociated (13)"]
        ),
        ("network-not-found", ["networkNotFound, a cause of internal (8)"]),
        ("timedOut", ["timedOut, a cause of internal (8)"]),
        ("nm 53", ["NetworkManager device reason 53 ssid-not-found"]),
        ("NetworkManager reason 5", ["NetworkManager device reason 5 ip-config-unavailable"]),
        ("SSID_NOT_FOUND", ["NetworkManager device reason 53"]),
        ("NM_DEVICE_STATE_REASON_NO_SECRETS", ["NetworkManager device reason 7 no-secrets"]),
        (
            "no-secrets",
            [
                "NetworkManager device reason 7", "NetworkManager activation reason 9",
                "NetworkManager error org.freedesktop.NetworkManager.AgentManager.NoSecrets",
                "NetworkManager error org.freedesktop.NetworkManager.SecretAgent.NoSecrets",
            ]
        ),
        ("active reason 3", ["NetworkManager activation reason 3"]),
        ("status=17", ["802.11 status 17"]),
        ("WLAN_STATUS_INVALID_AKMP", ["802.11 status 43"]),
        ("AP_UNABLE_TO_HANDLE_NEW_STA", ["802.11 status 17"]),
        ("errno 132", ["Linux error number 132 ERFKILL"]),
        ("ERFKILL", ["Linux error number 132 ERFKILL"]),
        (
            "org.freedesktop.NetworkManager.UnknownDevice",
            ["NetworkManager error org.freedesktop.NetworkManager.UnknownDevice"]
        ),
        ("ServiceUnknown", ["D-Bus error org.freedesktop.DBus.Error.ServiceUnknown"]),
        ("fi.w1.wpa_supplicant1.Interface.ScanError", ["wpa_supplicant error"]),
        // Lines of logs, as they are.
        (
            "wlan0: CTRL-EVENT-ASSOC-REJECT bssid=02:00:00:00:01:00 status_code=17",
            ["802.11 status 17 AP_UNABLE_TO_HANDLE_NEW_STA"]
        ),
        (
            "wlan0: 02:00:00:00:01:00 denied authentication (status 1)",
            ["802.11 status 1 UNSPEC", "802.11 status 1 UNSPEC"]
        ),
        ("wlan0: 02:00:00:00:01:00 denied association (code=17)", ["802.11 status 17"]),
        (
            "device (wlan0): state change: config -> failed (reason 'ssid-not-found', sys-iface-state: 'managed')",
            ["NetworkManager device reason 53"]
        ),
        (
            "GDBus.Error:org.freedesktop.NetworkManager.Settings.PermissionDenied: Insufficient privileges",
            ["NetworkManager error org.freedesktop.NetworkManager.Settings.PermissionDenied"]
        ),
        ("NL80211_CMD_AUTHENTICATE: No such device (ENODEV, 19)", ["Linux error number 19 ENODEV"]),
    ]

    @Test("what somebody types is understood", arguments: questions)
    func question(text: String, headlines: [String]) async throws {
        let output = try await errors([text])
        #expect(output.status == 0)
        let found = output.standardOutput.split(separator: "\n").filter { !$0.hasPrefix(" ") }
        #expect(found.count == headlines.count, "\(found)")
        for (line, headline) in zip(found, headlines) { #expect(line.hasPrefix(headline), "\(line)") }
    }

    static let strangers = [
        "18", "99", "118", "-1", "4711", "status 4711", "nm 80", "errno 999", "code 18", "xyzzy", "", " ", "...",
        "org.example.Never.Heard", "\u{1B}[31m", String(repeating: "a ", count: 20000),
    ]

    @Test("what no table has is a wrong argument, and acts on no terminal", arguments: strangers)
    func stranger(text: String) async throws {
        let output = try await errors(["--", text])
        #expect(output.status == 64)
        #expect(output.standardOutput.isEmpty)
        #expect(output.standardError.contains("is in no table"))
        #expect(!output.standardError.utf8.contains(0x1B))
        #expect(output.standardError.utf8.count < 2000)
    }

    @Test(
        "a slip of the finger is told what is near",
        arguments: [
            ("wrongpasphrase", "wrongPassphrase"), ("invalidWPAPasphrase", "invalidWPAPassphrase"),
            ("ssid-not-fund", "ssid-not-found"), ("handshake", "4WAY_HANDSHAKE_TIMEOUT"),
            ("permissiondenid", "org.freedesktop.NetworkManager.PermissionDenied"),
        ]
    )
    func near(text: String, name: String) async throws {
        let output = try await errors([text])
        #expect(output.status == 64)
        #expect(output.standardError.contains("Near it: "))
        #expect(output.standardError.contains(name))
    }

    @Test("every code, name, exit status and cause is explained", arguments: 0..<18)
    func codes(raw: Int) async throws {
        let list = try await errors(["--json"])
        let object = try JSONSerialization.jsonObject(with: Data(list.standardOutput.utf8)) as? [String: Any]
        let codes = try #require(object?["codes"] as? [[String: Any]])
        let code = try #require(codes.first { $0["code"] as? Int == raw })
        let name = try #require(code["name"] as? String)
        #expect(code["exitStatus"] as? Int == 100 + raw)
        let answers = [
            try await errors(["\(raw)"]), try await errors([name]), try await errors(["\(100 + raw)"]),
        ]
        for answer in answers {
            #expect(answer.status == 0)
            #expect(answer.standardOutput == answers[0].standardOutput)
        }
        for cause in try #require(code["causes"] as? [[String: Any]]) {
            let causeName = try #require(cause["name"] as? String)
            #expect(answers[0].standardOutput.contains("\n  \(causeName)\n"))
            #expect(try await errors([causeName]).status == 0)
        }
    }
}
