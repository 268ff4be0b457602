internal import DBus
internal import IEEE80211

/// Decides from what is heard whether a join has succeeded, has failed and why, or must be waited for.
///
/// It has no clock and does no I/O: each piece of evidence comes with its time, and a verdict that another moment may
/// overturn (an access point that refuses, while a second one of the same name may take us) stands in ``pending`` with
/// the time at which it becomes final. NetworkManager's own words come late and are vague (25 seconds for a wrong SAE
/// password, and then "SSID not found"), so the frames on the air decide as soon as they can, and both go into the chain.
struct JoinJudge {
    typealias Instant = ContinuousClock.Instant

    /// How a join ended.
    enum Verdict {
        case joined
        case failed(HotspotConfigurationError)
        /// The device left for a state that only another look at the daemon explains.
        case deviceLost(DeviceTransition)
    }

    /// A verdict that is final unless something better is heard before.
    struct Pending {
        let at: Instant
        let verdict: Verdict
        /// Whether a frame or a search said so; the daemon's own words, which come later and say less, do not displace it.
        var isFromAir = true
    }

    let ssid: SSID
    let interface: String
    let keyManagement: KeyManagement
    /// How many access points of the name were heard: where there are several, another one may take us after a refusal.
    var accessPointCount = 1
    /// How both sides prove themselves, where the network is an enterprise's.
    var enterprise: HotspotEAPSettings?

    /// Whether the kernel's events are heard, so that silence on the air is a finding.
    var hasWitness = false

    private(set) var phase = JoinPhase.searching
    private(set) var verdict: Verdict?
    private(set) var pending: Pending?

    /// What the supplicant said of the authentication.
    private(set) var testimony = SupplicantTestimony()

    /// Every state change of the device since the activation began.
    private(set) var route: [DeviceTransition] = []
    private var hasBegun = false
    /// What the device did last, for whichever connection.
    private(set) var lastTransition: DeviceTransition?
    /// The last answers from the air, newest last; a handful is enough for any chain.
    private(set) var air: [IEEE80211Failure] = []
    private(set) var completedScans = 0
    private(set) var lastBSSCount = 0
    private(set) var wasFound = false
    /// Whether a search began since the activation did.
    private(set) var hasSearched = false
    /// How many searches found an access point that fits, without the supplicant trying it.
    private var fittingScans = 0
    private(set) var demand: AccessPointDemand?
    var wasFitting: Bool { fittingScans > 0 }
    /// Whether an authentication was tried since the activation began.
    private(set) var wasTried = false
    private var isAssociated = false
    /// Whether SAE came to its end, which proves the password before any key is agreed.
    private(set) var isPasswordProven = false
    /// How often message 2 of the four-way handshake was sent and received since the association: an access point that
    /// cannot verify it drops it in silence and asks again (12.7.6.3).
    private(set) var secondMessages = 0
    /// Whether our own activation has ended: whichever begins then is another one.
    private var hasConnectionEnded = false
    private var isOthers = false
    /// Whether another activation took the device, so that the next one to begin is a new one.
    private var isInterrupted = false
    /// Whether the keys were once agreed, which proves the passphrase whatever comes later.
    private var hadKeys = false
    /// Whether the link fell after the keys and was not made anew.
    private(set) var isLinkLost = false
    /// When a daemon that says that it is asleep is taken at its word, whatever its device does.
    private var sleepDue: Instant?

    init(ssid: SSID, interface: String, keyManagement: KeyManagement) {
        self.ssid = ssid
        self.interface = interface
        self.keyManagement = keyManagement
    }

    /// How long a refusal stands before it is final: another access point of the name may be tried in that time.
    static let refusalGrace = Duration.milliseconds(1500)
    /// How long a refusal stands where several access points of the name were heard: the supplicant searches all channels
    /// before it tries the next one.
    static let steeringGrace = Duration.seconds(10)
    /// How long an access point's silence stands before it is final: the supplicant searches all channels once more and
    /// may find another access point of the name, or that the silent one was only a memory.
    static let silenceGrace = Duration.seconds(8)
    /// How long a failed handshake stands before it is final: NetworkManager's own verdict is due in the same moment.
    static let handshakeGrace = Duration.milliseconds(1500)
    /// How long a lost link may take to come back where the keys were agreed already: the supplicant searches all channels
    /// and joins anew by itself.
    static let lostLinkGrace = Duration.seconds(12)
    /// How long after a search without a result an authentication may still begin.
    static let searchGrace = Duration.milliseconds(1200)
    /// How long a supplicant may do nothing: a search of somebody else's that is on may take four seconds.
    static let idleGrace = Duration.seconds(12)
    /// How long a scan may take that listens on every channel for a beacon's interval.
    static let listeningGrace = Duration.seconds(6)
    /// How long the end of our activation may precede the device's reason for it, or another activation ours.
    static let connectionEndGrace = Duration.milliseconds(700)

    // MARK: Evidence

    /// Takes one piece of evidence.
    mutating func receive(_ evidence: JoinEvidence, at now: Instant) {
        guard verdict == nil else { return }
        switch evidence {
        case .deviceState(let transition): receive(transition, at: now)
        case .activeConnectionEnded:
            hasConnectionEnded = true
            if isInterrupted { return decide(.failed(interrupted(.newActivation))) }
            // The device's own reason comes in the same moment, and says more.
            guard pending == nil else { return }
            pending = Pending(
                at: now + Self.connectionEndGrace,
                verdict: .deviceLost(
                    lastTransition ?? DeviceTransition(old: .unknown, new: .unknown, reason: .unknown)
                ),
                isFromAir: false
            )
        case .daemonState(let isAsleep):
            // The device's own reason comes in the same moment, and says more. Where the device is just being prepared it
            // never comes: NetworkManager queues the new state, the activation's next one empties the queue, and it
            // searches on for its 25 seconds.
            sleepDue = isAsleep ? sleepDue ?? now + Self.connectionEndGrace : nil
        case .daemonGone(let busError):
            var error = failure(
                .backendUnavailable,
                "NetworkManager went away while \"\(ssid)\" was being joined",
                remedy: "see its log: journalctl -u NetworkManager"
            )
            if let busError { error.underlyingErrors.append(busError) }
            decide(.failed(error))
        case .supplicant(let event):
            testimony.receive(event)
            if hasBegun, !isOthers, case .eap = event, let error = authenticationFailure() {
                suspend(.failed(error), until: now + (authenticationGrace ?? Self.testimonyGrace))
            }
        default:
            // What the radio did for an earlier connection is no evidence about this one.
            if hasBegun, !isOthers { receiveFromAir(evidence, at: now) }
        }
    }

    private mutating func receiveFromAir(_ evidence: JoinEvidence, at now: Instant) {
        switch evidence {
        case .scanStarted:
            if !hasSearched, case .failed(let error)? = pending?.verdict, error.cause == .supplicantFailed {
                pending = nil
            }
            hasSearched = true
            advance(to: .searching)
        case .scanFinished(let offered, let count, let demand, let isConfirmed):
            completedScans += 1
            lastBSSCount = count
            wasFound = wasFound || !offered.isEmpty
            accessPointCount = max(accessPointCount, offered.count)
            guard !wasTried else { return }
            if offered.isEmpty {
                suspend(.failed(notFound()), until: now + (isConfirmed ? Self.searchGrace : Self.listeningGrace))
            } else if !offered.contains(where: { keyManagement.fits($0) }) {
                suspend(.failed(mismatch(offered)), until: now + Self.searchGrace)
            } else {
                // The supplicant tries at once what it finds fit; the second search is for one that it has just missed.
                fittingScans += 1
                self.demand = demand
                pending = nil
                if fittingScans > 1 { suspend(.failed(notTried()), until: now + Self.searchGrace) }
            }
        case .authenticationStarted:
            wasTried = true
            isAssociated = false
            isPasswordProven = false
            secondMessages = 0
            if case .failed(let error)? = pending?.verdict, error.phase == .searching { pending = nil }
            advance(to: .authenticating)
        case .authentication(let frame):
            wasTried = true
            receive(frame, at: now)
        case .authenticationTimedOut(let bssid):
            remember(IEEE80211Failure(noAnswerTo: .authentication, bssid: bssid))
            // Where the keys were agreed once, it is the link that was lost.
            if !hadKeys { suspend(.failed(noResponse()), until: now + Self.silenceGrace) }
        case .association(let status, let bssid):
            if status.isSuccess {
                isAssociated = true
                isLinkLost = false
                secondMessages = 0
                pending = nil
                // An open network has no handshake: what remains is the address.
                if keyManagement != .open { advance(to: .keys) }
            } else {
                remember(IEEE80211Failure(associationStatus: status, bssid: bssid))
                guard let decision = Decision(associationStatus: status) else { return }
                suspend(.failed(refused(decision)), until: now + refusalGrace)
            }
        case .associationTimedOut(let bssid):
            remember(IEEE80211Failure(noAnswerTo: .association, bssid: bssid))
            if !hadKeys { suspend(.failed(noResponse()), until: now + Self.silenceGrace) }
        case .linkEnded(let reason, let byAccessPoint, let bssid):
            guard isAssociated || byAccessPoint else { return }
            remember(IEEE80211Failure(linkEnded: reason, byAccessPoint: byAccessPoint, bssid: bssid))
            if isAssociated, !hadKeys {
                if byAccessPoint {
                    suspend(.failed(handshakeFailed(reason)), until: now + (authenticationGrace ?? Self.handshakeGrace))
                } else {
                    suspend(.failed(handshakeAbandoned()), until: now + Self.silenceGrace)
                }
            } else if hadKeys, !byAccessPoint, reason == .deauthLeaving {
                // Somebody here leaves, and the daemon says why: it gives up, or was told to.
                isAssociated = false
                return
            } else if hadKeys, !isLinkLost {
                suspend(.failed(linkLost()), until: now + Self.lostLinkGrace)
            }
            isLinkLost = hadKeys
            isAssociated = false
        case .handshakeMessageSent(let isFourth):
            guard isAssociated else { return }
            if isFourth {
                // The access point's message 3 was verified with our key.
                isPasswordProven = true
                pending = nil
            } else {
                secondMessages += 1
            }
        case .deviceState, .activeConnectionEnded, .daemonState, .daemonGone, .supplicant: break
        }
    }

    private mutating func receive(_ frame: AuthenticationFrame, at now: Instant) {
        if frame.status.isSuccess {
            // SAE has two transactions; the second one's success is the access point's word that the password is right.
            if frame.algorithm != .sae || frame.transaction == 2 {
                isPasswordProven = frame.algorithm == .sae
                pending = nil
                advance(to: .associating)
            }
            return
        }
        // 76 asks for an anti-clogging token (12.4.4.2): the supplicant goes on by itself.
        if frame.algorithm == .sae, frame.status == .antiCloggingTokenReq { return }
        remember(IEEE80211Failure(frame))
        if frame.algorithm == .sae, frame.transaction == 2,
            [.unspecifiedFailure, .challengeFail].contains(frame.status)
        {
            // The access point could not verify our confirm: the two sides have different passwords (12.4.5.6).
            decide(
                .failed(wrongPassphrase(.confirmed))
            )
        } else {
            let decision = Decision(
                authenticationStatus: frame.status,
                algorithm: frame.algorithm,
                transaction: Int(frame.transaction)
            )
            guard let decision else { return }
            suspend(.failed(refused(decision)), until: now + refusalGrace)
        }
    }

    private mutating func receive(_ transition: DeviceTransition, at now: Instant) {
        if hasConnectionEnded, isOthers || transition.new == .prepare {
            isOthers = true
            return
        }
        lastTransition = transition
        if !hasBegun || isInterrupted {
            // What comes before belongs to the connection that ours takes the place of.
            guard transition.new == .prepare else { return }
            beginAnew()
        }
        if transition.reason == .newActivation, transition.new == .deactivating || transition.new == .disconnected {
            // Either somebody else's activation takes the place of ours, or ours of one that began a moment before: then
            // ours begins next.
            isInterrupted = true
            route.append(transition)
            pending = Pending(
                at: now + Self.connectionEndGrace,
                verdict: .failed(interrupted(transition.reason)),
                isFromAir: false
            )
            return
        }
        route.append(transition)
        switch transition.new {
        case .config:
            // A supplicant that works begins to search, or speaks to an access point that it knows, at once.
            if wasIdle, pending == nil {
                pending = Pending(at: now + Self.idleGrace, verdict: .failed(idle()), isFromAir: false)
            }
        case .prepare, .needAuth: break
        case .ipConfig:
            hadKeys = true
            pending = nil
            advance(to: .address)
        case .ipCheck, .secondaries: advance(to: .address)
        case .activated: decide(.joined)
        case .failed: decide(.failed(deviceFailed(transition.reason)))
        case .deactivating, .disconnected:
            // Switched off, asleep and quitting are told apart by the daemon's properties.
            let isAmbiguous = [.sleeping, .networkingOff, .nowUnmanaged, .unmanagedQuitting].contains(transition.reason)
            decide(isAmbiguous ? .deviceLost(transition) : .failed(interrupted(transition.reason)))
        default: decide(.deviceLost(transition))
        }
    }

    /// Forgets what was heard of another activation.
    private mutating func beginAnew() {
        hasBegun = true
        isInterrupted = false
        route = []
        air = []
        testimony.begin()
        pending = nil
        wasTried = false
        isAssociated = false
        phase = .searching
    }

    // MARK: Verdicts

    private var refusalGrace: Duration { accessPointCount > 1 ? Self.steeringGrace : Self.refusalGrace }

    /// When the next verdict becomes final unless something is heard before.
    var due: Instant? { [pending?.at, sleepDue].compactMap { $0 }.min() }

    /// Makes a verdict final where its time has come.
    mutating func advanceClock(to now: Instant) {
        guard verdict == nil, let due, due <= now else { return }
        let isAsleep = sleepDue.map { $0 <= now } ?? false
        if let pending {
            // What an access point said stays true of a machine that falls asleep; its silence does not.
            let isSaid = if case .failed(let error) = pending.verdict { !error.cause.isLikeSilence } else { false }
            if !isAsleep || (pending.isFromAir && isSaid) { return decide(pending.verdict) }
        }
        let last = lastTransition?.new ?? .unknown
        decide(.deviceLost(DeviceTransition(old: last, new: last, reason: .sleeping)))
    }

    private mutating func decide(_ verdict: Verdict) {
        self.verdict = verdict
        pending = nil
    }

    /// A later piece of evidence replaces an earlier one, and does not put off its time.
    private mutating func suspend(_ verdict: Verdict, until instant: Instant) {
        pending = Pending(at: min(instant, pending?.at ?? instant), verdict: verdict)
    }

    private mutating func advance(to phase: JoinPhase) {
        // A second attempt on another access point goes back; nothing goes back behind an address.
        if self.phase < .address { self.phase = phase }
    }

    private mutating func remember(_ failure: IEEE80211Failure) {
        // The kernel tells of one frame in several events, the later ones with less about it.
        if let last = air.last, last.procedure == failure.procedure, last.number == failure.number,
            last.byAccessPoint == failure.byAccessPoint, failure.bssid == nil || failure.bssid == last.bssid
        {
            return
        }
        air.append(failure)
        if air.count > 4 { air.removeFirst() }
    }
}
