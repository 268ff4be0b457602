/// Which operators' networks a Hotspot 2.0 configuration means.
open class NEHotspotHS20Settings: NSObject, NSCopying, NSSecureCoding {
    /// The same settings in the form of `HotspotCore`.
    public final var hotspotSettings: HotspotHS20Settings

    /// Makes settings.
    ///
    /// - Parameters:
    ///   - domainName: the domain name of the home operator.
    ///   - roamingEnabled: whether partners' networks may be joined.
    public init(domainName: String, roamingEnabled: Bool) {
        hotspotSettings = HotspotHS20Settings(domainName: domainName, roamingEnabled: roamingEnabled)
    }

    /// Archives are read by ``init(coder:)`` alone, which believes nothing in them.
    public static var supportsSecureCoding: Bool { true }

    /// Reads settings from an archive; nil where that has none.
    public required init?(coder: NSCoder) {
        guard let settings = Archive.decode(HotspotHS20Settings.self, from: coder) else { return nil }
        hotspotSettings = settings
    }

    /// Writes the settings into an archive.
    open func encode(with coder: NSCoder) { Archive.encode(hotspotSettings, to: coder) }

    /// The domain name of the home operator.
    open var domainName: String { hotspotSettings.domainName }

    /// Whether networks of the operator's roaming partners may be joined.
    open var isRoamingEnabled: Bool {
        get { hotspotSettings.isRoamingEnabled }
        set { hotspotSettings.isRoamingEnabled = newValue }
    }

    /// The organization identifiers of roaming consortiums, as 6 or 10 hexadecimal digits each.
    open var roamingConsortiumOIs: [String] {
        get { hotspotSettings.roamingConsortiumOIs }
        set { hotspotSettings.roamingConsortiumOIs = newValue }
    }

    /// The realms of network access identifiers, such as `example.net`.
    open var naiRealmNames: [String] {
        get { hotspotSettings.naiRealmNames }
        set { hotspotSettings.naiRealmNames = newValue }
    }

    /// Mobile networks by country and network code, six digits each.
    open var mccAndMNCs: [String] {
        get { hotspotSettings.mccAndMNCs }
        set { hotspotSettings.mccAndMNCs = newValue }
    }

    /// Makes settings that say the same.
    ///
    /// - Parameter zone: nothing that matters.
    /// - Returns: an `NEHotspotHS20Settings`.
    open func copy(with zone: NSZone? = nil) -> Any {
        let copy = NEHotspotHS20Settings(domainName: domainName, roamingEnabled: isRoamingEnabled)
        copy.hotspotSettings = hotspotSettings
        return copy
    }
}
