/// A QR code as text that a terminal shows, to be read by a phone off any theme, dark or light.
///
/// Each cell says both of its colours, from the part of the palette of 256 colours that themes leave alone: whatever the
/// terminal's own colours are, dark is black and light is white, and where lines stand apart, the gap is painted by the
/// cell's background as far as the terminal does that at all.
public struct TerminalDrawing: Sendable, Hashable {
    /// How modules become characters.
    public enum Style: Sendable, Hashable, CaseIterable {
        /// Two modules, one above the other, a character: `▀`.
        case halfBlocks
        /// A module two blanks, for fonts that lack `▀`, as the kernel's console.
        case blanks
        /// A module two characters, `##` or blanks, for what knows no colours; right on light paper only.
        case ascii
    }

    /// The modules of light around the code; ISO/IEC 18004 wants 4, and readers make do with 2.
    public let quietZone: Int
    /// How modules become characters.
    public let style: Style
    /// The columns that it takes.
    public let columns: Int
    /// The rows that it takes.
    public let rows: Int
    private let symbol: QRSymbol

    /// Draws a code.
    public init(_ symbol: QRSymbol, style: Style = .halfBlocks, quietZone: Int = 4) {
        self.symbol = symbol
        self.style = style
        self.quietZone = quietZone
        let side = symbol.size + 2 * quietZone
        columns = style == .halfBlocks ? side : 2 * side
        rows = style == .halfBlocks ? (side + 1) / 2 : side
    }

    /// Draws octets as large as a terminal has room for: with less of a quiet zone and of correction where it must be.
    ///
    /// - Parameters:
    ///   - octets: The text.
    ///   - columns: The terminal's width.
    ///   - rows: The rows that are free.
    ///   - style: How modules become characters.
    /// - Returns: The drawing.
    /// - Throws: ``PictureError`` `tooLong` where the text does not fit into a code, `notDrawn` where the smallest code
    ///   does not fit into the terminal.
    public static func fitting(
        _ octets: [UInt8],
        columns: Int,
        rows: Int,
        style: Style = .halfBlocks
    ) throws(PictureError) -> TerminalDrawing {
        var smallest: TerminalDrawing?
        for (correction, quietZone) in [(QRSymbol.Correction.medium, 4), (.medium, 2), (.low, 4), (.low, 2)] {
            // What is too long for one correction may fit with less of it.
            guard let symbol = try? QRSymbol(octets, correction: correction) else { continue }
            let drawing = TerminalDrawing(symbol, style: style, quietZone: quietZone)
            if drawing.columns <= columns, drawing.rows <= rows { return drawing }
            smallest = drawing
        }
        guard let smallest else { _ = try QRSymbol(octets, correction: .low); throw PictureError(.notDrawn, "no code") }
        throw PictureError(
            .notDrawn,
            "the terminal has \(columns) columns and \(rows) rows for it; the code needs \(smallest.columns) and "
                + "\(smallest.rows)",
            remedy: "make the window larger or its letters smaller, or write a picture"
        )
    }

    /// The lines, with line feeds.
    public var text: String {
        var text = ""
        for row in 0..<rows {
            switch style {
            case .halfBlocks: halfBlocks(row, &text)
            case .blanks: blanks(row, &text)
            case .ascii: ascii(row, &text)
            }
            text += "\n"
        }
        return text
    }

    private func isDark(_ column: Int, _ row: Int) -> Bool {
        symbol.isDark(column: column - quietZone, row: row - quietZone)
    }

    private static let black = 16
    private static let white = 231

    private func halfBlocks(_ row: Int, _ text: inout String) {
        var last: (Bool, Bool)?
        for column in 0..<columns {
            let cell = (isDark(column, 2 * row), isDark(column, 2 * row + 1))
            if last.map({ $0 != cell }) ?? true {
                text += "\u{1B}[38;5;\(cell.0 ? Self.black : Self.white);48;5;\(cell.1 ? Self.black : Self.white)m"
                last = cell
            }
            // A blank has no edge that could be drawn amiss.
            text += cell.0 == cell.1 ? " " : "▀"
        }
        // Before the line feed, so that a terminal that scrolls fills no line with the colour.
        text += "\u{1B}[0m"
    }

    private func blanks(_ row: Int, _ text: inout String) {
        var last: Bool?
        for column in 0..<columns / 2 {
            let cell = isDark(column, row)
            if cell != last {
                text += "\u{1B}[38;5;\(cell ? Self.white : Self.black);48;5;\(cell ? Self.black : Self.white)m"
                last = cell
            }
            text += "  "
        }
        text += "\u{1B}[0m"
    }

    private func ascii(_ row: Int, _ text: inout String) {
        for column in 0..<columns / 2 { text += isDark(column, row) ? "##" : "  " }
    }
}
