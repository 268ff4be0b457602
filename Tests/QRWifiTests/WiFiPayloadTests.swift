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
}
