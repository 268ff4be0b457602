package import IEEE80211

/// A radio and its driver: what they can do (`NL80211_CMD_NEW_WIPHY`).
package struct Wiphy: Hashable, Sendable {
    /// A channel that the radio has.
    package struct Frequency: Hashable, Sendable {
        /// The centre frequency in MHz.
        package let frequencyMHz: Int
        /// Not allowed here.
        package let isDisabled: Bool
        /// Nothing may be sent before something was heard, so no scan can ask for a hidden network.
        package let isPassive: Bool
        /// Radar must be watched for.
        package let needsRadarDetection: Bool
        /// Allowed indoors only.
        package let isIndoorOnly: Bool
        /// The greatest power in mBm, 1/100 dBm; nil when not said.
        package let maxTransmitPowerMBm: Int?

        /// Makes a channel from its parts.
        package init(
            frequencyMHz: Int,
            isDisabled: Bool = false,
            isPassive: Bool = false,
            needsRadarDetection: Bool = false,
            isIndoorOnly: Bool = false,
            maxTransmitPowerMBm: Int? = nil
        ) {
            self.frequencyMHz = frequencyMHz
            self.isDisabled = isDisabled
            self.isPassive = isPassive
            self.needsRadarDetection = needsRadarDetection
            self.isIndoorOnly = isIndoorOnly
            self.maxTransmitPowerMBm = maxTransmitPowerMBm
        }

        init?(_ attributes: NetlinkAttributes) {
            guard let frequency = attributes.u32(NL80211FrequencyAttribute.frequency) else { return nil }
            frequencyMHz = Int(frequency)
            isDisabled = attributes.has(NL80211FrequencyAttribute.disabled)
            isPassive = attributes.has(NL80211FrequencyAttribute.noIR)
            needsRadarDetection = attributes.has(NL80211FrequencyAttribute.radar)
            isIndoorOnly = attributes.has(NL80211FrequencyAttribute.indoorOnly)
            maxTransmitPowerMBm = attributes.u32(NL80211FrequencyAttribute.maxTransmitPower).map(Int.init)
        }
    }

    /// The number.
    package let index: UInt32
    /// The name, such as `phy0`.
    package private(set) var name = ""
    /// What an interface of it can be for.
    package private(set) var interfaceTypes: Set<InterfaceType> = []
    /// The commands that the driver takes.
    package private(set) var commands: Set<NL80211Command> = []
    /// Features of the first bitmap.
    package private(set) var features: WiphyFeatures = []
    /// Further features.
    package private(set) var extendedFeatures: Set<WiphyExtendedFeature> = []
    /// The cipher suites of the driver.
    package private(set) var cipherSuites: [CipherSuite] = []
    /// The channels of all bands, in the kernel's order.
    package private(set) var frequencies: [Frequency] = []
    /// How many SSIDs one scan may ask for.
    package private(set) var maxScanSSIDs = 0

    /// Puts wiphys together from the messages of a split dump, each of which has a part of one.
    ///
    /// - Throws: `MalformedOctets` when a message cannot be read.
    static func wiphys(_ messages: [GenericNetlinkMessage]) throws(MalformedOctets) -> [Wiphy] {
        var wiphys: [Wiphy] = []
        for message in messages {
            let attributes = try message.attributes()
            guard let index = attributes.u32(NL80211Attribute.wiphy) else { continue }
            let place = wiphys.firstIndex { $0.index == index } ?? wiphys.endIndex
            if place == wiphys.endIndex {
                wiphys.append(Wiphy(index: index))
            }
            try wiphys[place].add(attributes)
        }
        return wiphys
    }

    private init(index: UInt32) {
        self.index = index
    }

    /// The same radio under a driver that does not take some commands.
    package func without(_ commands: Set<NL80211Command>) -> Wiphy {
        var wiphy = self
        wiphy.commands.subtract(commands)
        return wiphy
    }

    private mutating func add(_ attributes: NetlinkAttributes) throws(MalformedOctets) {
        if let value = attributes.string(NL80211Attribute.wiphyName) { name = value }
        if let value = attributes.u8(NL80211Attribute.maxScanSSIDs) { maxScanSSIDs = Int(value) }
        if let value = attributes.u32(NL80211Attribute.featureFlags) { features = WiphyFeatures(rawValue: value) }
        if let value = attributes.bytes(NL80211Attribute.extendedFeatures) { extendedFeatures = Set(bitmap: value) }
        if let value = attributes.u32Array(NL80211Attribute.cipherSuites) {
            cipherSuites = value.map(CipherSuite.init)
        }
        if let types = try attributes.nested(NL80211Attribute.supportedInterfaceTypes)?.types {
            interfaceTypes.formUnion(types.map { InterfaceType(rawValue: UInt32($0)) })
        }
        for value in try attributes.members(NL80211Attribute.supportedCommands) where value.count >= 4 {
            // A command of generic netlink has 8 bits.
            if let command = UInt8(exactly: value.number(UInt32.self, at: 0)) {
                commands.insert(NL80211Command(rawValue: command))
            }
        }
        for band in try attributes.nestedArray(NL80211Attribute.wiphyBands) {
            for channel in try band.nestedArray(NL80211BandAttribute.frequencies) {
                guard let frequency = Frequency(channel) else { continue }
                frequencies.removeAll { $0.frequencyMHz == frequency.frequencyMHz }
                frequencies.append(frequency)
            }
        }
    }
}
