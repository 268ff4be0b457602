// The numbers of `linux/nl80211.h` that the module uses. They are our own constants, because the header of the building
// machine may be older than the kernel that runs; a test compares them with the header where there is one.

/// Attributes of messages (`enum nl80211_attrs`).
enum NL80211Attribute {
    /// Number of the wiphy: u32. `NL80211_ATTR_WIPHY`
    static let wiphy: UInt16 = 1
    /// Name of the wiphy: string. `NL80211_ATTR_WIPHY_NAME`
    static let wiphyName: UInt16 = 2
    /// Number of the interface: u32. `NL80211_ATTR_IFINDEX`
    static let interfaceIndex: UInt16 = 3
    /// Name of the interface: string. `NL80211_ATTR_IFNAME`
    static let interfaceName: UInt16 = 4
    /// Type of the interface: u32. `NL80211_ATTR_IFTYPE`
    static let interfaceType: UInt16 = 5
    /// A MAC address, of the interface or of a peer: six octets. `NL80211_ATTR_MAC`
    static let mac: UInt16 = 6
    /// Flags of a peer: mask and values, u32 each. `NL80211_ATTR_STA_FLAGS2`
    static let stationFlags: UInt16 = 67
    /// Elements for a request: octets. `NL80211_ATTR_IE`
    static let elements: UInt16 = 42
    /// How to authenticate: u32. `NL80211_ATTR_AUTH_TYPE`
    static let authenticationType: UInt16 = 53
    /// Whether management frames are protected: u32. `NL80211_ATTR_USE_MFP`
    static let useManagementFrameProtection: UInt16 = 66
    /// Nothing passes before the port is opened: flag. `NL80211_ATTR_CONTROL_PORT`
    static let controlPort: UInt16 = 68
    /// Frames are encrypted: flag. `NL80211_ATTR_PRIVACY`
    static let privacy: UInt16 = 70
    /// The pairwise ciphers: array of u32. `NL80211_ATTR_CIPHER_SUITES_PAIRWISE`
    static let pairwiseCipherSuites: UInt16 = 73
    /// The group cipher: u32. `NL80211_ATTR_CIPHER_SUITE_GROUP`
    static let groupCipherSuite: UInt16 = 74
    /// Versions of WPA: bits. `NL80211_ATTR_WPA_VERSIONS`
    static let wpaVersions: UInt16 = 75
    /// The AKM suites: array of u32. `NL80211_ATTR_AKM_SUITES`
    static let akmSuites: UInt16 = 76
    /// A key: nest of key attributes. `NL80211_ATTR_KEY`
    static let key: UInt16 = 80
    /// Type and subtype of frames that are asked for, as in the frame control: u16. `NL80211_ATTR_FRAME_TYPE`
    static let frameType: UInt16 = 101
    /// The EtherType of the control port: u16. `NL80211_ATTR_CONTROL_PORT_ETHERTYPE`
    static let controlPortEtherType: UInt16 = 102
    /// The frame is in the clear: flag. `NL80211_ATTR_CONTROL_PORT_NO_ENCRYPT`
    static let controlPortNoEncryption: UInt16 = 103
    /// What follows the algorithm in an authentication frame: octets. `NL80211_ATTR_AUTH_DATA`
    static let authenticationData: UInt16 = 156
    /// What is begun ends with the socket: flag. `NL80211_ATTR_SOCKET_OWNER`
    static let socketOwner: UInt16 = 204
    /// EAPOL frames go over this socket: flag. `NL80211_ATTR_CONTROL_PORT_OVER_NL80211`
    static let controlPortOverNL80211: UInt16 = 264
    /// What is known of a peer: nest of station attributes. `NL80211_ATTR_STA_INFO`
    static let stationInfo: UInt16 = 21
    /// Bands of a wiphy: nest by band. `NL80211_ATTR_WIPHY_BANDS`
    static let wiphyBands: UInt16 = 22
    /// Interface types of a wiphy: nest of flags. `NL80211_ATTR_SUPPORTED_IFTYPES`
    static let supportedInterfaceTypes: UInt16 = 32
    /// Country of the regulatory domain: two letters. `NL80211_ATTR_REG_ALPHA2`
    static let country: UInt16 = 33
    /// Centre frequency of the channel in MHz: u32. `NL80211_ATTR_WIPHY_FREQ`
    static let frequency: UInt16 = 38
    /// How many SSIDs one scan may ask for: u8. `NL80211_ATTR_MAX_NUM_SCAN_SSIDS`
    static let maxScanSSIDs: UInt16 = 43
    /// Frequencies of a scan in MHz: nest of u32. `NL80211_ATTR_SCAN_FREQUENCIES`
    static let scanFrequencies: UInt16 = 44
    /// SSIDs of a scan: nest of octets. `NL80211_ATTR_SCAN_SSIDS`
    static let scanSSIDs: UInt16 = 45
    /// An entry of the scan cache: nest of BSS attributes. `NL80211_ATTR_BSS`
    static let bss: UInt16 = 47
    /// Commands of a wiphy: nest of u32. `NL80211_ATTR_SUPPORTED_COMMANDS`
    static let supportedCommands: UInt16 = 50
    /// A frame: octets. `NL80211_ATTR_FRAME`
    static let frame: UInt16 = 51
    /// An SSID: up to 32 octets. `NL80211_ATTR_SSID`
    static let ssid: UInt16 = 52
    /// A reason code: u16. `NL80211_ATTR_REASON_CODE`
    static let reasonCode: UInt16 = 54
    /// Cipher suites of a wiphy: array of u32. `NL80211_ATTR_CIPHER_SUITES`
    static let cipherSuites: UInt16 = 57
    /// No answer came: flag. `NL80211_ATTR_TIMED_OUT`
    static let timedOut: UInt16 = 65
    /// The access point ended the connection: flag. `NL80211_ATTR_DISCONNECTED_BY_AP`
    static let disconnectedByAP: UInt16 = 71
    /// A status code: u16. `NL80211_ATTR_STATUS_CODE`
    static let statusCode: UInt16 = 72
    /// Elements of the association request: octets. `NL80211_ATTR_REQ_IE`
    static let requestElements: UInt16 = 77
    /// Elements of the association response: octets. `NL80211_ATTR_RESP_IE`
    static let responseElements: UInt16 = 78
    /// The first octets of the bodies of frames that are asked for: octets. `NL80211_ATTR_FRAME_MATCH`
    static let frameMatch: UInt16 = 91
    /// The frame was acknowledged: flag. `NL80211_ATTR_ACK`
    static let acknowledged: UInt16 = 92
    /// Features of a wiphy: u32. `NL80211_ATTR_FEATURE_FLAGS`
    static let featureFlags: UInt16 = 143
    /// The asker understands a wiphy in several messages: flag. `NL80211_ATTR_SPLIT_WIPHY_DUMP`
    static let splitWiphyDump: UInt16 = 174
    /// Further features of a wiphy: bits in octets. `NL80211_ATTR_EXT_FEATURES`
    static let extendedFeatures: UInt16 = 217
    /// The PMK: 32 octets. `NL80211_ATTR_PMK`
    static let pmk: UInt16 = 254
    /// The password for SAE: octets. `NL80211_ATTR_SAE_PASSWORD`
    static let saePassword: UInt16 = 277
    /// What did not answer: u32. `NL80211_ATTR_TIMEOUT_REASON`
    static let timeoutReason: UInt16 = 248
}

/// Attributes of an entry of the scan cache (`enum nl80211_bss`).
enum NL80211BSSAttribute {
    /// BSSID: six octets. `NL80211_BSS_BSSID`
    static let bssid: UInt16 = 1
    /// Centre frequency in MHz: u32. `NL80211_BSS_FREQUENCY`
    static let frequency: UInt16 = 2
    /// Capability Information field: u16. `NL80211_BSS_CAPABILITY`
    static let capability: UInt16 = 5
    /// Elements of the probe response, or of the beacon without one: octets. `NL80211_BSS_INFORMATION_ELEMENTS`
    static let elements: UInt16 = 6
    /// Signal strength in mBm, 1/100 dBm: s32. `NL80211_BSS_SIGNAL_MBM`
    static let signalMBm: UInt16 = 7
    /// What we are to the access point: u32. `NL80211_BSS_STATUS`
    static let status: UInt16 = 9
    /// Age in ms: u32. `NL80211_BSS_SEEN_MS_AGO`
    static let seenMillisecondsAgo: UInt16 = 10
    /// Elements of the last beacon: octets. `NL80211_BSS_BEACON_IES`
    static let beaconElements: UInt16 = 11
}

/// What we are to an access point (`enum nl80211_bss_status`).
enum NL80211BSSStatus {
    /// Authenticated. `NL80211_BSS_STATUS_AUTHENTICATED`
    static let authenticated: UInt16 = 0
    /// Associated. `NL80211_BSS_STATUS_ASSOCIATED`
    static let associated: UInt16 = 1
    /// Member of its independent network. `NL80211_BSS_STATUS_IBSS_JOINED`
    static let ibssJoined: UInt16 = 2
}

/// What is known of a peer (`enum nl80211_sta_info`).
enum NL80211StationAttribute {
    /// Time without activity in ms: u32. `NL80211_STA_INFO_INACTIVE_TIME`
    static let inactiveMilliseconds: UInt16 = 1
    /// Signal strength of the last frame in dBm: s8. `NL80211_STA_INFO_SIGNAL`
    static let signal: UInt16 = 7
    /// Average signal strength in dBm: s8. `NL80211_STA_INFO_SIGNAL_AVG`
    static let signalAverage: UInt16 = 13
    /// Time since the association in s: u32. `NL80211_STA_INFO_CONNECTED_TIME`
    static let connectedSeconds: UInt16 = 16
}

/// Attributes of a band (`enum nl80211_band_attr`).
enum NL80211BandAttribute {
    /// Channels: nest of nests. `NL80211_BAND_ATTR_FREQS`
    static let frequencies: UInt16 = 1
}

/// Attributes of a channel (`enum nl80211_frequency_attr`).
enum NL80211FrequencyAttribute {
    /// Centre frequency in MHz: u32. `NL80211_FREQUENCY_ATTR_FREQ`
    static let frequency: UInt16 = 1
    /// Not allowed here: flag. `NL80211_FREQUENCY_ATTR_DISABLED`
    static let disabled: UInt16 = 2
    /// Nothing may be sent before something was heard: flag. `NL80211_FREQUENCY_ATTR_NO_IR`
    static let noIR: UInt16 = 3
    /// Radar must be watched for: flag. `NL80211_FREQUENCY_ATTR_RADAR`
    static let radar: UInt16 = 5
    /// Allowed indoors only: flag. `NL80211_FREQUENCY_ATTR_INDOOR_ONLY`
    static let indoorOnly: UInt16 = 14
    /// Greatest power in mBm: u32. `NL80211_FREQUENCY_ATTR_MAX_TX_POWER`
    static let maxTransmitPower: UInt16 = 6
}

/// Attributes of a key (`enum nl80211_key_attributes`).
enum NL80211KeyAttribute {
    /// The key: octets. `NL80211_KEY_DATA`
    static let data: UInt16 = 1
    /// The index: u8. `NL80211_KEY_IDX`
    static let index: UInt16 = 2
    /// The cipher: u32. `NL80211_KEY_CIPHER`
    static let cipher: UInt16 = 3
    /// The packet number so far: octets. `NL80211_KEY_SEQ`
    static let sequence: UInt16 = 4
    /// Frames are sent with it: flag. `NL80211_KEY_DEFAULT`
    static let isDefault: UInt16 = 5
    /// What it protects: u32. `NL80211_KEY_TYPE`
    static let type: UInt16 = 7
}

/// What a key protects (`enum nl80211_key_type`).
enum NL80211KeyType {
    /// Group addressed frames. `NL80211_KEYTYPE_GROUP`
    static let group: UInt16 = 0
    /// Individually addressed frames. `NL80211_KEYTYPE_PAIRWISE`
    static let pairwise: UInt16 = 1
}

/// How to authenticate (`enum nl80211_auth_type`).
enum NL80211AuthenticationType {
    /// Open system. `NL80211_AUTHTYPE_OPEN_SYSTEM`
    static let openSystem: UInt16 = 0
    /// Shared key, of WEP. `NL80211_AUTHTYPE_SHARED_KEY`
    static let sharedKey: UInt16 = 1
    /// SAE. `NL80211_AUTHTYPE_SAE`
    static let sae: UInt16 = 4
}

/// Flags of a peer (`enum nl80211_sta_flags`).
enum NL80211StationFlag {
    /// The controlled port is open. `NL80211_STA_FLAG_AUTHORIZED`
    static let authorized: UInt16 = 1
}

/// Versions of WPA as bits (`enum nl80211_wpa_versions`).
enum NL80211WPAVersion {
    /// RSN. `NL80211_WPA_VERSION_2`
    static let rsn: UInt16 = 2
}
