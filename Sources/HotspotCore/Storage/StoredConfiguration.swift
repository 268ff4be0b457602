internal import Foundation
package import IEEE80211
internal import RSN

/// A configuration that was kept, with whose it is and how long it holds: what one file of the state directory says.
///
/// It holds the secrets.
package struct StoredConfiguration: Sendable, Hashable {
    /// The form of the file that this version writes, and the only one that it reads.
    package static let version = 1

    /// Which one it is: an application has one configuration for a name.
    package struct ID: Sendable, Hashable, CustomStringConvertible {
        /// Whose it is.
        package let application: String
        /// The network's name.
        package let ssid: SSID

        /// The network, and whose configuration it is, safe to print.
        package var description: String { "\"\(ssid)\" of \(PrintableText.escape(application))" }
    }

    /// Whose it is.
    package let application: String
    /// The network, by its exact name.
    package let configuration: HotspotConfiguration
    /// What the name was asked to begin with; empty where the name was given.
    package let prefix: String
    /// When it was made, and how long it holds.
    package var lifeTime: LifeTime
    /// When the network was last joined with it, in seconds since 1970; nil for never.
    package var lastJoined: Int64?
    /// What the network said that it no longer needs: what is joined by its name must not fall below that again.
    package var transitionDisable: TransitionDisable = []

    /// Makes one of a configuration whose exact name is known.
    ///
    /// - Parameters:
    ///   - asked: the configuration.
    ///   - application: whose it is.
    ///   - now: when it is made, in seconds since 1970.
    ///   - lastJoined: when the network was last joined with it.
    package init(_ asked: HotspotConfiguration, application: String, now: Int64, lastJoined: Int64? = nil) {
        var configuration = asked
        configuration.ssidPrefix = ""
        self.application = application
        self.configuration = configuration
        prefix = asked.ssidPrefix
        lifeTime = LifeTime(created: now, duration: asked.effectiveLifeTimeInDays.map { Int64($0) * 86_400 })
        self.lastJoined = lastJoined
    }

    /// Makes one of a configuration whose network has just been joined.
    ///
    /// - Parameters:
    ///   - asked: the configuration.
    ///   - application: whose it is.
    ///   - clock: when it is made.
    package init(joined asked: HotspotConfiguration, application: String, at clock: ClockReading = .now) {
        self.init(asked, application: application, now: clock.wall, lastJoined: clock.wall)
        lifeTime = LifeTime(from: clock, duration: lifeTime.duration)
    }

    /// When it was made, in seconds since 1970.
    package var created: Int64 { lifeTime.created }

    /// When it is forgotten, in seconds since 1970 by the wall clock; nil for never.
    package var expiry: Int64? { lifeTime.expiry }

    /// Which one it is.
    package var id: ID { ID(application: application, ssid: configuration.ssid) }

    /// Whether its life time has passed.
    ///
    /// - Parameters:
    ///   - now: the seconds since 1970.
    ///   - clock: what the other clocks say.
    /// - Returns: whether it has.
    package func isExpired(at now: Int64, _ clock: ClockReading = .now) -> Bool {
        guard lifeTime.duration != nil else { return false }
        return lifeTime.hasPassed(at: clock.with(wall: now))
    }

    /// How many seconds of its life time are left; nil where it is kept for ever, or until it is known when that began.
    ///
    /// - Parameters:
    ///   - now: the seconds since 1970.
    ///   - clock: what the other clocks say.
    /// - Returns: the seconds.
    package func remaining(at now: Int64, _ clock: ClockReading = .now) -> Int64? {
        lifeTime.remaining(at: clock.with(wall: now))
    }

    /// Whether it is the one that a name or the beginning of one asks for.
    func answers(to ssid: SSID) -> Bool {
        configuration.ssid == ssid || (!prefix.isEmpty && prefix == ssid.text)
    }

    /// Whether it is about the same network with the same secret, so that what the network said of itself holds for both.
    func isOfTheSameNetwork(as other: HotspotConfiguration) -> Bool {
        configuration.ssid == other.ssid && configuration.passphrase == other.passphrase
    }

    /// Whether two say the same, whenever they were joined, and whatever the network said then.
    package func says(theSameAs other: StoredConfiguration) -> Bool {
        var copy = other
        copy.lastJoined = lastJoined
        copy.transitionDisable = transitionDisable
        return copy == self
    }

    /// The seconds since 1970.
    package static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}

extension StoredConfiguration.ID {
    /// The file's name: a digest of the application's name, whatever characters that has, and the octets of the SSID in
    /// hexadecimal digits.
    ///
    /// - Throws: `CryptoError` where libcrypto has no SHA-256.
    func fileName() throws(CryptoError) -> String {
        try Self.fileNamePrefix(application) + ssid.hexadecimal + Self.fileSuffix
    }

    /// What the names of an application's files begin with.
    ///
    /// - Throws: `CryptoError` where libcrypto has no SHA-256.
    static func fileNamePrefix(_ application: String) throws(CryptoError) -> String {
        let digest = try HashFunction.sha256.digest(Array(application.utf8)).withOctets { Array($0.prefix(16)) }
        return SSID(octets: digest).hexadecimal + "-"
    }

    /// The network's name that a file's name says.
    static func ssid(ofFile name: String) -> SSID {
        let digits = Array(name.utf8.drop { $0 != UInt8(ascii: "-") }.dropFirst().prefix { $0 != UInt8(ascii: ".") })
        return SSID(
            octets: stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
            }
        )
    }

    static let fileSuffix = ".json"

    /// Whether a name is of the form that ``fileName()`` gives: 32 hexadecimal digits, a hyphen, and two for each octet.
    static func isFileName(_ name: some StringProtocol) -> Bool {
        guard name.hasSuffix(fileSuffix) else { return false }
        let parts = name.dropLast(fileSuffix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 32, parts[1].utf8.count.isMultiple(of: 2) else { return false }
        return parts.allSatisfy { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
    }
}

extension StoredConfiguration: Codable {
    private enum CodingKeys: String, CodingKey {
        case version, application, configuration, prefix, created, expiry, boot, isClockUnset, lastJoined
        case transitionDisable
    }

    /// Decodes the file's form.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let version = try values.decode(Int.self, forKey: .version)
        guard version == Self.version else {
            throw DecodingError.dataCorruptedError(
                forKey: .version,
                in: values,
                debugDescription: "its form is version \(version), and this program knows version \(Self.version)"
            )
        }
        application = try values.decode(String.self, forKey: .application)
        configuration = try values.decode(HotspotConfiguration.self, forKey: .configuration)
        prefix = try values.decodeIfPresent(String.self, forKey: .prefix) ?? ""
        let created = try values.decode(Int64.self, forKey: .created)
        let expiry = try values.decodeIfPresent(Int64.self, forKey: .expiry)
        let boot = try values.decodeIfPresent(LifeTime.BootStamp.self, forKey: .boot)
        guard [created, expiry ?? 0, boot?.uptime ?? 0].allSatisfy(LifeTime.isCounted) else {
            throw DecodingError.dataCorruptedError(forKey: .created, in: values, debugDescription: "it is no date")
        }
        let isClockUnset = try values.decodeIfPresent(Bool.self, forKey: .isClockUnset)
        lifeTime = LifeTime(
            created: created,
            duration: expiry.map { $0 - created },
            boot: boot,
            isCertain: isClockUnset != true
        )
        lastJoined = try values.decodeIfPresent(Int64.self, forKey: .lastJoined)
        transitionDisable = TransitionDisable(
            rawValue: try values.decodeIfPresent(UInt8.self, forKey: .transitionDisable) ?? 0
        )
    }

    /// Encodes the file's form, with the secrets.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(Self.version, forKey: .version)
        try values.encode(application, forKey: .application)
        try values.encode(configuration, forKey: .configuration)
        if !prefix.isEmpty { try values.encode(prefix, forKey: .prefix) }
        try values.encode(created, forKey: .created)
        try values.encodeIfPresent(expiry, forKey: .expiry)
        if expiry != nil { try values.encodeIfPresent(lifeTime.boot, forKey: .boot) }
        if expiry != nil, !lifeTime.isCertain { try values.encode(true, forKey: .isClockUnset) }
        try values.encodeIfPresent(lastJoined, forKey: .lastJoined)
        if !transitionDisable.isEmpty { try values.encode(transitionDisable.rawValue, forKey: .transitionDisable) }
    }
}
