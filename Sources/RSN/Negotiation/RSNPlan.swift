package import IEEE80211

/// How an access point is to be joined.
package struct RSNPlan: Sendable {
    /// The access point.
    package let bss: BSSDescription
    /// The authentication: open system, shared key (WEP) or SAE.
    package internal(set) var authentication: AuthenticationAlgorithm
    /// The AKM; nil for an open network and for WEP.
    package internal(set) var akm: AKMSuite?
    /// The pairwise cipher; nil for an open network.
    package internal(set) var pairwiseCipher: CipherSuite?
    /// The group cipher; nil for an open network.
    package internal(set) var groupCipher: CipherSuite?
    /// The cipher of group addressed management frames; nil where these are not protected.
    package internal(set) var groupManagementCipher: CipherSuite?
    /// Whether we insist on protected management frames: for SAE and OWE.
    package internal(set) var requiresManagementFrameProtection = false
    /// How SAE makes a group element of the password; nil without SAE.
    package internal(set) var saeMethod: SAEMethod?
    /// Why PSK was chosen although the access point has SAE; to be told, not to be kept quiet.
    package internal(set) var unusedSAE: RSNRefusal.SAEObstacle?
    /// Whether this is the open half of an OWE transition pair; to be told, not to be kept quiet.
    package internal(set) var isOpenHalf = false
    /// Whether the driver takes keys for beacons.
    package internal(set) var beaconProtection = false

    init(
        bss: BSSDescription,
        authentication: AuthenticationAlgorithm,
        pairwiseCipher: CipherSuite? = nil,
        groupCipher: CipherSuite? = nil
    ) {
        self.bss = bss
        self.authentication = authentication
        self.pairwiseCipher = pairwiseCipher
        self.groupCipher = groupCipher
    }

    /// What of the levels of a policy this plan reaches: `any` without keys of its own for every station.
    package var level: SecurityPolicy.Minimum {
        switch akm {
        case .sae?, .saeExtendedKey?, .owe?: .wpa3
        case nil: .any
        default: .wpa2
        }
    }

    /// Whether management frames are protected (`NL80211_ATTR_USE_MFP`).
    package var protectsManagementFrames: Bool { groupManagementCipher != nil }

    /// The elements for the association request.
    ///
    /// - Parameters:
    ///   - pmkid: the identifier of a PMK to be named in the RSNE; none is needed after SAE.
    ///   - diffieHellman: our public key, for OWE.
    /// - Returns: the elements; none for an open network and for WEP.
    package func associationElements(
        pmkid: [UInt8]? = nil,
        diffieHellman: DiffieHellmanParameterElement? = nil
    ) -> AssociationElements {
        guard let akm, let pairwiseCipher, let groupCipher else { return AssociationElements() }
        var capabilities: RSNCapabilities = []
        if protectsManagementFrames { capabilities.insert(.managementFrameProtectionCapable) }
        if requiresManagementFrameProtection { capabilities.insert(.managementFrameProtectionRequired) }
        let rsne = RSNE(
            groupDataCipher: groupCipher,
            pairwiseCiphers: [pairwiseCipher],
            akmSuites: [akm],
            capabilities: capabilities,
            pmkids: pmkid.map { [$0] },
            groupManagementCipher: groupManagementCipher
        )
        return AssociationElements(
            rsne: rsne.element,
            rsnxe: saeMethod == .hashToElement ? RSNXE(hashToElement: true).element : nil,
            diffieHellman: akm == .owe ? diffieHellman?.element : nil
        )
    }

    /// What the supplicant has to know; nil for an open network and for WEP, and for a PMK of a wrong length.
    ///
    /// - Parameters:
    ///   - station: the station's own address.
    ///   - pmk: the PSK, or what SAE or OWE ended with.
    ///   - pmkid: what SAE or OWE ended with.
    ///   - association: the elements that were sent.
    /// - Returns: the configuration.
    package func supplicantConfiguration(
        station: MACAddress,
        pmk: SecretOctets,
        pmkid: [UInt8]? = nil,
        association: AssociationElements
    ) -> SupplicantConfiguration? {
        guard let akm, let pairwiseCipher, let groupCipher,
            let suite = HandshakeSuite(akm: akm, pairwiseCipher: pairwiseCipher, pmkLength: pmk.count)
        else { return nil }
        var configuration = SupplicantConfiguration(
            authenticator: bss.bssid,
            supplicant: station,
            suite: suite,
            groupCipher: groupCipher,
            groupManagementCipher: groupManagementCipher,
            pmk: pmk,
            pmkid: pmkid,
            associationElements: association.handshakeOctets,
            beaconElements: bss.elements
        )
        configuration.beaconProtection = beaconProtection
        return configuration
    }

    /// What SAE has to know; nil where the plan is not SAE.
    ///
    /// - Parameters:
    ///   - station: the station's own address.
    ///   - password: the password.
    ///   - tokens: what was computed beforehand.
    /// - Returns: the configuration.
    package func saeConfiguration(
        station: MACAddress,
        password: SAEPassword,
        tokens: [SAEPasswordToken] = []
    ) -> SAEConfiguration? {
        guard let saeMethod, let akm else { return nil }
        return SAEConfiguration(
            station: station,
            bssid: bss.bssid,
            ssid: bss.ssid,
            password: password,
            method: saeMethod,
            akm: akm,
            tokens: tokens
        )
    }
}

/// The elements of an association request that are ours to write; the kernel adds its own.
package struct AssociationElements: Hashable, Sendable {
    /// The RSNE.
    package var rsne: Element?
    /// The RSNXE, with hash-to-element.
    package var rsnxe: Element?
    /// Our public key, for OWE.
    package var diffieHellman: Element?

    /// What goes into the request (`NL80211_ATTR_IE`).
    package var octets: [UInt8] { [rsne, rsnxe, diffieHellman].compactMap(\.self).flatMap(\.octets) }

    /// What message 2 repeats: RSNE and RSNXE, octet for octet (IEEE 802.11-2020, 12.7.6.3).
    package var handshakeOctets: [UInt8] { [rsne, rsnxe].compactMap(\.self).flatMap(\.octets) }
}

/// Open system and shared key authentication as their frames show it (IEEE 802.11-2020, 12.3.3.2 and 12.3.3.3).
///
/// The kernel writes the frames, WEP's challenge included; what is left is to tell which of them ends it, and how.
package struct AuthenticationSequence: Sendable {
    /// What a frame means.
    package enum Verdict: Hashable, Sendable {
        /// It is not about this authentication.
        case ignore
        /// It goes on.
        case wait
        /// The access point accepted us: associate.
        case accept
        /// The access point refused us, in this transaction.
        case refuse(transaction: UInt16, StatusCode)
    }

    private let algorithm: AuthenticationAlgorithm
    private let bssid: MACAddress

    /// Makes a sequence for open system or for a shared key.
    package init(_ algorithm: AuthenticationAlgorithm, bssid: MACAddress) {
        self.algorithm = algorithm
        self.bssid = bssid
    }

    /// Judges a frame.
    package func receive(_ frame: AuthenticationFrame) -> Verdict {
        guard frame.addresses.transmitter == bssid, frame.algorithm == algorithm else { return .ignore }
        // 1 and 3 are ours.
        guard frame.transaction == 2 || frame.transaction == 4 && algorithm == .sharedKey else { return .ignore }
        guard frame.status == .success else { return .refuse(transaction: frame.transaction, frame.status) }
        return frame.transaction == 2 && algorithm == .sharedKey ? .wait : .accept
    }
}
