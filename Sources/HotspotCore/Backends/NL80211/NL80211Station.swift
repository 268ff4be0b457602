internal import Glibc
internal import IEEE80211
internal import Logging
internal import Netlink
internal import RSN

/// The station's end of one network, without a daemon: it finds an access point, authenticates, associates, agrees on the
/// keys and keeps them.
///
/// One task at a time calls it: the join first, then whoever holds the link.
actor NL80211Station {
    typealias Instant = ContinuousClock.Instant

    /// The radio and what it can do.
    struct Radio: Sendable {
        let nl80211: NL80211
        let interface: WirelessInterface
        let address: MACAddress
        let wiphy: Wiphy

        var capabilities: StationCapabilities {
            StationCapabilities(
                ciphers: Set(wiphy.cipherSuites),
                sae: DriverPaths(wiphy).hasSAE,
                beaconProtection: !wiphy.extendedFeatures.isDisjoint(with: [.beaconProtection, .beaconProtectionClient])
            )
        }
    }

    /// An access point that can be joined, and how.
    struct Candidate: Sendable {
        let result: ScanResult
        var plan: RSNPlan
        let path: DriverPath

        /// Whether it is joined by SAE or OWE.
        var isProtected: Bool { plan.level == .wpa3 }
    }

    /// How a link ended.
    enum LinkEnd: Sendable {
        /// The access point ended it, or was no longer heard, or somebody on this machine ended it.
        case disconnected(ReasonCode?, byAccessPoint: Bool)
        /// The access point does not know the station any more: it said so without protection, and did not deny it.
        case forgotten
        /// A group key could not be installed, or the handshake was repeated and failed.
        case keysLost(any Error)
        /// The task was cancelled.
        case cancelled

        var isForgotten: Bool {
            if case .forgotten = self { true } else { false }
        }
    }

    let radio: Radio
    let credential: JoinCredential
    let configuration: HotspotConfiguration
    let events: LinkEvents
    let link: NL80211Link
    let timeline: Timeline
    let memory: NetworkMemory
    let logger: Logger

    /// The access point with which something has begun.
    var begun: MACAddress?
    /// By which way it has begun, and with which AKM.
    var path = DriverPath.steps
    var akm: AKMSuite?
    var supplicant: RSN.Supplicant?
    /// The access point of the link.
    var current: Candidate?
    /// Whether answers to SA Queries come to our socket.
    var listensForResponses = false

    /// When the join that is on gives up.
    var deadline: Instant?
    /// The access points that were tried in this join, and why the last one could not be joined.
    var tried: Set<MACAddress> = []
    /// The hidden halves of OWE pairs that were looked for in this join, by what was said of them and where they were looked
    /// for, and of which nothing was heard.
    var absentHalves: Set<AbsentHalf> = []
    var refusal: HotspotConfigurationError?
    /// What was tried in this join says what may be tried yet.
    var order = AccessPointOrder()
    /// The least that this network was joined by before, and whether the secret was right then.
    var joinedBefore = SecurityPolicy.Minimum.any
    var isProven = false
    var completedScans = 0
    var lastCount = 0
    /// What the access points of the name said, newest first.
    var heard: [any Error] = []
    /// Frames that came before the end of the association was heard.
    var early = EarlyFrames()

    /// How long each exchange may take: the kernel repeats its frames and gives up before.
    static let authenticationLimit = Duration.seconds(8)
    /// How long the right SAE confirm is awaited after a wrong one: as long as the kernel waits for one.
    static let confirmLimit = Duration.seconds(2)
    static let associationLimit = Duration.seconds(6)
    /// The driver has no limit of its own for what it does in one go.
    static let connectionLimit = Duration.seconds(15)
    static let handshakeLimit = Duration.seconds(10)
    /// How long the news of a link's end may take that a command has met already.
    static let newsLimit = Duration.seconds(2)
    /// How often an Enhanced Open access point is tried.
    static let oweAttempts = 3
    /// How often message 2 must have reached the access point without message 3 before the passphrase is to blame.
    static let unansweredLimit = 4

    init(
        radio: Radio,
        configuration: HotspotConfiguration,
        credential: JoinCredential,
        events: LinkEvents,
        timeline: Timeline,
        memory: NetworkMemory,
        logger: Logger
    ) {
        self.radio = radio
        self.configuration = configuration
        self.credential = credential
        self.events = events
        self.timeline = timeline
        self.memory = memory
        self.logger = logger
        link = NL80211Link(radio.nl80211, interface: radio.interface.index) { arrival in
            switch arrival {
            case .frame(let frame): events.add(.frame(frame))
            case .securityAssociationResponse(let response): events.add(.securityAssociationResponse(response))
            case .lost: events.add(.lost)
            }
        }
    }

    var index: UInt32 { radio.interface.index }
    var subject: String { "\"\(configuration.ssid)\" could not be joined" }

    // MARK: What all of it needs

    /// The next event; the join's deadline, the reader's cancellation and the loss of the socket end the wait.
    func next() async throws -> LinkEvents.Event {
        if let deadline, deadline <= .now { throw DeadlineExceeded() }
        guard let event = await events.next() else { throw CancellationError() }
        try Task.checkCancellation()
        if case .lost = event {
            // Another socket listens for nothing yet.
            listensForResponses = false
            throw NetlinkError(command: "nl80211 link", kind: .overrun)
        }
        return event
    }

    func silence(_ procedure: IEEE80211Failure.Procedure, _ bssid: MACAddress) -> HotspotConfigurationError {
        error(
            Decision(
                .noResponse,
                "the access point did not answer the \(procedure.rawValue)",
                remedy: "go nearer to it, or restart it"
            ),
            [IEEE80211Failure(noAnswerTo: procedure, bssid: bssid)]
        )
    }

    func error(_ decision: Decision, _ underlying: [any Error]) -> HotspotConfigurationError {
        let chain = underlying + heard
        heard = Array(chain.prefix(4))
        return HotspotConfigurationError(decision, subject: subject, phase: timeline.phase, underlying: chain)
    }

    func ended(
        _ reason: ReasonCode,
        byAccessPoint: Bool,
        _ bssid: MACAddress,
        credential: CredentialState
    ) -> HotspotConfigurationError {
        let failure = IEEE80211Failure(linkEnded: reason, byAccessPoint: byAccessPoint, bssid: bssid)
        guard byAccessPoint else {
            return error(
                Decision(
                    .deauthenticated,
                    .likely,
                    "the link was lost, or another program of this machine took the radio",
                    remedy: "go nearer to the access point; see whether another network daemon runs"
                ),
                [failure]
            )
        }
        return error(
            Decision(disconnectionReason: reason, during: timeline.phase, credential: credential),
            [failure]
        )
    }

    /// How an event ends the link; nil where it does not.
    func end(_ kind: NL80211Event.Kind, _ bssid: MACAddress) -> LinkEnd? {
        switch kind {
        case .deauthenticate(let frame), .disassociate(let frame):
            frame.addresses.bssid == bssid
                ? .disconnected(frame.reason, byAccessPoint: frame.addresses.isFromAP) : nil
        case .disconnect(let reason, let byAP): .disconnected(reason, byAccessPoint: byAP)
        default: nil
        }
    }

    // MARK: The end

    /// Ends what has begun with an access point.
    func abandon() async {
        guard let bssid = begun else { return }
        begun = nil
        current = nil
        supplicant = nil
        do {
            // 3: the station leaves the network (IEEE 802.11-2020, table 9-49).
            try await end(bssid, reason: ReasonCode(rawValue: 3))
        } catch {
            logger.debug("nothing to end", metadata: ["error": "\(error)"])
        }
    }

    /// Ends an authentication or a link, by the command that goes with the one that began it.
    func end(_ bssid: MACAddress, reason: ReasonCode) async throws(NetlinkError) {
        if path == .steps {
            try await link.deauthenticate(bssid, reason: reason)
        } else {
            try await link.disconnect(reason: reason)
        }
    }

    /// Ends the link and gives up the socket.
    func close() async {
        await abandon()
        await link.close()
    }
}

extension Duration {
    /// In whole milliseconds.
    var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
