/// The name of a Wi-Fi network: 0 to 32 octets of any value (IEEE 802.11-2020, 9.4.2.2).
///
/// An SSID is no text: two that look alike may differ in their octets, and an access point is free to send octets that
/// are no UTF-8. Equality compares octets. The length is checked by ``HotspotConfiguration/validate()``, not here.
public struct SSID: Sendable, Hashable {
    /// The octets, as they stand in the SSID element.
    public let octets: [UInt8]

    /// Makes an SSID of octets.
    public init(octets: some Sequence<UInt8>) {
        self.octets = Array(octets)
    }

    /// Makes an SSID of the UTF-8 octets of a text.
    public init(_ text: String) {
        octets = Array(text.utf8)
    }

    /// The name as text, where its octets are UTF-8; it may hold control characters: print the description instead.
    public var text: String? {
        String(validating: octets, as: UTF8.self)
    }

    /// The largest number of octets that an SSID may have.
    public static let maximumOctets = 32
}

extension SSID: ExpressibleByStringLiteral {
    /// Makes an SSID of the UTF-8 octets of a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension SSID: CustomStringConvertible {
    /// The name in a form that is safe to print: see ``PrintableText``.
    public var description: String {
        PrintableText.escape(octets)
    }
}
