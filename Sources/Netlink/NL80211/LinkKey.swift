package import IEEE80211

/// A key for the kernel.
package struct LinkKey: Sendable {
    /// The peer whose individually addressed frames it protects; nil for a group key and for WEP.
    package var peer: MACAddress?
    /// The key index.
    package var index: UInt8
    /// The cipher.
    package var cipher: CipherSuite
    /// The key.
    package var key: any SecretAttribute
    /// The packet number so far, the low octet first; empty for none.
    package var sequence: [UInt8]

    /// Makes a key.
    package init(
        peer: MACAddress? = nil,
        index: UInt8,
        cipher: CipherSuite,
        key: any SecretAttribute,
        sequence: [UInt8] = []
    ) {
        self.peer = peer
        self.index = index
        self.cipher = cipher
        self.key = key
        self.sequence = sequence
    }

    var attribute: RequestAttribute {
        var members = [
            RequestAttribute(NL80211KeyAttribute.data, .secret(key)),
            RequestAttribute(NL80211KeyAttribute.index, .u8(index)),
            RequestAttribute(NL80211KeyAttribute.cipher, .u32(cipher.rawValue)),
            RequestAttribute(
                NL80211KeyAttribute.type,
                .u32(UInt32(peer == nil ? NL80211KeyType.group : NL80211KeyType.pairwise))
            ),
        ]
        if !sequence.isEmpty { members.append(RequestAttribute(NL80211KeyAttribute.sequence, .bytes(sequence))) }
        return RequestAttribute(NL80211Attribute.key, .nested(members))
    }
}
