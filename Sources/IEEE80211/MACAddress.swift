/// A 48-bit MAC address (IEEE 802-2014, 8): of a station, of an access point (BSSID) or of a group.
package struct MACAddress: Hashable, Sendable {
    /// The six octets as one number, the first octet highest.
    private let value: UInt64

    init(value: UInt64) {
        self.value = value & 0xFFFF_FFFF_FFFF
    }

    /// The address of all stations, `ff:ff:ff:ff:ff:ff`.
    package static let broadcast = MACAddress(value: 0xFFFF_FFFF_FFFF)

    /// Makes an address from exactly six octets, nil from any other number of them.
    package init?(octets: some Collection<UInt8>) {
        guard octets.count == 6 else { return nil }
        self.init(value: octets.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The six octets in the order of transmission.
    package var octets: [UInt8] {
        (0..<6).map { UInt8(truncatingIfNeeded: value >> (40 - 8 * UInt64($0))) }
    }

    /// True for a group address, the broadcast address included.
    package var isGroup: Bool { value >> 40 & 1 == 1 }

    /// True for an address that was made up and not assigned by a manufacturer, such as a randomised one.
    package var isLocallyAdministered: Bool { value >> 41 & 1 == 1 }
}

extension MACAddress: LosslessStringConvertible {
    /// Parses six two-digit hexadecimal numbers with `:` or `-` between them, in either case.
    package init?(_ description: String) {
        let text = Array(description.utf8)
        guard text.count == 17 else { return nil }
        let separator = text[2]
        guard separator == UInt8(ascii: ":") || separator == UInt8(ascii: "-") else { return nil }
        var value: UInt64 = 0
        for (index, character) in text.enumerated() {
            if index % 3 == 2 {
                guard character == separator else { return nil }
                continue
            }
            guard let digit = Character(UnicodeScalar(character)).hexDigitValue else { return nil }
            value = value << 4 | UInt64(digit)
        }
        self.init(value: value)
    }

    /// Six two-digit hexadecimal numbers in lower case with `:` between them.
    package var description: String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
