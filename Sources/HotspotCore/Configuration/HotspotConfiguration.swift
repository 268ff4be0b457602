/// A Wi-Fi network to be joined: the settings of Apple's `NEHotspotConfiguration`, and those that Linux users need besides.
///
/// Nothing is checked when it is made: ``validate()`` does, and so does ``HotspotConfigurationManager/apply(_:options:progress:)``
/// before anything is touched.
public struct HotspotConfiguration: Sendable, Hashable {
    /// The network's name.
    public var ssid: SSID
    /// How the network is secured.
    public var security: HotspotSecurity
    /// The passphrase, the raw key of 64 hexadecimal digits, or the WEP key; nil where the network needs none.
    public var passphrase: Passphrase?
    /// How to prove oneself to an enterprise network; nil for all others.
    public var eapSettings: HotspotEAPSettings?
    /// Whether the network does not send its name, so that it must be asked for by name.
    public var hidden: Bool
    /// The network interface that is to join, such as `wlan0`; nil for the one that the backend finds fit.
    public var interface: String?

    /// An open network.
    public init(ssid: SSID) {
        self.ssid = ssid
        security = .automatic
        passphrase = nil
        eapSettings = nil
        hidden = false
        interface = nil
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
        eapSettings = nil
        self.hidden = hidden
        interface = nil
    }
}
