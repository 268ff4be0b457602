internal import CLibCrypto

/// A point of a curve, cleared when it goes.
struct CurvePoint: ~Copyable {
    let pointer: OpaquePointer

    fileprivate init(_ group: OpaquePointer) throws(CryptoError) {
        pointer = try check("EC_POINT_new", EC_POINT_new(group))
    }

    deinit { EC_POINT_clear_free(pointer) }
}

/// One curve with the scratch space for computing on it; made for one computation, used by one thread.
///
/// Multiplying one point takes libcrypto's constant-time ways: its own code for P-256 and P-521 where the build has it,
/// otherwise the Montgomery ladder.
final class EllipticCurve {
    /// Which one.
    let group: CyclicGroup
    /// The field of the coordinates.
    let field: Modulus
    /// The numbers that multiply points.
    let order: Modulus
    /// The coefficients of y² = x³ + ax + b.
    let a: BigNumber
    let b: BigNumber

    private let curve: OpaquePointer
    private let context: OpaquePointer

    init(_ group: CyclicGroup) throws(CryptoError) {
        self.group = group
        let context = try check("BN_CTX_secure_new", BN_CTX_secure_new())
        var made: OpaquePointer?
        do throws(CryptoError) {
            let curve = try check("EC_GROUP_new_by_curve_name", EC_GROUP_new_by_curve_name(Self.name(group)))
            made = curve
            let p = try BigNumber()
            a = try BigNumber()
            b = try BigNumber()
            try check("EC_GROUP_get_curve", EC_GROUP_get_curve(curve, p.pointer, a.pointer, b.pointer, context))
            field = try Modulus(p, context: context)
            order = try Modulus(BigNumber(copying: EC_GROUP_get0_order(curve)), context: context)
            self.curve = curve
            self.context = context
        } catch {
            if let made { EC_GROUP_free(made) }
            BN_CTX_free(context)
            throw error
        }
    }

    deinit {
        EC_GROUP_free(curve)
        BN_CTX_free(context)
    }

    private static func name(_ group: CyclicGroup) -> Int32 {
        switch group {
        case .p256: NID_X9_62_prime256v1
        case .p384: NID_secp384r1
        case .p521: NID_secp521r1
        }
    }

    /// The point with these coordinates, one octet string after the other; nil when it is not on the curve.
    func point(_ element: some OctetSource) throws(CryptoError) -> CurvePoint? {
        let octets = SecretOctets(element)
        guard octets.count == 2 * group.length else { return nil }
        return try point(
            x: BigNumber(octets.slice(0..<group.length)),
            y: BigNumber(octets.slice(group.length..<2 * group.length))
        )
    }

    /// The point with these coordinates; nil when it is not on the curve or a coordinate is not below the prime.
    func point(x: borrowing BigNumber, y: borrowing BigNumber) throws(CryptoError) -> CurvePoint? {
        guard isBelowPrime(x), isBelowPrime(y) else { return nil }
        let point = try CurvePoint(curve)
        guard EC_POINT_set_affine_coordinates(curve, point.pointer, x.pointer, y.pointer, context) == 1 else {
            CryptoError.drain()
            return nil
        }
        return point
    }

    /// The point with this x coordinate and an even y; nil when there is none.
    func point(x: some OctetSource) throws(CryptoError) -> CurvePoint? {
        guard x.count == group.length else { return nil }
        let x = try BigNumber(x)
        guard isBelowPrime(x) else { return nil }
        let point = try CurvePoint(curve)
        guard EC_POINT_set_compressed_coordinates(curve, point.pointer, x.pointer, 0, context) == 1 else {
            CryptoError.drain()
            return nil
        }
        return point
    }

    /// The coordinates, one after the other; nil for the point at infinity.
    func element(_ point: borrowing CurvePoint) throws(CryptoError) -> SecretOctets? {
        guard EC_POINT_is_at_infinity(curve, point.pointer) == 0 else { return nil }
        let x = try BigNumber()
        let y = try BigNumber()
        try check(
            "EC_POINT_get_affine_coordinates",
            EC_POINT_get_affine_coordinates(curve, point.pointer, x.pointer, y.pointer, context)
        )
        return SecretOctets(try x.octets(group.length), try y.octets(group.length))
    }

    func add(_ first: borrowing CurvePoint, _ second: borrowing CurvePoint) throws(CryptoError) -> CurvePoint {
        let result = try CurvePoint(curve)
        try check("EC_POINT_add", EC_POINT_add(curve, result.pointer, first.pointer, second.pointer, context))
        return result
    }

    func multiply(_ point: borrowing CurvePoint, by scalar: borrowing BigNumber) throws(CryptoError) -> CurvePoint {
        let result = try CurvePoint(curve)
        try check("EC_POINT_mul", EC_POINT_mul(curve, result.pointer, nil, point.pointer, scalar.pointer, context))
        return result
    }

    func multiplyGenerator(by scalar: borrowing BigNumber) throws(CryptoError) -> CurvePoint {
        let result = try CurvePoint(curve)
        try check("EC_POINT_mul", EC_POINT_mul(curve, result.pointer, scalar.pointer, nil, nil, context))
        return result
    }

    func inverse(_ point: consuming CurvePoint) throws(CryptoError) -> CurvePoint {
        try check("EC_POINT_invert", EC_POINT_invert(curve, point.pointer, context))
        return point
    }

    /// The right side of the curve's equation.
    func ySquared(_ x: borrowing BigNumber) throws(CryptoError) -> BigNumber {
        let cube = try field.multiply(field.square(x), x)
        return try field.add(field.add(cube, field.multiply(a, x)), b)
    }

    /// A square root, where there is one: the primes of all three curves leave 3 when divided by 4.
    func squareRoot(_ value: borrowing BigNumber) throws(CryptoError) -> BigNumber {
        let exponent = try BigNumber(copying: field.number.pointer)
        try check("BN_add_word", BN_add_word(exponent.pointer, 1))
        try check("BN_rshift", BN_rshift(exponent.pointer, exponent.pointer, 2))
        return try field.power(value, exponent)
    }

    /// Whether a value is a square of the field, found by Euler's criterion on a value blinded by a random square, and
    /// on half of the calls by a non-square too, so that neither the value nor the answer shows in the time (IEEE
    /// 802.11-2020, 12.4.4.2.2).
    func isSquare(_ value: borrowing BigNumber, random: some RandomSource) throws(CryptoError) -> UInt8 {
        let r = try field.random(random)
        let blinded = try field.multiply(value, field.square(r))
        // −1 is no square, as the primes leave 3 when divided by 4; 1 is one.
        let flipped = try field.negate(blinded)
        let isFlipped = mask(of: try r.octets(group.length).lowBit)
        let chosen = try select(isFlipped, flipped, blinded)
        let exponent = try BigNumber(copying: field.number.pointer)
        try check("BN_rshift", BN_rshift(exponent.pointer, exponent.pointer, 1))
        let symbol = try field.power(chosen, exponent).octets(group.length)
        let one = try BigNumber(small: 1).octets(group.length)
        let isResidue: UInt8 = equalInConstantTime(symbol, one) ? 0xFF : 0
        return isResidue ^ isFlipped
    }

    /// The first number where the mask is 0xFF, the second where it is 0, without a branch.
    func select(
        _ mask: UInt8,
        _ first: borrowing BigNumber,
        _ second: borrowing BigNumber
    ) throws(CryptoError) -> BigNumber {
        try BigNumber(RSN.select(mask, first.octets(group.length), second.octets(group.length)))
    }

    private func isBelowPrime(_ value: borrowing BigNumber) -> Bool {
        BN_cmp(value.pointer, field.number.pointer) < 0
    }
}

/// The first octets where the mask is 0xFF, the second where it is 0, without a branch; both of one length.
func select(_ mask: UInt8, _ first: SecretOctets, _ second: SecretOctets) -> SecretOctets {
    SecretOctets(count: second.count) { buffer in
        first.withOctets { first in
            second.withOctets { second in
                for index in buffer.indices {
                    buffer[index] = first[index] & mask | second[index] & ~mask
                }
            }
        }
    }
}

/// 0xFF for 1 and 0 for 0, without a branch.
func mask(of bit: UInt8) -> UInt8 {
    0 &- (bit & 1)
}

extension SecretOctets {
    /// The low bit of the last octet: the parity of the number.
    var lowBit: UInt8 {
        withOctets { $0.isEmpty ? 0 : $0[$0.count - 1] & 1 }
    }
}
