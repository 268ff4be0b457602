/// From raw text to octets: outer quotes first, then backslashes, then percent pairs.
extension RawValue {
    /// What is to be said about quotes around a value.
    enum Quotes { case none, dropped, kept }

    /// Drops unescaped quotes around hexadecimal digits: some writers put them so that the digits are read as text.
    @inline(__always)
    mutating func unquote(_ octets: Span<UInt8>) -> Quotes {
        count >= 2 && octets[Int(start)] == 0x22 ? dropQuotes(octets) : .none
    }

    @inline(never)
    private mutating func dropQuotes(_ octets: Span<UInt8>) -> Quotes {
        guard octets[range.upperBound - 1] == 0x22 else { return .none }
        let inner = range.lowerBound + 1..<range.upperBound - 1
        var digits = inner
        if inner.count > 2, octets[inner.lowerBound] == 0x30, octets[inner.lowerBound + 1] & 0xDF == 0x58 {
            digits = inner.lowerBound + 2..<inner.upperBound
        }
        if octets.extracting(digits).isHex {
            self = self.inner
            return .dropped
        }
        var backslashes = 0
        while octets[range.upperBound - 2 - backslashes] == 0x5C { backslashes += 1 }
        return backslashes.isMultiple(of: 2) ? .kept : .none
    }

    /// The result of decoding, apart from the octets.
    struct Outcome {
        /// Where a backslash escapes something that never needs it.
        var unusualEscape: Int?
        /// Where a backslash ends the payload.
        var backslashAtEnd: Int?
    }

    /// Appends the octets of the value.
    ///
    /// There are never more of them than of raw text.
    @inline(__always)
    func decode(
        _ octets: Span<UInt8>,
        percent: Bool,
        into output: inout MutableSpan<UInt8>,
        _ count: inout Int,
        outcome: inout Outcome
    ) {
        var index = range.lowerBound
        let end = range.upperBound
        while index < end {
            let octet = octets[index]
            if octet == 0x5C, hasBackslash {
                guard index &+ 1 < end else {
                    outcome.backslashAtEnd = index
                    output.put(octet, &count)
                    return
                }
                let escaped = octets[index &+ 1]
                if !escaped.isASCIIPunctuation, outcome.unusualEscape == nil {
                    outcome.unusualEscape = index
                }
                output.put(escaped, &count)
                index &+= 2
            } else if octet == 0x25, percent, index &+ 2 < end, let high = octets[index &+ 1].hexValue,
                let low = octets[index &+ 2].hexValue
            {
                output.put(high &<< 4 | low, &count)
                index &+= 3
            } else {
                output.put(octet, &count)
                index &+= 1
            }
        }
    }

    /// The octets of the value in an array of their own.
    func decoded(_ octets: Span<UInt8>, percent: Bool) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: range.count)
        var count = 0
        do {
            var output = result.mutableSpan
            var outcome = Outcome()
            decode(octets, percent: percent, into: &output, &count, outcome: &outcome)
        }
        result.removeLast(result.count - count)
        return result
    }

    /// What the percent signs of a value say about who wrote it.
    struct PercentEvidence {
        /// Every percent sign starts a pair of hexadecimal digits.
        var allPairs = true
        /// A pair stands for an octet that can't stand raw in a URI (RFC 3986), or for `;`.
        var needed = false
        /// What the pairs decode to is UTF-8 without control octets.
        var isText = true

        mutating func add(_ value: RawValue, in octets: Span<UInt8>) {
            var index = value.range.lowerBound
            let end = value.range.upperBound
            while index < end {
                guard octets[index] == 0x25 else {
                    index += 1
                    continue
                }
                guard index + 2 < end, let high = octets[index + 1].hexValue, let low = octets[index + 2].hexValue
                else {
                    allPairs = false
                    return
                }
                switch high << 4 | low {
                case 0x20, 0x22, 0x25, 0x3B, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B...0x7D, 0x80...0xFF: needed = true
                default: break
                }
                index += 3
            }
            let decoded = value.decoded(octets, percent: true)
            let kinds = OctetKinds(decoded.span)
            if kinds.control || (kinds.nonASCII && !decoded.span.isUTF8) { isText = false }
        }
    }
}
