internal import DBus
internal import Foundation

/// The bus's and its services' errors as they stand in a chain.
extension DBusError: UnderlyingFailure {
    /// `D-Bus`.
    package var domain: String { "D-Bus" }
    /// None: D-Bus errors have names.
    package var number: Int? { nil }
    /// The member, the error's name and its text.
    package var summary: String { "\(member) failed with \(name): \(message)" }
}

extension DBusError {
    /// Whether the bus itself is gone.
    var isAboutLostBus: Bool {
        ["Disconnected", "NoServer", "FileNotFound"].contains { name == "org.freedesktop.DBus.Error." + $0 }
    }

    /// Whether the peer that was called is gone.
    var isAboutMissingOwner: Bool {
        ["NoReply", "NameHasNoOwner", "ServiceUnknown"].contains { name == "org.freedesktop.DBus.Error." + $0 }
    }
}

extension HotspotConfigurationError {
    /// Decides what an error of the bus or of NetworkManager's methods means.
    ///
    /// - Parameters:
    ///   - error: what was answered.
    ///   - subject: what was being done, such as `"Cafe" could not be joined`.
    ///   - phase: the phase in which it was answered.
    init(dbus error: DBusError, subject: String, phase: JoinPhase) {
        let (cause, explanation, remedy) = Self.meaning(of: error)
        self.init(
            cause,
            "\(subject): \(explanation)",
            remedy: remedy,
            phase: phase,
            underlying: [error]
        )
    }

    /// The cause that an error name stands for, with a few words about it and what would mend it.
    private static func meaning(of error: DBusError) -> (Cause, String, String?) {
        let bus = "org.freedesktop.DBus.Error."
        let daemon = "org.freedesktop.NetworkManager."
        switch error.name {
        case bus + "ServiceUnknown", bus + "NameHasNoOwner", bus + "NoReply", bus + "Disconnected", bus + "NoServer",
            bus + "Timeout", bus + "TimedOut", bus + "FileNotFound", bus + "IOError", bus + "BadAddress",
            bus + "NotSupported", bus + "Failed", bus + "NoNetwork", bus + "AddressInUse":
            return (
                .backendUnavailable, "NetworkManager or the system bus does not answer",
                "start NetworkManager: systemctl start NetworkManager"
            )
        case bus + "AccessDenied", bus + "AuthFailed":
            return (.deniedByPolicy, "the bus's policy denies it", "run as a user whom the policy allows it")
        case daemon + "PermissionDenied", daemon + "Settings.PermissionDenied",
            daemon + "AgentManager.PermissionDenied":
            return (
                .notAuthorized, "this user is not authorised",
                "run in an active session of this machine, or as root"
            )
        case daemon + "Settings.Connection.InvalidProperty", daemon + "Settings.Connection.MissingProperty",
            daemon + "Settings.Connection.InvalidSetting", daemon + "Settings.Connection.MissingSetting",
            daemon + "Settings.InvalidConnection", daemon + "Device.InvalidConnection",
            daemon + "Settings.Connection.Failed":
            return (settingCause(error.message), "NetworkManager refused the profile", nil)
        case daemon + "Settings.InvalidArguments", daemon + "InvalidArguments", bus + "InvalidArgs",
            daemon + "Settings.UuidExists", daemon + "Settings.NotSupported",
            daemon + "Device.IncompatibleConnection":
            return (.settingRefused, "NetworkManager refused the request", nil)
        case daemon + "UnknownDevice", daemon + "UnknownConnection", daemon + "ConnectionNotAvailable",
            daemon + "Device.NotAllowed", daemon + "Device.NotActive", daemon + "DependencyFailed":
            return (.deviceUnavailable, "NetworkManager cannot use the device now", "see nmcli device")
        case daemon + "Settings.Failed", daemon + "Failed", daemon + "Device.Failed":
            return (.storageFailed, "NetworkManager could not do it", "see its log: journalctl -u NetworkManager")
        case bus + "UnknownMethod", bus + "UnknownObject", bus + "UnknownInterface", bus + "UnknownProperty":
            return (
                .configurationRemoved, "NetworkManager no longer has the object, or is of an unknown version", nil
            )
        case bus + "NoMemory", bus + "LimitsExceeded", bus + "InconsistentMessage":
            return (.backendUnavailable, "the bus could not carry the message", nil)
        case daemon + "ConnectionNotActive":
            return (.superseded, "the activation is gone", nil)
        case let name where name.hasPrefix(bus + "Spawn."):
            return (.backendUnavailable, "the service could not be started", "see its log: journalctl")
        default:
            return (.unlisted, "an answer that is in no table", nil)
        }
    }

    /// NetworkManager puts the setting and the property before the first colon of its text, untranslated.
    private static func settingCause(_ message: String) -> Cause {
        let field = message.prefix { $0 != ":" }
        return switch field {
        case "802-11-wireless.ssid": .malformedSSID
        case "802-11-wireless-security.psk": .malformedPassphrase
        case let field where field.hasPrefix("802-11-wireless-security.wep-key"): .malformedWEPKey
        case let field where field.hasPrefix("802-1x"): .malformedEAPSettings
        default: .settingRefused
        }
    }
}
