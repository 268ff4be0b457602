// The nested settings in the form of the outer ones: what is absent has its usual value, so that a new property breaks no file
// that was written before it, and what has its usual value is left out.

extension KeyedDecodingContainer {
    /// A value, or what it is where it is absent.
    fileprivate func value<Value: Decodable>(_ key: Key, _ absent: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? absent
    }
}

extension KeyedEncodingContainer {
    /// Encodes a value that is not the usual one.
    fileprivate mutating func encode<Value: Encodable & Equatable>(_ value: Value, _ key: Key, usual: Value) throws {
        if value != usual { try encode(value, forKey: key) }
    }
}

extension HotspotEAPSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case supportedEAPTypes, username, outerIdentity, password
        case trustedServerNames, trustedServerCertificates, trustsSystemAuthorities, allowsUntrustedServer
        case ttlsInnerAuthenticationType, innerEAPType, preferredTLSVersion
        case clientCertificate, privateKey, privateKeyPassword, requiresClientCertificate
    }

    /// Decodes settings; what is absent has the value that it has in settings that say nothing yet.
    public init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: CodingKeys.self)
        supportedEAPTypes = try values.value(.supportedEAPTypes, supportedEAPTypes)
        username = try values.value(.username, username)
        outerIdentity = try values.value(.outerIdentity, outerIdentity)
        password = try values.decodeIfPresent(Passphrase.self, forKey: .password)
        trustedServerNames = try values.value(.trustedServerNames, trustedServerNames)
        trustedServerCertificates = try values.value(.trustedServerCertificates, trustedServerCertificates)
        trustsSystemAuthorities = try values.value(.trustsSystemAuthorities, trustsSystemAuthorities)
        allowsUntrustedServer = try values.value(.allowsUntrustedServer, allowsUntrustedServer)
        ttlsInnerAuthenticationType = try values.value(.ttlsInnerAuthenticationType, ttlsInnerAuthenticationType)
        innerEAPType = try values.value(.innerEAPType, innerEAPType)
        preferredTLSVersion = try values.value(.preferredTLSVersion, preferredTLSVersion)
        clientCertificate = try values.decodeIfPresent(EAPCredential.self, forKey: .clientCertificate)
        privateKey = try values.decodeIfPresent(EAPCredential.self, forKey: .privateKey)
        privateKeyPassword = try values.decodeIfPresent(Passphrase.self, forKey: .privateKeyPassword)
        requiresClientCertificate = try values.decodeIfPresent(Bool.self, forKey: .requiresClientCertificate)
    }

    /// Encodes the settings with their secrets; what has its usual value is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        let usual = HotspotEAPSettings()
        func encode<Value: Encodable & Equatable>(_ path: KeyPath<Self, Value>, _ key: CodingKeys) throws {
            try values.encode(self[keyPath: path], key, usual: usual[keyPath: path])
        }
        try encode(\.supportedEAPTypes, .supportedEAPTypes)
        try encode(\.username, .username)
        try encode(\.outerIdentity, .outerIdentity)
        try encode(\.password, .password)
        try encode(\.trustedServerNames, .trustedServerNames)
        try encode(\.trustedServerCertificates, .trustedServerCertificates)
        try encode(\.trustsSystemAuthorities, .trustsSystemAuthorities)
        try encode(\.allowsUntrustedServer, .allowsUntrustedServer)
        try encode(\.ttlsInnerAuthenticationType, .ttlsInnerAuthenticationType)
        try encode(\.innerEAPType, .innerEAPType)
        try encode(\.preferredTLSVersion, .preferredTLSVersion)
        try encode(\.clientCertificate, .clientCertificate)
        try encode(\.privateKey, .privateKey)
        try encode(\.privateKeyPassword, .privateKeyPassword)
        try encode(\.requiresClientCertificate, .requiresClientCertificate)
    }
}

extension HotspotHS20Settings: Codable {
    private enum CodingKeys: String, CodingKey {
        case domainName, isRoamingEnabled, roamingConsortiumOIs, naiRealmNames, mccAndMNCs
    }

    /// Decodes settings; what is absent has its usual value, and ``HotspotConfiguration/validate()`` misses the domain.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            domainName: try values.value(.domainName, ""),
            roamingEnabled: try values.value(.isRoamingEnabled, false)
        )
        roamingConsortiumOIs = try values.value(.roamingConsortiumOIs, [])
        naiRealmNames = try values.value(.naiRealmNames, [])
        mccAndMNCs = try values.value(.mccAndMNCs, [])
    }

    /// Encodes the settings; what has its usual value is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(domainName, forKey: .domainName)
        try values.encode(isRoamingEnabled, .isRoamingEnabled, usual: false)
        try values.encode(roamingConsortiumOIs, .roamingConsortiumOIs, usual: [])
        try values.encode(naiRealmNames, .naiRealmNames, usual: [])
        try values.encode(mccAndMNCs, .mccAndMNCs, usual: [])
    }
}

extension HotspotAddressing.Manual: Codable {
    private enum CodingKeys: String, CodingKey {
        case addresses, gateways, nameServers
    }

    /// Decodes addresses; what is absent is none, and ``HotspotConfiguration/validate()`` misses the addresses.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            addresses: try values.value(.addresses, []),
            gateways: try values.value(.gateways, []),
            nameServers: try values.value(.nameServers, [])
        )
    }

    /// Encodes the addresses; what is none is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(addresses, forKey: .addresses)
        try values.encode(gateways, .gateways, usual: [])
        try values.encode(nameServers, .nameServers, usual: [])
    }
}

extension HotspotAddressing: Codable {
    /// Decodes `"automatic"`, `"none"` or `{"manual": …}`.
    public init(from decoder: any Decoder) throws {
        let choice = try CodedChoice(decoder)
        switch choice.name {
        case "automatic": self = .automatic
        case "none": self = .none
        case "manual": self = .manual(try choice.value(Manual.self))
        default: throw choice.unknown()
        }
    }

    /// Encodes `"automatic"`, `"none"` or `{"manual": …}`.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .automatic: try CodedChoice.encode("automatic", to: encoder)
        case .none: try CodedChoice.encode("none", to: encoder)
        case .manual(let manual): try CodedChoice.encode("manual", manual, to: encoder)
        }
    }
}

extension HotspotStationAddress: Codable {
    private static let names: [(HotspotStationAddress, String)] = [
        (.systemDefault, "systemDefault"), (.permanent, "permanent"), (.random, "random"), (.stable, "stable"),
    ]

    /// Decodes the case's name.
    public init(from decoder: any Decoder) throws {
        let choice = try CodedChoice(decoder)
        guard let match = Self.names.first(where: { $0.1 == choice.name }) else { throw choice.unknown() }
        self = match.0
    }

    /// Encodes the case's name.
    public func encode(to encoder: any Encoder) throws {
        for (value, name) in Self.names where value == self { try CodedChoice.encode(name, to: encoder) }
    }
}

extension EAPCredential: Codable {
    /// Decodes `{"file": …}` or `{"octets": …}`.
    public init(from decoder: any Decoder) throws {
        let choice = try CodedChoice(decoder)
        switch choice.name {
        case "file": self = .file(try choice.value(String.self))
        case "octets": self = .octets(try choice.value(Passphrase.self))
        default: throw choice.unknown()
        }
    }

    /// Encodes `{"file": …}` or `{"octets": …}`, the octets as they are.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .file(let path): try CodedChoice.encode("file", path, to: encoder)
        case .octets(let octets): try CodedChoice.encode("octets", octets, to: encoder)
        }
    }
}

/// One of several cases: its name, or an object of its name and what belongs to it.
private struct CodedChoice {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let name: String
    private let decoder: any Decoder

    init(_ decoder: any Decoder) throws {
        self.decoder = decoder
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self.name = name
            return
        }
        let keys = try decoder.container(keyedBy: Name.self).allKeys
        guard keys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "it has \(keys.count) names, and not one")
            )
        }
        name = keys[0].stringValue
    }

    /// What belongs to the name; in the compiler's own form it is called `_0`.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let values = try decoder.container(keyedBy: Name.self)
        let key = Name(stringValue: name)
        if let inner = try? values.nestedContainer(keyedBy: Name.self, forKey: key),
            inner.contains(Name(stringValue: "_0"))
        {
            return try inner.decode(type, forKey: Name(stringValue: "_0"))
        }
        return try values.decode(type, forKey: key)
    }

    func unknown() -> DecodingError {
        .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "none of the cases has its name"))
    }

    static func encode(_ name: String, to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    static func encode(_ name: String, _ value: some Encodable, to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Name.self)
        try values.encode(value, forKey: Name(stringValue: name))
    }
}
