import ArgumentParser
import Foundation
import HotspotCore

/// `hotspot expire`: forgets what has lived its days.
struct ExpireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        abstract: "Forget the networks whose days (lifeTimeInDays) have passed.",
        discussion: """
            Those of every application that uses this library, as far as the caller may remove them. Applications do so \
            themselves while they run; this is for a timer, such as hotspot-expire.timer.

            Exit status: 0 done; 64 the arguments are not understood; 100 + n for an error with Apple's code n.
            """
    )

    @Flag(name: [.short, .long], help: "Print nothing but errors.")
    var quiet = false

    @Flag(help: "Print one JSON object, what was forgotten or the error, on standard output.")
    var json = false

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let report = Report(isJSON: json, isQuiet: quiet)
        do throws(HotspotConfigurationError) {
            let manager = HotspotConfigurationManager(application: "hotspot")
            try report.forgotten(try await manager.expire(everyApplication: true))
        } catch {
            report.failure(error)
            throw ExitCode(error.exitStatus)
        }
    }
}
