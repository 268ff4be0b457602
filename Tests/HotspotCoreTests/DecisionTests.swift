import DBus
import IEEE80211
import Netlink
import QRWifi
import TestSupport
import Testing

@testable import HotspotCore

/// Short names for what the rows say most.
private typealias Cause = HotspotConfigurationError.Cause

@Suite("What is said below, and what it means here")
struct DecisionTests {
    @Test("every word of every table means what its row says")
    func table() throws {
        var lines = ["source\tcontext\tnumber\tname\tcause\tcode\tconfidence"]
        for word in ForeignWord.all {
            let number = word.number.map(String.init) ?? ""
            let decision = word.decision
            lines.append(
                [
                    word.source.rawValue, word.context ?? "", number, word.name, decision.cause.name,
                    decision.cause.code.name, decision.confidence.rawValue,
                ].joined(separator: "\t")
            )
        }
        #expect(lines.count > 450)
        #expect(try Fixture.difference(of: lines.joined(separator: "\n") + "\n", from: "tables/decisions.tsv") == nil)
    }

    @Test("no word of any table is unlisted, and each has words of its own")
    func totality() {
        for word in ForeignWord.all {
            #expect(word.decision.cause != .unlisted, "\(word.source.rawValue) \(word.name)")
            #expect(word.decision.cause.code != .unknown)
            #expect(!word.decision.explanation.isEmpty)
        }
        #expect(Set(ForeignWord.all.map(\.source)).count == ForeignWord.Source.allCases.count)
    }

    @Test("every number of the standard is a refusal or an end, gaps and strangers too, except what goes on")
    func numbersOfTheStandard() {
        let goesOn: Set<UInt16> = [0, 85, 126, 127, 153]
        for number in UInt16(0)...UInt16(300) {
            let status = StatusCode(rawValue: number)
            let association = Decision(associationStatus: status)
            #expect((association == nil) == goesOn.contains(number), "\(status)")
            let commit = Decision(authenticationStatus: status, algorithm: .sae, transaction: 1)
            #expect((commit == nil) == (goesOn.contains(number) || number == 76), "\(status)")
            let open = Decision(authenticationStatus: status, algorithm: .openSystem, transaction: 2)
            #expect(open?.cause == association?.cause)
            #expect(association.map { $0.cause.code != .unknown } ?? true)
            for phase in JoinPhase.allCases {
                for credential in [CredentialState.none, .unproven, .proven, .identity] {
                    let reason = ReasonCode(rawValue: number)
                    let end = Decision(disconnectionReason: reason, during: phase, credential: credential)
                    #expect(end.cause.code != .unknown)
                    // Only an unproven passphrase can be wrong, and only while the keys are agreed.
                    #expect(end.cause != .wrongPassphrase || (phase == .keys && credential == .unproven))
                }
            }
        }
        #expect(Decision(associationStatus: StatusCode(rawValue: 4711))?.explanation.contains("4711") == true)
    }

    @Test("a stranger keeps his name or number and is unlisted")
    func strangers() {
        #expect(Decision(DeviceStateReason(rawValue: 4711)).cause == .unlisted)
        #expect(Decision(DeviceStateReason(rawValue: 4711)).explanation.contains("4711"))
        #expect(Decision(ActiveConnectionStateReason(rawValue: 4711)).cause == .unlisted)
        for number in [Int32(-1), 0, 41, 58, 134, 4711] { #expect(Decision(errno: number).cause == .unlisted) }
        #expect(Decision(errno: 4711).explanation.contains("4711"))
        for name in [
            "", "org.example.Never.Heard", "org.freedesktop.DBus.Error.", "org.freedesktop.DBus.Error.failed",
            "org.freedesktop.NetworkManager.Device.Fail", "org.freedesktop.NetworkManager.Settings.NoSuch",
            "fi.w1.wpa_supplicant1.NoSuch", "org.freedesktop.login1.NoSuch", "org.freedesktop.PolicyKit1.Error.NoSuch",
        ] {
            let error = HotspotConfigurationError(
                dbus: DBusError(name: name, message: "", member: "a.b.C"),
                subject: "\"Cafe\" could not be joined",
                phase: .preparing
            )
            #expect(error.cause == .unlisted)
            #expect(error.detailedDescription().contains(name))
        }
    }

    /// An error name, its text, the member that was called, and the cause.
    private static let errors: [(String, String, String, Cause)] = [
        // A refusal for want of permission is never a missing daemon.
        ("org.freedesktop.DBus.Error.AccessDenied", "", "a.b.C", .deniedByPolicy),
        ("org.freedesktop.DBus.Error.AuthFailed", "", "dbus_connection_open_private", .deniedByPolicy),
        ("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", "", "a.b.C", .notAuthorized),
        (
            "org.freedesktop.NetworkManager.Settings.PermissionDenied", "Insufficient privileges", "a.b.C",
            .notAuthorized
        ),
        ("org.freedesktop.PolicyKit1.Error.NotAuthorized", "", "a.b.C", .notAuthorized),
        ("org.freedesktop.login1.NotYourDevice", "", "a.b.C", .deniedByPolicy),
        // libdbus's own failures are about the bus, a service's about itself.
        ("org.freedesktop.DBus.Error.Failed", "", "dbus_connection_open_private", .backendUnavailable),
        ("org.freedesktop.DBus.Error.Failed", "", "org.freedesktop.NetworkManager.ActivateConnection", .backendFailed),
        ("org.freedesktop.DBus.Error.NotSupported", "", "dbus_connection_open_private", .backendUnavailable),
        ("org.freedesktop.DBus.Error.NotSupported", "", "org.freedesktop.login1.Manager.Suspend", .notSupported),
        // What is missing depends on whose object was called.
        (
            "org.freedesktop.DBus.Error.UnknownMethod", "No such method “AddConnection2”",
            "org.freedesktop.NetworkManager.Settings.AddConnection2", .notSupported
        ),
        (
            "org.freedesktop.DBus.Error.UnknownMethod", "Object does not exist at path “/x”",
            "org.freedesktop.NetworkManager.Settings.Connection.Delete", .configurationRemoved
        ),
        (
            "org.freedesktop.DBus.Error.UnknownMethod", "Object does not exist at path “/x”",
            "org.freedesktop.NetworkManager.Device.Disconnect", .deviceRemoved
        ),
        (
            "org.freedesktop.DBus.Error.UnknownObject", "", "org.freedesktop.NetworkManager.Connection.Active.X",
            .superseded
        ),
        // The texts that NetworkManager really sends.
        (
            "org.freedesktop.NetworkManager.UnknownConnection",
            "Connection 'hotspot Cafe' is not available on device wlan2 because device is strictly unmanaged",
            "org.freedesktop.NetworkManager.ActivateConnection", .deviceUnmanaged
        ),
        (
            "org.freedesktop.NetworkManager.UnknownConnection",
            "Connection 'hotspot Cafe' is not available on device wlan2 because device is not available",
            "org.freedesktop.NetworkManager.ActivateConnection", .deviceUnavailable
        ),
        (
            "org.freedesktop.NetworkManager.UnknownConnection", "Connection could not be found.",
            "org.freedesktop.NetworkManager.ActivateConnection", .configurationRemoved
        ),
        (
            "org.freedesktop.NetworkManager.UnknownDevice", "Device not found",
            "org.freedesktop.NetworkManager.ActivateConnection", .deviceRemoved
        ),
        (
            "org.freedesktop.NetworkManager.UnknownDevice",
            "No suitable device found for this connection (device lo not available because device is strictly unmanaged).",
            "org.freedesktop.NetworkManager.ActivateConnection", .deviceUnavailable
        ),
        (
            "org.gtk.GDBus.UnmappedGError.Quark._nm_2dutils_2derror_2dquark.Code9", "mismatching interface name",
            "org.freedesktop.NetworkManager.ActivateConnection", .deviceUnavailable
        ),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.MissingProperty",
            "802-11-wireless-security.psk: property is missing", "a.b.C", .passphraseMissing
        ),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.InvalidProperty",
            "802-11-wireless-security.wep-key0: property is invalid", "a.b.C", .malformedWEPKey
        ),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.MissingProperty",
            "802-1x.identity: property is missing", "a.b.C", .malformedEAPSettings
        ),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.MissingSetting",
            "802-1x: 'wpa-eap' security requires '802-1x' setting presence", "a.b.C", .malformedEAPSettings
        ),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.InvalidProperty",
            "802-11-wireless-security.key-mgmt: Access point does not support PSK but setting requires it", "a.b.C",
            .securityMismatch
        ),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.InvalidSetting",
            "802-11-wireless-security: Access point is unencrypted but setting specifies security", "a.b.C",
            .securityMismatch
        ),
        (
            "org.freedesktop.NetworkManager.Settings.Connection.Failed",
            "user.data: invalid key \"nodot\": key requires a '.' for a namespace", "a.b.C", .settingRefused
        ),
        ("org.freedesktop.NetworkManager.Settings.ReadOnlyConnection", "", "a.b.C", .foreignConfiguration),
        ("org.freedesktop.NetworkManager.AgentManager.UserCanceled", "", "a.b.C", .declined),
        ("org.freedesktop.NetworkManager.MissingPlugin", "", "a.b.C", .notSupported),
        ("org.freedesktop.DBus.Error.Spawn.ServiceNotFound", "", "a.b.C", .backendUnavailable),
        ("fi.w1.wpa_supplicant1.InvalidArgs", "", "a.b.C", .settingRefused),
        ("org.freedesktop.login1.OperationInProgress", "", "a.b.C", .suspended),
    ]

    @Test("an error name means what it says in its text and place", arguments: errors)
    private func busError(name: String, text: String, member: String, cause: Cause) {
        #expect(Decision(DBusError(name: name, message: text, member: member)).cause == cause)
    }

    /// A frame's algorithm, transaction and status, and the cause.
    private static let statuses: [(AuthenticationAlgorithm, Int, UInt16, Cause)] = [
        (.sae, 2, 1, .wrongPassphrase), (.sae, 2, 15, .wrongPassphrase), (.sae, 1, 1, .associationRejected),
        (.sae, 1, 77, .securityMismatch), (.sae, 1, 123, .wrongPassphrase), (.sae, 1, 13, .securityMismatch),
        (.sharedKey, 4, 15, .wrongWEPKey), (.sharedKey, 2, 13, .securityMismatch),
        (.openSystem, 2, 1, .associationRejected), (.openSystem, 2, 17, .associationRejected),
        (.openSystem, 2, 16, .noResponse), (.openSystem, 2, 15, .associationRejected),
    ]

    @Test("the status of an authentication means what its frame makes of it", arguments: statuses)
    private func authentication(algorithm: AuthenticationAlgorithm, transaction: Int, status: UInt16, cause: Cause) {
        let decision = Decision(
            authenticationStatus: StatusCode(rawValue: status),
            algorithm: algorithm,
            transaction: transaction
        )
        #expect(decision?.cause == cause)
        #expect(decision?.remedy != nil)
    }

    @Test(
        "an access point that wants other security is no access point that refuses",
        arguments: [31, 40, 41, 42, 43, 44, 45, 46, 72, 77, 136] as [UInt16]
    )
    func securityStatus(number: UInt16) {
        #expect(Decision(associationStatus: StatusCode(rawValue: number))?.cause == .securityMismatch)
    }

    /// A reason, a phase, what is known of the passphrase, and the cause.
    private static let reasons: [(UInt16, JoinPhase, CredentialState, Cause)] = [
        (15, .keys, .unproven, .wrongPassphrase), (2, .keys, .unproven, .wrongPassphrase),
        (15, .keys, .proven, .handshakeFailed), (15, .keys, .identity, .handshakeFailed),
        (15, .address, .proven, .deauthenticated), (3, .keys, .none, .deauthenticated),
        (17, .keys, .unproven, .securityMismatch), (17, .address, .proven, .deauthenticated),
        (5, .keys, .unproven, .deauthenticated), (4, .address, .proven, .deauthenticated),
        (3, .keys, .unproven, .handshakeFailed),
    ]

    @Test("the reason of an end means what the phase makes of it", arguments: reasons)
    private func disconnection(reason: UInt16, phase: JoinPhase, credential: CredentialState, cause: Cause) {
        let decision = Decision(
            disconnectionReason: ReasonCode(rawValue: reason),
            during: phase,
            credential: credential
        )
        #expect(decision.cause == cause)
    }

    /// An error number, and the cause.
    private static let errnos: [(Int32, Cause)] = [
        (1, .deniedByPolicy), (13, .deniedByPolicy), (19, .deviceRemoved), (6, .deviceRemoved),
        (100, .deviceUnavailable), (132, .radioDisabled), (16, .deviceUnavailable), (95, .notSupported),
        (2, .networkNotFound), (114, .alreadyAssociated), (115, .requestPending), (22, .settingRefused),
        (110, .noResponse), (107, .deauthenticated), (12, .backendFailed), (30, .storageFailed),
    ]

    @Test("an error number of the kernel means what it says of the radio", arguments: errnos)
    private func kernel(number: Int32, cause: Cause) {
        let refusal = NetlinkError(command: "NL80211_CMD_AUTHENTICATE", kind: .refused, errno: number)
        let error = HotspotConfigurationError(
            netlink: refusal,
            subject: "\"Cafe\" could not be joined",
            phase: .searching
        )
        #expect(error.cause == cause)
        #expect((error.underlyingErrors.first as? NetlinkError)?.errno == number)
    }

    @Test("a failure of the netlink connection itself has its cause")
    func netlinkKinds() {
        func cause(_ kind: NetlinkError.Kind) -> Cause {
            Decision(NetlinkError(command: "NL80211_CMD_GET_SCAN", kind: kind)).cause
        }
        #expect(cause(.noFamily("nl80211")) == .noWirelessDevice)
        #expect(cause(.noGroup("mlme")) == .notSupported)
        #expect(cause(.timedOut) == .backendUnavailable)
        #expect(cause(.cancelled) == .cancelled)
        #expect(cause(.overrun) == .backendFailed)
        #expect(cause(.refused) == .backendFailed)
    }

    @Test("each finding of the reader of codes has its cause")
    func payload() {
        for code in PayloadError.Code.allCases {
            let cause = HotspotConfigurationError.cause(of: code)
            #expect(code == .notSupported || code.rawValue == cause.code.name)
        }
    }

    @Test("every cause has words, and a way to mend it that is no sentence")
    func words() {
        for cause in Cause.allCases {
            #expect(cause.explanation.hasSuffix("."))
            #expect(!cause.remedies.isEmpty)
            for remedy in cause.remedies { #expect(!remedy.hasSuffix("."), "\(remedy)") }
        }
        for code in HotspotConfigurationError.Code.allCases {
            #expect(!code.causes.isEmpty, "\(code)")
            #expect(code.explanation.hasSuffix("."))
            #expect(code.summary.count < 80)
        }
    }
}
