/// A key, as far as the kiosk has a use for it.
enum Key: Equatable {
    /// A part of a character.
    case octet(UInt8)
    case enter
    case backspace
    case escape

    /// The keys of what was read at once.
    ///
    /// An escape that stands alone is the key; one with something behind it begins a sequence of a key that has no use here,
    /// such as an arrow (ECMA-48, 5.4).
    static func parse(_ octets: [UInt8]) -> [Key] {
        var keys: [Key] = []
        var rest = octets[...]
        while let octet = rest.popFirst() {
            switch octet {
            case 0x1B where rest.isEmpty: keys.append(.escape)
            case 0x1B:
                let second = rest.popFirst()
                guard second == UInt8(ascii: "[") || second == UInt8(ascii: "O") else { break }
                // Parameters, then one octet that ends it.
                rest = rest.drop { (0x20...0x3F).contains($0) }.dropFirst()
            case 0x0A, 0x0D: keys.append(.enter)
            case 0x08, 0x7F: keys.append(.backspace)
            case 0x00..<0x20: break
            default: keys.append(.octet(octet))
            }
        }
        return keys
    }
}
