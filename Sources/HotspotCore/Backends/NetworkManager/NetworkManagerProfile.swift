internal import DBus
internal import Synchronization

/// A stored profile, as far as it is looked at here.
struct NetworkManagerProfile: Sendable {
    let path: String
    let id: String
    let uuid: String
    let ssid: [UInt8]?
    let mode: String
    let keyManagement: String?
    /// The setting `802-1x` without its secrets.
    let enterprise: [String: DBusValue]
    let isHidden: Bool
    let interface: String?
    /// Who may use it: `user:NAME:` for each user; empty for everybody.
    let permissions: [String]
    let userData: [String: String]

    /// Keys of `user.data`, which NetworkManager stores with a profile for whoever made it.
    enum Tag {
        /// The application that made the profile and may change and remove it.
        static let owner = "io.hotspot.owner"
        /// Set while the join that made the profile goes on: the process that runs it, see ``ProcessIdentity``.
        static let joining = "io.hotspot.joining"
    }

    init(path: String, settings: DBusValue) {
        self.path = path
        let settings = settings.entries ?? [:]
        let connection = settings["connection"]?.entries ?? [:]
        let wireless = settings["802-11-wireless"]?.entries ?? [:]
        id = connection["id"]?.text ?? ""
        uuid = connection["uuid"]?.text ?? ""
        interface = connection["interface-name"]?.text
        permissions = (connection["permissions"]?.elements ?? []).compactMap(\.text)
        ssid = wireless["ssid"]?.octets
        mode = wireless["mode"]?.text ?? "infrastructure"
        isHidden = wireless["hidden"]?.boolean ?? false
        keyManagement = settings["802-11-wireless-security"]?.entries?["key-mgmt"]?.text
        enterprise = settings[EAPProfile.name]?.entries ?? [:]
        userData = (settings["user"]?.entries?["data"]?.entries ?? [:]).compactMapValues(\.text)
    }

    /// Whether it was made for a join that is over without having removed it: its process was killed, or lost the bus.
    var isAbandoned: Bool {
        guard let text = userData[Tag.joining] else { return false }
        guard let process = ProcessIdentity(text), process.isAlive else { return true }
        return process == .own && !OpenJoins.shared.contains(uuid)
    }
}

/// The joins of this process that are going on, by the UUIDs of their profiles.
final class OpenJoins: Sendable {
    static let shared = OpenJoins()
    private let identifiers = Mutex<Set<String>>([])

    func insert(_ uuid: String) { identifiers.withLock { _ = $0.insert(uuid) } }
    func remove(_ uuid: String) { identifiers.withLock { _ = $0.remove(uuid) } }
    func contains(_ uuid: String) -> Bool { identifiers.withLock { $0.contains(uuid) } }
}

/// Whose profiles a join may change and remove.
struct ProfileOwner: Sendable, Hashable {
    /// The application's name, which stands in the profile's tag.
    let application: String
    /// The user who alone may use the profiles; nil for profiles of the whole system.
    let user: String?

    /// The profile's `connection.permissions`.
    var permissions: [String] { user.map { ["user:\($0):"] } ?? [] }

    /// Whether a profile was made by this application for the same users.
    func owns(_ profile: NetworkManagerProfile) -> Bool {
        profile.userData[NetworkManagerProfile.Tag.owner] == application && profile.permissions == permissions
    }
}

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

        var connection: [(String, DBusValue)] = [
            ("id", .string(configuration.ssid.description)),
            ("uuid", .string(uuid)),
            ("type", .string("802-11-wireless")),
        ]
        if isJoining { connection.append(("autoconnect", .bool(false))) }
        if let interface = configuration.interface { connection.append(("interface-name", .string(interface))) }
        if !owner.permissions.isEmpty { connection.append(("permissions", .strings(owner.permissions))) }
        add("connection", connection)

        var wireless: [(String, DBusValue)] = [
            ("ssid", .octets(configuration.ssid.octets)),
            ("mode", .string("infrastructure")),
        ]
        // A saved profile with this set calls out for its network wherever the machine is: only where it must.
        if configuration.hidden { wireless.append(("hidden", .bool(true))) }
        add("802-11-wireless", wireless)

        let security = self.security
        if !security.isEmpty { add("802-11-wireless-security", security) }
        if let enterprise { add(EAPProfile.name, enterprise.setting) }

        add("ipv4", [("method", .string("auto"))])
        add("ipv6", [("method", .string("auto"))])
        var tags = [(NetworkManagerProfile.Tag.owner, owner.application)]
        if isJoining { tags.append((NetworkManagerProfile.Tag.joining, ProcessIdentity.own.description)) }
        let data = tags.map { DBusValue.Entry(key: .string($0.0), value: .string($0.1)) }
        add("user", [("data", .dictionary(key: "s", value: "s", data))])
        return .dictionary(key: "s", value: "a{sv}", settings)
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
}
