/// Why an active connection changed its state: `NMActiveConnectionStateReason` of NetworkManager's D-Bus interface.
///
/// For Wi-Fi it says next to nothing (it is `device-disconnected` whatever happened): ``DeviceStateReason`` comes first and
/// says more. A number that this table does not have keeps its raw value.
struct ActiveConnectionStateReason: RawRepresentable, Sendable, Hashable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `NM_ACTIVE_CONNECTION_STATE_REASON_UNKNOWN`.
    static let unknown = ActiveConnectionStateReason(rawValue: 0)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_NONE`.
    static let none = ActiveConnectionStateReason(rawValue: 1)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_USER_DISCONNECTED`.
    static let userDisconnected = ActiveConnectionStateReason(rawValue: 2)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_DEVICE_DISCONNECTED`.
    static let deviceDisconnected = ActiveConnectionStateReason(rawValue: 3)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_SERVICE_STOPPED`.
    static let serviceStopped = ActiveConnectionStateReason(rawValue: 4)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_IP_CONFIG_INVALID`.
    static let ipConfigInvalid = ActiveConnectionStateReason(rawValue: 5)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_CONNECT_TIMEOUT`.
    static let connectTimeout = ActiveConnectionStateReason(rawValue: 6)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_SERVICE_START_TIMEOUT`.
    static let serviceStartTimeout = ActiveConnectionStateReason(rawValue: 7)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_SERVICE_START_FAILED`.
    static let serviceStartFailed = ActiveConnectionStateReason(rawValue: 8)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_NO_SECRETS`.
    static let noSecrets = ActiveConnectionStateReason(rawValue: 9)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_LOGIN_FAILED`.
    static let loginFailed = ActiveConnectionStateReason(rawValue: 10)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_CONNECTION_REMOVED`.
    static let connectionRemoved = ActiveConnectionStateReason(rawValue: 11)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_DEPENDENCY_FAILED`.
    static let dependencyFailed = ActiveConnectionStateReason(rawValue: 12)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_DEVICE_REALIZE_FAILED`.
    static let deviceRealizeFailed = ActiveConnectionStateReason(rawValue: 13)
    /// `NM_ACTIVE_CONNECTION_STATE_REASON_DEVICE_REMOVED`.
    static let deviceRemoved = ActiveConnectionStateReason(rawValue: 14)

    /// The daemon's name of the reason in the style of `nmcli`, or nil for a number that is not in the table.
    var name: String? { Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : nil }

    /// The names by number, 0 to 14 without a gap.
    static let names = [
        "unknown",
        "none",
        "user-disconnected",
        "device-disconnected",
        "service-stopped",
        "ip-config-invalid",
        "connect-timeout",
        "service-start-timeout",
        "service-start-failed",
        "no-secrets",
        "login-failed",
        "connection-removed",
        "dependency-failed",
        "device-realize-failed",
        "device-removed",
    ]
}

extension ActiveConnectionStateReason: CustomStringConvertible {
    /// The name with the number: `device-disconnected (3)`.
    var description: String { "\(name ?? "unknown") (\(rawValue))" }
}
