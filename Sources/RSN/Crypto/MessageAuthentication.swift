internal import CLibCrypto

/// A hash function of the standard's key derivations and MICs.
package enum HashFunction: Sendable, CaseIterable {
    /// SHA-1: PBKDF2, the pairwise keys and the MIC of the AKM PSK, and nothing else.
    case sha1
    /// SHA-256.
    case sha256
    /// SHA-384.
    case sha384
    /// SHA-512.
    case sha512

    /// Octets of a digest.
    package var length: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    var name: String {
        switch self {
        case .sha1: "SHA1"
        case .sha256: "SHA256"
        case .sha384: "SHA384"
        case .sha512: "SHA512"
        }
    }

    var method: OpaquePointer? {
        switch self {
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }

    /// The digest of octets, one source after the other.
    package func digest(_ parts: any OctetSource...) throws(CryptoError) -> SecretOctets {
        let context = try check("EVP_MD_CTX_new", EVP_MD_CTX_new())
        defer { EVP_MD_CTX_free(context) }
        try check("EVP_DigestInit_ex", EVP_DigestInit_ex(context, method, nil))
        for part in parts {
            try check("EVP_DigestUpdate", part.withOctets { EVP_DigestUpdate(context, $0.baseAddress, $0.count) })
        }
        return try SecretOctets(count: length) { (buffer) throws(CryptoError) in
            try check(
                "EVP_DigestFinal_ex",
                EVP_DigestFinal_ex(context, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
            )
        }
    }

    /// HMAC (RFC 2104) of octets, one source after the other.
    package func hmac(key: any OctetSource, _ parts: any OctetSource...) throws(CryptoError) -> SecretOctets {
        try hmac(key: key, parts)
    }

    /// HMAC (RFC 2104) of octets, one source after the other.
    package func hmac(key: any OctetSource, _ parts: [any OctetSource]) throws(CryptoError) -> SecretOctets {
        try MACAlgorithm.hmac.compute(
            parameter: OSSL_MAC_PARAM_DIGEST,
            value: name,
            key: key,
            parts: parts,
            length: length
        )
    }
}

/// AES-CMAC (RFC 4493) of octets, one source after the other, with a key of 16 or 32 octets.
package func aesCMAC(key: any OctetSource, _ parts: any OctetSource...) throws(CryptoError) -> SecretOctets {
    try MACAlgorithm.cmac.compute(
        parameter: OSSL_MAC_PARAM_CIPHER,
        value: key.count == 32 ? "AES-256-CBC" : "AES-128-CBC",
        key: key,
        parts: parts,
        length: 16
    )
}

/// A MAC algorithm that libcrypto looked up once; looking up costs more than a short MAC.
private struct MACAlgorithm: Sendable {
    static let hmac = Self("HMAC")
    static let cmac = Self("CMAC")

    // Reference counted and never changed; libcrypto shares it between threads.
    nonisolated(unsafe) private let algorithm: OpaquePointer?

    private init(_ name: String) {
        algorithm = EVP_MAC_fetch(nil, name, nil)
    }

    func compute(
        parameter: String,
        value: String,
        key: any OctetSource,
        parts: [any OctetSource],
        length: Int
    ) throws(CryptoError) -> SecretOctets {
        let algorithm = try check("EVP_MAC_fetch", algorithm)
        let context = try check("EVP_MAC_CTX_new", EVP_MAC_CTX_new(algorithm))
        defer { EVP_MAC_CTX_free(context) }
        var value = Array(value.utf8CString)
        // The parameter keeps pointers to its name and its value, so both stay until it has been read.
        let started = parameter.withCString { parameter in
            value.withUnsafeMutableBufferPointer { value in
                let parameters = [
                    OSSL_PARAM_construct_utf8_string(parameter, value.baseAddress, 0), OSSL_PARAM_construct_end(),
                ]
                return key.withOctets { key in
                    // A null key would mean "the key set before"; an empty key is a key too (HKDF without salt).
                    var placeholder: UInt8 = 0
                    return withUnsafePointer(to: &placeholder) { placeholder in
                        let octets = key.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? placeholder
                        return EVP_MAC_init(context, octets, key.count, parameters)
                    }
                }
            }
        }
        try check("EVP_MAC_init", started)
        for part in parts where part.count > 0 {
            let updated = part.withOctets {
                EVP_MAC_update(context, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count)
            }
            try check("EVP_MAC_update", updated)
        }
        return try SecretOctets(count: length) { (buffer) throws(CryptoError) in
            var written = 0
            let octets = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            try check("EVP_MAC_final", EVP_MAC_final(context, octets, &written, length))
        }
    }
}
