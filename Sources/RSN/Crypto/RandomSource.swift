internal import CLibCrypto

/// Where nonces and private keys come from; tests bring their own.
package protocol RandomSource: Sendable {
    /// As many random octets as asked for.
    ///
    /// - Throws: `CryptoError` when there is no randomness.
    func octets(_ count: Int) throws(CryptoError) -> SecretOctets
}

/// libcrypto's generator for values that stay private, `RAND_priv_bytes`.
package struct PrivateRandom: RandomSource {
    /// Makes a source; it has no state of its own.
    package init() {}

    /// As many random octets as asked for.
    package func octets(_ count: Int) throws(CryptoError) -> SecretOctets {
        try SecretOctets(count: count) { (buffer) throws(CryptoError) in
            try check(
                "RAND_priv_bytes",
                RAND_priv_bytes(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(count))
            )
        }
    }
}
