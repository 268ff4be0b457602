import Foundation
import RSN
import TestSupport

/// The octets of hexadecimal text; spaces and line ends do not count.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// A generator whose numbers are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Octets with a few of them changed, removed or added.
    mutating func mutate(_ octets: [UInt8]) -> [UInt8] {
        var octets = octets
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let place = Int.random(in: 0...octets.count, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0 where place < octets.count: octets[place] = .random(in: .min ... .max, using: &self)
            case 1 where place < octets.count: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 2 where place < octets.count: octets.removeSubrange(place...)
            case 3: octets.insert(contentsOf: octets.suffix(octets.count - place), at: place)
            default: octets.insert(.random(in: .min ... .max, using: &self), at: place)
            }
            if octets.count > 4_000 { octets.removeSubrange(4_000...) }
        }
        return octets
    }
}

/// Hands out what the test wrote down, in its order, and randomness when that is used up.
final class ScriptedRandom: RandomSource, @unchecked Sendable {
    // Tests use it from one task at a time.
    private var script: [[UInt8]]

    init(_ script: [[UInt8]]) {
        self.script = script
    }

    func octets(_ count: Int) throws(CryptoError) -> SecretOctets {
        if let first = script.first, first.count == count {
            script.removeFirst()
            return SecretOctets(first)
        }
        return try PrivateRandom().octets(count)
    }
}

/// The vectors in Fixtures/vectors; see the README there.
enum Vectors {
    struct Published: Decodable, Sendable {
        struct Section<Vector: Decodable & Sendable>: Decodable, Sendable { let vectors: [Vector] }
        struct PSK: Decodable, Sendable { let passphrase: String, ssid: String, psk: String }
        struct PRF: Decodable, Sendable { let key: String, label: String, data: String, length: Int, out: String }
        struct HKDF: Decodable, Sendable {
            let ikm: String, salt: String, info: String, length: Int, prk: String, okm: String
        }
        struct Wrap: Decodable, Sendable { let kek: String, plain: String, wrapped: String }
        struct CMAC: Decodable, Sendable { let key: String, message: String, mac: String }
        struct SSWU: Decodable, Sendable { let group: UInt16, u: String, point: String }
        struct DiffieHellman: Decodable, Sendable {
            let group: UInt16, i: String, r: String, gi: String, gr: String, gir: String
        }
        struct EAPOL: Decodable, Sendable {
            let passphrase: String, ssid: String, aa: String, spa: String, anonce: String, mic: String, message2: String
        }
        struct Looping: Decodable, Sendable {
            let password: String, sta_mac: String, peer_mac: String, rand: String, mask: String, own_commit: String
            let peer_commit: String, kck: String, pmk: String, pmkid: String, pwe: String
            let own_confirm_send_confirm_1: String
        }
        struct HashToElement: Decodable, Sendable {
            let ssid: String, password: String, identifier: String, mac1: String, mac2: String, pwe: String, pt: String
            let u1: String, p1: String, u2: String, p2: String
        }

        let psk_pbkdf2: Section<PSK>
        let prf_sha1: Section<PRF>
        let hkdf_sha256: Section<HKDF>
        let aes_key_wrap: Section<Wrap>
        let aes_cmac: Section<CMAC>
        let sswu: Section<SSWU>
        let diffie_hellman: Section<DiffieHellman>
        let eapol_psk: Section<EAPOL>
        let sae_hunting_and_pecking_group19: Section<Looping>
        let sae_h2e_group19: Section<HashToElement>
    }

    struct Recomputed: Decodable, Sendable {
        struct SAE: Decodable, Sendable {
            let group: UInt16, h2e: Bool, ssid: String, password: String, identifier: String, rejected_groups: String
            let sta: String, ap: String, pwe: String, rand: String, mask: String, scalar: String, element: String
            let peer_scalar: String, peer_element: String, kck: String, pmk: String, pmkid: String, confirm: String
            let peer_confirm: String, pt: String?, extended_pmk: String?, extended_confirm: String?
            let extended_peer_confirm: String?
        }
        struct OWE: Decodable, Sendable {
            let group: UInt16, client_private: String, ap_private: String, client_public: String, ap_public: String
            let pmk: String, pmkid: String
        }
        struct PTK: Decodable, Sendable {
            let akm: UInt32, pmk: String, aa: String, spa: String, anonce: String, snonce: String, kck: String
            let kek: String, tk: String
        }

        let sae: [SAE]
        let owe: [OWE]
        let ptk: [PTK]
    }

    private struct File: Decodable, Sendable { let published: Published }

    static let published = Result { () throws -> Published in
        try JSONDecoder().decode(File.self, from: Data(Fixture.text("vectors/published.json").utf8)).published
    }

    static let recomputed = Result { () throws -> Recomputed in
        try JSONDecoder().decode(Recomputed.self, from: Data(Fixture.text("vectors/recomputed.json").utf8))
    }
}
