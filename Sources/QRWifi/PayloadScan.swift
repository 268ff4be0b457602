/// How the octets of a value are to be read.
package enum PayloadReading: String, Sendable, CaseIterable {
    /// Backslash escapes, and percent pairs where the payload gives evidence that its writer meant them.
    case automatic
    /// The convention of 2010: backslash escapes only.
    case zxing
    /// Wi-Fi Alliance WPA3 Specification, 7.1: percent pairs only; a backslash stands for itself.
    case wpa3
}

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

/// The keys of a `WIFI:` payload; aliases fold into one.
///
/// The numbers are those of ``WiFiPayload/Slot`` and of ``Diagnostic/Field``.
enum PayloadKey: Int {
    case ssid, passphrase, identity, publicKey, anonymousIdentity, eapMethod, phase2
    case type, hidden, transitionDisable

    static let count = 10

    var field: Diagnostic.Field { Diagnostic.Field(rawValue: UInt8(rawValue)) ?? .type }
}

/// For each value that is kept, where it ends among them and where it starts in the payload; and the start of one more.
struct SlotTable: Sendable, Hashable {
    private var entries: InlineArray<8, UInt32> = [0, 0, 0, 0, 0, 0, 0, 0]

    /// Where the value ends among those that are kept.
    @inline(__always)
    func end(_ slot: Int) -> Int { Int(entries[slot] & 0xFFFF) }

    /// Where the value starts in the payload.
    @inline(__always)
    func offset(_ slot: Int) -> UInt16 { UInt16(truncatingIfNeeded: entries[slot] &>> 16) }

    @inline(__always)
    mutating func set(_ slot: Int, end: Int, offset: UInt16) {
        entries[slot] = UInt32(UInt16(truncatingIfNeeded: end)) | UInt32(offset) &<< 16
    }

    static func == (one: SlotTable, other: SlotTable) -> Bool {
        for slot in 0..<8 where one.entries[slot] != other.entries[slot] { return false }
        return true
    }

    func hash(into hasher: inout Hasher) {
        for slot in 0..<8 { hasher.combine(entries[slot]) }
    }
}

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

/// The first non-empty value of every known key: one pass over the octets, nothing kept of what is unknown.
///
///     payload   = scheme *( *WS component ";" ) [ component ]
///     component = key ":" *( "\" OCTET / OCTET-but-";" )
struct PayloadScan {
    private var values = InlineArray<10, RawValue>(repeating: RawValue())
    /// A bit for every key that has a value.
    private(set) var present: UInt16 = 0
    /// Set where an identity came under `U`, the user key of Google Glass: a sign of EAP.
    private(set) var hasUserKey = false
    private var seenEmpty: UInt16 = 0
    private var reportedDuplicate: UInt16 = 0
    private var reportedPart: UInt16 = 0

    @inline(__always)
    subscript(key: PayloadKey) -> RawValue {
        get { values[key.rawValue] }
        set { values[key.rawValue] = newValue }
    }

    /// The value of the key with this number.
    @inline(__always)
    subscript(slot slot: Int) -> RawValue { values[slot] }

    @inline(__always)
    init(
        _ octets: Span<UInt8>,
        frame: PayloadFrame,
        reading: PayloadReading,
        diagnostics: inout [Diagnostic]
    ) {
        if let offset = frame.blanksBeforeScheme {
            diagnostics.append(Diagnostic(.blanksBeforeScheme, field: nil, offset: offset))
        }
        let escapes = reading != .wpa3
        let escapeMask: UInt64 = escapes ? .max : 0
        let end = frame.body.upperBound
        var index = frame.body.lowerBound
        var previous: PayloadKey?
        while index < end {
            let first = octets[index]
            if first == 0x3B || first.isBlank {
                index &+= 1
                continue
            }
            var key: PayloadKey?
            var valueStart = index
            if index &+ 1 < end {
                let second = octets[index &+ 1]
                if second == 0x3A {
                    key = Self.key(first)
                    if first == 0x55 || first == 0x75 {
                        hasUserKey = hasUserKey || Self.holdsValue(octets, index &+ 2, end)
                    }
                    valueStart = index &+ 2
                } else if index &+ 2 < end, second != 0x3B {
                    (key, valueStart) = Self.longKey(octets, at: index, end: end)
                }
            }
            if let key {
                // The value goes up to the first ';' that no backslash precedes. Percent signs and unusual octets may
                // also be those that follow within one word: who acts on them looks again.
                var percent: UInt64 = 0
                var unusual: UInt64 = 0
                var hasBackslash = false
                index = valueStart
                while index < end {
                    let word = octets.paddedWord(at: index)
                    let stops = Lanes.equal(word, 0x3B) | (Lanes.equal(word, 0x5C) & escapeMask)
                    percent |= Lanes.equal(word, 0x25)
                    unusual |= Lanes.unusual(word)
                    guard stops != 0 else {
                        index &+= 8
                        continue
                    }
                    index &+= Lanes.first(stops)
                    if index >= end || octets[index] == 0x3B { break }
                    hasBackslash = true
                    repeat {
                        if index &+ 1 < end, octets[index &+ 1] == 0x25 { percent = 1 }
                        index &+= 2
                    } while index < end && octets[index] == 0x5C
                }
                if index > end { index = end }
                let value = RawValue(
                    start: valueStart,
                    end: index,
                    hasBackslash: hasBackslash,
                    hasPercent: percent != 0,
                    isUnusual: unusual != 0
                )
                take(value, for: key, octets, &diagnostics)
                previous = key
                index &+= 1
            } else {
                let start = index
                var hasColon = false
                index = Self.skip(octets, from: index, end: end, escapes: escapes, hasColon: &hasColon) &+ 1
                if hasColon {
                    previous = nil
                } else if reportedPart & Self.partMask(previous) == 0 {
                    reportPart(after: previous, at: start, &diagnostics)
                }
            }
        }
    }

    /// Whether something stands before the next `;`.
    @inline(__always)
    private static func holdsValue(_ octets: Span<UInt8>, _ index: Int, _ end: Int) -> Bool {
        index < end && octets[index] != 0x3B
    }

    @inline(__always)
    private static func key(_ octet: UInt8) -> PayloadKey? {
        switch octet & 0xDF {
        case 0x54: .type
        case 0x53: .ssid
        case 0x50: .passphrase
        case 0x48: .hidden
        case 0x52: .transitionDisable
        case 0x49, 0x55: .identity
        case 0x4B: .publicKey
        case 0x41: .anonymousIdentity
        case 0x45: .eapMethod
        default: nil
        }
    }

    /// `PH2`, and the aliases `PH` and `AI`.
    @inline(__always)
    private static func longKey(_ octets: Span<UInt8>, at index: Int, end: Int) -> (PayloadKey?, Int) {
        let first = octets[index] & 0xDF
        let second = octets[index &+ 1] & 0xDF
        if octets[index &+ 2] == 0x3A {
            if first == 0x50, second == 0x48 { return (.phase2, index &+ 3) }
            if first == 0x41, second == 0x49 { return (.anonymousIdentity, index &+ 3) }
        } else if first == 0x50, second == 0x48, octets[index &+ 2] == 0x32, index &+ 3 < end,
            octets[index &+ 3] == 0x3A
        {
            return (.phase2, index &+ 4)
        }
        return (nil, index)
    }

    /// The end of a component that is none of ours, and whether it has a colon.
    @inline(__always)
    private static func skip(
        _ octets: Span<UInt8>,
        from start: Int,
        end: Int,
        escapes: Bool,
        hasColon: inout Bool
    ) -> Int {
        var index = start
        let near = Swift.min(end, start &+ 8)
        while index < near {
            let octet = octets[index]
            if octet == 0x3B { return index }
            if octet == 0x3A { hasColon = true }
            index &+= octet == 0x5C && escapes ? 2 : 1
        }
        var colons: UInt64 = 0
        while index &+ 8 <= end {
            let word = octets.word(at: index)
            let stops = Lanes.equal(word, 0x3B) | (escapes ? Lanes.equal(word, 0x5C) : 0)
            let found = Lanes.equal(word, 0x3A)
            guard stops == 0 else {
                colons |= found & ((stops & (0 &- stops)) &- 1)
                index &+= Lanes.first(stops)
                if octets[index] == 0x3B {
                    if colons != 0 { hasColon = true }
                    return index
                }
                index &+= 2
                continue
            }
            colons |= found
            index &+= 8
        }
        if colons != 0 { hasColon = true }
        while index < end {
            let octet = octets[index]
            if octet == 0x3B { return index }
            if octet == 0x3A { hasColon = true }
            index &+= octet == 0x5C && escapes ? 2 : 1
        }
        return end
    }

    /// Keeps the first value that is not empty.
    @inline(__always)
    private mutating func take(
        _ value: RawValue,
        for key: PayloadKey,
        _ octets: Span<UInt8>,
        _ diagnostics: inout [Diagnostic]
    ) {
        let mask: UInt16 = 1 &<< UInt16(truncatingIfNeeded: key.rawValue)
        if value.isEmpty {
            if values[key.rawValue].isEmpty { seenEmpty |= mask }
        } else if values[key.rawValue].isEmpty {
            if seenEmpty & mask != 0 {
                diagnostics.append(Diagnostic(.emptyFieldRepeated, field: key.field, offset: Int(value.start)))
            }
            values[key.rawValue] = value
            present |= mask
        } else if reportedDuplicate & mask == 0 {
            reportDuplicate(value, for: key, octets, mask, &diagnostics)
        }
    }

    @inline(never)
    private mutating func reportDuplicate(
        _ value: RawValue,
        for key: PayloadKey,
        _ octets: Span<UInt8>,
        _ mask: UInt16,
        _ diagnostics: inout [Diagnostic]
    ) {
        let first = octets.extracting(values[key.rawValue].range)
        if first.elementsEqual(octets.extracting(value.range)) { return }
        reportedDuplicate |= mask
        diagnostics.append(Diagnostic(.duplicateIgnored, field: key.field, offset: Int(value.start)))
    }

    /// The bit for parts that follow a key, or none.
    @inline(__always)
    private static func partMask(_ key: PayloadKey?) -> UInt16 {
        1 &<< UInt16(truncatingIfNeeded: key?.rawValue ?? 15)
    }

    @inline(never)
    private mutating func reportPart(
        after key: PayloadKey?,
        at offset: Int,
        _ diagnostics: inout [Diagnostic]
    ) {
        reportedPart |= Self.partMask(key)
        diagnostics.append(Diagnostic(.partWithoutColon, field: key?.field, offset: offset))
    }
}
