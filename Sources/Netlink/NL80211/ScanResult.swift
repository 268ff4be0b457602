package import IEEE80211

/// An access point in the kernel's scan cache, which keeps an entry for 30 s after it was last heard.
package struct ScanResult: Hashable, Sendable {
    /// What the interface is to the access point (`enum nl80211_bss_status`).
    package enum Status: Hashable, Sendable {
        /// Authenticated.
        case authenticated
        /// Associated.
        case associated
        /// A member of its independent network.
        case ibssJoined
        /// A number of the kernel that is not in our table.
        case unknown(UInt32)
    }

    /// The BSSID.
    package let bssid: MACAddress
    /// The centre frequency in MHz.
    package let frequencyMHz: Int
    /// The signal strength in mBm, 1/100 dBm; nil when the driver has no such unit.
    package let signalMBm: Int?
    /// How long ago it was last heard, in ms; nil when not said.
    package let ageMilliseconds: Int?
    /// The Capability Information field (IEEE 802.11-2020, 9.4.1.4).
    package let capability: UInt16
    /// What the interface is to it; nil when nothing.
    package let status: Status?
    /// The elements of the probe response or, without one, of the beacon.
    package let elements: ElementList
    /// The SSID, up to 32 octets; empty when there is none.
    package let ssid: [UInt8]
    /// What it asks of a station.
    package let security: BSSSecurity

    /// The signal strength in dBm, rounded; nil when the driver has no such unit.
    package var signalDBm: Int? {
        signalMBm.map { ($0 - 50) / 100 }
    }

    /// Whether the network's name is not sent out: it is empty or made of zero octets only.
    package var isHidden: Bool { ssid.allSatisfy { $0 == 0 } }

    /// Makes an entry from its parts.
    ///
    /// - Parameters:
    ///   - bssid: the BSSID.
    ///   - frequencyMHz: the centre frequency in MHz.
    ///   - signalMBm: the signal strength in mBm.
    ///   - ageMilliseconds: how long ago it was last heard, in ms.
    ///   - capability: the Capability Information field.
    ///   - status: what the interface is to it.
    ///   - elements: of a probe response or of a beacon.
    package init(
        bssid: MACAddress,
        frequencyMHz: Int,
        signalMBm: Int? = nil,
        ageMilliseconds: Int? = nil,
        capability: UInt16 = 0,
        status: Status? = nil,
        elements: ElementList
    ) {
        self.bssid = bssid
        self.frequencyMHz = frequencyMHz
        self.signalMBm = signalMBm
        self.ageMilliseconds = ageMilliseconds
        self.capability = capability
        self.status = status
        self.elements = elements
        ssid = elements.ssid ?? []
        security = BSSSecurity(elements: elements, privacy: capability & 0x0010 != 0)
    }

    /// Reads the kernel's message; nil when it has no entry with a BSSID.
    ///
    /// - Throws: `MalformedOctets` when the entry cannot be read.
    init?(_ attributes: NetlinkAttributes) throws(MalformedOctets) {
        guard
            let bss = try attributes.nested(NL80211Attribute.bss),
            let bssid = bss.macAddress(NL80211BSSAttribute.bssid)
        else { return nil }
        let octets = bss.bytes(NL80211BSSAttribute.elements) ?? bss.bytes(NL80211BSSAttribute.beaconElements)
        self.init(
            bssid: bssid,
            frequencyMHz: Int(bss.u32(NL80211BSSAttribute.frequency) ?? 0),
            signalMBm: bss.u32(NL80211BSSAttribute.signalMBm).map { Int(Int32(bitPattern: $0)) },
            ageMilliseconds: bss.u32(NL80211BSSAttribute.seenMillisecondsAgo).map(Int.init),
            capability: bss.u16(NL80211BSSAttribute.capability) ?? 0,
            status: bss.u32(NL80211BSSAttribute.status).map(Status.init),
            elements: ElementList(octets ?? [])
        )
    }
}

extension ScanResult.Status {
    /// Makes a status from the kernel's number.
    init(_ number: UInt32) {
        switch UInt16(exactly: number) {
        case NL80211BSSStatus.authenticated: self = .authenticated
        case NL80211BSSStatus.associated: self = .associated
        case NL80211BSSStatus.ibssJoined: self = .ibssJoined
        default: self = .unknown(number)
        }
    }
}
