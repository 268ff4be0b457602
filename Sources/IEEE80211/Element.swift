/// The number of an element, with its extension where the number is 255 (IEEE 802.11-2020, table 9-92).
package struct ElementID: Hashable, Sendable {
    /// The Element ID field.
    package let number: UInt8

    /// The Element ID Extension field; nil unless ``number`` is 255.
    package let extensionNumber: UInt8?

    /// Makes an identifier of a number below 255.
    package init(_ number: UInt8) {
        self.number = number
        extensionNumber = nil
    }

    /// Makes an identifier with an extension.
    package init(extension extensionNumber: UInt8) {
        number = 255
        self.extensionNumber = extensionNumber
    }

    /// The network's name (9.4.2.2).
    package static let ssid = Self(0)
    /// The Supported Rates and BSS Membership Selectors element (9.4.2.3).
    package static let supportedRates = Self(1)
    /// Country and its limits (9.4.2.8).
    package static let country = Self(7)
    /// The Extended Supported Rates and BSS Membership Selectors element (9.4.2.13).
    package static let extendedSupportedRates = Self(50)
    /// RSNE (9.4.2.24).
    package static let rsn = Self(48)
    /// Mobility domain, for fast BSS transition (9.4.2.46).
    package static let mobilityDomain = Self(54)
    /// A time after which to come back (9.4.2.48).
    package static let timeoutInterval = Self(56)
    /// A manufacturer's or the Wi-Fi Alliance's own element (9.4.2.25).
    package static let vendorSpecific = Self(221)
    /// RSNXE (9.4.2.241).
    package static let rsnExtension = Self(244)
    /// SAE password identifier (9.4.2.216).
    package static let passwordIdentifier = Self(extension: 33)
    /// Diffie-Hellman parameter of OWE (RFC 8110, 4.3).
    package static let diffieHellmanParameter = Self(extension: 32)
    /// The groups that the other end refused, in a commit by hash-to-element (9.4.2.246).
    package static let rejectedGroups = Self(extension: 92)
    /// A token against clogging, in a commit by hash-to-element (9.4.2.247).
    package static let antiCloggingTokenContainer = Self(extension: 93)
}

extension ElementID: CustomStringConvertible {
    /// The number: `48`, or `255.32` with an extension.
    package var description: String {
        extensionNumber.map { "\(number).\($0)" } ?? "\(number)"
    }
}

/// One element: an identifier and up to 255 octets (IEEE 802.11-2020, 9.4.2.1).
package struct Element: Hashable, Sendable {
    /// The identifier.
    package let id: ElementID

    /// The octets after the identifier and its extension.
    package let body: [UInt8]

    /// Makes an element; nil when the body is too long for the length field.
    package init?(_ id: ElementID, body: [UInt8]) {
        guard body.count <= (id.extensionNumber == nil ? 255 : 254) else { return nil }
        if id.number == 255, id.extensionNumber == nil, !body.isEmpty { return nil }
        self.id = id
        self.body = body
    }

    /// The element as it is on the air: identifier, length, extension, body.
    package var octets: [UInt8] {
        let content = (id.extensionNumber.map { [$0] } ?? []) + body
        return [id.number, UInt8(content.count)] + content
    }
}

/// The elements of a frame in their order, the unknown ones included.
///
/// Elements come from any radio in reach, so reading them never fails as a whole: what is whole is kept, and
/// ``damage`` says where the rest stopped making sense.
package struct ElementList: Hashable, Sendable {
    /// The whole elements, in the order of the frame.
    package let elements: [Element]

    /// Where and why reading stopped; nil when the octets ended with an element.
    package let damage: MalformedOctets?

    /// The octets from the damage on; empty when there is none.
    package let remainder: [UInt8]

    /// Reads elements until the octets end or an element reaches beyond them.
    package init(_ octets: [UInt8]) {
        var reader = OctetReader(octets, structure: "elements")
        var elements: [Element] = []
        var damage: MalformedOctets?
        var whole = 0
        do throws(MalformedOctets) {
            while reader.remaining > 0 {
                let number = try reader.u8()
                let length = Int(try reader.u8())
                let content = try reader.read(length)
                if number == 255, let extensionNumber = content.first {
                    elements += [Element(ElementID(extension: extensionNumber), body: Array(content.dropFirst()))]
                        .compactMap(\.self)
                } else {
                    elements += [Element(ElementID(number), body: content)].compactMap(\.self)
                }
                whole = reader.offset
            }
        } catch {
            damage = error
        }
        self.elements = elements
        self.damage = damage
        remainder = Array(octets[whole...])
    }

    /// The octets that were read, the damaged remainder included.
    package var octets: [UInt8] {
        elements.flatMap(\.octets) + remainder
    }

    /// The body of the first element with this identifier.
    package func first(_ id: ElementID) -> [UInt8]? {
        elements.first { $0.id == id }?.body
    }

    /// The first element with this identifier.
    package func element(_ id: ElementID) -> Element? {
        elements.first { $0.id == id }
    }

    /// The first vendor-specific element with this OUI and type.
    package func vendorElement(oui: UInt32, type: UInt8) -> Element? {
        let prefix = [UInt8(oui >> 16 & 0xFF), UInt8(oui >> 8 & 0xFF), UInt8(oui & 0xFF), type]
        return elements.first { $0.id == .vendorSpecific && $0.body.starts(with: prefix) }
    }

    /// The body, without OUI and type, of the first vendor-specific element with this OUI and type.
    package func firstVendor(oui: UInt32, type: UInt8) -> [UInt8]? {
        vendorElement(oui: oui, type: type).map { Array($0.body.dropFirst(4)) }
    }

    /// The SSID, up to 32 octets; nil when there is no SSID element or it is too long to be one (9.4.2.2).
    package var ssid: [UInt8]? {
        first(.ssid).flatMap { $0.count <= 32 ? $0 : nil }
    }

    /// The RSNE; nil when there is none.
    ///
    /// - Throws: `MalformedOctets` when there is one that cannot be read; its offset counts within the element's body.
    package func rsne() throws(MalformedOctets) -> RSNE? {
        guard let body = first(.rsn) else { return nil }
        return try RSNE(body)
    }

    /// The WPA1 element of the Wi-Fi Alliance; nil when there is none.
    ///
    /// - Throws: `MalformedOctets` when there is one that cannot be read; its offset counts after OUI and type.
    package func wpa1() throws(MalformedOctets) -> WPA1Element? {
        guard let body = firstVendor(oui: 0x0050F2, type: 1) else { return nil }
        return try WPA1Element(body)
    }

    /// The RSNXE; nil when there is none.
    package var rsnxe: RSNXE? {
        first(.rsnExtension).map(RSNXE.init)
    }

    /// The OWE transition element; nil when there is none.
    ///
    /// - Throws: `MalformedOctets` when there is one that cannot be read; its offset counts after OUI and type.
    package func oweTransition() throws(MalformedOctets) -> OWETransitionElement? {
        guard let body = firstVendor(oui: 0x506F9A, type: 0x1C) else { return nil }
        return try OWETransitionElement(body)
    }

    /// The other end's public key for OWE; nil when there is none.
    ///
    /// - Throws: `MalformedOctets` when there is one that cannot be read; its offset counts within the element's body.
    package func diffieHellmanParameter() throws(MalformedOctets) -> DiffieHellmanParameterElement? {
        guard let body = first(.diffieHellmanParameter) else { return nil }
        return try DiffieHellmanParameterElement(body)
    }
}
