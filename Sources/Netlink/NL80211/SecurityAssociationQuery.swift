package import IEEE80211

/// A question to an access point whether it still has the keys, or its answer (IEEE 802.11-2020, 9.6.9 and 11.13).
package struct SecurityAssociationQuery: Sendable {
    /// The access point.
    package let bssid: MACAddress
    /// What an answer repeats.
    package let transaction: UInt16

    /// Makes a question.
    package init(bssid: MACAddress, transaction: UInt16) {
        self.bssid = bssid
        self.transaction = transaction
    }

    /// The frame control of an Action frame.
    static let frameControl: UInt16 = 0x00D0
    private static let category: UInt8 = 8
    private static let request: UInt8 = 0
    private static let response: UInt8 = 1
    /// What the bodies of answers begin with.
    static let responseMatch = [category, response]

    /// The whole frame; the kernel sets duration and sequence, and protects it.
    func frame(from station: MACAddress) -> [UInt8] {
        [UInt8(Self.frameControl & 0xFF), UInt8(Self.frameControl >> 8), 0, 0] + bssid.octets + station.octets
            + bssid.octets + [0, 0, Self.category, Self.request, UInt8(transaction & 0xFF), UInt8(transaction >> 8)]
    }

    /// Reads the kernel's message; nil when it is none about an answer on this interface.
    ///
    /// The kernel has dropped answers that were not protected (IEEE 802.11-2020, 12.6.19).
    init?(response message: GenericNetlinkMessage, interface: UInt32) {
        guard message.command == NL80211Command.frame.rawValue, let attributes = try? message.attributes(),
            attributes.u32(NL80211Attribute.interfaceIndex) == interface,
            let octets = attributes.bytes(NL80211Attribute.frame), octets.count >= 28,
            octets[0] == UInt8(Self.frameControl & 0xFF), Array(octets[24..<26]) == Self.responseMatch,
            let transmitter = MACAddress(octets: octets[10..<16])
        else { return nil }
        self.init(bssid: transmitter, transaction: UInt16(octets[26]) | UInt16(octets[27]) << 8)
    }
}
