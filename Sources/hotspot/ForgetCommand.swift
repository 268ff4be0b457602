import ArgumentParser
import Foundation
import HotspotCore

/// `hotspot forget`: removes the configuration of a network.
struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Forget a network that was joined with this program, or all of them.",
        discussion: """
            Its profile in NetworkManager and its file in the state directory are removed. The network is left where it is \
            joined: by NetworkManager, by hotspot agent, and by a "hotspot join" of yours that holds its link.

            With --all what cannot be read any more is removed as well. Root's covers what users may use alone. \
            --every-application is for root, when the last of this library is removed: it forgets what every application of \
            every user has configured.

            Exit status: 0 done; 64 the arguments are not understood; 100 + n for an error with Apple's code n: \
            108 internal (also where there is no such configuration), 116 userUnauthorized, 117 systemDenied.
            """
    )

    @OptionGroup var name: NetworkNameOptions

    @Flag(help: "Print one JSON object, what was forgotten or the error, on standard output.")
    var json = false

    @Flag(help: "Forget every network that was joined with this program.")
    var all = false

    @Flag(help: "With --all, for root: also what applications have configured, every user's.")
    var everyApplication = false

    func validate() throws {
        guard (name.value != nil) != all else { throw ValidationError("Give either the network's name or --all.") }
        guard all || !everyApplication else { throw ValidationError("--every-application goes with --all.") }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        // Who names a network knows which one it was: the silence of success is enough for a person.
        let report = Report(isJSON: json, isQuiet: !all)
        do {
            if let name = name.value {
                try await forget(name)
                try report.forgotten([name])
            } else {
                try report.forgotten(try await forgetAll())
            }
        } catch let error as HotspotConfigurationError {
            report.failure(error)
            throw ExitCode(error.exitStatus)
        }
    }

    private func forgetAll() async throws -> [SSID] {
        guard !everyApplication || geteuid() == 0 else {
            throw HotspotConfigurationError.rootOnly("--every-application")
        }
        var (left, failures) = try await LinkRegister.end(
            LinkRegister.entries().filter { everyApplication || $0.isOwn }
        )
        var names: [SSID] = []
        do throws(HotspotConfigurationError) {
            names = try await HotspotConfigurationManager(application: "hotspot")
                .purge(everyApplication: everyApplication)
        } catch {
            failures.append(error)
        }
        if let failure = HotspotConfigurationError.all(failures) { throw failure }
        // A network that is joined once is left, and nowhere kept.
        left.removeAll { names.contains($0.ssid) }
        return (names + Set(left.map(\.ssid))).sorted { $0.octets.lexicographicallyPrecedes($1.octets) }
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
