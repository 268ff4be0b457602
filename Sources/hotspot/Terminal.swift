import Foundation
import HotspotCore

/// Questions to the person at the terminal.
enum Terminal {
    /// Whether somebody can read a question and answer it.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Asks for a line; nil at the end of the input.
    static func answer(_ question: String) -> String? {
        StandardError.write(question)
        guard let line = StandardInput.firstLine() else {
            StandardError.write("\n")
            return nil
        }
        return String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespaces)
    }

    /// Asks whether a network is to be joined, and shows what is known of it but the secret.
    static func confirms(_ configuration: HotspotConfiguration) -> Bool {
        StandardError.write(confirmation(configuration))
        for _ in 0..<3 {
            switch answer("Join it? [Y/n] ")?.lowercased() {
            case "", "y", "yes": return true
            case nil, "n", "no": return false
            default: continue
            }
        }
        return false
    }

    /// The lines above the question.
    static func confirmation(_ configuration: HotspotConfiguration) -> String {
        var lines = ["The code is of this network:", "  name        \"\(configuration.ssid)\""]
        lines.append("  security    \(configuration.kind)")
        if let count = configuration.passphrase?.count {
            lines.append("  passphrase  \(count) characters, not shown")
        }
        if configuration.hidden { lines.append("  hidden      yes: it is called by its name") }
        if let interface = configuration.interface { lines.append("  interface   \(PrintableText.escape(interface))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The width and height of the terminal on standard output; nil where it is none.
    static var size: (columns: Int, rows: Int)? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}

extension HotspotConfiguration {
    /// How the network is secured, for a person: a code that names no security has none.
    var kind: String {
        switch security {
        case .automatic where passphrase == nil: "open, or Enhanced Open (OWE)"
        case .automatic, .wpaPersonal: "WPA2-Personal or WPA3-Personal"
        default: security.description
        }
    }
}
