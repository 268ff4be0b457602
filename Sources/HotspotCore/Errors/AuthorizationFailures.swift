/// What polkit answered about an action.
public struct PolkitFailure: UnderlyingFailure {
    /// The action, such as `org.freedesktop.NetworkManager.network-control`.
    public let action: String
    /// Whether somebody who authenticates could have been allowed.
    public let isChallenge: Bool
    /// Whether somebody was asked and closed the dialog.
    public let isDismissed: Bool
    /// Whether polkit would have allowed it, so that somebody else refused.
    public let isAuthorized: Bool
    /// Whether a person was asked.
    public let wasAsked: Bool

    init(_ answer: PolkitAnswer, wasAsked: Bool) {
        action = answer.action
        isChallenge = answer.isChallenge
        isDismissed = answer.isDismissed
        isAuthorized = answer.isAuthorized
        self.wasAsked = wasAsked
    }

    /// `polkit`.
    public var domain: String { "polkit" }
    /// None: polkit's answers have names.
    public var number: Int? { nil }
    /// The answer's name: `dismissed`, `challenge`, `not-authorized` or `authorized`.
    public var name: String {
        isAuthorized ? "authorized" : isDismissed ? "dismissed" : isChallenge ? "challenge" : "not-authorized"
    }
    /// The action, and what was said of it.
    public var summary: String {
        let answer =
            if isAuthorized {
                "yes"
            } else if isDismissed {
                "the dialog was dismissed"
            } else if isChallenge {
                "authentication is needed, and no agent of this session asks for it"
            } else if wasAsked {
                "the authentication failed"
            } else {
                "no"
            }
        return "\(action): \(answer)"
    }
    /// polkit's own words.
    public var facts: [Fact] {
        [Fact("action", action), Fact("isChallenge", "\(isChallenge)"), Fact("isDismissed", "\(isDismissed)")]
    }
}

/// What logind says of the caller's session.
public struct SessionFailure: UnderlyingFailure {
    /// The session's identifier.
    public let session: String
    /// `online` or `closing`.
    public let state: String

    /// `logind`.
    public var domain: String { "logind" }
    /// None.
    public var number: Int? { nil }
    /// The property.
    public var name: String { "Active" }
    /// The session and its state.
    public var summary: String { "session \(session) is not active (\(state))" }
}
