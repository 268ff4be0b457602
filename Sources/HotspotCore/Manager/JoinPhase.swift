/// How far a join has come.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum JoinPhase: String, Sendable, Hashable, CaseIterable, Comparable {
    /// The configuration and the machine are being looked at; nothing has been touched.
    case preparing
    /// The radio looks for the network.
    case searching
    /// Authentication frames are exchanged: open, shared key or SAE (IEEE 802.11-2020, 12.3 and 12.4).
    case authenticating
    /// The association is being asked for (IEEE 802.11-2020, 11.3.5).
    case associating
    /// The four-way handshake, or 802.1X before it (IEEE 802.11-2020, 12.7.6).
    case keys
    /// The link is there; an address is being asked for.
    case address
    /// Done.
    case joined

    /// The order in which a join goes through the phases.
    public static func < (first: JoinPhase, second: JoinPhase) -> Bool {
        first.order < second.order
    }

    private var order: Int {
        switch self {
        case .preparing: 0
        case .searching: 1
        case .authenticating: 2
        case .associating: 3
        case .keys: 4
        case .address: 5
        case .joined: 6
        }
    }
}

/// How long a join spent in one phase.
public struct PhaseDuration: Sendable, Hashable {
    /// The phase.
    public let phase: JoinPhase
    /// The time from its beginning to the next one's.
    public let duration: Duration

    /// The time in whole milliseconds.
    public var milliseconds: Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
