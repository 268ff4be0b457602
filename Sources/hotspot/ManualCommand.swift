import ArgumentParser
import Foundation
import HotspotCore

/// `hotspot manual`: the manual's page, made of what `--help` says.
///
/// It is for `make install`, not for people.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print the manual's page, for man(1).",
        shouldDisplay: false
    )

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        do {
            try StandardOutput.write(Array(try ManualPage().text.utf8))
        } catch let error as HotspotConfigurationError {
            Report(isJSON: false, isQuiet: false).failure(error)
            throw ExitCode(error.exitStatus)
        }
    }
}

/// The page, in the macros of man(7).
struct ManualPage {
    /// What the argument parser says of a command, as far as the page has it.
    private struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let shouldDisplay: Bool?
        let subcommands: [Command]?
        let arguments: [Argument]?

        /// Those that are shown, without the parser's own.
        var shown: [Command] {
            (subcommands ?? []).filter { $0.shouldDisplay ?? true && $0.commandName != "help" }
        }
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String

            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: String
        let shouldDisplay: Bool
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let defaultValue: String?
    }

    private struct Dump: Decodable {
        let command: Command
    }

    let text: String

    /// - Throws: what decoding throws: the parser would have changed its form.
    init() throws {
        let program = try JSONDecoder().decode(Dump.self, from: Data(Hotspot._dumpHelp().utf8)).command
        let version = Hotspot.configuration.version
        var lines = [
            ".\\\" Made by \"hotspot manual\" of what --help says.", ".TH HOTSPOT 1 \"\" \"hotspot \(version)\"",
            ".SH NAME",
            "hotspot \\- \(Self.escaped(program.abstract ?? ""))", ".SH SYNOPSIS",
        ]
        let commands = Self.commands(program.shown, below: [program.commandName])
        for (name, _) in commands { lines += [".B \(Self.escaped(name))", "[\\fIoptions\\fR]", ".br"] }
        lines += [".SH DESCRIPTION"] + Self.paragraphs(program.discussion)
        lines.append(".SH COMMANDS")
        for (name, command) in commands {
            lines += [".SS \(Self.escaped(name))", Self.escaped(command.abstract ?? "")]
            lines += Self.paragraphs(command.discussion)
            for argument in command.arguments ?? [] where argument.shouldDisplay { lines += Self.lines(of: argument) }
        }
        lines.append(".SH EXIT STATUS")
        lines += Self.tagged("0", "It worked.")
        let others = ErrorTopic.exitStatuses.map { ("\($0.status)", $0.meaning, $0.status < 100) }
        for (status, meaning, isLow) in others where isLow { lines += Self.tagged(status, meaning) }
        for code in HotspotConfigurationError.Code.allCases {
            lines += Self.tagged("\(code.exitStatus)", "\(code.name): \(code.summary)")
        }
        for (status, meaning, isLow) in others where !isLow { lines += Self.tagged(status, meaning) }
        lines.append(".SH ENVIRONMENT")
        for (name, meaning) in Self.environment { lines += Self.tagged(name, meaning) }
        lines.append(".SH FILES")
        for (name, meaning) in Self.files { lines += Self.tagged(name, meaning) }
        lines += [".SH SEE ALSO", ".BR nmcli (1),", ".BR iw (8),", ".BR rfkill (8)"]
        text = lines.joined(separator: "\n") + "\n"
    }

    private static let environment = [
        ("HOTSPOT_STATE_DIRECTORY", "Where networks are kept that NetworkManager does not keep."),
        ("HOTSPOT_APPLICATION", "The name under which an application's networks are kept; hotspot's own is hotspot."),
        ("STATE_DIRECTORY", "systemd's: they are kept below it, in a folder hotspot."),
        ("XDG_STATE_HOME", "The same, for users; ~/.local/state where it is not set."),
        ("XDG_RUNTIME_DIR", "Where links are noted that a process of this user holds."),
    ]

    private static let files = [
        ("/var/lib/hotspot", "The networks that root's processes keep."),
        ("~/.local/state/hotspot", "Those of a user's."),
        ("/run/hotspot", "The links that root's processes hold."),
    ]

    private static func commands(_ all: [Command], below path: [String]) -> [(String, Command)] {
        all.flatMap { command -> [(String, Command)] in
            let name = path + [command.commandName]
            let below = commands(command.shown, below: name)
            return below.isEmpty ? [(name.joined(separator: " "), command)] : below
        }
    }

    private static func lines(of argument: Argument) -> [String] {
        let value = argument.valueName.map { "<\($0)>" } ?? ""
        let names = (argument.names ?? []).map(\.text).joined(separator: ", ")
        let title =
            switch argument.kind {
            case "positional": value
            case "flag": names
            default: "\(names) \(value)"
            }
        let usual = argument.defaultValue.map { " (default: \($0))" } ?? ""
        return tagged(title, (argument.abstract ?? "") + usual)
    }

    private static func tagged(_ title: String, _ text: String) -> [String] {
        [".TP", ".B \(escaped(title))", escaped(text)]
    }

    /// Paragraphs; one of several lines is an example, or a table, and stays as it is.
    private static func paragraphs(_ text: String?) -> [String] {
        (text ?? "").split(separator: "\n\n").flatMap { paragraph -> [String] in
            let lines = paragraph.split(separator: "\n").map { escaped(String($0)) }
            return lines.count == 1 ? [".PP"] + lines : [".PP", ".nf"] + lines + [".fi"]
        }
    }

    /// A text that means itself: no backslash, no hyphen that is broken at, and no macro at its beginning.
    private static func escaped(_ text: String) -> String {
        // troff reads octets, and names characters beyond ASCII by their numbers.
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").unicodeScalars.map { scalar in
            if scalar.isASCII { return String(scalar) }
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
        }.joined()
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
