import ArgumentParser
import CLinuxShims
import QRImage

@main
enum Program {
    static func main() async {
        // Pictures are decoded by this very program, started once more: before anything else is done.
        PictureWorker.runIfAsked()
        // Before nobody but root may write there any more.
        if HoldCommand.isAskedFor { Detachment.takeName() }
        // What is in no secret's own memory, such as an argument, is in no core file either.
        _ = shim_set_not_dumpable()
        await Hotspot.main()
    }
}

struct Hotspot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hotspot",
        abstract: "Join Wi-Fi networks from QR codes or by name: joined, fast, or the truth.",
        discussion: """
            Exit status: 0 done; 64 the arguments are not understood; 100 + n for an error with Apple's code n \
            (hotspot errors explains them); 130 interrupted.
            """,
        version: "0.1.0",
        subcommands: [
            JoinCommand.self, LeaveCommand.self, ListCommand.self, ForgetCommand.self, ExpireCommand.self,
            AgentCommand.self,
            ShareCommand.self, QRCommand.self, ErrorsCommand.self, HoldCommand.self,
            ManualCommand.self,
        ]
    )
}
