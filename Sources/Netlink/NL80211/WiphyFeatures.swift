/// The features of a wiphy in the first bitmap (`enum nl80211_feature_flags`).
package struct WiphyFeatures: OptionSet, Hashable, Sendable {
    /// The kernel's bits.
    package let rawValue: UInt32

    /// Makes a set from the kernel's bits.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// SAE by user space, with authentication frames or by external authentication. `NL80211_FEATURE_SAE`
    package static let sae = Self(rawValue: 1 << 5)
    /// Scans of low priority. `NL80211_FEATURE_LOW_PRIORITY_SCAN`
    package static let lowPriorityScan = Self(rawValue: 1 << 6)
    /// A scan may empty the cache first. `NL80211_FEATURE_SCAN_FLUSH`
    package static let scanFlush = Self(rawValue: 1 << 7)
    /// Scans may have random MAC addresses. `NL80211_FEATURE_SCAN_RANDOM_MAC_ADDR`
    package static let scanRandomMAC = Self(rawValue: 1 << 29)
}

/// One further feature of a wiphy (`enum nl80211_ext_feature_index`).
///
/// The number belongs to the kernel: one beyond the table is kept and printed as `unknown (99)`.
package struct WiphyExtendedFeature: RawRepresentable, Hashable, Sendable {
    /// The kernel's number: the place of the bit in the bitmap.
    package let rawValue: Int

    /// Makes a feature from the kernel's number.
    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// The kernel's name without its prefix; `unknown` beyond the table.
    package var name: String {
        Self.names.indices.contains(rawValue) ? Self.names[rawValue] : "unknown"
    }

    /// Fast initial link setup as a station. `NL80211_EXT_FEATURE_FILS_STA`
    package static let filsStation = Self(rawValue: 9)
    /// The driver does the four-way handshake with a PSK. `NL80211_EXT_FEATURE_4WAY_HANDSHAKE_STA_PSK`
    package static let fourWayHandshakeStationPSK = Self(rawValue: 15)
    /// The driver does the four-way handshake after 802.1X. `NL80211_EXT_FEATURE_4WAY_HANDSHAKE_STA_1X`
    package static let fourWayHandshakeStation8021X = Self(rawValue: 16)
    /// Protection of management frames may be left to the driver. `NL80211_EXT_FEATURE_MFP_OPTIONAL`
    package static let mfpOptional = Self(rawValue: 21)
    /// EAPOL frames go over nl80211. `NL80211_EXT_FEATURE_CONTROL_PORT_OVER_NL80211`
    package static let controlPortOverNL80211 = Self(rawValue: 26)
    /// Scans may have random sequence numbers. `NL80211_EXT_FEATURE_SCAN_RANDOM_SN`
    package static let scanRandomSequenceNumbers = Self(rawValue: 29)
    /// Scans may have minimal probe requests. `NL80211_EXT_FEATURE_SCAN_MIN_PREQ_CONTENT`
    package static let scanMinimalProbeRequests = Self(rawValue: 30)
    /// A pairwise key with index 0 can be replaced. `NL80211_EXT_FEATURE_CAN_REPLACE_PTK0`
    package static let canReplacePTK0 = Self(rawValue: 31)
    /// Extended key identifiers. `NL80211_EXT_FEATURE_EXT_KEY_ID`
    package static let extendedKeyID = Self(rawValue: 36)
    /// The driver does SAE. `NL80211_EXT_FEATURE_SAE_OFFLOAD`
    package static let saeOffload = Self(rawValue: 38)
    /// Protected beacons. `NL80211_EXT_FEATURE_BEACON_PROTECTION`
    package static let beaconProtection = Self(rawValue: 41)
    /// Preauthentication frames may stay off the control port. `NL80211_EXT_FEATURE_CONTROL_PORT_NO_PREAUTH`
    package static let controlPortNoPreauthentication = Self(rawValue: 42)
    /// Protected beacons, of stations only. `NL80211_EXT_FEATURE_BEACON_PROTECTION_CLIENT`
    package static let beaconProtectionClient = Self(rawValue: 46)
    /// The fate of an EAPOL frame is reported. `NL80211_EXT_FEATURE_CONTROL_PORT_OVER_NL80211_TX_STATUS`
    package static let controlPortTransmitStatus = Self(rawValue: 48)

    /// The kernel's names in numeric order from 0, without `NL80211_EXT_FEATURE_`.
    static let names = [
        "VHT_IBSS", "RRM", "MU_MIMO_AIR_SNIFFER", "SCAN_START_TIME", "BSS_PARENT_TSF", "SET_SCAN_DWELL",
        "BEACON_RATE_LEGACY", "BEACON_RATE_HT", "BEACON_RATE_VHT", "FILS_STA", "MGMT_TX_RANDOM_TA",
        "MGMT_TX_RANDOM_TA_CONNECTED", "SCHED_SCAN_RELATIVE_RSSI", "CQM_RSSI_LIST", "FILS_SK_OFFLOAD",
        "4WAY_HANDSHAKE_STA_PSK", "4WAY_HANDSHAKE_STA_1X", "FILS_MAX_CHANNEL_TIME",
        "ACCEPT_BCAST_PROBE_RESP", "OCE_PROBE_REQ_HIGH_TX_RATE",
        "OCE_PROBE_REQ_DEFERRAL_SUPPRESSION", "MFP_OPTIONAL", "LOW_SPAN_SCAN", "LOW_POWER_SCAN", "HIGH_ACCURACY_SCAN",
        "DFS_OFFLOAD", "CONTROL_PORT_OVER_NL80211", "ACK_SIGNAL_SUPPORT", "TXQS", "SCAN_RANDOM_SN",
        "SCAN_MIN_PREQ_CONTENT", "CAN_REPLACE_PTK0", "ENABLE_FTM_RESPONDER", "AIRTIME_FAIRNESS", "AP_PMKSA_CACHING",
        "SCHED_SCAN_BAND_SPECIFIC_RSSI_THOLD", "EXT_KEY_ID", "STA_TX_PWR", "SAE_OFFLOAD", "VLAN_OFFLOAD", "AQL",
        "BEACON_PROTECTION", "CONTROL_PORT_NO_PREAUTH", "PROTECTED_TWT", "DEL_IBSS_STA", "MULTICAST_REGISTRATIONS",
        "BEACON_PROTECTION_CLIENT", "SCAN_FREQ_KHZ", "CONTROL_PORT_OVER_NL80211_TX_STATUS",
        "OPERATING_CHANNEL_VALIDATION", "4WAY_HANDSHAKE_AP_PSK", "SAE_OFFLOAD_AP", "FILS_DISCOVERY",
        "UNSOL_BCAST_PROBE_RESP", "BEACON_RATE_HE", "SECURE_LTF", "SECURE_RTT", "PROT_RANGE_NEGO_AND_MEASURE",
        "BSS_COLOR", "FILS_CRYPTO_OFFLOAD", "RADAR_BACKGROUND", "POWERED_ADDR_CHANGE", "PUNCT",
    ]
}

extension WiphyExtendedFeature: CustomStringConvertible {
    /// The name and the number: `SAE_OFFLOAD (38)`.
    package var description: String { "\(name) (\(rawValue))" }
}

extension Set<WiphyExtendedFeature> {
    /// The features whose bits are set, counted from the low bit of the first octet.
    init(bitmap: [UInt8]) {
        self.init()
        for (index, octet) in bitmap.enumerated() {
            for bit in 0..<8 where octet >> UInt8(bit) & 1 == 1 {
                insert(WiphyExtendedFeature(rawValue: index * 8 + bit))
            }
        }
    }
}
