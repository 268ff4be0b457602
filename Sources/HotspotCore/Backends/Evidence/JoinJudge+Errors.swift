internal import IEEE80211

/// The errors that a judge decides for.
extension JoinJudge {
    /// The error for a cause, with everything heard so far beneath it.
    func failure(
        _ cause: HotspotConfigurationError.Cause,
        confidence: HotspotConfigurationError.Confidence = .confirmed,
        _ message: String,
        remedy: String? = nil
    ) -> HotspotConfigurationError {
        var underlying: [any Error] = []
        if !route.isEmpty {
            underlying.append(NetworkManagerFailure(interface: interface, route: route))
        } else if let lastTransition {
            underlying.append(NetworkManagerFailure(interface: interface, route: [lastTransition]))
        }
        if let failure = testimony.failure { underlying.append(failure) }
        underlying += air.reversed().map { $0 as any Error }
        if completedScans > 0, !wasFound, !wasTried {
            underlying.append(ScanFailure(completedScans: completedScans, bssCount: lastBSSCount))
        }
        return HotspotConfigurationError(
            cause,
            confidence: confidence,
            message,
            remedy: remedy,
            phase: phase,
            underlying: underlying
        )
    }

    static let passphraseRemedy = "check the passphrase: upper and lower case, and whether it was changed"

    func notFound() -> HotspotConfigurationError {
        failure(
            .networkNotFound,
            confidence: completedScans > 1 ? .confirmed : .likely,
            "no access point of \"\(ssid)\" answered",
            remedy: "check the name letter by letter, and go nearer to the access point"
        )
    }

    /// Whether the supplicant let the whole time pass without searching or speaking to anybody.
    var wasIdle: Bool { hasWitness && !hasSearched && !wasTried && completedScans == 0 }

    /// The supplicant did nothing.
    func idle() -> HotspotConfigurationError {
        var error = failure(
            .supplicantFailed,
            confidence: .likely,
            "wpa_supplicant did not search for \"\(ssid)\"",
            remedy: "restart it: systemctl restart wpa_supplicant; see its log: journalctl -u wpa_supplicant"
        )
        error.underlyingErrors.append(
            Observation("nl80211", "NL80211_CMD_TRIGGER_SCAN", "no search began on \(interface)")
        )
        return error
    }

    /// An access point with the right name and security was heard, and the supplicant leaves it alone.
    func notTried() -> HotspotConfigurationError {
        let isAboutFrames = [.lacksProtectedFrames, .requiresProtectedFrames].contains(demand)
        let why = demand?.description ?? "it does not say why"
        var error = failure(
            isAboutFrames ? .securityMismatch : .notSupported,
            confidence: demand == nil ? .possible : .likely,
            "an access point of \"\(ssid)\" was heard, and the supplicant does not try it: \(why)",
            remedy: isAboutFrames
                ? "see wifi-sec.pmf in the machine's NetworkManager.conf, or change the access point"
                : "change the access point's settings, or use another Wi-Fi device; journalctl -u wpa_supplicant says more"
        )
        error.underlyingErrors.append(Observation("IEEE 802.11", "beacon", "the access point was heard: \(why)"))
        return error
    }

    func mismatch(_ offered: [BSSSecurity]) -> HotspotConfigurationError {
        failure(
            .securityMismatch,
            "\"\(ssid)\" offers \(KeyManagement.describe(offered)) and was asked for \(keyManagement)",
            remedy: "choose the security that the network has, or leave the choice out"
        )
    }

    func wrongPassphrase(
        _ confidence: HotspotConfigurationError.Confidence
    ) -> HotspotConfigurationError {
        failure(
            .wrongPassphrase,
            confidence: confidence,
            "\"\(ssid)\" did not accept the passphrase",
            remedy: Self.passphraseRemedy
        )
    }

    /// The supplicant gave up between the association and the end of the four-way handshake.
    func handshakeAbandoned() -> HotspotConfigurationError {
        if [.wpaPSK, .sae].contains(keyManagement), !isPasswordProven, secondMessages > 1 {
            return wrongPassphrase(.likely)
        }
        return failure(
            .noResponse,
            confidence: .likely,
            "the access point of \"\(ssid)\" fell silent before the keys were agreed",
            remedy: "go nearer to it, or restart it"
        )
    }

    /// The link fell after the keys were agreed, and did not come back.
    func linkLost() -> HotspotConfigurationError {
        failure(
            .deauthenticated,
            "the link to \"\(ssid)\" was lost before an address came",
            remedy: "go nearer to the access point"
        )
    }

    func noResponse() -> HotspotConfigurationError {
        failure(
            .noResponse,
            "the access point of \"\(ssid)\" did not answer",
            remedy: "go nearer to it, or restart it"
        )
    }

    func refused(_ decision: Decision) -> HotspotConfigurationError {
        failure(
            decision.cause,
            confidence: decision.confidence,
            "\"\(ssid)\" could not be joined: \(decision.explanation)",
            remedy: decision.remedy ?? decision.cause.remedies.first
        )
    }

    /// The access point ended the link between the association and the end of the four-way handshake.
    func handshakeFailed(_ reason: ReasonCode) -> HotspotConfigurationError {
        if keyManagement == .open {
            return failure(
                .deauthenticated,
                "the access point of \"\(ssid)\" ended the link: \(reason)",
                remedy: "ask whoever runs the network"
            )
        }
        if let error = authenticationEnded(reason) { return error }
        let mayBeThePassphrase =
            [.wpaPSK, .sae].contains(keyManagement) && !isPasswordProven
            && (secondMessages > 1 || [.fourWayHandshakeTimeout, .prevAuthNotValid].contains(reason))
        if mayBeThePassphrase {
            // A message 2 with a wrong MIC is dropped in silence (12.7.6.3), so a timeout is all that a wrong passphrase
            // ever looks like; a very slow link looks the same.
            return wrongPassphrase(.likely)
        }
        let decision = Decision(
            disconnectionReason: reason,
            during: .keys,
            credential: isPasswordProven ? .proven : .unproven
        )
        if decision.cause == .securityMismatch { return refused(decision) }
        return failure(
            .handshakeFailed,
            confidence: .likely,
            "the access point of \"\(ssid)\" ended the link before the keys were agreed: \(reason)",
            remedy: isPasswordProven
                ? "the password was accepted: go nearer to the access point, or restart it"
                : "ask whoever runs the network"
        )
    }
}
