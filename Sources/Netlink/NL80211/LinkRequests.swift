package import IEEE80211

/// How to authenticate with an access point.
package struct AuthenticationRequest: Sendable {
    /// The access point.
    package var bssid: MACAddress
    /// Its channel's centre frequency in MHz.
    package var frequencyMHz: Int
    /// The network's name.
    package var ssid: [UInt8]
    /// Open system, shared key or SAE.
    package var algorithm: AuthenticationAlgorithm
    /// Transaction, status and what follows: for SAE.
    package var data: [UInt8]?
    /// The WEP key: for a shared key.
    package var key: LinkKey?

    /// Makes a request.
    package init(
        bssid: MACAddress,
        frequencyMHz: Int,
        ssid: [UInt8],
        algorithm: AuthenticationAlgorithm,
        data: [UInt8]? = nil,
        key: LinkKey? = nil
    ) {
        self.bssid = bssid
        self.frequencyMHz = frequencyMHz
        self.ssid = ssid
        self.algorithm = algorithm
        self.data = data
        self.key = key
    }
}

/// How to associate with an access point.
package struct AssociationRequest: Sendable {
    /// What frames are to be protected with.
    package struct Protection: Sendable {
        /// The pairwise cipher.
        package var pairwiseCipher: CipherSuite
        /// The group cipher.
        package var groupCipher: CipherSuite
        /// The AKM; nil for WEP.
        package var akm: AKMSuite?
        /// Whether management frames are protected.
        package var protectsManagementFrames: Bool

        /// Makes a protection.
        package init(
            pairwiseCipher: CipherSuite,
            groupCipher: CipherSuite,
            akm: AKMSuite?,
            protectsManagementFrames: Bool
        ) {
            self.pairwiseCipher = pairwiseCipher
            self.groupCipher = groupCipher
            self.akm = akm
            self.protectsManagementFrames = protectsManagementFrames
        }
    }

    /// The access point.
    package var bssid: MACAddress
    /// Its channel's centre frequency in MHz.
    package var frequencyMHz: Int
    /// The network's name.
    package var ssid: [UInt8]
    /// The elements that are ours to write.
    package var elements: [UInt8]
    /// Nil for an open network.
    package var protection: Protection?

    /// Makes a request.
    package init(
        bssid: MACAddress,
        frequencyMHz: Int,
        ssid: [UInt8],
        elements: [UInt8],
        protection: Protection?
    ) {
        self.bssid = bssid
        self.frequencyMHz = frequencyMHz
        self.ssid = ssid
        self.elements = elements
        self.protection = protection
    }
}

/// How to connect to an access point: the driver, or the kernel for it, authenticates and associates.
package struct ConnectionRequest: Sendable {
    /// Who agrees on the keys.
    package enum Handshake: Sendable {
        /// Nobody: an open network.
        case none
        /// This program; EAPOL frames come to it.
        case own
        /// The driver, from the PSK.
        case offloadedPSK(any SecretAttribute)
        /// The driver, from the password.
        case offloadedSAE(any SecretAttribute)
    }

    /// The access point, the elements and the protection.
    package var association: AssociationRequest
    /// Who agrees on the keys.
    package var handshake: Handshake

    /// Makes a request.
    package init(association: AssociationRequest, handshake: Handshake) {
        self.association = association
        self.handshake = handshake
    }
}
