internal import Glibc
internal import IEEE80211
internal import Logging
internal import Netlink
internal import RSN

/// The search: which channels are asked, and which of the access points that answer are tried.
extension NL80211Station {
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
        absentHalves = []
        refusal = nil
        order = AccessPointOrder()
        timeline.enter(.searching)
        if let found = try await attempt(maximumAge: ChannelSearch.freshness, wantsGoodSignal: true) { return found }
        // Computed while the radio searches.
        credential.prepare()
        let known = try await results(of: configuration.ssid.octets, maximumAge: .max).map(\.frequencyMHz)
        let search = ChannelSearch(try await frequencies(), known: known)
        for stage in search.stages {
            // An access point that did answer is not found by listening.
            if !stage.asks, refusal != nil { break }
            // Another access point of the name may know the passphrase, where one is likely.
            if order.isNearlyDecided, !search.likely.contains(stage) { break }
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
    func attempt(maximumAge: Int, wantsGoodSignal: Bool) async throws -> Candidate? {
        let only = configuration.bssid.flatMap(MACAddress.init)
        var candidates: [Candidate] = []
        var decided: Set<MACAddress> = []
        // The search for an OWE half may have heard another access point of the name, such as one with protection. Once:
        // who is heard anew each time is somebody's doing.
        for _ in 1...2 {
            let results = try await results(of: configuration.ssid.octets, maximumAge: maximumAge)
                .filter { result in
                    !tried.contains(result.bssid) && only.map { OWEHalfSearch.isMeant(result, by: $0) } ?? true
                }
            // Also what was decided keeps weaker ones out.
            let worthwhile = order.chosen(results, isProtected: isProtected) { result in
                wantsGoodSignal && result.signalMBm.map { $0 < ChannelSearch.goodSignalMBm } ?? false
            }
            let scansBefore = completedScans
            for result in worthwhile where decided.insert(result.bssid).inserted {
                switch try await decide(result) {
                case .success(let candidate): candidates.append(candidate)
                case .failure(let error): refusal = refusal ?? error
                }
            }
            if completedScans == scansBefore || candidates.contains(where: \.isProtected) { break }
        }
        for candidate in order.chosen(candidates, isProtected: \.isProtected)
        where tried.insert(candidate.result.bssid).inserted {
            do {
                return try await joinPatiently(candidate)
            } catch let error as HotspotConfigurationError
                where AccessPointOrder.isAboutOneAccessPoint(error.cause)
            {
                logger.debug("another access point may do", metadata: ["error": "\(error)"])
                await abandon()
                refusal = AccessPointOrder.reported(refusal, error)
                order.failed(isProtected: candidate.isProtected, error.cause)
                if order.isDecided { throw refusal ?? error }
            }
        }
        return nil
    }

    /// Joins an access point, and asks once more where it fell silent before it took us in.
    ///
    /// A busy one answers after the kernel has given up, which asks three times in 0.6 s and then forgets that it has heard
    /// it. SAE's frames were sent again for longer than that, and so does a driver that does all itself. What answers then
    /// may be somebody else under the same address: it is joined by no less than was to be joined before.
    ///
    /// - Returns: what was joined.
    private func joinPatiently(_ candidate: Candidate) async throws -> Candidate {
        do {
            tellOfWeakness(candidate.plan)
            try await join(candidate)
            return candidate
        } catch let silence as HotspotConfigurationError
            where silence.cause == .noResponse && candidate.path == .steps
            && (silence.phase == .associating
                || silence.phase == .authenticating && candidate.plan.authentication != .sae)
        {
            await abandon()
            let (bssid, name) = (candidate.result.bssid, candidate.result.ssid)
            try await scan([candidate.result.frequencyMHz], for: [name])
            guard
                let again = try await heard(within: ChannelSearch.freshness)
                    .first(where: { $0.bssid == bssid && $0.ssid == name }),
                case .success(let second) = try await decide(again), second.plan.level >= candidate.plan.level
            else { throw silence }
            logger.debug("silent, and still there: asked once more", metadata: ["bssid": "\(bssid)"])
            do {
                tellOfWeakness(second.plan)
                try await join(second)
                return second
            } catch let error as HotspotConfigurationError {
                // It may have been more than was to be joined before.
                tried.insert(second.result.bssid)
                if second.isProtected { order.failed(isProtected: true, .noResponse) }
                throw error.cause == .noResponse && error.phase < silence.phase ? silence : error
            }
        }
    }

    /// What is joined by less than it offers is never joined without a word.
    private func tellOfWeakness(_ plan: RSNPlan) {
        if let why = plan.unusedSAE {
            logger.notice("SAE is offered and not used", metadata: ["why": "\(RSNRefusal.saeUnusable(why))"])
        }
        if plan.isOpenHalf {
            logger.notice("OWE is offered and not used: nothing is encrypted", metadata: ["bssid": "\(plan.bss.bssid)"])
        }
    }

    func notFound() -> HotspotConfigurationError {
        timeline.enter(.searching)
        return HotspotConfigurationError(
            .networkNotFound,
            "no access point of \"\(configuration.ssid)\" answered",
            remedy: "check the name letter by letter, and go nearer to the access point",
            phase: .searching,
            underlying: [ScanFailure(completedScans: completedScans, bssCount: lastCount)]
        )
    }

    /// The access points of a name that were heard lately, strongest first.
    func results(of ssid: [UInt8], maximumAge: Int) async throws -> [ScanResult] {
        try await heard(within: maximumAge).filter { $0.ssid == ssid }
            .sorted { ($0.signalMBm ?? .min) > ($1.signalMBm ?? .min) }
    }

    /// The access points of all names that were heard lately.
    ///
    /// - Parameter maximumAge: in ms.
    /// - Returns: them.
    /// - Throws: `NetlinkError`.
    func heard(within maximumAge: Int) async throws -> [ScanResult] {
        let all = try await radio.nl80211.scanResults(interface: index)
        lastCount = all.count
        return all.filter { ($0.ageMilliseconds ?? 0) <= maximumAge }
    }

    /// The radio's channels as they are now: a country's rules come with the first scan, and change while a link is held.
    func frequencies() async throws -> [Wiphy.Frequency] {
        let wiphys = try await radio.nl80211.wiphys()
        guard let now = wiphys.first(where: { $0.index == radio.wiphy.index }) else { return radio.wiphy.frequencies }
        return now.frequencies
    }

    /// Scans, and returns when the scan has ended; waits where somebody else's is on.
    ///
    /// A scan that the kernel refuses or does not end hears nothing, and the search goes on: the channels may have been
    /// forbidden since they were read.
    func scan(_ frequencies: [Int], for ssids: [[UInt8]]) async throws {
        let deadline = Instant.now + ScanWait.limit(channels: frequencies.count)
        let alarm = events.alarm(at: deadline)
        defer { alarm.cancel() }
        while true {
            do throws(NetlinkError) {
                try await radio.nl80211.triggerScan(interface: index, ssids: ssids, frequenciesMHz: frequencies)
                break
            } catch {
                if error.errno == EINVAL {
                    logger.debug("none of these channels may be used any more", metadata: ["MHz": "\(frequencies)"])
                    return
                }
                guard error.errno == EBUSY else { throw error }
                guard Instant.now < deadline else {
                    logger.debug("another scan is on and on")
                    return
                }
                // Somebody else's scan: the end of it may have been heard already, so not for long.
                logger.debug("another scan is on")
                let pause = events.alarm(at: .now + .milliseconds(250))
                defer { pause.cancel() }
                _ = try await next()
            }
        }
        logger.debug("scanning", metadata: ["MHz": "\(frequencies)", "asks": "\(!ssids.isEmpty)"])
        var wait = ScanWait(frequencies)
        while Instant.now < deadline {
            guard case .air(let event) = try await next() else { continue }
            switch event.kind {
            case .triggerScan(let scan): wait.began(scan.frequenciesMHz)
            case .newScanResults(let scan) where wait.isEnd(scan.frequenciesMHz):
                completedScans += 1
                return
            case .scanAborted(let scan) where wait.isEnd(scan.frequenciesMHz): return
            // The end may be among what was lost: the results are in the cache either way.
            case .overrun: return
            default: break
            }
        }
        logger.debug("the scan did not end", metadata: ["MHz": "\(frequencies)"])
    }
}

/// The wait for the end of a scan of ours among everybody's.
struct ScanWait {
    private let asked: Set<Int>
    private var hasBegun = false

    /// - Parameter asked: the channels in MHz.
    init(_ asked: [Int]) { self.asked = Set(asked) }

    /// How long it may take: generously what a radio takes that listens on each channel for a while.
    static func limit(channels count: Int) -> Duration { .seconds(5) + .milliseconds(500) * count }

    /// A scan has begun.
    mutating func began(_ frequencies: [Int]) {
        if covers(frequencies) { hasBegun = true }
    }

    /// Whether the end of a scan is that of ours: no other can be on, but that of an earlier one may be heard late.
    func isEnd(_ frequencies: [Int]) -> Bool { hasBegun && covers(frequencies) }

    /// The kernel leaves out in silence what it forbids by now.
    private func covers(_ frequencies: [Int]) -> Bool {
        !frequencies.isEmpty && asked.isSuperset(of: frequencies)
    }
}
