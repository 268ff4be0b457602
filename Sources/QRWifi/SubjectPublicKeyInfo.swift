/// An elliptic-curve public key as DPP (`K`) and SAE-PK (`K`) carry it: base64 of a DER SubjectPublicKeyInfo (RFC 5480).
///
/// Only the form is checked: that the point has the length its curve wants. Whether it lies on the curve is for a
/// cryptographic library.
package struct SubjectPublicKeyInfo: Sendable, Hashable {
    /// A named curve of RFC 5480 or RFC 5639.
    package enum Curve: String, Sendable, CaseIterable {
        case p256 = "P-256"
        case p384 = "P-384"
        case p521 = "P-521"
        case brainpoolP256r1, brainpoolP384r1, brainpoolP512r1

        /// The length of one coordinate in octets.
        package var coordinateCount: Int {
            switch self {
            case .p256, .brainpoolP256r1: 32
            case .p384, .brainpoolP384r1: 48
            case .p521: 66
            case .brainpoolP512r1: 64
            }
        }

        /// The content of the object identifier.
        var identifier: [UInt8] {
            switch self {
            case .p256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            case .p384: [0x2B, 0x81, 0x04, 0x00, 0x22]
            case .p521: [0x2B, 0x81, 0x04, 0x00, 0x23]
            case .brainpoolP256r1: [0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07]
            case .brainpoolP384r1: [0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0B]
            case .brainpoolP512r1: [0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0D]
            }
        }
    }

    /// The curve.
    package let curve: Curve
    /// The whole structure in DER.
    package let der: [UInt8]

    /// Reads base64 text (RFC 4648, section 4; padding may be left out).
    ///
    /// Nil if it isn't such a key.
    init?(base64 text: Span<UInt8>) {
        guard text.count <= 512, let der = Self.decode(text) else { return nil }
        var reader = DERReader(der[...])
        guard var sequence = reader.read(0x30), reader.isAtEnd,
            var algorithm = sequence.read(0x30),
            let kind = algorithm.read(0x06), kind.rest.elementsEqual(Self.ecPublicKey),
            let name = algorithm.read(0x06), algorithm.isAtEnd,
            let curve = Curve.allCases.first(where: { name.rest.elementsEqual($0.identifier) }),
            let point = sequence.read(0x03)?.rest, sequence.isAtEnd
        else { return nil }
        let bytes = Array(point)
        guard bytes.count >= 2, bytes[0] == 0 else { return nil }
        switch bytes[1] {
        case 2, 3: guard bytes.count == 2 + curve.coordinateCount else { return nil }
        case 4: guard bytes.count == 2 + 2 * curve.coordinateCount else { return nil }
        default: return nil
        }
        self.curve = curve
        self.der = der
    }

    /// id-ecPublicKey, 1.2.840.10045.2.1.
    private static let ecPublicKey: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]

    private static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var end = text.count
        while end > 0, text.count - end < 2, text[end - 1] == 0x3D { end -= 1 }
        guard end > 0, end % 4 != 1, end == text.count || text.count.isMultiple(of: 4) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(end * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for index in 0..<end {
            let value: UInt8
            switch text[index] {
            case let octet where (0x41...0x5A).contains(octet): value = octet - 0x41
            case let octet where (0x61...0x7A).contains(octet): value = octet - 0x61 + 26
            case let octet where (0x30...0x39).contains(octet): value = octet - 0x30 + 52
            case 0x2B: value = 62
            case 0x2F: value = 63
            default: return nil
            }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bits & ((1 << UInt32(count)) - 1) == 0 ? output : nil
    }
}

/// Reads definite-length DER elements one after the other (ITU-T X.690, 10.1).
private struct DERReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ octets: ArraySlice<UInt8>) { rest = octets }

    var isAtEnd: Bool { rest.isEmpty }

    /// The content of the next element if it has the tag.
    mutating func read(_ tag: UInt8) -> DERReader? {
        guard rest.popFirst() == tag, let first = rest.popFirst() else { return nil }
        var count = Int(first)
        if first == 0x81 {
            guard let second = rest.popFirst(), second >= 0x80 else { return nil }
            count = Int(second)
        } else if first >= 0x80 {
            return nil
        }
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return DERReader(rest.prefix(count))
    }
}
