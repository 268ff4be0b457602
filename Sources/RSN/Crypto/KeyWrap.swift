internal import CLibCrypto

/// AES key wrap (RFC 3394) with the default initial value: the key data of message 3 and of the group key handshake.
package enum AESKeyWrap {
    /// Wraps a multiple of 8 octets, at least 16, with a key of 16 or 32 octets.
    ///
    /// - Throws: `CryptoError`, also for lengths that cannot be wrapped.
    package static func wrap(_ plain: any OctetSource, key: any OctetSource) throws(CryptoError) -> [UInt8] {
        guard plain.count >= 16, plain.count % 8 == 0, plain.count < 1 << 16 else { throw CryptoError("AES key wrap") }
        return try transform(plain, key: key, encrypt: 1, count: plain.count + 8).disclosed
    }

    /// Unwraps; nil when the octets were not wrapped with this key, or are too short or no multiple of 8.
    ///
    /// - Throws: `CryptoError` when libcrypto cannot work at all.
    package static func unwrap(_ wrapped: [UInt8], key: any OctetSource) throws(CryptoError) -> SecretOctets? {
        guard wrapped.count >= 24, wrapped.count % 8 == 0, wrapped.count < 1 << 16 else { return nil }
        do throws(CryptoError) {
            return try transform(wrapped, key: key, encrypt: 0, count: wrapped.count - 8)
        } catch {
            guard error.function == "EVP_CipherUpdate" else { throw error }
            return nil
        }
    }

    private static func transform(
        _ input: any OctetSource,
        key: any OctetSource,
        encrypt: Int32,
        count: Int
    ) throws(CryptoError) -> SecretOctets {
        guard key.count == 16 || key.count == 32 else { throw CryptoError("AES key wrap") }
        let context = try check("EVP_CIPHER_CTX_new", EVP_CIPHER_CTX_new())
        defer { EVP_CIPHER_CTX_free(context) }
        EVP_CIPHER_CTX_set_flags(context, Int32(EVP_CIPHER_CTX_FLAG_WRAP_ALLOW))
        let cipher = key.count == 16 ? EVP_aes_128_wrap() : EVP_aes_256_wrap()
        let started = key.withOctets {
            EVP_CipherInit_ex(context, cipher, nil, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), nil, encrypt)
        }
        try check("EVP_CipherInit_ex", started)
        // The mode may write a block more than it keeps.
        let room = try SecretOctets(count: max(count, input.count) + 16) { (buffer) throws(CryptoError) in
            var written: Int32 = 0
            let result = input.withOctets { input in
                EVP_CipherUpdate(
                    context,
                    buffer.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    &written,
                    input.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    Int32(input.count)
                )
            }
            guard result == 1, written == count else { throw CryptoError("EVP_CipherUpdate") }
        }
        return room.slice(0..<count)
    }
}
