import DBus
import Foundation
import Testing

@testable import HotspotCore

@Suite("What polkit and logind say")
struct AuthorizationTests {
    private struct Row: Sendable, CustomTestStringConvertible {
        let what: String
        var isAuthorized = false
        var isChallenge = false
        var isDismissed = false
        var wasAsked = false
        let code: HotspotConfigurationError.Code
        let name: String
        var testDescription: String { what }
    }

    private static let rows = [
        Row(what: "dismissed", isDismissed: true, wasAsked: true, code: .userDenied, name: "dismissed"),
        Row(what: "a challenge without an agent", isChallenge: true, code: .userUnauthorized, name: "challenge"),
        Row(what: "a wrong password", wasAsked: true, code: .userUnauthorized, name: "not-authorized"),
        Row(what: "a plain no", code: .systemDenied, name: "not-authorized"),
        Row(what: "NetworkManager's own no", isAuthorized: true, code: .systemDenied, name: "authorized"),
    ]

    @Test("each answer of polkit has its code", arguments: rows)
    private func answers(row: Row) throws {
        let answer = PolkitAnswer(
            action: "org.freedesktop.NetworkManager.network-control",
            isAuthorized: row.isAuthorized,
            isChallenge: row.isChallenge,
            isDismissed: row.isDismissed
        )
        let error = HotspotConfigurationError(
            polkit: answer,
            wasAsked: row.wasAsked,
            saidByDaemon: "auth",
            ssid: "Cafe"
        )
        #expect(error.code == row.code)
        let leaf = try #require(error.underlyingErrors.first as? PolkitFailure)
        #expect(leaf.name == row.name)
        #expect(leaf.summary.contains("network-control"))
    }

    @Test("a polkit that does not run leaves root alone")
    func unreachable() {
        let refusal = DBusError(
            name: "org.freedesktop.DBus.Error.ServiceUnknown",
            message: "no such name",
            member: "CheckAuthorization"
        )
        let error = HotspotConfigurationError(polkitUnreachable: refusal, action: "x", ssid: "Cafe")
        #expect(error.code == .userUnauthorized)
        #expect(error.underlyingErrors.first is DBusError)
    }

    @Test("a session in the background is the application's, not in the foreground")
    func session() {
        let session = LoginSession(id: "3", isActive: false, state: "online")
        let error = HotspotConfigurationError(inactive: session, ssid: "Cafe")
        #expect(error.code == .applicationIsNotInForeground)
        #expect((error.underlyingErrors.first as? SessionFailure)?.state == "online")
    }

    private static let switches: [(String, String, String?)] = [
        ("0", "0", nil), ("1", "0", "soft"), ("1", "1", "hard"),
    ]

    @Test("rfkill's files say what blocks a radio", arguments: switches)
    func radioSwitch(soft: String, hard: String, expected: String?) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "sys-\(UUID().uuidString)")
        let folder = root.appending(path: "class/net/wlan0/phy80211/rfkill0")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        try Data("\(soft)\n".utf8).write(to: folder.appending(path: "soft"))
        try Data("\(hard)\n".utf8).write(to: folder.appending(path: "hard"))
        #expect(RadioSwitch.blocking("wlan0", root: root.path)?.rawValue == expected)
        #expect(RadioSwitch.blocking("wlan1", root: root.path) == nil)
        #expect(RadioSwitch.blocking("../wlan0", root: root.path) == nil)
    }
}
