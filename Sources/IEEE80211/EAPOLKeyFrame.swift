/// An EAPOL-Key frame, from the header of IEEE 802.1X on (IEEE 802.11-2020, 12.7.2; IEEE 802.1X-2020, 11.3).
package struct EAPOLKeyFrame: Hashable, Sendable {
    /// The type of key descriptor that RSN has; WPA1's is 254.
    package static let rsnDescriptor: UInt8 = 2

    /// The protocol version of IEEE 802.1X; receivers take any.
    package var protocolVersion: UInt8 = 1
    /// The type of the key descriptor.
    package var descriptorType = Self.rsnDescriptor
    /// The Key Information field.
    package var information: EAPOLKeyHeader.KeyInformation
    /// Octets of the pairwise temporal key, in messages 1 and 3.
    package var keyLength: UInt16
    /// The replay counter: each try of the authenticator has its own, and an answer repeats it.
    package var replayCounter: UInt64
    /// 32 octets: the sender's nonce, or zeros.
    package var nonce: [UInt8]
    /// 16 octets, zero with every cipher that we have.
    package var iv: [UInt8]
    /// The Key RSC field, 8 octets: the sequence counter of the group key, the low octet first, in messages 3 and 1/2.
    package var receiveSequenceCounter: [UInt8]
    /// 8 octets without a meaning.
    package var reserved: [UInt8]
    /// The MIC, zero where there is none; its length depends on the AKM.
    package var mic: [UInt8]
    /// Elements and KDEs, encrypted or not.
    package var keyData: [UInt8]
    /// What follows the key data within the length of the IEEE 802.1X header: nothing, as a rule.
    package var trailing: [UInt8] = []

    /// Makes a frame with zeros where nothing is given; the nonce has 32 octets and the counter 8.
    package init(
        information: EAPOLKeyHeader.KeyInformation,
        keyLength: UInt16 = 0,
        replayCounter: UInt64,
        nonce: [UInt8] = [UInt8](repeating: 0, count: 32),
        receiveSequenceCounter: [UInt8] = [UInt8](repeating: 0, count: 8),
        micLength: Int,
        keyData: [UInt8] = []
    ) {
        self.information = information
        self.keyLength = keyLength
        self.replayCounter = replayCounter
        self.nonce = nonce
        self.receiveSequenceCounter = receiveSequenceCounter
        self.keyData = keyData
        iv = [UInt8](repeating: 0, count: 16)
        reserved = [UInt8](repeating: 0, count: 8)
        mic = [UInt8](repeating: 0, count: micLength)
    }

    /// Reads a frame; nil when it is an EAPOL frame of another type.
    ///
    /// What follows the frame's own length is padding.
    ///
    /// - Parameters:
    ///   - octets: from the header of IEEE 802.1X on.
    ///   - micLength: octets of the MIC with the AKM in use: 16, 24 or 32.
    /// - Throws: `MalformedOctets` when the frame ends early, or before the key data it announces.
    package init?(_ octets: [UInt8], micLength: Int) throws(MalformedOctets) {
        var reader = OctetReader(octets, structure: "EAPOL-Key frame")
        protocolVersion = try reader.u8()
        // Packet type 3 is EAPOL-Key (IEEE 802.1X-2020, table 11-3).
        guard try reader.u8() == 3 else { return nil }
        let length = Int(try reader.bigEndian16())
        var body = OctetReader(try reader.read(length), structure: "EAPOL-Key body")
        descriptorType = try body.u8()
        information = EAPOLKeyHeader.KeyInformation(rawValue: try body.bigEndian16())
        keyLength = try body.bigEndian16()
        replayCounter = try body.read(8).reduce(0) { $0 << 8 | UInt64($1) }
        nonce = try body.read(32)
        iv = try body.read(16)
        receiveSequenceCounter = try body.read(8)
        reserved = try body.read(8)
        mic = try body.read(micLength)
        let count = Int(try body.bigEndian16())
        keyData = try body.read(count)
        trailing = body.rest()
    }

    /// The frame as it is sent.
    package var octets: [UInt8] {
        var body = [descriptorType]
        body += bigEndian(information.rawValue)
        body += bigEndian(keyLength)
        body += (0..<8).map { UInt8(truncatingIfNeeded: replayCounter >> (56 - 8 * UInt64($0))) }
        body += nonce + iv + receiveSequenceCounter + reserved + mic
        body += bigEndian(UInt16(truncatingIfNeeded: keyData.count)) + keyData + trailing
        return [protocolVersion, 3] + bigEndian(UInt16(truncatingIfNeeded: body.count)) + body
    }

    /// The frame with zeros for the MIC: what the MIC is computed over.
    package var octetsForMIC: [UInt8] {
        var frame = self
        frame.mic = [UInt8](repeating: 0, count: mic.count)
        return frame.octets
    }
}

private func bigEndian(_ value: UInt16) -> [UInt8] {
    [UInt8(value >> 8), UInt8(value & 0xFF)]
}
