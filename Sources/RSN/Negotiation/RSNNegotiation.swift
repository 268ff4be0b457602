package import IEEE80211

/// An access point as a beacon or a probe response describes it.
package struct BSSDescription: Sendable {
    /// Its address.
    package var bssid: MACAddress
    /// Its network's name; of a hidden network, from the probe response.
    package var ssid: [UInt8]
    /// Its elements; message 3 is held against them.
    package var elements: ElementList
    /// The privacy bit of the Capability Information field.
    package var privacy: Bool
    /// Whether it is in the band at 6 GHz, which never had the older kinds of security.
    package var is6GHz: Bool

    /// Makes a description.
    package init(bssid: MACAddress, ssid: [UInt8], elements: ElementList, privacy: Bool, is6GHz: Bool = false) {
        self.bssid = bssid
        self.ssid = ssid
        self.elements = elements
        self.privacy = privacy
        self.is6GHz = is6GHz
    }
}

/// What the driver can do.
package struct StationCapabilities: Sendable {
    /// The ciphers, those of management frames included.
    package var ciphers: Set<CipherSuite>
    /// Whether it can authenticate by SAE.
    package var sae: Bool
    /// Whether it takes keys for beacons.
    package var beaconProtection: Bool

    /// Makes capabilities.
    package init(ciphers: Set<CipherSuite>, sae: Bool, beaconProtection: Bool = false) {
        self.ciphers = ciphers
        self.sae = sae
        self.beaconProtection = beaconProtection
    }
}

/// What we have for a network.
package enum NetworkCredential: Sendable {
    /// Nothing: an open network, or OWE.
    case none
    /// A passphrase or password.
    case password(SAEPassword)
    /// A PSK of 32 octets, which SAE cannot use.
    case preSharedKey(SecretOctets)
    /// A WEP key of 5 or 13 octets.
    case wepKey(SecretOctets)
}

/// What is to be done about an access point.
package enum RSNDecision: Sendable {
    /// Join it so.
    case join(RSNPlan)
    /// Join its other half instead, which has OWE; it is hidden, so look for it by name.
    case lookFor(OWETransitionElement)
    /// Do not join it.
    case refuse(RSNRefusal)
}

/// Why an access point is not joined.
package enum RSNRefusal: Error, Hashable, Sendable {
    /// Why SAE cannot be used with an access point that offers it.
    package enum SAEObstacle: Hashable, Sendable {
        /// The driver cannot authenticate by SAE.
        case driver
        /// The driver has no cipher for protected management frames.
        case driverManagementFrames
        /// The access point's cipher for protected management frames is none that we and the driver have.
        case managementCipher
        /// The access point has SAE only in a kind that we do not do: with FT, with a hash that depends on the group
        /// (SAE-EXT-KEY), or in an element of RSN Overriding.
        case kind
        /// The access point does not protect management frames, without which SAE is not joined.
        case unprotectedManagementFrames
        /// We have a PSK and not the password it was made from.
        case needsPassword
        /// A password identifier or the AKM needs hash-to-element, and the access point has none.
        case needsHashToElement
    }

    /// An element cannot be read.
    case malformed(MalformedOctets)
    /// An RSNE of another version than 1.
    case version(UInt16)
    /// A passphrase or a key was given, and the network has no use for one: somebody may be posing as it.
    case openDespiteCredential
    /// The network needs a passphrase or key, and none was given, or one of another kind.
    case credentialUnsuitable
    /// The passphrase cannot be a WPA2 passphrase: 8 to 63 octets.
    case passphraseLength(Int)
    /// Less than what was asked for.
    case belowMinimum(SecurityPolicy.Minimum)
    /// The network said before that it no longer needs this.
    case transitionDisabled
    /// The network was joined by more in this session, which no access point of its name may undercut.
    case belowEarlier
    /// WPA1 only.
    case wpa1Only
    /// WEP, which nobody asked for by name.
    case wepNotAllowed
    /// A user's identity is needed.
    case enterprise
    /// No AKM that we have; these are offered.
    case noCommonAKM([AKMSuite])
    /// SAE is offered, cannot be used, and nothing else may be.
    case saeUnusable(SAEObstacle)
    /// No pairwise cipher that we and the driver have; these are offered.
    case noCommonPairwiseCipher([CipherSuite])
    /// A group cipher that we or the driver do not have, or that nobody asked for by name.
    case groupCipher(CipherSuite)
    /// The access point requires protected management frames and the driver cannot.
    case managementFrameProtection
    /// The access point has OWE without protected management frames.
    case unprotectedOWE
    /// An open network, WEP or PSK at 6 GHz, where there may be none.
    case notAt6GHz
}

extension RSNRefusal: CustomStringConvertible {
    /// Why, in words.
    package var description: String {
        switch self {
        case .malformed(let malformed): "\(malformed)"
        case .version(let version): "RSNE of version \(version)"
        case .openDespiteCredential: "the access point is open, and a passphrase was given"
        case .credentialUnsuitable: "the access point needs another credential"
        case .passphraseLength(let count): "a passphrase of \(count) octets, and WPA2 needs 8 to 63"
        case .belowMinimum(let minimum): "the access point has less than \(minimum)"
        case .transitionDisabled:
            "the network said that all of its access points have WPA3 or OWE (Transition Disable); this one has not"
        case .belowEarlier: "the network was joined by better security before (WPA3 or OWE); this access point has less"
        case .wpa1Only: "the access point has WPA1 only"
        case .wepNotAllowed: "the access point has WEP only"
        case .enterprise: "the access point needs a user's identity (802.1X)"
        case .noCommonAKM(let suites): "no common AKM: \(suites.map(\.description).joined(separator: ", "))"
        case .saeUnusable(.driver): "the driver cannot SAE (WPA3)"
        case .saeUnusable(.driverManagementFrames): "SAE needs protected management frames, which the driver cannot"
        case .saeUnusable(.managementCipher):
            "the access point protects management frames by a cipher that is unknown here"
        case .saeUnusable(.kind): "the access point has SAE (WPA3) only of a kind that is not built here"
        case .saeUnusable(.unprotectedManagementFrames): "the access point has SAE without protected management frames"
        case .saeUnusable(.needsPassword): "SAE needs the password, not the key made from it"
        case .saeUnusable(.needsHashToElement): "the access point cannot hash-to-element, which this needs"
        case .noCommonPairwiseCipher(let suites):
            "no common pairwise cipher: \(suites.map(\.description).joined(separator: ", "))"
        case .groupCipher(let suite): "group cipher \(suite)"
        case .managementFrameProtection: "the access point requires protected management frames; the driver cannot"
        case .unprotectedOWE: "the access point has OWE without protected management frames"
        case .notAt6GHz: "the access point is at 6 GHz and has neither WPA3 nor OWE"
        }
    }
}

/// Chooses how to join an access point, or says why not.
package enum RSNNegotiation {
    /// Strongest first.
    private static let pairwisePreference: [CipherSuite] = [.gcmp256, .ccmp256, .gcmp128, .ccmp128]
    /// SAE that is not built here.
    ///
    /// SAE-EXT-KEY wants an element in the commits (AKM Suite Selector, IEEE 802.11-2024,
    /// 12.4.7.4), and no access point was at hand to try it with.
    private static let otherSAE: Set<AKMSuite> = [.ftSAE, .saeExtendedKey, .ftSAEExtendedKey]
    /// The elements of RSN Overriding, which have the better security of access points that show older stations an RSNE
    /// without it (Wi-Fi Alliance, WPA3 Specification).
    private static let rsnOverrideTypes: [UInt8] = [0x29, 0x2A]
    private static let managementCiphers: Set<CipherSuite> = [.bipCMAC128, .bipCMAC256, .bipGMAC128, .bipGMAC256]

    /// Decides about one access point.
    ///
    /// SAE comes before PSK wherever the access point offers it. PSK is taken in its place only where the driver or a
    /// raw key leaves no choice, or SAE is offered in kinds alone that are not built here, the network has not disabled it
    /// and the policy allows it; the plan then says why. What else the access point's own elements say never leads from
    /// SAE to PSK: anybody could send those.
    ///
    /// - Parameters:
    ///   - bss: the access point.
    ///   - station: what the driver can do.
    ///   - credential: what we have for the network.
    ///   - policy: what we insist on.
    /// - Returns: the decision.
    package static func decide(
        _ bss: BSSDescription,
        station: StationCapabilities,
        credential: NetworkCredential,
        policy: SecurityPolicy = SecurityPolicy()
    ) -> RSNDecision {
        do throws(RSNRefusal) {
            let rsne: RSNE?
            do throws(MalformedOctets) {
                rsne = try bss.elements.rsne()
            } catch {
                throw .malformed(error)
            }
            if let rsne {
                guard rsne.version == 1 else { throw .version(rsne.version) }
                return .join(try robust(bss, rsne, station: station, credential: credential, policy: policy))
            }
            return try unprotected(bss, station: station, credential: credential, policy: policy)
        } catch {
            return .refuse(error)
        }
    }

    // MARK: Without an RSNE

    private static func unprotected(
        _ bss: BSSDescription,
        station: StationCapabilities,
        credential: NetworkCredential,
        policy: SecurityPolicy
    ) throws(RSNRefusal) -> RSNDecision {
        guard bss.elements.vendorElement(oui: 0x0050F2, type: 1) == nil else { throw .wpa1Only }
        // IEEE 802.11ax-2021, 12.12.2.
        guard !bss.is6GHz else { throw .notAt6GHz }
        if bss.privacy {
            guard policy.allowsWEP else { throw .wepNotAllowed }
            guard policy.minimum == .any else { throw .belowMinimum(policy.minimum) }
            guard case .wepKey(let key) = credential else { throw .credentialUnsuitable }
            let cipher: CipherSuite = key.count == 5 ? .wep40 : .wep104
            guard cipher.keyLength == key.count else { throw .credentialUnsuitable }
            guard station.ciphers.contains(cipher) else { throw .groupCipher(cipher) }
            return .join(
                RSNPlan(
                    bss: bss,
                    authentication: policy.usesSharedKey ? .sharedKey : .openSystem,
                    pairwiseCipher: cipher,
                    groupCipher: cipher
                )
            )
        }
        guard case .none = credential else { throw .openDespiteCredential }
        let otherHalf: OWETransitionElement?
        do throws(MalformedOctets) {
            otherHalf = try bss.elements.oweTransition()
        } catch {
            throw .malformed(error)
        }
        let canProtect = !managementCiphers.isDisjoint(with: station.ciphers)
        if let otherHalf, canProtect, !policy.allowsOpenHalf { return .lookFor(otherHalf) }
        guard !policy.transitionDisable.contains(.enhancedOpen) else { throw .transitionDisabled }
        guard policy.joinedBefore == .any else { throw .belowEarlier }
        guard policy.minimum == .any else { throw .belowMinimum(policy.minimum) }
        var plan = RSNPlan(bss: bss, authentication: .openSystem)
        plan.isOpenHalf = otherHalf != nil
        return .join(plan)
    }

    // MARK: With an RSNE

    private static func robust(
        _ bss: BSSDescription,
        _ rsne: RSNE,
        station: StationCapabilities,
        credential: NetworkCredential,
        policy: SecurityPolicy
    ) throws(RSNRefusal) -> RSNPlan {
        let capabilities = rsne.effectiveCapabilities
        let isCapable = capabilities.contains(.managementFrameProtectionCapable)
        let isRequired = capabilities.contains(.managementFrameProtectionRequired)
        let management = rsne.effectiveGroupManagementCipher.flatMap { cipher in
            managementCiphers.contains(cipher) && station.ciphers.contains(cipher) ? cipher : nil
        }
        let isProtected = isCapable && management != nil
        let hashToElement = bss.elements.rsnxe?.hashToElement == true

        var plan = RSNPlan(bss: bss, authentication: .openSystem)
        plan.beaconProtection = station.beaconProtection
        (plan.akm, plan.unusedSAE) = try akm(
            rsne.effectiveAKMSuites,
            credential: credential,
            policy: policy,
            isOverridden: rsnOverrideTypes.contains { bss.elements.vendorElement(oui: 0x506F9A, type: $0) != nil },
            obstacle: {
                if !station.sae { return .driver }
                if !isCapable { return .unprotectedManagementFrames }
                if managementCiphers.isDisjoint(with: station.ciphers) { return .driverManagementFrames }
                if management == nil { return .managementCipher }
                switch credential {
                case .password(let password):
                    // At 6 GHz there is no looping (IEEE 802.11ax-2021, 12.12.2).
                    return (password.identifier != nil || bss.is6GHz) && !hashToElement ? .needsHashToElement : nil
                default: return .needsPassword
                }
            }
        )
        if bss.is6GHz, plan.level < .wpa3 { throw .notAt6GHz }
        if plan.akm == .sae {
            plan.authentication = .sae
            plan.saeMethod = hashToElement ? .hashToElement : .looping
        }
        if plan.akm == .owe, !isCapable { throw .unprotectedOWE }
        if plan.akm == .owe || isRequired, !isProtected { throw .managementFrameProtection }
        plan.groupManagementCipher = isProtected ? management : nil
        plan.requiresManagementFrameProtection = plan.akm == .owe || plan.authentication == .sae

        let offered = rsne.effectivePairwiseCiphers
        plan.pairwiseCipher = pairwisePreference.first { offered.contains($0) && station.ciphers.contains($0) }
        guard plan.pairwiseCipher != nil else { throw .noCommonPairwiseCipher(offered) }
        let group = rsne.effectiveGroupDataCipher
        guard pairwisePreference.contains(group), station.ciphers.contains(group) else { throw .groupCipher(group) }
        plan.groupCipher = group
        return plan
    }

    private static func akm(
        _ offered: [AKMSuite],
        credential: NetworkCredential,
        policy: SecurityPolicy,
        isOverridden: Bool,
        obstacle: () -> RSNRefusal.SAEObstacle?
    ) throws(RSNRefusal) -> (AKMSuite, RSNRefusal.SAEObstacle?) {
        switch credential {
        case .none:
            if offered.contains(.owe) { return (.owe, nil) }
            throw isEnterprise(offered) ? .enterprise : .credentialUnsuitable
        case .wepKey:
            throw .credentialUnsuitable
        case .password, .preSharedKey:
            break
        }
        let sae = offered.first { $0 == .sae }
        let hasOtherSAE = isOverridden || offered.contains(where: otherSAE.contains)
        let psk = offered.first { $0 == .pskSHA256 } ?? offered.first { $0 == .psk }
        guard sae != nil || psk != nil || hasOtherSAE else {
            if offered.contains(.owe) { throw .openDespiteCredential }
            throw isEnterprise(offered) ? .enterprise : .noCommonAKM(offered)
        }
        var unused: RSNRefusal.SAEObstacle?
        if let sae {
            guard let found = obstacle() else { return (sae, nil) }
            unused = found
            switch found {
            case .driver, .driverManagementFrames, .needsPassword, .kind: break
            case .unprotectedManagementFrames, .managementCipher, .needsHashToElement: throw .saeUnusable(found)
            }
        } else if hasOtherSAE {
            unused = .kind
        }
        guard let psk else { throw unused.map { .saeUnusable($0) } ?? .noCommonAKM(offered) }
        guard !policy.transitionDisable.contains(.wpa3Personal) else {
            throw unused.map { .saeUnusable($0) } ?? .transitionDisabled
        }
        guard policy.joinedBefore < .wpa3 else { throw unused.map { .saeUnusable($0) } ?? .belowEarlier }
        guard policy.minimum < .wpa3 else { throw unused.map { .saeUnusable($0) } ?? .belowMinimum(.wpa3) }
        switch credential {
        case .password(let password):
            guard password.identifier == nil else { throw .credentialUnsuitable }
            guard (8...63).contains(password.octets.count) else { throw .passphraseLength(password.octets.count) }
        case .preSharedKey(let key):
            guard key.count == 32 else { throw .credentialUnsuitable }
        case .none, .wepKey:
            throw .credentialUnsuitable
        }
        return (psk, unused)
    }

    private static func isEnterprise(_ offered: [AKMSuite]) -> Bool {
        offered.contains { suite in
            [.ieee8021X, .ieee8021XSHA256, .ftIEEE8021X, .suiteB, .suiteB192, .ftIEEE8021XSHA384, .ieee8021XSHA384]
                .contains(suite)
        }
    }
}
