import DBus
import Foundation
@testable import IEEE80211
import TestSupport
import Testing

@testable import HotspotCore

@Suite("The error")
struct ErrorTests {
    /// A failed handshake with a chain of every kind of leaf.
    private var sample: HotspotConfigurationError {
        let accessPoint = MACAddress("02:00:00:00:01:00")
        var error = HotspotConfigurationError(
            .wrongPassphrase,
            confidence: .likely,
            "\"Caf\\xFF\" did not accept the passphrase",
            remedy: "check the passphrase",
            phase: .keys,
            underlying: [
                NetworkManagerFailure(
                    interface: "wlan0",
                    route: [
                        DeviceTransition(old: .disconnected, new: .prepare, reason: .none),
                        DeviceTransition(old: .prepare, new: .config, reason: .none),
                        DeviceTransition(old: .config, new: .needAuth, reason: .supplicantDisconnect),
                        DeviceTransition(old: .needAuth, new: .failed, reason: .noSecrets),
                    ]
                ),
                IEEE80211Failure(linkEnded: .fourWayHandshakeTimeout, byAccessPoint: true, bssid: accessPoint),
                HotspotConfigurationError(
                    .backendUnavailable,
                    "inner",
                    underlying: [
                        DBusError(
                            name: "org.freedesktop.DBus.Error.NoReply",
                            message: "evil \u{1B}[31m\ntext",
                            member: "a.B"
                        )
                    ]
                ),
                CancellationError(),
            ]
        )
        error.phaseDurations = [
            PhaseDuration(phase: .searching, duration: .milliseconds(1200)),
            PhaseDuration(phase: .keys, duration: .milliseconds(4100)),
        ]
        return error
    }

    @Test("the tree shows the whole chain, and nothing that a terminal could act on")
    func tree() throws {
        let text = sample.detailedDescription() + "\n"
        #expect(try Fixture.difference(of: text, from: "errors/wrong-passphrase.txt") == nil)
        #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
    }

    @Test("the JSON form is stable")
    func json() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(sample), as: UTF8.self) + "\n"
        #expect(try Fixture.difference(of: text, from: "errors/wrong-passphrase.json") == nil)
    }

    @Test("an error without a remedy of its own has the first of its cause's, as text and as JSON")
    func remedy() throws {
        for cause in HotspotConfigurationError.Cause.allCases {
            let first = try #require(cause.remedies.first)
            let error = HotspotConfigurationError(cause, "a message")
            #expect(error.detailedDescription().contains("\n  to mend it: \(first)"))
            let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(error)) as? [String: Any]
            #expect(object?["remedy"] as? String == first)
            #expect((error as NSError).localizedRecoverySuggestion == first)
        }
    }

    @Test("codes have Apple's raw values and names")
    func codes() throws {
        let rows = try Fixture.rows("tables/apple-codes.csv")
        #expect(rows.count == 18)
        #expect(HotspotConfigurationError.Code.allCases.count == 18)
        for row in rows {
            let raw = try #require(Int(row[0]))
            let code = try #require(HotspotConfigurationError.Code(rawValue: raw))
            #expect(code.name == row[1])
        }
    }

    @Test("as an NSError it has Apple's domain, code and underlying error")
    func nsError() {
        let error = sample as NSError
        #expect(error.domain == "NEHotspotConfigurationErrorDomain")
        #expect(error.code == 2)
        #expect((error.userInfo[NSUnderlyingErrorKey] as? NSError)?.domain == "NetworkManager")
        #expect(error.localizedDescription.contains("did not accept"))
    }

    @Test("a catch by code matches, as with URLError")
    func catching() {
        do {
            throw sample as any Error
        } catch HotspotConfigurationError.internal {
            Issue.record("matched another code")
        } catch HotspotConfigurationError.invalidWPAPassphrase {
        } catch {
            Issue.record("matched no code")
        }
    }

    @Test("the chain is walked from the nearest error to the deepest")
    func chain() {
        let domains = sample.underlyingChain.map { ($0 as? any UnderlyingFailure)?.domain ?? "\(type(of: $0))" }
        #expect(
            domains == [
                "NetworkManager", "IEEE 802.11", "HotspotConfigurationError", "D-Bus", "CancellationError",
            ]
        )
    }

    @Test("NetworkManager's reasons have the names of its header")
    func reasons() throws {
        let rows = try Fixture.rows("tables/networkmanager-device-state-reasons.csv")
        #expect(rows.count == DeviceStateReason.names.count)
        for row in rows {
            let number = try #require(UInt32(row[0]))
            let name = row[1].lowercased().replacingOccurrences(of: "_", with: "-")
            #expect(DeviceStateReason(rawValue: number).name == name)
        }
    }

    static let busErrors: [(String, String, HotspotConfigurationError.Cause)] = [
        ("org.freedesktop.DBus.Error.ServiceUnknown", "", .backendUnavailable),
        ("org.freedesktop.DBus.Error.FileNotFound", "", .backendUnavailable),
        ("org.freedesktop.DBus.Error.AccessDenied", "", .deniedByPolicy),
        ("org.freedesktop.NetworkManager.PermissionDenied", "", .notAuthorized),
        ("org.freedesktop.NetworkManager.Settings.PermissionDenied", "", .notAuthorized),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.InvalidProperty",
            "802-11-wireless.ssid: SSID length is out of range", .malformedSSID
        ),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.InvalidProperty",
            "802-11-wireless-security.psk: property is invalid", .malformedPassphrase
        ),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.InvalidProperty",
            "802-11-wireless.band: 'zz' is not a valid band", .settingRefused
        ),
        ("org.freedesktop.NetworkManager.UnknownDevice", "", .deviceRemoved),
        ("org.freedesktop.NetworkManager.Settings.Failed", "", .storageFailed),
        ("org.example.Never.Heard", "", .unlisted),
    ]

    @Test("what a machine lacks is told with what was seen, never as a bare internal")
    func observations() throws {
        let objects = NetworkManagerObjects(managedObjects: .dictionary(key: "o", value: "a{sa{sv}}", []))
        let configuration = HotspotConfiguration(ssid: "Cafe", passphrase: "correct horse")
        let device = #expect(throws: HotspotConfigurationError.self) {
            try NetworkManagerPreflight(objects: objects, configuration: configuration).chooseDevice()
        }
        #expect(device?.cause == .noWirelessDevice)
        #expect(device?.underlyingErrors.isEmpty == false)
        let mismatch = #expect(throws: HotspotConfigurationError.self) {
            try KeyManagement.choose(for: configuration, offered: [.open])
        }
        #expect(mismatch?.underlyingErrors.isEmpty == false)
        let enterprise = #expect(throws: HotspotConfigurationError.self) {
            try HotspotConfiguration(
                ssid: "Cafe",
                eapSettings: .machine { $0.isTLSClientCertificateRequired = false }
            ).validate()
        }
        #expect(enterprise?.cause == .notSupported)
        #expect(enterprise?.underlyingErrors.isEmpty == false)
    }

    @Test("an error of the bus or the daemon has its cause, and keeps its name", arguments: busErrors)
    func busError(name: String, message: String, cause: HotspotConfigurationError.Cause) {
        let error = HotspotConfigurationError(
            dbus: DBusError(name: name, message: message, member: "x.Y"),
            subject: "\"Cafe\"",
            phase: .preparing
        )
        #expect(error.cause == cause)
        #expect(error.detailedDescription().contains(name))
    }
}

@Suite("The profile that NetworkManager is given")
struct ProfileBuilderTests {
    private func settings(
        _ configuration: HotspotConfiguration,
        _ keyManagement: KeyManagement,
        user: String? = nil
    ) -> [String: DBusValue] {
        ProfileBuilder(
            configuration: configuration,
            keyManagement: keyManagement,
            uuid: "u",
            owner: ProfileOwner(application: "app", user: user)
        ).settings.entries ?? [:]
    }

    @Test("a WPA profile has the passphrase, the owner's tag and nothing that it need not have")
    func wpa() {
        let made = settings(HotspotConfiguration(ssid: "Cafe", passphrase: "correct horse"), .wpaPSK)
        #expect(made["802-11-wireless-security"]?.entries?["key-mgmt"]?.text == "wpa-psk")
        #expect(made["802-11-wireless-security"]?.entries?["psk"]?.text == "correct horse")
        #expect(made["802-11-wireless"]?.entries?["ssid"]?.octets == Array("Cafe".utf8))
        #expect(made["802-11-wireless"]?.entries?["hidden"] == nil)
        #expect(made["connection"]?.entries?["permissions"] == nil)
        #expect(made["user"]?.entries?["data"]?.entries?["io.hotspot.owner"]?.text == "app")
        let profile = NetworkManagerProfile(
            path: "/p",
            settings: .dictionary(
                key: "s",
                value: "v",
                made.map {
                    DBusValue.Entry(key: .string($0.key), value: $0.value)
                }
            )
        )
        #expect(ProfileOwner(application: "app", user: nil).owns(profile))
        #expect(!ProfileOwner(application: "app", user: "ada").owns(profile))
        #expect(!ProfileOwner(application: "other", user: nil).owns(profile))
        #expect(profile.keyManagement == "wpa-psk")
    }

    @Test("an open profile has no security at all, and an SSID of any octets goes through")
    func open() {
        let made = settings(
            HotspotConfiguration(ssid: SSID(octets: [0xFF, 0, 0x1B]), passphrase: nil, hidden: true),
            .open
        )
        #expect(made["802-11-wireless-security"] == nil)
        #expect(made["802-11-wireless"]?.entries?["ssid"]?.octets == [0xFF, 0, 0x1B])
        #expect(made["802-11-wireless"]?.entries?["hidden"]?.boolean == true)
        #expect(made["connection"]?.entries?["id"]?.text == #"\xFF\x00\x1B"#)
    }

    @Test("a WEP key goes to its own property")
    func wep() {
        let made = settings(HotspotConfiguration(ssid: "Cafe", passphrase: "0123456789", isWEP: true), .wep)
        #expect(made["802-11-wireless-security"]?.entries?["wep-key0"]?.text == "0123456789")
        #expect(made["802-11-wireless-security"]?.entries?["psk"] == nil)
    }

    @Test("a user who may not make profiles for all makes one for himself")
    func ownProfile() {
        let made = settings(HotspotConfiguration(ssid: "Cafe"), .open, user: "ada")
        #expect(made["connection"]?.entries?["permissions"] == .strings(["user:ada:"]))
    }
}
