// Apple's framework brings Foundation with it, and the codes are HotspotCore's: ported code imports this module alone.
@_exported public import Foundation
@_exported public import HotspotCore

/// A Wi-Fi network to be joined.
///
/// Nothing is checked when it is made: ``NEHotspotConfigurationManager/apply(_:)`` does that. What Linux users need besides
/// Apple's settings is in ``hotspotConfiguration``.
open class NEHotspotConfiguration: NSObject, NSCopying, NSSecureCoding {
    /// The same network in the form of `HotspotCore`, which has further settings: the interface, the addresses, the security.
    public final var hotspotConfiguration: HotspotConfiguration
    /// Why it can never be applied, for what `hotspotConfiguration` cannot hold.
    private let flaw: HotspotConfigurationError?

    /// Makes a configuration of one of `HotspotCore`.
    ///
    /// - Parameter hotspotConfiguration: the network.
    public init(_ hotspotConfiguration: HotspotConfiguration) {
        self.hotspotConfiguration = hotspotConfiguration
        flaw = nil
    }

    private init(_ hotspotConfiguration: HotspotConfiguration, flaw: HotspotConfigurationError?) {
        self.hotspotConfiguration = hotspotConfiguration
        self.flaw = flaw
    }

    /// An open network.
    ///
    /// - Parameter ssid: the network's name, 1 to 32 octets.
    public init(ssid: String) {
        hotspotConfiguration = HotspotConfiguration(ssid: ssid)
        flaw = nil
    }

    /// A network with a passphrase or a WEP key.
    ///
    /// - Parameters:
    ///   - ssid: the network's name, 1 to 32 octets.
    ///   - passphrase: 8 to 63 octets; a WEP key has 10 or 26 hexadecimal digits.
    ///   - isWEP: whether the passphrase is a WEP key; else WPA2-Personal or WPA3-Personal is meant.
    public init(ssid: String, passphrase: String, isWEP: Bool) {
        hotspotConfiguration = HotspotConfiguration(ssid: ssid, passphrase: passphrase, isWEP: isWEP)
        flaw = nil
    }

    /// An enterprise network.
    ///
    /// - Parameters:
    ///   - ssid: the network's name, 1 to 32 octets.
    ///   - eapSettings: how both sides prove themselves; later changes of the object are not seen.
    public init(ssid: String, eapSettings: NEHotspotEAPSettings) {
        hotspotConfiguration = HotspotConfiguration(ssid: ssid, eapSettings: eapSettings.hotspotSettings)
        flaw = eapSettings.flaw
    }

    /// A Hotspot 2.0 network, which no backend can join yet: `apply` says so.
    ///
    /// - Parameters:
    ///   - hs20Settings: which operators' networks are meant.
    ///   - eapSettings: how both sides prove themselves.
    public init(hs20Settings: NEHotspotHS20Settings, eapSettings: NEHotspotEAPSettings) {
        hotspotConfiguration = HotspotConfiguration(
            hs20Settings: hs20Settings.hotspotSettings,
            eapSettings: eapSettings.hotspotSettings
        )
        flaw = eapSettings.flaw
    }

    /// The strongest open network whose name begins so.
    ///
    /// - Parameter ssidPrefix: what the name begins with, 3 to 32 octets.
    public init(ssidPrefix: String) {
        hotspotConfiguration = HotspotConfiguration(ssidPrefix: ssidPrefix)
        flaw = Self.flaw(ofPrefix: ssidPrefix)
    }

    /// The strongest network whose name begins so, with a passphrase or a WEP key.
    ///
    /// - Parameters:
    ///   - ssidPrefix: what the name begins with, 3 to 32 octets.
    ///   - passphrase: 8 to 63 octets; a WEP key has 10 or 26 hexadecimal digits.
    ///   - isWEP: whether the passphrase is a WEP key.
    public init(ssidPrefix: String, passphrase: String, isWEP: Bool) {
        hotspotConfiguration = HotspotConfiguration(ssidPrefix: ssidPrefix, passphrase: passphrase, isWEP: isWEP)
        flaw = Self.flaw(ofPrefix: ssidPrefix)
    }

    /// An empty prefix would look like a missing name, which has another code.
    private static func flaw(ofPrefix prefix: String) -> HotspotConfigurationError? {
        guard prefix.isEmpty else { return nil }
        return HotspotConfigurationError(
            .malformedSSIDPrefix,
            "the SSID prefix is empty; it must have 3 to 32 octets",
            remedy: "a longer one, so that no stranger's network fits"
        )
    }

    /// The same under the name that Objective-C's initialiser has in older Swift.
    public convenience init(SSID ssid: String) { self.init(ssid: ssid) }

    /// The same under the name that Objective-C's initialiser has in older Swift.
    public convenience init(SSID ssid: String, passphrase: String, isWEP: Bool) {
        self.init(ssid: ssid, passphrase: passphrase, isWEP: isWEP)
    }

    /// The same under the name that Objective-C's initialiser has in older Swift.
    public convenience init(SSID ssid: String, eapSettings: NEHotspotEAPSettings) {
        self.init(ssid: ssid, eapSettings: eapSettings)
    }

    /// The same under the name that Objective-C's initialiser has in older Swift.
    public convenience init(SSIDPrefix prefix: String) { self.init(ssidPrefix: prefix) }

    /// The same under the name that Objective-C's initialiser has in older Swift.
    public convenience init(SSIDPrefix prefix: String, passphrase: String, isWEP: Bool) {
        self.init(ssidPrefix: prefix, passphrase: passphrase, isWEP: isWEP)
    }

    // MARK: Archiving

    /// Archives are read by ``init(coder:)`` alone, which believes nothing in them.
    public static var supportsSecureCoding: Bool { true }

    /// Reads a configuration from an archive; nil where that has none.
    public required init?(coder: NSCoder) {
        guard let settings = Archive.decode(HotspotConfiguration.self, from: coder) else { return nil }
        hotspotConfiguration = settings
        flaw = Archive.decodeFlaw(from: coder)
    }

    /// Writes the configuration with its secrets into an archive.
    open func encode(with coder: NSCoder) {
        Archive.encode(hotspotConfiguration, to: coder)
        Archive.encode(flaw: flaw, to: coder)
    }

    // MARK: Settings

    /// The network's name; empty where only its beginning or its operator is given.
    ///
    /// A name that is no UTF-8 is shown with escapes.
    open var ssid: String { hotspotConfiguration.ssid.text ?? hotspotConfiguration.ssid.description }

    /// What the network's name begins with; empty where the whole name or the operator is given.
    open var ssidPrefix: String { hotspotConfiguration.ssidPrefix }

    /// Whether the network is joined for as long as this process runs and is in the foreground, and forgotten then.
    ///
    /// It cannot be kept with an enterprise or a Hotspot 2.0 network: `apply` gives `joinOnceNotSupported`.
    open var joinOnce: Bool {
        get { hotspotConfiguration.joinOnce }
        set { hotspotConfiguration.joinOnce = newValue }
    }

    /// After how many days the configuration is forgotten, 1 to 365; 0, and whatever else is out of range, is never.
    open var lifeTimeInDays: NSNumber {
        get { NSNumber(value: hotspotConfiguration.lifeTimeInDays ?? 0) }
        set { hotspotConfiguration.lifeTimeInDays = newValue.intValue == 0 ? nil : newValue.intValue }
    }

    /// Whether the network does not send its name, so that it must be asked for by name.
    open var hidden: Bool {
        get { hotspotConfiguration.hidden }
        set { hotspotConfiguration.hidden = newValue }
    }

    /// Makes a configuration with the same settings, whose changes this one does not see.
    ///
    /// - Parameter zone: nothing that matters.
    /// - Returns: an `NEHotspotConfiguration`.
    open func copy(with zone: NSZone? = nil) -> Any {
        NEHotspotConfiguration(hotspotConfiguration, flaw: flaw)
    }

    /// What is applied: the settings as they are now.
    func snapshot() throws(HotspotConfigurationError) -> HotspotConfiguration {
        if let flaw { throw flaw }
        return hotspotConfiguration
    }
}
