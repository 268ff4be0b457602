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
    /// Whether NetworkManager connects it by itself, and before which others.
    let autoJoin: Bool
    let autoJoinPriority: Int
    /// Who may use it: `user:NAME:` for each user; empty for everybody.
    let permissions: [String]
    let userData: [String: String]

    /// Keys of `user.data`, which NetworkManager stores with a profile for whoever made it.
    enum Tag {
        /// The application that made the profile and may change and remove it.
        static let owner = "io.hotspot.owner"
        /// Set while the join that made the profile goes on: the process that runs it, see ``ProcessIdentity``.
        static let joining = "io.hotspot.joining"
        /// The process for whose time the network is joined, see ``ProcessIdentity``: the profile is volatile.
        static let once = "io.hotspot.once"
        /// When the profile is to be forgotten, in seconds since 1970.
        static let expiry = "io.hotspot.expiry"
        /// When the profile was made, in seconds since 1970.
        static let created = "io.hotspot.created"
        /// In which start of the machine it was made, and how many seconds after it.
        static let boot = "io.hotspot.boot"
        /// Set where nothing kept the wall clock right then.
        static let clock = "io.hotspot.clock"
        /// The activation by which an application joined the network: the daemon's unique name and the object's path.
        static let activation = "io.hotspot.activation"
        /// What of the configuration is neither name nor secret, so that a changed one is known.
        static let settings = "io.hotspot.settings"
        /// What the network's name was asked to begin with.
        static let prefix = "io.hotspot.prefix"
    }

    init(path: String, settings: DBusValue) {
        self.path = path
        let settings = settings.entries ?? [:]
        let connection = settings["connection"]?.entries ?? [:]
        let wireless = settings["802-11-wireless"]?.entries ?? [:]
        id = connection["id"]?.text ?? ""
        uuid = connection["uuid"]?.text ?? ""
        interface = connection["interface-name"]?.text
        // What is usual is not among the settings (nm-settings-dbus(5)).
        autoJoin = connection["autoconnect"]?.boolean ?? true
        autoJoinPriority = connection["autoconnect-priority"]?.integer ?? 0
        permissions = (connection["permissions"]?.elements ?? []).compactMap(\.text)
        ssid = wireless["ssid"]?.octets
        mode = wireless["mode"]?.text ?? "infrastructure"
        isHidden = wireless["hidden"]?.boolean ?? false
        keyManagement = settings["802-11-wireless-security"]?.entries?["key-mgmt"]?.text
        enterprise = settings[EAPProfile.name]?.entries ?? [:]
        userData = (settings["user"]?.entries?["data"]?.entries ?? [:]).compactMapValues(\.text)
    }

    /// Whether an application made it.
    var application: String? { userData[Tag.owner] }

    /// Whether it is the one that a name or the beginning of one asks for.
    func answers(to name: SSID) -> Bool {
        if ssid == name.octets { return true }
        guard let prefix = userData[Tag.prefix], !prefix.isEmpty else { return false }
        return prefix == name.text
    }

    /// When it is to be forgotten, in seconds since 1970; nil for never.
    var expiry: Int64? { userData[Tag.expiry].flatMap { Int64($0) } }

    /// How long it holds; nil for ever.
    var lifeTime: LifeTime? {
        guard let expiry, LifeTime.isCounted(expiry) else { return nil }
        // Whoever may add profiles may write anything there.
        func number(_ text: some StringProtocol) -> Int64? { Int64(text).flatMap { LifeTime.isCounted($0) ? $0 : nil } }
        let created = userData[Tag.created].flatMap(number) ?? expiry
        let parts = (userData[Tag.boot] ?? "").split(separator: " ")
        let boot =
            parts.count == 2 ? number(parts[1]).map { LifeTime.BootStamp(id: String(parts[0]), uptime: $0) } : nil
        return LifeTime(
            created: min(created, expiry),
            duration: expiry - min(created, expiry),
            boot: userData[Tag.created] == nil ? nil : boot,
            isCertain: userData[Tag.clock] != "unset"
        )
    }

    /// Whether it was for the time of a process that has ended, or that does not hold it any more.
    var isLeftover: Bool {
        guard let text = userData[Tag.once] else { return false }
        guard let process = ProcessIdentity(text), process.isAlive else { return true }
        return process == .own && !OpenJoins.shared.contains(uuid) && !OpenJoins.held.contains(uuid)
    }

    /// Whether it was made for a join that is over without having removed it: its process was killed, or lost the bus.
    ///
    /// One for the time of a process outlives that where NetworkManager was killed before it.
    var isAbandoned: Bool {
        if isLeftover { return true }
        guard let text = userData[Tag.joining] else { return false }
        guard let process = ProcessIdentity(text), process.isAlive else { return true }
        return process == .own && !OpenJoins.shared.contains(uuid)
    }
}

/// The joins of this process that are going on, by the UUIDs of their profiles.
final class OpenJoins: Sendable {
    static let shared = OpenJoins()
    /// Those that were joined for the time of this process and are not left.
    static let held = OpenJoins()
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
