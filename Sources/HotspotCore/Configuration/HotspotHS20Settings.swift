/// Which operators' networks a Hotspot 2.0 configuration means: the settings of Apple's `NEHotspotHS20Settings`.
///
/// Nothing is checked when it is made: ``HotspotConfiguration/validate()`` does.
public struct HotspotHS20Settings: Sendable, Hashable {
    /// The domain name of the home operator, which also names the configuration (Wi-Fi Alliance, Hotspot 2.0, 9.1).
    public let domainName: String
    /// Whether networks of the operator's roaming partners may be joined.
    public var isRoamingEnabled: Bool
    /// The organization identifiers of roaming consortiums, as 6 or 10 hexadecimal digits each (IEEE 802.11-2020, 9.4.1.31).
    public var roamingConsortiumOIs: [String] = []
    /// The realms of network access identifiers, such as `example.net` (RFC 7542).
    public var naiRealmNames: [String] = []
    /// Mobile networks by country and network code, six digits each; a network code of two digits is filled with a zero.
    public var mccAndMNCs: [String] = []

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - domainName: the domain name of the home operator.
    ///   - roamingEnabled: whether partners' networks may be joined.
    public init(domainName: String, roamingEnabled: Bool = false) {
        self.domainName = domainName
        isRoamingEnabled = roamingEnabled
    }
}

extension HotspotHS20Settings {
    /// Checks every rule.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `malformedHS20DomainName` or `malformedHS20Settings`.
    func validate() throws(HotspotConfigurationError) {
        if let problem = Self.problem(ofDomain: domainName) {
            throw HotspotConfigurationError(
                .malformedHS20DomainName,
                "the Hotspot 2.0 domain name \"\(PrintableText.escape(domainName))\" \(problem)",
                remedy: "give the operator's domain name, such as example.net"
            )
        }
        func refuse(_ field: String, _ position: Int, _ value: String, _ rule: String) -> HotspotConfigurationError {
            HotspotConfigurationError(
                .malformedHS20Settings,
                "\(field)[\(position)] is \"\(PrintableText.escape(value))\"; \(rule)"
            )
        }
        for (position, value) in roamingConsortiumOIs.enumerated()
        where ![6, 10].contains(value.utf8.count) || !value.utf8.allSatisfy(Self.isHexadecimal) {
            throw refuse("roamingConsortiumOIs", position, value, "an identifier has 6 or 10 hexadecimal digits")
        }
        for (position, value) in naiRealmNames.enumerated() {
            if let problem = Self.problem(ofDomain: value) {
                throw refuse("naiRealmNames", position, value, "it \(problem)")
            }
        }
        for (position, value) in mccAndMNCs.enumerated()
        where value.utf8.count != 6 || !value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            throw refuse("mccAndMNCs", position, value, "a country and network code has exactly six digits")
        }
    }

    private static func isHexadecimal(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x61...0x66).contains(octet | 0x20)
    }

    /// What is wrong with a domain name (RFC 1035, 2.3.1, with the digits of RFC 1123, 2.1, and the underline); nil for nothing.
    private static func problem(ofDomain name: String) -> String? {
        if name.isEmpty { return "is empty" }
        if name.utf8.count > 253 { return "has \(name.utf8.count) octets; it may have at most 253" }
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            if label.isEmpty { return "has an empty label" }
            if label.utf8.count > 63 { return "has a label of \(label.utf8.count) octets; one may have at most 63" }
            if label.hasPrefix("-") || label.hasSuffix("-") { return "has a label that begins or ends with a hyphen" }
            let isPlain = label.unicodeScalars.allSatisfy {
                $0 == "-" || $0 == "_" || !$0.isASCII || $0.properties.isAlphabetic || ("0"..."9").contains($0)
            }
            if !isPlain { return "has a character that is no letter, digit or hyphen" }
        }
        return nil
    }
}
