internal import DBus
internal import Logging

/// Listens to wpa_supplicant while a daemon above it joins a network.
///
/// It alone knows how an enterprise network's server was judged and what that server answered. The bus's policy lets only
/// root, and on Debian the group `netdev`, hear it: for everybody else there is no such witness.
final class SupplicantWitness: Sendable {
    static let busName = "fi.w1.wpa_supplicant1"
    static let path = "/fi/w1/wpa_supplicant1"
    static let interface = "fi.w1.wpa_supplicant1.Interface"

    private let signals: AsyncThrowingStream<DBusMessage, any Error>
    private let evidence: EvidenceStream
    private let logger: Logger

    private init(_ signals: AsyncThrowingStream<DBusMessage, any Error>, _ evidence: EvidenceStream, _ logger: Logger) {
        self.signals = signals
        self.evidence = evidence
        self.logger = logger
    }

    /// Begins to listen; nothing that happens after this returned is missed.
    ///
    /// - Parameters:
    ///   - name: the network interface.
    ///   - connection: the system bus; the subscription ends with it.
    ///   - evidence: where to put what is heard, and that nothing can be heard.
    ///   - logger: where to log.
    /// - Returns: nil where the supplicant may not be heard, or is another one, such as iwd.
    static func start(
        watching name: String,
        on connection: DBusConnection,
        evidence: EvidenceStream,
        logger: Logger
    ) async -> SupplicantWitness? {
        do {
            guard let owner = try await connection.owner(of: busName) else { return nil }
            let reply = try await connection.call(
                DBusCall(
                    destination: owner,
                    path: path,
                    interface: busName,
                    member: "GetInterface",
                    arguments: [.string(name)]
                )
            )
            guard let object = reply.first?.path else { return nil }
            let signals = try await connection.signals(matching: MatchRule(sender: owner, path: object))
            return SupplicantWitness(signals, evidence, logger)
        } catch {
            // Only the name: the text of a refusal holds this process's command line, and with it perhaps a secret.
            let error = error as? DBusError
            logger.debug("no witness in the supplicant", metadata: ["error": "\(error?.name ?? "cancelled")"])
            if let error { evidence.add(.supplicant(.unheard(error.name))) }
            return nil
        }
    }

    /// Takes the signals in until the task is cancelled.
    func run() async {
        do {
            for try await signal in signals {
                for event in SupplicantEvent.events(in: signal) { evidence.add(.supplicant(event)) }
            }
        } catch {
            logger.debug("the supplicant is not heard any more", metadata: ["error": "\(error)"])
        }
    }
}

/// One thing that wpa_supplicant said.
enum SupplicantEvent: Sendable, Hashable {
    /// `EAP(status, parameter)`: a step of the authentication.
    case eap(status: String, parameter: String)
    /// `Certification`: a certificate of the server's chain; depth 0 is its own.
    case certificate(depth: Int, subject: String, hash: String?)
    /// A property changed: `State`, `DisconnectReason`, `AuthStatusCode` or `AssocStatusCode`.
    case property(name: String, value: String)
    /// It may not be heard: the name of the bus's error.
    case unheard(String)

    /// The properties that are of interest.
    private static let properties: [String] = ["State", "DisconnectReason", "AuthStatusCode", "AssocStatusCode"]

    /// Reads a signal of the supplicant's interface object; nothing where it is another one, or of another form.
    static func events(in signal: DBusMessage) -> [SupplicantEvent] {
        guard signal.interface == SupplicantWitness.interface else { return [] }
        switch signal.member {
        case "EAP":
            guard signal.body.count == 2, let status = signal.body[0].text, let parameter = signal.body[1].text else {
                return []
            }
            return [.eap(status: status, parameter: parameter)]
        case "Certification":
            guard let entries = signal.body.first?.entries, let depth = entries["depth"]?.integer,
                let subject = entries["subject"]?.text
            else { return [] }
            return [.certificate(depth: depth, subject: subject, hash: entries["cert_hash"]?.text)]
        case "PropertiesChanged":
            guard let entries = signal.body.first?.entries else { return [] }
            return properties.compactMap { name in
                guard let value = entries[name] else { return nil }
                return .property(name: name, value: value.text ?? value.integer.map { "\($0)" } ?? "")
            }
        default: return []
        }
    }
}
