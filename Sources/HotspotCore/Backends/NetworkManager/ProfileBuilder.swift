internal import DBus
internal import Foundation
internal import IEEE80211

/// Makes the settings that describe a configuration to NetworkManager.
struct ProfileBuilder {
    let configuration: HotspotConfiguration
    let keyManagement: KeyManagement
    let uuid: String
    let owner: ProfileOwner
    /// What an enterprise network wants besides.
    var enterprise: EAPProfile?
    /// Whether the join still goes on: the profile then never connects by itself, whatever becomes of this process.
    var isJoining = false
    /// The activation that joined the network: see ``NetworkManagerProfile/Tag/activation``.
    var activation: String?
    /// When a configuration that is forgotten after some days was made.
    var clock = ClockReading.now

    /// The settings as `AddConnection2` wants them.
    ///
    /// Only what differs from NetworkManager's defaults is written, so that the administrator's defaults stay in force.
    var settings: DBusValue {
        var settings: [DBusValue.Entry] = []
        func add(_ name: String, _ properties: [(String, DBusValue)]) {
            settings.append(
                .init(
                    key: .string(name),
                    value: .dictionary(
                        key: "s",
                        value: "v",
                        properties.map { .init(key: .string($0.0), value: .variant($0.1)) }
                    )
                )
            )
        }

        add("connection", connection)
        add("802-11-wireless", wireless)
        let security = self.security
        if !security.isEmpty { add("802-11-wireless-security", security) }
        if let enterprise { add(EAPProfile.name, enterprise.setting) }
        add("ipv4", ip(isV4: true))
        add("ipv6", ip(isV4: false))
        let data = tags.map { DBusValue.Entry(key: .string($0.0), value: .string($0.1)) }
        add("user", [("data", .dictionary(key: "s", value: "s", data))])
        return .dictionary(key: "s", value: "a{sv}", settings)
    }

    private var connection: [(String, DBusValue)] {
        var connection: [(String, DBusValue)] = [
            ("id", .string(configuration.ssid.description)),
            ("uuid", .string(uuid)),
            ("type", .string("802-11-wireless")),
        ]
        if isJoining || !configuration.autoJoin || configuration.joinOnce {
            connection.append(("autoconnect", .bool(false)))
        }
        if configuration.autoJoinPriority != 0 {
            connection.append(("autoconnect-priority", .int32(Int32(clamping: configuration.autoJoinPriority))))
        }
        if let interface = configuration.interface { connection.append(("interface-name", .string(interface))) }
        if !owner.permissions.isEmpty { connection.append(("permissions", .strings(owner.permissions))) }
        return connection
    }

    private var wireless: [(String, DBusValue)] {
        var wireless: [(String, DBusValue)] = [
            ("ssid", .octets(configuration.ssid.octets)),
            ("mode", .string("infrastructure")),
        ]
        // A saved profile with this set calls out for its network wherever the machine is: only where it must.
        if configuration.hidden { wireless.append(("hidden", .bool(true))) }
        if let bssid = configuration.bssid.flatMap(MACAddress.init) {
            wireless.append(("bssid", .octets(bssid.octets)))
        }
        switch configuration.stationAddress {
        case .systemDefault: break
        case .permanent: wireless.append(("assigned-mac-address", .string("permanent")))
        case .random: wireless.append(("assigned-mac-address", .string("random")))
        case .stable: wireless.append(("assigned-mac-address", .string("stable")))
        }
        return wireless
    }

    private var security: [(String, DBusValue)] {
        guard let name = keyManagement.name else { return [] }
        let secret = configuration.passphrase?.text ?? ""
        var properties: [(String, DBusValue)] = [("key-mgmt", .string(name))]
        switch keyManagement {
        case .open, .owe, .wpaEAP: break
        case .wpaPSK, .sae: properties.append(("psk", .string(secret)))
        case .wep:
            properties.append(("wep-key0", .string(secret)))
            // 1 is a key in hexadecimal digits or characters, as opposed to a passphrase that is hashed.
            properties.append(("wep-key-type", .uint32(1)))
        }
        return properties
    }

    private func ip(isV4: Bool) -> [(String, DBusValue)] {
        switch configuration.addressing {
        case .automatic: return [("method", .string("auto"))]
        case .none: return [("method", .string("disabled"))]
        case .manual(let manual):
            let addresses = manual.parsed.filter { $0.address.isV4 == isV4 }
            guard !addresses.isEmpty else { return [("method", .string(isV4 ? "disabled" : "link-local"))] }
            var properties: [(String, DBusValue)] = [
                ("method", .string("manual")),
                (
                    "address-data",
                    .array(
                        of: "a{sv}",
                        addresses.map {
                            .properties(["address": .string($0.text), "prefix": .uint32($0.prefixLength)])
                        }
                    )
                ),
            ]
            if let gateway = manual.gateways.first(where: { InternetAddress($0)?.isV4 == isV4 }) {
                properties.append(("gateway", .string(gateway)))
            }
            let servers = manual.nameServers.compactMap(InternetAddress.init).filter { $0.isV4 == isV4 }.map(\.octets)
            if !servers.isEmpty {
                // IPv4 addresses travel as numbers in network order, IPv6 ones as octets.
                properties.append(
                    (
                        "dns",
                        isV4
                            ? .array(
                                of: "u",
                                servers.map { octets in
                                    .uint32(octets.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) })
                                }
                            ) : .array(of: "ay", servers.map { .octets($0) })
                    )
                )
            }
            return properties
        }
    }

    private var tags: [(String, String)] {
        typealias Tag = NetworkManagerProfile.Tag
        var tags = [(Tag.owner, owner.application)]
        tags.append((Tag.settings, configuration.settingsText))
        if isJoining { tags.append((Tag.joining, ProcessIdentity.own.description)) }
        if configuration.joinOnce { tags.append((Tag.once, ProcessIdentity.own.description)) }
        if !configuration.joinOnce, let days = configuration.effectiveLifeTimeInDays {
            let lifeTime = LifeTime(from: clock, duration: Int64(days) * 86_400)
            tags.append((Tag.expiry, String(lifeTime.expiry ?? 0)))
            tags.append((Tag.created, String(lifeTime.created)))
            if let boot = lifeTime.boot { tags.append((Tag.boot, "\(boot.id) \(boot.uptime)")) }
            if !lifeTime.isCertain { tags.append((Tag.clock, "unset")) }
        }
        if let activation { tags.append((Tag.activation, activation)) }
        if !configuration.ssidPrefix.isEmpty { tags.append((Tag.prefix, configuration.ssidPrefix)) }
        return tags
    }
}

extension HotspotConfiguration {
    /// What of it is neither name nor secret, in a form that is the same for the same settings.
    var settingsText: String {
        var settings = self
        settings.ssid = SSID(octets: [])
        settings.passphrase = nil
        settings.eapSettings = nil
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(settings)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
