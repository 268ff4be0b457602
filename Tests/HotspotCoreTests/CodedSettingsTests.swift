import Foundation
import TestSupport
import Testing

@testable import HotspotCore

/// The coded form of what a configuration has inside: files that an older or a newer version has written.
@Suite("Coded settings")
struct CodedSettingsTests {
    private static var eap: HotspotEAPSettings {
        var settings = HotspotEAPSettings(.peap, username: "alice", password: Passphrase("wonderland"))
        settings.outerIdentity = "anonymous"
        settings.trustedServerNames = ["radius.example.net"]
        settings.trustedServerCertificates = [.file("/a"), .octets(Passphrase("b"))]
        settings.trustsSystemAuthorities = true
        settings.allowsUntrustedServer = true
        settings.ttlsInnerAuthenticationType = .pap
        settings.innerEAPType = .gtc
        settings.preferredTLSVersion = .tls11
        settings.clientCertificate = .file("/c")
        settings.privateKey = .file("/k")
        settings.privateKeyPassword = Passphrase("key")
        settings.isTLSClientCertificateRequired = true
        return settings
    }

    private static var passpoint: HotspotHS20Settings {
        var settings = HotspotHS20Settings(domainName: "example.net", roamingEnabled: true)
        settings.roamingConsortiumOIs = ["001122"]
        settings.naiRealmNames = ["example.net"]
        settings.mccAndMNCs = ["262001"]
        return settings
    }

    private static let manual = HotspotAddressing.Manual(
        addresses: ["192.0.2.7/24"],
        gateways: ["192.0.2.1"],
        nameServers: ["192.0.2.1"]
    )

    /// Decodes a value without each of its keys, and encodes it again: every other key must be as it was.
    private func leaveOut<Value: Codable & Equatable>(_ value: Value, keys count: Int) throws {
        let data = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(Value.self, from: data) == value)
        let whole = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(whole.count == count, "a key without a test: \(whole.keys)")
        for key in whole.keys {
            var part = whole
            part[key] = nil
            part["aKeyOfANewerVersion"] = ["a": 1]
            let decoded = try JSONDecoder().decode(Value.self, from: JSONSerialization.data(withJSONObject: part))
            var again = try #require(
                try JSONSerialization.jsonObject(with: JSONEncoder().encode(decoded)) as? [String: Any]
            )
            part["aKeyOfANewerVersion"] = nil
            // Whose absence would mean something else is written always.
            for mandatory in ["domainName", "addresses"] where key == mandatory { again[key] = nil }
            #expect(NSDictionary(dictionary: again) == NSDictionary(dictionary: part), "\(key)")
        }
    }

    @Test("a key that is left out has its usual value, and one of a newer version is left alone")
    func keys() throws {
        try leaveOut(Self.eap, keys: 15)
        try leaveOut(Self.passpoint, keys: 5)
        try leaveOut(Self.manual, keys: 3)
    }

    @Test("settings that say nothing have nothing")
    func empty() throws {
        let data = Data(#"{"ssid":"Campus","eapSettings":{"supportedEAPTypes":[25]},"hs20Settings":{}}"#.utf8)
        let decoded = try JSONDecoder().decode(HotspotConfiguration.self, from: data)
        #expect(decoded.eapSettings?.supportedEAPTypes == [.peap])
        #expect(decoded.eapSettings?.preferredTLSVersion == .tls12)
        #expect(decoded.hs20Settings?.domainName.isEmpty == true)
        #expect(String(decoding: try JSONEncoder().encode(HotspotEAPSettings()), as: UTF8.self) == "{}")
    }

    @Test("choices are written by their names, and the compiler's form of them is read as well")
    func choices() throws {
        let addressings: [(HotspotAddressing, String, String)] = [
            (.automatic, #""automatic""#, #"{"automatic":{}}"#), (.none, #""none""#, #"{"none":{}}"#),
            (
                .manual(HotspotAddressing.Manual(addresses: ["192.0.2.7/24"])),
                #"{"manual":{"addresses":["192.0.2.7/24"]}}"#, #"{"manual":{"_0":{"addresses":["192.0.2.7/24"]}}}"#
            ),
        ]
        for (value, form, older) in addressings { try check(value, form, older) }
        let stations: [(HotspotStationAddress, String)] = [
            (.systemDefault, "systemDefault"), (.permanent, "permanent"), (.random, "random"), (.stable, "stable"),
        ]
        for (value, name) in stations { try check(value, "\"\(name)\"", "{\"\(name)\":{}}") }
        try check(EAPCredential.file("/a"), #"{"file":"/a"}"#, #"{"file":{"_0":"/a"}}"#)
        try check(EAPCredential.octets(Passphrase("a")), #"{"octets":"a"}"#, #"{"octets":{"_0":"a"}}"#)
        for wrong in [#""manual""#, #""dhcp""#, "{}", #"{"automatic":{},"none":{}}"#, "7", #"{"manual":7}"#] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(HotspotAddressing.self, from: Data(wrong.utf8))
            }
        }
    }

    private func check<Value: Codable & Equatable>(_ value: Value, _ form: String, _ older: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == form)
        for text in [form, older] {
            #expect(try JSONDecoder().decode(Value.self, from: Data(text.utf8)) == value, "\(text)")
        }
    }
}
