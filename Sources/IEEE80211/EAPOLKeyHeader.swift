/// The head of an EAPOL-Key frame: enough to tell the messages of the handshakes apart (IEEE 802.11-2020, 12.7.2).
package struct EAPOLKeyHeader: Hashable, Sendable {
    /// The Key Information field (12.7.2, figure 12-34).
    package struct KeyInformation: OptionSet, Hashable, Sendable {
        /// The field as a big-endian number.
        package let rawValue: UInt16

        /// Makes key information from the field.
        package init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// The Key Descriptor Version field, its low three bits: which MIC and which cipher for the key data.
        package var descriptorVersion: UInt16 { rawValue & 0b111 }

        /// About pairwise keys, and not about a group key.
        package static let pairwise = Self(rawValue: 1 << 3)
        /// The receiver is to install the key.
        package static let install = Self(rawValue: 1 << 6)
        /// An answer is wanted: the authenticator sent it.
        package static let acknowledge = Self(rawValue: 1 << 7)
        /// A MIC is present.
        package static let mic = Self(rawValue: 1 << 8)
        /// The first exchange of keys is complete.
        package static let secure = Self(rawValue: 1 << 9)
        /// The sender reports an error.
        package static let error = Self(rawValue: 1 << 10)
        /// The sender asks for a handshake: a station sent it.
        package static let request = Self(rawValue: 1 << 11)
        /// The key data are encrypted.
        package static let encryptedKeyData = Self(rawValue: 1 << 12)
        /// Of a handshake between two stations, which nobody uses.
        package static let smk = Self(rawValue: 1 << 13)
    }

    /// The Key Information field.
    package let information: KeyInformation
    /// The replay counter: each try of the authenticator has its own, and an answer repeats it.
    package let replayCounter: UInt64

    /// Message 2 of a first four-way handshake: the station has both nonces, and does not know yet whether its key fits.
    package var isMessage2: Bool {
        information.isSuperset(of: [.pairwise, .mic]) && information.isDisjoint(with: [.acknowledge, .secure])
    }

    /// Message 4 of a four-way handshake: the station accepted message 3, so both ends have the same key.
    package var isMessage4: Bool {
        information.isSuperset(of: [.pairwise, .mic, .secure]) && !information.contains(.acknowledge)
    }

    /// Reads an Ethernet frame, as the kernel reports those that were sent; nil when it is no EAPOL-Key frame.
    ///
    /// - Throws: `MalformedOctets` when it is one and ends early.
    package init?(ethernetFrame octets: [UInt8]) throws(MalformedOctets) {
        var reader = OctetReader(octets, structure: "EAPOL-Key frame")
        _ = try reader.read(12)
        guard try reader.read(2) == [0x88, 0x8E] else { return nil }
        _ = try reader.u8()
        // Packet type 3 is EAPOL-Key (IEEE 802.1X-2020, table 11-3).
        guard try reader.u8() == 3 else { return nil }
        _ = try reader.u16()
        // The descriptor type is 2 for RSN, 254 for WPA1.
        _ = try reader.u8()
        information = KeyInformation(rawValue: try reader.u16().byteSwapped)
        _ = try reader.u16()
        replayCounter = try reader.read(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
