import Foundation
import HotspotCore
import TestSupport
import Testing

/// Joins through the real NetworkManager, with the real supplicant as the witness of what was agreed.
@Suite("A join through NetworkManager", .radioLab)
struct JoinTests {
    /// An access point, the payload of its QR code and what the supplicant must say afterwards.
    struct Network: Sendable, CustomTestStringConvertible {
        var accessPoint: AccessPoint.Configuration
        var payload: String
        var authMode: String
        var security: String

        var testDescription: String { accessPoint.testDescription }
    }

    static let networks = [
        Network(
            accessPoint: .open(ssid: "Open"),
            payload: "WIFI:T:nopass;S:Open;;",
            authMode: "NONE",
            security: "open"
        ),
        Network(
            accessPoint: .wpa2(ssid: "Cafe", passphrase: "correct horse"),
            payload: "WIFI:T:WPA;S:Cafe;P:correct horse;;",
            authMode: "WPA2-PSK+WPA-PSK",
            security: "wpaPersonal"
        ),
        Network(
            accessPoint: .sae(ssid: "Three", passphrase: "correct horse"),
            payload: "WIFI:T:SAE;S:Three;P:correct horse;;",
            authMode: "SAE",
            security: "sae"
        ),
        Network(
            accessPoint: .transition(ssid: "Both", passphrase: "correct horse"),
            payload: "WIFI:T:WPA;S:Both;P:correct horse;;",
            authMode: "SAE",
            security: "sae"
        ),
        Network(
            accessPoint: .wpa2(ssid: "Hidden", passphrase: "correct horse", hidden: true),
            payload: "WIFI:T:WPA;S:Hidden;P:correct horse;H:true;;",
            authMode: "WPA2-PSK+WPA-PSK",
            security: "wpaPersonal"
        ),
        Network(
            accessPoint: .sae(ssid: "Back; Room", passphrase: "correct horse", hidden: true),
            payload: #"WIFI:T:SAE;S:Back\; Room;P:correct horse;H:true;;"#,
            authMode: "SAE",
            security: "sae"
        ),
        Network(
            accessPoint: .owe(ssid: "Enhanced"),
            payload: "WIFI:T:OWE;S:Enhanced;;",
            authMode: "OWE",
            security: "enhancedOpen"
        ),
        Network(
            accessPoint: .wep(ssid: "Museum", key: "right"),
            payload: "WIFI:T:WEP;S:Museum;P:right;;",
            authMode: "NONE",
            security: "wep"
        ),
    ]

    @Test("a QR code joins it, the supplicant confirms the keys, and packets cross the air", arguments: networks)
    func join(_ network: Network) async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(network.accessPoint) { accessPoint in
            let output = try await hotspot("join", "--qr", network.payload, "--json").checked()
            let joined = try #require(output.json["joined"] as? [String: Any])

            let supplicant = try await Supplicant.snapshot()
            #expect(supplicant == .init(state: "completed", authMode: network.authMode))
            #expect(joined["security"] as? String == network.security)
            #expect(joined["bssid"] as? String == accessPoint.bssid)
            #expect(joined["ssid"] as? String == network.accessPoint.name)
            #expect(joined["frequency"] as? Int == (try await Station.link()?.frequency))
            #expect((joined["signal"] as? Int).map { (-100...0).contains($0) } == true)
            let addresses = try #require(joined["addresses"] as? [String])
            let own = try await Station.ipv4Addresses()
            #expect(addresses.contains { address in own.contains { address.hasPrefix($0) } })
            #expect(try await accessPoint.hasAuthorized())
            #expect(try await Station.reaches(accessPoint.address))
            #expect(try await NetworkManagerDaemon.shared.profiles().count == 1)
        }
    }

    @Test("the library call joins, reports its phases in order and gives back the network")
    func library() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Cafe B", passphrase: "correct horse")) { accessPoint in
            let phases = Recorder<JoinPhase>()
            let network = try await HotspotConfigurationManager(application: "kiosk").apply(
                HotspotConfiguration(ssid: "Cafe B", passphrase: "correct horse")
            ) { phases.append($0) }
            #expect(network.ssid == "Cafe B")
            #expect(network.bssid == accessPoint.bssid)
            #expect(network.interface == Station.interface)
            #expect(network.security == .wpaPersonal)
            let seen = phases.values
            #expect(seen.first == .preparing)
            #expect(seen.last == .joined)
            #expect(seen.contains(.authenticating) && seen.contains(.keys) && seen.contains(.address))
            #expect(Set(network.phaseDurations.map(\.phase)).isSuperset(of: [.preparing, .searching, .address]))
        }
    }

    @Test("a network whose code forgets to say that it is hidden is joined as well")
    func hiddenUntold() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Cafe C", passphrase: "correct horse", hidden: true)) { _ in
            let output = try await hotspot("join", "--qr", "WIFI:T:WPA;S:Cafe C;P:correct horse;;")
            #expect(output.status == 0, "\(output)")
        }
    }

    @Test("a code that says WPA joins a network that offers SAE alone")
    func payloadOfOlderWriter() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.sae(ssid: "Three D", passphrase: "correct horse")) { _ in
            try await hotspot("join", "--qr", "WIFI:T:WPA;S:Three D;P:correct horse;;").checked()
            #expect(try await Supplicant.snapshot().authMode == "SAE")
        }
    }

    @Test("a passphrase comes from a file and from standard input, and never stays in a profile's name")
    func passphraseSources() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Cafe E", passphrase: "correct horse")) { _ in
            let output = try await run(
                [CommandLineTool.path, "join", "--ssid", "Cafe E", "--passphrase-file", "-"],
                input: "correct horse\r\n"
            )
            #expect(output.status == 0, "\(output)")
            #expect(output.standardOutput.contains("joined \"Cafe E\""))
            try await NetworkManagerDaemon.shared.reset()
            let file = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)")
            try Data("correct horse\n".utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let quiet = try await hotspot("join", "--ssid", "Cafe E", "--passphrase-file", file.path, "--quiet")
                .checked()
            #expect(quiet.standardOutput.isEmpty && quiet.standardError.isEmpty)
        }
    }

    @Test("a network's name may have any octets")
    func octets() async throws {
        try await NetworkManagerDaemon.shared.reset()
        var configuration = AccessPoint.Configuration.open(ssid: "")
        configuration.ssid = [0x43, 0xff, 0x1b, 0x5b, 0x41, 0x22, 0x5c]
        try await withAccessPoint(configuration) { _ in
            let network = try await HotspotConfigurationManager(application: "kiosk").apply(
                HotspotConfiguration(ssid: SSID(octets: configuration.ssid))
            )
            #expect(network.ssid.octets == configuration.ssid)
        }
    }
}

/// What a join that fails says, and what it leaves behind: nothing.
@Suite("A join that fails", .radioLab)
struct FailedJoinTests {
    @Test("a wrong WPA2 passphrase is named as such, with the access point's reason, and the network before is back")
    func wrongPassphrase() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.open(ssid: "Before G")) { _ in
            try await hotspot("join", "--ssid", "Before G", "--security", "open").checked()
            let before = try await profiles()
            try await withAccessPoint(.wpa2(ssid: "Cafe G", passphrase: "correct horse")) { _ in
                let output = try await hotspot("join", "--qr", "WIFI:T:WPA;S:Cafe G;P:wrong horse;;", "--json")
                #expect(output.status == 102)
                let error = try #require(output.json["error"] as? [String: Any])
                #expect(error["name"] as? String == "invalidWPAPassphrase")
                #expect(error["cause"] as? String == "wrongPassphrase")
                #expect(error["phase"] as? String == "keys")
                let below = error["underlying"] as? [[String: Any]] ?? []
                #expect(below.contains { $0["domain"] as? String == "IEEE 802.11" && $0["code"] as? Int == 15 })
                #expect(!output.standardOutput.contains("wrong horse"))
            }
            #expect(try await changes(since: before) == [])
            #expect(try await Station.link()?.ssid == "Before G")
            #expect(await NetworkManagerDaemon.shared.deviceState() == 100)
        }
    }

    @Test(
        "Ctrl-C in each phase leaves nothing behind, and the network before is back",
        arguments: ["searching", "keys"]
    )
    func interrupted(phase: String) async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.open(ssid: "Before M")) { _ in
            try await hotspot("join", "--ssid", "Before M").checked()
            let before = try await profiles()
            // An absent network keeps the search going, a wrong passphrase the handshake.
            let accessPoint = try await AccessPoint.start(.wpa2(ssid: "Cafe M", passphrase: "correct horse"))
            let name = phase == "searching" ? "Nobody M" : "Cafe M"
            let process = try await ChildProcess.start(
                [CommandLineTool.path, "join", "--ssid", name, "--passphrase", "wrong horse", "-vv"])
            let sign = phase == "searching" ? "prepare → config" : "association(status: SUCCESS"
            try await wait(for: "the phase \(phase)", within: .seconds(60)) {
                process.standardError.contains(sign)
            }
            process.send(SIGINT)
            let output = try await process.output(within: .seconds(60))
            #expect(output.status == 130)
            #expect(output.standardError.contains("cause cancelled"))
            #expect(try await changes(since: before) == [])
            #expect(try await Station.link()?.ssid == "Before M")
            try await accessPoint.stop()
        }
    }

    @Test("an interface that is none, or not managed, is said at once")
    func interfaces() async throws {
        try await NetworkManagerDaemon.shared.reset()
        var configuration = HotspotConfiguration(ssid: "Cafe T", passphrase: "correct horse")
        configuration.interface = "wlan99"
        #expect(try await failure(of: configuration).cause == .noWirelessDevice)
        try await nmcli("device", "set", Station.interface, "managed", "no").checked()
        #expect(
            try await failure(of: HotspotConfiguration(ssid: "Cafe T", passphrase: "correct horse")).code
                == .systemDenied
        )
        try await nmcli("device", "set", Station.interface, "managed", "yes").checked()
        try await NetworkManagerDaemon.shared.waitForDevice(.disconnected)
    }
}
