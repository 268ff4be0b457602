/// What the agent does next: a state machine without clock and I/O.
///
/// The best known network is the one of the highest ``HotspotConfiguration/autoJoinPriority``; among those of one priority
/// the one that was joined or configured last; among those that never were, the strongest. A network that could not be
/// joined is barred for a while, longer each time.
struct AgentPlan: Sendable {
    typealias Instant = ContinuousClock.Instant
    typealias ID = StoredConfiguration.ID

    /// How long things are waited for.
    struct Timing: Sendable {
        /// Between two scans while no known network is heard: the first and the longest pause.
        var firstPause = Duration.seconds(2)
        var longestPause = Duration.seconds(60)
        /// The same while a network is joined and a better one is known.
        var firstWatch = Duration.seconds(30)
        var longestWatch = Duration.seconds(600)
        /// How long a lost link may be made anew before others are looked for.
        var patience = Duration.seconds(20)
        /// Between two looks for a radio.
        var radioPause = Duration.seconds(2)
        /// How long what a scan heard is believed.
        var freshness = Duration.seconds(60)
        /// How long a network is barred that could not be joined: at first, and at most.
        var firstBar = Duration.seconds(10)
        var longestBar = Duration.seconds(300)
        /// The same for one that refused what the configuration says: that will not mend itself.
        var firstRefusalBar = Duration.seconds(300)
        var longestRefusalBar = Duration.seconds(3600)
        /// The longest wait of all.
        var sweep = Duration.seconds(3600)
    }

    /// What is to be done.
    enum Step: Sendable, Equatable {
        case findRadio
        case scan
        /// Leave what is joined, and join this one.
        case join(ID)
        case leave(ID)
        /// Nothing until then, or until something happens.
        case wait(until: Instant)
    }

    private struct Bar: Sendable {
        var until: Instant
        var length: Duration
    }

    private struct Link: Sendable {
        let id: ID
        let configuration: HotspotConfiguration
        var lostSince: Instant?
    }

    let timing: Timing
    private(set) var known: [StoredConfiguration] = []
    /// The radio's interface.
    private(set) var radio: String?
    private var nextLook: Instant
    private var heard: [SSID: HotspotNetwork] = [:]
    private var heardAt: Instant?
    private var nextScan: Instant
    private var pause: Duration
    private var link: Link?
    private var bars: [ID: Bar] = [:]
    /// Networks that somebody had left: they are joined again only by hand, or as something new.
    private var dismissed: Set<SSID> = []
    /// When networks were last joined, where the directory does not take it.
    private var joins: [ID: Int64] = [:]

    init(at now: Instant, timing: Timing = Timing()) {
        self.timing = timing
        nextLook = now
        nextScan = now
        pause = timing.firstPause
    }

    /// The network that is joined.
    var current: ID? { link?.id }

    // MARK: What happens

    /// The directory was read.
    ///
    /// - Returns: whether it says something new.
    @discardableResult
    mutating func read(_ all: [StoredConfiguration], at now: Instant) -> Bool {
        let earlier = Dictionary(known.map { ($0.id, $0) }) { $1 }
        let changed = all.filter { one in earlier[one.id].map { !$0.says(theSameAs: one) } ?? true }
        let isNew = !changed.isEmpty || all.count != known.count
        known = all
        for one in changed {
            bars[one.id] = nil
            dismissed.remove(one.configuration.ssid)
        }
        if isNew { hurry(at: now) }
        return isNew
    }

    /// Somebody wants everything to be tried again.
    mutating func reload(at now: Instant) {
        bars = [:]
        dismissed = []
        nextLook = now
        hurry(at: now)
    }

    /// Somebody has a network left, or is about to leave it himself.
    mutating func dismiss(_ ssid: SSID, at now: Instant) {
        dismissed.insert(ssid)
        if link?.configuration.ssid == ssid { link = nil }
        hurry(at: now)
    }

    /// There is a radio.
    mutating func found(radio: String, at now: Instant) {
        self.radio = radio
        hurry(at: now)
    }

    /// There is none, or none that may send.
    mutating func lostRadio(at now: Instant) {
        radio = nil
        link = nil
        nextLook = now + timing.radioPause
    }

    /// A scan has ended.
    mutating func heard(_ networks: [HotspotNetwork], at now: Instant) {
        heard = Dictionary(networks.map { ($0.ssid, $0) }) { first, _ in first }
        heardAt = now
        nextScan = now + pause
        pause = min(pause * 2, link == nil ? timing.longestPause : timing.longestWatch)
    }

    /// A network was joined.
    ///
    /// - Parameters:
    ///   - id: by which configuration.
    ///   - now: when.
    ///   - date: when the join began, in seconds since 1970: what was configured meanwhile is newer.
    mutating func joined(_ id: ID, at now: Instant, date: Int64) {
        guard let stored = known.first(where: { $0.id == id }) else { return }
        link = Link(id: id, configuration: stored.configuration)
        bars[id] = nil
        joins[id] = date
        heardAt = nil
        pause = timing.firstWatch
        nextScan = now + pause
    }

    /// A network could not be joined.
    mutating func failed(_ id: ID, _ cause: HotspotConfigurationError.Cause, at now: Instant) {
        link = nil
        switch cause {
        case .radioDisabled, .noWirelessDevice, .deviceRemoved: lostRadio(at: now)
        case .wrongPassphrase, .wrongWEPKey, .passphraseMissing, .securityMismatch, .notSupported, .settingRefused:
            bar(id, timing.firstRefusalBar, timing.longestRefusalBar, at: now)
            slowDown(at: now)
        default:
            bar(id, timing.firstBar, timing.longestBar, at: now)
            slowDown(at: now)
        }
    }

    /// A join was given up for something else that is to be done.
    mutating func interrupted() {
        link = nil
    }

    /// The link was lost, and is being made anew.
    mutating func lost(at now: Instant) {
        if link?.lostSince == nil { link?.lostSince = now }
    }

    /// The link is there again.
    mutating func rejoined() {
        link?.lostSince = nil
    }

    /// The link has ended for good.
    mutating func ended(_ cause: HotspotConfigurationError.Cause?, at now: Instant) {
        guard let id = link?.id else { return }
        hurry(at: now)
        failed(id, cause ?? .deauthenticated, at: now)
    }

    /// The link was left because ``next(at:date:)`` said so.
    mutating func left(at now: Instant) {
        guard let link else { return }
        self.link = nil
        // Others first: this one was given time enough.
        if link.lostSince != nil { bar(link.id, timing.firstBar, timing.longestBar, at: now) }
        hurry(at: now)
    }

    private mutating func hurry(at now: Instant) {
        heardAt = nil
        nextScan = now
        pause = link == nil ? timing.firstPause : timing.firstWatch
    }

    /// What was heard has one candidate less; a watch's long pause is no more.
    private mutating func slowDown(at now: Instant) {
        pause = min(pause, timing.longestPause)
        nextScan = min(nextScan, now + pause)
    }

    private mutating func bar(_ id: ID, _ first: Duration, _ longest: Duration, at now: Instant) {
        let length = min(max(first, (bars[id]?.length ?? .zero) * 2), longest)
        bars[id] = Bar(until: now + length, length: length)
    }

    // MARK: What is to be done

    /// The next step.
    ///
    /// - Parameters:
    ///   - now: when.
    ///   - date: the same in seconds since 1970, for what expires.
    /// - Returns: the step, which is to be taken before this is asked again.
    func next(at now: Instant, date: Int64) -> Step {
        guard let radio else { return now >= nextLook ? .findRadio : .wait(until: nextLook) }
        let usable = known.filter {
            $0.configuration.autoJoin && !$0.isExpired(at: date) && !dismissed.contains($0.configuration.ssid)
                && ($0.configuration.interface ?? radio) == radio
        }
        var until = now + timing.sweep
        for one in usable {
            if let rest = one.remaining(at: date) { until = min(until, now + .seconds(rest)) }
        }
        if let link {
            guard let own = usable.first(where: { $0.id == link.id }), own.configuration == link.configuration else {
                return .leave(link.id)
            }
            if let lostSince = link.lostSince {
                // The radio is busy with making it anew.
                let end = lostSince + timing.patience
                return now >= end ? .leave(link.id) : .wait(until: min(until, end))
            }
            let better = usable.filter { precedes($0, own) && !isBarred($0.id, at: now) }
            guard !better.isEmpty else { return .wait(until: until) }
            if let best = candidates(better, at: now).first { return .join(best) }
            return now >= nextScan ? .scan : .wait(until: min(until, nextScan))
        }
        guard !usable.isEmpty else { return .wait(until: until) }
        let free = usable.filter { !isBarred($0.id, at: now) }
        if let best = candidates(free, at: now).first { return .join(best) }
        if isFresh(at: now), let hidden = free.filter(\.configuration.hidden).min(by: precedes) {
            return .join(hidden.id)
        }
        return now >= nextScan ? .scan : .wait(until: min(until, nextScan))
    }

    private func isFresh(at now: Instant) -> Bool {
        heardAt.map { now < $0 + timing.freshness } ?? false
    }

    private func isBarred(_ id: ID, at now: Instant) -> Bool {
        bars[id].map { now < $0.until } ?? false
    }

    /// The configurations whose networks are heard and offer what is configured, best first.
    private func candidates(_ configurations: [StoredConfiguration], at now: Instant) -> [ID] {
        guard isFresh(at: now) else { return [] }
        return configurations.filter { one in
            heard[one.configuration.ssid].map { $0.fits(one.configuration) } ?? false
        }.sorted(by: precedes).map(\.id)
    }

    private func lastUse(_ one: StoredConfiguration) -> Int64 {
        max(one.created, one.lastJoined ?? one.created, joins[one.id] ?? one.created)
    }

    private func hasBeenJoined(_ one: StoredConfiguration) -> Bool {
        one.lastJoined != nil || joins[one.id] != nil
    }

    /// Whether one is better than another.
    private func precedes(_ first: StoredConfiguration, _ second: StoredConfiguration) -> Bool {
        let priorities = (first.configuration.autoJoinPriority, second.configuration.autoJoinPriority)
        guard priorities.0 == priorities.1 else { return priorities.0 > priorities.1 }
        let uses = (lastUse(first), lastUse(second))
        // Two that were never joined were configured at some time, by an installer perhaps: the signal says more.
        if hasBeenJoined(first) || hasBeenJoined(second) {
            guard uses.0 == uses.1 else { return uses.0 > uses.1 }
        }
        let strengths = [first, second].map { heard[$0.configuration.ssid]?.signalStrength ?? 0 }
        guard strengths[0] == strengths[1] else { return strengths[0] > strengths[1] }
        guard uses.0 == uses.1 else { return uses.0 > uses.1 }
        return first.id.application < second.id.application
            || first.id.application == second.id.application
                && first.id.ssid.octets.lexicographicallyPrecedes(second.id.ssid.octets)
    }
}
