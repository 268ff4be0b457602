import ArgumentParser
import Foundation
import HotspotCore
import QRImage

/// `hotspot share`: the code of a network that this machine knows.
struct ShareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: "Show the QR code of a network that this machine knows.",
        discussion: """
            On the terminal:      hotspot share   (the network that the machine is on)
            As a picture:         hotspot share Cafe --png cafe.png
            To be printed:        hotspot share Cafe --svg cafe.svg --sheet
            As text:              hotspot share --text

            The secret is read from NetworkManager with your rights, or from what you keep without it, and is in the code: \
            whoever sees it can join. Nothing is changed. Enterprise networks (802.1X) have nothing that could be shared.

            Exit status: 0 done; 64 the arguments are not understood; 100 + n for an error with Apple's code n: \
            108 internal (the cause says what: no such network, no secret, not supported), 116 userUnauthorized, \
            117 systemDenied.
            """
    )

    /// The one that the machine is on where there is none.
    @OptionGroup var name: NetworkNameOptions

    @Option(help: ArgumentHelp("The interface whose network is shared, such as wlan0.", valueName: "name"))
    var interface: String?

    @Flag(help: "Print the text of the code.")
    var text = false

    @OptionGroup var drawing: DrawingOptions

    func validate() throws {
        guard !text || !drawing.isChosen else {
            throw ValidationError("Give one of --text, --png, --svg and --terminal.")
        }
        guard name.value == nil || interface == nil else {
            throw ValidationError("--interface is for the network that the machine is on: leave out the name.")
        }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        guard text || drawing.isChosen || isatty(STDOUT_FILENO) == 1 else {
            throw ValidationError(
                "Standard output is no terminal: choose --text, --png -, --svg - or --terminal."
            )
        }
        do {
            let manager = HotspotConfigurationManager(application: "hotspot")
            let configuration = try await manager.storedConfiguration(for: name.value, interface: interface)
            let (payload, warnings) = try configuration.qrPayloadWithWarnings()
            for warning in warnings { StandardError.print("warning: \(warning)") }
            if text {
                return try StandardOutput.write(payload + [0x0A], "the code")
            }
            try drawing.draw(payload, Self.words(configuration))
            if !drawing.isChosen { try StandardOutput.print("\(configuration.ssid)  (\(configuration.kind))") }
        } catch let error as HotspotConfigurationError {
            Report(isJSON: false, isQuiet: false).failure(error)
            throw ExitCode(error.exitStatus)
        } catch let error as PictureError {
            let failure = HotspotConfigurationError(picture: error)
            Report(isJSON: false, isQuiet: false).failure(failure)
            throw ExitCode(failure.exitStatus)
        }
    }

    /// What a sheet says: the name, and how it is joined by hand; never the secret.
    static func words(_ configuration: HotspotConfiguration) -> DrawingOptions.Words {
        DrawingOptions.Words(
            title: configuration.ssid.description,
            lines: [configuration.kind] + (configuration.hidden ? ["hidden network"] : [])
        )
    }
}
