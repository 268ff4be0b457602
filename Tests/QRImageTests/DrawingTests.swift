import Foundation
import PictureSamples
import TestSupport
import Testing

@testable import QRImage

/// A terminal as far as drawings use it: cells of 9 x 18 pixels, both colours of each from the palette of 256.
private struct Screen {
    var width = 0
    var height = 0
    var pixels: [UInt8] = []

    /// Draws what a program wrote.
    ///
    /// - Parameters:
    ///   - text: Its output.
    ///   - gap: The pixels between the lines that glyphs do not reach and backgrounds do.
    ///   - theme: The grey of cells that name no colour.
    /// - Throws: Where it writes something else than a drawing.
    init(_ text: String, gap: Int, theme: UInt8) throws {
        let lines = text.split(separator: "\n")
        let (cellWidth, cellHeight) = (9, 18 + gap)
        var rows: [[(UInt8, UInt8)]] = []
        for line in lines {
            var cells: [(UInt8, UInt8)] = []
            var (foreground, background): (UInt8?, UInt8?) = (nil, nil)
            var rest = line[...]
            while let character = rest.first {
                if character == "\u{1B}" {
                    let end = try #require(rest.firstIndex(of: "m"))
                    let numbers = rest[..<end].dropFirst(2).split(separator: ";").compactMap { Int($0) }
                    if numbers == [0] { (foreground, background) = (nil, nil) }
                    for index in numbers.indices.dropLast(2) where numbers[index + 1] == 5 {
                        // 16 and 231 are black and white whatever the theme is.
                        let grey: UInt8? = numbers[index + 2] == 16 ? 0 : numbers[index + 2] == 231 ? 255 : nil
                        if numbers[index] == 38 { foreground = grey }
                        if numbers[index] == 48 { background = grey }
                    }
                    rest = rest[rest.index(after: end)...]
                    continue
                }
                let own = theme > 127 ? 0 : 255 as UInt8
                let below = background ?? theme
                cells.append(
                    (
                        character == "▀" || character == "#" ? foreground ?? own : below,
                        character == "#" ? foreground ?? own : below
                    )
                )
                rest = rest.dropFirst()
            }
            rows.append(cells)
        }
        let columns = try #require(rows.map(\.count).max())
        // The window around it.
        let border = 40
        (width, height) = (columns * cellWidth + 2 * border, rows.count * cellHeight + 2 * border)
        pixels = Array(repeating: theme, count: width * height)
        for (row, cells) in rows.enumerated() {
            for (column, cell) in cells.enumerated() {
                for y in 0..<cellHeight {
                    for x in 0..<cellWidth {
                        let place = (border + row * cellHeight + y) * width + border + column * cellWidth + x
                        // The glyph fills the upper half of a cell without the gap.
                        pixels[place] = y < 9 ? cell.0 : cell.1
                    }
                }
            }
        }
    }
}

@Suite("Drawing codes")
struct DrawingTests {
    private let reader = PictureReader(worker: .built)

    /// Payloads of all sizes that people have.
    static let payloads: [[UInt8]] = {
        var random = SampleGenerator(seed: 1)
        return [fixturePayload] + [40, 90, 150].map { PictureSample.payload(&random, count: $0) }
    }()

    @Test("what is drawn for a terminal is read off it: any theme, any space between the lines", arguments: payloads)
    func terminal(_ payload: [UInt8]) async throws {
        for style in [TerminalDrawing.Style.halfBlocks, .blanks] {
            for quietZone in [4, 2] {
                let drawing = TerminalDrawing(try QRSymbol(payload), style: style, quietZone: quietZone)
                #expect(drawing.text.split(separator: "\n").count == drawing.rows)
                for theme in [0, 255, 128] as [UInt8] {
                    for gap in [0, 3] {
                        let screen = try Screen(drawing.text, gap: gap, theme: theme)
                        let png = try PNGDrawing(width: screen.width, height: screen.height, pixels: screen.pixels)
                        let found = try await reader.read(png.octets).codes.map(\.octets)
                        #expect(found == [payload], "\(style), quiet zone \(quietZone), theme \(theme), gap \(gap)")
                    }
                }
            }
        }
        let ascii = try Screen(TerminalDrawing(try QRSymbol(payload), style: .ascii).text, gap: 0, theme: 255)
        let png = try PNGDrawing(width: ascii.width, height: ascii.height, pixels: ascii.pixels)
        #expect(try await reader.read(png.octets).codes.map(\.octets) == [payload])
    }

    @Test("each cell says both colours, and each line gives them back")
    func colours() throws {
        let text = TerminalDrawing(try QRSymbol(fixturePayload)).text
        for line in text.split(separator: "\n") {
            #expect(line.hasPrefix("\u{1B}[38;5;") && line.hasSuffix("\u{1B}[0m"))
        }
        #expect(try Fixture.difference(of: text, from: "drawings/terminal.txt") == nil)
    }

    @Test("a drawing is made to fit, or says what it needs")
    func fitting() throws {
        let roomy = try TerminalDrawing.fitting(fixturePayload, columns: 80, rows: 40)
        #expect((roomy.quietZone, roomy.columns, roomy.rows) == (4, 37, 19))
        let tight = try TerminalDrawing.fitting(fixturePayload, columns: 35, rows: 17)
        #expect((tight.quietZone, tight.columns, tight.rows) == (2, 33, 17))
        let error = #expect(throws: PictureError.self) {
            try TerminalDrawing.fitting(fixturePayload, columns: 80, rows: 10)
        }
        #expect(error?.kind == .notDrawn)
        #expect(error?.message.contains("needs") == true)
    }

    @Test("a PNG is read by others too", .enabled(if: Peer.areWanted), arguments: Peer.allCases)
    func peersPNG(_ peer: Peer) async throws {
        for payload in Self.payloads.dropFirst() {
            let text = try await peer.read(try PNGDrawing(try QRSymbol(payload)).octets)
            #expect(text.contains(String(decoding: payload, as: UTF8.self)))
        }
    }

    @Test("a terminal is read by others too", .enabled(if: Peer.areWanted), arguments: Peer.allCases)
    func peersTerminal(_ peer: Peer) async throws {
        for payload in Self.payloads.dropFirst() {
            for theme in [0, 255] as [UInt8] {
                let screen = try Screen(TerminalDrawing(try QRSymbol(payload)).text, gap: 0, theme: theme)
                let png = try PNGDrawing(width: screen.width, height: screen.height, pixels: screen.pixels)
                #expect(try await peer.read(png.octets).contains(String(decoding: payload, as: UTF8.self)))
            }
        }
    }

    /// Draws the paths of our own SVGs, which are made of `M x y h n v1 h-n z` only.
    private func render(_ svg: String, side: Int, scale: Int) throws -> [UInt8] {
        let path = try #require(svg.firstMatch(of: /<path fill="#000" d="([^"]*)"/)).1
        var pixels = [UInt8](repeating: 255, count: side * side * scale * scale)
        for match in path.matches(of: /M(\d+) (\d+)h(\d+)v1h-\d+z/) {
            let (x, y, n) = (Int(match.1) ?? 0, Int(match.2) ?? 0, Int(match.3) ?? 0)
            for row in y * scale..<(y + 1) * scale {
                for column in x * scale..<(x + n) * scale { pixels[row * side * scale + column] = 0 }
            }
        }
        return pixels
    }

    @Test("an SVG says the same as the code, plain and as a sheet", arguments: payloads)
    func svg(_ payload: [UInt8]) async throws {
        let symbol = try QRSymbol(payload)
        let side = symbol.size + 8
        for text in [SVGDrawing(symbol).text, SVGDrawing(sheet: symbol, title: "a", lines: []).text] {
            let png = try PNGDrawing(width: side * 4, height: side * 4, pixels: try render(text, side: side, scale: 4))
            #expect(try await reader.read(png.octets).codes.map(\.octets) == [payload])
            for peer in Peer.allCases where Peer.areWanted && payload != fixturePayload {
                #expect(try await peer.read(png.octets).contains(String(decoding: payload, as: UTF8.self)))
            }
            #expect(XMLCheck.isWellFormed(text))
        }
    }

    @Test("the words of a sheet cannot leave their place in the SVG, nor hold the secret by themselves")
    func sheet() throws {
        let drawing = SVGDrawing(sheet: try QRSymbol(fixturePayload), title: "</text><script>&\"", lines: ["WPA2 <&>"])
        #expect(XMLCheck.isWellFormed(drawing.text))
        #expect(!drawing.text.contains("<script>"))
        #expect(!drawing.text.contains("correct horse"))
        let plain = SVGDrawing(sheet: try QRSymbol(fixturePayload), title: "Café", lines: ["WPA2-Personal"])
        #expect(try Fixture.difference(of: plain.text, from: "drawings/sheet.svg") == nil)
    }

    @Test("what fits into no code is refused")
    func tooLong() {
        #expect(throws: PictureError.self) { try QRSymbol(Array(repeating: 65, count: 2954), correction: .low) }
        #expect(throws: PictureError.self) { try QRSymbol([]) }
        #expect(throws: Never.self) { try QRSymbol(Array(repeating: 65, count: 2953), correction: .low) }
    }
}

/// Whether tags are closed in their order: what these files could get wrong.
private enum XMLCheck {
    static func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        for tag in text.matches(of: /<([^>]*)>/).map(\.1) where !tag.hasPrefix("?") && !tag.hasSuffix("/") {
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else {
                open.append(tag.prefix { $0 != " " })
            }
        }
        return open.isEmpty && !text.replacing(/&(amp|lt|gt|quot);/, with: "").contains("&")
    }
}
