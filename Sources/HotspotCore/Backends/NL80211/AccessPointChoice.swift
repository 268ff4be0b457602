internal import IEEE80211
internal import Logging
internal import Netlink
internal import RSN

/// The choice of the way to join an access point, or the reason why it is not joined.
extension NL80211Station {
    /// How an access point is to be joined, or why it is not.
    func decide(
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
            privacy: result.capability & 0x0010 != 0
        )
    }
}
