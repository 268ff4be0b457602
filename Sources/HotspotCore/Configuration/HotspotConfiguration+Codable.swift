// The coded forms hold the secrets: whoever writes one down must keep it as he keeps a passphrase.

extension SSID: Codable {
    /// Decodes a text, or an array of octets where the name is no UTF-8.
    public init(from decoder: any Decoder) throws {
        self.init(octets: try OctetCoding.decode(from: decoder))
    }

    /// Encodes a text, or an array of octets where the name is no UTF-8.
    public func encode(to encoder: any Encoder) throws {
        try OctetCoding.encode(octets, to: encoder)
    }
}

extension Passphrase: Codable {
    /// Decodes a text, or an array of octets where the secret is no UTF-8.
    public init(from decoder: any Decoder) throws {
        self.init(octets: try OctetCoding.decode(from: decoder))
    }

    /// Encodes the secret itself: a text, or an array of octets where it is no UTF-8.
    public func encode(to encoder: any Encoder) throws {
        try OctetCoding.encode(withUnsafeBytes { Array($0) }, to: encoder)
    }
}

/// Octets that are mostly a text.
private enum OctetCoding {
    static func decode(from decoder: any Decoder) throws -> [UInt8] {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) { return Array(text.utf8) }
        return try container.decode([UInt8].self)
    }

    static func encode(_ octets: [UInt8], to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        // A NUL is legal and survives few tools that read the result.
        if !octets.contains(0), let text = String(validating: octets, as: UTF8.self) {
            try container.encode(text)
        } else {
            try container.encode(octets)
        }
    }
}

extension HotspotConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case ssid, ssidPrefix, hs20Settings, bssid, hidden
        case security, passphrase, saePasswordIdentifier, eapSettings
        case joinOnce, lifeTimeInDays
        case interface, addressing, stationAddress, autoJoin, autoJoinPriority
    }

    /// Decodes a configuration; what is absent has the value that it has in a configuration of the name alone.
    ///
    /// As at construction, no rule is checked: ``validate()`` does.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func value<Value: Decodable>(_ key: CodingKeys, _ absent: Value) throws -> Value {
            try values.decodeIfPresent(Value.self, forKey: key) ?? absent
        }
        self.init(ssid: try value(.ssid, SSID(octets: [])))
        ssidPrefix = try value(.ssidPrefix, ssidPrefix)
        hs20Settings = try values.decodeIfPresent(HotspotHS20Settings.self, forKey: .hs20Settings)
        bssid = try values.decodeIfPresent(String.self, forKey: .bssid)
        hidden = try value(.hidden, hidden)
        security = try value(.security, security)
        passphrase = try values.decodeIfPresent(Passphrase.self, forKey: .passphrase)
        saePasswordIdentifier = try values.decodeIfPresent(String.self, forKey: .saePasswordIdentifier)
        eapSettings = try values.decodeIfPresent(HotspotEAPSettings.self, forKey: .eapSettings)
        joinOnce = try value(.joinOnce, joinOnce)
        lifeTimeInDays = try values.decodeIfPresent(Int.self, forKey: .lifeTimeInDays)
        interface = try values.decodeIfPresent(String.self, forKey: .interface)
        addressing = try value(.addressing, addressing)
        stationAddress = try value(.stationAddress, stationAddress)
        autoJoin = try value(.autoJoin, autoJoin)
        autoJoinPriority = try value(.autoJoinPriority, autoJoinPriority)
    }

    /// Encodes the configuration with its secrets; what has its usual value is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        let usual = HotspotConfiguration(ssid: SSID(octets: []))
        func encode<Value: Encodable & Equatable>(_ path: KeyPath<Self, Value>, _ key: CodingKeys) throws {
            if self[keyPath: path] != usual[keyPath: path] { try values.encode(self[keyPath: path], forKey: key) }
        }
        try encode(\.ssid, .ssid)
        try encode(\.ssidPrefix, .ssidPrefix)
        try encode(\.hs20Settings, .hs20Settings)
        try encode(\.bssid, .bssid)
        try encode(\.hidden, .hidden)
        try encode(\.security, .security)
        try encode(\.passphrase, .passphrase)
        try encode(\.saePasswordIdentifier, .saePasswordIdentifier)
        try encode(\.eapSettings, .eapSettings)
        try encode(\.joinOnce, .joinOnce)
        try encode(\.lifeTimeInDays, .lifeTimeInDays)
        try encode(\.interface, .interface)
        try encode(\.addressing, .addressing)
        try encode(\.stationAddress, .stationAddress)
        try encode(\.autoJoin, .autoJoin)
        try encode(\.autoJoinPriority, .autoJoinPriority)
    }
}
