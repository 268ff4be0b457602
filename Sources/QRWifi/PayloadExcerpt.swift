/// A payload as a line of safe text with a caret under one octet.
///
/// Secrets are starred out octet by octet. Only what is surely none is shown: the scheme, and the values that count of the
/// known fields other than the passphrase. A part that no key explains may be the rest of a passphrase, and so may a field
/// that comes twice.
package struct PayloadExcerpt: Sendable {
    private var pieces: [(range: Range<Int>, text: String)] = []

    /// The columns that an excerpt has at most.
    package static let width = 72

    /// Prepares the excerpts of a payload.
    ///
    /// - Parameters:
    ///   - octets: The payload.
    ///   - reading: How it was read.
    ///   - showsSecrets: Whether nothing is starred out.
    package init(_ octets: [UInt8], reading: PayloadReading = .automatic, showsSecrets: Bool = false) {
        let visible = showsSecrets ? Array(repeating: true, count: octets.count) : Self.visible(octets, reading)
        for piece in UTF8Pieces(octets) {
            if visible[piece.range.lowerBound] {
                pieces.append((piece.range, piece.terminalText))
            } else {
                for index in piece.range { pieces.append((index..<index + 1, "*")) }
            }
        }
    }

    /// The payload around an octet, and below it the caret, as two lines without line feeds.
    package func lines(at offset: Int) -> (text: String, caret: String) {
        let target = pieces.firstIndex { $0.range.contains(offset) } ?? pieces.count
        var start = target
        var columns = 0
        while start > 0, columns + Self.columns(pieces[start - 1].text) <= Self.width * 2 / 3 {
            start -= 1
            columns += Self.columns(pieces[start].text)
        }
        var text = start > 0 ? "..." : ""
        let indent = columns + text.utf8.count
        for piece in pieces[start..<target] { text += piece.text }
        var end = target
        while end < pieces.count, columns + Self.columns(pieces[end].text) <= Self.width {
            text += pieces[end].text
            columns += Self.columns(pieces[end].text)
            end += 1
        }
        if end < pieces.count { text += "..." }
        return (text, String(repeating: " ", count: indent) + "^")
    }

    private static func visible(_ octets: [UInt8], _ reading: PayloadReading) -> [Bool] {
        var visible = Array(repeating: false, count: octets.count)
        guard let frame = PayloadFrame(octets.span) else { return visible }
        for index in 0..<frame.body.lowerBound { visible[index] = true }
        guard frame.scheme == .wifi else { return Array(repeating: true, count: octets.count) }
        var diagnostics: [Diagnostic] = []
        let scan = PayloadScan(octets.span, frame: frame, reading: reading, diagnostics: &diagnostics)
        for rawKey in 0..<PayloadKey.count {
            guard let key = PayloadKey(rawValue: rawKey) else { continue }
            let value = scan[key]
            guard !value.isEmpty else { continue }
            var index = Int(value.start)
            while index > frame.body.lowerBound, octets[index - 1] != 0x3B {
                index -= 1
                visible[index] = true
            }
            if key != .passphrase { for index in value.range { visible[index] = true } }
            if Int(value.end) < octets.count { visible[Int(value.end)] = true }
        }
        var index = octets.count - 1
        while index >= frame.body.lowerBound, octets[index] == 0x3B || octets[index] < 0x20 || octets[index] == 0x7F {
            visible[index] = true
            index -= 1
        }
        if octets[index] == 0x5C, index + 1 < octets.count { visible[index + 1] = false }
        return visible
    }

    /// The columns that text takes on a terminal: two for the wide characters of East Asia and emoji.
    private static func columns(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { columns, scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                columns + 2
            default:
                columns + (scalar.properties.generalCategory == .nonspacingMark ? 0 : 1)
            }
        }
    }
}
