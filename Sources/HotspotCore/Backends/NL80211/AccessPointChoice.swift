internal import IEEE80211
internal import Logging
internal import Netlink
internal import RSN

/// The choice of the way to join an access point, or the reason why it is not joined.
extension NL80211Station {
    /// What is insisted on.
    private var policy: SecurityPolicy {
        credential.policy(transitionDisable: memory.transitionDisable, joinedBefore: joinedBefore)
    }

    /// What an access point's elements mean, before anything is asked.
    private func judge(_ result: ScanResult, _ policy: SecurityPolicy) -> RSNDecision {
        RSNNegotiation.decide(
            BSSDescription(result),
            station: radio.capabilities,
            credential: credential.credential,
            policy: policy
        )
    }

    /// Whether an access point is to be joined by SAE or OWE, as far as its own elements say.
    func isProtected(_ result: ScanResult) -> Bool {
        switch judge(result, policy) {
        case .join(let plan):
            guard plan.level == .wpa3, case .success = candidate(plan, result) else { return false }
            return true
        case .lookFor: return true
        case .refuse: return false
        }
    }

    /// How an access point is to be joined, or why it is not.
    func decide(_ result: ScanResult) async throws -> Result<Candidate, HotspotConfigurationError> {
        switch judge(result, policy) {
        case .join(let plan): return candidate(plan, result)
        case .refuse(let why): return .failure(refused(why, result))
        case .lookFor(let half): return try await decide(result, otherHalf: half)
        }
    }

    /// The same of the open half of an OWE pair: its other half is joined, and it itself only where nothing is heard of
    /// that and nothing forbids it.
    private func decide(
        _ open: ScanResult,
        otherHalf half: OWETransitionElement
    ) async throws -> Result<Candidate, HotspotConfigurationError> {
        var frequencies = [open.frequencyMHz]
        if let place = half.place, place.channel?.frequencyMHz != open.frequencyMHz {
            if let there = place.channel?.frequencyMHz, try await mayUse(there) {
                frequencies.append(there)
            } else {
                logger.notice("the OWE half is where this radio cannot look", metadata: ["bssid": "\(half.bssid)"])
            }
        }
        var search = OWEHalfSearch(half)
        let subject = AbsentHalf(half: half, frequencies: frequencies)
        if absentHalves.contains(subject) {
            search.end(with: try await heard(within: ChannelSearch.freshness))
        }
        var hasScanned = true
        while let asks = search.next {
            let scansBefore = completedScans
            try await scan(frequencies, for: asks ? [half.ssid] : [])
            hasScanned = hasScanned && completedScans > scansBefore
            search.take(try await heard(within: ChannelSearch.freshness))
        }
        switch search.outcome {
        case .found(let other):
            switch judge(other, policy) {
            case .join(let plan): return candidate(plan, other)
            case .refuse(let why): return .failure(refused(why, other))
            // It has an RSNE, so it leads no further.
            case .lookFor: return .failure(silence(.authentication, half.bssid))
            }
        case .silent:
            logger.notice("the OWE half of an open access point does not answer", metadata: ["bssid": "\(half.bssid)"])
            return .failure(silence(.authentication, half.bssid))
        case .absent:
            // A scan that was refused or cut off has heard nobody.
            if hasScanned { absentHalves.insert(subject) }
            var policy = policy
            policy.allowsOpenHalf = true
            switch judge(open, policy) {
            case .join(let plan): return candidate(plan, open)
            case .refuse(let why): return .failure(refused(why, open))
            case .lookFor: return .failure(silence(.authentication, half.bssid))
            }
        }
    }

    private func mayUse(_ frequencyMHz: Int) async throws -> Bool {
        try await frequencies().contains { $0.frequencyMHz == frequencyMHz && !$0.isDisabled }
    }

    /// The candidate that a plan makes of an access point; what is weaker than what it offers is told.
    private func candidate(_ plan: RSNPlan, _ result: ScanResult) -> Result<Candidate, HotspotConfigurationError> {
        if let mismatch = mismatch(plan, result) { return .failure(mismatch) }
        let paths = DriverPaths(radio.wiphy)
        let hasIdentifier = credential.password?.identifier != nil
        switch paths.path(akm: plan.akm, isPrivate: plan.pairwiseCipher != nil, hasIdentifier: hasIdentifier) {
        case .success(let path): return .success(Candidate(result: result, plan: plan, path: path))
        case .failure(let obstacle): return .failure(unsupported(obstacle, result))
        }
    }

    /// The driver stands in the way of a network that could be joined otherwise.
    func unsupported(_ obstacle: DriverPath.Obstacle, _ result: ScanResult) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .notSupported,
            "\"\(configuration.ssid)\" cannot be joined by the driver of \(radio.interface.name): \(obstacle)",
            remedy: "join through NetworkManager, whose wpa_supplicant has other ways, or use another Wi-Fi device",
            phase: .preparing,
            underlying: [offer(of: result), Observation("nl80211", "wiphy", "of the driver: \(obstacle)")]
        )
    }

    func refused(_ why: RSNRefusal, _ result: ScanResult) -> HotspotConfigurationError {
        if why == .saeUnusable(.driver),
            case .failure(.externalAuthentication) = DriverPaths(radio.wiphy).path(akm: .sae, isPrivate: true)
        {
            return unsupported(.externalAuthentication, result)
        }
        return refusedByPolicy(why, result)
    }

    func refusedByPolicy(_ why: RSNRefusal, _ result: ScanResult) -> HotspotConfigurationError {
        HotspotConfigurationError(
            Decision(why, hasCredential: configuration.passphrase != nil),
            subject: "\"\(configuration.ssid)\" cannot be joined",
            phase: .preparing,
            underlying: [offer(of: result)]
        )
    }

    func offer(of result: ScanResult) -> Observation {
        Observation(
            "IEEE 802.11",
            "beacons",
            "access point \(result.bssid) offers \(KeyManagement.describe([result.security]))"
        )
    }

    /// What was chosen by name, and the access point's offer agrees with nothing of it.
    func mismatch(_ plan: RSNPlan, _ result: ScanResult) -> HotspotConfigurationError? {
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
}

extension BSSDescription {
    fileprivate init(_ result: ScanResult) {
        self.init(
            bssid: result.bssid,
            ssid: result.ssid,
            elements: result.elements,
            privacy: result.capability & 0x0010 != 0,
            // The lowest channel there is around 5935 MHz, the highest of 5 GHz around 5885 MHz.
            is6GHz: (5925..<7250).contains(result.frequencyMHz)
        )
    }
}
