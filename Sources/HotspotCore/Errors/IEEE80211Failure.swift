internal import IEEE80211

/// What an access point said on the air, or did not say, as the kernel's nl80211 reported it.
public struct IEEE80211Failure: UnderlyingFailure {
    /// In which exchange it was said.
    ///
    /// A number means nothing without it: 15 is one thing as a status, another as a reason.
    public enum Procedure: String, Sendable, Hashable {
        /// An authentication frame's status code (IEEE 802.11-2020, 9.3.3.11).
        case authentication
        /// An association response's status code (9.3.3.6).
        case association
        /// A deauthentication's or disassociation's reason code (9.3.3.12, 9.3.3.4).
        case disconnection
    }

    /// In which exchange it was said.
    public let procedure: Procedure
    /// The status or reason code; nil where there was no answer.
    public let number: Int?
    /// The code's name in the standard, or `no answer`.
    public let name: String
    /// Who sent it; false where this station did.
    public let byAccessPoint: Bool
    /// The access point's address.
    public let bssid: String?
    /// What the number means.
    public let meaning: String?
    /// Further facts: algorithm and transaction of an authentication.
    public let facts: [Fact]

    /// `IEEE 802.11`.
    public var domain: String { "IEEE 802.11" }

    /// Who refused or ended what, with the number.
    public var summary: String {
        let who = byAccessPoint ? "access point" + (bssid.map { " \($0)" } ?? "") : "this station"
        guard let number else { return "\(who) gave no answer to the \(procedure.rawValue)" }
        let explained = meaning.map { ": \($0)" } ?? ""
        return switch procedure {
        case .authentication: "\(who) answered the authentication with status \(name) (\(number))\(explained)"
        case .association: "\(who) answered the association with status \(name) (\(number))\(explained)"
        case .disconnection: "\(who) ended the link with reason \(name) (\(number))\(explained)"
        }
    }
}

extension IEEE80211Failure {
    init(_ frame: AuthenticationFrame) {
        self.init(
            procedure: .authentication,
            number: Int(frame.status.rawValue),
            name: frame.status.name,
            byAccessPoint: true,
            bssid: frame.addresses.bssid.description,
            meaning: frame.status.meaning,
            facts: [
                Fact("algorithm", frame.algorithm.description), Fact("transaction", "\(frame.transaction)"),
            ]
        )
    }

    init(associationStatus status: StatusCode, bssid: MACAddress) {
        self.init(
            procedure: .association,
            number: Int(status.rawValue),
            name: status.name,
            byAccessPoint: true,
            bssid: bssid.description,
            meaning: status.meaning,
            facts: []
        )
    }

    init(linkEnded reason: ReasonCode, byAccessPoint: Bool, bssid: MACAddress?) {
        self.init(
            procedure: .disconnection,
            number: Int(reason.rawValue),
            name: reason.name,
            byAccessPoint: byAccessPoint,
            bssid: bssid?.description,
            meaning: reason.meaning,
            facts: []
        )
    }

    init(noAnswerTo procedure: Procedure, bssid: MACAddress?) {
        self.init(
            procedure: procedure,
            number: nil,
            name: "no answer",
            byAccessPoint: true,
            bssid: bssid?.description,
            meaning: nil,
            facts: []
        )
    }
}
