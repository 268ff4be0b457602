/// What wpa_supplicant said of one EAP conversation, summed up.
///
/// Subjects and alerts are the server's own words: they are cut to a bound and escaped as they come in.
struct SupplicantTestimony: Sendable {
    /// Why it could not be heard, where it could not.
    private(set) var unheard: SupplicantFailure?
    /// How many conversations there were.
    private(set) var conversations = 0
    /// Whether a conversation began.
    private(set) var isStarted = false
    /// The methods that the server proposed and that were taken.
    private(set) var accepted: [String] = []
    /// The methods that the server proposed and that the settings do not have.
    private(set) var refused: [String] = []
    /// The subject of the server's certificate.
    private(set) var serverSubject: String?
    /// The subject of the certificate at the end of its chain.
    private(set) var authoritySubject: String?
    private var authorityDepth = 0
    /// The SHA-256 of the server's certificate.
    private(set) var serverHash: String?
    /// Whether a certificate of the server's chain was accepted.
    private(set) var isVerified = false
    /// Why the server's certificate was not accepted.
    private(set) var verificationFailure: String?
    /// The TLS alert that the server sent.
    private(set) var remoteAlert: String?
    /// The TLS alert that the supplicant sent.
    private(set) var localAlert: String?
    /// What the supplicant lacked: `PASSPHRASE` of the private key, `PASSWORD`, `IDENTITY`.
    private(set) var needed: String?
    /// Whether the server ended the conversation with a failure.
    private(set) var isRefused = false
    /// The last values of the supplicant's properties.
    private(set) var properties: [String: String] = [:]
    private var steps: [String] = []

    mutating func receive(_ event: SupplicantEvent) {
        switch event {
        case .unheard(let name): unheard = SupplicantFailure(name: name, summary: "it may not be heard: \(name)")
        case .property(let name, let value): properties[name] = Self.bounded(value)
        case .certificate(let depth, let subject, let hash):
            if depth == 0 {
                serverSubject = Self.bounded(subject)
                serverHash = hash.map(Self.bounded)
            } else if depth >= authorityDepth {
                authorityDepth = depth
                authoritySubject = Self.bounded(subject)
            }
        case .eap("started", _):
            let count = conversations + 1
            begin()
            conversations = count
            isStarted = true
            note("started")
        case .eap(let status, let parameter): receive(status, Self.bounded(parameter))
        }
    }

    /// Forgets what was said of the attempt before.
    mutating func begin() {
        let (unheard, properties) = (unheard, properties)
        self = SupplicantTestimony()
        (self.unheard, self.properties) = (unheard, properties)
    }

    private mutating func receive(_ status: String, _ parameter: String) {
        note(Self.bounded(status) + (parameter.isEmpty ? "" : " \(parameter)"))
        switch status {
        case "accept proposed method": accepted.append(parameter)
        case "refuse proposed method": refused.append(parameter)
        case "remote certificate verification":
            // It is said of each certificate of the chain: one that is not accepted decides.
            if parameter == "success" {
                isVerified = true
            } else {
                verificationFailure = verificationFailure ?? parameter
            }
        case "remote TLS alert": remoteAlert = parameter
        case "local TLS alert": localAlert = parameter
        case "eap parameter needed": needed = parameter
        case "completion": isRefused = parameter == "failure"
        default: break
        }
    }

    private mutating func note(_ step: String) {
        if steps.last != step, steps.count < 16 { steps.append(step) }
        if accepted.count > 8 { accepted.removeFirst() }
        if refused.count > 8 { refused.removeFirst() }
    }

    /// At most 200 characters, safe to print.
    private static func bounded(_ text: String) -> String { PrintableText.escape(String(text.prefix(200))) }

    /// The conversation as it stands in a chain; nil where nothing was heard.
    var failure: SupplicantFailure? {
        guard let last = steps.last else { return unheard }
        var facts = [Fact("EAP", steps.joined(separator: " > "))]
        if let serverSubject { facts.append(Fact("certificate", serverSubject)) }
        if let serverHash { facts.append(Fact("sha256", serverHash)) }
        if let authoritySubject { facts.append(Fact("authority", authoritySubject)) }
        let summary: String
        if let verificationFailure {
            summary = "the server's certificate was not accepted: \(verificationFailure)"
        } else if let remoteAlert {
            summary = "the server ended TLS with the alert \"\(remoteAlert)\""
        } else if let localAlert {
            summary = "TLS was ended with the alert \"\(localAlert)\""
        } else if isRefused {
            summary = "the server ended \(accepted.last.map { "EAP-\($0)" } ?? "EAP") with a failure"
        } else {
            summary = "the authentication had come to: \(last)"
        }
        return SupplicantFailure(name: "EAP", summary: summary, facts: facts)
    }
}

/// What wpa_supplicant said of an authentication that was not completed.
public struct SupplicantFailure: UnderlyingFailure {
    /// The signal's name, or that of an error on the bus.
    public let name: String
    /// What it comes to.
    public let summary: String
    /// Each step of the conversation, and the certificates.
    public let facts: [Fact]

    /// `wpa_supplicant`.
    public var domain: String { "wpa_supplicant" }
    /// None: it has words only.
    public var number: Int? { nil }

    init(name: String, summary: String, facts: [Fact] = []) {
        self.name = name
        self.summary = PrintableText.guarded(summary)
        self.facts = facts
    }
}
