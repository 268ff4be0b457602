/// Octets that are not the structure they should be.
package struct MalformedOctets: Error, Hashable, Sendable {
    /// What was wrong at the offset.
    package enum Reason: Hashable, Sendable {
        /// The structure goes on, the octets do not: how many were needed and how many there were.
        case truncated(needed: Int, available: Int)
        /// A field has a value that the structure does not allow; the text says which.
        case invalid(String)
    }

    /// What was being read: an element, a frame or a field.
    package let structure: String

    /// Where in the given octets, from 0.
    package let offset: Int

    /// What was wrong there.
    package let reason: Reason

    /// Makes an error about one structure at one offset, in octets.
    package init(structure: String, offset: Int, reason: Reason) {
        self.structure = structure
        self.offset = offset
        self.reason = reason
    }
}

extension MalformedOctets: CustomStringConvertible {
    /// The structure, the reason and the offset: `RSNE: 2 octets needed, 1 there, at offset 7`.
    package var description: String {
        switch reason {
        case .truncated(let needed, let available):
            "\(structure): \(needed) octets needed, \(available) there, at offset \(offset)"
        case .invalid(let what):
            "\(structure): \(what), at offset \(offset)"
        }
    }
}

/// A bounds-checked cursor over octets; numbers are little-endian, as in IEEE 802.11-2020, 9.2.2.
struct OctetReader {
    private let octets: [UInt8]
    private let structure: String

    /// Where the next read begins, from 0.
    private(set) var offset = 0

    init(_ octets: [UInt8], structure: String) {
        self.octets = octets
        self.structure = structure
    }

    /// How many octets are left.
    var remaining: Int { octets.count - offset }

    /// The next `count` octets.
    mutating func read(_ count: Int) throws(MalformedOctets) -> [UInt8] {
        guard count >= 0, count <= remaining else {
            throw MalformedOctets(
                structure: structure,
                offset: offset,
                reason: .truncated(needed: count, available: remaining)
            )
        }
        defer { offset += count }
        return Array(octets[offset..<offset + count])
    }

    /// All octets that are left.
    mutating func rest() -> [UInt8] {
        defer { offset = octets.count }
        return Array(octets[offset...])
    }

    mutating func u8() throws(MalformedOctets) -> UInt8 {
        try read(1)[0]
    }

    mutating func u16() throws(MalformedOctets) -> UInt16 {
        let bytes = try read(2)
        return UInt16(bytes[0]) | UInt16(bytes[1]) << 8
    }

    /// A number with the high octet first, as in EAPOL.
    mutating func bigEndian16() throws(MalformedOctets) -> UInt16 {
        let bytes = try read(2)
        return UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    }

    /// A suite selector: OUI and type, in the order of transmission.
    mutating func suite() throws(MalformedOctets) -> UInt32 {
        try read(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func macAddress() throws(MalformedOctets) -> MACAddress {
        MACAddress(value: try read(6).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// An error at the current offset, or `back` octets before it.
    func invalid(_ what: String, back: Int = 0) -> MalformedOctets {
        MalformedOctets(structure: structure, offset: offset - back, reason: .invalid(what))
    }
}
