internal import IEEE80211
internal import RSN

extension Decision {
    /// What it means that an access point cannot be joined as it is.
    ///
    /// - Parameters:
    ///   - refusal: why not.
    ///   - hasCredential: whether a passphrase or a key was given.
    init(_ refusal: RSNRefusal, hasCredential: Bool) {
        let said = refusal.description
        let choose = "choose the security that the network has, or leave the choice out"
        switch refusal {
        case .credentialUnsuitable where !hasCredential:
            self.init(.passphraseMissing, "it needs a passphrase, and none was given", remedy: "give the passphrase")
        case .openDespiteCredential:
            self.init(
                .securityMismatch,
                said,
                remedy: "leave out the passphrase if the network is meant to be open; else somebody may be posing as it"
            )
        case .passphraseLength: self.init(.malformedPassphrase, said)
        case .enterprise:
            self.init(
                .securityMismatch,
                said,
                remedy: "give the user's name, the password and what to know the server by"
            )
        case .wepNotAllowed:
            self.init(.securityMismatch, said, remedy: "WEP protects nothing; where it must be, ask for it by name")
        case .saeUnusable(.driver), .saeUnusable(.driverManagementFrames), .managementFrameProtection:
            self.init(.notSupported, said, remedy: "use another Wi-Fi device, or update its driver and firmware")
        case .saeUnusable(.kind), .saeUnusable(.managementCipher):
            self.init(
                .notSupported,
                said,
                remedy: "join through NetworkManager, whose wpa_supplicant may have it, or change the access point"
            )
        case .groupCipher(.tkip):
            self.init(
                .notSupported,
                "the access point sends to all by TKIP, which is broken and not built here",
                remedy: "have the access point admit WPA2 only, without WPA and TKIP"
            )
        case .saeUnusable(.needsPassword):
            self.init(.securityMismatch, said, remedy: "give the passphrase instead of the key of 64 digits")
        case .groupCipher(.wep40), .groupCipher(.wep104):
            self.init(
                .notSupported,
                "neither the kernel nor the driver has WEP any more",
                remedy: "change the access point"
            )
        case .malformed, .version:
            self.init(.securityMismatch, .likely, said, remedy: "update the access point's software")
        case .transitionDisabled, .belowEarlier:
            self.init(
                .securityMismatch,
                said,
                remedy:
                    "somebody may be posing as the network; if its owner took WPA3 or OWE out of it, forget the network "
                    + "and join it again"
            )
        case .credentialUnsuitable, .belowMinimum, .wpa1Only, .noCommonAKM, .saeUnusable,
            .noCommonPairwiseCipher, .groupCipher, .unprotectedOWE, .notAt6GHz:
            self.init(.securityMismatch, said, remedy: choose)
        }
    }

    /// What it means that SAE came to no key.
    init(_ failure: SAEFailure) {
        let said = failure.description
        switch failure.cause {
        case .rejected(let transaction, let status):
            self =
                Decision(authenticationStatus: status, algorithm: .sae, transaction: Int(transaction))
                ?? Decision(.associationRejected, said)
        case .confirmMismatch:
            self.init(.wrongPassphrase, "the two sides have different passwords", remedy: JoinJudge.passphraseRemedy)
        case .passwordUnsuitable: self.init(.malformedPassphrase, said)
        case .noCommonGroup, .methodUnsuitable:
            self.init(.securityMismatch, said, remedy: "update the access point's or this machine's software")
        case .tooManyTokens:
            self.init(.associationRejected, said, remedy: "the access point is overloaded: try again in a moment")
        case .methodChanged, .invalidScalar, .invalidElement, .identity, .rejectedGroups:
            self.init(
                .handshakeFailed,
                .likely,
                said,
                remedy: "somebody may be posing as the access point; else update its software"
            )
        case .cryptography: self.init(.backendFailed, said, remedy: "see whether OpenSSL is restricted on this machine")
        }
    }

    /// What it means that OWE came to no key.
    init(_ failure: OWEFailure) {
        let said = failure.description
        switch failure.cause {
        case .cryptography: self.init(.backendFailed, said, remedy: "see whether OpenSSL is restricted on this machine")
        case .noPublicKey, .malformed, .group, .invalidPublicKey:
            self.init(.handshakeFailed, .likely, said, remedy: "update the access point's software")
        }
    }

    /// What it means that the four-way handshake cannot end well.
    init(_ failure: HandshakeFailure) {
        let said = failure.description
        switch failure.cause {
        case .cryptography: self.init(.backendFailed, said, remedy: "see whether OpenSSL is restricted on this machine")
        case .elementDiffers, .secondRSNE:
            self.init(
                .handshakeFailed,
                .likely,
                said,
                remedy: "somebody may be changing the access point's beacons; else update its software"
            )
        case .groupKeyMissing, .managementGroupKeyMissing, .groupKeyInvalid, .keyData:
            self.init(.handshakeFailed, said, remedy: "update the access point's software")
        }
    }
}
