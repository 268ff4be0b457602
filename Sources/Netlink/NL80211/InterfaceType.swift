/// What an interface is for (`enum nl80211_iftype`).
///
/// The number belongs to the kernel: one beyond the table is kept and printed as `unknown (99)`.
package struct InterfaceType: RawRepresentable, Hashable, Sendable {
    /// The kernel's number.
    package let rawValue: UInt32

    /// Makes a type from the kernel's number.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// A member of an independent network. `NL80211_IFTYPE_ADHOC`
    package static let adHoc = Self(rawValue: 1)
    /// A station: what joins access points. `NL80211_IFTYPE_STATION`
    package static let station = Self(rawValue: 2)
    /// An access point. `NL80211_IFTYPE_AP`
    package static let accessPoint = Self(rawValue: 3)
    /// A monitor. `NL80211_IFTYPE_MONITOR`
    package static let monitor = Self(rawValue: 6)
    /// A mesh point. `NL80211_IFTYPE_MESH_POINT`
    package static let meshPoint = Self(rawValue: 7)
    /// A client of a Wi-Fi Direct group. `NL80211_IFTYPE_P2P_CLIENT`
    package static let p2pClient = Self(rawValue: 8)
    /// The owner of a Wi-Fi Direct group. `NL80211_IFTYPE_P2P_GO`
    package static let p2pGroupOwner = Self(rawValue: 9)
    /// Wi-Fi Direct's own device, without a network interface. `NL80211_IFTYPE_P2P_DEVICE`
    package static let p2pDevice = Self(rawValue: 10)

    /// The kernel's names in numeric order from 0, without `NL80211_IFTYPE_`.
    static let names = [
        "UNSPECIFIED", "ADHOC", "STATION", "AP", "AP_VLAN", "WDS", "MONITOR", "MESH_POINT", "P2P_CLIENT", "P2P_GO",
        "P2P_DEVICE", "OCB", "NAN",
    ]
}

extension InterfaceType: CustomStringConvertible {
    /// The name and the number: `STATION (2)`.
    package var description: String {
        "\(Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : "unknown") (\(rawValue))"
    }
}
