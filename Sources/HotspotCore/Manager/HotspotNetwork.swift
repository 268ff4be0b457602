internal import IEEE80211

/// A network that is heard, or joined: Apple's `NEHotspotNetwork`.
public struct HotspotNetwork: Sendable, Hashable, Encodable {
    /// How a network is secured, with Apple's raw values.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum SecurityType: Int, Sendable, Hashable, CaseIterable, Codable {
        /// Without a secret: open, or Enhanced Open.
        case open = 0
        /// WEP.
        case wep = 1
        /// WPA, WPA2 and WPA3 with a passphrase.
        case personal = 2
        /// WPA, WPA2 and WPA3 with 802.1X.
        case enterprise = 3
        /// Something that no table of ours has.
        case unknown = 4
    }

    /// The network's name.
    public let ssid: SSID
    /// The access point's address, as six octets in hexadecimal with colons; empty where it is not known.
    public let bssid: String
    /// The signal from 0.0 to 1.0.
    public let signalStrength: Double
    /// The signal in dBm, where the backend knows it.
    public let signal: Int?
    /// The channel's centre frequency in MHz, where it is known.
    public let frequency: Int?
    /// How the network is secured.
    public let securityType: SecurityType
    /// What the access point offers, best first: for the choice of ``HotspotConfiguration/security``.
    public let securities: [HotspotSecurity]
    /// Whether the machine joined the network by itself; false where an application of this library joined it, and where it
    /// is not joined.
    public let didAutoJoin: Bool
    /// The network interface that hears it.
    public let interface: String

    /// Whether the link is encrypted.
    public var isSecure: Bool { securities.contains { $0 != .open } }
}

extension HotspotNetwork {
    init(
        ssid: [UInt8],
        bssid: String,
        strength: Double,
        signal: Int?,
        frequency: Int?,
        security: BSSSecurity,
        didAutoJoin: Bool,
        interface: String
    ) {
        self.ssid = SSID(octets: ssid)
        self.bssid = bssid.lowercased()
        signalStrength = min(max(strength, 0), 1)
        self.signal = signal
        self.frequency = frequency
        self.interface = PrintableText.escape(interface)
        self.didAutoJoin = didAutoJoin
        let all: [(BSSSecurity, HotspotSecurity)] = [
            (.enterprise, .enterprise), (.sae, .sae), (.psk, .wpaPersonal), (.pskSHA256, .wpaPersonal),
            (.owe, .enhancedOpen), (.oweTransition, .enhancedOpen), (.wep, .wep), (.open, .open),
        ]
        var securities: [HotspotSecurity] = []
        for (offered, word) in all where security.contains(offered) && !securities.contains(word) {
            securities.append(word)
        }
        self.securities = securities
        securityType =
            switch securities.first {
            case .enterprise?: .enterprise
            case .sae?, .wpaPersonal?: .personal
            case .wep?: .wep
            case .enhancedOpen?, .open?: .open
            default: .unknown
            }
    }

    /// -100 dBm is nothing and -50 dBm as good as it gets, as other managers count it.
    static func strength(dBm: Int?) -> Double {
        dBm.map { Double(min(max($0, -100), -50) + 100) / 50 } ?? 0
    }

    /// Whether a configuration's security could be had from it.
    func fits(_ configuration: HotspotConfiguration) -> Bool {
        switch configuration.security {
        case .automatic:
            configuration.passphrase == nil
                ? securityType == .open : securities.contains { [.sae, .wpaPersonal].contains($0) }
        case .wpaPersonal: securities.contains { [.sae, .wpaPersonal].contains($0) }
        case let security: securities.contains(security)
        }
    }

    /// The strongest access point of each network, strongest network first; those that do not send their name are left out.
    static func strongest(_ all: [HotspotNetwork]) -> [HotspotNetwork] {
        var best: [SSID: HotspotNetwork] = [:]
        for network in all where !network.ssid.octets.allSatisfy({ $0 == 0 }) {
            if let known = best[network.ssid], !network.isStronger(than: known) { continue }
            best[network.ssid] = network
        }
        return best.values.sorted { $0.isStronger(than: $1) }
    }

    /// Whether it is heard better; of two that are heard alike, the one with the lower address is.
    private func isStronger(than other: HotspotNetwork) -> Bool {
        // The share of the best that counts is the same for all that are near.
        if let signal, let theirs = other.signal, signal != theirs { return signal > theirs }
        return (signalStrength, other.bssid) > (other.signalStrength, bssid)
    }
}
