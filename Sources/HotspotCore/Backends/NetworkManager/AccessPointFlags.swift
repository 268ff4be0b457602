/// What an access point says of itself beside its security: `NM80211ApFlags`.
struct AccessPointFlags: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    static let privacy = AccessPointFlags(rawValue: 0x1)
    static let wps = AccessPointFlags(rawValue: 0x2)
    static let wpsPushButton = AccessPointFlags(rawValue: 0x4)
    static let wpsPIN = AccessPointFlags(rawValue: 0x8)

    /// The flags' names by value, as in the enumeration.
    static let names: [UInt32: String] = [0x1: "PRIVACY", 0x2: "WPS", 0x4: "WPS_PBC", 0x8: "WPS_PIN"]
}

/// What an access point offers: `NM80211ApSecurityFlags`.
struct AccessPointSecurityFlags: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    static let pairwiseWEP40 = AccessPointSecurityFlags(rawValue: 0x1)
    static let pairwiseWEP104 = AccessPointSecurityFlags(rawValue: 0x2)
    static let pairwiseTKIP = AccessPointSecurityFlags(rawValue: 0x4)
    static let pairwiseCCMP = AccessPointSecurityFlags(rawValue: 0x8)
    static let groupWEP40 = AccessPointSecurityFlags(rawValue: 0x10)
    static let groupWEP104 = AccessPointSecurityFlags(rawValue: 0x20)
    static let groupTKIP = AccessPointSecurityFlags(rawValue: 0x40)
    static let groupCCMP = AccessPointSecurityFlags(rawValue: 0x80)
    static let keyManagementPSK = AccessPointSecurityFlags(rawValue: 0x100)
    static let keyManagement8021X = AccessPointSecurityFlags(rawValue: 0x200)
    static let keyManagementSAE = AccessPointSecurityFlags(rawValue: 0x400)
    static let keyManagementOWE = AccessPointSecurityFlags(rawValue: 0x800)
    static let keyManagementOWETransition = AccessPointSecurityFlags(rawValue: 0x1000)
    static let keyManagementSuiteB192 = AccessPointSecurityFlags(rawValue: 0x2000)

    /// The flags' names by value, as in the enumeration.
    static let names: [UInt32: String] = [
        0x1: "PAIR_WEP40", 0x2: "PAIR_WEP104", 0x4: "PAIR_TKIP", 0x8: "PAIR_CCMP", 0x10: "GROUP_WEP40",
        0x20: "GROUP_WEP104", 0x40: "GROUP_TKIP", 0x80: "GROUP_CCMP", 0x100: "KEY_MGMT_PSK",
        0x200: "KEY_MGMT_802_1X", 0x400: "KEY_MGMT_SAE", 0x800: "KEY_MGMT_OWE", 0x1000: "KEY_MGMT_OWE_TM",
        0x2000: "KEY_MGMT_EAP_SUITE_B_192",
    ]
}
