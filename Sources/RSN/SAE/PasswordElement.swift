/// A password of SAE, with its identifier where the network has several.
package struct SAEPassword: Sendable {
    /// The octets of the password.
    package let octets: SecretOctets
    /// Which of several passwords it is; only hash-to-element can say so.
    package let identifier: [UInt8]?

    /// Makes a password.
    package init(octets: SecretOctets, identifier: [UInt8]? = nil) {
        self.octets = octets
        self.identifier = identifier
    }
}

/// PT, the part of the password element that does not depend on the addresses (IEEE 802.11-2020, 12.4.4.2.3).
///
/// It depends on network, password, identifier and group only, so it can be computed while the radio still looks for the
/// network.
package struct SAEPasswordToken: Sendable {
    /// The group it belongs to.
    package let group: CyclicGroup
    /// The coordinates, one after the other.
    let element: SecretOctets

    /// Derives the token.
    ///
    /// - Parameters:
    ///   - group: the group.
    ///   - ssid: the network's name.
    ///   - password: the password and its identifier.
    ///   - random: what blinds the test for squares.
    /// - Throws: `CryptoError` when libcrypto fails.
    package init(
        group: CyclicGroup,
        ssid: [UInt8],
        password: SAEPassword,
        random: some RandomSource = PrivateRandom()
    ) throws(CryptoError) {
        self.group = group
        let curve = try EllipticCurve(group)
        let hash = group.hash
        let seed = try hash.hkdfExtract(salt: ssid, password.octets, password.identifier ?? [])
        let length = group.length + (group.length + 1) / 2
        let labels = ["SAE Hash to Element u1 P1", "SAE Hash to Element u2 P2"]
        let first = try hash.hkdfExpand(key: seed, info: Array(labels[0].utf8), length: length)
        let second = try hash.hkdfExpand(key: seed, info: Array(labels[1].utf8), length: length)
        let sum = try curve.add(
            curve.hashed(curve.field.reduce(BigNumber(first)), random: random),
            curve.hashed(curve.field.reduce(BigNumber(second)), random: random)
        )
        guard let element = try curve.element(sum) else { throw CryptoError("SAE password token") }
        self.element = element
    }

    /// The password element for two addresses.
    func passwordElement(_ first: [UInt8], _ second: [UInt8]) throws(CryptoError) -> SecretOctets {
        let curve = try EllipticCurve(group)
        let hash = group.hash
        let digest = try hash.hmac(key: [UInt8](repeating: 0, count: hash.length), higherFirst(first, second))
        // 1 to order − 1: the remainder by order − 1, and one more.
        let value = try curve.order.add(curve.order.reduceByOneLess(BigNumber(digest)), BigNumber(small: 1))
        guard let token = try curve.point(element) else { throw CryptoError("SAE password token") }
        guard let result = try curve.element(curve.multiply(token, by: value)) else {
            throw CryptoError("SAE password element")
        }
        return result
    }
}

extension EllipticCurve {
    /// The Z of the simplified SWU map, as a positive number; the map takes its negative (12.4.4.2.3).
    private var swuConstant: UInt8 {
        switch group {
        case .p256: 10
        case .p384: 12
        case .p521: 4
        }
    }

    /// The simplified SWU map: a number of the field becomes a point (12.4.4.2.3).
    ///
    /// Both candidates are always computed and one is chosen by masks. What libcrypto's arithmetic leaves to be seen is
    /// said at ``Modulus``; setting the point's coordinates checks that it is on the curve, in the time of a few products.
    func hashed(_ u: consuming BigNumber, random: some RandomSource) throws(CryptoError) -> CurvePoint {
        let z = try field.negate(BigNumber(small: swuConstant))
        let zu2 = try field.multiply(z, field.square(u))
        let m = try field.add(field.square(zu2), zu2)
        // m to the power p − 2 is 1/m, and 0 for 0.
        let exponent = try field.negate(BigNumber(small: 2))
        let t = try field.power(m, exponent)
        let one = try BigNumber(small: 1)
        let minusBOverA = try field.multiply(field.negate(b), field.power(a, exponent))
        let general = try field.multiply(minusBOverA, field.add(one, t))
        let exceptional = try field.multiply(b, field.power(field.multiply(z, a), exponent))
        let isZero = try zeroMask(m)
        let x1 = try select(isZero, exceptional, general)
        let x2 = try field.multiply(zu2, x1)
        let g1 = try ySquared(x1)
        let g2 = try ySquared(x2)
        let isFirst = try isSquare(g1, random: random)
        let x = try select(isFirst, x1, x2)
        let y = try squareRoot(select(isFirst, g1, g2))
        return try point(x: x, parity: u.octets(group.length).lowBit, y: y)
    }

    /// The point with this x and with the one of y and −y that has the parity.
    func point(x: borrowing BigNumber, parity: UInt8, y: borrowing BigNumber) throws(CryptoError) -> CurvePoint {
        let differs = mask(of: try y.octets(group.length).lowBit ^ parity)
        let chosen = try select(differs, field.negate(y), y)
        guard let point = try point(x: x, y: chosen) else { throw CryptoError("SAE password element") }
        return point
    }

    private func zeroMask(_ value: borrowing BigNumber) throws(CryptoError) -> UInt8 {
        let octets = try value.octets(group.length)
        return equalInConstantTime(octets, [UInt8](repeating: 0, count: octets.count)) ? 0xFF : 0
    }

    /// The password element by hunting and pecking, "looping" (12.4.4.2.2).
    ///
    /// Forty rounds are always run, each with the same work, and the first success is kept by masks; after it the rounds
    /// go on with a random base. A candidate that is not below the prime is dropped by a mask as well. More rounds than
    /// forty, which one password in 10¹² needs, can be seen; for the rest see ``Modulus``.
    func huntedElement(
        _ first: [UInt8],
        _ second: [UInt8],
        password: SecretOctets,
        random: some RandomSource
    ) throws(CryptoError) -> SecretOctets {
        let addresses = higherFirst(first, second)
        let prime = try field.number.octets(group.length)
        let decoy = try random.octets(password.count)
        var base = password
        var found: UInt8 = 0
        var foundX = SecretOctets(prime)
        var foundParity: UInt8 = 0
        var counter: UInt8 = 0
        while counter < 40 || found == 0 {
            counter += 1
            guard counter < 255 else { throw CryptoError("SAE hunting and pecking") }
            let seed = try HashFunction.sha256.hmac(key: addresses, base, [counter])
            let bits = try HashFunction.sha256.kdf(
                key: seed,
                label: "SAE Hunting and Pecking",
                context: prime,
                bits: group.bits
            )
            let candidate = shiftedRight(bits, by: (8 - group.bits % 8) % 8)
            let isBelow = belowMask(candidate, prime)
            let x = try field.reduce(BigNumber(candidate))
            let isResidue = try isSquare(ySquared(x), random: random)
            let takes = isBelow & isResidue & ~found
            foundX = RSN.select(takes, candidate, foundX)
            foundParity = seed.lowBit & takes | foundParity & ~takes
            found |= takes
            // The rounds after the success hash something as long as the password.
            base = RSN.select(found, decoy, password)
        }
        let x = try BigNumber(foundX)
        let y = try squareRoot(ySquared(x))
        guard let element = try element(point(x: x, parity: foundParity, y: y)) else {
            throw CryptoError("SAE password element")
        }
        return element
    }
}

/// 0xFF where the first number is below the second, both of one length, without a branch.
func belowMask(_ first: SecretOctets, _ second: SecretOctets) -> UInt8 {
    first.withOctets { first in
        second.withOctets { second in
            var borrow: Int16 = 0
            for index in first.indices.reversed() {
                borrow = (Int16(first[index]) - Int16(second[index]) + borrow) >> 8
            }
            return UInt8(truncatingIfNeeded: borrow)
        }
    }
}

/// A number moved to the right by fewer than 8 bits.
private func shiftedRight(_ octets: SecretOctets, by count: Int) -> SecretOctets {
    guard count > 0 else { return octets }
    return SecretOctets(count: octets.count) { buffer in
        octets.withOctets { octets in
            for index in octets.indices {
                let above = index == 0 ? 0 : UInt16(octets[index - 1])
                buffer[index] = UInt8(truncatingIfNeeded: (above << 8 | UInt16(octets[index])) >> UInt16(count))
            }
        }
    }
}
