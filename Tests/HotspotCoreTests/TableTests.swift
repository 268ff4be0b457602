import Foundation
import Netlink
import TestSupport
import Testing

@testable import HotspotCore

/// The enumerations of NetworkManager and how this library writes them, as one dictionary an enumeration.
private func ours(_ enumeration: String) -> [UInt32: String] {
    func constants(_ names: [String]) -> [UInt32: String] {
        Dictionary(uniqueKeysWithValues: names.enumerated().map { (UInt32($0.offset), constant($0.element)) })
    }
    func constant(_ name: String) -> String { name.uppercased().replacingOccurrences(of: "-", with: "_") }
    return switch enumeration {
    case "NMDeviceState": DeviceState.names.mapValues(constant)
    case "NMDeviceStateReason": constants(DeviceStateReason.names)
    case "NMActiveConnectionState": constants(ActiveConnectionState.names)
    case "NMActiveConnectionStateReason": constants(ActiveConnectionStateReason.names)
    case "NM80211ApFlags": AccessPointFlags.names.merging([0: "NONE"]) { first, _ in first }
    case "NM80211ApSecurityFlags": AccessPointSecurityFlags.names.merging([0: "NONE"]) { first, _ in first }
    default: [:]
    }
}

private let enumerations = [
    ("NMDeviceState", "NM_DEVICE_STATE_"),
    ("NMDeviceStateReason", "NM_DEVICE_STATE_REASON_"),
    ("NMActiveConnectionState", "NM_ACTIVE_CONNECTION_STATE_"),
    ("NMActiveConnectionStateReason", "NM_ACTIVE_CONNECTION_STATE_REASON_"),
    ("NM80211ApFlags", "NM_802_11_AP_FLAGS_"),
    ("NM80211ApSecurityFlags", "NM_802_11_AP_SEC_"),
]

/// Every error name that has a row, by speaker.
private let errorNames: [String: [String]] = [
    "bus": whole(Decision.busErrors),
    "networkmanager": Decision.networkManagerErrors.flatMap(whole),
    "wpa_supplicant": whole(Decision.supplicantErrors),
    "polkit": whole(Decision.polkitErrors),
    "logind": whole(Decision.logindErrors),
]

private func whole(_ table: ErrorNameTable) -> [String] { table.names.map { table.prefix + $0 } }

@Suite("Tables of others' numbers and names")
struct TableTests {
    @Test("an enumeration is what its table says, no more and no less", arguments: enumerations)
    func enumeration(type: String, prefix: String) throws {
        let rows =
            type == "NMDeviceStateReason"
            ? try Fixture.rows("tables/networkmanager-device-state-reasons.csv")
            : try Fixture.rows("tables/networkmanager-enumerations.csv").filter { $0[0] == type }.map {
                Array($0.dropFirst())
            }
        let table = try Dictionary(uniqueKeysWithValues: rows.map { (try #require(UInt32($0[0])), $0[1]) })
        #expect(!table.isEmpty)
        #expect(ours(type) == table)
    }

    @Test(
        "the constants of the flags have the bits of their names",
        arguments: [
            (AccessPointSecurityFlags.keyManagementPSK.rawValue, "KEY_MGMT_PSK"),
            (AccessPointSecurityFlags.keyManagement8021X.rawValue, "KEY_MGMT_802_1X"),
            (AccessPointSecurityFlags.keyManagementSAE.rawValue, "KEY_MGMT_SAE"),
            (AccessPointSecurityFlags.keyManagementOWE.rawValue, "KEY_MGMT_OWE"),
            (AccessPointSecurityFlags.keyManagementOWETransition.rawValue, "KEY_MGMT_OWE_TM"),
            (AccessPointSecurityFlags.keyManagementSuiteB192.rawValue, "KEY_MGMT_EAP_SUITE_B_192"),
            (AccessPointSecurityFlags.pairwiseCCMP.rawValue, "PAIR_CCMP"),
            (AccessPointSecurityFlags.groupTKIP.rawValue, "GROUP_TKIP"),
        ]
    )
    func flagConstants(value: UInt32, name: String) {
        #expect(AccessPointSecurityFlags.names[value] == name)
        #expect(AccessPointFlags.names[AccessPointFlags.privacy.rawValue] == "PRIVACY")
    }

    @Test("the error names are those of their table, no more and no less")
    func names() throws {
        var table: [String: [String]] = [:]
        for row in try Fixture.rows("tables/error-names.csv") { table[row[0], default: []].append(row[1]) }
        #expect(Set(table.keys) == Set(errorNames.keys))
        for (speaker, names) in errorNames {
            #expect(Set(names) == Set(table[speaker] ?? []), "\(speaker)")
            #expect(Set(names).count == names.count, "\(speaker) has a name twice")
        }
    }

    @Test("a number that no table has is kept and printed")
    func unknownNumbers() {
        #expect("\(DeviceState(rawValue: 35))" == "unknown (35)")
        #expect("\(DeviceStateReason(rawValue: 80))" == "unknown (80)")
        #expect("\(ActiveConnectionState(rawValue: 5))" == "unknown (5)")
        #expect("\(ActiveConnectionState.activating)" == "activating")
        #expect("\(ActiveConnectionStateReason(rawValue: 15))" == "unknown (15)")
        #expect("\(ActiveConnectionStateReason.deviceDisconnected)" == "device-disconnected (3)")
        #expect(AccessPointSecurityFlags(rawValue: 0x8000_0100).rawValue == 0x8000_0100)
    }

    @Test("every cause that is written down is in the list of all of them, once")
    func causes() throws {
        let file = Fixture.root.appending(path: "Sources/HotspotCore/Errors/Cause.swift")
        let source = try String(contentsOf: file, encoding: .utf8)
        let enumeration = try #require(
            source.split(separator: "public enum Cause:").last?.split(separator: "public var code").first
        )
        let written = enumeration.matches(of: /(?m:^ +case (\w+))/).map { String($0.1) }
        let listed = HotspotConfigurationError.Cause.allCases
        #expect(written.count > 40)
        #expect(Set(written) == Set(listed.map(\.name)))
        #expect(Set(listed).count == listed.count)
    }
}

@Suite("Tables and the headers they come from", .enabled(if: CHeader.isWanted, "libnm-dev is not installed"))
struct HeaderTests {
    @Test(
        "an enumeration is what the header has, and more only where a later version brought it",
        arguments: enumerations
    )
    func enumeration(type: String, prefix: String) throws {
        let header = try CHeader(.networkManagerInterface).enumerators(of: type, prefix: prefix)
        let ours = ours(type)
        #expect(!header.isEmpty)
        for (number, name) in header { #expect(ours[number] == name, "\(type) \(number)") }
        let later = Set(ours.keys).subtracting(header.keys)
        let version = try networkManagerVersion()
        for number in later {
            let row = try Fixture.rows("tables/networkmanager-device-state-reasons.csv").first { $0[0] == "\(number)" }
            #expect(type == "NMDeviceStateReason" && isLater(row?[2] ?? "", than: version), "\(type) \(number)")
        }
    }

    @Test(
        "NetworkManager's error names are the header's nicks, and more only where a later version brought them",
        arguments: [
            ("NMManagerError", "org.freedesktop.NetworkManager."),
            ("NMDeviceError", "org.freedesktop.NetworkManager.Device."),
            ("NMSettingsError", "org.freedesktop.NetworkManager.Settings."),
            ("NMConnectionError", "org.freedesktop.NetworkManager.Settings.Connection."),
            ("NMAgentManagerError", "org.freedesktop.NetworkManager.AgentManager."),
            ("NMSecretAgentError", "org.freedesktop.NetworkManager.SecretAgent."),
            ("NMVpnPluginError", "org.freedesktop.NetworkManager.VPN.Error."),
        ]
    )
    func networkManager(type: String, prefix: String) throws {
        let nicks = try CHeader(.networkManagerErrors).nicks(of: type)
        let table = try #require(Decision.networkManagerErrors.first { $0.prefix == prefix })
        #expect(!nicks.isEmpty)
        for nick in nicks { #expect(table.names.contains(nick), "\(prefix)\(nick)") }
        let version = try networkManagerVersion()
        for later in Set(table.names).subtracting(nicks) {
            let row = try Fixture.rows("tables/error-names.csv").first { $0[1] == prefix + later }
            #expect(isLater(row?[2] ?? "", than: version), "\(prefix)\(later)")
        }
    }

    @Test("every enumeration of errors in the header has a table, but for the one that never comes over the bus")
    func enumerationsOfErrors() throws {
        let types = try CHeader(.networkManagerErrors).text.matches(of: /\}\s*(NM\w+Error);/).map { String($0.1) }
        #expect(types.count == Decision.networkManagerErrors.count + 1)
        #expect(types.contains("NMCryptoError"))
    }

    @Test("the bus's error names are the header's")
    func bus() throws {
        let header = try CHeader(.bus).strings(prefix: "DBUS_ERROR_")
        #expect(header.count > 40)
        #expect(Set(header) == Set(whole(Decision.busErrors)))
    }

    @Test("the error numbers are the header's")
    func errno() throws {
        let header = try CHeader(.errnoBase).numbers.merging(CHeader(.errno).numbers) { first, _ in first }
        #expect(header.count > 120)
        for (name, number) in header { #expect(ErrnoNames.name(of: number) == name) }
        for number in Int32(-1)...Int32(300) {
            #expect((ErrnoNames.name(of: number) != nil) == header.values.contains(number), "\(number)")
        }
    }

    private func networkManagerVersion() throws -> (Int32, Int32) {
        let numbers = try CHeader(.networkManagerVersion).numbers
        return (try #require(numbers["NM_MAJOR_VERSION"]), try #require(numbers["NM_MINOR_VERSION"]))
    }

    private func isLater(_ since: String, than version: (Int32, Int32)) -> Bool {
        let parts = since.split(separator: ".").compactMap { Int32($0) }
        return parts.count == 2 && (parts[0], parts[1]) > version
    }
}
