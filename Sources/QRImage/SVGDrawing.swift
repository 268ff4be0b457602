/// A QR code as an SVG: one path, black on white whatever the viewer's background is.
public struct SVGDrawing: Sendable {
    /// The text of the file; it holds what the code holds.
    public let text: String

    /// Draws a code.
    ///
    /// - Parameters:
    ///   - symbol: The code.
    ///   - quietZone: The modules of light around it.
    public init(_ symbol: QRSymbol, quietZone: Int = 4) {
        let side = symbol.size + 2 * quietZone
        text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" shape-rendering="crispEdges">
            <rect width="\(side)" height="\(side)" fill="#fff"/>
            <path fill="#000" d="\(Self.path(symbol, quietZone))"/>
            </svg>

            """
    }

    /// Draws a sheet of A4 paper to be printed: the code, and lines of words below it.
    ///
    /// - Parameters:
    ///   - symbol: The code.
    ///   - title: The line in large letters; what it holds is escaped for XML, and must be printable.
    ///   - lines: The lines below it, in smaller letters.
    public init(sheet symbol: QRSymbol, title: String, lines: [String]) {
        let quietZone = 4
        let side = Double(symbol.size + 2 * quietZone)
        // Millimetres; the code is 120 wide.
        let scale = Self.number(120 / side)
        // As long a name as there can be (32 wide characters) keeps to the paper.
        let width = title.unicodeScalars.reduce(0.0) { $0 + ($1.isASCII ? 0.62 : 1.05) }
        let size = min(14, 180 / max(width, 1))
        var words = """
            <text x="105" y="190" font-size="\(Self.number(size))" font-weight="bold">\(Self.escape(title))</text>

            """
        for (index, line) in lines.enumerated() {
            words += "<text x=\"105\" y=\"\(204 + 9 * index)\" font-size=\"6\">\(Self.escape(line))</text>\n"
        }
        text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">
            <rect width="210" height="297" fill="#fff"/>
            <g transform="translate(45 45) scale(\(scale))" shape-rendering="crispEdges">
            <path fill="#000" d="\(Self.path(symbol, quietZone))"/>
            </g>
            <g fill="#000" font-family="sans-serif" text-anchor="middle" xml:space="preserve">
            \(words)</g>
            </svg>

            """
    }

    /// A rectangle for each run of dark modules in a row.
    private static func path(_ symbol: QRSymbol, _ quietZone: Int) -> String {
        var path = ""
        for row in 0..<symbol.size {
            var column = 0
            while column < symbol.size {
                guard symbol.isDark(column: column, row: row) else {
                    column += 1
                    continue
                }
                var end = column
                while symbol.isDark(column: end, row: row) { end += 1 }
                path += "M\(column + quietZone) \(row + quietZone)h\(end - column)v1h-\(end - column)z"
                column = end
            }
        }
        return path
    }

    /// Three decimals are enough for a printer.
    private static func number(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let rest = String(1000 + thousandths % 1000).dropFirst()
        return "\(thousandths / 1000).\(rest)"
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
