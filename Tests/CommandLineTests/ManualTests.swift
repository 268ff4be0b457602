import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import hotspot

/// The manual's page, which is made of what `--help` says.
@Suite("The manual's page")
struct ManualTests {
    @Test("it has every command that is shown, every option of them, and every exit status")
    func complete() throws {
        let text = try ManualPage().text
        let headings = text.split(separator: "\n").filter { $0.hasPrefix(".SS ") }.map { $0.dropFirst(4) }
        #expect(
            headings == [
                "hotspot join", "hotspot leave", "hotspot list", "hotspot forget", "hotspot expire", "hotspot agent",
                "hotspot share", "hotspot qr parse", "hotspot qr write", "hotspot errors",
            ]
        )
        let dump = Hotspot._dumpHelp()
        for match in dump.matches(of: /"kind" : "long",\s+"name" : "([^"]+)"/) {
            let option = "\\-\\-" + match.1.replacing("-", with: "\\-")
            #expect(text.contains(option), "\(option)")
        }
        for status in [0, 64, 100, 117, 130] { #expect(text.contains(".B \(status)\n")) }
    }

    @Test("every line is a text or one of the macros, and man understands it where there is one")
    func macros() async throws {
        let text = try ManualPage().text
        let known = ["TH", "SH", "SS", "PP", "TP", "B", "BR", "br", "nf", "fi", "\\\""]
        for line in text.split(separator: "\n") {
            #expect(!line.hasPrefix("'"), "\(line)")
            guard line.hasPrefix(".") else { continue }
            let macro = line.dropFirst().prefix { $0 != " " }
            #expect(known.contains(String(macro)), "\(line)")
        }
        guard try await run("sh", "-c", "command -v groff").succeeded else { return }
        let output = try await run(["groff", "-man", "-Tutf8", "-ww", "-z"], input: text)
        #expect(output.succeeded && output.standardError.isEmpty, "\(output)")
    }
}
