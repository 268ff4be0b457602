/// A finite cyclic group for SAE and OWE: the elliptic curves of at least 256 bits over a prime field and without cofactor.
///
/// Others in the registry (IANA, Group Description of IKE) are too small, or unsuitable (IEEE 802.11-2020, 12.4.4.1),
/// or nobody's default; they are never offered and never accepted.
package enum CyclicGroup: UInt16, Hashable, Sendable, CaseIterable {
    /// NIST P-256, which everybody must have.
    case p256 = 19
    /// NIST P-384.
    case p384 = 20
    /// NIST P-521.
    case p521 = 21

    /// Octets of a coordinate, and of a scalar: the prime and the order are of one length in these groups.
    package var length: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// Bits of the prime.
    var bits: Int { self == .p521 ? 521 : length * 8 }

    /// The hash that goes with the length of the prime (12.4.2, table 12-1; RFC 8110, 4.4).
    package var hash: HashFunction {
        switch self {
        case .p256: .sha256
        case .p384: .sha384
        case .p521: .sha512
        }
    }
}

extension CyclicGroup: CustomStringConvertible {
    /// The curve and the number: `P-256 (19)`.
    package var description: String {
        switch self {
        case .p256: "P-256 (19)"
        case .p384: "P-384 (20)"
        case .p521: "P-521 (21)"
        }
    }
}
