/// A KDE's selector: OUI in the upper 24 bits, data type in the lower 8 (IEEE 802.11-2020, table 12-9).
package struct KDESelector: RawRepresentable, Hashable, Sendable {
    /// The number.
    package let rawValue: UInt32

    /// Makes a selector from OUI and type as one number.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// A group key.
    package static let gtk = Self(rawValue: 0x000F_AC01)
    /// A MAC address.
    package static let macAddress = Self(rawValue: 0x000F_AC03)
    /// The identifier of a PMK.
    package static let pmkid = Self(rawValue: 0x000F_AC04)
    /// A key for group addressed management frames.
    package static let igtk = Self(rawValue: 0x000F_AC09)
    /// The operating channel, which we do not validate.
    package static let oci = Self(rawValue: 0x000F_AC0D)
    /// A key for beacons.
    package static let bigtk = Self(rawValue: 0x000F_AC0E)
    /// Which older ways to join the network no longer needs (Wi-Fi Alliance).
    package static let transitionDisable = Self(rawValue: 0x506F_9A20)
}

/// The older ways to join that a network no longer needs (Wi-Fi Alliance, WPA3 specification).
package struct TransitionDisable: OptionSet, Hashable, Sendable {
    /// The first octet of the bitmap.
    package let rawValue: UInt8

    /// Makes a set from the first octet of the bitmap.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Every access point has WPA3-Personal: never take PSK again.
    package static let wpa3Personal = Self(rawValue: 1 << 0)
    /// Every access point has SAE-PK: never take another SAE again.
    package static let saePK = Self(rawValue: 1 << 1)
    /// Every access point has WPA3-Enterprise.
    package static let wpa3Enterprise = Self(rawValue: 1 << 2)
    /// Every access point has OWE: never join it open again.
    package static let enhancedOpen = Self(rawValue: 1 << 3)
}

/// A group key's place in key data: the key itself is not copied out of them.
package struct GroupKeyLocation: Hashable, Sendable {
    /// The Key ID: 1 to 3 for a GTK, 4 or 5 for an IGTK, 6 or 7 for a BIGTK, where the sender keeps to the standard.
    package let keyID: UInt16
    /// The packet number so far, 6 octets, the low one first: empty for a GTK, whose counter is in the frame.
    package let packetNumber: [UInt8]
    /// Where the key is.
    package let key: Range<Int>
}

/// One entry of the key data of an EAPOL-Key frame (IEEE 802.11-2020, 12.7.2).
///
/// Entries say where they are and copy no key, because what the key data are in is cleared and a copy would not be.
package enum KeyDataEntry: Hashable, Sendable {
    /// An element that is no KDE, such as an RSNE, with its place from the identifier on.
    case element(ElementID, Range<Int>)
    /// A group key.
    case gtk(GroupKeyLocation)
    /// A key for group addressed management frames.
    case igtk(GroupKeyLocation)
    /// A key for beacons.
    case bigtk(GroupKeyLocation)
    /// A MAC address.
    case macAddress(MACAddress)
    /// The identifier of a PMK, 16 octets.
    case pmkid([UInt8])
    /// The older ways to join that the network no longer needs.
    case transitionDisable(TransitionDisable)
    /// A KDE or a vendor-specific element that we do not use, from the identifier on.
    case other(KDESelector, Range<Int>)

    /// Reads all entries up to the padding, which is 0xDD and then zeros.
    ///
    /// - Parameter octets: the key data, decrypted.
    /// - Returns: the entries in their order.
    /// - Throws: `MalformedOctets` when an entry reaches beyond the end or is too short for what it says it is.
    package static func entries(
        in octets: UnsafeRawBufferPointer
    ) throws(MalformedOctets) -> [KeyDataEntry] {
        var entries: [KeyDataEntry] = []
        var start = 0
        while start < octets.count {
            let number = octets[start]
            if number == 0xDD, start + 1 == octets.count || octets[start + 1] == 0 { break }
            guard start + 2 <= octets.count else {
                throw truncated(start + 1, needed: 1, available: 0)
            }
            let end = start + 2 + Int(octets[start + 1])
            guard end <= octets.count else {
                throw truncated(start + 2, needed: end - start - 2, available: octets.count - start - 2)
            }
            entries.append(try entry(octets, start..<end))
            start = end
        }
        return entries
    }

    private static func entry(
        _ octets: UnsafeRawBufferPointer,
        _ whole: Range<Int>
    ) throws(MalformedOctets) -> KeyDataEntry {
        let content = whole.lowerBound + 2
        guard octets[whole.lowerBound] == 0xDD else {
            let number = octets[whole.lowerBound]
            if number == 255, content < whole.upperBound {
                return .element(ElementID(extension: octets[content]), whole)
            }
            return .element(ElementID(number), whole)
        }
        guard content + 4 <= whole.upperBound else {
            throw truncated(content, needed: 4, available: whole.upperBound - content)
        }
        let selector = KDESelector(rawValue: octets[content..<content + 4].reduce(0) { $0 << 8 | UInt32($1) })
        let data = content + 4..<whole.upperBound
        switch selector {
        case .gtk:
            try need(2, data)
            // The Key ID is in the low two bits; the third is Tx, which means nothing to a station.
            let keyID = UInt16(octets[data.lowerBound] & 0b11)
            return .gtk(
                GroupKeyLocation(keyID: keyID, packetNumber: [], key: data.lowerBound + 2..<data.upperBound)
            )
        case .igtk, .bigtk:
            try need(8, data)
            let location = GroupKeyLocation(
                keyID: UInt16(octets[data.lowerBound]) | UInt16(octets[data.lowerBound + 1]) << 8,
                packetNumber: Array(octets[data.lowerBound + 2..<data.lowerBound + 8]),
                key: data.lowerBound + 8..<data.upperBound
            )
            return selector == .igtk ? .igtk(location) : .bigtk(location)
        case .macAddress:
            try need(6, data)
            guard let address = MACAddress(octets: octets[data.lowerBound..<data.lowerBound + 6]) else {
                return .other(selector, whole)
            }
            return .macAddress(address)
        case .pmkid:
            try need(16, data)
            return .pmkid(Array(octets[data.lowerBound..<data.lowerBound + 16]))
        case .transitionDisable:
            try need(1, data)
            return .transitionDisable(TransitionDisable(rawValue: octets[data.lowerBound]))
        default:
            return .other(selector, whole)
        }
    }

    private static func need(_ count: Int, _ data: Range<Int>) throws(MalformedOctets) {
        guard data.count >= count else { throw truncated(data.lowerBound, needed: count, available: data.count) }
    }

    private static func truncated(_ offset: Int, needed: Int, available: Int) -> MalformedOctets {
        MalformedOctets(
            structure: "key data",
            offset: offset,
            reason: .truncated(needed: needed, available: available)
        )
    }
}

/// Key data as an authenticator writes them (IEEE 802.11-2020, 12.7.2).
package enum KeyDataEncoding {
    /// A KDE: 0xDD, length, selector, data.
    package static func kde(_ selector: KDESelector, _ data: [UInt8]) -> [UInt8] {
        let content = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: selector.rawValue >> UInt32($0)) } + data
        return [0xDD, UInt8(truncatingIfNeeded: content.count)] + content
    }

    /// The KDE of a GTK.
    package static func gtk(keyID: UInt8, isTransmit: Bool = false, key: [UInt8]) -> [UInt8] {
        kde(.gtk, [keyID & 0b11 | (isTransmit ? 1 << 2 : 0), 0] + key)
    }

    /// The KDE of an IGTK or a BIGTK.
    package static func integrityKey(
        _ selector: KDESelector,
        keyID: UInt16,
        packetNumber: [UInt8],
        key: [UInt8]
    ) -> [UInt8] {
        kde(selector, emit16(keyID) + packetNumber + key)
    }

    /// Key data with the padding that AES key wrap needs: a multiple of 8 octets, at least 16.
    package static func padded(_ keyData: [UInt8]) -> [UInt8] {
        guard keyData.count < 16 || keyData.count % 8 != 0 else { return keyData }
        var padded = keyData + [0xDD]
        while padded.count < 16 || padded.count % 8 != 0 { padded.append(0) }
        return padded
    }
}
