internal import ArgumentParser
internal import Foundation
internal import HotspotCore
internal import QRImage
internal import QRWifi

/// `hotspot qr`: explains and writes the payloads of Wi-Fi QR codes, without joining.
struct QRCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "qr",
        abstract: "Explain or write the payload of a Wi-Fi QR code, without joining.",
        subcommands: [QRParseCommand.self, QRWriteCommand.self]
    )
}

/// `hotspot qr parse`.
struct QRParseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Explain a payload: its fields, what is unusual, what would be joined or refused.",
        discussion: """
            The exit status is 0 where the payload describes a network that can be joined, otherwise that of the error: \
            100 invalid, 101 invalidSSID, 102 invalidWPAPassphrase, 103 invalidWEPPassphrase, 104 invalidEAPSettings, \
            108 not supported (DPP).
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The payload, a picture of the code (PNG, JPEG, WebP, GIF), or '-' for either on standard input. Other users "
                + "can see arguments: prefer '-' to a payload.",
            valueName: "payload|picture"
        )
    )
    var payload = "-"

    @Option(help: ArgumentHelp("Which of several codes in a picture, counted from 1.", valueName: "number"))
    var pick: Int?

    @Flag(help: "Print one JSON object. It holds the passphrase.")
    var json = false

    @Flag(help: "Show the passphrase in the text.")
    var showSecrets = false

    @Option(help: "How escapes are read: automatic, zxing (backslashes only) or wpa3 (percent pairs only).")
    var reading: PayloadReading = .automatic

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let report: PayloadReport
        do throws(HotspotConfigurationError) {
            let octets = try await CodeChooser(pick: pick).payload(try CodeInput(argument: payload))
            report = PayloadReport(octets, reading: reading)
            let text = json ? report.json() : report.text(showsSecrets: showSecrets)
            try StandardOutput.write(Array(text.utf8))
        } catch {
            Report(isJSON: json, isQuiet: false).failure(error)
            throw ExitCode(error.exitStatus)
        }
        if let error = report.error { throw ExitCode(error.exitStatus) }
    }
}

/// `hotspot qr write`.
struct QRWriteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write",
        abstract: "Print or draw a network's QR code, known to this machine or not.",
        discussion: """
            The passphrase comes from a terminal, a file or standard input, never from an argument, which other users can \
            see. The payload holds the passphrase; it goes to standard output, warnings go to standard error. --terminal, \
            --png and --svg draw the code instead.
            """
    )

    @Option(parsing: .unconditional, help: "The SSID.")
    var ssid: String?

    @Option(help: "The SSID in hexadecimal digits, for one that is not UTF-8.")
    var ssidHex: String?

    @Option(
        help: "open, owe, wep, wpa, sae or eap. Without it: eap with --eap-method, open with --no-passphrase, or wpa."
    )
    var security: WiFiPayload.Security?

    @Flag(help: "The network is open.")
    var noPassphrase = false

    @Option(help: "The file whose first line is the passphrase, or '-' for standard input.")
    var passphraseFile: String?

    @Flag(help: "The network doesn't send its SSID.")
    var hidden = false

    @Option(help: "The Transition Disable bitmap, in hexadecimal digits.")
    var transitionDisable: String?

    @Option(help: "The SAE password identifier.")
    var passwordIdentifier: String?

    @Option(help: "The SAE-PK public key, in base64.")
    var publicKey: String?

    @Option(help: "The EAP method: ttls, peap, pwd, fast, leap, sim, aka, aka'.")
    var eapMethod: EAPMethod?

    @Option(
        name: .customLong("phase2"),
        help: "The method inside the tunnel: mschapv2, mschap, pap, chap, gtc, md5, tls."
    )
    var phase2: EAPPhase2?

    @Option(help: "The EAP identity.")
    var identity: String?

    @Option(help: "The EAP identity sent in the clear.")
    var anonymousIdentity: String?

    @Option(help: "How SAE is written: type (T:SAE) or transitionDisable (T:WPA;R:1).")
    var saeForm: WrittenPayload.SAEForm = .type

    @Flag(help: "Write values that are not UTF-8 as percent pairs, which phones don't read.")
    var allowPercentForm = false

    @OptionGroup var drawing: DrawingOptions

    func validate() throws {
        if (ssid == nil) == (ssidHex == nil) { throw ValidationError("Give either --ssid or --ssid-hex.") }
        try NetworkName.validate(ssid, hex: ssidHex)
        if let transitionDisable, UInt8(transitionDisable, radix: 16) == nil {
            throw ValidationError("--transition-disable must be one or two hexadecimal digits.")
        }
        if noPassphrase, let security, security != .open, security != .owe {
            throw ValidationError("--no-passphrase contradicts --security \(security.rawValue).")
        }
    }

    private var chosenSecurity: WiFiPayload.Security {
        security ?? (noPassphrase ? .open : eapMethod != nil ? .eap : .wpa)
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        do {
            let secret = try passphrase()
            let written = try WrittenPayload(
                configuration(secret),
                saeForm: saeForm,
                allowsPercentForm: allowPercentForm
            )
            for warning in written.warnings { StandardError.print("warning: \(warning.message)") }
            guard drawing.isChosen else {
                return try StandardOutput.write(written.octets + [0x0A], "the code")
            }
            try drawing.draw(written.octets, words)
        } catch let error as HotspotConfigurationError {
            Report(isJSON: false, isQuiet: false).failure(error)
            throw ExitCode(error.exitStatus)
        } catch let error as PayloadError {
            StandardError.print("error: \(error.message)")
            throw ExitCode(error.exitStatus)
        } catch let error as PictureError {
            StandardError.print("error: \(PrintableText.escape(error.message))")
            throw ExitCode(100)
        }
    }

    private var words: DrawingOptions.Words {
        DrawingOptions.Words(
            title: PrintableText.escape(ssidHex.flatMap(NetworkName.octets) ?? Array((ssid ?? "").utf8)),
            lines: hidden ? ["hidden network"] : []
        )
    }

    private func configuration(_ passphrase: [UInt8]?) -> PayloadConfiguration {
        PayloadConfiguration(
            ssid: ssidHex.flatMap(NetworkName.octets) ?? Array((ssid ?? "").utf8),
            security: chosenSecurity,
            passphrase: passphrase,
            isRawPSK: chosenSecurity == .wpa && passphrase?.count == 64,
            hidden: hidden,
            transitionDisable: transitionDisable.flatMap { UInt8($0, radix: 16) },
            passwordIdentifier: passwordIdentifier.map { Array($0.utf8) },
            publicKey: publicKey.map { Array($0.utf8) },
            identity: identity.map { Array($0.utf8) },
            anonymousIdentity: anonymousIdentity.map { Array($0.utf8) },
            eapMethod: eapMethod,
            phase2: phase2
        )
    }

    private func passphrase() throws(HotspotConfigurationError) -> [UInt8]? {
        guard chosenSecurity != .open, chosenSecurity != .owe, !(eapMethod?.usesSIM ?? false) else { return nil }
        switch passphraseFile {
        case nil where isatty(STDIN_FILENO) == 1: return StandardInput.secret(prompt: "Passphrase: ")
        case nil, "-": return StandardInput.firstLine()
        case let path?:
            do throws(SystemCallFailure) {
                return try StandardInput.firstLine(ofFile: path)
            } catch {
                throw .unreadable("the passphrase", error)
            }
        }
    }
}

extension PayloadError {
    /// 100 and the raw value of Apple's error code; what is not supported is `internal`, 8.
    var exitStatus: Int32 {
        switch code {
        case .invalid: 100
        case .invalidSSID: 101
        case .invalidWPAPassphrase: 102
        case .invalidWEPPassphrase: 103
        case .invalidEAPSettings: 104
        case .notSupported: 108
        }
    }
}

extension PayloadReading: ExpressibleByArgument {}
extension WiFiPayload.Security: ExpressibleByArgument {}
extension EAPMethod: ExpressibleByArgument {}
extension EAPPhase2: ExpressibleByArgument {}
extension WrittenPayload.SAEForm: ExpressibleByArgument {}
