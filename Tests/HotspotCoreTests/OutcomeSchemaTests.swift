import DBus
import Foundation
@testable import IEEE80211
import Netlink
import TestSupport
import Testing

@testable import HotspotCore

/// Numbers that are the same in every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite("The JSON form and its schema")
struct OutcomeSchemaTests {
    static let path = "Sources/HotspotCore/HotspotCore.docc/join-outcome.schema.json"

    private func schema() throws -> JSONSchema {
        try JSONSchema(Data(contentsOf: Fixture.root.appending(path: Self.path)))
    }

    private struct Outcome: Encodable {
        var joined: JoinedNetwork?
        var error: HotspotConfigurationError?
    }

    private func encoded(_ outcome: Outcome) throws -> Data { try JSONEncoder().encode(outcome) }

    /// An error for a cause with leaves of every kind by chance, errors of ours among them.
    private func error(
        _ cause: HotspotConfigurationError.Cause,
        depth: Int,
        using generator: inout SeededGenerator
    ) -> HotspotConfigurationError {
        var error = HotspotConfigurationError(
            cause,
            confidence: HotspotConfigurationError.Confidence.allCases.randomElement(using: &generator) ?? .likely,
            "\"Caf\\xFF\": " + cause.explanation,
            remedy: Bool.random(using: &generator) ? cause.remedies.first : nil,
            phase: JoinPhase.allCases.randomElement(using: &generator) ?? .keys,
            underlying: (0..<Int.random(in: 0...3, using: &generator)).map { _ in leaf(depth: depth, using: &generator)
            }
        )
        error.phaseDurations = JoinPhase.allCases.prefix(Int.random(in: 0...6, using: &generator)).map {
            PhaseDuration(phase: $0, duration: .milliseconds(Int.random(in: 0...60000, using: &generator)))
        }
        return error
    }

    private func leaf(depth: Int, using generator: inout SeededGenerator) -> any Error {
        let bssid = MACAddress("02:00:00:00:01:00")
        let status = StatusCode(rawValue: UInt16.random(in: 1...200, using: &generator))
        switch Int.random(in: 0...(depth > 0 ? 12 : 10), using: &generator) {
        case 0:
            return DBusError(name: "org.freedesktop.DBus.Error.NoReply", message: "evil \u{1B}[31m\n", member: "a.B")
        case 1: return NetlinkError(command: "NL80211_CMD_GET_SCAN", kind: .refused, errno: 19, text: "gone")
        case 2: return NetlinkError(command: "NL80211_CMD_GET_SCAN", kind: .overrun)
        case 3:
            return NetworkManagerFailure(
                interface: "wlan0",
                route: [DeviceTransition(old: .config, new: .failed, reason: DeviceStateReason(rawValue: 4711))]
            )
        case 4: return NetworkManagerFailure(interface: "wlan0", route: [])
        case 5:
            guard let bssid else { return CancellationError() }
            return IEEE80211Failure(associationStatus: status, bssid: bssid)
        case 6: return IEEE80211Failure(noAnswerTo: .authentication, bssid: nil)
        case 7: return ScanFailure(completedScans: 2, bssCount: 7)
        case 8: return ProfileConflict(id: "Cafe", uuid: "u", path: "/p")
        case 9: return CancellationError()
        case 10: return Observation("NetworkManager", "Devices", "none")
        default:
            let causes = HotspotConfigurationError.Cause.allCases
            return error(causes.randomElement(using: &generator) ?? .unlisted, depth: depth - 1, using: &generator)
        }
    }

    @Test("an error of every cause, whatever lies below it, is as the schema says")
    func errors() throws {
        let schema = try schema()
        var generator = SeededGenerator(state: 4)
        for _ in 0..<8 {
            for cause in HotspotConfigurationError.Cause.allCases {
                let error = error(cause, depth: 2, using: &generator)
                #expect(try schema.violations(in: encoded(Outcome(error: error))) == [], "\(cause.name)")
            }
        }
    }

    @Test("the golden error is as the schema says")
    func golden() throws {
        let text = try Fixture.text("errors/wrong-passphrase.json")
        #expect(try schema().violations(in: Data("{\"error\": \(text)}".utf8)) == [])
    }

    @Test("a joined network is as the schema says, with everything known and with nothing")
    func joined() throws {
        let schema = try schema()
        let full = JoinedNetwork(
            ssid: "Café",
            bssid: "02:00:00:00:01:00",
            frequency: 2412,
            channel: 1,
            security: .wpaPersonal,
            signal: -30,
            signalStrength: 1.0,
            interface: "wlan0",
            addresses: ["10.77.1.139/24", "fe80::1/64"],
            gateway: "10.77.1.1",
            backend: "NetworkManager",
            phaseDurations: [PhaseDuration(phase: .searching, duration: .milliseconds(12))]
        )
        let bare = JoinedNetwork(
            ssid: SSID(octets: [0xFF, 0]),
            bssid: nil,
            frequency: nil,
            channel: nil,
            security: .open,
            signal: nil,
            signalStrength: nil,
            interface: "wlan0",
            addresses: [],
            gateway: nil,
            backend: "NetworkManager",
            phaseDurations: []
        )
        for network in [full, bare] {
            #expect(try schema.violations(in: encoded(Outcome(joined: network))) == [])
        }
    }

    @Test(
        "what is not as the schema says is found",
        arguments: [
            ("{}", "oneOf"),
            ("[]", "type object"),
            (#"{"error": {}}"#, "cause is missing"),
            (#"{"error": ERROR, "joined": 1}"#, "type object"),
            (#"{"error": ERROR, "more": 1}"#, "more is not in the schema"),
            (#"{"error": {"code": 18}}"#, "too great"),
            (#"{"error": {"code": 2.5}}"#, "type integer"),
            (#"{"error": {"cause": "nobody"}}"#, "none of the values"),
            (#"{"error": {"cause": "timedOut"}}"#, "timedOutPhase is missing"),
            (#"{"error": {"domain": "D-Bus"}}"#, "is not NEHotspot"),
            (#"{"error": {"message": ""}}"#, "too short"),
            (#"{"error": {"phases": [{"phase": "keys"}]}}"#, "milliseconds is missing"),
            (#"{"error": {"underlying": [{"domain": "D-Bus", "name": "x"}]}}"#, "message is missing"),
            (#"{"error": {"underlying": [{"domain": "NEHotspotConfigurationErrorDomain"}]}}"#, "must not be"),
            (#"{"joined": {"ssidHex": "0"}}"#, "does not match"),
        ]
    )
    func violations(document: String, complaint: String) throws {
        let golden = try Fixture.text("errors/wrong-passphrase.json")
        let found = try schema().violations(in: Data(document.replacing("ERROR", with: golden).utf8))
        #expect(found.contains { $0.contains(complaint) }, "\(found)")
    }

    @Test("the schema's names are the catalogue's; RECORD_SNAPSHOTS=1 writes them into it")
    func names() throws {
        let file = Fixture.root.appending(path: Self.path)
        let lists = [
            ("cause", HotspotConfigurationError.Code.allCases.flatMap(\.causes).map(\.name).sorted()),
            ("name", HotspotConfigurationError.Code.allCases.map(\.name)),
            ("security", HotspotSecurity.allCases.map(\.rawValue)),
            ("phase", JoinPhase.allCases.map(\.rawValue)),
            ("confidence", HotspotConfigurationError.Confidence.allCases.map(\.rawValue)),
        ]
        var text = try String(contentsOf: file, encoding: .utf8)
        for (key, names) in lists {
            // The list belongs to the nearest key of that name above it.
            let list = try Regex("(\"\(key)\": \\{[^{}]*?\"enum\": \\[)([^\\]]*)(\\n *\\])")
            let match = try #require(text.firstMatch(of: list), "\(key)")
            let old = try #require(match.output[2].range)
            let indent = String(text[old].drop { $0 == "\n" }.prefix { $0 == " " })
            text.replaceSubrange(old, with: "\n" + names.map { "\(indent)\"\($0)\"" }.joined(separator: ",\n"))
        }
        #expect(try Fixture.difference(of: text, from: "../\(Self.path)") == nil)
    }
}
