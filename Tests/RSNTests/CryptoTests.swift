import RSN
import Testing

@Suite("Cryptography")
struct CryptoTests {
    @Test("PBKDF2 gives IEEE 802.11-2020 J.4's keys")
    func pbkdf2() throws {
        for vector in try Vectors.published.get().psk_pbkdf2.vectors {
            let psk = try preSharedKey(passphrase: Array(vector.passphrase.utf8), ssid: Array(vector.ssid.utf8))
            #expect(psk.disclosed == hex(vector.psk))
        }
    }

    @Test("PRF gives IEEE 802.11-2020 J.3's octets")
    func prf() throws {
        for vector in try Vectors.published.get().prf_sha1.vectors {
            let out = try prfSHA1(
                key: hex(vector.key),
                label: vector.label,
                data: hex(vector.data),
                length: vector.length
            )
            #expect(out.disclosed == hex(vector.out))
        }
    }

    @Test("HKDF gives RFC 5869's octets, with and without a salt")
    func hkdf() throws {
        for vector in try Vectors.published.get().hkdf_sha256.vectors {
            let key = try HashFunction.sha256.hkdfExtract(salt: hex(vector.salt), hex(vector.ikm))
            #expect(key.disclosed == hex(vector.prk))
            let out = try HashFunction.sha256.hkdfExpand(key: key, info: hex(vector.info), length: vector.length)
            #expect(out.disclosed == hex(vector.okm))
        }
    }

    @Test("AES-CMAC gives RFC 4493's octets, the parts together or apart")
    func cmac() throws {
        for vector in try Vectors.published.get().aes_cmac.vectors {
            let message = hex(vector.message)
            #expect(try aesCMAC(key: hex(vector.key), message).disclosed == hex(vector.mac))
            let half = message.count / 2
            let parts = try aesCMAC(key: hex(vector.key), Array(message[..<half]), Array(message[half...]))
            #expect(parts.disclosed == hex(vector.mac))
        }
    }

    @Test("AES key wrap gives RFC 3394's octets both ways")
    func keyWrap() throws {
        for vector in try Vectors.published.get().aes_key_wrap.vectors {
            #expect(try AESKeyWrap.wrap(hex(vector.plain), key: hex(vector.kek)) == hex(vector.wrapped))
            let plain = try AESKeyWrap.unwrap(hex(vector.wrapped), key: hex(vector.kek))
            #expect(plain?.disclosed == hex(vector.plain))
        }
    }

    @Test("what was wrapped with another key, changed or cut is not unwrapped")
    func badKeyWrap() throws {
        let key = [UInt8](repeating: 1, count: 16)
        let wrapped = try AESKeyWrap.wrap([UInt8](repeating: 2, count: 24), key: key)
        #expect(try AESKeyWrap.unwrap(wrapped, key: [UInt8](repeating: 3, count: 16)) == nil)
        for index in wrapped.indices {
            var changed = wrapped
            changed[index] ^= 0x40
            #expect(try AESKeyWrap.unwrap(changed, key: key) == nil)
        }
        for count in 0..<wrapped.count {
            #expect(try AESKeyWrap.unwrap(Array(wrapped.prefix(count)), key: key) == nil)
        }
        #expect(throws: CryptoError.self) { try AESKeyWrap.wrap([1, 2, 3], key: key) }
        #expect(throws: CryptoError.self) { try AESKeyWrap.unwrap(wrapped, key: [UInt8](repeating: 1, count: 15)) }
    }

    @Test("a digest of nothing and HMAC with an empty key work")
    func empty() throws {
        #expect(
            try HashFunction.sha256.digest().disclosed
                == hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        )
        #expect(
            try HashFunction.sha256.hmac(key: [] as [UInt8], [] as [UInt8]).disclosed
                == hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
        )
    }

    @Test("a failure of libcrypto names the function and empties the queue")
    func failure() throws {
        let error = #expect(throws: CryptoError.self) { try aesCMAC(key: [1, 2, 3] as [UInt8], [4] as [UInt8]) }
        #expect(error?.function == "EVP_MAC_init")
        #expect(error?.queue.isEmpty == false)
        #expect(error?.description.contains("EVP_MAC_init: error:") == true)
        let next = #expect(throws: CryptoError.self) { try AESKeyWrap.wrap([1], key: [UInt8](repeating: 0, count: 16)) }
        #expect(next?.queue == [])
    }

    @Test("secrets are compared by value, sliced, and never printed")
    func secrets() {
        let secret = SecretOctets([1, 2, 3] as [UInt8], SecretOctets([4, 5] as [UInt8]))
        #expect(secret.disclosed == [1, 2, 3, 4, 5])
        #expect(secret == SecretOctets([1, 2, 3, 4, 5] as [UInt8]))
        #expect(secret != SecretOctets([1, 2, 3, 4, 6] as [UInt8]))
        #expect(secret != SecretOctets([1, 2, 3, 4] as [UInt8]))
        #expect(secret.slice(1..<3).disclosed == [2, 3])
        #expect(secret.slice(3..<9).disclosed == [4, 5])
        #expect("\(secret)" == "<redacted>")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("4"))
    }

    @Test("randomness is not the same twice")
    func random() throws {
        let first = try PrivateRandom().octets(32)
        #expect(first.count == 32)
        #expect(try PrivateRandom().octets(32) != first)
    }
}
