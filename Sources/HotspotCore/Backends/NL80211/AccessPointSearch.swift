internal import Glibc
internal import IEEE80211
internal import Logging
internal import Netlink

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
    func attempt(maximumAge: Int, wantsGoodSignal: Bool) async throws -> Candidate? {
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

    static func isAboutOneAccessPoint(_ cause: HotspotConfigurationError.Cause) -> Bool {
        switch cause {
        case .noResponse, .associationRejected, .deauthenticated, .networkNotFound: true
        default: false
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
        let all = try await radio.nl80211.scanResults(interface: index)
        lastCount = all.count
        return all.filter { $0.ssid == ssid && ($0.ageMilliseconds ?? 0) <= maximumAge }
            .sorted { ($0.signalMBm ?? .min) > ($1.signalMBm ?? .min) }
    }

    /// Scans, and returns when the scan has ended; waits where somebody else's is on.
    func scan(_ frequencies: [Int], for ssids: [[UInt8]]) async throws {
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
}
