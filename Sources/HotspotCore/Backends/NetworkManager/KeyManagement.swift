internal import IEEE80211

/// How a profile asks for keys: NetworkManager's `802-11-wireless-security.key-mgmt`.
enum KeyManagement: Sendable, Hashable, CustomStringConvertible {
    case open, wep, owe
    /// WPA2-PSK, and SAE as well where the supplicant and the driver can.
    case wpaPSK
    case sae
    /// IEEE 802.1X, with SHA-1 or SHA-256.
    case wpaEAP

    /// NetworkManager's name; nil where the profile has no security setting at all.
    var name: String? {
        switch self {
        case .open: nil
        case .wep: "none"
        case .owe: "owe"
        case .wpaPSK: "wpa-psk"
        case .sae: "sae"
        case .wpaEAP: "wpa-eap"
        }
    }

    var description: String {
        switch self {
        case .open: "no security"
        case .wep: "WEP"
        case .owe: "OWE"
        case .wpaPSK: "a passphrase (WPA2 or WPA3)"
        case .sae: "WPA3 (SAE)"
        case .wpaEAP: "Enterprise (802.1X)"
        }
    }

    /// The property of the security setting that holds the secret.
    var secretKey: String? {
        switch self {
        case .open, .owe, .wpaEAP: nil
        case .wep: "wep-key0"
        case .wpaPSK, .sae: "psk"
        }
    }

    /// The security in the configuration's words.
    var security: HotspotSecurity {
        switch self {
        case .open: .open
        case .wep: .wep
        case .owe: .enhancedOpen
        case .wpaPSK: .wpaPersonal
        case .sae: .sae
        case .wpaEAP: .enterprise
        }
    }

    /// Whether a BSS that offers this can be joined so.
    func fits(_ offered: BSSSecurity) -> Bool {
        switch self {
        case .open: offered.contains(.open)
        case .wep: offered.contains(.wep)
        case .owe: !offered.isDisjoint(with: [.owe, .oweTransition])
        case .wpaPSK: !offered.isDisjoint(with: [.psk, .pskSHA256, .sae])
        case .sae: offered.contains(.sae)
        case .wpaEAP: offered.contains(.enterprise)
        }
    }

    /// What a network's BSSs offer, in words.
    static func describe(_ offered: [BSSSecurity]) -> String {
        let all = offered.reduce(into: BSSSecurity()) { $0.formUnion($1) }
        let words: [(BSSSecurity, String)] = [
            (.open, "no security"), (.wep, "WEP"), (.psk, "WPA2 (PSK)"), (.pskSHA256, "WPA2 (PSK-SHA256)"),
            (.sae, "WPA3 (SAE)"), (.owe, "OWE"), (.oweTransition, "OWE transition"), (.enterprise, "802.1X"),
        ]
        if offered.isEmpty { return "nothing that was heard" }
        let names = words.filter { all.contains($0.0) }.map(\.1)
        return names.isEmpty ? "a security that is not known" : names.joined(separator: " and ")
    }
}

extension KeyManagement {
    /// Chooses how to ask for keys, from what was asked for and from what the network's BSSs were heard to offer.
    ///
    /// A network that was not heard (hidden, or not scanned for yet) is taken at the configuration's word; NetworkManager's
    /// `wpa-psk` then covers WPA2, WPA3 and the transition between them.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `securityMismatch` where none of the BSSs offers what was
    ///   asked for, and `passphraseMissing` where all of them want a passphrase and none was given.
    static func choose(
        for configuration: HotspotConfiguration,
        offered: [BSSSecurity]
    ) throws(HotspotConfigurationError) -> KeyManagement {
        let heard = Observation("IEEE 802.11", "beacons", "access points of this name offer \(describe(offered))")
        func offers(_ choice: KeyManagement) -> Bool { offered.contains { choice.fits($0) } }
        func mismatch(_ asked: KeyManagement) -> HotspotConfigurationError {
            HotspotConfigurationError(
                .securityMismatch,
                "\"\(configuration.ssid)\" offers \(describe(offered)) and was asked for \(asked)",
                remedy: "choose the security that the network has, or leave the choice out",
                phase: .preparing,
                underlying: [heard]
            )
        }

        let choice: KeyManagement
        switch configuration.security {
        case .automatic where configuration.passphrase == nil:
            if offered.isEmpty || offers(.open) && !offered.contains(where: { $0.contains(.oweTransition) }) {
                return .open
            }
            if offers(.owe) { return .owe }
            if offered.allSatisfy({ $0.contains(.enterprise) }) {
                throw HotspotConfigurationError(
                    .securityMismatch,
                    "\"\(configuration.ssid)\" is an enterprise network and no EAP settings were given",
                    remedy: "give the user's name, the password and what to know the server by",
                    underlying: [heard]
                )
            }
            throw HotspotConfigurationError(
                .passphraseMissing,
                "\"\(configuration.ssid)\" offers \(describe(offered)) and no passphrase was given",
                remedy: "give the passphrase",
                underlying: [heard]
            )
        case .automatic, .wpaPersonal:
            let wantsPSK = offered.contains { !$0.isDisjoint(with: [.psk, .pskSHA256]) }
            choice = offered.isEmpty || wantsPSK || !offers(.sae) ? .wpaPSK : .sae
        case .sae: choice = .sae
        case .open: choice = .open
        case .enhancedOpen: choice = .owe
        case .wep: choice = .wep
        case .enterprise: choice = .wpaEAP
        }
        guard offered.isEmpty || offers(choice) else { throw mismatch(choice) }
        return choice
    }
}

extension BSSSecurity {
    /// What NetworkManager's flags of an access point say.
    init(flags: AccessPointSecurityFlags, isPrivate: Bool) {
        self = []
        if flags.contains(.keyManagementPSK) { insert(.psk) }
        if flags.contains(.keyManagementSAE) { insert(.sae) }
        if flags.contains(.keyManagementOWE) { insert(.owe) }
        if flags.contains(.keyManagementOWETransition) { insert(.oweTransition) }
        if !flags.isDisjoint(with: [.keyManagement8021X, .keyManagementSuiteB192]) { insert(.enterprise) }
        if isEmpty || self == .oweTransition {
            insert(flags.isEmpty && isPrivate ? .wep : isPrivate ? .unknown : .open)
        }
    }
}
