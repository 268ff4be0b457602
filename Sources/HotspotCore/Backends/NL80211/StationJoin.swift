internal import IEEE80211
internal import Logging
internal import Netlink
internal import RSN

/// The join of one access point, by the way that was chosen.
extension NL80211Station {
    func join(_ candidate: Candidate) async throws {
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
        akm = plan.akm
        if candidate.path.isOffloaded {
            try await joinByDriver(candidate)
        } else if plan.authentication == .sae {
            let keys = try await authenticateBySAE(candidate)
            // Both sides' confirms have verified (IEEE 802.11-2020, 12.4.5.4), whatever becomes of the rest.
            isProven = true
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
            try await agreeOnKeys(candidate, elements, pmk: psk, pmkid: nil, credential: isProven ? .proven : .unproven)
        } else if plan.pairwiseCipher != nil {
            try await joinByWEP(candidate)
        } else {
            try await authenticateOpenly(candidate)
            _ = try await associate(candidate, candidate.plan.associationElements())
        }
        current = candidate
        joinedBefore = max(joinedBefore, plan.level)
        isProven = true
    }

    /// Has the driver do everything; its word that it is connected is its word that the keys are there.
    func joinByDriver(_ candidate: Candidate) async throws {
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
    func authenticateOpenly(_ candidate: Candidate) async throws {
        guard candidate.path == .steps else { return }
        try await authenticate(candidate, algorithm: .openSystem)
    }

    func joinByOWE(_ candidate: Candidate) async throws {
        var groups = CyclicGroup.allCases[...]
        while let group = groups.popFirst() {
            try await authenticateOpenly(candidate)
            let exchange = try OWE(group: group)
            let elements = candidate.plan.associationElements(diffieHellman: exchange.element)
            let response: ElementList
            do {
                response = try await associate(candidate, elements, mayChangeGroup: !groups.isEmpty)
            } catch is AssociationRefusal {
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
            case .failure(let failure):
                throw error(
                    Decision(failure),
                    [Observation("IEEE 802.11", "association", "access point \(candidate.result.bssid): \(failure)")]
                )
            }
        }
    }

    func joinByWEP(_ candidate: Candidate) async throws {
        guard case .wepKey(let secret) = credential.credential, let cipher = candidate.plan.pairwiseCipher else {
            return
        }
        let key = LinkKey(index: 0, cipher: cipher, key: secret)
        do {
            try await authenticate(candidate, algorithm: .openSystem)
        } catch let refusal as HotspotConfigurationError where refusal.isUnsupportedAlgorithm {
            do {
                try await authenticate(candidate, algorithm: .sharedKey, key: key)
            } catch let silence as HotspotConfigurationError where silence.cause == .noResponse {
                // It answered a moment ago. What it cannot decrypt it does not hear (IEEE 802.11-2020, 12.3.3.3), and the
                // kernel keeps its challenge to itself.
                throw error(
                    Decision(
                        .wrongWEPKey,
                        .likely,
                        "the access point did not answer the proof of the WEP key",
                        remedy: "check the key"
                    ),
                    []
                )
            }
        }
        _ = try await associate(candidate, candidate.plan.associationElements())
        try await link.install(key)
        try await link.useKey(index: 0)
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
