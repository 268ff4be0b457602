internal import Foundation

extension HotspotConfigurationError {
    /// Apple's `NEHotspotConfigurationError` codes, with Apple's raw values.
    ///
    /// Raw value 0 is an error (`invalid`), so it must never stand for success.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Code: Int, Sendable, Hashable, CaseIterable {
        /// The configuration as a whole is not valid: it contradicts itself, or the payload is no Wi-Fi code.
        case invalid = 0
        /// The SSID is of bad form.
        case invalidSSID = 1
        /// The WPA passphrase is of bad form, or the network did not accept it.
        case invalidWPAPassphrase = 2
        /// The WEP key is of bad form, or the network did not accept it.
        case invalidWEPPassphrase = 3
        /// The EAP settings are of bad form, or the server did not accept them.
        case invalidEAPSettings = 4
        /// The Hotspot 2.0 settings are of bad form.
        case invalidHS20Settings = 5
        /// The Hotspot 2.0 domain name is of bad form.
        case invalidHS20DomainName = 6
        /// The user said no.
        case userDenied = 7
        /// Something failed in a way that has no code of its own: the cause and the chain say what.
        case `internal` = 8
        /// An earlier request of this application for the same network is still open.
        case pending = 9
        /// The SSID is configured by somebody else, and is not this application's to change.
        case systemConfiguration = 10
        /// Something that no table of ours foresees: a defect of ours.
        case unknown = 11
        /// `joinOnce` cannot be kept with these settings or on this backend.
        case joinOnceNotSupported = 12
        /// This network is joined already, with this very configuration.
        case alreadyAssociated = 13
        /// The caller's session is not in the foreground.
        case applicationIsNotInForeground = 14
        /// The SSID prefix is of bad form.
        case invalidSSIDPrefix = 15
        /// This user could be authorised and is not.
        case userUnauthorized = 16
        /// The system's policy says no.
        case systemDenied = 17
    }
}

extension HotspotConfigurationError.Code: CustomStringConvertible {
    /// Apple's name of the code.
    public var name: String {
        switch self {
        case .invalid: "invalid"
        case .invalidSSID: "invalidSSID"
        case .invalidWPAPassphrase: "invalidWPAPassphrase"
        case .invalidWEPPassphrase: "invalidWEPPassphrase"
        case .invalidEAPSettings: "invalidEAPSettings"
        case .invalidHS20Settings: "invalidHS20Settings"
        case .invalidHS20DomainName: "invalidHS20DomainName"
        case .userDenied: "userDenied"
        case .internal: "internal"
        case .pending: "pending"
        case .systemConfiguration: "systemConfiguration"
        case .unknown: "unknown"
        case .joinOnceNotSupported: "joinOnceNotSupported"
        case .alreadyAssociated: "alreadyAssociated"
        case .applicationIsNotInForeground: "applicationIsNotInForeground"
        case .invalidSSIDPrefix: "invalidSSIDPrefix"
        case .userUnauthorized: "userUnauthorized"
        case .systemDenied: "systemDenied"
        }
    }

    /// The name with the raw value, such as `internal (8)`.
    public var description: String { "\(name) (\(rawValue))" }
}

/// Lets `catch HotspotConfigurationError.internal` match, as it does with Foundation's `URLError`; also an `NSError` with the
/// code in Apple's domain.
public func ~= (code: HotspotConfigurationError.Code, error: any Error) -> Bool {
    let error = error as NSError
    return error.domain == HotspotConfigurationError.errorDomain && error.code == code.rawValue
}

// The codes by their short names, so that ported `catch` clauses compile as they stand.
extension HotspotConfigurationError {
    /// See ``Code/invalid``.
    public static var invalid: Code { .invalid }
    /// See ``Code/invalidSSID``.
    public static var invalidSSID: Code { .invalidSSID }
    /// See ``Code/invalidWPAPassphrase``.
    public static var invalidWPAPassphrase: Code { .invalidWPAPassphrase }
    /// See ``Code/invalidWEPPassphrase``.
    public static var invalidWEPPassphrase: Code { .invalidWEPPassphrase }
    /// See ``Code/invalidEAPSettings``.
    public static var invalidEAPSettings: Code { .invalidEAPSettings }
    /// See ``Code/invalidHS20Settings``.
    public static var invalidHS20Settings: Code { .invalidHS20Settings }
    /// See ``Code/invalidHS20DomainName``.
    public static var invalidHS20DomainName: Code { .invalidHS20DomainName }
    /// See ``Code/userDenied``.
    public static var userDenied: Code { .userDenied }
    /// See ``Code/internal``.
    public static var `internal`: Code { .internal }
    /// See ``Code/pending``.
    public static var pending: Code { .pending }
    /// See ``Code/systemConfiguration``.
    public static var systemConfiguration: Code { .systemConfiguration }
    /// See ``Code/unknown``.
    public static var unknown: Code { .unknown }
    /// See ``Code/joinOnceNotSupported``.
    public static var joinOnceNotSupported: Code { .joinOnceNotSupported }
    /// See ``Code/alreadyAssociated``.
    public static var alreadyAssociated: Code { .alreadyAssociated }
    /// See ``Code/applicationIsNotInForeground``.
    public static var applicationIsNotInForeground: Code { .applicationIsNotInForeground }
    /// See ``Code/invalidSSIDPrefix``.
    public static var invalidSSIDPrefix: Code { .invalidSSIDPrefix }
    /// See ``Code/userUnauthorized``.
    public static var userUnauthorized: Code { .userUnauthorized }
    /// See ``Code/systemDenied``.
    public static var systemDenied: Code { .systemDenied }
}
