/// What comes before and after the components: byte order mark, blanks, scheme, trailing control octets.
struct PayloadFrame {
    enum Scheme { case wifi, dpp }

    /// No QR code holds more: version 40-L in numeric mode (ISO/IEC 18004:2015, table 7).
    static let maximumCount = 7_089

    var scheme: Scheme
    /// The components, without the scheme.
    var body: Range<Int>
    var blanksBeforeScheme: Int?

    /// Finds the scheme, in any case of its letters.
    @inline(__always)
    init?(_ octets: Span<UInt8>) {
        var end = octets.count
        guard end <= Self.maximumCount else { return nil }
        while end > 0, octets[end &- 1] < 0x20 || octets[end &- 1] == 0x7F { end &-= 1 }
        var start = 0
        if end >= 3, octets[0] == 0xEF, octets[1] == 0xBB, octets[2] == 0xBF { start = 3 }
        let blanks = start
        while start < end, octets[start].isBlank { start &+= 1 }
        blanksBeforeScheme = start > blanks ? blanks : nil
        // "WIFI" and "DPP:" as words, the first letter in the lowest bits; the colon of the latter folds to 0x1A.
        if end &- start >= 5, octets.foldedQuad(at: start) == 0x4946_4957, octets[start &+ 4] == 0x3A {
            scheme = .wifi
            body = start &+ 5..<end
        } else if end &- start >= 4, octets.foldedQuad(at: start) == 0x1A50_5044, octets[start &+ 3] == 0x3A {
            scheme = .dpp
            body = start &+ 4..<end
        } else {
            return nil
        }
    }

    @inline(__always)
    private static func scheme(_ name: StaticString, in octets: Span<UInt8>, at start: Int, end: Int) -> Bool {
        guard end &- start >= name.utf8CodeUnitCount else { return false }
        for index in 0..<name.utf8CodeUnitCount
        where octets[start &+ index].asciiUppercased != name.utf8Start[index] {
            return false
        }
        return true
    }

    /// Why the text has no scheme of ours.
    ///
    /// Names what was found only from a closed list, as the text may be a secret.
    static func refusal(_ octets: Span<UInt8>) -> PayloadError {
        if octets.count > maximumCount {
            return PayloadError(
                .invalid,
                field: "payload",
                message: "the payload has \(octets.count) octets; no QR code holds more than \(maximumCount)"
            )
        }
        if octets.isEmpty {
            return PayloadError(.invalid, field: "payload", message: "the payload is empty")
        }
        let known: [StaticString] = [
            "HTTPS:", "HTTP:", "MECARD:", "BEGIN:", "MATMSG:", "MAILTO:", "TEL:", "SMSTO:", "SMS:", "GEO:", "OTPAUTH:",
        ]
        var found = "found \(octets.count) octets of something else"
        for name in known where scheme(name, in: octets, at: 0, end: octets.count) { found = "found \(name)" }
        return PayloadError(
            .invalid,
            field: "payload",
            message: "the payload does not start with WIFI: or DPP: (\(found))",
            offset: 0
        )
    }
}
