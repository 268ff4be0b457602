import ArgumentParser

@main
struct Hotspot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hotspot",
        subcommands: [QRCommand.self]
    )
}
