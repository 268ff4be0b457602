import ArgumentParser
import Foundation
import HotspotCore

/// `hotspot errors`: explains codes, causes, exit statuses and what the parts below say.
struct ErrorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors",
        abstract: "Explain an error: a code, a cause, an exit status, or what NetworkManager or the air said.",
        discussion: """
            hotspot errors                        all codes
            hotspot errors 2                      Apple's code 2; invalidWPAPassphrase and 102 are the same
            hotspot errors wrongPassphrase        a cause
            hotspot errors status 17              an IEEE 802.11 status; reason 15, nm 7, errno 19 likewise
            hotspot errors ssid-not-found         NetworkManager's reason, or any error's whole name
            hotspot errors 'a line of a log'      whatever of these stands in it
            """
    )

    @Argument(help: ArgumentHelp("What is to be explained.", valueName: "code or name"))
    var query: [String] = []

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        do {
            try explain()
        } catch let error as HotspotConfigurationError {
            Report(isJSON: false, isQuiet: false).failure(error)
            throw ExitCode(error.exitStatus)
        }
    }

    private func explain() throws {
        guard !query.isEmpty else {
            try StandardOutput.print(json ? try ErrorText.json(ErrorDescription.Codes()) : ErrorText.list())
            return
        }
        let asked = query.joined(separator: " ")
        let topics = ErrorTopic.matching(asked)
        guard !topics.isEmpty else {
            let near = ErrorTopic.suggestions(for: asked).map { PrintableText.escape($0) }
            throw ValidationError(
                "\"\(PrintableText.escape(String(asked.prefix(200))))\" is in no table."
                    + (near.isEmpty
                        ? " hotspot errors lists the codes." : " Near it: " + near.joined(separator: ", ") + ".")
            )
        }
        try StandardOutput.print(
            json
                ? try ErrorText.json(ErrorDescription(query: asked, matches: topics))
                : topics.map { ErrorText.text($0) }.joined(separator: "\n\n")
        )
    }
}

/// The catalogue as text for a terminal.
enum ErrorText {
    /// All codes, a line each.
    static func list() -> String {
        var lines = ["  raw  exit  name"]
        for code in HotspotConfigurationError.Code.allCases {
            let raw = "\(code.rawValue)"
            lines.append(
                String(repeating: " ", count: 5 - raw.count) + raw + "   \(code.exitStatus)  "
                    + code.name.padding(toLength: 30, withPad: " ", startingAt: 0) + code.summary
            )
        }
        lines.append("")
        lines.append("hotspot errors NAME explains one, with its causes and what to do.")
        return lines.joined(separator: "\n")
    }

    /// One topic with all that is known of it.
    static func text(_ topic: ErrorTopic) -> String {
        switch topic {
        case .code(let code): text(code)
        case .cause(let cause): text(cause)
        case .exitStatus(let status, let meaning): "exit status \(status): \(meaning)"
        case .word(let word): text(word)
        }
    }

    private static func text(_ code: HotspotConfigurationError.Code) -> String {
        var lines = ["\(code), exit status \(code.exitStatus)"]
        lines += wrapped(code.explanation, indent: 2)
        for cause in code.causes {
            lines += ["", "  \(cause.name)"]
            lines += wrapped(cause.generalExplanation, indent: 4)
            for remedy in cause.remedies { lines += wrapped(remedy, indent: 4, mark: "- ") }
        }
        lines += ["", "  hotspot errors CAUSE has what is said below when it is that cause."]
        return lines.joined(separator: "\n")
    }

    private static func text(_ cause: HotspotConfigurationError.Cause) -> String {
        var lines = ["\(cause.name), a cause of \(cause.code), exit status \(cause.code.exitStatus)"]
        lines += wrapped(cause.generalExplanation, indent: 2)
        lines += ["", "  To mend it:"]
        for remedy in cause.remedies { lines += wrapped(remedy, indent: 4, mark: "- ") }
        let words = ForeignWord.all.filter { $0.decision.cause.name == cause.name }
        if !words.isEmpty { lines += ["", "  Said below when it is this, by itself or with more evidence:"] }
        for source in ForeignWord.Source.allCases {
            let names = words.filter { $0.source == source }.map { word in
                (word.number.map { "\($0) " } ?? "") + word.name + (word.context.map { " (\($0))" } ?? "")
            }
            guard !names.isEmpty else { continue }
            lines.append("    \(source.rawValue):")
            lines += wrapped(names.joined(separator: ", "), indent: 6)
        }
        return lines.joined(separator: "\n")
    }

    private static func text(_ word: ForeignWord) -> String {
        let decision = word.decision
        var lines = [word.title]
        lines += wrapped(decision.explanation, indent: 2)
        lines += [
            "  cause \(decision.cause.name) (\(decision.confidence.rawValue)), code \(decision.cause.code), "
                + "exit status \(decision.cause.code.exitStatus)"
        ]
        lines += wrapped("to mend it: " + (decision.remedy ?? decision.cause.remedies[0]), indent: 2)
        return lines.joined(separator: "\n")
    }

    /// Breaks a text at spaces so that no line is longer than 100 columns.
    private static func wrapped(_ text: String, indent: Int, mark: String = "") -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = margin + mark
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > 100 {
                lines.append(line)
                line = margin + String(repeating: " ", count: mark.count)
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }

    /// The stable JSON form.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Report.guarded(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

extension HotspotConfigurationError.Code {
    /// 100 and Apple's raw value.
    var exitStatus: Int32 { 100 + Int32(rawValue) }
}

extension HotspotConfigurationError.Cause {
    /// The explanation where nothing has happened: without the phase that a real timeout names.
    var generalExplanation: String {
        if case .timedOut = self {
            return "The time that was allowed ran out; the phase says how far the join had come."
        }
        return explanation
    }
}

extension ForeignWord {
    /// Source, number, name and context, as a headline.
    var title: String {
        source.rawValue + (number.map { " \($0)" } ?? "") + " \(name)" + (context.map { ", \($0)" } ?? "")
    }
}

/// What `hotspot errors --json` prints about what was asked for.
struct ErrorDescription: Encodable {
    /// What `hotspot errors --json` prints without an argument.
    struct Codes: Encodable {
        let codes = HotspotConfigurationError.Code.allCases.map { CodeEntry(code: $0) }
    }

    struct CodeEntry: Encodable {
        let kind = "code"
        let code: Int
        let name: String
        let exitStatus: Int32
        let summary: String
        let explanation: String
        let causes: [CauseEntry]

        init(code: HotspotConfigurationError.Code) {
            self.code = code.rawValue
            name = code.name
            exitStatus = code.exitStatus
            summary = code.summary
            explanation = code.explanation
            causes = code.causes.map { CauseEntry($0, withWords: false) }
        }
    }

    struct CauseEntry: Encodable {
        let kind = "cause"
        let name: String
        let code: Int
        let exitStatus: Int32
        let explanation: String
        let remedies: [String]
        let words: [WordEntry]?

        init(_ cause: HotspotConfigurationError.Cause, withWords: Bool) {
            name = cause.name
            code = cause.code.rawValue
            exitStatus = cause.code.exitStatus
            explanation = cause.generalExplanation
            remedies = cause.remedies
            words =
                withWords
                ? ForeignWord.all.filter { $0.decision.cause.name == cause.name }.map { WordEntry($0) } : nil
        }
    }

    struct WordEntry: Encodable {
        let kind = "word"
        let source: String
        let number: Int?
        let name: String
        let context: String?
        let explanation: String
        let remedy: String
        let cause: String
        let confidence: String
        let code: Int
        let exitStatus: Int32

        init(_ word: ForeignWord) {
            source = word.source.rawValue
            number = word.number
            name = word.name
            context = word.context
            explanation = word.decision.explanation
            remedy = word.decision.remedy ?? word.decision.cause.remedies[0]
            cause = word.decision.cause.name
            confidence = word.decision.confidence.rawValue
            code = word.decision.cause.code.rawValue
            exitStatus = word.decision.cause.code.exitStatus
        }
    }

    struct ExitStatusEntry: Encodable {
        let kind = "exitStatus"
        let exitStatus: Int
        let explanation: String
    }

    enum Match: Encodable {
        case code(CodeEntry)
        case cause(CauseEntry)
        case exitStatus(ExitStatusEntry)
        case word(WordEntry)

        init(_ topic: ErrorTopic) {
            self =
                switch topic {
                case .code(let code): .code(CodeEntry(code: code))
                case .cause(let cause): .cause(CauseEntry(cause, withWords: true))
                case .exitStatus(let status, let meaning):
                    .exitStatus(ExitStatusEntry(exitStatus: status, explanation: meaning))
                case .word(let word): .word(WordEntry(word))
                }
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .code(let entry): try entry.encode(to: encoder)
            case .cause(let entry): try entry.encode(to: encoder)
            case .exitStatus(let entry): try entry.encode(to: encoder)
            case .word(let entry): try entry.encode(to: encoder)
            }
        }
    }

    let query: String
    let matches: [Match]

    init(query: String, matches: [ErrorTopic]) {
        self.query = query
        self.matches = matches.map { Match($0) }
    }
}
