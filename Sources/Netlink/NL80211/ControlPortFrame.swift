package import IEEE80211

/// An EAPOL frame that came over nl80211 (`NL80211_CMD_CONTROL_PORT_FRAME`).
package struct ControlPortFrame: Sendable {
    /// Who sent it.
    package let source: MACAddress
    /// The frame, from the header of IEEE 802.1X on.
    package let octets: [UInt8]
    /// Whether it came encrypted.
    package let isEncrypted: Bool
    /// When it was read from the kernel.
    package let instant: ContinuousClock.Instant
}

extension ControlPortFrame {
    /// Reads the kernel's message; nil when it is none about an EAPOL frame of this interface.
    init?(_ message: GenericNetlinkMessage, interface: UInt32) {
        guard message.command == NL80211Command.controlPortFrame.rawValue,
            let attributes = try? message.attributes(),
            attributes.u32(NL80211Attribute.interfaceIndex) == interface,
            let source = attributes.macAddress(NL80211Attribute.mac),
            let octets = attributes.bytes(NL80211Attribute.frame)
        else { return nil }
        self.init(
            source: source,
            octets: octets,
            isEncrypted: !attributes.has(NL80211Attribute.controlPortNoEncryption),
            instant: .now
        )
    }
}
