internal import DBus

extension Decision {
    /// What NetworkManager's methods answer: nm-errors.h, whose enumerators' nicks stand behind the interface's name.
    ///
    /// - Parameter error: what was answered.
    /// - Returns: nil where the name is none of NetworkManager's.
    static func fromNetworkManager(_ error: DBusError) -> Decision? {
        if error.name.hasPrefix(unmappedPrefix) {
            // What the daemon gives no name of its own comes as the C library's quark and number, which change with the
            // version; measured for a profile that is bound to another device.
            return Decision(
                .deviceUnavailable,
                .likely,
                "NetworkManager cannot use the device for this profile",
                remedy: "see nmcli device"
            )
        }
        guard let decision = networkManagerErrors.lazy.compactMap({ $0[error.name] }).first else { return nil }
        switch decision.cause {
        case .settingRefused: return refinedByField(decision, error)
        case .deviceUnavailable, .deviceRemoved: return refinedByAvailability(decision, error)
        default: return decision
        }
    }

    static let unmappedPrefix = "org.gtk.GDBus.UnmappedGError."

    /// A refusal of the profile names the setting and the property before the first colon of its text, untranslated.
    private static func refinedByField(_ decision: Decision, _ error: DBusError) -> Decision {
        let field = error.message.prefix { $0 != ":" }
        let text = error.message.dropFirst(field.count)
        if text.hasPrefix(": Access point ") {
            // nm-wifi-utils.c compares the profile with the access point that was named.
            return Decision(
                .securityMismatch,
                "the access point does not offer what the profile asks for",
                remedy: "choose the security that the network has, or leave the choice out"
            )
        }
        let isMissing = error.name.hasSuffix(".MissingProperty")
        let cause: HotspotConfigurationError.Cause? =
            switch field {
            case "802-11-wireless.ssid": .malformedSSID
            case "802-11-wireless-security.psk": isMissing ? .passphraseMissing : .malformedPassphrase
            case let field where field.hasPrefix("802-11-wireless-security.wep-key"): .malformedWEPKey
            case let field where field == "802-1x" || field.hasPrefix("802-1x."): .malformedEAPSettings
            default: nil
            }
        return cause.map { Decision($0, decision.explanation) } ?? decision
    }

    /// NetworkManager says why a device cannot be used in the words behind "because", untranslated.
    private static func refinedByAvailability(_ decision: Decision, _ error: DBusError) -> Decision {
        switch error.message {
        case let text where text.hasSuffix("device is strictly unmanaged"),
            let text where text.hasSuffix("device is currently unmanaged"):
            Decision(
                .deviceUnmanaged,
                .likely,
                "NetworkManager does not manage the device, or networking is switched off",
                remedy: "see nmcli device and nmcli networking"
            )
        case "Connection could not be found.":
            Decision(.configurationRemoved, "somebody removed the profile")
        case let text where text.hasPrefix("No suitable device found"):
            Decision(
                .deviceUnavailable,
                "NetworkManager has no device that could be used now",
                remedy: "see nmcli device"
            )
        default: decision
        }
    }

    private static let profileRefused = "NetworkManager refused the profile"
    private static let requestRefused = "NetworkManager refused the request"
    private static let unauthorized = Decision(
        .notAuthorized,
        "this user is not authorised",
        remedy: "run in an active session of this machine, or as root"
    )
    private static let logRemedy = "see its log: journalctl -u NetworkManager"
    private static let tooOld = "this NetworkManager, or its configuration, does not have it"

    /// The tables of nm-errors.h by interface, the longest names first, so that `Settings.Connection.` is not read as
    /// `Settings.`.
    static let networkManagerErrors = [
        profileErrors, settingsErrors, deviceErrors, agentManagerErrors, secretAgentErrors, vpnErrors, managerErrors,
    ]

    /// `NMManagerError`.
    static let managerErrors = ErrorNameTable(
        "org.freedesktop.NetworkManager.",
        [
            "Failed": Decision(.backendFailed, "NetworkManager could not do it", remedy: logRemedy),
            "PermissionDenied": unauthorized,
            "UnknownConnection": Decision(
                .deviceUnavailable,
                .likely,
                "NetworkManager cannot use the profile on the device now",
                remedy: "see nmcli device"
            ),
            "UnknownDevice": Decision(.deviceRemoved, .likely, "NetworkManager no longer has the device"),
            "ConnectionNotAvailable": Decision(
                .deviceUnavailable,
                "the profile cannot be used on any device now",
                remedy: "see nmcli device"
            ),
            "ConnectionNotActive": Decision(.superseded, "the activation is gone"),
            "ConnectionAlreadyActive": Decision(
                .alreadyAssociated,
                .likely,
                "the profile is active on another device"
            ),
            "DependencyFailed": Decision(.deviceUnavailable, "a connection that this one needs is not there"),
            "AlreadyAsleepOrAwake": Decision(.suspended, .possible, "NetworkManager is asleep already"),
            "AlreadyEnabledOrDisabled": Decision(.networkingOff, .possible, "networking is switched off already"),
            "UnknownLogLevel": Decision(.settingRefused, requestRefused),
            "UnknownLogDomain": Decision(.settingRefused, requestRefused),
            "InvalidArguments": Decision(.settingRefused, requestRefused),
            "MissingPlugin": Decision(
                .notSupported,
                "NetworkManager lacks its plugin for Wi-Fi",
                remedy: "install the plugin (Debian has it in network-manager, Fedora in NetworkManager-wifi)"
            ),
        ]
    )

    /// `NMDeviceError`.
    static let deviceErrors = ErrorNameTable(
        "org.freedesktop.NetworkManager.Device.",
        [
            "Failed": Decision(.backendFailed, "NetworkManager could not do it with the device", remedy: logRemedy),
            "CreationFailed": Decision(.deviceUnavailable, "the device could not be made"),
            "InvalidConnection": Decision(.settingRefused, profileRefused),
            "IncompatibleConnection": Decision(.notSupported, "the device cannot use such a profile"),
            "NotActive": Decision(.superseded, "the device is no longer in use"),
            "NotSoftware": Decision(.notSupported, "the device is no software device"),
            "NotAllowed": Decision(
                .deviceUnavailable,
                "the device does not allow it now",
                remedy: "see nmcli device"
            ),
            "SpecificObjectNotFound": Decision(.networkNotFound, "the access point is no longer heard"),
            "VersionIdMismatch": Decision(.superseded, "somebody changed the profile at the same time"),
            "MissingDependencies": Decision(.notSupported, "a program that NetworkManager needs for it is missing"),
            "InvalidArgument": Decision(.settingRefused, requestRefused),
        ]
    )

    /// `NMSettingsError`; the last four are of later versions than Debian 12's.
    static let settingsErrors = ErrorNameTable(
        "org.freedesktop.NetworkManager.Settings.",
        [
            "Failed": Decision(
                .storageFailed,
                "NetworkManager could not keep the profile",
                remedy: "see its log, and whether the disk is full or read-only: journalctl -u NetworkManager"
            ),
            "PermissionDenied": unauthorized,
            "NotSupported": Decision(.notSupported, "NetworkManager's settings plugin cannot do it"),
            "InvalidConnection": Decision(.settingRefused, profileRefused),
            "ReadOnlyConnection": Decision(
                .foreignConfiguration,
                "the profile is read-only",
                remedy: "ask whoever administers this machine"
            ),
            "UuidExists": Decision(.settingRefused, "NetworkManager has a profile of this UUID"),
            "InvalidHostname": Decision(.settingRefused, requestRefused),
            "InvalidArguments": Decision(.settingRefused, requestRefused),
            "VersionIdMismatch": Decision(.superseded, "somebody changed the profile at the same time"),
            "NotSupportedByPlugin": Decision(.notSupported, "NetworkManager's settings plugin cannot do it"),
            "FeatureDisabled": Decision(.notSupported, tooOld),
            "FeatureRemoved": Decision(.notSupported, tooOld),
        ]
    )

    /// `NMConnectionError`: what is wrong with a profile.
    static let profileErrors = ErrorNameTable(
        "org.freedesktop.NetworkManager.Settings.Connection.",
        [
            "Failed": Decision(.settingRefused, profileRefused),
            "SettingNotFound": Decision(.settingRefused, profileRefused),
            "PropertyNotFound": Decision(.settingRefused, profileRefused),
            "PropertyNotSecret": Decision(.settingRefused, profileRefused),
            "MissingSetting": Decision(.settingRefused, profileRefused),
            "InvalidSetting": Decision(.settingRefused, profileRefused),
            "MissingProperty": Decision(.settingRefused, profileRefused),
            "InvalidProperty": Decision(.settingRefused, profileRefused),
        ]
    )

    /// `NMAgentManagerError`: what became of a question for secrets.
    static let agentManagerErrors = ErrorNameTable(
        "org.freedesktop.NetworkManager.AgentManager.",
        [
            "Failed": Decision(.secretsUnavailable, "the secrets could not be asked for"),
            "PermissionDenied": unauthorized,
            "InvalidIdentifier": Decision(.backendFailed, "NetworkManager does not take the secret agent's name"),
            "NotRegistered": Decision(.secretsUnavailable, "the secret agent is not registered"),
            "NoSecrets": Decision(.secretsUnavailable, "no secret agent has the secrets"),
            "UserCanceled": Decision(.declined, "the question for the secrets was dismissed"),
        ]
    )

    /// `NMSecretAgentError`: what a secret agent answers to NetworkManager.
    static let secretAgentErrors = ErrorNameTable(
        "org.freedesktop.NetworkManager.SecretAgent.",
        [
            "Failed": Decision(.secretsUnavailable, "the secret agent failed"),
            "PermissionDenied": unauthorized,
            "InvalidConnection": Decision(.settingRefused, "the secret agent refused the profile"),
            "UserCanceled": Decision(.declined, "the question for the secrets was dismissed"),
            "AgentCanceled": Decision(.secretsUnavailable, "the question for the secrets was withdrawn"),
            "NoSecrets": Decision(.secretsUnavailable, "the secret agent has no secrets"),
        ]
    )

    private static let vpnFailed = "a VPN that the profile brings with it failed"

    /// `NMVpnPluginError`: of a VPN that a profile brings with it.
    static let vpnErrors = ErrorNameTable(
        "org.freedesktop.NetworkManager.VPN.Error.",
        [
            "Failed": Decision(.backendFailed, vpnFailed),
            "StartingInProgress": Decision(.backendFailed, vpnFailed),
            "AlreadyStarted": Decision(.backendFailed, vpnFailed),
            "StoppingInProgress": Decision(.backendFailed, vpnFailed),
            "AlreadyStopped": Decision(.backendFailed, vpnFailed),
            "WrongState": Decision(.backendFailed, vpnFailed),
            "BadArguments": Decision(.backendFailed, vpnFailed),
            "LaunchFailed": Decision(.backendUnavailable, "a VPN's service could not be started"),
            "InvalidConnection": Decision(.settingRefused, "a VPN refused its profile"),
            "InteractiveNotSupported": Decision(.secretsUnavailable, "a VPN needs a secret and cannot ask for it"),
        ]
    )
}
