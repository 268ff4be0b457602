import Testing
import TestSupport

/// Proves the lab itself, with nothing of ours: if one of these fails, no other lab test means anything.
@Suite("The radio lab", .radioLab)
struct LabSelfTests {
    /// An access point, and how `nmcli` is told to join it.
    struct Network: Sendable, CustomTestStringConvertible {
        var accessPoint: AccessPoint.Configuration
        var keyManagement: [String]
        var authMode: String

        var testDescription: String { accessPoint.testDescription }
    }

    static let networks = [
        Network(accessPoint: .open(ssid: "Self Open"), keyManagement: [], authMode: "NONE"),
        Network(
            accessPoint: .wpa2(ssid: "Self WPA2", passphrase: "correct horse"),
            keyManagement: ["wifi-sec.key-mgmt", "wpa-psk"],
            authMode: "WPA2-PSK+WPA-PSK"
        ),
        Network(
            accessPoint: .sae(ssid: "Self WPA3", passphrase: "correct horse"),
            keyManagement: ["wifi-sec.key-mgmt", "sae"],
            authMode: "SAE"
        ),
        Network(
            accessPoint: .transition(ssid: "Self Both", passphrase: "correct horse"),
            keyManagement: ["wifi-sec.key-mgmt", "sae"],
            authMode: "SAE"
        ),
        Network(
            accessPoint: .wpa2(ssid: "Self Hidden 2", passphrase: "correct horse", hidden: true),
            keyManagement: ["wifi-sec.key-mgmt", "wpa-psk"],
            authMode: "WPA2-PSK+WPA-PSK"
        ),
        Network(
            accessPoint: .sae(ssid: "Self Hidden 3", passphrase: "correct horse", hidden: true),
            keyManagement: ["wifi-sec.key-mgmt", "sae"],
            authMode: "SAE"
        ),
    ]

    @Test("NetworkManager joins it, DHCP gives an address, and packets cross the air", arguments: networks)
    func join(_ network: Network) async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(network.accessPoint) { accessPoint in
            let name = network.accessPoint.name
            var profile = ["connection", "add", "type", "wifi", "con-name", "self", "ssid", name]
            // One band: half of the time would be the search of the other.
            profile += [
                "wifi.band", "bg", "ifname", Station.interface, "wifi.hidden",
                network.accessPoint.hidden ? "yes" : "no",
            ]
            profile += network.keyManagement
            if !network.keyManagement.isEmpty { profile += ["wifi-sec.psk", "correct horse"] }
            try await nmcli(profile).checked()
            try await nmcli("--wait", "60", "connection", "up", "id", "self").checked()

            let snapshot = try await Supplicant.snapshot()
            #expect(snapshot == .init(state: "completed", authMode: network.authMode))
            let link = try await Station.link()
            #expect(link?.bssid == accessPoint.bssid)
            #expect(link?.ssid == name)
            #expect(try await Station.isAuthorized())
            #expect(try await accessPoint.hasAuthorized())
            let network = accessPoint.address.dropLast()
            #expect(try await Station.ipv4Addresses().contains { $0.hasPrefix(network) })
            #expect(try await Station.reaches(accessPoint.address))
            try await NetworkManagerDaemon.shared.reset()
        }
    }

    @Test(
        "the rarer kinds come on the air",
        arguments: [
            AccessPoint.Configuration.owe(ssid: "Self OWE"),
            .wep(ssid: "Self WEP", key: "12345"),
            .wpa1(ssid: "Self WPA", passphrase: "correct horse"),
            .wpa2SHA256(ssid: "Self SHA-256", passphrase: "correct horse"),
            .sae(ssid: "Self H2E", passphrase: "x", passwordElement: .hashToElement),
        ]
    )
    func kinds(_ configuration: AccessPoint.Configuration) async throws {
        try await withAccessPoint(configuration) { accessPoint in
            let answer = try await accessPoint.control("status")
            #expect(answer.contains("state=ENABLED"))
        }
    }

    @Test("a network name may have any octets")
    func octets() async throws {
        var configuration = AccessPoint.Configuration.open(ssid: "")
        configuration.ssid = [0x00, 0x0a, 0xff, 0x22, 0x5c, 0x1b]
        configuration.dhcp = false
        try await withAccessPoint(configuration) { accessPoint in
            let answer = try await accessPoint.control("get_config")
            #expect(answer.contains(#"ssid=\x00\n\xff\"\\\e"#))
        }
    }

    @Test("an access point that cannot start says why")
    func refused() async throws {
        let configuration = AccessPoint.Configuration.open(ssid: "Broken").with("no_such_line=1")
        let error = await #expect(throws: LabError.self) { _ = try await AccessPoint.start(configuration) }
        #expect(error?.description.contains("no_such_line") == true)
    }
}
