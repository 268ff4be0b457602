package import IEEE80211

/// The attributes of a message or of a nest, bounds-checked (`struct nlattr`, netlink(7)).
///
/// Numbers are in the host's byte order. Where a type occurs twice the last one counts, as in libnl.
package struct NetlinkAttributes: Sendable {
    /// One attribute: its type without the two flag bits, and where its value is.
    private struct Entry {
        let type: UInt16
        let range: Range<Int>
    }

    private let octets: [UInt8]
    private let entries: [Entry]

    /// Finds the attributes in octets.
    ///
    /// - Parameters:
    ///   - octets: the attributes, beginning with the first one's length.
    ///   - range: the part of the octets that holds them; all when nil.
    /// - Throws: `MalformedOctets` when an attribute reaches beyond the octets or is shorter than its own header.
    package init(_ octets: [UInt8], range: Range<Int>? = nil) throws(MalformedOctets) {
        var entries: [Entry] = []
        var offset = range?.lowerBound ?? 0
        let end = range?.upperBound ?? octets.count
        // Up to three octets of padding may follow the last attribute.
        while end - offset >= 4 {
            let length = Int(octets.number(UInt16.self, at: offset))
            let type = octets.number(UInt16.self, at: offset + 2) & 0x3FFF
            guard length >= 4 else {
                throw MalformedOctets(
                    structure: "attribute \(type)",
                    offset: offset,
                    reason: .invalid("a length of \(length)")
                )
            }
            guard length <= end - offset else {
                throw MalformedOctets(
                    structure: "attribute \(type)",
                    offset: offset,
                    reason: .truncated(needed: length, available: end - offset)
                )
            }
            entries.append(Entry(type: type, range: offset + 4..<offset + length))
            offset += (length + 3) & ~3
        }
        self.octets = octets
        self.entries = entries
    }

    /// The types that are present, in order.
    package var types: [UInt16] { entries.map(\.type) }

    /// Whether the type is present, with whatever value: how a flag is read.
    package func has(_ type: UInt16) -> Bool {
        range(type) != nil
    }

    /// The value's octets.
    package func bytes(_ type: UInt16) -> [UInt8]? {
        range(type).map { Array(octets[$0]) }
    }

    /// The value as a number of 8 bits; nil when absent or shorter.
    package func u8(_ type: UInt16) -> UInt8? { number(type) }

    /// The value as a number of 16 bits; nil when absent or shorter.
    package func u16(_ type: UInt16) -> UInt16? { number(type) }

    /// The value as a number of 32 bits; nil when absent or shorter.
    package func u32(_ type: UInt16) -> UInt32? { number(type) }

    /// The value as a number of 64 bits; nil when absent or shorter.
    package func u64(_ type: UInt16) -> UInt64? { number(type) }

    /// The value as an array of 32-bit numbers; a remainder of up to three octets is left out.
    package func u32Array(_ type: UInt16) -> [UInt32]? {
        range(type).map { range in
            stride(from: range.lowerBound, to: range.upperBound - 3, by: 4).map {
                octets.number(UInt32.self, at: $0)
            }
        }
    }

    /// The value as text up to its first zero octet; what is not UTF-8 is replaced.
    package func string(_ type: UInt16) -> String? {
        range(type).map { String(decoding: octets[$0].prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The value as a MAC address; nil when absent or not six octets.
    package func macAddress(_ type: UInt16) -> MACAddress? {
        range(type).flatMap { MACAddress(octets: octets[$0]) }
    }

    /// The value as attributes; nil when absent.
    ///
    /// - Throws: `MalformedOctets` when it is present and cannot be read.
    package func nested(_ type: UInt16) throws(MalformedOctets) -> NetlinkAttributes? {
        guard let range = range(type) else { return nil }
        return try NetlinkAttributes(octets, range: range)
    }

    /// The value as an array of nests, whose types are mere indices; empty when absent.
    ///
    /// - Throws: `MalformedOctets` when it or one of its members cannot be read.
    package func nestedArray(_ type: UInt16) throws(MalformedOctets) -> [NetlinkAttributes] {
        guard let outer = try nested(type) else { return [] }
        var members: [NetlinkAttributes] = []
        for entry in outer.entries {
            members.append(try NetlinkAttributes(octets, range: entry.range))
        }
        return members
    }

    /// The values of a nest whose types are mere indices; empty when absent.
    ///
    /// - Throws: `MalformedOctets` when the nest cannot be read.
    package func members(_ type: UInt16) throws(MalformedOctets) -> [[UInt8]] {
        guard let outer = try nested(type) else { return [] }
        return outer.entries.map { Array(octets[$0.range]) }
    }

    private func range(_ type: UInt16) -> Range<Int>? {
        entries.last { $0.type == type }?.range
    }

    private func number<Number: FixedWidthInteger & BitwiseCopyable>(_ type: UInt16) -> Number? {
        guard let range = range(type), range.count >= MemoryLayout<Number>.size else { return nil }
        return octets.number(Number.self, at: range.lowerBound)
    }
}

extension [UInt8] {
    /// A number in the host's byte order; the caller has checked the bounds.
    func number<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type, at offset: Int) -> Number {
        withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
    }
}
