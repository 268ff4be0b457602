import IEEE80211

/// What the driver knows of a peer, such as the access point that an interface is joined to.
package struct Station: Hashable, Sendable {
    /// The signal strength of the last frame in dBm; nil when the driver does not say.
    package let signalDBm: Int?
    /// The average signal strength in dBm; nil when the driver does not say.
    package let averageSignalDBm: Int?
    /// How long nothing was exchanged, in ms; nil when the driver does not say.
    package let inactiveMilliseconds: Int?
    /// How long the association has lasted, in s; nil when the driver does not say.
    package let connectedSeconds: Int?

    /// Reads the kernel's message.
    ///
    /// - Throws: `MalformedOctets` when it cannot be read.
    init(_ attributes: NetlinkAttributes) throws(MalformedOctets) {
        let info = try attributes.nested(NL80211Attribute.stationInfo)
        signalDBm = info?.u8(NL80211StationAttribute.signal).map { Int(Int8(bitPattern: $0)) }
        averageSignalDBm = info?.u8(NL80211StationAttribute.signalAverage).map { Int(Int8(bitPattern: $0)) }
        inactiveMilliseconds = info?.u32(NL80211StationAttribute.inactiveMilliseconds).map(Int.init)
        connectedSeconds = info?.u32(NL80211StationAttribute.connectedSeconds).map(Int.init)
    }
}
