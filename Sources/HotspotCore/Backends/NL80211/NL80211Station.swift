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
                beaconProtection: wiphy.extendedFeatures.contains(.beaconProtection)
            )
        }
    }

    /// An access point that can be joined, and how.
    struct Candidate: Sendable {
        let result: ScanResult
        var plan: RSNPlan
        let path: DriverPath
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

    private let radio: Radio
    private let credential: JoinCredential
    private let configuration: HotspotConfiguration
    private let events: LinkEvents
    private let link: NL80211Link
    private let timeline: Timeline
    private let logger: Logger

    /// The access point with which something has begun.
    private var begun: MACAddress?
    /// By which way it has begun.
    private var path = DriverPath.steps
    private var supplicant: RSN.Supplicant?
    /// The access point of the link.
    private(set) var current: Candidate?
    /// Whether answers to SA Queries come to our socket.
    private var listensForResponses = false

    /// When the join that is on gives up.
    private var deadline: Instant?
    /// The access points that were tried in this join, and why the last one could not be joined.
    private var tried: Set<MACAddress> = []
    private var refusal: HotspotConfigurationError?
    private var completedScans = 0
    private var lastCount = 0
    /// What the access points of the name said, newest first.
    private var heard: [any Error] = []

    /// How long each exchange may take: the kernel repeats its frames and gives up before.
    private static let authenticationLimit = Duration.seconds(8)
    private static let associationLimit = Duration.seconds(6)
    /// The driver has no limit of its own for what it does in one go.
    private static let connectionLimit = Duration.seconds(15)
    private static let handshakeLimit = Duration.seconds(10)
    /// How long a scan may take: of all channels of three bands, one after the other.
    private static let scanLimit = Duration.seconds(20)
    /// How often an Enhanced Open access point is tried.
    private static let oweAttempts = 3
    /// How often message 2 must have reached the access point without message 3 before the passphrase is to blame.
    private static let unansweredLimit = 4

    init(
        radio: Radio,
        configuration: HotspotConfiguration,
        credential: JoinCredential,
        events: LinkEvents,
        timeline: Timeline,
        logger: Logger
    ) {
        self.radio = radio
        self.configuration = configuration
        self.credential = credential
        self.events = events
        self.timeline = timeline
        self.logger = logger
        link = NL80211Link(radio.nl80211, interface: radio.interface.index) { arrival in
            switch arrival {
            case .frame(let frame): events.add(.frame(frame))
            case .securityAssociationResponse(let response): events.add(.securityAssociationResponse(response))
            case .lost: events.add(.lost)
            }
        }
    }

    private var index: UInt32 { radio.interface.index }
    private var subject: String { "\"\(configuration.ssid)\" could not be joined" }

    // MARK: Joining

    /// Finds an access point of the network and joins it.
    ///
    /// - Parameter limit: how long that may take.
    /// - Returns: the access point: keys are installed and data may pass.
    /// - Throws: ``HotspotConfigurationError``, `NetlinkError`, ``DeadlineExceeded`` or `CancellationError`.
    func join(within limit: Duration) async throws -> Candidate {
        // Not by cancelling: a reader that is cancelled ends the events, and another join may follow this one.
        let end = Instant.now + limit
        deadline = end
        let alarm = events.alarm(at: end)
        defer {
            alarm.cancel()
            deadline = nil
        }
        heard = []
        current = nil
        tried = []
        refusal = nil
        timeline.enter(.searching)
        if let found = try await attempt(maximumAge: ChannelSearch.freshness, wantsGoodSignal: true) { return found }
        // Computed while the radio searches.
        credential.prepare()
        let known = try await results(of: configuration.ssid.octets, maximumAge: .max).map(\.frequencyMHz)
        for stage in ChannelSearch(radio.wiphy.frequencies, known: known).stages {
            // An access point that did answer is not found by listening.
            if !stage.asks, refusal != nil { break }
            timeline.enter(.searching)
            let began = Instant.now
            try await scan(stage.frequencies, for: stage.asks ? [configuration.ssid.octets] : [])
            let age = max(ChannelSearch.freshness, (Instant.now - began).milliseconds + 1000)
            if let found = try await attempt(maximumAge: age, wantsGoodSignal: stage.wantsGoodSignal) { return found }
        }
        throw refusal ?? notFound()
    }

    /// Tries the access points that the cache has and that were not tried before.
    ///
    /// - Parameters:
    ///   - maximumAge: how long ago they may have been heard, in ms.
    ///   - wantsGoodSignal: whether faint ones are put by for a later call.
    /// - Returns: the one that was joined; nil where there is none.
    /// - Throws: what is not about one access point alone.
    private func attempt(maximumAge: Int, wantsGoodSignal: Bool) async throws -> Candidate? {
        var candidates: [Candidate] = []
        let only = configuration.bssid.flatMap(MACAddress.init)
        for result in try await results(of: configuration.ssid.octets, maximumAge: maximumAge)
        where !tried.contains(result.bssid) && (only == nil || only == result.bssid) {
            if wantsGoodSignal, let signal = result.signalMBm, signal < ChannelSearch.goodSignalMBm { continue }
            switch try await decide(result) {
            case .success(let candidate): candidates.append(candidate)
            case .failure(let error): refusal = refusal ?? error
            }
        }
        for candidate in candidates where tried.insert(candidate.result.bssid).inserted {
            do {
                try await join(candidate)
                return candidate
            } catch let error as HotspotConfigurationError where Self.isAboutOneAccessPoint(error.cause) {
                logger.debug("another access point may do", metadata: ["error": "\(error)"])
                await abandon()
                refusal = error
            }
        }
        return nil
    }

    private static func isAboutOneAccessPoint(_ cause: HotspotConfigurationError.Cause) -> Bool {
        switch cause {
        case .noResponse, .associationRejected, .deauthenticated, .networkNotFound: true
        default: false
        }
    }

    private func notFound() -> HotspotConfigurationError {
        timeline.enter(.searching)
        return HotspotConfigurationError(
            .networkNotFound,
            "no access point of \"\(configuration.ssid)\" answered",
            remedy: "check the name letter by letter, and go nearer to the access point",
            phase: .searching,
            underlying: [ScanFailure(completedScans: completedScans, bssCount: lastCount)]
        )
    }

    /// How an access point is to be joined, or why it is not.
    private func decide(
        _ result: ScanResult
    ) async throws -> Result<Candidate, HotspotConfigurationError> {
        var policy = credential.policy
        while true {
            let decision = RSNNegotiation.decide(
                BSSDescription(result),
                station: radio.capabilities,
                credential: credential.credential,
                policy: policy
            )
            switch decision {
            case .join(let plan):
                guard let mismatch = mismatch(plan, result) else {
                    if let why = plan.unusedSAE {
                        logger.notice(
                            "SAE is offered and not used",
                            metadata: ["why": "\(RSNRefusal.saeUnusable(why))"]
                        )
                    }
                    switch DriverPaths(radio.wiphy).path(akm: plan.akm, isPrivate: plan.pairwiseCipher != nil) {
                    case .success(let path):
                        return .success(Candidate(result: result, plan: plan, path: path))
                    case .failure(let obstacle): return .failure(unsupported(obstacle, result))
                    }
                }
                return .failure(mismatch)
            case .lookFor(let half):
                try await scan([result.frequencyMHz], for: [half.ssid])
                let other = try await results(of: half.ssid, maximumAge: ChannelSearch.freshness)
                    .first { $0.bssid == half.bssid }
                if let other { return try await decide(other) }
                // The other half is out of reach: its open twin is what was asked for.
                policy.allowsOpenHalf = true
            case .refuse(let why):
                return .failure(refused(why, result))
            }
        }
    }

    /// The driver stands in the way of a network that could be joined otherwise.
    private func unsupported(_ obstacle: DriverPath.Obstacle, _ result: ScanResult) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .notSupported,
            "\"\(configuration.ssid)\" cannot be joined by the driver of \(radio.interface.name): \(obstacle)",
            remedy: "join through NetworkManager, whose wpa_supplicant has other ways, or use another Wi-Fi device",
            phase: .preparing,
            underlying: [offer(of: result), Observation("nl80211", "wiphy", "of the driver: \(obstacle)")]
        )
    }

    private func refused(_ why: RSNRefusal, _ result: ScanResult) -> HotspotConfigurationError {
        if why == .saeUnusable(.driver),
            case .failure(.externalAuthentication) = DriverPaths(radio.wiphy).path(akm: .sae, isPrivate: true)
        {
            return unsupported(.externalAuthentication, result)
        }
        return refusedByPolicy(why, result)
    }

    private func refusedByPolicy(_ why: RSNRefusal, _ result: ScanResult) -> HotspotConfigurationError {
        HotspotConfigurationError(
            Decision(why, hasCredential: configuration.passphrase != nil),
            subject: "\"\(configuration.ssid)\" cannot be joined",
            phase: .preparing,
            underlying: [offer(of: result)]
        )
    }

    private func offer(of result: ScanResult) -> Observation {
        Observation(
            "IEEE 802.11",
            "beacons",
            "access point \(result.bssid) offers \(KeyManagement.describe([result.security]))"
        )
    }

    /// What was chosen by name, and the access point's offer agrees with nothing of it.
    private func mismatch(_ plan: RSNPlan, _ result: ScanResult) -> HotspotConfigurationError? {
        let fits =
            switch configuration.security {
            case .open: plan.akm == nil && plan.pairwiseCipher == nil
            case .enhancedOpen: plan.akm == .owe
            case .wep: plan.akm == nil && plan.pairwiseCipher != nil
            case .automatic, .wpaPersonal, .sae, .enterprise: true
            }
        guard !fits else { return nil }
        return HotspotConfigurationError(
            .securityMismatch,
            "\"\(configuration.ssid)\" offers \(KeyManagement.describe([result.security])) and was asked for "
                + "\(configuration.security)",
            remedy: "choose the security that the network has, or leave the choice out",
            underlying: [offer(of: result)]
        )
    }

    // MARK: Searching

    /// The access points of a name that were heard lately, strongest first.
    private func results(of ssid: [UInt8], maximumAge: Int) async throws -> [ScanResult] {
        let all = try await radio.nl80211.scanResults(interface: index)
        lastCount = all.count
        return all.filter { $0.ssid == ssid && ($0.ageMilliseconds ?? 0) <= maximumAge }
            .sorted { ($0.signalMBm ?? .min) > ($1.signalMBm ?? .min) }
    }

    /// Scans, and returns when the scan has ended; waits where somebody else's is on.
    private func scan(_ frequencies: [Int], for ssids: [[UInt8]]) async throws {
        let deadline = Instant.now + Self.scanLimit
        let alarm = events.alarm(at: deadline)
        defer { alarm.cancel() }
        while true {
            do throws(NetlinkError) {
                try await radio.nl80211.triggerScan(interface: index, ssids: ssids, frequenciesMHz: frequencies)
                break
            } catch {
                guard error.errno == EBUSY, Instant.now < deadline else { throw error }
                // Somebody else's scan: the end of it may have been heard already, so not for long.
                logger.debug("another scan is on")
                let pause = events.alarm(at: .now + .milliseconds(250))
                defer { pause.cancel() }
                _ = try await next()
            }
        }
        logger.debug("scanning", metadata: ["MHz": "\(frequencies)", "asks": "\(!ssids.isEmpty)"])
        while Instant.now < deadline {
            guard case .air(let event) = try await next() else { continue }
            switch event.kind {
            case .newScanResults(let scan) where Set(scan.frequenciesMHz) == Set(frequencies):
                completedScans += 1
                return
            case .scanAborted(let scan) where Set(scan.frequenciesMHz) == Set(frequencies): return
            // The end may be among what was lost: the results are in the cache either way.
            case .overrun: return
            default: break
            }
        }
        throw NetlinkError(command: NL80211Command.triggerScan.name, kind: .timedOut)
    }

    /// The next event; the join's deadline, the reader's cancellation and the loss of the socket end the wait.
    private func next() async throws -> LinkEvents.Event {
        if let deadline, deadline <= .now { throw DeadlineExceeded() }
        var iterator = events.stream.makeAsyncIterator()
        guard let event = await iterator.next() else { throw CancellationError() }
        try Task.checkCancellation()
        if case .lost = event {
            throw NetlinkError(command: "nl80211 link", kind: .overrun)
        }
        return event
    }

    // MARK: One access point

    private func join(_ candidate: Candidate) async throws {
        let plan = candidate.plan
        logger.debug(
            "joining",
            metadata: [
                "bssid": "\(candidate.result.bssid)", "MHz": "\(candidate.result.frequencyMHz)",
                "akm": "\(plan.akm.map(\.description) ?? "none")", "path": "\(candidate.path)",
                "cipher": "\(plan.pairwiseCipher.map(\.description) ?? "none")",
            ]
        )
        supplicant = nil
        begun = candidate.result.bssid
        path = candidate.path
        if candidate.path.isOffloaded {
            try await joinByDriver(candidate)
        } else if plan.authentication == .sae {
            let keys = try await authenticateBySAE(candidate)
            let elements = plan.associationElements()
            _ = try await associate(candidate, elements)
            try await agreeOnKeys(candidate, elements, pmk: keys.pmk, pmkid: keys.pmkid, credential: .proven)
        } else if plan.akm == .owe {
            var attempts = Self.oweAttempts
            while true {
                attempts -= 1
                do {
                    try await joinByOWE(candidate)
                    break
                } catch let error as HotspotConfigurationError where timeline.phase == .keys && attempts > 0 {
                    // No secret can be wrong here. An access point that took a repeated request anew has other keys than
                    // those of its first answer (RFC 8110, 4.4).
                    logger.debug("no keys agreed: once more", metadata: ["error": "\(error)"])
                    await abandon()
                    begun = candidate.result.bssid
                }
            }
        } else if plan.akm != nil {
            // It is not needed before the access point's first message.
            credential.prepareKey()
            try await authenticateOpenly(candidate)
            let elements = plan.associationElements()
            _ = try await associate(candidate, elements)
            let psk = try await credential.preSharedKey()
            try await agreeOnKeys(candidate, elements, pmk: psk, pmkid: nil, credential: .unproven)
        } else if plan.pairwiseCipher != nil {
            try await joinByWEP(candidate)
        } else {
            try await authenticateOpenly(candidate)
            _ = try await associate(candidate, candidate.plan.associationElements())
        }
        current = candidate
    }

    /// Has the driver do everything; its word that it is connected is its word that the keys are there.
    private func joinByDriver(_ candidate: Candidate) async throws {
        timeline.enter(.authenticating)
        let secret: SecretOctets
        if candidate.path == .offloadedSAE {
            guard let password = credential.password else { throw error(Decision(.backendFailed, "no password"), []) }
            secret = password.octets
        } else {
            secret = try await credential.preSharedKey()
        }
        _ = try await associate(
            candidate,
            candidate.plan.associationElements(),
            handshake: candidate.path == .offloadedSAE ? .offloadedSAE(secret) : .offloadedPSK(secret)
        )
    }

    /// Open system authentication, where it is a step of its own.
    private func authenticateOpenly(_ candidate: Candidate) async throws {
        guard candidate.path == .steps else { return }
        try await authenticate(candidate, algorithm: .openSystem)
    }

    private func joinByOWE(_ candidate: Candidate) async throws {
        var groups = CyclicGroup.allCases[...]
        while let group = groups.popFirst() {
            try await authenticateOpenly(candidate)
            let exchange = try OWE(group: group)
            let elements = candidate.plan.associationElements(diffieHellman: exchange.element)
            let response: ElementList
            do {
                response = try await associate(candidate, elements)
            } catch let refusal as AssociationRefusal
                where refusal.status == .finiteCyclicGroupNotSupported && !groups.isEmpty
            {
                continue
            }
            switch exchange.receive(response) {
            case .success(let keys):
                return try await agreeOnKeys(
                    candidate,
                    elements,
                    pmk: keys.pmk,
                    pmkid: keys.pmkid,
                    credential: .proven
                )
            case .failure(let failure): throw error(Decision(failure), [])
            }
        }
    }

    private func joinByWEP(_ candidate: Candidate) async throws {
        guard case .wepKey(let secret) = credential.credential, let cipher = candidate.plan.pairwiseCipher else {
            return
        }
        let key = LinkKey(index: 0, cipher: cipher, key: secret)
        do {
            try await authenticate(candidate, algorithm: .openSystem)
        } catch let error as HotspotConfigurationError where error.isUnsupportedAlgorithm {
            try await authenticate(candidate, algorithm: .sharedKey, key: key)
        }
        _ = try await associate(candidate, candidate.plan.associationElements())
        try await link.install(key)
        try await link.useKey(index: 0)
    }

    // MARK: Authentication

    private func request(
        _ candidate: Candidate,
        _ algorithm: AuthenticationAlgorithm,
        data: [UInt8]? = nil,
        key: LinkKey? = nil
    ) -> AuthenticationRequest {
        AuthenticationRequest(
            bssid: candidate.result.bssid,
            frequencyMHz: candidate.result.frequencyMHz,
            ssid: candidate.result.ssid,
            algorithm: algorithm,
            data: data,
            key: key
        )
    }

    /// Sends an authentication; an access point that fell out of the kernel's cache is looked for once more.
    private func send(_ request: AuthenticationRequest) async throws {
        do throws(NetlinkError) {
            try await link.authenticate(request)
        } catch {
            guard error.errno == ENOENT else { throw error }
            try await scan([request.frequencyMHz], for: [request.ssid])
            try await link.authenticate(request)
        }
    }

    private func authenticate(
        _ candidate: Candidate,
        algorithm: AuthenticationAlgorithm,
        key: LinkKey? = nil
    ) async throws {
        timeline.enter(.authenticating)
        try await send(request(candidate, algorithm, key: key))
        let sequence = AuthenticationSequence(algorithm, bssid: candidate.result.bssid)
        let deadline = Instant.now + Self.authenticationLimit
        while true {
            let frame = try await authenticationFrame(from: candidate.result.bssid, until: deadline)
            switch sequence.receive(frame) {
            case .ignore, .wait: continue
            case .accept: return
            case .refuse(let transaction, let status):
                let failure = IEEE80211Failure(frame)
                let decision =
                    Decision(
                        authenticationStatus: status,
                        algorithm: algorithm,
                        transaction: Int(transaction)
                    ) ?? Decision(.associationRejected, "the access point refused this station")
                throw error(decision, [failure])
            }
        }
    }

    private func authenticateBySAE(_ candidate: Candidate) async throws -> SAEKeys {
        timeline.enter(.authenticating)
        let bssid = candidate.result.bssid
        guard let password = credential.password else { throw error(Decision(.backendFailed, "no password"), []) }
        let tokens = candidate.plan.saeMethod == .hashToElement ? [try await credential.token()] : []
        guard
            let configuration = candidate.plan.saeConfiguration(
                station: radio.address,
                password: password,
                tokens: tokens
            )
        else { throw error(Decision(.backendFailed, "no SAE for this access point"), []) }
        var exchange = SAE(configuration)
        let deadline = Instant.now + Self.authenticationLimit
        var action = exchange.start()
        var last: AuthenticationFrame?
        while true {
            switch action {
            case .send(let frame):
                try await send(request(candidate, .sae, data: frame.authenticationData))
            case .accept(let keys): return keys
            case .discard(let why): logger.debug("SAE frame dropped", metadata: ["why": "\(why)"])
            case .fail(let failure):
                throw error(Decision(failure), last.map { [IEEE80211Failure($0)] } ?? [])
            }
            let frame = try await authenticationFrame(from: bssid, until: deadline)
            last = frame
            action = exchange.receive(transaction: frame.transaction, status: frame.status, content: frame.content)
        }
    }

    /// The next authentication frame of an access point.
    private func authenticationFrame(from bssid: MACAddress, until deadline: Instant) async throws
        -> AuthenticationFrame
    {
        let alarm = events.alarm(at: deadline)
        defer { alarm.cancel() }
        while Instant.now < deadline {
            guard case .air(let event) = try await next() else { continue }
            switch event.kind {
            case .authenticate(.frame(let frame)) where frame.addresses.transmitter == bssid: return frame
            case .authenticate(.timedOut(let peer)) where peer ?? bssid == bssid: throw silence(.authentication, bssid)
            default: break
            }
        }
        throw silence(.authentication, bssid)
    }

    private func silence(_ procedure: IEEE80211Failure.Procedure, _ bssid: MACAddress) -> HotspotConfigurationError {
        error(
            Decision(
                .noResponse,
                "the access point did not answer the \(procedure.rawValue)",
                remedy: "go nearer to it, or restart it"
            ),
            [IEEE80211Failure(noAnswerTo: procedure, bssid: bssid)]
        )
    }

    private func error(_ decision: Decision, _ underlying: [any Error]) -> HotspotConfigurationError {
        let chain = underlying + heard
        heard = Array(chain.prefix(4))
        return HotspotConfigurationError(decision, subject: subject, phase: timeline.phase, underlying: chain)
    }

    // MARK: Association

    /// The access point's refusal of an association.
    private struct AssociationRefusal: Error {
        let status: StatusCode
    }

    private func associate(
        _ candidate: Candidate,
        _ elements: AssociationElements,
        handshake: ConnectionRequest.Handshake? = nil
    ) async throws -> ElementList {
        do {
            return try await exchangeAssociation(candidate, elements, handshake)
        } catch let refusal as AssociationRefusal where refusal.status != .finiteCyclicGroupNotSupported {
            throw error(
                Decision(connectionStatus: refusal.status, isOffloaded: candidate.path.isOffloaded)
                    ?? Decision(.associationRejected, "the access point refused this station"),
                [IEEE80211Failure(associationStatus: refusal.status, bssid: candidate.result.bssid)]
            )
        }
    }

    private func exchangeAssociation(
        _ candidate: Candidate,
        _ elements: AssociationElements,
        _ handshake: ConnectionRequest.Handshake?
    ) async throws -> ElementList {
        timeline.enter(.associating)
        let (plan, bssid) = (candidate.plan, candidate.result.bssid)
        var protection: AssociationRequest.Protection?
        if let pairwise = plan.pairwiseCipher, let group = plan.groupCipher {
            protection = AssociationRequest.Protection(
                pairwiseCipher: pairwise,
                groupCipher: group,
                akm: plan.akm,
                protectsManagementFrames: plan.protectsManagementFrames
            )
        }
        frames = []
        let request = AssociationRequest(
            bssid: bssid,
            frequencyMHz: candidate.result.frequencyMHz,
            ssid: candidate.result.ssid,
            elements: elements.octets,
            protection: protection
        )
        let isStep = candidate.path == .steps
        if isStep {
            try await link.associate(request)
        } else {
            let own: ConnectionRequest.Handshake = plan.akm == nil ? .none : .own
            try await link.connect(ConnectionRequest(association: request, handshake: handshake ?? own))
        }
        let deadline = Instant.now + (isStep ? Self.associationLimit : Self.connectionLimit)
        let alarm = events.alarm(at: deadline)
        defer { alarm.cancel() }
        var response: AssociationResponseFrame?
        while Instant.now < deadline {
            switch try await next() {
            case .frame(let frame):
                // The first message of the handshake overtakes the kernel's word that there is an association.
                if frames.count < 4 { frames.append(frame) }
            case .air(let event):
                switch event.kind {
                case .associate(.frame(let frame), _) where frame.addresses.bssid == bssid:
                    guard frame.status.isSuccess else { throw AssociationRefusal(status: frame.status) }
                    response = frame
                case .associate(.timedOut(let peer), _) where peer ?? bssid == bssid:
                    throw silence(.association, bssid)
                case .connect(let connection) where !isStep && connection.bssid ?? bssid == bssid:
                    // A driver tells nothing but the outcome.
                    if let timeout = connection.timeout {
                        throw silence(timeout == .association ? .association : .authentication, bssid)
                    }
                    guard connection.status.isSuccess else { throw AssociationRefusal(status: connection.status) }
                    return connection.responseElements
                case .connect(let connection) where connection.bssid ?? bssid == bssid:
                    // It comes after the frame: from now on the kernel takes frames and keys.
                    guard let response else { break }
                    guard connection.timeout == nil, connection.status.isSuccess else {
                        throw AssociationRefusal(status: connection.status)
                    }
                    return response.elements
                case .deauthenticate(let frame) where frame.addresses.isFromAP && frame.addresses.bssid == bssid:
                    throw ended(frame.reason, byAccessPoint: true, bssid, credential: .none)
                default: break
                }
            case .wake, .lost, .securityAssociationResponse: break
            }
        }
        throw silence(.association, bssid)
    }

    /// Frames that came before the end of the association was heard.
    private var frames: [ControlPortFrame] = []

    private func ended(
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

    // MARK: Keys

    private func agreeOnKeys(
        _ candidate: Candidate,
        _ elements: AssociationElements,
        pmk: SecretOctets,
        pmkid: [UInt8]?,
        credential: CredentialState
    ) async throws {
        timeline.enter(.keys)
        let bssid = candidate.result.bssid
        guard
            let configuration = candidate.plan.supplicantConfiguration(
                station: radio.address,
                pmk: pmk,
                pmkid: pmkid,
                association: elements
            )
        else { throw error(Decision(.backendFailed, "no handshake for this access point"), []) }
        supplicant = RSN.Supplicant(configuration)
        let deadline = Instant.now + Self.handshakeLimit
        let alarm = events.alarm(at: deadline)
        defer { alarm.cancel() }
        var unanswered = 0
        while Instant.now < deadline {
            let event = frames.isEmpty ? try await next() : .frame(frames.removeFirst())
            switch event {
            case .frame(let frame):
                if try await take(frame, bssid) { return }
            case .air(let event):
                switch event.kind {
                case .controlPortTransmitStatus(true, let frame):
                    guard (try? EAPOLKeyHeader(ethernetFrame: frame))?.isMessage2 == true else { break }
                    unanswered += 1
                    // An access point that cannot verify message 2 drops it in silence and asks again (12.7.6.3).
                    if unanswered >= Self.unansweredLimit, credential == .unproven {
                        throw error(
                            Decision(
                                .wrongPassphrase,
                                .likely,
                                "the access point did not accept the passphrase",
                                remedy: JoinJudge.passphraseRemedy
                            ),
                            [
                                Observation(
                                    "IEEE 802.11",
                                    "four-way handshake",
                                    "the access point got message 2 \(unanswered) times and did not send message 3"
                                )
                            ]
                        )
                    }
                default:
                    if case .disconnected(let reason, let byAccessPoint)? = end(event.kind, bssid) {
                        throw ended(
                            reason ?? .unspecified,
                            byAccessPoint: byAccessPoint,
                            bssid,
                            credential: credential
                        )
                    }
                }
            case .wake, .lost, .securityAssociationResponse: break
            }
        }
        throw error(
            Decision(
                .noResponse,
                .likely,
                "the access point fell silent before the keys were agreed",
                remedy: "go nearer to it, or restart it"
            ),
            []
        )
    }

    /// Takes one EAPOL frame.
    ///
    /// - Returns: whether the controlled port was opened.
    private func take(_ frame: ControlPortFrame, _ bssid: MACAddress) async throws -> Bool {
        guard frame.source == bssid, var machine = supplicant else { return false }
        let actions = machine.receive(frame.octets, encrypted: frame.isEncrypted)
        supplicant = machine
        var isAuthorized = false
        for action in actions {
            switch action {
            case .send(let octets, let encrypted):
                try await link.send(frame: octets, to: bssid, encrypted: encrypted)
            case .install(let key):
                try await link.install(
                    LinkKey(
                        peer: key.kind == .pairwise ? bssid : nil,
                        index: key.index,
                        cipher: key.cipher,
                        key: key.key,
                        sequence: key.sequence
                    )
                )
                logger.debug("key installed", metadata: ["kind": "\(key.kind)", "index": "\(key.index)"])
            case .authorize:
                try await link.authorize(bssid)
                isAuthorized = true
            case .transitionDisable(let bitmap):
                logger.notice(
                    "the network no longer needs its older security",
                    metadata: ["bits": "\(bitmap.rawValue)"]
                )
            case .discard(let why):
                logger.debug("EAPOL frame dropped", metadata: ["why": "\(why)"])
            case .fail(let failure):
                try? await end(bssid, reason: failure.reasonCode)
                throw error(Decision(failure), [])
            }
        }
        return isAuthorized
    }

    /// How an event ends the link; nil where it does not.
    private func end(_ kind: NL80211Event.Kind, _ bssid: MACAddress) -> LinkEnd? {
        switch kind {
        case .deauthenticate(let frame), .disassociate(let frame):
            frame.addresses.bssid == bssid
                ? .disconnected(frame.reason, byAccessPoint: frame.addresses.isFromAP) : nil
        case .disconnect(let reason, let byAP): .disconnected(reason, byAccessPoint: byAP)
        default: nil
        }
    }

    // MARK: The link

    /// Keeps the link: answers what the access point asks for, until it ends.
    ///
    /// - Parameter moved: called where the access point takes the link to another channel, with its centre frequency in
    ///   MHz; meanwhile nothing is answered.
    /// - Returns: how it ended.
    func hold(moved: @Sendable (Int) async -> Void) async -> LinkEnd {
        guard let bssid = current?.result.bssid else { return .cancelled }
        var inquiry: Inquiry?
        while true {
            do {
                switch try await next() {
                case .frame(let frame): _ = try await take(frame, bssid)
                case .securityAssociationResponse(let response):
                    guard let pending = inquiry, pending.isAnswered(by: response, bssid) else { continue }
                    logger.debug("the access point still has the keys")
                    inquiry = nil
                case .air(let event):
                    if case .channelSwitched(let frequencyMHz) = event.kind { await moved(frequencyMHz) }
                    if inquiry == nil, disowns(event.kind, bssid) { inquiry = try await inquire(Inquiry(), bssid) }
                    guard let end = try await end(event.kind, orLossOf: bssid) else { continue }
                    logger.debug("the link ended", metadata: ["how": "\(end)"])
                    current = nil
                    return end
                case .wake:
                    guard let pending = inquiry, pending.isDue else { continue }
                    guard !pending.isOver else { return .forgotten }
                    inquiry = try await inquire(pending, bssid)
                case .lost: break
                }
            } catch is CancellationError {
                return .cancelled
            } catch {
                return .keysLost(error)
            }
        }
    }

    /// A question to the access point that goes on (IEEE 802.11-2020, 11.13).
    private struct Inquiry {
        private let end = Instant.now + .milliseconds(1024)
        private(set) var next = Instant.now
        private var transactions: Set<UInt16> = []

        var isDue: Bool { next <= .now }
        var isOver: Bool { end <= .now }

        func isAnswered(by response: SecurityAssociationQuery, _ bssid: MACAddress) -> Bool {
            response.bssid == bssid && transactions.contains(response.transaction)
        }

        /// The next question, of a number that nobody can guess; another one follows after 201 time units.
        mutating func ask(_ bssid: MACAddress) -> SecurityAssociationQuery {
            let transaction = UInt16.random(in: .min ... .max)
            transactions.insert(transaction)
            next = min(.now + .microseconds(201 * 1024), max(end, .now))
            return SecurityAssociationQuery(bssid: bssid, transaction: transaction)
        }
    }

    private func inquire(_ inquiry: Inquiry, _ bssid: MACAddress) async throws -> Inquiry {
        var inquiry = inquiry
        if !listensForResponses {
            try await link.listenForSecurityAssociationResponses()
            listensForResponses = true
        }
        logger.debug("asking whether the access point still has the keys")
        try await link.send(inquiry.ask(bssid), from: radio.address)
        // Ends by itself; one that comes too late does no harm.
        _ = events.alarm(at: inquiry.next)
        return inquiry
    }

    /// Whether an access point says without protection that it does not know the station (reasons 6 and 7): anybody can
    /// say that, and only the access point can deny it.
    private func disowns(_ kind: NL80211Event.Kind, _ bssid: MACAddress) -> Bool {
        switch kind {
        case .unprotectedDeauthenticate(let frame), .unprotectedDisassociate(let frame):
            current?.plan.protectsManagementFrames == true && frame.addresses.bssid == bssid
                && frame.addresses.isFromAP && [6, 7].contains(frame.reason.rawValue)
        default: false
        }
    }

    /// How an event ends the link; where events were lost, the kernel is asked whether it still has it.
    private func end(_ kind: NL80211Event.Kind, orLossOf bssid: MACAddress) async throws -> LinkEnd? {
        guard case .overrun = kind else { return end(kind, bssid) }
        do throws(NetlinkError) {
            _ = try await radio.nl80211.station(interface: index, bssid: bssid)
            return nil
        } catch {
            guard error.errno == ENOENT else { throw error }
            return .disconnected(nil, byAccessPoint: false)
        }
    }

    /// The error of a join whose link ended before all was done.
    func failure(_ end: LinkEnd, _ bssid: MACAddress) -> any Error {
        switch end {
        case .disconnected(let reason, let byAccessPoint):
            ended(reason ?? .unspecified, byAccessPoint: byAccessPoint, bssid, credential: .proven)
        case .forgotten:
            ended(.class3FrameFromNonassocSTA, byAccessPoint: true, bssid, credential: .proven)
        case .keysLost(let error): error
        case .cancelled: CancellationError()
        }
    }

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
    private func end(_ bssid: MACAddress, reason: ReasonCode) async throws(NetlinkError) {
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

extension BSSDescription {
    fileprivate init(_ result: ScanResult) {
        self.init(
            bssid: result.bssid,
            ssid: result.ssid,
            elements: result.elements,
            privacy: result.capability & 0x0010 != 0
        )
    }
}

extension HotspotConfigurationError {
    /// Whether an access point refused the very algorithm of an authentication.
    fileprivate var isUnsupportedAlgorithm: Bool {
        underlyingErrors.contains {
            ($0 as? IEEE80211Failure)?.number == Int(StatusCode.notSupportedAuthAlg.rawValue)
        }
    }
}

extension Duration {
    /// In whole milliseconds.
    var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
