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

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        do throws(HotspotConfigurationError) {
            let manager = HotspotConfigurationManager(application: "hotspot")
            for name in try await manager.expire(everyApplication: true) where !quiet { print("forgot \"\(name)\"") }
        } catch {
            Report(isJSON: false, isQuiet: false).failure(error)
            throw ExitCode(error.exitStatus)
        }
    }
}
