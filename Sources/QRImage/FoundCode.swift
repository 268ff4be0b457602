/// A QR code that was found in a picture.
///
/// Its octets are those of the code: nothing is guessed about their character set. Only where the code itself declares
/// one (ISO/IEC 18004, an ECI), its text was brought to UTF-8. They may hold a passphrase: descriptions leave them out.
public struct FoundCode: Sendable, Hashable {
    /// The octets.
    public let octets: [UInt8]
    /// Whether it is one part of a text that is spread over several codes.
    public let isPart: Bool
    /// Whether the code declares the character set of its text.
    public let hasDeclaredCharacterSet: Bool

    init(octets: [UInt8], isPart: Bool = false, hasDeclaredCharacterSet: Bool = false) {
        self.octets = octets
        self.isPart = isPart
        self.hasDeclaredCharacterSet = hasDeclaredCharacterSet
    }

    /// Whether it begins with a text, in any case of its letters.
    func begins(with text: [UInt8]) -> Bool {
        octets.count >= text.count
            && zip(octets, text).allSatisfy { first, second in
                first == second || (first ^ second == 0x20 && (0x61...0x7A).contains(first | 0x20))
            }
    }
}

extension FoundCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The number of octets, and none of them.
    public var description: String { "a QR code of \(octets.count) octets" }

    /// The number of octets, and none of them.
    public var debugDescription: String { description }

    /// Leaves the octets out.
    public var customMirror: Mirror { Mirror(self, children: ["count": octets.count]) }
}
