internal import IEEE80211

/// What the end of an EAP conversation means (RFC 3748; IEEE 802.11-2020, 12.6).
extension JoinJudge {
    /// How long the supplicant's words stand before they are final.
    ///
    /// The access point's own, the end of the link, come in the same moment. The next attempt, which the supplicant makes
    /// after ten seconds, changes nothing about a refusal by the server: it is the network's, not one access point's.
    static let testimonyGrace = Duration.milliseconds(500)
    /// How long a failure of FAST stands: the first conversation may only bring the credential for the second one, and ends
    /// with a failure all the same (RFC 5422, 3.5).
    static let provisioningGrace = Duration.seconds(20)

    /// How long the end of an authentication stands before it is final, where it is longer than others.
    var authenticationGrace: Duration? {
        guard keyManagement == .wpaEAP, enterprise?.supportedEAPTypes.contains(.fast) == true,
            testimony.conversations <= 1, testimony.accepted.allSatisfy({ $0 == "FAST" }),
            testimony.verificationFailure == nil, testimony.needed == nil
        else { return nil }
        return Self.provisioningGrace
    }

    /// The failure that the supplicant's words amount to; nil where there is none yet.
    func authenticationFailure() -> HotspotConfigurationError? {
        guard keyManagement == .wpaEAP else { return nil }
        if let reason = testimony.verificationFailure { return untrusted(reason) }
        if let needed = testimony.needed { return lacking(needed) }
        return testimony.isRefused ? refusedByServer() : nil
    }

    /// The access point ended the link while the authentication or the handshake went on.
    func authenticationEnded(_ reason: ReasonCode) -> HotspotConfigurationError? {
        guard keyManagement == .wpaEAP else { return nil }
        if let error = authenticationFailure() { return error }
        guard reason == .ieee8021XAuthFailed else { return nil }
        return refusedUnheard()
    }

    /// NetworkManager gave up, after 25 seconds or because it had no secret.
    func authenticationUnfinished() -> HotspotConfigurationError? {
        guard keyManagement == .wpaEAP else { return nil }
        if let error = authenticationFailure() { return error }
        if route.contains(where: { $0.new == .needAuth && $0.reason == .supplicantDisconnect }) {
            return refusedUnheard()
        }
        if !wasTried, !testimony.isStarted {
            guard enterprise?.privateKey != nil, route.last?.reason == .noSecrets else { return nil }
            // It tries the key's password before it begins.
            return failure(
                .malformedEAPSettings,
                confidence: .likely,
                "the private key for \"\(ssid)\" cannot be opened with its password",
                remedy: "check the private key's password"
            )
        }
        guard testimony.isStarted, testimony.accepted.isEmpty, testimony.refused.isEmpty else { return nil }
        return failure(
            .noResponse,
            confidence: .likely,
            "the server behind the access point of \"\(ssid)\" did not answer",
            remedy: "try again later, or ask whoever runs the network"
        )
    }

    private func untrusted(_ reason: String) -> HotspotConfigurationError {
        let names = enterprise?.trustedServerNames ?? []
        let isName = reason.hasSuffix("mismatch")
        let certificate = testimony.serverSubject.map { " \($0)" } ?? ""
        let expected = isName && !names.isEmpty ? ", which was to be \(names.joined(separator: " or "))" : ""
        return failure(
            .untrustedServer,
            "the server of \"\(ssid)\" is not trusted: its certificate\(certificate) was not accepted: \(reason)"
                + PrintableText.guarded(expected),
            remedy: isName
                ? "give nobody the password before whoever runs the network has confirmed the server's name"
                : "give nobody the password before whoever runs the network has confirmed the authority's certificate"
        )
    }

    private func lacking(_ parameter: String) -> HotspotConfigurationError {
        if parameter == "PASSPHRASE" || parameter == "PIN" {
            return failure(
                .malformedEAPSettings,
                "the supplicant cannot use the private key for \"\(ssid)\"",
                remedy: "check the private key, its password, and that it belongs to the certificate"
            )
        }
        // It has the identity and the password: where it wants them again, the server did not accept them.
        return wrongCredentials(.confirmed, "the user's name or the password", Self.credentialsRemedy)
    }

    private func refusedByServer() -> HotspotConfigurationError {
        let hasCertificate = enterprise?.privateKey != nil
        if let alert = testimony.remoteAlert, hasCertificate {
            return wrongCredentials(.likely, "the client's certificate (\(alert))", Self.certificateRemedy)
        }
        if let alert = testimony.remoteAlert ?? testimony.localAlert {
            return failure(
                .handshakeFailed,
                confidence: .likely,
                "this station and the server of \"\(ssid)\" could not agree on TLS: \(alert)",
                remedy: "ask whoever runs the network for the TLS version and the ciphers that its server has"
            )
        }
        if testimony.accepted.isEmpty, !testimony.refused.isEmpty {
            let asked = enterprise?.supportedEAPTypes.map(\.description).joined(separator: " or ") ?? "another"
            return failure(
                .eapMethodRefused,
                "the server of \"\(ssid)\" does not take \(asked)",
                remedy: "ask whoever runs the network for its EAP method"
            )
        }
        if testimony.accepted.isEmpty {
            return wrongCredentials(.likely, "the user's name", "check the user's name, and the part behind its @")
        }
        if !testimony.isVerified {
            return failure(
                .malformedEAPSettings,
                confidence: .possible,
                "the supplicant could not begin \(testimony.accepted.last.map { "EAP-\($0)" } ?? "EAP") with \"\(ssid)\"",
                remedy: "check the certificates and the private key, and that the two belong together"
            )
        }
        if enterprise?.usesPassword == false {
            return wrongCredentials(.likely, "the client's certificate", Self.certificateRemedy)
        }
        return wrongCredentials(.likely, "the user's name or the password", Self.credentialsRemedy)
    }

    /// The server refused, and the supplicant's words about it were not heard.
    private func refusedUnheard() -> HotspotConfigurationError {
        let verifies = enterprise?.allowsUntrustedServer == false
        return wrongCredentials(
            verifies ? .possible : .likely,
            "the user's name or the password" + (verifies ? ", or its server was not trusted" : ""),
            "check the name, the password" + (verifies ? " and the server's certificate" : "")
                + (testimony.unheard == nil ? "" : "; root, or a member of the group netdev, is told which")
        )
    }

    private static let certificateRemedy = "check that the certificate is the network's own, in force and not revoked"
    private static let credentialsRemedy = "check the user's name and the password, and whether the account is in force"

    private func wrongCredentials(
        _ confidence: HotspotConfigurationError.Confidence,
        _ what: String,
        _ remedy: String
    ) -> HotspotConfigurationError {
        failure(.wrongEAPCredentials, confidence: confidence, "\"\(ssid)\" did not accept \(what)", remedy: remedy)
    }
}
