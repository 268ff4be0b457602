import Foundation
import QRWifi
import Testing

@Suite("PayloadReport") struct ReportTests {
    /// Payloads with a report on record, by name.
    static let payloads: [(name: String, octets: [UInt8])] = [
        ("plain", utf8("WIFI:T:WPA;S:Cafe;P:correct horse;;")),
        ("diagnostics", utf8(#"WIFI:T:WPA;R:3;S:café;P:pass\word;rest;H:1;I:guest;;"#)),
        ("refused", utf8("WIFI:T:WPA;S:Cafe;P:short;;")),
        ("hostile", utf8("WIFI:T:WPA;S:\u{1B}[31m\u{202E}") + [0xFF] + utf8(";P:\u{1}12345678\u{9B};;")),
        (
            "eap",
            utf8("WIFI:T:WPA2-EAP;S:net;E:TTLS;PH2:MSCHAPV2;A:anonymous;I:me@example.org;P:secret;H:true;;")
        ),
        (
            "dpp",
            utf8(
                "DPP:C:81/1,115/36;M:5254005828e5;I:box;V:2;H:192.168.1.1:8908;"
                    + "K:MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACdAEasTAKNg6Wq5rk16U7AEMAvbB/DbdvXIm3vWhYb2w=;;"
            )
        ),
        ("no-payload", utf8("https://example.org/")),
    ]

    @Test("the report is the one on record", arguments: payloads.indices)
    func golden(_ index: Int) throws {
        let (name, octets) = Self.payloads[index]
        let report = PayloadReport(octets)
        for (suffix, text) in [
            ("txt", report.text(showsSecrets: false)), ("secrets.txt", report.text(showsSecrets: true)),
            ("json", report.json()),
        ] {
            let url = FixtureTable.url("reports").appending(component: "\(name).\(suffix)")
            if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil { try Data(text.utf8).write(to: url) }
            #expect(try String(contentsOf: url, encoding: .utf8) == text)
        }
    }

    @Test("the JSON form is JSON and gives back every octet", arguments: Decision.all)
    func json(_ row: Decision) throws {
        let report = PayloadReport(row.payload)
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
        )
        #expect(object["configuration"] as? String == row.configuration)
        guard let fields = row.fields, fields["scheme"] == nil else { return }
        for key in ["ssid", "passphrase", "identity", "passwordIdentifier", "eapMethod", "phase2", "anonymousIdentity"]
        {
            let expected = fields[key]
            let text = object[key] as? String
            let hex = object[key + "Hex"] as? String
            if let text { #expect(Array(text.utf8) == expected) }
            if let hex {
                #expect(hex == expected.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() })
            }
            #expect((text == nil && hex == nil) == (expected == nil))
        }
    }
}
