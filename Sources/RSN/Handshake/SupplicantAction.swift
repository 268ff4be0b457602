package import IEEE80211

/// A key for the kernel.
package struct InstallableKey: Sendable {
    /// What a key protects.
    package enum Kind: Hashable, Sendable {
        /// Individually addressed frames: the TK.
        case pairwise
        /// Group addressed data frames: the GTK.
        case group
        /// Group addressed management frames: the IGTK.
        case managementGroup
        /// Beacons: the BIGTK.
        case beacon
    }

    /// What it protects.
    package let kind: Kind
    /// The key index: 0 for a TK, 1 to 3, 4 or 5, 6 or 7.
    package let index: UInt8
    /// The cipher.
    package let cipher: CipherSuite
    /// The key.
    package let key: SecretOctets
    /// The packet number so far, 6 octets, the low one first; empty for a TK.
    package let sequence: [UInt8]
}

/// What is to be done, in the order given.
package enum SupplicantAction: Sendable {
    /// Send an EAPOL frame, from the header of IEEE 802.1X on; in the clear where it says so, whatever keys there are.
    case send([UInt8], encrypted: Bool)
    /// Give a key to the kernel.
    case install(InstallableKey)
    /// Open the controlled port: keys are installed on both ends.
    case authorize
    /// Remember for the network which older ways to join it no longer needs.
    case transitionDisable(TransitionDisable)
    /// Nothing: the frame was dropped, and this is why. For the log.
    case discard(DiscardedFrame)
    /// Leave with the reason code: the handshake cannot end well.
    case fail(HandshakeFailure)
}

/// Why a frame was dropped as if it had never come.
package enum DiscardedFrame: Hashable, Sendable {
    /// An EAPOL frame of another type.
    case notEAPOLKey
    /// Not the structure it should be.
    case malformed(MalformedOctets)
    /// A descriptor of another type than RSN's, such as WPA1's 254.
    case descriptorType(UInt8)
    /// Another descriptor version than the AKM's.
    case descriptorVersion(UInt16)
    /// No message of an authenticator that we know.
    case unexpected
    /// In the clear, although keys are installed.
    case notEncrypted
    /// The MIC is wrong: another key, or somebody else's frame.
    case mic
    /// The replay counter did not grow.
    case replayed(counter: UInt64, last: UInt64)
    /// A nonce that no message 1 had.
    case unknownANonce
    /// Another PMK than ours.
    case pmkid
    /// The key data are not encrypted.
    case keyDataNotEncrypted
    /// The key data do not unwrap.
    case keyDataNotUnwrapped
    /// The length is not that of the pairwise cipher's key.
    case keyLength(UInt16)
    /// A group key handshake whose keys cannot be used.
    case groupKeys(HandshakeFailure.Cause)
    /// The handshake has failed already.
    case afterFailure
}

/// Why a handshake cannot end well.
package struct HandshakeFailure: Error, Sendable {
    /// What was wrong, in frames that the authenticator proved to be its own.
    package enum Cause: Hashable, Sendable {
        /// An element of message 3 differs from the beacon's: somebody tampered with one of them.
        case elementDiffers(ElementID)
        /// A second RSNE, as if to choose another cipher.
        case secondRSNE
        /// No GTK.
        case groupKeyMissing
        /// No IGTK, although management frames are to be protected.
        case managementGroupKeyMissing
        /// Two keys of one kind, a length that is not the cipher's, or an index that is none of theirs.
        case groupKeyInvalid(InstallableKey.Kind, index: UInt16, length: Int)
        /// The key data are authentic and no key data.
        case keyData(MalformedOctets)
        /// libcrypto failed.
        case cryptography(CryptoError)
    }

    /// What was wrong.
    package let cause: Cause

    /// What to tell the access point (IEEE 802.11-2020, table 9-49).
    package var reasonCode: ReasonCode {
        switch cause {
        case .elementDiffers, .secondRSNE: .ieInFourWayDiffers
        case .groupKeyMissing, .groupKeyInvalid, .managementGroupKeyMissing: .groupCipherNotValid
        case .keyData: .invalidIE
        case .cryptography: .unspecified
        }
    }
}

extension HandshakeFailure: CustomStringConvertible {
    /// What was wrong, in words.
    package var description: String {
        switch cause {
        case .elementDiffers(let id): "element \(id) of message 3 is not the beacon's"
        case .secondRSNE: "message 3 has a second RSNE"
        case .groupKeyMissing: "no group key"
        case .managementGroupKeyMissing: "no group key for management frames"
        case .groupKeyInvalid(let kind, let index, let length):
            "\(kind) key of \(length) octets with index \(index)"
        case .keyData(let malformed): "\(malformed)"
        case .cryptography(let error): "\(error)"
        }
    }
}
