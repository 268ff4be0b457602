internal import CLibCrypto

/// PRF-Length with SHA-1 (IEEE 802.11-2020, 12.7.1.2): the pairwise keys of the AKM PSK.
package func prfSHA1(
    key: any OctetSource,
    label: String,
    data: any OctetSource,
    length: Int
) throws(CryptoError) -> SecretOctets {
    var blocks: [SecretOctets] = []
    for counter in 0..<(length + 19) / 20 {
        blocks.append(
            try HashFunction.sha1.hmac(key: key, Array(label.utf8), [0] as [UInt8], data, [UInt8(counter)])
        )
    }
    return SecretOctets(concatenating: blocks).slice(0..<length)
}

extension HashFunction {
    /// KDF-Hash-Length (IEEE 802.11-2020, 12.7.1.6.2).
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - label: what the keys are for.
    ///   - context: what binds them.
    ///   - bits: how much is wanted; where that ends within an octet, the octet's low bits are zero.
    /// - Returns: the octets.
    /// - Throws: `CryptoError` when libcrypto fails.
    package func kdf(
        key: any OctetSource,
        label: String,
        context: any OctetSource,
        bits: Int
    ) throws(CryptoError) -> SecretOctets {
        let total = (bits + 7) / 8
        var blocks: [SecretOctets] = []
        for counter in 1...max(1, (total + length - 1) / length) {
            blocks.append(
                try hmac(
                    key: key,
                    littleEndian(UInt16(counter)),
                    Array(label.utf8),
                    context,
                    littleEndian(UInt16(bits))
                )
            )
        }
        let whole = SecretOctets(concatenating: blocks)
        return SecretOctets(count: total) { buffer in
            whole.withOctets { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<total])) }
            if bits % 8 != 0 { buffer[total - 1] &= 0xFF << UInt8(8 - bits % 8) }
        }
    }

    /// HKDF-Extract (RFC 5869, 2.2).
    package func hkdfExtract(
        salt: any OctetSource,
        _ inputKey: any OctetSource...
    ) throws(CryptoError) -> SecretOctets {
        try hmac(key: salt, inputKey)
    }

    /// HKDF-Expand (RFC 5869, 2.3), up to 255 digests long.
    package func hkdfExpand(
        key: any OctetSource,
        info: any OctetSource,
        length wanted: Int
    ) throws(CryptoError) -> SecretOctets {
        var blocks: [SecretOctets] = []
        var last = SecretOctets()
        for counter in 1...max(1, (wanted + length - 1) / length) {
            last = try hmac(key: key, last, info, [UInt8(counter)])
            blocks.append(last)
        }
        return SecretOctets(concatenating: blocks).slice(0..<wanted)
    }
}

/// The PSK of a passphrase: PBKDF2 with HMAC-SHA1 and 4096 iterations (IEEE 802.11-2020, J.4.1).
///
/// It depends on nothing else than passphrase and network, so it can be computed while the radio still looks for the
/// network; it takes milliseconds.
package func preSharedKey(passphrase: any OctetSource, ssid: [UInt8]) throws(CryptoError) -> SecretOctets {
    try SecretOctets(count: 32) { (buffer) throws(CryptoError) in
        let result = passphrase.withOctets { passphrase in
            PKCS5_PBKDF2_HMAC(
                passphrase.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32(passphrase.count),
                ssid,
                Int32(ssid.count),
                4096,
                EVP_sha1(),
                32,
                buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            )
        }
        try check("PKCS5_PBKDF2_HMAC", result)
    }
}

/// The two octets of a number, the low one first (IEEE 802.11-2020, 9.2.2).
func littleEndian(_ value: UInt16) -> [UInt8] {
    [UInt8(value & 0xFF), UInt8(value >> 8)]
}
