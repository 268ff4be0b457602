import ArgumentParser
import Foundation
import HotspotCore
import TestSupport
import Testing

@testable import hotspot

/// The program as a shell sees it, on a machine where there is nothing to join: `DBUS_SYSTEM_BUS_ADDRESS` names no bus.
@Suite("hotspot join without a network daemon")
struct JoinCommandTests {
    private func hotspot(_ arguments: [String], input: String = "") async throws -> Output {
        try await run(
            [CommandLineTool.path, "join"] + arguments,
            environment: ["DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus"],
            input: input
        )
    }

    static let statuses: [([String], Int32)] = [
        ([], 64),
        (["--qr", "WIFI:S:a;;", "--ssid", "a"], 64),
        (["--qr", "WIFI:S:a;;", "--passphrase", "12345678"], 64),
        (["--ssid", "a", "--passphrase", "12345678", "--passphrase-file", "-"], 64),
        (["--ssid", "a", "--timeout", "0"], 64),
        (["--ssid", "a", "--timeout", "nan"], 64),
        (["--ssid", "a", "--security", "wpa4"], 64),
        (["--ssid", "a", "--passphrase-file", "/nonexistent/file"], 100),
        (["--ssid", "a", "--passphrase-file", "/tmp"], 100),
        (["--qr", "/tmp"], 100),
        (["--qr", "/dev/null"], 100),
        (["--qr", "WIFI:S:a;;", "--pick", "2"], 100),
        (["--ssid", "a", "--passphrase-file", "/dev/null"], 102),
        (["--ssid", "a", "--passphrase-file", "-"], 102),
        (["--qr", "https://example.org"], 100),
        (["--ssid", "a", "--security", "open", "--passphrase", "12345678"], 100),
        (["--ssid", ""], 101),
        (["--ssid", String(repeating: "é", count: 17)], 101),
        (["--qr", "WIFI:T:WPA;P:12345678;;"], 101),
        (["--ssid", "a", "--passphrase", "1234567"], 102),
        (["--ssid", "a", "--security", "sae"], 102),
        (["--qr", "WIFI:T:WPA;S:a;P:short;;"], 102),
        (["--ssid", "a", "--security", "wep", "--passphrase", "123"], 103),
        (["--qr", "WIFI:T:WPA2-EAP;S:a;;"], 104),
        (["--qr", "WIFI:T:WPA2-EAP;S:a;E:PEAP;I:alice;P:wonderland;;"], 104),
        (["--ssid", "a", "--security", "eap"], 104),
        (["--ssid", "a", "--identity", "alice", "--passphrase", "b"], 104),
        (["--ssid", "a", "--identity", "alice", "--passphrase", "b", "--ca-file", "/nonexistent"], 104),
        (["--ssid", "a", "--identity", "alice", "--passphrase", "b", "--server-name", "radius.example.net"], 108),
        (["--ssid", "a", "--identity", "alice", "--passphrase", "b", "--no-server-verification"], 108),
        (["--ssid", "a", "--identity", "alice", "--security", "sae"], 64),
        (["--ssid", "a", "--identity", "alice", "--system-ca"], 64),
        (["--ssid", "a", "--ca-file", "/a", "--no-server-verification"], 64),
        (["--ssid", "a", "--eap-method", "leap"], 64),
        (["--ssid", "a", "--phase2", "none"], 64),
        (["--ssid", "a", "--private-key", "/k", "--private-key-password-file", "/nonexistent"], 100),
        (["--qr", "WIFI:T:WPA;S:a;P:12345678;;", "--identity", "alice"], 100),
        (["--qr", "DPP:K:MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADURzxmttZoIRIPWGoQMV00XHWCAQIhXruVWOz0NjlkIA=;;"], 108),
        (["--ssid", "a", "--passphrase", "12345678"], 108),
        (["--ssid", "a", "--passphrase", "-1234567"], 108),
        (["--ssid", "-a", "--passphrase", "--passphrase"], 108),
        (["--ssid-hex", "63e9", "--passphrase", "12345678"], 108),
        (["--ssid", "a", "--prefix", "abc"], 64),
        (["--prefix", "ab"], 115),
        (["--prefix", "-ab", "--security", "open"], 108),
        (["--ssid", "a", "--days", "0"], 64),
        (["--ssid", "a", "--days", "366"], 64),
        (["--ssid", "a", "--days", "7", "--once"], 64),
        (["--ssid", "a", "--priority=-1000"], 64),
        (["--ssid", "a", "--gateway", "192.0.2.1"], 64),
        (["--ssid", "a", "--address", "192.0.2.7"], 100),
        (["--ssid", "a", "--address", "192.0.2.7/24", "--gateway", "192.0.2.1", "--dns", "a"], 100),
        (["--ssid", "a", "--bssid", "nobody"], 100),
        (["--ssid", "a", "--station-address", "any"], 64),
        (["--ssid-hex", "63e", "--passphrase", "12345678"], 64),
        (["--ssid-hex", "63", "--ssid", "c"], 64),
        (["--ssid-hex", "", "--passphrase", "12345678"], 101),
    ]

    @Test("each refusal has its exit status, and says something on standard error only", arguments: statuses)
    func status(arguments: [String], expected: Int32) async throws {
        let output = try await hotspot(arguments)
        #expect(output.status == expected, "\(output)")
        #expect(output.standardOutput.isEmpty)
        #expect(!output.standardError.isEmpty)
    }

    /// Those that are about a network, and not about the arguments alone.
    static let detached = statuses.filter { !$0.0.isEmpty && $0.1 != 64 }

    @Test("--detach changes neither the status nor a word of a refusal", arguments: detached)
    func detach(arguments: [String], expected: Int32) async throws {
        let plain = try await hotspot(arguments)
        let output = try await hotspot(arguments + ["--detach"])
        #expect(output.status == expected, "\(output)")
        #expect(output.standardOutput.isEmpty)
        // All but the times.
        func lines(_ output: Output) -> [Substring] {
            output.standardError.split(separator: "\n").filter { !$0.hasPrefix("  after ") }
        }
        #expect(lines(output) == lines(plain))
    }

    @Test("what is kept of a network is what the options say")
    func settings() throws {
        var configuration = HotspotConfiguration(ssid: "a")
        try ConfigurationOptions.parse([]).apply(to: &configuration)
        #expect(configuration == HotspotConfiguration(ssid: "a"))
        try ConfigurationOptions.parse([
            "--days", "7", "--priority=-3", "--no-auto-join", "--bssid", "02:00:00:00:01:00", "--address",
            "192.0.2.7/24",
            "--address", "2001:db8::7/64", "--gateway", "192.0.2.1", "--dns", "192.0.2.53", "--station-address",
            "stable",
        ]).apply(to: &configuration)
        #expect(configuration.lifeTimeInDays == 7 && configuration.autoJoinPriority == -3 && !configuration.autoJoin)
        #expect(configuration.bssid == "02:00:00:00:01:00" && configuration.stationAddress == .stable)
        let manual = HotspotAddressing.Manual(
            addresses: ["192.0.2.7/24", "2001:db8::7/64"],
            gateways: ["192.0.2.1"],
            nameServers: ["192.0.2.53"]
        )
        #expect(configuration.addressing == .manual(manual))
        try configuration.validate()
    }

    @Test("the process in the background, which has another working directory, keeps networks in the same place")
    func stateDirectory() {
        let given = ["HOTSPOT_STATE_DIRECTORY": "state", "A": "b"]
        let inherited = DetachedJoin.environment(given, stateDirectory: "/here/state")
        #expect(inherited == ["HOTSPOT_STATE_DIRECTORY": "/here/state", "A": "b"])
        #expect(DetachedJoin.environment(["A": "b"], stateDirectory: "/var/lib/hotspot") == ["A": "b"])
    }

    @Test("--json prints one object, the error with its chain, on standard output only")
    func json() async throws {
        let output = try await hotspot(["--ssid", "a", "--passphrase", "12345678", "--json"])
        #expect(output.standardError.isEmpty)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
        )
        let error = try #require(object["error"] as? [String: Any])
        #expect(error["cause"] as? String == "backendUnavailable")
        let below = try #require((error["underlying"] as? [[String: Any]])?.first)
        #expect(below["name"] as? String == "org.freedesktop.DBus.Error.FileNotFound")
    }

    static let unreadableFiles = [
        (["--ssid", "a", "--passphrase-file", "/nonexistent/file"], "/nonexistent/file", "ENOENT"),
        (["--ssid", "a", "--passphrase-file", "/"], "/", "EISDIR"),
        (["--ssid", "a", "--private-key", "/k", "--private-key-password-file", "/none"], "/none", "ENOENT"),
        (["--qr", "/"], "/", "EISDIR"),
        (["--qr", "/dev/null"], "/dev/null", "ENODEV"),
        (["--qr", "/nonexistent.png"], "/nonexistent.png", "ENOENT"),
    ]

    @Test("a file that cannot be read is an error with its number, its path and a remedy", arguments: unreadableFiles)
    func unreadable(arguments: [String], path: String, name: String) async throws {
        let output = try await hotspot(arguments + ["--json"])
        #expect(output.status == 100, "\(output)")
        #expect(output.standardError.isEmpty, "\(output)")
        let object = try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any]
        let error = try #require(object?["error"] as? [String: Any])
        #expect(error["cause"] as? String == "unreadableFile")
        #expect(error["remedy"] is String)
        let below = try #require((error["underlying"] as? [[String: Any]])?.first)
        #expect(below["name"] as? String == name)
        #expect((below["facts"] as? [String: String])?["path"] == path)
        let text = try await hotspot(arguments)
        #expect(text.status == 100 && !text.standardError.contains("USAGE"), "\(text)")
        #expect(text.standardError.contains("to mend it: "), "\(text)")
    }

    @Test("a name that is no UTF-8 is not taken for another one")
    func notText() async throws {
        let output = try await run(
            ["sh", "-c", "\"$0\" join --ssid \"$(printf 'caf\\351')\" --passphrase 12345678", CommandLineTool.path],
            environment: ["DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus"]
        )
        #expect(output.status == 64, "\(output)")
        #expect(output.standardError.contains("--ssid-hex"))
    }

    @Test("a payload with a slip in its first word is not shown")
    func slip() async throws {
        let output = try await hotspot(["--qr", "WIFI T:WPA;S:a;P:hunter2hunter2;;", "--json"])
        #expect(output.status == 100)
        #expect(!(output.standardOutput + output.standardError).contains("hunter2"))
    }

    @Test("every refusal says what would mend it")
    func remedies() async throws {
        for arguments in [["--ssid", "a", "--passphrase", "short"], ["--ssid", ""], ["--qr", "https://example.org"]] {
            #expect(try await hotspot(arguments).standardError.contains("\n  to mend it: "))
            #expect(try await hotspot(arguments + ["--json"]).standardOutput.contains("\"remedy\""))
        }
    }

    @Test("no refusal shows the secret")
    func secrets() async throws {
        for arguments in [["--qr", "WIFI:T:WPA;S:a;P:hunter2;;"], ["--ssid", "a", "--passphrase", "hunter2"]] {
            for form in [[], ["--json"], ["-vv"]] {
                let output = try await hotspot(arguments + form)
                #expect(!(output.standardOutput + output.standardError).contains("hunter2"))
            }
        }
    }

    @Test("a standard error that cannot be written changes nothing of the outcome")
    func brokenStandardError() async throws {
        let output = try await run(
            ["sh", "-c", "\"$0\" join --ssid a --passphrase 12345678 2>/dev/full", CommandLineTool.path],
            environment: ["DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus"]
        )
        #expect(output.status == 108)
    }

    @Test("JSON holds no character that a terminal could act on")
    func jsonCharacters() async throws {
        let output = try await hotspot(["--ssid", "a", "--interface", "x\u{9B}y\u{202E}z", "--json"])
        #expect(!output.standardOutput.unicodeScalars.contains { $0.value == 0x9B || $0.value == 0x202E })
    }

    @Test("a bus address that is none is a missing backend, not an unknown error")
    func badAddress() async throws {
        let output = try await run(
            [CommandLineTool.path, "join", "--ssid", "a"],
            environment: ["DBUS_SYSTEM_BUS_ADDRESS": "nonsense"]
        )
        #expect(output.status == 108)
    }

    @Test("a payload from standard input is read as octets")
    func standardInput() async throws {
        let output = try await hotspot(["--qr", "-"], input: "WIFI:T:WPA;S:a;P:short;;")
        #expect(output.status == 102)
    }

    @Test("a network's name cannot act on the terminal")
    func terminal() async throws {
        let output = try await hotspot(["--ssid", "\u{1B}]0;owned\u{7}\u{1B}[31m", "--passphrase", "12345678"])
        #expect(!output.standardError.utf8.contains(0x1B))
        #expect(output.standardError.contains(#"\x1B]0;owned\x07\x1B[31m"#))
    }
}
