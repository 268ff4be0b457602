/// A command or an event of nl80211 (`enum nl80211_commands`).
///
/// The number belongs to the kernel: one beyond the table is kept and printed as `unknown (200)`.
package struct NL80211Command: RawRepresentable, Hashable, Sendable {
    /// The kernel's number.
    package let rawValue: UInt8

    /// Makes a command from the kernel's number.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The kernel's name, such as `NL80211_CMD_GET_SCAN`; `unknown` beyond the table.
    package var name: String {
        Int(rawValue) < Self.names.count ? "NL80211_CMD_" + Self.names[Int(rawValue)] : "unknown"
    }
}

extension NL80211Command: CustomStringConvertible {
    /// The name and the number: `NL80211_CMD_CONNECT (46)`.
    package var description: String { "\(name) (\(rawValue))" }
}

extension NL80211Command {
    /// Asks for a wiphy, or in a dump for all. `NL80211_CMD_GET_WIPHY`
    package static let getWiphy = Self(rawValue: 1)
    /// A wiphy: the answer, or an event when one appears. `NL80211_CMD_NEW_WIPHY`
    package static let newWiphy = Self(rawValue: 3)
    /// A wiphy went away. `NL80211_CMD_DEL_WIPHY`
    package static let deleteWiphy = Self(rawValue: 4)
    /// Asks for an interface, or in a dump for all. `NL80211_CMD_GET_INTERFACE`
    package static let getInterface = Self(rawValue: 5)
    /// An interface: the answer, or an event when one appears. `NL80211_CMD_NEW_INTERFACE`
    package static let newInterface = Self(rawValue: 7)
    /// An interface went away. `NL80211_CMD_DEL_INTERFACE`
    package static let deleteInterface = Self(rawValue: 8)
    /// Chooses the key that frames are sent with. `NL80211_CMD_SET_KEY`
    package static let setKey = Self(rawValue: 10)
    /// Installs a key. `NL80211_CMD_NEW_KEY`
    package static let newKey = Self(rawValue: 11)
    /// Asks for a peer of an interface. `NL80211_CMD_GET_STATION`
    package static let getStation = Self(rawValue: 17)
    /// Changes what a peer may do. `NL80211_CMD_SET_STATION`
    package static let setStation = Self(rawValue: 18)
    /// A peer: the answer, or an event when one is added. `NL80211_CMD_NEW_STATION`
    package static let newStation = Self(rawValue: 19)
    /// A peer was removed. `NL80211_CMD_DEL_STATION`
    package static let deleteStation = Self(rawValue: 20)
    /// Asks in a dump for the scan cache. `NL80211_CMD_GET_SCAN`
    package static let getScan = Self(rawValue: 32)
    /// Starts a scan; as an event, a scan began. `NL80211_CMD_TRIGGER_SCAN`
    package static let triggerScan = Self(rawValue: 33)
    /// A scan ended with results; also each entry of the scan cache. `NL80211_CMD_NEW_SCAN_RESULTS`
    package static let newScanResults = Self(rawValue: 34)
    /// A scan ended early. `NL80211_CMD_SCAN_ABORTED`
    package static let scanAborted = Self(rawValue: 35)
    /// The regulatory domain changed. `NL80211_CMD_REG_CHANGE`
    package static let regulatoryChange = Self(rawValue: 36)
    /// The regulatory domain of one wiphy changed. `NL80211_CMD_WIPHY_REG_CHANGE`
    package static let wiphyRegulatoryChange = Self(rawValue: 113)
    /// Ends a scan early. `NL80211_CMD_ABORT_SCAN`
    package static let abortScan = Self(rawValue: 114)
    /// Authenticates; as an event, an authentication frame came or did not. `NL80211_CMD_AUTHENTICATE`
    package static let authenticate = Self(rawValue: 37)
    /// Associates; as an event, an association response came or did not. `NL80211_CMD_ASSOCIATE`
    package static let associate = Self(rawValue: 38)
    /// Deauthenticates; as an event, a deauthentication was received or sent. `NL80211_CMD_DEAUTHENTICATE`
    package static let deauthenticate = Self(rawValue: 39)
    /// Disassociates; as an event, a disassociation was received or sent. `NL80211_CMD_DISASSOCIATE`
    package static let disassociate = Self(rawValue: 40)
    /// Authenticates and associates; as an event, the outcome. `NL80211_CMD_CONNECT`
    package static let connect = Self(rawValue: 46)
    /// The driver moved to another access point of the network. `NL80211_CMD_ROAM`
    package static let roam = Self(rawValue: 47)
    /// Ends the connection; as an event, it ended. `NL80211_CMD_DISCONNECT`
    package static let disconnect = Self(rawValue: 48)
    /// The connection's quality crossed a threshold or beacons stopped. `NL80211_CMD_NOTIFY_CQM`
    package static let notifyConnectionQuality = Self(rawValue: 64)
    /// Asks for received management frames of a kind. `NL80211_CMD_REGISTER_FRAME`
    package static let registerFrame = Self(rawValue: 58)
    /// Sends a management frame; as an event, one came that was asked for. `NL80211_CMD_FRAME`
    package static let frame = Self(rawValue: 59)
    /// An unprotected deauthentication came where frames are protected. `NL80211_CMD_UNPROT_DEAUTHENTICATE`
    package static let unprotectedDeauthenticate = Self(rawValue: 70)
    /// An unprotected disassociation came where frames are protected. `NL80211_CMD_UNPROT_DISASSOCIATE`
    package static let unprotectedDisassociate = Self(rawValue: 71)
    /// The access point moved to another channel. `NL80211_CMD_CH_SWITCH_NOTIFY`
    package static let channelSwitched = Self(rawValue: 88)
    /// The driver's own four-way handshake succeeded. `NL80211_CMD_PORT_AUTHORIZED`
    package static let portAuthorized = Self(rawValue: 125)
    /// An EAPOL frame over nl80211. `NL80211_CMD_CONTROL_PORT_FRAME`
    package static let controlPortFrame = Self(rawValue: 129)
    /// Whether an EAPOL frame that was sent was acknowledged. `NL80211_CMD_CONTROL_PORT_FRAME_TX_STATUS`
    package static let controlPortFrameTransmitStatus = Self(rawValue: 139)
    /// The access point asked to come back later. `NL80211_CMD_ASSOC_COMEBACK`
    package static let associationComeback = Self(rawValue: 147)
}

extension NL80211Command {
    /// The kernel's names in numeric order from 0, without `NL80211_CMD_`.
    static let names = [
        "UNSPEC", "GET_WIPHY", "SET_WIPHY", "NEW_WIPHY", "DEL_WIPHY", "GET_INTERFACE", "SET_INTERFACE",
        "NEW_INTERFACE", "DEL_INTERFACE", "GET_KEY", "SET_KEY", "NEW_KEY", "DEL_KEY", "GET_BEACON", "SET_BEACON",
        "START_AP", "STOP_AP", "GET_STATION", "SET_STATION", "NEW_STATION", "DEL_STATION", "GET_MPATH", "SET_MPATH",
        "NEW_MPATH", "DEL_MPATH", "SET_BSS", "SET_REG", "REQ_SET_REG", "GET_MESH_CONFIG", "SET_MESH_CONFIG",
        "SET_MGMT_EXTRA_IE", "GET_REG", "GET_SCAN", "TRIGGER_SCAN", "NEW_SCAN_RESULTS", "SCAN_ABORTED", "REG_CHANGE",
        "AUTHENTICATE", "ASSOCIATE", "DEAUTHENTICATE", "DISASSOCIATE", "MICHAEL_MIC_FAILURE", "REG_BEACON_HINT",
        "JOIN_IBSS", "LEAVE_IBSS", "TESTMODE", "CONNECT", "ROAM", "DISCONNECT", "SET_WIPHY_NETNS", "GET_SURVEY",
        "NEW_SURVEY_RESULTS", "SET_PMKSA", "DEL_PMKSA", "FLUSH_PMKSA", "REMAIN_ON_CHANNEL",
        "CANCEL_REMAIN_ON_CHANNEL", "SET_TX_BITRATE_MASK", "REGISTER_FRAME", "FRAME", "FRAME_TX_STATUS",
        "SET_POWER_SAVE", "GET_POWER_SAVE", "SET_CQM", "NOTIFY_CQM", "SET_CHANNEL", "SET_WDS_PEER",
        "FRAME_WAIT_CANCEL", "JOIN_MESH", "LEAVE_MESH", "UNPROT_DEAUTHENTICATE", "UNPROT_DISASSOCIATE",
        "NEW_PEER_CANDIDATE", "GET_WOWLAN", "SET_WOWLAN", "START_SCHED_SCAN", "STOP_SCHED_SCAN", "SCHED_SCAN_RESULTS",
        "SCHED_SCAN_STOPPED", "SET_REKEY_OFFLOAD", "PMKSA_CANDIDATE", "TDLS_OPER", "TDLS_MGMT", "UNEXPECTED_FRAME",
        "PROBE_CLIENT", "REGISTER_BEACONS", "UNEXPECTED_4ADDR_FRAME", "SET_NOACK_MAP", "CH_SWITCH_NOTIFY",
        "START_P2P_DEVICE", "STOP_P2P_DEVICE", "CONN_FAILED", "SET_MCAST_RATE", "SET_MAC_ACL", "RADAR_DETECT",
        "GET_PROTOCOL_FEATURES", "UPDATE_FT_IES", "FT_EVENT", "CRIT_PROTOCOL_START", "CRIT_PROTOCOL_STOP",
        "GET_COALESCE", "SET_COALESCE", "CHANNEL_SWITCH", "VENDOR", "SET_QOS_MAP", "ADD_TX_TS", "DEL_TX_TS",
        "GET_MPP", "JOIN_OCB", "LEAVE_OCB", "CH_SWITCH_STARTED_NOTIFY", "TDLS_CHANNEL_SWITCH",
        "TDLS_CANCEL_CHANNEL_SWITCH", "WIPHY_REG_CHANGE", "ABORT_SCAN", "START_NAN", "STOP_NAN", "ADD_NAN_FUNCTION",
        "DEL_NAN_FUNCTION", "CHANGE_NAN_CONFIG", "NAN_MATCH", "SET_MULTICAST_TO_UNICAST", "UPDATE_CONNECT_PARAMS",
        "SET_PMK", "DEL_PMK", "PORT_AUTHORIZED", "RELOAD_REGDB", "EXTERNAL_AUTH", "STA_OPMODE_CHANGED",
        "CONTROL_PORT_FRAME", "GET_FTM_RESPONDER_STATS", "PEER_MEASUREMENT_START", "PEER_MEASUREMENT_RESULT",
        "PEER_MEASUREMENT_COMPLETE", "NOTIFY_RADAR", "UPDATE_OWE_INFO", "PROBE_MESH_LINK", "SET_TID_CONFIG",
        "UNPROT_BEACON", "CONTROL_PORT_FRAME_TX_STATUS", "SET_SAR_SPECS", "OBSS_COLOR_COLLISION",
        "COLOR_CHANGE_REQUEST", "COLOR_CHANGE_STARTED", "COLOR_CHANGE_ABORTED", "COLOR_CHANGE_COMPLETED",
        "SET_FILS_AAD", "ASSOC_COMEBACK", "ADD_LINK", "REMOVE_LINK", "ADD_LINK_STA", "MODIFY_LINK_STA",
        "REMOVE_LINK_STA", "SET_HW_TIMESTAMP",
    ]
}
