import ArgumentParser
import Dispatch
import Foundation
import HotspotCore
import Logging

/// `hotspot agent`: keeps the machine on the best known network, without NetworkManager.
struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Keep the machine on the best known network, where no NetworkManager runs.",
        discussion: """
            It joins the networks that hotspot join --backend nl80211 and applications have left in the state directory: \
            those of the highest priority first, then the one that was joined last, then the strongest. It stays in the \
            foreground, reads the directory again when that changes and on SIGHUP, and leaves the network on SIGTERM and \
            Ctrl-C.

            Where hotspot join or an application of root's joins without a daemon, the agent leaves the radio to that process, \
            and comes back within seconds when its link ends. What hotspot leave has it leave it does not join again by \
            itself. hotspot-agent.service runs it under systemd.

            Exit status: 0 it was asked to end; 64 the arguments are not understood; 100 + n for an error with Apple's \
            code n: 108 internal (the cause says what), 117 systemDenied (another program has the radio, or this process \
            may not steer it).
            """
    )

    @Option(help: ArgumentHelp("The interface, such as wlan0; the first fit one by default.", valueName: "name"))
    var interface: String?

    @Flag(help: "Join only, and do not see to an address.")
    var noAddress = false

    @Flag(name: [.short, .long], help: "Say more; twice for every event.")
    var verbose: Int

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = verbose == 0 ? .notice : verbose == 1 ? .debug : .trace
            return handler
        }
        let agent = HotspotAgent(
            interface: interface,
            waitsForAddress: !noAddress,
            logger: Logger(label: "hotspot")
        )
        let interrupts = Interrupts([SIGINT, SIGTERM])
        // The default action would end the process.
        signal(SIGHUP, SIG_IGN)
        let reload = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        reload.setEventHandler { agent.reload() }
        reload.resume()
        defer { reload.cancel() }
        let task = Task { () async -> HotspotConfigurationError? in
            do throws(HotspotConfigurationError) {
                try await agent.run()
                return nil
            } catch {
                return error
            }
        }
        interrupts.onFirst { task.cancel() }
        if let error = await task.value {
            Report(isJSON: false, isQuiet: false).failure(error)
            throw ExitCode(error.exitStatus)
        }
    }
}
