/// A network that was joined: what ``HotspotConfigurationManager/apply(_:options:progress:)`` gives back.
public struct JoinedNetwork: Sendable, Hashable {
    /// The network's name.
    public let ssid: SSID
    /// The access point's address, as six octets in hexadecimal with colons.
    public let bssid: String?
    /// The channel's centre frequency in MHz.
    public let frequency: Int?
    /// The channel's number in its band.
    public let channel: Int?
    /// How the link is secured, as it was agreed with the access point; what was configured where that is not known.
    public let security: HotspotSecurity
    /// The signal in dBm, as the kernel last heard it.
    public let signal: Int?
    /// The signal from 0.0 to 1.0, as Apple's `NEHotspotNetwork` has it.
    public let signalStrength: Double?
    /// The network interface that is on the network.
    public let interface: String
    /// The addresses with their prefix lengths, IPv4 first.
    public let addresses: [String]
    /// The default gateway, where there is one.
    public let gateway: String?
    /// The backend that joined it.
    public let backend: String
    /// How long each phase took.
    public internal(set) var phaseDurations: [PhaseDuration]
}

extension JoinedNetwork: Encodable {
    private enum CodingKeys: String, CodingKey {
        case ssid, ssidHex, bssid, frequency, channel, security, signal, signalStrength, interface, addresses, gateway
        case backend, phases
    }

    /// Encodes the stable JSON form; `ssid` is absent where the octets are no UTF-8.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(ssid.text, forKey: .ssid)
        try container.encode(ssid.hexadecimal, forKey: .ssidHex)
        try container.encodeIfPresent(bssid, forKey: .bssid)
        try container.encodeIfPresent(frequency, forKey: .frequency)
        try container.encodeIfPresent(channel, forKey: .channel)
        try container.encode(security.rawValue, forKey: .security)
        try container.encodeIfPresent(signal, forKey: .signal)
        try container.encodeIfPresent(signalStrength, forKey: .signalStrength)
        try container.encode(interface, forKey: .interface)
        try container.encode(addresses, forKey: .addresses)
        try container.encodeIfPresent(gateway, forKey: .gateway)
        try container.encode(backend, forKey: .backend)
        try container.encode(phaseDurations, forKey: .phases)
    }
}

extension SSID {
    /// The octets as hexadecimal digits.
    public var hexadecimal: String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
