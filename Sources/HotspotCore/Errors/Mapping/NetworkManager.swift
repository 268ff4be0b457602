extension JoinJudge {
    /// Decides what a device's failed state means, from its reason, the route to it and the frames on the air.
    func deviceFailed(_ reason: DeviceStateReason) -> HotspotConfigurationError {
        let isVague = [.none, .unknown, .noSecrets, .supplicantDisconnect, .supplicantTimeout, .ssidNotFound].contains(
            reason
        )
        if isVague, let pending, pending.isFromAir, case .failed(let error) = pending.verdict {
            // The air has said why already; the daemon's reason is now in the chain beside it.
            return failure(error.cause, confidence: error.confidence, error.message, remedy: error.remedy)
        }
        if isVague, let error = authenticationUnfinished() { return error }
        switch reason {
        case .noSecrets: return noSecrets()
        case .ssidNotFound: return neverAssociated()
        case .supplicantDisconnect, .supplicantTimeout: return neverFinished()
        default:
            if isLinkLost {
                return linkLost()
            }
            let cause = Self.cause(of: reason)
            return failure(cause, message(for: cause, reason: reason))
        }
    }

    /// Reason 7: the route says which of four things it is.
    private func noSecrets() -> HotspotConfigurationError {
        let requests = route.filter { $0.new == .needAuth }
        if route.contains(where: { $0.new == .ipConfig }) {
            return failure(
                .deauthenticated,
                confidence: .likely,
                "the link to \"\(ssid)\" was lost after the passphrase had been accepted",
                remedy: "go nearer to the access point"
            )
        }
        if requests.contains(where: { $0.reason == .supplicantDisconnect }) {
            return failure(
                .wrongPassphrase,
                confidence: .likely,
                "\"\(ssid)\" did not accept the passphrase",
                remedy: Self.passphraseRemedy
            )
        }
        if phase > .searching { return neverFinished() }
        return failure(
            .secretsUnavailable,
            "NetworkManager found no usable secret for \"\(ssid)\"",
            remedy: "give the passphrase again"
        )
    }

    /// Reason 53: no association request was ever sent, whatever the name says.
    private func neverAssociated() -> HotspotConfigurationError {
        if phase > .searching { return neverFinished() }
        if wasIdle { return idle() }
        if wasFitting { return notTried() }
        return failure(
            .networkNotFound,
            confidence: .likely,
            "no access point of \"\(ssid)\" that fits answered",
            remedy: "check the name and the security, and go nearer to the access point"
        )
    }

    private func neverFinished() -> HotspotConfigurationError {
        // The keys were agreed, so it is not about the passphrase.
        if route.contains(where: { $0.new == .ipConfig }) { return linkLost() }
        return failure(
            .handshakeFailed,
            confidence: .possible,
            "the access point of \"\(ssid)\" was reached and the link was not completed (\(phase.rawValue))",
            remedy: "check the passphrase and go nearer to the access point"
        )
    }

    /// Decides what the end of an activation from outside means: another activation, the user, a sleeping machine.
    func interrupted(_ reason: DeviceStateReason) -> HotspotConfigurationError {
        let cause = Self.cause(of: reason)
        return failure(cause, message(for: cause, reason: reason))
    }

    /// The cause that a device's reason stands for where nothing else was heard; total over NetworkManager's table.
    static func cause(of reason: DeviceStateReason) -> HotspotConfigurationError.Cause { Decision(reason).cause }

    private func message(for cause: HotspotConfigurationError.Cause, reason: DeviceStateReason) -> String {
        switch cause {
        case .ipProvisioningFailed where keyManagement == .wep:
            // WEP has no handshake: with a wrong key every frame is lost, and nobody says so.
            "\"\(ssid)\" was joined and gave no address: the WEP key may be wrong"
        case .ipProvisioningFailed: "\"\(ssid)\" was joined and gave no address"
        case .supplicantFailed: "the supplicant failed while \"\(ssid)\" was being joined"
        case .firmwareMissing: "\(interface) lacks its firmware"
        case .deviceRemoved: "\(interface) disappeared while \"\(ssid)\" was being joined"
        case .suspended: "the machine went to sleep, or networking was switched off"
        case .networkingOff: "networking was switched off"
        case .configurationRemoved: "somebody removed the profile while \"\(ssid)\" was being joined"
        case .disconnectedByUser: "somebody disconnected \(interface) while \"\(ssid)\" was being joined"
        case .superseded: "another connection took \(interface) while \"\(ssid)\" was being joined"
        case .backendUnavailable: "NetworkManager stopped while \"\(ssid)\" was being joined"
        case .deviceUnmanaged: "NetworkManager no longer manages \(interface)"
        case .unlisted: "NetworkManager gave a reason that is in no table: \(reason)"
        default: "\(interface) could not be used for \"\(ssid)\": \(reason)"
        }
    }
}
