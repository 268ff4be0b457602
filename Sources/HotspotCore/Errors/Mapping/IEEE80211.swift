internal import IEEE80211

/// What was known of the credential when an access point ended the link.
enum CredentialState: Sendable, Hashable {
    /// The network needs none: open, or Enhanced Open.
    case none
    /// A passphrase that nothing has proven yet.
    case unproven
    /// A passphrase that SAE or an earlier handshake has proven.
    case proven
    /// An identity, by IEEE 802.1X.
    case identity
}

extension Decision {
    /// What the status of an authentication frame means; nil where it is no refusal.
    ///
    /// - Parameters:
    ///   - status: the status; one that the table does not have is a refusal as well, and keeps its number.
    ///   - algorithm: the frame's algorithm: 15 is a wrong key for shared key, and a wrong password for SAE.
    ///   - transaction: the frame's transaction; 2 is SAE's confirm and every other algorithm's answer.
    init?(authenticationStatus status: StatusCode, algorithm: AuthenticationAlgorithm, transaction: Int) {
        switch (algorithm, status) {
        case (.sae, .antiCloggingTokenReq):
            // It asks for a token (IEEE 802.11-2020, 12.4.4.2): the exchange goes on.
            return nil
        case (.sae, .unspecifiedFailure) where transaction == 2, (.sae, .challengeFail) where transaction == 2:
            // The access point could not verify our confirm: the two sides have different passwords (12.4.5.6).
            self.init(.wrongPassphrase, "the access point did not accept the password", remedy: Self.passphraseRemedy)
        case (.sharedKey, .challengeFail):
            self.init(.wrongWEPKey, .likely, "the access point did not accept the WEP key", remedy: "check the key")
        default: self.init(refusal: status)
        }
    }

    /// What the status of an association response means; nil where it is no refusal.
    ///
    /// - Parameter status: the status; one that the table does not have is a refusal as well, and keeps its number.
    init?(associationStatus status: StatusCode) {
        self.init(refusal: status)
    }

    /// What the status of a driver's whole attempt means (`NL80211_CMD_CONNECT`); nil where it is no refusal.
    ///
    /// - Parameters:
    ///   - status: the status.
    ///   - isOffloaded: whether the driver had to prove the passphrase as well. Firmware then tells a wrong one by the
    ///     status of a time-out, or by none in particular.
    init?(connectionStatus status: StatusCode, isOffloaded: Bool) {
        if isOffloaded, [.authTimeout, .unspecifiedFailure, .challengeFail].contains(status) {
            self.init(
                .wrongPassphrase,
                .likely,
                "the driver did not agree on the keys with the access point: it says no more, and mostly it is the passphrase",
                remedy: Self.passphraseRemedy
            )
        } else {
            self.init(associationStatus: status)
        }
    }

    private init?(refusal status: StatusCode) {
        let said = "the access point refused this station: \(status.meaning ?? status.description)"
        switch status {
        case .success, .saeHashToElement, .saePK, .successPowerSaveMode, .ieee8021XAuthSuccess: return nil
        case .authTimeout:
            self.init(.noResponse, .likely, said, remedy: "go nearer to the access point, or restart it")
        case .unknownPasswordIdentifier:
            self.init(.wrongPassphrase, said, remedy: "check the password identifier, and the password with it")
        case .securityDisabled, .notSupportedAuthAlg, .robustMgmtFramePolicyViolation, .invalidElement,
            .invalidGroupCipher, .invalidPairwiseCipher, .invalidAKMP, .unsupportedRSNEVersion,
            .invalidRSNECapabilities, .cipherOutOfPolicy, .invalidRSNE, .finiteCyclicGroupNotSupported,
            .invalidPublicKey, .pasnBaseAKMPFailed, .ociMismatch, .rejectedInvalidSecurityProfile:
            self.init(
                .securityMismatch,
                said,
                remedy: "choose the security that the network has, or leave the choice out; "
                    + "update the access point's or this machine's software"
            )
        case .apUnableToHandleNewSTA, .deniedInsufficientBandwidth, .refusedAPOutOfMemory:
            self.init(
                .associationRejected,
                said,
                remedy: "the access point is full: try again later, or use another one"
            )
        case .assocRejectedTemporarily, .deniedPoorChannelConditions, .tryAnotherBSS, .antiCloggingTokenReq,
            .rejectedWithSuggestedBSSTransition, .deniedWithSuggestedBandAndChannel, .invalidPMKID, .reassocNoAssoc,
            .rejectWithSchedule, .transmissionFailure:
            self.init(.associationRejected, said, remedy: "try again in a moment, nearer to the access point")
        case .capsUnsupported, .assocDeniedRates, .assocDeniedNoshort, .assocDeniedNopbcc, .assocDeniedNoagility,
            .specMgmtRequired, .pwrCapabilityNotValid, .supportedChannelNotValid, .assocDeniedNoShortSlotTime,
            .assocDeniedNodsssofdm, .assocDeniedNoHT, .assocDeniedNoPCO, .deniedQoSNotSupported,
            .assocDeniedListenIntTooLarge, .assocDeniedNoVHT, .deniedHENotSupported, .deniedEHTNotSupported,
            .deniedUHRNotSupported:
            self.init(
                .associationRejected,
                said,
                remedy:
                    "the access point asks for what this device does not have: ask whoever runs the network, or use "
                    + "another band"
            )
        case .filsAuthenticationFailure, .unknownAuthenticationServer, .ieee8021XAuthFailed:
            self.init(.associationRejected, said, remedy: "ask whoever runs the network about the login")
        case .unspecifiedFailure, .assocDeniedUnspec, .requestDeclined, .refusedExternalReason:
            self.init(
                .associationRejected,
                said,
                remedy: "ask whoever runs the network: it may admit only the devices on its list"
            )
        default:
            // Of direct links, traffic streams, meshes and queries, which a station that joins does not ask for; and
            // numbers that are nobody's. Whatever it is called, the access point refused.
            self.init(
                .associationRejected,
                said,
                remedy: "ask whoever runs the network; the status says why it refused"
            )
        }
    }

    /// What the reason of a deauthentication or disassociation means.
    ///
    /// - Parameters:
    ///   - reason: the reason; one that the table does not have is the link's end as well, and keeps its number.
    ///   - phase: how far the join had come.
    ///   - credential: what was known of the passphrase.
    init(disconnectionReason reason: ReasonCode, during phase: JoinPhase, credential: CredentialState) {
        let said = "the access point ended the link: \(reason.meaning ?? reason.description)"
        switch reason {
        case .fourWayHandshakeTimeout where phase == .keys && credential == .unproven,
            .prevAuthNotValid where phase == .keys && credential == .unproven:
            // A message 2 with a wrong MIC is dropped in silence (IEEE 802.11-2020, 12.7.6.3), so a timeout is all that a
            // wrong passphrase ever looks like; a very slow link looks the same.
            self.init(.wrongPassphrase, .likely, said, remedy: Self.passphraseRemedy)
        case .invalidIE where phase < .address, .ieInFourWayDiffers where phase < .address,
            .groupCipherNotValid where phase < .address, .pairwiseCipherNotValid where phase < .address,
            .akmpNotValid where phase < .address, .unsupportedRSNIEVersion where phase < .address,
            .invalidRSNIECapab where phase < .address, .cipherSuiteRejected where phase < .address,
            .badCipherOrAKM where phase < .address:
            self.init(
                .securityMismatch,
                .likely,
                said,
                remedy: "choose the security that the network has, or leave the choice out"
            )
        case .disassocAPBusy, .notEnoughBandwidth, .authorizedAccessLimitReached:
            self.init(.deauthenticated, said, remedy: "the access point is full: try again later, or use another one")
        case .disassocDueToInactivity, .disassocLowAck, .poorRSSIConditions, .timeout:
            self.init(.deauthenticated, said, remedy: "go nearer to the access point")
        case .bssTransitionDisassoc:
            self.init(
                .deauthenticated,
                said,
                remedy: "try again: the network wants this device on another access point"
            )
        case .ieee8021XAuthFailed:
            self.init(.handshakeFailed, said, remedy: "check the login, or ask whoever runs the network")
        case _ where phase == .keys && credential != .none:
            self.init(
                .handshakeFailed,
                .likely,
                said,
                remedy: credential == .proven
                    ? "the password was accepted: go nearer to the access point, or restart it"
                    : "ask whoever runs the network"
            )
        case .sspRequestedDisassoc, .noSSPRoamingAgreement, .notAuthorizedThisLocation, .externalServiceRequirements:
            self.init(
                .deauthenticated,
                said,
                remedy: "ask whoever runs the network: it does not admit this device here"
            )
        default:
            self.init(.deauthenticated, said, remedy: "try again, nearer to the access point")
        }
    }

    private static var passphraseRemedy: String { JoinJudge.passphraseRemedy }
}
