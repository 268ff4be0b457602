/// A Wi-Fi network to be joined: the settings of Apple's `NEHotspotConfiguration`, and those that Linux users need besides.
///
/// Nothing is checked when it is made: ``validate()`` does, and so does ``HotspotConfigurationManager/apply(_:options:progress:)``
/// before anything is touched.
public struct HotspotConfiguration: Sendable, Hashable {
    // MARK: Which network

    /// The network's name; without octets where an ``ssidPrefix`` or ``hs20Settings`` say which network is meant.
    public var ssid: SSID
    /// What the network's name begins with, 3 to 32 octets; empty where the ``ssid`` says which network is meant.
    ///
    /// The strongest network that fits is taken, unless this application is on one that does; its exact name is the one that
    /// is joined and stored.
    public var ssidPrefix = ""
    /// The settings of a Hotspot 2.0 network (Passpoint); nil for all others.
    public var hs20Settings: HotspotHS20Settings?
    /// The one access point that may be joined, as six octets in hexadecimal with colons; nil for any of the network's.
    public var bssid: String?
    /// Whether the network does not send its name, so that it must be asked for by name.
    public var hidden = false

    // MARK: How to prove oneself

    /// How the network is secured.
    public var security = HotspotSecurity.automatic
    /// The passphrase, the raw key of 64 hexadecimal digits, or the WEP key; nil where the network needs none.
    public var passphrase: Passphrase?
    /// Which of an access point's SAE passwords the passphrase is (IEEE 802.11-2020, 12.4.3): 1 to 253 octets; nil for the
    /// one that has no identifier.
    ///
    /// NetworkManager cannot carry one.
    public var saePasswordIdentifier: String?
    /// How to prove oneself to an enterprise network; nil for all others.
    public var eapSettings: HotspotEAPSettings?

    // MARK: How long

    /// Whether the network is joined for as long as this process runs, is in the foreground and the machine is awake, and
    /// forgotten then.
    ///
    /// It also ends with the ``HotspotConfigurationManager`` that joined it. It cannot be kept with ``eapSettings`` and
    /// ``hs20Settings``.
    public var joinOnce = false
    /// After how many days the configuration is forgotten, 1 to 365; nil, and any other number, is never.
    ///
    /// As at Apple it does not apply to enterprise and Hotspot 2.0 networks.
    public var lifeTimeInDays: Int?

    // MARK: What Apple leaves to the system

    /// The network interface that is to join, such as `wlan0`; nil for the one that the backend finds fit.
    public var interface: String?
    /// Where the addresses come from.
    public var addressing = HotspotAddressing.automatic
    /// The station's own address on this network.
    public var stationAddress = HotspotStationAddress.systemDefault
    /// Whether the machine joins the network by itself from now on, whenever it is near.
    public var autoJoin = true
    /// Which network is taken where several are near that are joined by themselves: the largest, from -999 to 999.
    public var autoJoinPriority = 0

    // MARK: Making one

    /// An open network.
    public init(ssid: SSID) {
        self.ssid = ssid
    }

    /// An open network.
    public init(ssid: String) {
        self.init(ssid: SSID(ssid))
    }

    /// A network with a WPA2 or WPA3 passphrase, or with a WEP key.
    ///
    /// - Parameters:
    ///   - ssid: the network's name.
    ///   - passphrase: 8 to 63 octets or 64 hexadecimal digits; for WEP 5 or 13 characters, or 10 or 26 hexadecimal digits.
    ///   - isWEP: whether the passphrase is a WEP key.
    public init(ssid: String, passphrase: String, isWEP: Bool = false) {
        self.init(ssid: SSID(ssid), passphrase: Passphrase(passphrase), security: isWEP ? .wep : .automatic)
    }

    /// A network of octets, with the security chosen.
    ///
    /// - Parameters:
    ///   - ssid: the network's name.
    ///   - passphrase: the secret, where there is one.
    ///   - security: how the network is secured.
    ///   - hidden: whether it must be asked for by name.
    public init(
        ssid: SSID,
        passphrase: Passphrase?,
        security: HotspotSecurity = .automatic,
        hidden: Bool = false
    ) {
        self.ssid = ssid
        self.security = security
        self.passphrase = passphrase
        self.hidden = hidden
    }

    /// The strongest open network whose name begins so.
    ///
    /// - Parameter ssidPrefix: what the name begins with, 3 to 32 octets.
    public init(ssidPrefix: String) {
        self.init(ssid: SSID(octets: []))
        self.ssidPrefix = ssidPrefix
    }

    /// The strongest network whose name begins so, with a passphrase or a WEP key.
    ///
    /// - Parameters:
    ///   - ssidPrefix: what the name begins with, 3 to 32 octets.
    ///   - passphrase: as in ``init(ssid:passphrase:isWEP:)``.
    ///   - isWEP: whether the passphrase is a WEP key.
    public init(ssidPrefix: String, passphrase: String, isWEP: Bool = false) {
        self.init(ssid: SSID(octets: []), passphrase: Passphrase(passphrase), security: isWEP ? .wep : .automatic)
        self.ssidPrefix = ssidPrefix
    }

    /// A Hotspot 2.0 network (Passpoint).
    ///
    /// Its settings are checked in full; no backend can join such a network yet, and each says so.
    ///
    /// - Parameters:
    ///   - hs20Settings: which operators' networks are meant.
    ///   - eapSettings: how both sides prove themselves.
    public init(hs20Settings: HotspotHS20Settings, eapSettings: HotspotEAPSettings) {
        self.init(ssid: SSID(octets: []), passphrase: nil, security: .enterprise)
        self.hs20Settings = hs20Settings
        self.eapSettings = eapSettings
    }
}

extension HotspotConfiguration {
    /// The days after which the configuration is forgotten; nil where it never is.
    var effectiveLifeTimeInDays: Int? {
        guard eapSettings == nil, hs20Settings == nil, let days = lifeTimeInDays, (1...365).contains(days) else {
            return nil
        }
        return days
    }

    /// How messages call the network.
    var name: String {
        if let hs20Settings { return PrintableText.escape(hs20Settings.domainName) }
        return ssid.octets.isEmpty && !ssidPrefix.isEmpty ? PrintableText.escape(ssidPrefix) + "…" : ssid.description
    }
}
