import QRWifi
import Testing

@Suite("WiFiPayload") struct WiFiPayloadTests {
    @Test("a plain WPA payload reads whole") func plain() throws {
        let payload = try WiFiPayload("WIFI:T:WPA;S:Cafe;P:correct horse;;")
        #expect(payload.ssid == Array("Cafe".utf8))
        #expect(payload.passphrase == Array("correct horse".utf8))
        #expect(payload.security == .wpa)
        #expect(payload.diagnostics == [])
        let configuration = try payload.configuration()
        #expect(configuration.ssid == Array("Cafe".utf8))
        #expect(!configuration.isRawPSK)
    }

    @Test(
        "a diagnostic names the field it is about",
        arguments: [
            (#"WIFI:S:\a;;"#, Diagnostic.Field.ssid), (#"WIFI:S:a;P:\a;;"#, .passphrase),
            (#"WIFI:S:a;I:\a;;"#, .identity),
            (#"WIFI:S:a;A:\a;;"#, .anonymousIdentity), (#"WIFI:S:a;E:\a;;"#, .eapMethod),
            (#"WIFI:S:a;PH2:\a;;"#, .phase2),
            ("WIFI:S:a;K:x;;", .publicKey), ("WIFI:T:x;S:a;;", .type), ("WIFI:S:a;H:x;;", .hidden),
            ("WIFI:S:a;R:x;;", .transitionDisable), ("WIFI:S:a;x;;", .ssid), ("WIFI:S:a;S:b;;", .ssid),
            ("WIFI:S:a;P:b;P:c;;", .passphrase), ("WIFI:S:\"b\";;", .ssid), ("WIFI:S:%20;;", .ssid),
        ]
    )
    func field(_ payload: String, _ field: Diagnostic.Field) throws {
        #expect(try WiFiPayload(payload).diagnostics.contains { $0.field == field }, "\(payload)")
    }

    @Test("percent pairs are decoded, kept or decided by evidence as asked for")
    func reading() throws {
        let octets = Array("WIFI:T:WPA;S:a%20b%4;P:pass%3Bword;;".utf8)
        #expect(try WiFiPayload(octets, reading: .zxing).ssid == Array("a%20b%4".utf8))
        #expect(try WiFiPayload(octets, reading: .wpa3).ssid == Array("a b%4".utf8))
        #expect(try WiFiPayload(octets).ssid == Array("a%20b%4".utf8))
        #expect(try WiFiPayload(#"WIFI:S:a\b"c";;"#, reading: .wpa3).ssid == Array(#"a\b"c""#.utf8))
    }

    @Test("values longer than what is kept in place read the same")
    func long() throws {
        for count in [1, 7, 8, 9, 60, 112, 113, 119, 120, 121, 200, 2_000] {
            let text = String(repeating: "x", count: count)
            let payload = try WiFiPayload("WIFI:T:SAE;S:net;I:id;P:\(text);;")
            #expect(payload.passphrase == Array(text.utf8))
            #expect(payload.ssid == Array("net".utf8))
            #expect(payload.passwordIdentifier == Array("id".utf8))
            #expect(try payload == WiFiPayload("WIFI:T:SAE;S:net;I:id;P:\(text);;"))
            #expect(try payload != WiFiPayload("WIFI:T:SAE;S:nat;I:id;P:\(text);;"))
        }
    }

    @Test("a DPP: URI is no WIFI: payload, and the error says so") func dpp() {
        let error = #expect(throws: PayloadError.self) { try WiFiPayload("DPP:K:x;;") }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("DPP") == true)
    }
}
