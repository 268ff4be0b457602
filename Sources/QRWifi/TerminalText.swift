/// Octets from a QR code, a beacon or any other stranger as text that is safe to print.
///
/// Everything a terminal could act on, and everything a person can't see, is spelled out: control octets, escape
/// sequences, C1 controls, direction overrides, zero-width and other format characters, line separators, blanks other
/// than the space, unassigned and private characters, and octets that are not UTF-8. A backslash is doubled, so the text
/// stands for exactly one run of octets.
package struct TerminalText: Sendable, Hashable, CustomStringConvertible {
    /// The safe text.
    package let description: String

    /// Spells out the octets.
    package init(_ octets: some Sequence<UInt8>) {
        var text = ""
        var decoder = UTF8Pieces(Array(octets))
        while let piece = decoder.next() { text += piece.terminalText }
        description = text
    }

    /// Spells out text, by its UTF-8.
    package init(_ text: String) { self.init(text.utf8) }
}

extension Unicode.Scalar {
    /// Whether the character is seen, takes its own place and does nothing else.
    ///
    /// The space is.
    package var isPrintable: Bool {
        if isASCII { return (0x20...0x7E).contains(value) }
        if properties.isDefaultIgnorableCodePoint { return false }
        return switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: true
        }
    }
}

/// One character, or one octet that is part of none, and where it stands.
struct UTF8Piece: Sendable, Hashable {
    /// The character; nil for an octet that is not UTF-8.
    var scalar: Unicode.Scalar?
    /// The octets it has.
    var range: Range<Int>
    /// The first of them.
    var octet: UInt8

    var terminalText: String {
        guard let scalar else { return Self.hex(octet) }
        if scalar == "\\" { return "\\\\" }
        if scalar.isPrintable { return String(scalar) }
        return scalar.isASCII ? Self.hex(octet) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }

    private static func hex(_ octet: UInt8) -> String {
        (octet < 16 ? "\\x0" : "\\x") + String(octet, radix: 16, uppercase: true)
    }
}

/// Octets split into characters; an octet that is not UTF-8 is a piece of its own.
struct UTF8Pieces: Sequence, IteratorProtocol {
    private let octets: [UInt8]
    private var index = 0

    init(_ octets: [UInt8]) { self.octets = octets }

    mutating func next() -> UTF8Piece? {
        guard index < octets.count else { return nil }
        let lead = octets[index]
        let count = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        let range = index..<Swift.min(index + count, octets.count)
        let text = Array(octets[range])
        if text.span.isUTF8, let scalar = String(decoding: text, as: UTF8.self).unicodeScalars.first {
            index = range.upperBound
            return UTF8Piece(scalar: scalar, range: range, octet: lead)
        }
        index += 1
        return UTF8Piece(scalar: nil, range: range.lowerBound..<index, octet: lead)
    }
}
