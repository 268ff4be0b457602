import ArgumentParser
import Foundation
import HotspotCore

/// `hotspot list`: the networks that the command line has configured.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the networks that were joined with this program and are kept.",
        discussion: """
            Those are its profiles in NetworkManager, and its files in the state directory. Networks that somebody else \
            configured are not among them.

            Exit status: 0 done; 64 the arguments are not understood; 100 + n for an error with Apple's code n.
            """
    )

    @Flag(help: "Print a JSON array, with the names' octets in hexadecimal digits.")
    var json = false

    private struct Entry: Encodable {
        let ssid: String?
        let ssidHex: String
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let manager = HotspotConfigurationManager(application: "hotspot")
        do {
            let names = try await manager.configuredSSIDs()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                let entries = names.map { Entry(ssid: $0.text, ssidHex: $0.hexadecimal) }
                try StandardOutput.print(Report.guarded(String(decoding: try encoder.encode(entries), as: UTF8.self)))
            } else if !names.isEmpty {
                try StandardOutput.print(names.map(\.description).joined(separator: "\n"))
            }
        } catch let error as HotspotConfigurationError {
            Report(isJSON: json, isQuiet: false).failure(error)
            throw ExitCode(error.exitStatus)
        }
        for problem in await manager.storeProblems() { StandardError.print("warning: \(problem.summary)") }
    }
}
