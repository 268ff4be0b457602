import ArgumentParser
import Foundation
import Glibc
import HotspotCore
import QRImage

/// How a code is given out: drawn on the terminal, as a picture, or as its text.
struct DrawingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write a PNG, which only you may read; '-' is standard output.", valueName: "file"))
    var png: String?

    @Option(help: ArgumentHelp("Write an SVG, which only you may read; '-' is standard output.", valueName: "file"))
    var svg: String?

    @Flag(help: "With --svg: a sheet of A4 paper to be printed, with the network's name below the code.")
    var sheet = false

    @Flag(help: "Draw for a terminal, also where standard output is none.")
    var terminal = false

    /// Whether any way was chosen.
    var isChosen: Bool { png != nil || svg != nil || terminal }

    func validate() throws {
        guard !sheet || svg != nil else { throw ValidationError("--sheet goes with --svg.") }
        guard png != "-" && svg != "-" || isatty(STDOUT_FILENO) == 0 else {
            throw ValidationError("Standard output is a terminal: send it to a file or a program.")
        }
        guard [png != nil, svg != nil, terminal].count(where: { $0 }) <= 1 else {
            throw ValidationError("Give one of --png, --svg and --terminal.")
        }
    }

    /// What a printed sheet says below the code.
    struct Words {
        /// The network's name, safe to print.
        let title: String
        let lines: [String]
    }

    /// Draws in the chosen way; on the terminal where none was chosen.
    ///
    /// - Throws: `PictureError`, ``HotspotConfigurationError`` with the cause `outputFailed`.
    func draw(_ payload: [UInt8], _ words: Words) throws {
        if let png {
            try write(try PNGDrawing(try QRSymbol(payload)).octets, to: png)
        } else if let svg {
            let symbol = try QRSymbol(payload)
            let drawing =
                sheet ? SVGDrawing(sheet: symbol, title: words.title, lines: words.lines) : SVGDrawing(symbol)
            try write(Array(drawing.text.utf8), to: svg)
        } else {
            let size = Terminal.size
            let type = ProcessInfo.processInfo.environment["TERM"] ?? ""
            let style: TerminalDrawing.Style = type == "dumb" ? .ascii : type == "linux" ? .blanks : .halfBlocks
            // Two rows are for the lines below it.
            let drawing = try TerminalDrawing.fitting(
                payload,
                columns: size?.columns ?? .max,
                rows: (size?.rows).map { $0 - 2 } ?? .max,
                style: style
            )
            try StandardOutput.write(Array(drawing.text.utf8), "the code")
        }
    }

    /// Writes a file that holds a secret: for its owner only, and either whole or not at all.
    ///
    /// What is no regular file, such as a terminal or a pipe, stays what it is, and so does a link to a file.
    private func write(_ octets: [UInt8], to path: String) throws(HotspotConfigurationError) {
        if path == "-" {
            return try StandardOutput.write(octets, "the code")
        }
        var status = stat()
        let isThere = stat(path, &status) == 0
        if isThere, status.st_mode & S_IFMT != S_IFREG {
            let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
            guard descriptor >= 0 else { throw Self.failure("open", path) }
            defer { close(descriptor) }
            return try Self.write(octets, to: descriptor, path)
        }
        var target = path
        if isThere, let resolved = realpath(path, nil) {
            target = String(cString: resolved)
            free(resolved)
        }
        var name = Array((target + ".XXXXXX").utf8CString)
        // With mode 0600.
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw Self.failure("mkstemp", path) }
        defer { close(descriptor) }
        do throws(HotspotConfigurationError) {
            try Self.write(octets, to: descriptor, path)
        } catch {
            unlink(&name)
            throw error
        }
        guard fsync(descriptor) == 0 || errno == EINVAL, rename(&name, target) == 0 else {
            defer { unlink(&name) }
            throw Self.failure("rename", path)
        }
    }

    private static func write(
        _ octets: [UInt8],
        to descriptor: Int32,
        _ path: String
    ) throws(HotspotConfigurationError) {
        var rest = octets[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                throw failure("write", path)
            }
            rest = rest.dropFirst(written)
        }
    }

    /// What the last system call said.
    private static func failure(_ call: String, _ path: String) -> HotspotConfigurationError {
        .unwritten("the code", SystemCallFailure(call, path: path, errno: errno))
    }
}
