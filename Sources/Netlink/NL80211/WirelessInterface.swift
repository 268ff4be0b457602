package import IEEE80211

/// A network interface of a wiphy, as the kernel sees it now.
package struct WirelessInterface: Hashable, Sendable {
    /// The number, as in `if_nametoindex(3)`.
    package let index: UInt32
    /// The name, such as `wlan0`.
    package let name: String
    /// Its own MAC address.
    package let mac: MACAddress?
    /// What it is for.
    package let type: InterfaceType
    /// The wiphy that it belongs to.
    package let wiphy: UInt32
    /// The centre frequency of its channel in MHz; nil while it has none.
    package let frequencyMHz: Int?
    /// The SSID that it is joined to or that it sends out, up to 32 octets; nil while there is none.
    ///
    /// It is nil as well when the program that joined authenticates by itself, as wpa_supplicant does: the scan cache's
    /// associated entry then has the name.
    package let ssid: [UInt8]?

    /// Reads the kernel's message; nil when the device is no network interface, as for Wi-Fi Direct.
    init?(_ attributes: NetlinkAttributes) {
        guard
            let index = attributes.u32(NL80211Attribute.interfaceIndex),
            let name = attributes.string(NL80211Attribute.interfaceName),
            let wiphy = attributes.u32(NL80211Attribute.wiphy)
        else { return nil }
        self.index = index
        self.name = name
        self.wiphy = wiphy
        mac = attributes.macAddress(NL80211Attribute.mac)
        type = InterfaceType(rawValue: attributes.u32(NL80211Attribute.interfaceType) ?? 0)
        frequencyMHz = attributes.u32(NL80211Attribute.frequency).map(Int.init)
        ssid = attributes.bytes(NL80211Attribute.ssid)
    }
}
