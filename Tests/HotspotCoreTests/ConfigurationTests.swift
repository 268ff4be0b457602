import IEEE80211
import Testing

@testable import HotspotCore

@Suite("A configuration's rules")
struct ConfigurationTests {
    typealias Code = HotspotConfigurationError.Code

    private func code(_ configuration: HotspotConfiguration) -> Code? {
        do throws(HotspotConfigurationError) {
            try configuration.validate()
            return nil
        } catch {
            return error.code
        }
    }

    static let ssids: [(Int, Code?)] = [(0, .invalidSSID), (1, nil), (32, nil), (33, .invalidSSID)]

    @Test("an SSID has 1 to 32 octets", arguments: ssids)
    func ssid(count: Int, expected: Code?) {
        #expect(code(HotspotConfiguration(ssid: String(repeating: "x", count: count))) == expected)
    }

    @Test("32 characters of two octets each are too long, and the message counts octets")
    func ssidOctets() {
        let error = #expect(throws: HotspotConfigurationError.self) {
            try HotspotConfiguration(ssid: String(repeating: "é", count: 32)).validate()
        }
        #expect(error?.message.contains("64 octets") == true)
    }

    static let passphrases: [(String, Code?)] = [
        ("", .invalidWPAPassphrase), ("1234567", .invalidWPAPassphrase), ("12345678", nil),
        (String(repeating: "x", count: 63), nil), (String(repeating: "x", count: 64), .invalidWPAPassphrase),
        (String(repeating: "aF", count: 32), nil), (String(repeating: "x", count: 65), .invalidWPAPassphrase),
        ("tab\there!", .invalidWPAPassphrase), ("pässwörd", nil),
    ]

    @Test("a WPA passphrase has 8 to 63 octets or 64 hexadecimal digits", arguments: passphrases)
    func passphrase(passphrase: String, expected: Code?) {
        #expect(code(HotspotConfiguration(ssid: "Cafe", passphrase: passphrase)) == expected)
    }

    @Test("an SAE password may be short, and may not be empty")
    func saePassword() {
        #expect(code(HotspotConfiguration(ssid: "Cafe", passphrase: Passphrase("abc"), security: .sae)) == nil)
        #expect(
            code(HotspotConfiguration(ssid: "Cafe", passphrase: Passphrase(""), security: .sae))
                == .invalidWPAPassphrase
        )
        #expect(
            code(HotspotConfiguration(ssid: "Cafe", passphrase: nil, security: .sae)) == .invalidWPAPassphrase
        )
    }

    static let wepKeys: [(String, Code?)] = [
        ("12345", nil), ("1234567890123", nil), ("0123456789", nil), ("0123456789abcdef0123456789", nil),
        ("123456", .invalidWEPPassphrase), ("012345678g", .invalidWEPPassphrase), ("", .invalidWEPPassphrase),
    ]

    @Test("a WEP key has 5 or 13 characters, or 10 or 26 hexadecimal digits", arguments: wepKeys)
    func wepKey(key: String, expected: Code?) {
        #expect(code(HotspotConfiguration(ssid: "Cafe", passphrase: key, isWEP: true)) == expected)
    }

    @Test("an open network with a passphrase contradicts itself")
    func contradiction() {
        #expect(
            code(HotspotConfiguration(ssid: "Cafe", passphrase: Passphrase("12345678"), security: .open)) == .invalid
        )
    }

    @Test("no refusal holds the secret")
    func noSecret() {
        for secret in ["hunter2", "hunter2\t89", String(repeating: "hunter2!", count: 9)] {
            let error = #expect(throws: HotspotConfigurationError.self) {
                try HotspotConfiguration(ssid: "Cafe", passphrase: secret).validate()
            }
            #expect(error?.detailedDescription().contains("hunter2") == false)
        }
        #expect(!"\(HotspotConfiguration(ssid: "Cafe", passphrase: "hunter2hunter2"))".contains("hunter2"))
        var dumped = ""
        dump(HotspotConfiguration(ssid: "Cafe", passphrase: "hunter2hunter2"), to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test("a payload becomes the configuration that it describes")
    func payload() throws {
        let configuration = try HotspotConfiguration(qrPayload: #"WIFI:T:WPA;S:Caf\;e;P:correct horse;H:true;;"#)
        #expect(configuration.ssid == "Caf;e")
        #expect(configuration.passphrase == Passphrase("correct horse"))
        #expect(configuration.security == .wpaPersonal)
        #expect(configuration.hidden)
        #expect(try HotspotConfiguration(qrPayload: "WIFI:T:SAE;S:a;P:b;;").security == .sae)
        #expect(try HotspotConfiguration(qrPayload: "WIFI:T:nopass;S:a;;").passphrase == nil)
    }

    static let refusedPayloads: [(String, Code)] = [
        ("https://example.org", .invalid), ("", .invalid), ("WIFI:T:WPA;P:12345678;;", .invalidSSID),
        ("WIFI:T:WPA;S:a;P:123;;", .invalidWPAPassphrase), ("WIFI:T:WEP;S:a;P:123;;", .invalidWEPPassphrase),
        ("WIFI:T:WPA2-EAP;S:a;P:123;;", .invalidEAPSettings), ("WIFI:T:WAPI;S:a;P:12345678;;", .invalid),
    ]

    @Test("a payload of bad form has Apple's code and says where", arguments: refusedPayloads)
    func refusedPayload(payload: String, expected: Code) {
        let error = #expect(throws: HotspotConfigurationError.self) { try HotspotConfiguration(qrPayload: payload) }
        #expect(error?.code == expected)
        #expect(error?.underlyingErrors.first is PayloadFailure)
    }

    @Test("equality of secrets is by octets, and their hash tells nothing")
    func secrets() {
        #expect(Passphrase("a") == Passphrase(octets: [0x61]))
        #expect(Passphrase("a") != Passphrase("b"))
        #expect(Passphrase("a") != Passphrase("aa"))
        #expect(Passphrase("a").hashValue == Passphrase("b").hashValue)
    }

    @Test("an SSID's description cannot act on a terminal")
    func printable() {
        #expect(SSID("Cafe").description == "Cafe")
        #expect(SSID("\u{1B}[31mred").description == #"\x1B[31mred"#)
        #expect(SSID(octets: [0x43, 0xFF, 0x00]).description == #"C\xFF\x00"#)
        #expect(SSID("a\u{202E}b").description == #"a\u{202E}b"#)
        #expect(SSID(#"a\b"#).description == #"a\\b"#)
    }
}

@Suite("The choice of the key management")
struct KeyManagementTests {
    static let rows: [(HotspotSecurity, Bool, [BSSSecurity], KeyManagement?, HotspotConfigurationError.Cause?)] = [
        // Not heard: at the configuration's word.
        (.automatic, true, [], .wpaPSK, nil),
        (.automatic, false, [], .open, nil),
        (.sae, true, [], .sae, nil),
        (.wep, true, [], .wep, nil),
        (.enhancedOpen, false, [], .owe, nil),
        // Heard, with a passphrase.
        (.automatic, true, [[.rsn, .psk]], .wpaPSK, nil),
        (.automatic, true, [[.rsn, .psk, .sae]], .wpaPSK, nil),
        (.automatic, true, [[.rsn, .sae]], .sae, nil),
        (.wpaPersonal, true, [[.rsn, .sae]], .sae, nil),
        (.sae, true, [[.rsn, .psk, .sae]], .sae, nil),
        (.automatic, true, [[.rsn, .sae], [.rsn, .psk]], .wpaPSK, nil),
        // Never weaker than what was asked for.
        (.automatic, true, [.open], nil, .securityMismatch),
        (.automatic, true, [.wep], nil, .securityMismatch),
        (.automatic, true, [[.rsn, .enterprise]], nil, .securityMismatch),
        (.sae, true, [[.rsn, .psk]], nil, .securityMismatch),
        (.open, false, [[.rsn, .psk]], nil, .securityMismatch),
        // Heard, without a passphrase.
        (.automatic, false, [.open], .open, nil),
        (.automatic, false, [[.rsn, .owe]], .owe, nil),
        (.automatic, false, [[.open, .oweTransition], [.rsn, .owe]], .owe, nil),
        (.automatic, false, [[.rsn, .psk]], nil, .passphraseMissing),
        (.automatic, false, [.wep], nil, .passphraseMissing),
        // Enterprise networks.
        (.enterprise, false, [], .wpaEAP, nil),
        (.enterprise, false, [[.rsn, .enterprise]], .wpaEAP, nil),
        (.enterprise, false, [[.rsn, .psk]], nil, .securityMismatch),
        (.automatic, false, [[.rsn, .enterprise]], nil, .securityMismatch),
        // One access point that fits is enough.
        (.automatic, true, [.open, [.rsn, .psk]], .wpaPSK, nil),
    ]

    @Test("it follows what is offered and never falls below what was asked for", arguments: rows)
    func choice(
        security: HotspotSecurity,
        hasPassphrase: Bool,
        offered: [BSSSecurity],
        expected: KeyManagement?,
        cause: HotspotConfigurationError.Cause?
    ) {
        let configuration = HotspotConfiguration(
            ssid: "Cafe",
            passphrase: hasPassphrase ? Passphrase("correct horse") : nil,
            security: security
        )
        do throws(HotspotConfigurationError) {
            let choice = try KeyManagement.choose(for: configuration, offered: offered)
            #expect(choice == expected)
        } catch {
            #expect(error.cause == cause)
            #expect(expected == nil)
        }
    }

    @Test("NetworkManager's flags are read as the offers that they stand for")
    func flags() {
        func read(_ flags: UInt32, _ isPrivate: Bool) -> BSSSecurity {
            BSSSecurity(flags: AccessPointSecurityFlags(rawValue: flags), isPrivate: isPrivate)
        }
        #expect(read(0, false) == .open)
        #expect(read(0, true) == .wep)
        #expect(read(0x188, true) == .psk)
        #expect(read(0x588, true) == [.psk, .sae])
        #expect(read(0x488, true) == .sae)
        #expect(read(0x888, true) == .owe)
        #expect(read(0x1000, false) == [.oweTransition, .open])
        #expect(read(0x288, true) == .enterprise)
    }
}
