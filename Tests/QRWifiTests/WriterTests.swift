import QRWifi
import Testing

@Suite("WrittenPayload") struct WriterTests {
    @Test(
        "the form is the one that most scanners read",
        arguments: [
            (PayloadConfiguration(ssid: utf8("net"), security: .open), "WIFI:T:nopass;S:net;;"),
            (
                PayloadConfiguration(ssid: utf8("net"), security: .wpa, passphrase: utf8("password"), hidden: true),
                "WIFI:T:WPA;S:net;H:true;P:password;;"
            ),
            (
                PayloadConfiguration(ssid: utf8("a;b,c:d\\e\"f"), security: .wpa, passphrase: utf8("\"quoted\"")),
                #"WIFI:T:WPA;S:a\;b\,c\:d\\e"f;P:\"quoted\";;"#
            ),
            (
                PayloadConfiguration(ssid: utf8("cafe"), security: .sae, passphrase: utf8("x")),
                "WIFI:T:SAE;S:cafe;P:x;;"
            ),
            (
                PayloadConfiguration(ssid: utf8("net"), security: .owe, transitionDisable: 8),
                "WIFI:T:nopass;R:8;S:net;;"
            ),
            (
                PayloadConfiguration(ssid: utf8("net"), security: .wep, passphrase: utf8("12345")),
                "WIFI:T:WEP;S:net;P:12345;;"
            ),
            (
                PayloadConfiguration(
                    ssid: utf8("net"),
                    security: .eap,
                    passphrase: utf8("secret"),
                    identity: utf8("me"),
                    eapMethod: .ttls,
                    phase2: .mschapv2
                ), "WIFI:T:WPA2-EAP;S:net;E:TTLS;PH2:MSCHAPV2;A:;I:me;P:secret;;"
            ),
            (
                PayloadConfiguration(ssid: utf8("net"), security: .wpa, passphrase: utf8("100%3B safe")),
                #"WIFI:T:WPA;S:net;P:100\%3B safe;;"#
            ),
        ]
    )
    func form(_ configuration: PayloadConfiguration, _ payload: String) throws {
        #expect(try String(decoding: WrittenPayload(configuration).octets, as: UTF8.self) == payload)
    }

    @Test("SAE can be written as the WPA3 specification has it") func transitionDisable() throws {
        let configuration = PayloadConfiguration(ssid: utf8("net"), security: .sae, passphrase: utf8("password"))
        let written = try WrittenPayload(configuration, saeForm: .transitionDisable)
        #expect(written.octets == utf8("WIFI:T:WPA;R:1;S:net;P:password;;"))
        #expect(written.warnings == [.transitionDisable])
        #expect(try WiFiPayload(written.octets).configuration().security == .sae)
    }

    @Test("an SSID that is not UTF-8 is refused, or written as percent pairs if wanted") func notUTF8() throws {
        let configuration = PayloadConfiguration(
            ssid: [0xFF, 0x5C, 0x00, 0x41],
            security: .wpa,
            passphrase: utf8("pass;word")
        )
        #expect(throws: PayloadError.self) { try WrittenPayload(configuration) }
        let written = try WrittenPayload(configuration, allowsPercentForm: true)
        #expect(written.octets == utf8("WIFI:T:WPA;R:0;S:%FF%5C%00A;P:pass%3Bword;;"))
        let read = try WiFiPayload(written.octets).configuration()
        #expect(read.ssid == configuration.ssid)
        #expect(read.passphrase == configuration.passphrase)
    }

    @Test(
        "what has no form or can't be joined is refused with the code of its field",
        arguments: [
            (PayloadConfiguration(ssid: [], security: .open), PayloadError.Code.invalidSSID),
            (PayloadConfiguration(ssid: Array(repeating: 0x61, count: 33), security: .open), .invalidSSID),
            (PayloadConfiguration(ssid: [0xFF], security: .open), .invalidSSID),
            (PayloadConfiguration(ssid: [0x61], security: .wpa, passphrase: utf8("short")), .invalidWPAPassphrase),
            (
                PayloadConfiguration(ssid: [0x61], security: .wpa, passphrase: [0xFF] + utf8("password")),
                .invalidWPAPassphrase
            ),
            (PayloadConfiguration(ssid: [0x61], security: .wep, passphrase: utf8("123")), .invalidWEPPassphrase),
            (PayloadConfiguration(ssid: [0x61], security: .eap), .invalidEAPSettings),
            (
                PayloadConfiguration(ssid: [0x61], security: .eap, identity: utf8("me"), eapMethod: .tls),
                .invalidEAPSettings
            ),
            (
                PayloadConfiguration(
                    ssid: [0x61],
                    security: .wpa,
                    passphrase: utf8("password"),
                    transitionDisable: 1
                ), .invalid
            ),
            (
                PayloadConfiguration(
                    ssid: [0x61],
                    security: .sae,
                    passphrase: utf8("password"),
                    publicKey: utf8("MDkw")
                ), .invalid
            ),
            (
                PayloadConfiguration(ssid: [0x61], security: .sae, passphrase: Array(repeating: 0x61, count: 3_000)),
                .invalid
            ),
        ]
    )
    func refusal(_ configuration: PayloadConfiguration, _ code: PayloadError.Code) {
        let error = #expect(throws: PayloadError.self) { try WrittenPayload(configuration) }
        #expect(error?.code == code)
    }

    @Test(
        "whoever is known to read a form differently is warned of",
        arguments: [
            (PayloadConfiguration(ssid: utf8("net\\"), security: .open), [WrittenPayload.Warning.endsInBackslash]),
            (PayloadConfiguration(ssid: utf8("\"net\""), security: .open), [.outerQuotes]),
            (PayloadConfiguration(ssid: utf8("net"), security: .owe), [.oweAsOpen]),
            (PayloadConfiguration(ssid: utf8("net"), security: .wep, passphrase: utf8("12345")), [.wep]),
            (PayloadConfiguration(ssid: utf8("net"), security: .sae, passphrase: utf8("password")), [.saeType]),
            (
                PayloadConfiguration(ssid: utf8("net"), security: .sae, passphrase: utf8("x")),
                [.passwordLengthUnusual, .saeType]
            ),
            (
                PayloadConfiguration(
                    ssid: utf8("net"),
                    security: .wpa,
                    passphrase: Array(repeating: 0x61, count: 64),
                    isRawPSK: true
                ),
                [.rawPSK]
            ),
            (
                PayloadConfiguration(ssid: utf8("net"), security: .wpa, passphrase: utf8("pässword")),
                [.passphraseNotASCII]
            ),
            (PayloadConfiguration(ssid: utf8("n\u{7}"), security: .open), [.controlOctets]),
            (PayloadConfiguration(ssid: utf8("a%20b"), security: .open), [.percentEscaped]),
            (PayloadConfiguration(ssid: utf8("net"), security: .eap, eapMethod: .sim), [.eap]),
            (
                PayloadConfiguration(
                    ssid: utf8("net"),
                    security: .sae,
                    passphrase: utf8("password"),
                    passwordIdentifier: utf8("id")
                ),
                [.wpa3Fields, .saeType]
            ),
        ]
    )
    func warnings(_ configuration: PayloadConfiguration, _ warnings: [WrittenPayload.Warning]) throws {
        #expect(try WrittenPayload(configuration).warnings == warnings)
    }

    @Test("what is written reads back the same, and Android reads it so wherever there is no warning")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<4_000 {
            let configuration = PayloadConfiguration.random(&generator)
            let written = try WrittenPayload(configuration)
            let read = try WiFiPayload(written.octets).configuration()
            guard read == configuration else {
                Issue.record("\(String(decoding: written.octets, as: UTF8.self))")
                return
            }
            for generation in AndroidModel.Generation.allCases {
                guard isReadByAndroid(written, configuration, generation) else {
                    Issue.record("\(generation): \(String(decoding: written.octets, as: UTF8.self))")
                    return
                }
            }
        }
    }

    private func isReadByAndroid(
        _ written: WrittenPayload,
        _ configuration: PayloadConfiguration,
        _ generation: AndroidModel.Generation
    ) -> Bool {
        let warnings = Set(written.warnings)
        if warnings.contains(.eap) { return true }
        if generation == .settings, !warnings.isDisjoint(with: [.endsInBackslash, .outerQuotes]) { return true }
        guard let android = AndroidModel(written.octets, generation) else { return false }
        let kind: AndroidModel.Kind =
            switch configuration.security {
            case .open, .owe: .open
            case .wep: .wep
            case .sae: .sae
            case .wpa, .eap: .personal
            }
        return android.kind == kind && android.ssid == configuration.ssid && android.hidden == configuration.hidden
            && android.passphrase == (configuration.passphrase ?? [])
    }
}

/// The octets of text.
func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }
