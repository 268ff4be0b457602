/// Why a device changed its state: `NMDeviceStateReason` of NetworkManager's D-Bus interface.
///
/// The number is the daemon's; one that this table does not have keeps its raw value. A reason does not say what went
/// wrong by itself: 7 and 53 have many causes, which the route of states and the frames on the air tell apart.
struct DeviceStateReason: RawRepresentable, Sendable, Hashable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// No reason was given.
    ///
    /// `NM_DEVICE_STATE_REASON_NONE`.
    static let none = DeviceStateReason(rawValue: 0)
    /// The daemon does not know the reason.
    ///
    /// `NM_DEVICE_STATE_REASON_UNKNOWN`.
    static let unknown = DeviceStateReason(rawValue: 1)
    /// The device is managed now.
    ///
    /// `NM_DEVICE_STATE_REASON_NOW_MANAGED`.
    static let nowManaged = DeviceStateReason(rawValue: 2)
    /// The device is no longer managed.
    ///
    /// `NM_DEVICE_STATE_REASON_NOW_UNMANAGED`.
    static let nowUnmanaged = DeviceStateReason(rawValue: 3)
    /// The device could not be made ready.
    ///
    /// `NM_DEVICE_STATE_REASON_CONFIG_FAILED`.
    static let configFailed = DeviceStateReason(rawValue: 4)
    /// No address could be had: none available, or nobody answered.
    ///
    /// `NM_DEVICE_STATE_REASON_IP_CONFIG_UNAVAILABLE`.
    static let ipConfigUnavailable = DeviceStateReason(rawValue: 5)
    /// The address is no longer valid.
    ///
    /// `NM_DEVICE_STATE_REASON_IP_CONFIG_EXPIRED`.
    static let ipConfigExpired = DeviceStateReason(rawValue: 6)
    /// A secret was needed and nobody gave a usable one; see the route that led here.
    ///
    /// `NM_DEVICE_STATE_REASON_NO_SECRETS`.
    static let noSecrets = DeviceStateReason(rawValue: 7)
    /// The supplicant lost the network.
    ///
    /// `NM_DEVICE_STATE_REASON_SUPPLICANT_DISCONNECT`.
    static let supplicantDisconnect = DeviceStateReason(rawValue: 8)
    /// The supplicant refused its configuration.
    ///
    /// `NM_DEVICE_STATE_REASON_SUPPLICANT_CONFIG_FAILED`.
    static let supplicantConfigFailed = DeviceStateReason(rawValue: 9)
    /// The supplicant failed or went away.
    ///
    /// `NM_DEVICE_STATE_REASON_SUPPLICANT_FAILED`.
    static let supplicantFailed = DeviceStateReason(rawValue: 10)
    /// The supplicant took too long.
    ///
    /// `NM_DEVICE_STATE_REASON_SUPPLICANT_TIMEOUT`.
    static let supplicantTimeout = DeviceStateReason(rawValue: 11)
    /// `NM_DEVICE_STATE_REASON_PPP_START_FAILED`.
    static let pppStartFailed = DeviceStateReason(rawValue: 12)
    /// `NM_DEVICE_STATE_REASON_PPP_DISCONNECT`.
    static let pppDisconnect = DeviceStateReason(rawValue: 13)
    /// `NM_DEVICE_STATE_REASON_PPP_FAILED`.
    static let pppFailed = DeviceStateReason(rawValue: 14)
    /// `NM_DEVICE_STATE_REASON_DHCP_START_FAILED`.
    static let dhcpStartFailed = DeviceStateReason(rawValue: 15)
    /// `NM_DEVICE_STATE_REASON_DHCP_ERROR`.
    static let dhcpError = DeviceStateReason(rawValue: 16)
    /// `NM_DEVICE_STATE_REASON_DHCP_FAILED`.
    static let dhcpFailed = DeviceStateReason(rawValue: 17)
    /// `NM_DEVICE_STATE_REASON_SHARED_START_FAILED`.
    static let sharedStartFailed = DeviceStateReason(rawValue: 18)
    /// `NM_DEVICE_STATE_REASON_SHARED_FAILED`.
    static let sharedFailed = DeviceStateReason(rawValue: 19)
    /// `NM_DEVICE_STATE_REASON_AUTOIP_START_FAILED`.
    static let autoipStartFailed = DeviceStateReason(rawValue: 20)
    /// `NM_DEVICE_STATE_REASON_AUTOIP_ERROR`.
    static let autoipError = DeviceStateReason(rawValue: 21)
    /// `NM_DEVICE_STATE_REASON_AUTOIP_FAILED`.
    static let autoipFailed = DeviceStateReason(rawValue: 22)
    /// `NM_DEVICE_STATE_REASON_MODEM_BUSY`.
    static let modemBusy = DeviceStateReason(rawValue: 23)
    /// `NM_DEVICE_STATE_REASON_MODEM_NO_DIAL_TONE`.
    static let modemNoDialTone = DeviceStateReason(rawValue: 24)
    /// `NM_DEVICE_STATE_REASON_MODEM_NO_CARRIER`.
    static let modemNoCarrier = DeviceStateReason(rawValue: 25)
    /// `NM_DEVICE_STATE_REASON_MODEM_DIAL_TIMEOUT`.
    static let modemDialTimeout = DeviceStateReason(rawValue: 26)
    /// `NM_DEVICE_STATE_REASON_MODEM_DIAL_FAILED`.
    static let modemDialFailed = DeviceStateReason(rawValue: 27)
    /// `NM_DEVICE_STATE_REASON_MODEM_INIT_FAILED`.
    static let modemInitFailed = DeviceStateReason(rawValue: 28)
    /// `NM_DEVICE_STATE_REASON_GSM_APN_FAILED`.
    static let gsmApnFailed = DeviceStateReason(rawValue: 29)
    /// `NM_DEVICE_STATE_REASON_GSM_REGISTRATION_NOT_SEARCHING`.
    static let gsmRegistrationNotSearching = DeviceStateReason(rawValue: 30)
    /// `NM_DEVICE_STATE_REASON_GSM_REGISTRATION_DENIED`.
    static let gsmRegistrationDenied = DeviceStateReason(rawValue: 31)
    /// `NM_DEVICE_STATE_REASON_GSM_REGISTRATION_TIMEOUT`.
    static let gsmRegistrationTimeout = DeviceStateReason(rawValue: 32)
    /// `NM_DEVICE_STATE_REASON_GSM_REGISTRATION_FAILED`.
    static let gsmRegistrationFailed = DeviceStateReason(rawValue: 33)
    /// `NM_DEVICE_STATE_REASON_GSM_PIN_CHECK_FAILED`.
    static let gsmPinCheckFailed = DeviceStateReason(rawValue: 34)
    /// `NM_DEVICE_STATE_REASON_FIRMWARE_MISSING`.
    static let firmwareMissing = DeviceStateReason(rawValue: 35)
    /// `NM_DEVICE_STATE_REASON_REMOVED`.
    static let removed = DeviceStateReason(rawValue: 36)
    /// `NM_DEVICE_STATE_REASON_SLEEPING`.
    static let sleeping = DeviceStateReason(rawValue: 37)
    /// `NM_DEVICE_STATE_REASON_CONNECTION_REMOVED`.
    static let connectionRemoved = DeviceStateReason(rawValue: 38)
    /// `NM_DEVICE_STATE_REASON_USER_REQUESTED`.
    static let userRequested = DeviceStateReason(rawValue: 39)
    /// `NM_DEVICE_STATE_REASON_CARRIER`.
    static let carrier = DeviceStateReason(rawValue: 40)
    /// `NM_DEVICE_STATE_REASON_CONNECTION_ASSUMED`.
    static let connectionAssumed = DeviceStateReason(rawValue: 41)
    /// `NM_DEVICE_STATE_REASON_SUPPLICANT_AVAILABLE`.
    static let supplicantAvailable = DeviceStateReason(rawValue: 42)
    /// `NM_DEVICE_STATE_REASON_MODEM_NOT_FOUND`.
    static let modemNotFound = DeviceStateReason(rawValue: 43)
    /// `NM_DEVICE_STATE_REASON_BT_FAILED`.
    static let btFailed = DeviceStateReason(rawValue: 44)
    /// `NM_DEVICE_STATE_REASON_GSM_SIM_NOT_INSERTED`.
    static let gsmSimNotInserted = DeviceStateReason(rawValue: 45)
    /// `NM_DEVICE_STATE_REASON_GSM_SIM_PIN_REQUIRED`.
    static let gsmSimPinRequired = DeviceStateReason(rawValue: 46)
    /// `NM_DEVICE_STATE_REASON_GSM_SIM_PUK_REQUIRED`.
    static let gsmSimPukRequired = DeviceStateReason(rawValue: 47)
    /// `NM_DEVICE_STATE_REASON_GSM_SIM_WRONG`.
    static let gsmSimWrong = DeviceStateReason(rawValue: 48)
    /// `NM_DEVICE_STATE_REASON_INFINIBAND_MODE`.
    static let infinibandMode = DeviceStateReason(rawValue: 49)
    /// `NM_DEVICE_STATE_REASON_DEPENDENCY_FAILED`.
    static let dependencyFailed = DeviceStateReason(rawValue: 50)
    /// `NM_DEVICE_STATE_REASON_BR2684_FAILED`.
    static let br2684Failed = DeviceStateReason(rawValue: 51)
    /// `NM_DEVICE_STATE_REASON_MODEM_MANAGER_UNAVAILABLE`.
    static let modemManagerUnavailable = DeviceStateReason(rawValue: 52)
    /// `NM_DEVICE_STATE_REASON_SSID_NOT_FOUND`.
    static let ssidNotFound = DeviceStateReason(rawValue: 53)
    /// `NM_DEVICE_STATE_REASON_SECONDARY_CONNECTION_FAILED`.
    static let secondaryConnectionFailed = DeviceStateReason(rawValue: 54)
    /// `NM_DEVICE_STATE_REASON_DCB_FCOE_FAILED`.
    static let dcbFcoeFailed = DeviceStateReason(rawValue: 55)
    /// `NM_DEVICE_STATE_REASON_TEAMD_CONTROL_FAILED`.
    static let teamdControlFailed = DeviceStateReason(rawValue: 56)
    /// `NM_DEVICE_STATE_REASON_MODEM_FAILED`.
    static let modemFailed = DeviceStateReason(rawValue: 57)
    /// `NM_DEVICE_STATE_REASON_MODEM_AVAILABLE`.
    static let modemAvailable = DeviceStateReason(rawValue: 58)
    /// `NM_DEVICE_STATE_REASON_SIM_PIN_INCORRECT`.
    static let simPinIncorrect = DeviceStateReason(rawValue: 59)
    /// `NM_DEVICE_STATE_REASON_NEW_ACTIVATION`.
    static let newActivation = DeviceStateReason(rawValue: 60)
    /// `NM_DEVICE_STATE_REASON_PARENT_CHANGED`.
    static let parentChanged = DeviceStateReason(rawValue: 61)
    /// `NM_DEVICE_STATE_REASON_PARENT_MANAGED_CHANGED`.
    static let parentManagedChanged = DeviceStateReason(rawValue: 62)
    /// `NM_DEVICE_STATE_REASON_OVSDB_FAILED`, since 1.10.
    static let ovsdbFailed = DeviceStateReason(rawValue: 63)
    /// `NM_DEVICE_STATE_REASON_IP_ADDRESS_DUPLICATE`, since 1.12.
    static let ipAddressDuplicate = DeviceStateReason(rawValue: 64)
    /// `NM_DEVICE_STATE_REASON_IP_METHOD_UNSUPPORTED`, since 1.12.
    static let ipMethodUnsupported = DeviceStateReason(rawValue: 65)
    /// `NM_DEVICE_STATE_REASON_SRIOV_CONFIGURATION_FAILED`, since 1.14.
    static let sriovConfigurationFailed = DeviceStateReason(rawValue: 66)
    /// `NM_DEVICE_STATE_REASON_PEER_NOT_FOUND`, since 1.16.
    static let peerNotFound = DeviceStateReason(rawValue: 67)
    /// `NM_DEVICE_STATE_REASON_DEVICE_HANDLER_FAILED`, since 1.46.
    static let deviceHandlerFailed = DeviceStateReason(rawValue: 68)
    /// `NM_DEVICE_STATE_REASON_UNMANAGED_BY_DEFAULT`, since 1.48.
    static let unmanagedByDefault = DeviceStateReason(rawValue: 69)
    /// `NM_DEVICE_STATE_REASON_UNMANAGED_EXTERNAL_DOWN`, since 1.48.
    static let unmanagedExternalDown = DeviceStateReason(rawValue: 70)
    /// `NM_DEVICE_STATE_REASON_UNMANAGED_LINK_NOT_INIT`, since 1.48.
    static let unmanagedLinkNotInit = DeviceStateReason(rawValue: 71)
    /// `NM_DEVICE_STATE_REASON_UNMANAGED_QUITTING`, since 1.48.
    static let unmanagedQuitting = DeviceStateReason(rawValue: 72)
    /// `NM_DEVICE_STATE_REASON_UNMANAGED_MANAGER_DISABLED`, since 1.48.
    static let unmanagedManagerDisabled = DeviceStateReason(rawValue: 73)
    /// `NM_DEVICE_STATE_REASON_UNMANAGED_USER_CONF`, since 1.48.
    static let unmanagedUserConf = DeviceStateReason(rawValue: 74)
    /// `NM_DEVICE_STATE_REASON_UNMANAGED_USER_EXPLICIT`, since 1.48.
    static let unmanagedUserExplicit = DeviceStateReason(rawValue: 75)
    /// `NM_DEVICE_STATE_REASON_UNMANAGED_USER_SETTINGS`, since 1.48.
    static let unmanagedUserSettings = DeviceStateReason(rawValue: 76)
    /// `NM_DEVICE_STATE_REASON_UNMANAGED_USER_UDEV`, since 1.48.
    static let unmanagedUserUdev = DeviceStateReason(rawValue: 77)
    /// `NM_DEVICE_STATE_REASON_NETWORKING_OFF`, since 1.56.
    static let networkingOff = DeviceStateReason(rawValue: 78)
    /// `NM_DEVICE_STATE_REASON_MODEM_NO_OPERATOR_CODE`, since 1.56.
    static let modemNoOperatorCode = DeviceStateReason(rawValue: 79)

    /// The daemon's name of the reason in the style of `nmcli`, or nil for a number that is not in the table.
    var name: String? { Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : nil }

    /// The names by number, 0 to 79 without a gap.
    static let names = [
        "none",
        "unknown",
        "now-managed",
        "now-unmanaged",
        "config-failed",
        "ip-config-unavailable",
        "ip-config-expired",
        "no-secrets",
        "supplicant-disconnect",
        "supplicant-config-failed",
        "supplicant-failed",
        "supplicant-timeout",
        "ppp-start-failed",
        "ppp-disconnect",
        "ppp-failed",
        "dhcp-start-failed",
        "dhcp-error",
        "dhcp-failed",
        "shared-start-failed",
        "shared-failed",
        "autoip-start-failed",
        "autoip-error",
        "autoip-failed",
        "modem-busy",
        "modem-no-dial-tone",
        "modem-no-carrier",
        "modem-dial-timeout",
        "modem-dial-failed",
        "modem-init-failed",
        "gsm-apn-failed",
        "gsm-registration-not-searching",
        "gsm-registration-denied",
        "gsm-registration-timeout",
        "gsm-registration-failed",
        "gsm-pin-check-failed",
        "firmware-missing",
        "removed",
        "sleeping",
        "connection-removed",
        "user-requested",
        "carrier",
        "connection-assumed",
        "supplicant-available",
        "modem-not-found",
        "bt-failed",
        "gsm-sim-not-inserted",
        "gsm-sim-pin-required",
        "gsm-sim-puk-required",
        "gsm-sim-wrong",
        "infiniband-mode",
        "dependency-failed",
        "br2684-failed",
        "modem-manager-unavailable",
        "ssid-not-found",
        "secondary-connection-failed",
        "dcb-fcoe-failed",
        "teamd-control-failed",
        "modem-failed",
        "modem-available",
        "sim-pin-incorrect",
        "new-activation",
        "parent-changed",
        "parent-managed-changed",
        "ovsdb-failed",
        "ip-address-duplicate",
        "ip-method-unsupported",
        "sriov-configuration-failed",
        "peer-not-found",
        "device-handler-failed",
        "unmanaged-by-default",
        "unmanaged-external-down",
        "unmanaged-link-not-init",
        "unmanaged-quitting",
        "unmanaged-manager-disabled",
        "unmanaged-user-conf",
        "unmanaged-user-explicit",
        "unmanaged-user-settings",
        "unmanaged-user-udev",
        "networking-off",
        "modem-no-operator-code",
    ]
}

extension DeviceStateReason: CustomStringConvertible {
    var description: String { "\(name ?? "unknown") (\(rawValue))" }
}
