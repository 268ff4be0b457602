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

    @Flag(name: [.short, .long], help: "Also say whose each is, its priority and when it is forgotten.")
    var verbose = false

    @Flag(help: "Also what other applications have configured, as far as you may see it.")
    var everyApplication = false

    private struct Entry: Encodable {
        let ssid: String?
        let ssidHex: String
        let prefix: String?
        let owner: String
        let users: [String]?
        let autoJoin: Bool
        let priority: Int
        let expires: String?
        let keptBy: String

        init(_ network: ConfiguredNetwork) {
            ssid = network.ssid.text
            ssidHex = network.ssid.hexadecimal
            prefix = network.prefix.isEmpty ? nil : network.prefix
            owner = network.owner
            users = network.users.isEmpty ? nil : network.users
            autoJoin = network.autoJoin
            priority = network.priority
            expires = network.expiry.map(ListCommand.text)
            keptBy = network.keeper
        }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let manager = HotspotConfigurationManager(application: "hotspot")
        do {
            let networks = try await manager.configuredNetworks(everyApplication: everyApplication)
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                let data = try encoder.encode(networks.map { Entry($0) })
                try StandardOutput.print(Report.guarded(String(decoding: data, as: UTF8.self)))
            } else {
                // The same network of two keepers is one name.
                var lines = networks.map { verbose ? Self.lines(of: $0) : $0.ssid.description }
                if !verbose { lines = lines.reduce(into: []) { if $0.last != $1 { $0.append($1) } } }
                if !lines.isEmpty { try StandardOutput.print(lines.joined(separator: "\n")) }
            }
        } catch let error as HotspotConfigurationError {
            Report(isJSON: json, isQuiet: false).failure(error)
            throw ExitCode(error.exitStatus)
        }
        for problem in await manager.storeProblems() { StandardError.print("warning: \(problem.summary)") }
    }

    private static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    private static func lines(of network: ConfiguredNetwork) -> String {
        var lines = [network.ssid.description]
        func add(_ name: String, _ value: String) {
            lines.append("  " + name.padding(toLength: 10, withPad: " ", startingAt: 0) + value)
        }
        add("owner", PrintableText.escape(network.owner))
        let users = network.users.map { PrintableText.escape($0) }.joined(separator: ", ")
        if !users.isEmpty { add("users", users) }
        if !network.prefix.isEmpty { add("prefix", PrintableText.escape(network.prefix)) }
        add("priority", network.autoJoin ? "\(network.priority)" : "none: it is not joined by itself")
        add("expires", network.expiry.map(text) ?? "never")
        add("kept by", PrintableText.escape(network.keeper))
        return lines.joined(separator: "\n")
    }
}
