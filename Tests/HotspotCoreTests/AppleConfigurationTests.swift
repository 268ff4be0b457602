import Foundation
import Testing

@testable import HotspotCore

@Suite("Apple's settings, and those that it lacks")
struct AppleConfigurationTests {
    typealias Cause = HotspotConfigurationError.Cause

    private static func cause(_ configuration: HotspotConfiguration) -> Cause? {
        do throws(HotspotConfigurationError) {
            try configuration.validate()
            return nil
        } catch {
            return error.cause
        }
    }

    private static let peap: HotspotEAPSettings = {
        var settings = HotspotEAPSettings(.peap, username: "alice", password: Passphrase("wonderland"))
        settings.trustedServerNames = ["radius.example.net"]
        return settings
    }()

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let configuration: HotspotConfiguration
        let cause: Cause?

        init(
            _ description: String,
            _ cause: Cause?,
            _ configuration: HotspotConfiguration = HotspotConfiguration(ssid: "Cafe"),
            _ change: (inout HotspotConfiguration) -> Void = { _ in }
        ) {
            var configuration = configuration
            change(&configuration)
            testDescription = description
            self.configuration = configuration
            self.cause = cause
        }
    }

    static let hs20 = HotspotConfiguration(hs20Settings: .init(domainName: "example.net"), eapSettings: peap)

    static func passpoint(_ change: (inout HotspotHS20Settings) -> Void) -> HotspotConfiguration {
        var settings = HotspotHS20Settings(domainName: "example.net", roamingEnabled: true)
        change(&settings)
        return HotspotConfiguration(hs20Settings: settings, eapSettings: peap)
    }

    static let rows: [Row] = [
        Row("a prefix of 2 octets", .malformedSSIDPrefix, .init(ssidPrefix: "ab")),
        Row("a prefix of 3 octets", nil, .init(ssidPrefix: "abc")),
        Row("a prefix of 32 octets", nil, .init(ssidPrefix: String(repeating: "é", count: 16))),
        Row("a prefix of 33 octets", .malformedSSIDPrefix, .init(ssidPrefix: String(repeating: "x", count: 33))),
        Row("no name and no prefix", .malformedSSID, .init(ssidPrefix: "")),
        Row("a prefix and a passphrase", nil, .init(ssidPrefix: "Cam", passphrase: "correct horse")),
        Row("a prefix and a short passphrase", .malformedPassphrase, .init(ssidPrefix: "Cam", passphrase: "short")),
        Row("a prefix and a WEP key", nil, .init(ssidPrefix: "Cam", passphrase: "12345", isWEP: true)),
        Row("a name and a prefix", .conflictingSettings) { $0.ssidPrefix = "Cafe" },
        Row("a prefix of a hidden network", .conflictingSettings, .init(ssidPrefix: "Cafe")) { $0.hidden = true },
        Row("join once", nil) { $0.joinOnce = true },
        Row("join once with EAP", .joinOnceNotSupported, .init(ssid: "Campus", eapSettings: peap)) {
            $0.joinOnce = true
        },
        Row("join once with Hotspot 2.0", .joinOnceNotSupported, hs20) { $0.joinOnce = true },
        Row("no days", nil) { $0.lifeTimeInDays = 0 },
        Row("days out of range are no error", nil) { $0.lifeTimeInDays = 366 },
        Row("negative days", nil) { $0.lifeTimeInDays = -1 },
        Row("Hotspot 2.0", nil, hs20),
        Row("Hotspot 2.0 and a name", .conflictingSettings, hs20) { $0.ssid = "Cafe" },
        Row("Hotspot 2.0 without EAP", .malformedEAPSettings, hs20) { $0.eapSettings = nil },
        Row("an empty domain", .malformedHS20DomainName, .init(hs20Settings: .init(domainName: ""), eapSettings: peap)),
        Row(
            "a domain with an empty label",
            .malformedHS20DomainName,
            .init(hs20Settings: .init(domainName: "example..net"), eapSettings: peap)
        ),
        Row(
            "a domain with a blank",
            .malformedHS20DomainName,
            .init(hs20Settings: .init(domainName: "exa mple.net"), eapSettings: peap)
        ),
        Row(
            "a domain of 254 octets",
            .malformedHS20DomainName,
            .init(
                hs20Settings: .init(domainName: String(repeating: "abcdefghi.", count: 25) + "abcd"),
                eapSettings: peap
            )
        ),
        Row("consortiums of 3 and 5 octets", nil, passpoint { $0.roamingConsortiumOIs = ["506F9A", "001bc50460"] }),
        Row("a consortium of 4 octets", .malformedHS20Settings, passpoint { $0.roamingConsortiumOIs = ["506F9A01"] }),
        Row("a consortium of no digits", .malformedHS20Settings, passpoint { $0.roamingConsortiumOIs = ["50GF9A"] }),
        Row("six digits", nil, passpoint { $0.mccAndMNCs = ["310410", "262001"] }),
        Row("five digits", .malformedHS20Settings, passpoint { $0.mccAndMNCs = ["31041"] }),
        Row("six digits of another script", .malformedHS20Settings, passpoint { $0.mccAndMNCs = ["٣١٠٤١٠"] }),
        Row("a realm", nil, passpoint { $0.naiRealmNames = ["wifi.example.net"] }),
        Row("an empty realm", .malformedHS20Settings, passpoint { $0.naiRealmNames = [""] }),
        Row("an access point", nil) { $0.bssid = "02:00:00:00:01:00" },
        Row("half an access point", .conflictingSettings) { $0.bssid = "02:00:00" },
        Row("a password identifier", nil, .init(ssid: "Cafe", passphrase: Passphrase("pw"), security: .sae)) {
            $0.saePasswordIdentifier = "guests"
        },
        Row("an empty identifier", .conflictingSettings, .init(ssid: "Cafe", passphrase: "correct horse")) {
            $0.saePasswordIdentifier = ""
        },
        Row("an identifier without a password", .conflictingSettings) { $0.saePasswordIdentifier = "guests" },
        Row("a priority of 999", nil) { $0.autoJoinPriority = 999 },
        Row("a priority of 1000", .conflictingSettings) { $0.autoJoinPriority = 1000 },
        Row("addresses", nil) {
            $0.addressing = .manual(
                .init(
                    addresses: ["192.0.2.7/24", "2001:db8::7/64"],
                    gateways: ["192.0.2.1", "2001:db8::1"],
                    nameServers: ["9.9.9.9"]
                )
            )
        },
        Row("no address", .conflictingSettings) { $0.addressing = .manual(.init(addresses: [])) },
        Row("an address without a length", .conflictingSettings) {
            $0.addressing = .manual(.init(addresses: ["192.0.2.7"]))
        },
        Row("a length of 33", .conflictingSettings) { $0.addressing = .manual(.init(addresses: ["192.0.2.7/33"])) },
        Row("a length of 0", .conflictingSettings) { $0.addressing = .manual(.init(addresses: ["192.0.2.7/0"])) },
        Row("a gateway of another family", .conflictingSettings) {
            $0.addressing = .manual(.init(addresses: ["192.0.2.7/24"], gateways: ["2001:db8::1"]))
        },
        Row("two gateways of a family", .conflictingSettings) {
            $0.addressing = .manual(.init(addresses: ["192.0.2.7/24"], gateways: ["192.0.2.1", "192.0.2.2"]))
        },
        Row("a name server's name", .conflictingSettings) {
            $0.addressing = .manual(.init(addresses: ["192.0.2.7/24"], nameServers: ["dns.example.net"]))
        },
    ]

    @Test("each rule", arguments: rows)
    func rules(row: Row) {
        #expect(Self.cause(row.configuration) == row.cause)
    }

    @Test("nothing is checked at construction, and the defaults are Apple's")
    func defaults() {
        let configuration = HotspotConfiguration(ssid: "")
        #expect(configuration.ssidPrefix.isEmpty && !configuration.joinOnce && !configuration.hidden)
        #expect(configuration.lifeTimeInDays == nil)
        #expect(HotspotConfiguration(ssidPrefix: "ab").ssid.octets.isEmpty)
        #expect(!HotspotHS20Settings(domainName: "").isRoamingEnabled)
    }

    @Test(
        "life times out of range, and those of enterprise networks, are never",
        arguments: [(nil, nil), (0, nil), (1, 1), (365, 365), (366, nil)] as [(Int?, Int?)]
    )
    func lifeTime(days: Int?, effective: Int?) {
        var configuration = HotspotConfiguration(ssid: "Cafe")
        configuration.lifeTimeInDays = days
        #expect(configuration.effectiveLifeTimeInDays == effective)
        configuration = HotspotConfiguration(ssid: "Campus", eapSettings: Self.peap)
        configuration.lifeTimeInDays = days
        #expect(configuration.effectiveLifeTimeInDays == nil)
    }

    @Test("a coded configuration is the same when it is decoded", arguments: rows.filter { $0.cause == nil })
    func coded(row: Row) throws {
        let data = try JSONEncoder().encode(row.configuration)
        #expect(try JSONDecoder().decode(HotspotConfiguration.self, from: data) == row.configuration)
    }

    @Test("names and secrets that are no UTF-8, or hold a NUL, survive the coding")
    func octets() throws {
        for octets in [[0xff, 0xfe], [0x41, 0x00, 0x42], Array("Café".utf8)] as [[UInt8]] {
            let configuration = HotspotConfiguration(
                ssid: SSID(octets: octets),
                passphrase: Passphrase(octets: octets),
                security: .sae
            )
            let data = try JSONEncoder().encode(configuration)
            let decoded = try JSONDecoder().decode(HotspotConfiguration.self, from: data)
            #expect(decoded.ssid.octets == octets)
            #expect(decoded.passphrase == configuration.passphrase)
        }
    }

    @Test("what is coded leaves out what is usual, and what is absent is usual")
    func brief() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(HotspotConfiguration(ssid: "Cafe")), as: UTF8.self)
        #expect(text == #"{"ssid":"Cafe"}"#)
        let decoded = try JSONDecoder().decode(HotspotConfiguration.self, from: Data(#"{"ssid":"Cafe"}"#.utf8))
        #expect(decoded == HotspotConfiguration(ssid: "Cafe"))
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(HotspotConfiguration.self, from: Data(#"{"ssid":"Cafe","hidden":"yes"}"#.utf8))
        }
    }

    @Test("the settings that are compared hold no secret and no name")
    func settingsText() {
        var configuration = HotspotConfiguration(ssid: "Cafe", passphrase: "correct horse")
        let plain = configuration.settingsText
        #expect(!plain.contains("horse") && !plain.contains("Cafe"))
        configuration.bssid = "02:00:00:00:01:00"
        #expect(configuration.settingsText != plain)
        var enterprise = HotspotConfiguration(ssid: "Campus", eapSettings: Self.peap)
        enterprise.autoJoin = false
        #expect(!enterprise.settingsText.contains("wonderland"))
    }

    @Test("a code's password identifier becomes the configuration's")
    func identifier() throws {
        let configuration = try HotspotConfiguration(qrPayload: "WIFI:T:SAE;S:Cafe;P:a password;I:guests;;")
        #expect(configuration.saePasswordIdentifier == "guests")
        try configuration.validate()
    }
}
