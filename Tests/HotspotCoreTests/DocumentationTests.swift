import Foundation
import TestSupport
import Testing

@testable import HotspotCore

@Suite("The documentation's tables", .serialized)
struct DocumentationTests {
    private static let folder = "Sources/HotspotCore/HotspotCore.docc"

    private func cell(_ text: String) -> String { text.replacingOccurrences(of: "|", with: "\\|") }

    private func sentence(_ explanation: String, _ remedies: [String]) -> String {
        cell(explanation + " To mend it: " + remedies.joined(separator: "; ") + ".")
    }

    /// The codes with their causes.
    private var codes: String {
        var lines: [String] = []
        for code in HotspotConfigurationError.Code.allCases {
            lines += [
                "### \(code.name) (\(code.rawValue))", "", "Exit status \(100 + code.rawValue). \(code.explanation)",
                "",
                "| cause | what it is |", "|---|---|",
            ]
            for cause in code.causes {
                let explanation =
                    if case .timedOut = cause { "The time that was allowed ran out." } else { cause.explanation }
                lines.append("| `\(cause.name)` | \(sentence(explanation, cause.remedies)) |")
            }
            lines.append("")
        }
        return lines.dropLast().joined(separator: "\n")
    }

    private var statuses: String {
        var lines = ["| exit status | code | what it is | causes |", "|---|---|---|---|", "| 0 | | joined | |"]
        for (status, meaning) in ErrorTopic.exitStatuses where status < 100 {
            lines.append("| \(status) | | \(meaning) | |")
        }
        for code in HotspotConfigurationError.Code.allCases {
            let causes = code.causes.map { "`\($0.name)`" }.joined(separator: ", ")
            lines.append(
                "| \(100 + code.rawValue) | \(code.name) (\(code.rawValue)) | \(cell(code.summary)) | \(causes) |"
            )
        }
        for (status, meaning) in ErrorTopic.exitStatuses where status > 100 {
            lines.append("| \(status) | | \(meaning) | |")
        }
        return lines.joined(separator: "\n")
    }

    private var words: String {
        var lines = ["| word | cause | what it is |", "|---|---|---|"]
        for word in ForeignWord.all {
            let decision = word.decision
            let isBesidesThePoint =
                (word.source == .errno && decision.cause == .backendFailed)
                || decision.explanation.hasPrefix("a reason that is not of Wi-Fi")
            if isBesidesThePoint { continue }
            let name = word.source.rawValue + (word.number.map { " \($0)" } ?? "") + " `\(word.name)`"
            let remedy = decision.remedy ?? decision.cause.remedies.first ?? ""
            lines.append(
                "| \(name)\(word.context.map { ", \($0)" } ?? "") | `\(decision.cause.name)` (\(decision.confidence.rawValue))"
                    + " | \(cell(decision.explanation)). To mend it: \(cell(remedy)). |"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// Compares the part of a page between two marks with what the catalogue says.
    private func isCurrent(_ part: String, of page: String, _ content: String) throws -> Bool {
        let path = "\(Self.folder)/\(page)"
        let text = try String(contentsOf: Fixture.root.appending(path: path), encoding: .utf8)
        let begin = try #require(text.range(of: "<!-- begin: \(part) -->\n"))
        let end = try #require(text.range(of: "<!-- end: \(part) -->"))
        let current = text[..<begin.upperBound] + "\n" + content + "\n\n" + text[end.lowerBound...]
        return try Fixture.difference(of: String(current), from: "../\(path)") == nil
    }

    @Test("the codes and causes of the page on errors are the catalogue's")
    func errorsPage() throws {
        #expect(try isCurrent("codes", of: "Errors.md", codes))
    }

    @Test("the exit statuses and words of the page for support are the catalogue's")
    func supportPage() throws {
        #expect(try isCurrent("statuses", of: "Support.md", statuses))
        #expect(try isCurrent("words", of: "Support.md", words))
    }

    @Test("the pages name no cause that there is not, and every cause that a join can end in")
    func causes() throws {
        let page = try String(contentsOf: Fixture.root.appending(path: "\(Self.folder)/Support.md"), encoding: .utf8)
        let written = page.split(separator: "## Every word").first.map(String.init) ?? ""
        let names = Set(HotspotConfigurationError.Cause.allCases.map(\.name))
        let codes = Set(HotspotConfigurationError.Code.allCases.map(\.name))
        var cited = 0
        for line in written.split(separator: "\n") where line.hasPrefix("|") {
            let cells = line.split(separator: "|")
            guard cells.count >= 3 else { continue }
            for match in cells[1].matches(of: /`(\w+)(?: \(\w+\))?`/) {
                let name = String(match.1)
                #expect(names.contains(name) || codes.contains(name), "\(name)")
                cited += 1
            }
        }
        #expect(cited > 40)
        for cause in HotspotConfigurationError.Cause.allCases { #expect(written.contains("`\(cause.name)`")) }
    }

    @Test("the table of exit statuses in the README is true")
    func readme() throws {
        let readme = try String(contentsOf: Fixture.root.appending(path: "README.md"), encoding: .utf8)
        let row = try #require(readme.split(separator: "\n").first { $0.hasPrefix("| 100 + n |") })
        var count = 0
        for match in row.matches(of: /(1\d\d) `(\w+)`/) {
            let code = HotspotConfigurationError.Code(rawValue: (Int(match.1) ?? 0) - 100)
            #expect(code?.name == String(match.2))
            count += 1
        }
        #expect(count > 10)
    }
}
