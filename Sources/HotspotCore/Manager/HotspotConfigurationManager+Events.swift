internal import DBus

/// How a request goes on.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum JoinState: Sendable {
    /// A phase has begun; the name is that of the network, or what it is to begin with.
    case phase(SSID, JoinPhase)
    /// The network is joined.
    case joined(JoinedNetwork)
    /// It could not be joined.
    case failed(SSID, HotspotConfigurationError)
}

/// What happens to a network that this application configured.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum HotspotEvent: Sendable {
    /// It was joined, by a request or by the system itself.
    case joined(HotspotNetwork)
    /// It was lost; the error says why.
    case lost(SSID, HotspotConfigurationError)
    /// It was joined again after it was lost.
    case rejoined(HotspotNetwork)
}

extension HotspotConfigurationManager {
    /// How the requests of this manager go on from now on; each call makes a reader of its own.
    public var joinStates: AsyncStream<JoinState> { states.subscribe() }

    /// What happens from now on to the networks that this application configured, whoever joins or leaves them; each call
    /// makes a reader of its own.
    ///
    /// It goes on until its reader is done, over restarts of NetworkManager.
    public var events: AsyncStream<HotspotEvent> {
        let links = linkEvents.subscribe()
        let watch = NetworkManagerWatch(application: application, logger: logger)
        let (stream, continuation) = AsyncStream.makeStream(
            of: HotspotEvent.self,
            bufferingPolicy: .bufferingNewest(64)
        )
        let task = Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await event in links { continuation.yield(event) } }
                group.addTask { await watch.run { continuation.yield($0) } }
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}

extension HotspotConfigurationError {
    /// A link that this process held was lost.
    package init(linkLost ssid: SSID, _ reason: String) {
        self.init(
            .deauthenticated,
            "\"\(ssid)\" was lost: \(reason)",
            phase: .joined,
            underlying: [Observation("IEEE 802.11", "link", reason)]
        )
    }
}

extension HotspotNetwork {
    /// A network that this process joined.
    init(_ network: JoinedNetwork) {
        ssid = network.ssid
        bssid = network.bssid ?? ""
        signalStrength = network.signalStrength ?? 0
        signal = network.signal
        frequency = network.frequency
        securities = [network.security]
        securityType =
            switch network.security {
            case .open, .enhancedOpen: .open
            case .wep: .wep
            case .wpaPersonal, .sae: .personal
            case .enterprise: .enterprise
            case .automatic: .unknown
            }
        didAutoJoin = false
        interface = network.interface
    }
}
