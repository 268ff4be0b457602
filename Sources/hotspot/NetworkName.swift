import ArgumentParser
import Foundation
import HotspotCore

/// A network's name on the command line: a text, or octets in hexadecimal digits.
enum NetworkName {
    /// Checks that a name is given in one way at most, and as it is meant.
    ///
    /// - Throws: `ValidationError`.
    static func validate(_ text: String?, hex: String?) throws {
        guard text == nil || hex == nil else {
            throw ValidationError("Give the name either as a text or by --ssid-hex.")
        }
        if let hex, octets(hex) == nil { throw ValidationError("--ssid-hex must be pairs of hexadecimal digits.") }
        // Swift repairs what is no UTF-8: the name would be another one.
        if let text, text.unicodeScalars.contains("\u{FFFD}"), !areArgumentsText {
            throw ValidationError("The name is no UTF-8: give its octets, --ssid-hex; hotspot list --json shows them.")
        }
    }

    /// The name; nil where none was given.
    static func ssid(_ text: String?, hex: String?) -> SSID? {
        hex.flatMap { octets($0) }.map { SSID(octets: $0) } ?? text.map { SSID($0) }
    }

    /// The octets of pairs of hexadecimal digits; nil where they are none.
    static func octets(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        let values = digits.compactMap { $0 }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }

    private static var areArgumentsText: Bool {
        (0..<Int(CommandLine.argc)).allSatisfy { position in
            CommandLine.unsafeArgv[position].map { String(validatingCString: $0) != nil } ?? true
        }
    }
}

/// The name of a network that a command may be given.
struct NetworkNameOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The network's name.", valueName: "ssid"))
    var ssid: String?

    @Option(
        help: ArgumentHelp(
            "The name's octets in hexadecimal digits, for one that is no UTF-8; list --json shows them.",
            valueName: "digits"
        )
    )
    var ssidHex: String?

    func validate() throws { try NetworkName.validate(ssid, hex: ssidHex) }

    /// The name; nil where none was given.
    var value: SSID? { NetworkName.ssid(ssid, hex: ssidHex) }
}
