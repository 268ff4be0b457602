/// Searching octets eight at a time in one machine word.
///
/// A word is read in memory order on a little-endian machine; `lanes` functions give a word with the top bit set in each
/// octet that matches. The lowest set bit is always a true match; a higher one may be false (the borrow of the
/// subtraction runs upwards), so only the lowest may be used as a position, and all together only as "is there any".
enum Lanes {
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The octet in all eight lanes.
    @inline(__always)
    static func all(_ octet: UInt8) -> UInt64 { UInt64(octet) &* ones }

    /// Lanes that are zero.
    @inline(__always)
    static func zero(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

    /// Lanes that hold `octet`.
    @inline(__always)
    static func equal(_ word: UInt64, _ octet: UInt8) -> UInt64 { zero(word ^ all(octet)) }

    /// Lanes below 0x20.
    @inline(__always)
    static func belowSpace(_ word: UInt64) -> UInt64 { (word &- all(0x20)) & ~word & tops }

    /// Lanes that are no printable ASCII; higher ones may be false, as for the others.
    @inline(__always)
    static func unusual(_ word: UInt64) -> UInt64 { ((word &- all(0x20)) | (word &+ ones) | word) & tops }

    /// The index of the lowest lane that is set.
    @inline(__always)
    static func first(_ lanes: UInt64) -> Int { lanes.trailingZeroBitCount &>> 3 }
}

extension Span<UInt8> {
    /// The four octets from `offset` with ASCII letters in upper case, the first of them in the lowest bits.
    ///
    /// Of other octets no two of the same letter count as equal that aren't. Traps past the end.
    @inline(__always)
    func foldedQuad(at offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)) & 0xDFDF_DFDF
    }

    /// The eight octets from `offset`, the first of them in the lowest bits.
    ///
    /// Traps past the end.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset &+ 8 <= count)
        return UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }
}

extension Span<UInt8> {
    /// The eight octets from `offset`, the first of them in the lowest bits, and blanks for what is missing at the end.
    ///
    /// Traps at or past the end.
    @inline(__always)
    func paddedWord(at offset: Int) -> UInt64 {
        if offset &+ 8 <= count, offset >= 0 {
            return UInt64(
                littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            )
        }
        guard count >= 8 else { return shortWord(at: offset) }
        let missing = UInt64(truncatingIfNeeded: offset &+ 8 &- count) &* 8
        return word(at: count &- 8) &>> missing | Lanes.all(0x20) &<< (64 &- missing)
    }

    @inline(never)
    private func shortWord(at offset: Int) -> UInt64 {
        var word = Lanes.all(0x20)
        var index = count
        while index > offset {
            index &-= 1
            word = word &<< 8 | UInt64(self[index])
        }
        return word
    }
}

/// What kinds of octets a value holds.
struct OctetKinds: Sendable, Hashable {
    /// An octet of 0x80 or more.
    var nonASCII = false
    /// An octet below 0x20, or 0x7F.
    var control = false
    /// Looks at every octet once.
    @inline(__always)
    init(_ octets: Span<UInt8>) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var index = 0
        while index &+ 8 <= octets.count {
            let word = octets.word(at: index)
            high |= word & Lanes.tops
            low |= Lanes.belowSpace(word) | Lanes.equal(word, 0x7F)
            index &+= 8
        }
        while index < octets.count {
            let octet = octets[index]
            if octet >= 0x80 { high = 1 }
            if octet < 0x20 || octet == 0x7F { low = 1 }
            index &+= 1
        }
        nonASCII = high != 0
        control = low != 0
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit in ASCII, or nil.
    @inline(__always)
    var hexValue: UInt8? { isHexDigit ? digitValue : nil }

    /// Whether the octet is a hexadecimal digit in ASCII.
    @inline(__always)
    var isHexDigit: Bool {
        // A bit for each octet below 64 in one word and for those from 64 to 127 in the other.
        let bits: UInt64 = self < 0x40 ? 0x03FF_0000_0000_0000 : 0x0000_007E_0000_007E
        return self < 0x80 && (bits &>> UInt64(self & 0x3F)) & 1 != 0
    }

    /// The value of a hexadecimal digit in ASCII; of any other octet, some number.
    @inline(__always)
    var digitValue: UInt8 { (self & 0x0F) &+ (self &>> 6) &* 9 }

    /// Whether the octet may stand in a URI (RFC 3986) as it is; a semicolon, which ends a field here, counts as not.
    ///
    /// Control octets count as if they could: they are refused elsewhere.
    @inline(__always)
    var standsRawInURI: Bool {
        // Bits for space, '"', '%', ';', '<' and '>', and for '\\', '^', '`', '{', '|' and '}'.
        let bits: UInt64 = self < 0x40 ? 0x5800_0025_0000_0000 : 0x3800_0001_5000_0000
        return self < 0x80 && (bits &>> UInt64(self & 0x3F)) & 1 == 0
    }

    /// Whether the octet is blank between components: space, tab, carriage return, line feed.
    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }

    /// An ASCII letter in upper case; any other octet as it is.
    @inline(__always)
    var asciiUppercased: UInt8 { (0x61...0x7A).contains(self) ? self &- 0x20 : self }

    /// Whether the octet is a space or a visible ASCII character.
    @inline(__always)
    var isPrintableASCII: Bool { self &- 0x20 < 0x5F }

    /// Whether the octet is a visible ASCII character other than letters and digits.
    @inline(__always)
    var isASCIIPunctuation: Bool {
        // A bit for each octet below 64 in one word and for those from 64 to 127 in the other.
        let bits: UInt64 = self < 0x40 ? 0xFC00_FFFE_0000_0000 : 0x7800_0001_F800_0001
        return self < 0x80 && (bits &>> UInt64(self & 0x3F)) & 1 != 0
    }
}

extension Span<UInt8> {
    /// The octet that a percent sign and two hexadecimal digits at `offset` stand for, if they end before `end`.
    @inline(__always)
    func percentPair(at offset: Int, end: Int) -> UInt8? {
        guard self[offset] == 0x25, offset &+ 2 < end else { return nil }
        let high = self[offset &+ 1]
        let low = self[offset &+ 2]
        guard high.isHexDigit, low.isHexDigit else { return nil }
        return high.digitValue &<< 4 | low.digitValue
    }

    /// Whether there is an octet and all are hexadecimal digits.
    var isHex: Bool {
        guard !isEmpty else { return false }
        for index in indices where self[index].hexValue == nil { return false }
        return true
    }

    /// Whether the octets are well-formed UTF-8 (no overlong form, no surrogate, nothing above U+10FFFF).
    var isUTF8: Bool {
        var index = 0
        while index < count {
            let lead = self[index]
            index += 1
            var lowest: UInt8 = 0x80
            var highest: UInt8 = 0xBF
            let rest: Int
            switch lead {
            case 0x00...0x7F: continue
            case 0xC2...0xDF: rest = 1
            case 0xE0: (rest, lowest) = (2, 0xA0)
            case 0xED: (rest, highest) = (2, 0x9F)
            case 0xE1...0xEF: rest = 2
            case 0xF0: (rest, lowest) = (3, 0x90)
            case 0xF4: (rest, highest) = (3, 0x8F)
            case 0xF1...0xF3: rest = 3
            default: return false
            }
            guard count - index >= rest else { return false }
            guard (lowest...highest).contains(self[index]) else { return false }
            for offset in 1..<Swift.max(rest, 1) where !(0x80...0xBF).contains(self[index + offset]) { return false }
            index += rest
        }
        return true
    }

    /// Whether the octets are `text` (ASCII, upper case) when letters are compared without case.
    @inline(__always)
    func equalsFolded(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices where self[index].asciiUppercased != text.utf8Start[index] { return false }
        return true
    }

    /// Whether two runs of octets are the same.
    func elementsEqual(_ other: borrowing Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}

extension MutableSpan<UInt8> {
    /// Sets the octet at `count` and counts it.
    ///
    /// Traps past the end.
    @inline(__always)
    mutating func put(_ octet: UInt8, _ count: inout Int) {
        self[count] = octet
        count &+= 1
    }

    /// Sets eight octets from `offset`, the first in the lowest bits.
    ///
    /// Traps past the end.
    @inline(__always)
    mutating func put(_ word: UInt64, at offset: Int) {
        var bytes = mutableBytes
        bytes.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// Sets a run of octets from `count`, eight at a time, and counts them.
    ///
    /// Up to seven octets behind them are overwritten. Traps past the end.
    @inline(__always)
    mutating func put(_ octets: Span<UInt8>, _ range: Range<Int>, _ count: inout Int) {
        var index = range.lowerBound
        while index < range.upperBound {
            put(octets.paddedWord(at: index), at: count)
            let step = Swift.min(8, range.upperBound &- index)
            count &+= step
            index &+= step
        }
    }
}
