package import IEEE80211

/// What SAE ends with.
package struct SAEKeys: Sendable {
    /// The pairwise master key: 32 octets, or a digest of the group's hash with the AKM that depends on the group.
    package let pmk: SecretOctets
    /// The identifier of the PMK, 16 octets.
    package let pmkid: [UInt8]
    /// The group that was agreed upon.
    package let group: CyclicGroup
}

/// One end's commitment to a password element: the secret numbers, and what of them is sent (IEEE 802.11-2020, 12.4.5.2).
package struct SAECommitment: Sendable {
    /// The group.
    package let group: CyclicGroup
    /// The commit scalar, as sent.
    package let scalar: [UInt8]
    /// The commit element, as sent.
    package let element: [UInt8]
    private let passwordElement: SecretOctets
    private let rand: SecretOctets

    /// What the other end's commit makes of ours.
    package enum Result: Sendable {
        /// The keys: one for the confirms, and the PMK.
        case keys(confirmation: SAEConfirmation, SAEKeys)
        /// The scalar is 0, 1 or not below the order.
        case invalidScalar
        /// The element is no point of the curve.
        case invalidElement
        /// The shared point is the one at infinity.
        case identity
    }

    /// Commits to a password element with fresh secret numbers.
    package init(
        group: CyclicGroup,
        passwordElement: SecretOctets,
        random: any RandomSource
    ) throws(CryptoError) {
        let curve = try EllipticCurve(group)
        while true {
            let rand = try curve.order.random(random)
            let mask = try curve.order.random(random)
            let scalar = try curve.order.add(rand, mask)
            if rand.isOne || mask.isOne || scalar.isZero || scalar.isOne { continue }
            guard let point = try curve.point(passwordElement) else { throw CryptoError("SAE password element") }
            let masked = try curve.inverse(curve.multiply(point, by: mask))
            guard let element = try curve.element(masked) else { throw CryptoError("SAE commit element") }
            self.group = group
            self.passwordElement = passwordElement
            self.rand = try rand.octets(group.length)
            self.scalar = try scalar.octets(group.length).disclosed
            self.element = element.disclosed
            return
        }
    }

    /// Commits to the password element of looping (12.4.4.2.2).
    package static func looping(
        group: CyclicGroup,
        password: SecretOctets,
        _ first: MACAddress,
        _ second: MACAddress,
        random: any RandomSource
    ) throws(CryptoError) -> SAECommitment {
        let element = try EllipticCurve(group)
            .huntedElement(first.octets, second.octets, password: password, random: PrivateRandom())
        return try SAECommitment(group: group, passwordElement: element, random: random)
    }

    /// Commits to the password element of hash-to-element (12.4.4.2.3).
    package static func hashing(
        token: SAEPasswordToken,
        _ first: MACAddress,
        _ second: MACAddress,
        random: any RandomSource
    ) throws(CryptoError) -> SAECommitment {
        try SAECommitment(
            group: token.group,
            passwordElement: token.passwordElement(first.octets, second.octets),
            random: random
        )
    }

    /// Processes the other end's commit (12.4.5.4).
    ///
    /// - Parameters:
    ///   - peerScalar: its scalar.
    ///   - peerElement: its element.
    ///   - hash: SHA-256 for looping, the group's hash for hash-to-element.
    ///   - salt: the groups that were rejected before, as they were sent; empty for none.
    ///   - pmkLength: octets of the PMK.
    /// - Returns: the keys, or what was wrong with the commit.
    /// - Throws: `CryptoError` when libcrypto fails.
    package func process(
        peerScalar: [UInt8],
        peerElement: [UInt8],
        hash: HashFunction,
        salt: [UInt8],
        pmkLength: Int
    ) throws(CryptoError) -> Result {
        let curve = try EllipticCurve(group)
        let other = try BigNumber(peerScalar)
        let order = try curve.order.number.octets(group.length)
        guard peerScalar.count == group.length, belowMask(SecretOctets(peerScalar), order) == 0xFF, !other.isZero,
            !other.isOne
        else { return .invalidScalar }
        guard let peer = try curve.point(peerElement) else { return .invalidElement }
        guard let password = try curve.point(passwordElement) else { throw CryptoError("SAE password element") }
        let blinded = try curve.add(curve.multiply(password, by: other), peer)
        let shared = try curve.multiply(blinded, by: BigNumber(rand))
        guard let k = try curve.element(shared) else { return .identity }
        let zeros = [UInt8](repeating: 0, count: hash.length)
        let seed = try hash.hkdfExtract(salt: salt.isEmpty ? zeros : salt, k.slice(0..<group.length))
        let context = try curve.order.add(BigNumber(scalar), other).octets(group.length)
        let keys = try hash.kdf(
            key: seed,
            label: "SAE KCK and PMK",
            context: context,
            bits: (hash.length + pmkLength) * 8
        )
        return .keys(
            confirmation: SAEConfirmation(
                hash: hash,
                kck: keys.slice(0..<hash.length),
                own: scalar + element,
                peer: peerScalar + peerElement
            ),
            SAEKeys(
                pmk: keys.slice(hash.length..<hash.length + pmkLength),
                pmkid: context.slice(0..<16).disclosed,
                group: group
            )
        )
    }
}

/// Both ends' commits under the key that confirms them (IEEE 802.11-2020, 12.4.5.5 and 12.4.5.6).
package struct SAEConfirmation: Sendable {
    fileprivate let hash: HashFunction
    fileprivate let kck: SecretOctets
    fileprivate let own: [UInt8]
    fileprivate let peer: [UInt8]

    /// Octets of a confirm.
    package var length: Int { hash.length }

    /// Our confirm.
    package func own(sendConfirm: UInt16) throws(CryptoError) -> [UInt8] {
        try hash.hmac(key: kck, littleEndian(sendConfirm), own, peer).disclosed
    }

    /// The confirm that the other end must send.
    package func peer(sendConfirm: UInt16) throws(CryptoError) -> [UInt8] {
        try hash.hmac(key: kck, littleEndian(sendConfirm), peer, own).disclosed
    }
}
