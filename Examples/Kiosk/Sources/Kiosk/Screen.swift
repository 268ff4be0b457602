import HotspotCore

/// What the guest sees: a function of the state, and of nothing else.
///
/// Names of networks are other people's octets; ``SSID/description`` and ``PrintableText`` make them safe to show.
struct Screen: Equatable {
    enum Tone: Equatable { case neutral, busy, good, bad }

    var tone = Tone.neutral
    var title: String
    var body: [String] = []
    /// What is being typed, with its label; nil where nothing can be.
    var prompt: String?
    /// The keys.
    var help: String

    init(_ state: State) {
        var body: [String] = []
        switch state.stage {
        case .waiting:
            title = "Welcome. Which Wi-Fi network shall I join?"
            body = state.waitingWords
            help = "Enter: go on"
        case .joining(let configuration, let phase):
            tone = .busy
            title = "Joining \"\(configuration.ssid)\"…"
            body = Screen.steps(phase)
            help = "Esc: stop"
        case .stopping:
            tone = .busy
            title = "Stopping…"
            help = ""
        case .askingPassphrase(let configuration, let error):
            tone = error == nil ? .neutral : .bad
            // Where none was given there was none that did not work.
            let wasWrong = error.map { $0.cause != .passphraseMissing } ?? false
            title = wasWrong ? "That passphrase did not work" : "The passphrase of \"\(configuration.ssid)\""
            body = error.map { [Screen.guarded($0.message)] } ?? ["An open network has none: press Enter."]
            if wasWrong { body += ["", "Type it again. Mind upper and lower case."] }
            help = "Enter: join    Esc: another network"
        case .choosingAnother(let error):
            tone = .bad
            title = "That network cannot be joined"
            body = [Screen.guarded(error.message)] + (error.remedy.map { [Screen.guarded($0)] } ?? [])
            body += ["", "Please choose another one."] + state.waitingWords
            help = "Enter: go on    Esc: back"
        case .callingStaff(let error):
            tone = .bad
            title = "Please call our staff, and show them this"
            body = error.detailedDescription().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            help = "Enter: start again"
        case .joined(let configuration, let address):
            tone = .good
            title = "You are on \"\(configuration.ssid)\""
            body = address.map { ["The address is \(Screen.guarded($0))."] } ?? []
            if configuration.joinOnce { body.append("It is forgotten when you leave.") }
            help = "Enter: leave the network"
        case .lost(let configuration, let error):
            tone = .bad
            title = "Connection lost"
            body = [
                Screen.guarded(error.message), "",
                "Press Enter to join \"\(configuration.ssid)\" again, or choose another.",
            ]
            body += state.waitingWords
            help = "Enter: join again    Esc: back"
        }
        self.body = body
        prompt = state.prompt
    }

    private static func steps(_ current: JoinPhase) -> [String] {
        let words: KeyValuePairs<JoinPhase, String> = [
            .preparing: "look at the radio", .searching: "find the network", .authenticating: "say hello",
            .associating: "be let in", .keys: "agree on keys", .address: "get an address",
        ]
        return words.map { phase, words in
            (phase < current ? "[x] " : phase == current ? "[>] " : "[ ] ") + words
        }
    }

    /// The library's sentences are safe already, and a screen that is public takes no chances.
    private static func guarded(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter(PrintableText.isPrintable)))
    }
}

extension State {
    fileprivate var waitingWords: [String] {
        let others = "the network's name, or the text of its code (WIFI:…)."
        guard let cameraProblem else {
            return ["Hold the network's QR code before the camera,", "or type \(others)"]
        }
        return ["No camera: \(PrintableText.escape(cameraProblem)).", "Type \(others)"]
    }

    fileprivate var prompt: String? {
        switch stage {
        case .waiting, .choosingAnother, .lost: "Network: " + shown
        case .askingPassphrase: "Passphrase: " + shown
        case .joining, .stopping, .callingStaff, .joined: nil
        }
    }

    private var shown: String {
        let characters = typed.count { $0 & 0xC0 != 0x80 }
        guard hidesTyped else { return PrintableText.escape(typed) }
        return String(repeating: "•", count: characters)
    }
}

extension Screen {
    /// The screen with what a terminal needs to show it (ECMA-48).
    func ansi(columns: Int, rows: Int) -> String {
        let colour =
            switch tone {
            case .neutral: "44"
            case .busy: "43;30"
            case .good: "42;30"
            case .bad: "41"
            }
        var lines = ["\u{1B}[\(colour);97;1m  \(title)\u{1B}[K\u{1B}[0m", ""]
        lines += body.flatMap { Screen.wrapped($0, to: max(20, columns - 4)) }.map { "  " + $0 }
        // The prompt and the keys stay visible however long a chain is.
        lines = Array(lines.prefix(max(2, rows - 4)))
        if let prompt { lines += ["", "  \(prompt)\u{1B}[7m \u{1B}[0m"] }
        lines += ["", "  \u{1B}[2m\([help, "Ctrl-C: end"].filter { !$0.isEmpty }.joined(separator: "    "))\u{1B}[0m"]
        return "\u{1B}[H" + lines.map { "\($0)\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
    }

    /// Breaks a line, at a blank where there is one.
    private static func wrapped(_ line: String, to width: Int) -> [String] {
        var lines: [String] = []
        var rest = Array(line)
        while rest.count > width {
            let blank = rest[..<width].lastIndex(of: " ") ?? 0
            let end = blank > width / 2 ? blank : width
            lines.append(String(rest[..<end]))
            rest = Array("    ") + rest[end...].drop { $0 == " " }
        }
        return lines + [String(rest)]
    }
}
