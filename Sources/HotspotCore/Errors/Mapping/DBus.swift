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

    /// Whether libdbus failed before any service was asked: then ``member`` is a C function and no interface's member.
    fileprivate var isOfConnection: Bool { !member.contains(".") }
}

extension HotspotConfigurationError {
    /// Decides what an error of the bus or of a service's methods means.
    ///
    /// - Parameters:
    ///   - error: what was answered.
    ///   - subject: what was being done, such as `"Cafe" could not be joined`.
    ///   - phase: the phase in which it was answered.
    init(dbus error: DBusError, subject: String, phase: JoinPhase) {
        self.init(Decision(error), subject: subject, phase: phase, underlying: [error])
    }
}

extension Decision {
    /// What an error that came over the bus means: its name says who speaks, and his table has the rest.
    ///
    /// - Parameter error: what was answered; its text is used only where the speaker writes it untranslated and in one form.
    init(_ error: DBusError) {
        self =
            Self.fromBus(error) ?? Self.fromNetworkManager(error) ?? Self.fromSupplicant(error.name)
            ?? Self.fromPolkit(error.name) ?? Self.fromLogind(error.name)
            ?? Decision(.unlisted, "an answer that is in no table")
    }

    private static let startRemedy = "start NetworkManager: systemctl start NetworkManager"

    /// What the bus itself or a library on it says: dbus-protocol.h.
    private static func fromBus(_ error: DBusError) -> Decision? {
        guard let decision = busErrors[error.name] else { return nil }
        switch error.name.dropFirst(busErrors.prefix.count) {
        case "Failed" where error.isOfConnection, "NotSupported" where error.isOfConnection:
            // libdbus could not even connect.
            return Decision(.backendUnavailable, "the system bus cannot be reached", remedy: startRemedy)
        case "UnknownMethod", "UnknownObject", "UnknownInterface", "UnknownProperty":
            return missingMember(error.member) ?? decision
        default: return decision
        }
    }

    /// An object that comes and goes is gone; one that is always there lacks the member.
    private static func missingMember(_ member: String) -> Decision? {
        let interface = "org.freedesktop.NetworkManager."
        guard member.hasPrefix(interface) else { return nil }
        switch member.dropFirst(interface.count) {
        case let rest where rest.hasPrefix("Settings.Connection."): return nil
        case let rest where rest.hasPrefix("Device."): return Decision(.deviceRemoved, "the device is gone")
        case let rest where rest.hasPrefix("Connection.Active."):
            return Decision(.superseded, "the activation is gone")
        case let rest where rest.hasPrefix("AccessPoint."):
            return Decision(.networkNotFound, .likely, "the access point is gone")
        default:
            return Decision(
                .notSupported,
                "this NetworkManager does not have \(member.split(separator: ".").last ?? "the method")",
                remedy: "use NetworkManager 1.20 or later"
            )
        }
    }

    /// `DBUS_ERROR_…` of dbus-protocol.h.
    static let busErrors = ErrorNameTable(
        "org.freedesktop.DBus.Error.",
        [
            "Failed": Decision(.backendFailed, "a service said that it failed, and not why"),
            "NoMemory": Decision(.backendFailed, "there is no memory for the message"),
            "ServiceUnknown": Decision(.backendUnavailable, "the service does not run and nothing can start it"),
            "NameHasNoOwner": Decision(.backendUnavailable, "the service does not run"),
            "NoReply": Decision(.backendUnavailable, "the service went away, or gave no answer"),
            "IOError": Decision(.backendUnavailable, "the connection to the system bus broke"),
            "BadAddress": Decision(
                .backendUnavailable,
                "the address of the system bus is none",
                remedy: "see DBUS_SYSTEM_BUS_ADDRESS"
            ),
            "NotSupported": Decision(.notSupported, "the service cannot do it"),
            "LimitsExceeded": Decision(
                .backendFailed,
                "a limit of the bus is reached",
                remedy: "see max_connections_per_user and its like in the bus's configuration"
            ),
            "AccessDenied": Decision(
                .deniedByPolicy,
                "the bus's policy denies it",
                remedy: "run as a user whom the policy allows it"
            ),
            "AuthFailed": Decision(
                .deniedByPolicy,
                "the bus does not let this user in",
                remedy: "run as a user whom the bus lets in, outside of user namespaces"
            ),
            "NoServer": Decision(.backendUnavailable, "nobody listens at the address of the system bus"),
            "Timeout": Decision(.backendUnavailable, "the bus gave no answer in time"),
            "NoNetwork": Decision(.backendUnavailable, "the address of the bus is on a network that is not there"),
            "AddressInUse": Decision(.backendUnavailable, "the address of the bus is in use"),
            "Disconnected": Decision(.backendUnavailable, "the bus closed the connection"),
            "InvalidArgs": Decision(
                .notSupported,
                .likely,
                "the service takes other arguments",
                remedy: "use a NetworkManager of 1.20 or later"
            ),
            "FileNotFound": Decision(.backendUnavailable, "there is no system bus at its address"),
            "FileExists": Decision(.backendFailed, "a file is there that should not be"),
            "UnknownMethod": Decision(.configurationRemoved, .likely, "the object is gone, or lacks the method"),
            "UnknownObject": Decision(.configurationRemoved, "the object is gone"),
            "UnknownInterface": Decision(.configurationRemoved, .likely, "the object is gone, or lacks the interface"),
            "UnknownProperty": Decision(.notSupported, .likely, "the object lacks the property"),
            "PropertyReadOnly": Decision(.notSupported, "the property cannot be changed"),
            "TimedOut": Decision(.backendUnavailable, "the service was not started in time"),
            "MatchRuleNotFound": Decision(.backendFailed, "the bus does not have the subscription"),
            "MatchRuleInvalid": Decision(.backendFailed, "the bus does not understand the subscription"),
            "Spawn.ExecFailed": Decision(.backendUnavailable, "the service's program cannot be run"),
            "Spawn.ForkFailed": Decision(.backendUnavailable, "the bus cannot start a process"),
            "Spawn.ChildExited": Decision(.backendUnavailable, "the service ended while it was being started"),
            "Spawn.ChildSignaled": Decision(.backendUnavailable, "the service was killed while it was being started"),
            "Spawn.Failed": Decision(.backendUnavailable, "the service could not be started"),
            "Spawn.FailedToSetup": Decision(.backendUnavailable, "the bus's launch helper is not set up"),
            "Spawn.ConfigInvalid": Decision(
                .backendUnavailable,
                "the bus's launch helper cannot read its configuration"
            ),
            "Spawn.ServiceNotValid": Decision(.backendUnavailable, "the service's file has a name that is not its own"),
            "Spawn.ServiceNotFound": Decision(.backendUnavailable, "the service is not installed"),
            "Spawn.PermissionsInvalid": Decision(
                .backendUnavailable,
                "the bus's launch helper has wrong permissions"
            ),
            "Spawn.FileInvalid": Decision(.backendUnavailable, "the service's file is not valid"),
            "Spawn.NoMemory": Decision(.backendUnavailable, "there is no memory to start the service"),
            "UnixProcessIdUnknown": Decision(.backendFailed, "the bus does not know the process"),
            "InvalidSignature": Decision(.backendFailed, "a type signature is not valid"),
            "InvalidFileContent": Decision(.backendFailed, "a file's content is not valid"),
            "SELinuxSecurityContextUnknown": Decision(.backendFailed, "the bus does not know the SELinux context"),
            "AdtAuditDataUnknown": Decision(.backendFailed, "the bus does not know the audit data"),
            "ObjectPathInUse": Decision(.backendFailed, "the object path is in use"),
            "InconsistentMessage": Decision(
                .backendFailed,
                "what was answered is not what the interface promises",
                remedy: "see whether NetworkManager and hotspot are of versions that go together"
            ),
            "InteractiveAuthorizationRequired": Decision(
                .notAuthorized,
                "somebody must be asked for a password first, and nobody can be",
                remedy: "run in a session with an authentication agent, or as root"
            ),
            "NotContainer": Decision(.backendFailed, "the connection is in no container"),
        ]
    )
}
