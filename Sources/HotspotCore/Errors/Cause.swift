extension HotspotConfigurationError {
    /// What went wrong, in words of our own; each cause belongs to exactly one ``Code``.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Cause: Sendable, Hashable {
        // The configuration itself.
        /// Two settings contradict each other.
        case conflictingSettings
        /// The payload is no Wi-Fi code, or not one that can be read.
        case unreadablePayload
        /// A file that the request names cannot be read.
        case unreadableFile
        /// The backend refused a setting that has no code of its own.
        case settingRefused
        /// The SSID has 0 or more than 32 octets.
        case malformedSSID
        /// The SSID prefix has fewer than 3 or more than 32 octets.
        case malformedSSIDPrefix
        /// The passphrase is of bad form.
        case malformedPassphrase
        /// The network needs a passphrase and none was given.
        case passphraseMissing
        /// The WEP key is of bad form.
        case malformedWEPKey
        /// The EAP settings are of bad form.
        case malformedEAPSettings
        /// The Hotspot 2.0 settings are of bad form.
        case malformedHS20Settings
        /// The Hotspot 2.0 domain name is of bad form.
        case malformedHS20DomainName

        // The network's answer.
        /// The network did not accept the passphrase.
        case wrongPassphrase
        /// The network did not accept the WEP key.
        case wrongWEPKey
        /// The network's server did not accept the user's name, the password or the client certificate.
        case wrongEAPCredentials
        /// The network's server is not one that the configuration trusts.
        case untrustedServer
        /// The network's server has none of the EAP methods that the configuration allows.
        case eapMethodRefused
        /// No access point of this name answered.
        case networkNotFound
        /// The access point refused the authentication or the association, with an IEEE 802.11 status code.
        case associationRejected
        /// The access point did not answer.
        case noResponse
        /// The access point does not offer the security that was asked for.
        case securityMismatch
        /// The key handshake failed, and the evidence does not say that the passphrase is to blame.
        case handshakeFailed
        /// The link was taken down by the access point or lost, with an IEEE 802.11 reason code.
        case deauthenticated
        /// The link is there and no address came.
        case ipProvisioningFailed

        // The machine.
        /// Wi-Fi is switched off, by software or by a switch.
        case radioDisabled
        /// There is no Wi-Fi device, or not the one that was asked for.
        case noWirelessDevice
        /// The device disappeared.
        case deviceRemoved
        /// The device cannot be used now.
        case deviceUnavailable
        /// The device lacks its firmware.
        case firmwareMissing
        /// The device is not NetworkManager's to manage.
        case deviceUnmanaged
        /// A daemon that is needed does not run, or went away.
        case backendUnavailable
        /// A daemon or the kernel said that it failed, and not why.
        case backendFailed
        /// The supplicant does not run, or failed.
        case supplicantFailed
        /// Networking is switched off.
        case networkingOff
        /// The machine went to sleep.
        case suspended
        /// The profile could not be stored.
        case storageFailed
        /// The result could not be written where it was to go.
        case outputFailed
        /// A secret was needed and nobody gave it.
        case secretsUnavailable
        /// The backend, the driver or this version cannot do what was asked.
        case notSupported

        // Competing requests and permissions.
        /// Another activation took the device.
        case superseded
        /// Somebody ended the connection while it was being made.
        case disconnectedByUser
        /// The profile was removed while it was being activated.
        case configurationRemoved
        /// A request for the same network is still open.
        case requestPending
        /// The network is joined already with this configuration.
        case alreadyAssociated
        /// A profile that is not ours defines this SSID.
        case foreignConfiguration
        /// The user declined.
        case declined
        /// The user could be authorised and is not.
        case notAuthorized
        /// The system's policy denies it.
        case deniedByPolicy
        /// The caller's session is in the background.
        case sessionInactive
        /// `joinOnce` cannot be kept.
        case joinOnceNotSupported

        // The request's end.
        /// The task was cancelled.
        case cancelled
        /// The deadline passed in this phase.
        case timedOut(JoinPhase)

        /// None of our tables has what was heard.
        case unlisted

        /// The one code that this cause belongs to.
        public var code: Code {
            switch self {
            case .conflictingSettings, .unreadablePayload, .unreadableFile, .settingRefused: .invalid
            case .malformedSSID: .invalidSSID
            case .malformedSSIDPrefix: .invalidSSIDPrefix
            case .malformedPassphrase, .passphraseMissing, .wrongPassphrase: .invalidWPAPassphrase
            case .malformedWEPKey, .wrongWEPKey: .invalidWEPPassphrase
            case .malformedEAPSettings, .wrongEAPCredentials, .untrustedServer, .eapMethodRefused: .invalidEAPSettings
            case .malformedHS20Settings: .invalidHS20Settings
            case .malformedHS20DomainName: .invalidHS20DomainName
            case .declined: .userDenied
            case .networkNotFound, .associationRejected, .noResponse, .securityMismatch, .handshakeFailed,
                .deauthenticated, .ipProvisioningFailed, .radioDisabled, .noWirelessDevice, .deviceRemoved,
                .deviceUnavailable, .firmwareMissing, .backendUnavailable, .backendFailed, .supplicantFailed,
                .networkingOff, .suspended, .storageFailed, .outputFailed, .secretsUnavailable, .notSupported,
                .superseded, .disconnectedByUser, .configurationRemoved, .cancelled, .timedOut:
                .internal
            case .requestPending: .pending
            case .foreignConfiguration: .systemConfiguration
            case .unlisted: .unknown
            case .joinOnceNotSupported: .joinOnceNotSupported
            case .alreadyAssociated: .alreadyAssociated
            case .sessionInactive: .applicationIsNotInForeground
            case .notAuthorized: .userUnauthorized
            case .deniedByPolicy, .deviceUnmanaged: .systemDenied
            }
        }

        /// The cause's name, as it stands in the JSON form.
        public var name: String {
            switch self {
            case .conflictingSettings: "conflictingSettings"
            case .unreadablePayload: "unreadablePayload"
            case .unreadableFile: "unreadableFile"
            case .settingRefused: "settingRefused"
            case .malformedSSID: "malformedSSID"
            case .malformedSSIDPrefix: "malformedSSIDPrefix"
            case .malformedPassphrase: "malformedPassphrase"
            case .passphraseMissing: "passphraseMissing"
            case .malformedWEPKey: "malformedWEPKey"
            case .malformedEAPSettings: "malformedEAPSettings"
            case .malformedHS20Settings: "malformedHS20Settings"
            case .malformedHS20DomainName: "malformedHS20DomainName"
            case .wrongPassphrase: "wrongPassphrase"
            case .wrongWEPKey: "wrongWEPKey"
            case .wrongEAPCredentials: "wrongEAPCredentials"
            case .untrustedServer: "untrustedServer"
            case .eapMethodRefused: "eapMethodRefused"
            case .networkNotFound: "networkNotFound"
            case .associationRejected: "associationRejected"
            case .noResponse: "noResponse"
            case .securityMismatch: "securityMismatch"
            case .handshakeFailed: "handshakeFailed"
            case .deauthenticated: "deauthenticated"
            case .ipProvisioningFailed: "ipProvisioningFailed"
            case .radioDisabled: "radioDisabled"
            case .noWirelessDevice: "noWirelessDevice"
            case .deviceRemoved: "deviceRemoved"
            case .deviceUnavailable: "deviceUnavailable"
            case .firmwareMissing: "firmwareMissing"
            case .deviceUnmanaged: "deviceUnmanaged"
            case .backendUnavailable: "backendUnavailable"
            case .backendFailed: "backendFailed"
            case .supplicantFailed: "supplicantFailed"
            case .networkingOff: "networkingOff"
            case .suspended: "suspended"
            case .storageFailed: "storageFailed"
            case .outputFailed: "outputFailed"
            case .secretsUnavailable: "secretsUnavailable"
            case .notSupported: "notSupported"
            case .superseded: "superseded"
            case .disconnectedByUser: "disconnectedByUser"
            case .configurationRemoved: "configurationRemoved"
            case .requestPending: "requestPending"
            case .alreadyAssociated: "alreadyAssociated"
            case .foreignConfiguration: "foreignConfiguration"
            case .declined: "declined"
            case .notAuthorized: "notAuthorized"
            case .deniedByPolicy: "deniedByPolicy"
            case .sessionInactive: "sessionInactive"
            case .joinOnceNotSupported: "joinOnceNotSupported"
            case .cancelled: "cancelled"
            case .timedOut: "timedOut"
            case .unlisted: "unlisted"
            }
        }
    }

    /// How far the evidence goes for the ``Cause``.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Confidence: String, Sendable, Hashable, CaseIterable {
        /// Nothing else explains what was heard.
        case confirmed
        /// Other explanations exist and are rare.
        case likely
        /// The evidence permits it.
        case possible
    }
}
