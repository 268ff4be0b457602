package import IEEE80211

/// What AKM and ciphers mean for a handshake: which keys of which lengths, and which MIC (IEEE 802.11-2020, table 12-10).
package struct HandshakeSuite: Hashable, Sendable {
    /// How the ends authenticate.
    package let akm: AKMSuite
    /// The cipher of individually addressed frames.
    package let pairwiseCipher: CipherSuite
    /// Octets of the pairwise temporal key.
    package let tkLength: Int
    /// Octets of the key of the MIC.
    package let kckLength: Int
    /// Octets of the key that encrypts key data.
    package let kekLength: Int
    /// Octets of the MIC.
    package let micLength: Int

    /// The hash that derives the pairwise keys; SHA-1 stands for the older PRF.
    let derivation: HashFunction
    /// The Key Descriptor Version field.
    let descriptorVersion: UInt16
    private let mac: MAC

    private enum MAC: Hashable, Sendable {
        case hmac(HashFunction)
        case aesCMAC
    }

    /// Makes a suite; nil for an AKM or a cipher that we do not do, or a PMK of a length that does not go with them.
    package init?(akm: AKMSuite, pairwiseCipher: CipherSuite, pmkLength: Int) {
        switch pairwiseCipher {
        case .ccmp128, .gcmp128: tkLength = 16
        case .ccmp256, .gcmp256: tkLength = 32
        default: return nil
        }
        self.akm = akm
        self.pairwiseCipher = pairwiseCipher
        switch (akm, pmkLength) {
        case (.psk, 32):
            (derivation, mac, descriptorVersion) = (.sha1, .hmac(.sha1), 2)
        case (.pskSHA256, 32):
            (derivation, mac, descriptorVersion) = (.sha256, .aesCMAC, 3)
        case (.sae, 32):
            (derivation, mac, descriptorVersion) = (.sha256, .aesCMAC, 0)
        case (.owe, 32), (.saeExtendedKey, 32):
            (derivation, mac, descriptorVersion) = (.sha256, .hmac(.sha256), 0)
        case (.owe, 48), (.saeExtendedKey, 48):
            (derivation, mac, descriptorVersion) = (.sha384, .hmac(.sha384), 0)
        case (.owe, 64), (.saeExtendedKey, 64):
            (derivation, mac, descriptorVersion) = (.sha512, .hmac(.sha512), 0)
        default:
            return nil
        }
        kckLength = pmkLength / 2
        kekLength = pmkLength == 32 ? 16 : 32
        micLength = pmkLength / 2
    }

    /// The MIC of a frame whose MIC field is zero.
    package func mic(kck: any OctetSource, _ octets: [UInt8]) throws(CryptoError) -> [UInt8] {
        let whole =
            switch mac {
            case .hmac(let hash): try hash.hmac(key: kck, octets)
            case .aesCMAC: try aesCMAC(key: kck, octets)
            }
        return Array(whole.disclosed.prefix(micLength))
    }
}

/// A pairwise transient key in its three parts (IEEE 802.11-2020, 12.7.1.3).
package struct PairwiseTransientKey: Sendable {
    /// The key of the MIC.
    package let kck: SecretOctets
    /// The key that encrypts key data.
    package let kek: SecretOctets
    /// The key of the data frames.
    package let tk: SecretOctets

    /// Derives the key from the PMK, both addresses and both nonces.
    package init(
        suite: HandshakeSuite,
        pmk: SecretOctets,
        authenticator: MACAddress,
        supplicant: MACAddress,
        aNonce: [UInt8],
        sNonce: [UInt8]
    ) throws(CryptoError) {
        let label = "Pairwise key expansion"
        let data = lowerFirst(authenticator.octets, supplicant.octets) + lowerFirst(aNonce, sNonce)
        let length = suite.kckLength + suite.kekLength + suite.tkLength
        let key =
            suite.derivation == .sha1
            ? try prfSHA1(key: pmk, label: label, data: data, length: length)
            : try suite.derivation.kdf(key: pmk, label: label, context: data, bits: length * 8)
        kck = key.slice(0..<suite.kckLength)
        kek = key.slice(suite.kckLength..<suite.kckLength + suite.kekLength)
        tk = key.slice(suite.kckLength + suite.kekLength..<length)
    }
}

/// Two octet strings of one length, the lower one first.
func lowerFirst(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    first.lexicographicallyPrecedes(second) ? first + second : second + first
}

/// Two octet strings of one length, the higher one first.
func higherFirst(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    first.lexicographicallyPrecedes(second) ? second + first : first + second
}
