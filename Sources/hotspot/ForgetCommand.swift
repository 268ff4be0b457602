import ArgumentParser
import Foundation
import HotspotCore

/// `hotspot forget`: removes the configuration of a network.
struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Forget a network that was joined with this program.",
        discussion: """
            Its profile in NetworkManager and its file in the state directory are removed. NetworkManager leaves the \
            network where it is joined, and so does hotspot agent.

            Exit status: 0 done; 64 the arguments are not understood; 100 + n for an error with Apple's code n: \
            108 internal (also where there is no such configuration), 116 userUnauthorized, 117 systemDenied.
            """
    )

    @Argument(help: ArgumentHelp("The network's name.", valueName: "ssid"))
    var ssid: String

    @Flag(help: "Print one JSON object, what was forgotten or the error, on standard output.")
    var json = false

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        // Who names a network knows which one it was: the silence of success is enough for a person.
        let report = Report(isJSON: json, isQuiet: true)
        do throws(HotspotConfigurationError) {
            let manager = HotspotConfigurationManager(application: "hotspot")
            guard try await manager.removeConfiguration(forSSID: ssid) else {
                throw HotspotConfigurationError.notConfigured(SSID(ssid))
            }
            try report.forgotten([SSID(ssid)])
        } catch {
            report.failure(error)
            throw ExitCode(error.exitStatus)
        }
    }
}
