package import IEEE80211

/// Why OWE came to no key.
package struct OWEFailure: Error, Sendable {
    /// What was wrong.
    package enum Cause: Hashable, Sendable {
        /// The association response has no public key.
        case noPublicKey
        /// The element with the public key cannot be read.
        case malformed(MalformedOctets)
        /// The public key is of another group than ours.
        case group(UInt16)
        /// The public key is no x coordinate of a point of the curve, or it is our own.
        case invalidPublicKey
        /// libcrypto failed.
        case cryptography(CryptoError)
    }

    /// What was wrong.
    package let cause: Cause
}

extension OWEFailure: CustomStringConvertible {
    /// What was wrong, in words.
    package var description: String {
        switch cause {
        case .noPublicKey: "the association response has no public key for OWE"
        case .malformed(let malformed): "\(malformed)"
        case .group(let group): "the access point answered in OWE group \(group)"
        case .invalidPublicKey: "the access point's public key for OWE is invalid"
        case .cryptography(let error): "\(error)"
        }
    }
}

/// What OWE ends with.
package struct OWEKeys: Sendable {
    /// The pairwise master key, as long as the group's hash.
    package let pmk: SecretOctets
    /// The identifier of the PMK, 16 octets.
    package let pmkid: [UInt8]
}

/// The station's end of opportunistic wireless encryption (RFC 8110).
///
/// Its element goes into the association request; the response has the access point's. A response of status 77 means
/// that the access point wants another group: make a new exchange in the next of `CyclicGroup.allCases`.
package struct OWE: Sendable {
    /// The group.
    package let group: CyclicGroup
    /// Our public key: the x coordinate (RFC 8110, 4.3).
    package let publicKey: [UInt8]
    private let privateKey: SecretOctets

    /// Makes a key pair; it can be made before the network is found.
    package init(group: CyclicGroup = .p256, random: any RandomSource = PrivateRandom()) throws(CryptoError) {
        let curve = try EllipticCurve(group)
        let key = try curve.order.random(random)
        guard let element = try curve.element(curve.multiplyGenerator(by: key)) else {
            throw CryptoError("OWE public key")
        }
        self.group = group
        privateKey = try key.octets(group.length)
        publicKey = element.slice(0..<group.length).disclosed
    }

    /// The element for the association request.
    package var element: DiffieHellmanParameterElement {
        DiffieHellmanParameterElement(group: group.rawValue, publicKey: publicKey)
    }

    /// Derives the keys from the elements of the association response (RFC 8110, 4.4).
    package func receive(_ response: ElementList) -> Result<OWEKeys, OWEFailure> {
        do throws(MalformedOctets) {
            guard let element = try response.diffieHellmanParameter() else {
                return .failure(OWEFailure(cause: .noPublicKey))
            }
            return receive(element)
        } catch {
            return .failure(OWEFailure(cause: .malformed(error)))
        }
    }

    /// Derives the keys from the access point's element (RFC 8110, 4.4).
    package func receive(_ element: DiffieHellmanParameterElement) -> Result<OWEKeys, OWEFailure> {
        guard element.group == group.rawValue else { return .failure(OWEFailure(cause: .group(element.group))) }
        do throws(CryptoError) {
            guard element.publicKey != publicKey, let keys = try derive(element.publicKey) else {
                return .failure(OWEFailure(cause: .invalidPublicKey))
            }
            return .success(keys)
        } catch {
            return .failure(OWEFailure(cause: .cryptography(error)))
        }
    }

    private func derive(_ peer: [UInt8]) throws(CryptoError) -> OWEKeys? {
        let curve = try EllipticCurve(group)
        // Either y will do: both give the same x.
        guard let point = try curve.point(x: peer) else { return nil }
        guard let shared = try curve.element(curve.multiply(point, by: BigNumber(privateKey))) else { return nil }
        let hash = group.hash
        let seed = try hash.hkdfExtract(
            salt: publicKey + peer + littleEndian(group.rawValue),
            shared.slice(0..<group.length)
        )
        let pmk = try hash.hkdfExpand(key: seed, info: Array("OWE Key Generation".utf8), length: hash.length)
        let pmkid = try hash.digest(publicKey, peer).slice(0..<16).disclosed
        return OWEKeys(pmk: pmk, pmkid: pmkid)
    }
}
