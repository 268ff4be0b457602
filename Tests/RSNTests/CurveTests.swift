import Testing

@testable import RSN

@Suite("Curves")
struct CurveTests {
    static func point(_ curve: EllipticCurve, _ x: SecretOctets) throws -> SecretOctets? {
        guard let point = try curve.point(x) else { return nil }
        return try curve.element(point)
    }

    @Test("Diffie-Hellman gives RFC 5903's octets")
    func diffieHellman() throws {
        for vector in try Vectors.published.get().diffie_hellman.vectors {
            let curve = try EllipticCurve(#require(CyclicGroup(rawValue: vector.group)))
            func shared(_ own: String, _ public: String, _ other: String) throws {
                let scalar = try BigNumber(hex(own))
                let element = try curve.element(curve.multiplyGenerator(by: scalar))
                #expect(element?.disclosed == hex(`public`))
                let peer = try #require(try curve.element(curve.multiplyGenerator(by: BigNumber(hex(other)))))
                guard let point = try curve.point(peer) else {
                    Issue.record("no point")
                    return
                }
                let product = try curve.element(curve.multiply(point, by: scalar))
                #expect(product?.slice(0..<curve.group.length).disclosed == hex(vector.gir))
            }
            try shared(vector.i, vector.gi, vector.r)
            try shared(vector.r, vector.gr, vector.i)
        }
    }

    @Test("the simplified SWU map gives RFC 9380's points, and J.10's")
    func map() throws {
        for vector in try Vectors.published.get().sswu.vectors {
            let curve = try EllipticCurve(#require(CyclicGroup(rawValue: vector.group)))
            let element = try curve.element(curve.hashed(BigNumber(hex(vector.u)), random: PrivateRandom()))
            #expect(element?.disclosed == hex(vector.point))
        }
        for vector in try Vectors.published.get().sae_h2e_group19.vectors {
            let curve = try EllipticCurve(.p256)
            let first = try curve.element(curve.hashed(BigNumber(hex(vector.u1)), random: PrivateRandom()))
            #expect(first?.disclosed == hex(vector.p1))
            let second = try curve.element(curve.hashed(BigNumber(hex(vector.u2)), random: PrivateRandom()))
            #expect(second?.disclosed == hex(vector.p2))
        }
    }

    @Test("the map takes the exceptional values too", arguments: CyclicGroup.allCases)
    func exceptional(group: CyclicGroup) throws {
        // 0 makes the denominator zero.
        let curve = try EllipticCurve(group)
        let zero = try curve.element(curve.hashed(BigNumber(), random: PrivateRandom()))
        #expect(zero?.count == 2 * group.length)
        #expect(zero?.lowBit == 0)
        let one = try curve.element(curve.hashed(BigNumber(small: 1), random: PrivateRandom()))
        #expect(one?.lowBit == 1)
    }

    @Test("squares are told from non-squares, however the test is blinded", arguments: CyclicGroup.allCases)
    func squares(group: CyclicGroup) throws {
        let curve = try EllipticCurve(group)
        var counts = [UInt8: Int]()
        for number in UInt8(2)..<40 {
            let value = try BigNumber(small: number)
            let square = try curve.field.square(value)
            let isSquare = try curve.isSquare(square, random: PrivateRandom())
            #expect(isSquare == 0xFF)
            let isNegativeSquare = try curve.isSquare(curve.field.negate(square), random: PrivateRandom())
            #expect(isNegativeSquare == 0)
            let answer = try curve.isSquare(value, random: PrivateRandom())
            let again = try curve.isSquare(value, random: PrivateRandom())
            #expect(again == answer)
            counts[answer, default: 0] += 1
        }
        #expect(counts.count == 2)
    }

    @Test("what is not on the curve is no point", arguments: CyclicGroup.allCases)
    func notOnCurve(group: CyclicGroup) throws {
        let curve = try EllipticCurve(group)
        let generator = try curve.element(curve.multiplyGenerator(by: BigNumber(small: 1)))
        var octets = try #require(generator?.disclosed)
        #expect(try Self.point(curve, SecretOctets(octets)) == generator)
        octets[octets.count - 1] ^= 1
        #expect(try Self.point(curve, SecretOctets(octets)) == nil)
        #expect(try Self.point(curve, SecretOctets([UInt8](repeating: 0, count: octets.count))) == nil)
        #expect(try Self.point(curve, SecretOctets([UInt8](repeating: 0xFF, count: octets.count))) == nil)
        #expect(try Self.point(curve, SecretOctets(Array(octets.dropLast()))) == nil)
    }

    @Test("the point at infinity has no coordinates", arguments: CyclicGroup.allCases)
    func infinity(group: CyclicGroup) throws {
        let curve = try EllipticCurve(group)
        let order = try BigNumber(copying: curve.order.number.pointer)
        let element = try curve.element(curve.multiplyGenerator(by: order))
        #expect(element == nil)
    }

    @Test(
        "looping runs forty rounds whatever the password, and does the same in each",
        arguments: [CyclicGroup.p256, .p384]
    )
    func rounds(group: CyclicGroup) throws {
        let curve = try EllipticCurve(group)
        var draws: Set<[Int]> = []
        for number in UInt8(0)..<24 {
            // The first success is in another round for each password: after two on average.
            let random = CountingRandom()
            _ = try curve.huntedElement(
                [2, 0, 0, 0, 0, 0],
                [2, 0, 0, 0, 1, 0],
                password: SecretOctets([0x70, 0x61, 0x73, 0x73, number]),
                random: random
            )
            draws.insert(random.counts)
        }
        // The decoy, and one number for the blinding of each round's test.
        #expect(draws == [[5] + [Int](repeating: draws.first?.last ?? 0, count: 40)])
    }

    @Test("numbers are compared without a branch")
    func below() {
        let cases: [([UInt8], [UInt8], UInt8)] = [
            ([0, 0], [0, 1], 0xFF), ([0, 1], [0, 0], 0), ([5, 5], [5, 5], 0), ([1, 0], [0, 255], 0),
            ([0, 255], [1, 0], 0xFF), ([255, 254], [255, 255], 0xFF),
        ]
        for (first, second, expected) in cases {
            #expect(belowMask(SecretOctets(first), SecretOctets(second)) == expected)
        }
    }
}

/// Randomness that notes what was drawn of it.
private final class CountingRandom: RandomSource, @unchecked Sendable {
    // Used by one task at a time.
    private(set) var counts: [Int] = []

    func octets(_ count: Int) throws(CryptoError) -> SecretOctets {
        counts.append(count)
        return try PrivateRandom().octets(count)
    }
}
