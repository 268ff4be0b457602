/// How a network is secured, as far as the one who configures it knows.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum HotspotSecurity: String, Sendable, Hashable, CaseIterable, Codable {
    /// With a passphrase what the access point offers of WPA2-Personal and SAE, without one open or Enhanced Open.
    case automatic
    /// No encryption at all.
    case open
    /// Enhanced Open: Opportunistic Wireless Encryption (RFC 8110).
    case enhancedOpen
    /// Wired Equivalent Privacy, which protects nothing: joined only where it is asked for by name.
    case wep
    /// WPA2-Personal (AKM 00-0F-AC:2 or :6), or SAE where the access point offers that too.
    case wpaPersonal
    /// WPA3-Personal, Simultaneous Authentication of Equals (AKM 00-0F-AC:8), and nothing weaker.
    case sae
    /// WPA2- or WPA3-Enterprise (IEEE 802.1X).
    case enterprise
}

extension HotspotSecurity: CustomStringConvertible {
    /// The name that the vendors print on their boxes.
    public var description: String {
        switch self {
        case .automatic: "automatic"
        case .open: "open"
        case .enhancedOpen: "Enhanced Open (OWE)"
        case .wep: "WEP"
        case .wpaPersonal: "WPA2-Personal (PSK)"
        case .sae: "WPA3-Personal (SAE)"
        case .enterprise: "Enterprise (802.1X)"
        }
    }
}
