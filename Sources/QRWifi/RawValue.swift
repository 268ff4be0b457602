/// Where the value of one key stands, before quotes, escapes and percent pairs are looked at.
///
/// One word: where it starts, where it ends, whether it has backslashes, percent signs, and octets that are not printable
/// ASCII.
struct RawValue {
    private var bits: UInt64 = 0

    /// No value.
    @inline(__always)
    init() {}

    @inline(__always)
    init(start: Int, end: Int, hasBackslash: Bool, hasPercent: Bool, isUnusual: Bool) {
        bits =
            UInt64(UInt16(truncatingIfNeeded: start)) | UInt64(UInt16(truncatingIfNeeded: end)) &<< 16
            | (hasBackslash ? 1 &<< 32 : 0) | (hasPercent ? 1 &<< 33 : 0)
            | (isUnusual ? 1 &<< 34 : 0)
    }

    @inline(__always) var start: UInt16 { UInt16(truncatingIfNeeded: bits) }
    @inline(__always) var end: UInt16 { UInt16(truncatingIfNeeded: bits &>> 16) }
    @inline(__always) var hasBackslash: Bool { bits & (1 &<< 32) != 0 }
    @inline(__always) var hasPercent: Bool { bits & (1 &<< 33) != 0 }
    @inline(__always) var isUnusual: Bool { bits & (1 &<< 34) != 0 }
    @inline(__always) var count: Int { Int(end) &- Int(start) }
    @inline(__always) var isEmpty: Bool { start == end }
    @inline(__always) var range: Range<Int> { Int(start)..<Int(end) }

    /// The value without its first and last octet.
    var inner: RawValue {
        RawValue(
            start: Int(start) + 1,
            end: Int(end) - 1,
            hasBackslash: hasBackslash,
            hasPercent: hasPercent,
            isUnusual: isUnusual
        )
    }
}

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
    /// There are never more of them than of raw text. Backslashes and percent pairs never count both.
    @inline(__always)
    func decode(
        _ octets: Span<UInt8>,
        percent: Bool,
        into output: inout MutableSpan<UInt8>,
        _ count: inout Int,
        outcome: inout Outcome
    ) {
        if hasBackslash {
            decodeEscapes(octets, into: &output, &count, outcome: &outcome)
        } else {
            decodePairs(octets, percent: percent, into: &output, &count)
        }
    }

    @inline(__always)
    private func decodeEscapes(
        _ octets: Span<UInt8>,
        into output: inout MutableSpan<UInt8>,
        _ count: inout Int,
        outcome: inout Outcome
    ) {
        var index = range.lowerBound
        var filled = count
        let end = range.upperBound
        var unusual = -1
        while index < end {
            var octet = octets[index]
            if octet != 0x5C, index &+ 8 <= end {
                // All up to the next backslash.
                let word = octets.word(at: index)
                let escapes = Lanes.equal(word, 0x5C)
                let step = escapes == 0 ? 8 : Lanes.first(escapes)
                output.put(word, at: filled)
                filled &+= step
                index &+= step
                if escapes == 0 { continue }
                octet = 0x5C
            }
            if octet == 0x5C {
                if index &+ 1 < end {
                    index &+= 1
                    octet = octets[index]
                    if !octet.isASCIIPunctuation, unusual < 0 { unusual = index &- 1 }
                } else {
                    outcome.backslashAtEnd = index
                }
            }
            output[filled] = octet
            filled &+= 1
            index &+= 1
        }
        count = filled
        if unusual >= 0 { outcome.unusualEscape = unusual }
    }

    @inline(__always)
    private func decodePairs(
        _ octets: Span<UInt8>,
        percent: Bool,
        into output: inout MutableSpan<UInt8>,
        _ count: inout Int
    ) {
        var index = range.lowerBound
        var filled = count
        let end = range.upperBound
        while index < end {
            var octet = octets[index]
            if octet == 0x25, percent, let decoded = octets.percentPair(at: index, end: end) {
                octet = decoded
                index &+= 2
            }
            output[filled] = octet
            filled &+= 1
            index &+= 1
        }
        count = filled
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
            var hasControl = false
            var hasHigh = false
            while index < end {
                var octet = octets[index]
                if octet == 0x25 {
                    guard let decoded = octets.percentPair(at: index, end: end) else {
                        allPairs = false
                        return
                    }
                    octet = decoded
                    index &+= 2
                    if !octet.standsRawInURI { needed = true }
                }
                if octet < 0x20 || octet == 0x7F { hasControl = true }
                if octet >= 0x80 { hasHigh = true }
                index &+= 1
            }
            if hasControl { isText = false }
            if hasHigh {
                let decoded = value.decoded(octets, percent: true)
                if !decoded.span.isUTF8 { isText = false }
            }
        }
    }
}
