import ArgumentParser
import Foundation
import HotspotCore
import Logging

/// `hotspot leave`: the end of what `hotspot join` joined.
struct LeaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leave",
        abstract: "Leave networks that hotspot has joined.",
        discussion: """
            All of them:          hotspot leave
            One:                  hotspot leave Cafe

            A link that a "hotspot join" without a daemon holds, in the background or in another terminal, is ended with \
            its process, and the interface is as it was before when this returns. A connection of NetworkManager is ended \
            where hotspot made its profile, which stays: NetworkManager may connect it again by itself later. "hotspot \
            agent" leaves the network too, and goes on to the next best; it joins this one again when it is joined by hand, \
            its configuration changes, or the agent is told to read all anew (SIGHUP). To be off, stop the agent. What \
            others joined is left alone.

            Exit status: 0 left; 64 the arguments are not understood; 100 + n for an error with Apple's code n: \
            108 internal (the cause says what: nothing was joined, it did not end in time), 116 userUnauthorized, \
            117 systemDenied (another user's).
            """
    )

    @OptionGroup var name: NetworkNameOptions

    @Option(help: ArgumentHelp("The interface that is to leave, such as wlan0.", valueName: "name"))
    var interface: String?

    @Flag(help: "Print one JSON object, what was left or the error, on standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Print nothing but errors.")
    var quiet = false

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let report = Report(isJSON: json, isQuiet: quiet)
        do {
            let (left, failure) = try await leave()
            try report.left(left, failure)
            if let failure { throw ExitCode(failure.exitStatus) }
        } catch let error as HotspotConfigurationError {
            report.failure(error)
            throw ExitCode(error.exitStatus)
        }
    }

    /// Leaves all that can be left.
    ///
    /// - Returns: What was left, and why the rest was not.
    private func leave() async throws -> ([LeftNetwork], HotspotConfigurationError?) {
        let wanted = name.value
        let all = LinkRegister.entries()
        let chosen = all.filter { entry in
            (wanted == nil || entry.network.ssid == wanted)
                && (interface == nil || entry.network.interface == interface)
        }
        // First of all: the agent takes the radio when the last holder has left it.
        let leftByAgent = await HotspotAgent.leave(wanted, interface: interface, held: chosen.map(\.network.ssid))
        var (left, failures) = try await LinkRegister.end(chosen)
        left += leftByAgent
        let manager = HotspotConfigurationManager(
            application: JoinCommand.application,
            logger: Logger(label: "hotspot") { _ in SwiftLogNoOpLogHandler() }
        )
        let daemons = await manager.disconnectAll(from: wanted, interface: interface)
        left += daemons.left
        failures += daemons.failures
        guard !left.isEmpty || !failures.isEmpty else {
            throw HotspotConfigurationError.notJoined(
                wanted,
                interface: interface,
                details: "hotspot holds \(all.count) links, and NetworkManager has no such connection of hotspot's"
            )
        }
        return (left, HotspotConfigurationError.all(failures))
    }
}
