import ArgumentParser
import Foundation
import HotspotCore
import Logging
import QRImage

struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Join a network, and return when it is joined and has its address.",
        discussion: """
            From a QR code's picture: hotspot join --qr poster.jpg
            From its text:            hotspot join --qr 'WIFI:T:WPA;S:Cafe;P:correct horse;;'
            From a camera:            hotspot join --camera
            By name (asks for it):    hotspot join --ssid Cafe
            By its beginning:         hotspot join --prefix CAM-
            For a week, before all:   hotspot join --ssid Cafe --days 7 --priority 10
            In a script:              hotspot join --ssid Cafe --passphrase-file /run/secrets/cafe --json
            An enterprise network:    hotspot join --ssid Campus --identity alice --ca-file ca.pem
            Without any daemon:       hotspot join --ssid Cafe --backend nl80211   (stays until Ctrl-C)
            The same in background:   hotspot join --ssid Cafe --backend nl80211 --detach   (until hotspot leave)

            Exit status: 0 joined; 64 usage; 100 + n for an error with Apple's code n: 100 invalid, 101 invalidSSID, \
            102 invalidWPAPassphrase (also a passphrase that the network did not accept), 103 invalidWEPPassphrase, \
            104 invalidEAPSettings (also a name, a password or a server that was not accepted), 107 userDenied, \
            108 internal (the cause says what: not found, refused, no address…), 109 pending, \
            110 systemConfiguration, 111 unknown, 113 alreadyAssociated, 114 applicationIsNotInForeground, \
            116 userUnauthorized, 117 systemDenied; 129, 130 and 143 ended by SIGHUP, SIGINT (Ctrl-C) and SIGTERM \
            before the network was joined, with everything undone. A link that is held ends by them with 0.
            """
    )

    @Option(
        help: ArgumentHelp(
            "A picture of a Wi-Fi QR code (PNG, JPEG, WebP, GIF), or its text; '-' reads either from standard input, where "
                + "other users cannot see it.",
            valueName: "picture|text"
        )
    )
    var qr: String?

    @Flag(help: "Watch a camera until somebody holds a Wi-Fi QR code before it.")
    var camera = false

    @Argument(help: ArgumentHelp("The camera, such as /dev/video0; the first one by default.", valueName: "device"))
    var device: String?

    @Option(help: ArgumentHelp("How long the camera is watched, in seconds.", valueName: "seconds"))
    var cameraTimeout = 60.0

    @Option(help: ArgumentHelp("Which of several codes in a picture, counted from 1.", valueName: "number"))
    var pick: Int?

    @Flag(name: [.short, .long], help: "Join the network of a code without asking; nobody is asked but on a terminal.")
    var yes = false

    @Option(parsing: .unconditional, help: ArgumentHelp("The network's name.", valueName: "name"))
    var ssid: String?

    @Option(
        help: ArgumentHelp("The name's octets in hexadecimal digits, for one that is no UTF-8.", valueName: "digits")
    )
    var ssidHex: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "What the network's name begins with, in the place of the name: the strongest network that fits is joined.",
            valueName: "beginning"
        )
    )
    var prefix: String?

    @Option(
        help: ArgumentHelp(
            "A file whose first line is the passphrase; '-' is standard input.",
            valueName: "file"
        )
    )
    var passphraseFile: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The passphrase. Every user of the machine can see it while the program runs: prefer the file or the prompt.",
            valueName: "passphrase"
        )
    )
    var passphrase: String?

    @Option(
        help: ArgumentHelp(
            "auto, open, owe, wep, wpa, sae or eap; auto takes the best that the network offers for what was given.",
            valueName: "kind"
        )
    )
    var security: SecurityArgument?

    @OptionGroup(title: "Enterprise networks")
    var eap: EAPOptions

    @OptionGroup(title: "What is kept, and how it is joined")
    var settings: ConfigurationOptions

    @Flag(help: "The network does not send its name: ask for it by name.")
    var hidden = false

    @Option(help: ArgumentHelp("The network interface that is to join, such as wlan0.", valueName: "name"))
    var interface: String?

    @Option(
        help: ArgumentHelp(
            "auto, networkmanager or nl80211. nl80211 needs no daemon, but CAP_NET_ADMIN, and stays until Ctrl-C: the link "
                + "lasts as long as the program. auto takes it where neither NetworkManager nor a supplicant runs.",
            valueName: "name"
        )
    )
    var backend = BackendArgument.auto

    @Flag(
        help: ArgumentHelp(
            "With nl80211: return when the network is joined, and hold the link in the background until \"hotspot leave\". "
                + "Through NetworkManager networks stay joined by themselves."
        )
    )
    var detach = false
    @Flag(help: "Join for as long as this program runs, and keep nothing: it stays until Ctrl-C.")
    var once = false

    @Flag(help: "With nl80211: join only, and do not see to an address.")
    var noAddress = false

    @Option(help: ArgumentHelp("How long joining may take, in seconds.", valueName: "seconds"))
    var timeout = 60.0

    @Flag(help: "Join also where this login session is not in front on its seat.")
    var background = false

    @Flag(
        help: ArgumentHelp(
            "Print one JSON object, the result or the error, on standard output. Where the program stays to hold the link, "
                + "each thing that happens then is an object on a line of its own."
        )
    )
    var json = false

    @Flag(name: [.short, .long], help: "Print nothing but errors.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Say on standard error what is done and why; twice for every event.")
    var verbose: Int

    func validate() throws {
        try NetworkName.validate(ssid, hex: ssidHex)
        guard [qr != nil, name != nil, prefix != nil, camera].count(where: { $0 }) == 1 else {
            throw ValidationError("Give one of --qr, --camera, --ssid and --prefix.")
        }
        if let security, security.value != .enterprise, security.value != .automatic, eap.isGiven {
            throw ValidationError("The options for enterprise networks contradict --security \(security.rawValue).")
        }
        if eap.noServerVerification, eap.systemCA || !eap.caFile.isEmpty || !eap.serverName.isEmpty {
            throw ValidationError("--no-server-verification contradicts --ca-file, --system-ca and --server-name.")
        }
        if eap.systemCA, eap.serverName.isEmpty {
            throw ValidationError("--system-ca goes with --server-name: the machine's authorities vouch for anybody.")
        }
        if eap.privateKeyPasswordFile == "-", passphraseFile == "-" || qr == "-" {
            throw ValidationError("Standard input can be only one of the code, the passphrase and the key's password.")
        }
        guard camera || device == nil else { throw ValidationError("A camera's name goes with --camera.") }
        guard pick == nil || qr != nil else { throw ValidationError("--pick goes with --qr.") }
        guard pick ?? 1 > 0 else { throw ValidationError("--pick counts from 1.") }
        guard cameraTimeout.isFinite, cameraTimeout > 0, cameraTimeout <= 86_400 else {
            throw ValidationError("--camera-timeout must be more than 0 and at most 86400 seconds.")
        }
        if isFromCode, passphrase != nil || passphraseFile != nil {
            throw ValidationError("The code holds the passphrase: --passphrase and --passphrase-file go with --ssid.")
        }
        if once, settings.days != nil { throw ValidationError("--once keeps nothing, so --days contradicts it.") }
        guard passphrase == nil || passphraseFile == nil else {
            throw ValidationError("Give either --passphrase or --passphrase-file.")
        }
        guard timeout.isFinite, timeout > 0, timeout <= 3600 else {
            throw ValidationError("--timeout must be more than 0 and at most 3600 seconds.")
        }
    }

    /// The name that was given; nil where a code has it.
    private var name: SSID? { NetworkName.ssid(ssid, hex: ssidHex) }

    private var isFromCode: Bool { name == nil && prefix == nil }

    /// The name under which the program's configurations are tagged.
    static let application = "hotspot"

    static func startLogging(verbose: Int) {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = verbose == 0 ? .error : verbose == 1 ? .debug : .trace
            return handler
        }
    }

    func run() async throws {
        // A reader that went away must not end the program before it has undone what it began.
        signal(SIGPIPE, SIG_IGN)
        Self.startLogging(verbose: verbose)
        let report = Report(isJSON: json, isQuiet: quiet)
        let interrupts = camera ? Interrupts() : nil
        do {
            let configuration = try await configuration(interrupts)
            // What NetworkManager alone can join stays joined by itself.
            if detach, configuration.security != .enterprise {
                return try await runDetached(configuration, interrupts ?? Interrupts())
            }
            try await JoinRun(
                configuration: configuration,
                options: HotspotConfigurationManager.ApplyOptions(
                    timeout: .milliseconds(Int64(timeout * 1000)),
                    allowsInactiveSession: background,
                    backend: backend.value,
                    waitsForAddress: !noAddress
                ),
                report: report,
                showsProgress: !json && !quiet && verbose == 0,
                interrupts: interrupts ?? Interrupts()
            ).run()
        } catch let error as HotspotConfigurationError {
            report.failure(error)
            throw ExitCode(interrupts?.exitStatus ?? error.exitStatus)
        }
    }

    /// Has another process join and hold the link, and returns when it has joined.
    private func runDetached(_ configuration: HotspotConfiguration, _ interrupts: Interrupts) async throws {
        var plain = configuration
        plain.passphrase = nil
        let request = DetachedJoin.Request(
            configuration: plain,
            milliseconds: Int64(timeout * 1000),
            background: background,
            backend: backend.value.rawValue,
            waitsForAddress: !noAddress,
            json: json,
            quiet: quiet,
            verbose: verbose
        )
        let join: DetachedJoin
        do throws(SystemCallFailure) {
            join = try DetachedJoin(request, secret: configuration.passphrase)
        } catch {
            throw HotspotConfigurationError.notDetached(configuration.ssid, error)
        }
        let status = await join.wait(interrupts)
        if status != 0 { throw ExitCode(status) }
    }

    /// The network that the arguments describe, once the person at the terminal has agreed to it.
    private func configuration(_ interrupts: Interrupts?) async throws -> HotspotConfiguration {
        var configuration: HotspotConfiguration
        if let prefix {
            configuration = HotspotConfiguration(ssidPrefix: prefix)
            configuration.passphrase = try secret(of: SSID(prefix + "…"))
        } else if let name {
            configuration = HotspotConfiguration(ssid: name, passphrase: try secret(of: name))
        } else if camera {
            configuration = try HotspotConfiguration(qrPayload: try await watch(interrupts))
        } else {
            let input = try CodeInput(argument: qr ?? "")
            configuration = try HotspotConfiguration(qrPayload: try await CodeChooser(pick: pick).payload(input))
        }
        if let security, security != .auto || configuration.eapSettings == nil {
            configuration.security = security.value
        }
        if eap.isGiven || configuration.security == .enterprise {
            if qr != nil || camera, configuration.eapSettings == nil {
                throw HotspotConfigurationError.contradiction(
                    "the code is not an enterprise network's, and options for such a one were given",
                    remedy: "leave them out, or name the network: --ssid"
                )
            }
            var settings = configuration.eapSettings ?? HotspotEAPSettings()
            try eap.apply(to: &settings)
            if configuration.eapSettings == nil { settings.password = configuration.passphrase }
            configuration.passphrase = nil
            configuration.security = .enterprise
            configuration.eapSettings = settings
        }
        if hidden { configuration.hidden = true }
        settings.apply(to: &configuration)
        configuration.joinOnce = once
        configuration.interface = interface
        if isFromCode, !yes, Terminal.canAsk {
            // Refused before anybody is asked about it.
            try configuration.validate()
            // The question is read by this thread: a signal cannot reach it.
            interrupts?.onFirst { Foundation.exit(130) }
            guard Terminal.confirms(configuration) else {
                throw HotspotConfigurationError.declined(configuration.ssid)
            }
        }
        return configuration
    }

    /// Watches the camera until it sees a code.
    private func watch(_ interrupts: Interrupts?) async throws -> [UInt8] {
        let line = ProgressLine(isEnabled: !json && !quiet && verbose == 0)
        let reader = CameraReader(device: device)
        let limit = Duration.milliseconds(Int64(cameraTimeout * 1000))
        let task = Task {
            try await reader.read(within: limit) {
                line.show("hold the code before the camera \(PrintableText.escape($0.path))")
            }
        }
        interrupts?.onFirst { task.cancel() }
        let result = await task.result
        line.clear()
        do {
            return try result.get().octets
        } catch let error as PictureError {
            throw HotspotConfigurationError(picture: error)
        }
    }

    /// The passphrase from where it was said to be; nil where none was asked for.
    ///
    /// A source that turns out empty gives an empty passphrase, which is refused: nobody who names a file for it means an
    /// open network.
    private func secret(of name: SSID) throws -> Passphrase? {
        if let passphrase { return Passphrase(passphrase) }
        if let passphraseFile { return try SecretFile.passphrase(passphraseFile, "the passphrase") }
        let isEnterprise = eap.isGiven || security?.value == .enterprise
        if isEnterprise, !eap.usesPassword { return nil }
        guard security?.value != .open, security?.value != .enhancedOpen, isatty(STDIN_FILENO) == 1 else { return nil }
        let prompt =
            isEnterprise
            ? "Password of \(PrintableText.escape(eap.identity ?? "the user")) for \"\(name)\": "
            : "Passphrase for \"\(name)\" (empty if it is open): "
        guard let octets = StandardInput.secret(prompt: prompt) else {
            throw HotspotConfigurationError.noPassphrase(name)
        }
        return octets.isEmpty ? nil : Passphrase(octets: octets)
    }
}

/// `--backend`: who joins, by the words of the command line.
enum BackendArgument: String, ExpressibleByArgument, CaseIterable {
    case auto, networkmanager, nl80211

    var value: HotspotConfigurationManager.Backend {
        switch self {
        case .auto: .automatic
        case .networkmanager: .networkManager
        case .nl80211: .nl80211
        }
    }
}

/// `--security`: the kinds by the words of the command line.
enum SecurityArgument: String, ExpressibleByArgument, CaseIterable {
    case auto, open, owe, wep, wpa, sae, eap

    var value: HotspotSecurity {
        switch self {
        case .auto: .automatic
        case .open: .open
        case .owe: .enhancedOpen
        case .wep: .wep
        case .wpa: .wpaPersonal
        case .sae: .sae
        case .eap: .enterprise
        }
    }
}

extension HotspotConfigurationError {
    /// 100 and Apple's raw value of the code.
    var exitStatus: Int32 { 100 + Int32(code.rawValue) }
}
