import ArgumentParser
import Foundation
import HotspotCore

/// `hotspot forget`: removes the configuration of a network.
struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Forget a network that was joined with this program.",
        discussion: """
            Its profile in NetworkManager and its file in the state directory are removed. The network is left where it is \
            joined: by NetworkManager, by hotspot agent, and by a "hotspot join" of yours that holds its link.

            Exit status: 0 done; 64 the arguments are not understood; 100 + n for an error with Apple's code n: \
            108 internal (also where there is no such configuration), 116 userUnauthorized, 117 systemDenied.
            """
    )

    @OptionGroup var name: NetworkNameOptions

    @Flag(help: "Print one JSON object, what was forgotten or the error, on standard output.")
    var json = false

    func validate() throws {
        if name.value == nil { throw ValidationError("Give the network's name.") }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        // Who names a network knows which one it was: the silence of success is enough for a person.
        let report = Report(isJSON: json, isQuiet: true)
        do {
            guard let name = name.value else { return }
            try await forget(name)
            try report.forgotten([name])
        } catch let error as HotspotConfigurationError {
            report.failure(error)
            throw ExitCode(error.exitStatus)
        }
    }

    private func forget(_ name: SSID) async throws {
        // First, and by its holder: else that goes on joining it.
        let (left, refused) = try await LinkRegister.end(
            LinkRegister.entries().filter { $0.isOwn && $0.answers(to: name) }
        )
        var failures = refused
        var wasConfigured = false
        do throws(HotspotConfigurationError) {
            wasConfigured = try await HotspotConfigurationManager(application: "hotspot")
                .removeConfiguration(forSSID: name)
        } catch {
            failures.append(error)
        }
        if let failure = HotspotConfigurationError.all(failures) { throw failure }
        guard wasConfigured || !left.isEmpty else { throw HotspotConfigurationError.notConfigured(name) }
    }
}
