/// How the octets of a value are to be read.
package enum PayloadReading: String, Sendable, CaseIterable {
    /// Backslash escapes, and percent pairs where the payload gives evidence that its writer meant them.
    case automatic
    /// The convention of 2010: backslash escapes only.
    case zxing
    /// Wi-Fi Alliance WPA3 Specification, 7.1: percent pairs only; a backslash stands for itself.
    case wpa3
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
        // The bit for parts that follow the key before, and the key itself.
        var partMask = Self.partMask(nil)
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
                    valueStart = index &+ 2
                } else if second == 0x3B {
                    if reportedPart & partMask == 0 { reportPart(after: previous, at: index, &diagnostics) }
                    index &+= 2
                    continue
                } else if index &+ 2 < end {
                    (key, valueStart) = Self.longKey(octets, at: index, end: end)
                }
            }
            if let key {
                let value = Self.value(octets, from: valueStart, end: end, escapeMask: escapeMask)
                index = Int(value.end)
                if !value.isEmpty, first & 0xDF == 0x55 { hasUserKey = true }
                take(value, for: key, octets, &diagnostics)
                previous = key
                partMask = Self.partMask(key)
                index &+= 1
            } else {
                let start = index
                var hasColon = false
                if valueStart > index {
                    // An unknown key of one letter.
                    hasColon = true
                    index = valueStart
                }
                if index < end, octets[index] != 0x3B {
                    index = Self.skip(octets, from: index, end: end, escapes: escapes, hasColon: &hasColon)
                }
                index &+= 1
                if hasColon {
                    previous = nil
                    partMask = Self.partMask(nil)
                } else if reportedPart & partMask == 0 {
                    reportPart(after: previous, at: start, &diagnostics)
                }
            }
        }
    }

    /// The value from `start` up to the first `;` that no backslash precedes.
    ///
    /// Percent signs and unusual octets may also be those that follow within one word: who acts on them looks again.
    @inline(never)
    private static func value(_ octets: Span<UInt8>, from start: Int, end: Int, escapeMask: UInt64) -> RawValue {
        var percent: UInt64 = 0
        var unusual: UInt64 = 0
        var hasBackslash = false
        var index = start
        words: do {
            while index &+ 8 <= end {
                let word = octets.word(at: index)
                let ends = Lanes.equal(word, 0x3B)
                let stops = ends | (Lanes.equal(word, 0x5C) & escapeMask)
                percent |= Lanes.equal(word, 0x25)
                unusual |= Lanes.unusual(word)
                if stops == 0 {
                    index &+= 8
                    continue
                }
                index &+= Lanes.first(stops)
                if ends & stops & (0 &- stops) != 0 { break words }
                hasBackslash = true
                repeat {
                    if index &+ 1 < end, !octets[index &+ 1].isPrintableASCII { unusual = 1 }
                    index &+= 2
                } while index < end && octets[index] == 0x5C
            }
            while index < end {
                let octet = octets[index]
                if octet == 0x3B { break words }
                if octet == 0x25 { percent = 1 }
                if !octet.isPrintableASCII { unusual = 1 }
                index &+= 1
                if octet == 0x5C, escapeMask != 0 {
                    hasBackslash = true
                    if index < end, !octets[index].isPrintableASCII { unusual = 1 }
                    index &+= 1
                }
            }
        }
        return RawValue(
            start: start,
            end: Swift.min(index, end),
            hasBackslash: hasBackslash,
            hasPercent: percent != 0,
            isUnusual: unusual != 0
        )
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
        if present & mask == 0 {
            guard !value.isEmpty else {
                seenEmpty |= mask
                return
            }
            if seenEmpty & mask != 0 { diagnostics.report(.emptyFieldRepeated, key.field, at: value.start) }
            values[key.rawValue] = value
            present |= mask
        } else if !value.isEmpty, reportedDuplicate & mask == 0 {
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
