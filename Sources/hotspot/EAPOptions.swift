import ArgumentParser
import Foundation
import HotspotCore

/// The options of `hotspot join` for enterprise networks.
struct EAPOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The user's name on an enterprise network (802.1X).", valueName: "name"))
    var identity: String?

    @Option(
        help: ArgumentHelp(
            "The name that is sent in the clear in the user's place, such as anonymous@example.net.",
            valueName: "name"
        )
    )
    var anonymousIdentity: String?

    @Option(
        help: ArgumentHelp(
            "peap, ttls, tls or fast; several times to allow several. PEAP unless said otherwise, TLS with a private key.",
            valueName: "method"
        )
    )
    var eapMethod: [EAPMethodArgument] = []

    @Option(
        help: ArgumentHelp(
            "What proves the password inside the tunnel: mschapv2 (as a rule), gtc or md5; inside TTLS also pap, chap, "
                + "mschap and eap-mschapv2.",
            valueName: "method"
        )
    )
    var phase2: Phase2Argument?

    @Option(
        help: ArgumentHelp(
            "A file with the certificate of the authority that vouches for the network's server; several times for several.",
            valueName: "file"
        )
    )
    var caFile: [String] = []

    @Flag(help: "The authorities that this machine trusts may vouch for the server; goes with --server-name.")
    var systemCA = false

    @Option(
        help: ArgumentHelp(
            "A name that the server's certificate may have, such as radius.example.net or '*.example.net'.",
            valueName: "name"
        )
    )
    var serverName: [String] = []

    @Flag(help: "Give the password to any server that asks for it: whoever poses as the network gets it.")
    var noServerVerification = false

    @Option(help: ArgumentHelp("The client's certificate, for TLS.", valueName: "file"))
    var clientCertificate: String?

    @Option(help: ArgumentHelp("The client's private key, or a PKCS #12 bundle.", valueName: "file"))
    var privateKey: String?

    @Option(
        help: ArgumentHelp(
            "A file whose first line is the private key's password; '-' is standard input.",
            valueName: "file"
        )
    )
    var privateKeyPasswordFile: String?

    /// Whether any of them was given.
    var isGiven: Bool {
        identity != nil || anonymousIdentity != nil || !eapMethod.isEmpty || phase2 != nil || !caFile.isEmpty
            || systemCA || !serverName.isEmpty || noServerVerification || clientCertificate != nil || privateKey != nil
            || privateKeyPasswordFile != nil
    }

    /// Whether the method that they ask for has a password.
    var usesPassword: Bool {
        eapMethod.isEmpty ? privateKey == nil : eapMethod.contains { $0 != .tls }
    }

    /// Puts what was given over what the settings have.
    func apply(to settings: inout HotspotEAPSettings) throws(HotspotConfigurationError) {
        if let identity { settings.username = identity }
        if let anonymousIdentity { settings.outerIdentity = anonymousIdentity }
        if !eapMethod.isEmpty {
            settings.supportedEAPTypes = eapMethod.map(\.value)
        } else if settings.supportedEAPTypes.isEmpty {
            settings.supportedEAPTypes = [privateKey == nil ? .peap : .tls]
        }
        phase2?.apply(to: &settings)
        settings.trustedServerCertificates += caFile.map { .file($0) }
        settings.trustedServerNames += serverName
        if systemCA { settings.trustsSystemAuthorities = true }
        if noServerVerification { settings.allowsUntrustedServer = true }
        if let clientCertificate { settings.clientCertificate = .file(clientCertificate) }
        if let privateKey {
            settings.privateKey = .file(privateKey)
            settings.isTLSClientCertificateRequired = true
        }
        if let privateKeyPasswordFile {
            settings.privateKeyPassword =
                try SecretFile.passphrase(privateKeyPasswordFile, "the private key's password")
        }
    }
}

/// `--eap-method`: the methods by the words of the command line.
enum EAPMethodArgument: String, ExpressibleByArgument, CaseIterable {
    case peap, ttls, tls, fast

    var value: HotspotEAPSettings.EAPType {
        switch self {
        case .peap: .peap
        case .ttls: .ttls
        case .tls: .tls
        case .fast: .fast
        }
    }
}

/// `--phase2`: the methods inside a tunnel by the words of the command line.
enum Phase2Argument: String, ExpressibleByArgument, CaseIterable {
    case mschapv2, mschap, chap, pap, gtc, md5
    case eapMSCHAPv2 = "eap-mschapv2"

    func apply(to settings: inout HotspotEAPSettings) {
        switch self {
        case .mschapv2:
            settings.ttlsInnerAuthenticationType = .mschapv2
            settings.innerEAPType = .mschapv2
        case .mschap: settings.ttlsInnerAuthenticationType = .mschap
        case .chap: settings.ttlsInnerAuthenticationType = .chap
        case .pap: settings.ttlsInnerAuthenticationType = .pap
        case .gtc: settings.innerEAPType = .gtc
        case .md5: settings.innerEAPType = .md5
        case .eapMSCHAPv2:
            settings.ttlsInnerAuthenticationType = .eap
            settings.innerEAPType = .mschapv2
        }
    }
}

/// A file whose first line is a secret.
enum SecretFile {
    /// Reads the secret, `the passphrase` or whatever it is called; an empty file gives an empty one.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `unreadableFile`.
    static func passphrase(_ path: String, _ what: String) throws(HotspotConfigurationError) -> Passphrase {
        do throws(SystemCallFailure) {
            return Passphrase(octets: try StandardInput.firstLine(ofFile: path))
        } catch {
            throw .unreadable(what, error)
        }
    }
}
