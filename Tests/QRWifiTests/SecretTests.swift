import QRWifi
import Testing

@Suite("Secrets and strangers' octets") struct SecretTests {
    /// The rows of the table with a passphrase that no message holds by chance.
    static let payloads: [(name: String, octets: [UInt8])] = Decision.all.compactMap { row in
        let text = String(decoding: row.payload, as: UTF8.self)
        guard text.contains("password") || text.contains("secret") else { return nil }
        return (row.name, Array(text.replacing("password", with: "Zx7Qw9vK").replacing("secret", with: "Zx7Qw9").utf8))
    }

    @Test("no diagnostic, error, description or report holds the passphrase", arguments: payloads.indices)
    func secret(_ index: Int) throws {
        let octets = Self.payloads[index].octets
        var texts: [String] = []
        do {
            let payload = try QRPayload(octets)
            texts += payload.diagnostics.map { "\($0)" }
            texts += ["\(payload)", String(reflecting: payload)]
            var dumped = ""
            dump(payload, to: &dumped)
            texts.append(dumped)
            let configuration = try payload.configuration()
            texts += ["\(configuration)", String(reflecting: configuration)]
            dump(configuration, to: &dumped)
            texts.append(dumped)
            let written = try WrittenPayload(configuration)
            texts += ["\(written)"] + written.warnings.map(\.message)
            dump(written, to: &dumped)
            texts.append(dumped)
        } catch {
            texts += ["\(error)", String(reflecting: error)]
        }
        if Self.payloads[index].name != "type-adb" { texts.append(PayloadReport(octets).text(showsSecrets: false)) }
        for text in texts { #expect(!text.contains("Zx7Qw9"), "\(Self.payloads[index].name): \(text)") }
    }

    @Test("the rest of a passphrase with an unescaped ';' is starred out too")
    func rest() throws {
        let report = PayloadReport(utf8(#"WIFI:T:WPA;S:net;P:Zx7Qw9vK;Qw9:Qw9vK;P:Qw9vK;S:Qw9;x\;"#))
        #expect(!report.text(showsSecrets: false).contains("Qw9"))
        #expect(report.text(showsSecrets: true).contains("Qw9"))
    }

    @Test(
        "octets are spelled out if a terminal would act on them or a person can't see them",
        arguments: [
            ([0x61, 0x20, 0x62], "a b"), ([0x1B, 0x5B, 0x33, 0x31, 0x6D], #"\x1B[31m"#), ([0x00, 0x7F], #"\x00\x7F"#),
            ([0x5C], #"\\"#), ([0xFF, 0xC3], #"\xFF\xC3"#), ([0xC3, 0xA9], "é"), (utf8("\u{9B}31m"), #"\u{9B}31m"#),
            (utf8("a\u{202E}b\u{2066}"), #"a\u{202E}b\u{2066}"#),
            (utf8("\u{200B}\u{FEFF}\u{2028}"), #"\u{200B}\u{FEFF}\u{2028}"#),
            (utf8("\u{A0}\u{3000}"), #"\u{A0}\u{3000}"#), (utf8("\u{E0041}\u{E000}"), #"\u{E0041}\u{E000}"#),
            (utf8("日本🛜"), "日本🛜"), ([0xED, 0xA0, 0x80], #"\xED\xA0\x80"#), ([0xF0, 0x9F, 0x98], #"\xF0\x9F\x98"#),
        ]
    )
    func terminal(_ octets: [UInt8], _ text: String) {
        #expect(TerminalText(octets).description == text)
    }

    @Test("the caret stands under the octet, whatever the text before it needs of columns")
    func caret() {
        let octets = utf8("WIFI:S:日\u{1B};P:Zx7Qw9vK;")
        let excerpt = PayloadExcerpt(octets)
        let (text, caret) = excerpt.lines(at: 7)
        #expect(text == #"WIFI:S:日\x1B;P:********;"#)
        #expect(caret == "       ^")
        #expect(excerpt.lines(at: 10).caret == "         ^")
        #expect(excerpt.lines(at: 14).caret == "                ^")
    }

    @Test("a long payload is cut around the caret")
    func window() {
        let octets = utf8(
            "WIFI:S:" + String(repeating: "a", count: 300) + "!" + String(repeating: "b", count: 300) + ";"
        )
        let (text, caret) = PayloadExcerpt(octets).lines(at: 307)
        #expect(text.count <= PayloadExcerpt.width + 6)
        let column = caret.count - 1
        #expect(text.dropFirst(column).first == "!")
    }
}
