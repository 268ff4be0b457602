import Foundation
import Glibc
import HotspotCore

/// Reading standard input as octets.
enum StandardInput {
    /// All of it, up to a little more than the limit, which by default is more than a payload may have.
    ///
    /// - Throws: ``SystemCallFailure``.
    static func octets(
        of descriptor: Int32 = STDIN_FILENO,
        named path: String? = "standard input",
        limit: Int = 65_536
    ) throws(SystemCallFailure) -> [UInt8] {
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while octets.count <= limit {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 {
                let error = errno
                if error == EINTR { continue }
                throw SystemCallFailure("read", path: path, errno: error)
            }
            if count == 0 { break }
            octets += buffer[..<count]
        }
        return octets
    }

    /// The first line of a file, which may be a pipe or `/dev/stdin`; '-' is standard input.
    ///
    /// - Throws: ``SystemCallFailure``.
    static func firstLine(ofFile path: String) throws(SystemCallFailure) -> [UInt8] {
        if path == "-" { return try line(of: STDIN_FILENO, named: "standard input") ?? [] }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw SystemCallFailure("open", path: path, errno: errno) }
        defer { close(descriptor) }
        // A folder can be opened, and says what it is when it is read.
        return try line(of: descriptor, named: path) ?? []
    }

    /// The octets up to the first line end; nil at the end of the input, and where it cannot be read.
    static func firstLine() -> [UInt8]? { (try? line(of: STDIN_FILENO, named: "standard input")) ?? nil }

    private static func line(of descriptor: Int32, named path: String) throws(SystemCallFailure) -> [UInt8]? {
        var octets: [UInt8] = []
        var octet: UInt8 = 0
        while octets.count < 4096 {
            let count = read(descriptor, &octet, 1)
            if count < 0 {
                let error = errno
                if error == EINTR { continue }
                throw SystemCallFailure("read", path: path, errno: error)
            }
            if count == 0 { return octets.isEmpty ? nil : line(of: octets) }
            if octet == UInt8(ascii: "\n") { break }
            octets.append(octet)
        }
        return line(of: octets)
    }

    /// The octets before the first line feed, without a carriage return at their end.
    static func line(of octets: [UInt8]) -> [UInt8] {
        var line = Array(octets.prefix { $0 != UInt8(ascii: "\n") })
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    /// A line from the terminal that is not shown while it is typed; nil at the end of the input.
    ///
    /// Whatever ends or stops the program while it is typed gives the terminal its echo back before.
    static func secret(prompt: String) -> [UInt8]? {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return firstLine() }
        var silent = settings
        // Octet by octet and without ISIG: Ctrl-C is then an octet of ours, and the echo is restored on the way out.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG | ICANON)
        let guardian = EchoGuard(settings)
        // Before the prompt: whoever answers it at once is neither shown nor flushed away.
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        StandardError.write(prompt)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            guardian.end()
            StandardError.write("\n")
        }
        var octets: [UInt8] = []
        var octet: UInt8 = 0
        while octets.count < 4096 {
            guard read(STDIN_FILENO, &octet, 1) == 1 else { return octets.isEmpty ? nil : octets }
            if octet == settings.c_cc.10, octet != 0 {
                // Ctrl-Z, VSUSP: the whole job stops, as the terminal would have it; the line begins anew.
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
                StandardError.write("\n")
                kill(0, SIGTSTP)
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
                StandardError.write(prompt)
                octets = []
                continue
            }
            switch octet {
            case 0x0A, 0x0D: return octets
            case 0x03:
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
                StandardError.write("\n")
                exit(130)
            case 0x1C:
                // Ctrl-\, which the guard answers.
                raise(SIGQUIT)
            case 0x04: return octets.isEmpty ? nil : octets
            case 0x08, 0x7F:
                // A whole character, not one of its octets.
                while let last = octets.popLast(), last & 0xC0 == 0x80 {}
            case 0x15: octets = []
            default: octets.append(octet)
            }
        }
        return octets
    }
}

/// Writing standard error.
enum StandardError {
    /// Writes what can be written: a terminal that is gone must not keep a join from being undone.
    static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(written)
        }
    }

    static func print(_ text: String) { write(text + "\n") }
}
