internal import DBus

/// NetworkManager's D-Bus interface, as far as it is used here.
///
/// Calls and signal rules go to the unique name that owned `org.freedesktop.NetworkManager` at the beginning: a daemon that
/// restarts in the middle is another one, and nobody else can pass for it.
struct NetworkManagerClient: Sendable {
    static let busName = "org.freedesktop.NetworkManager"
    static let path = "/org/freedesktop/NetworkManager"
    static let settingsPath = "/org/freedesktop/NetworkManager/Settings"
    static let objectManagerPath = "/org/freedesktop"

    enum Interface {
        static let manager = "org.freedesktop.NetworkManager"
        static let settings = "org.freedesktop.NetworkManager.Settings"
        static let profile = "org.freedesktop.NetworkManager.Settings.Connection"
        static let device = "org.freedesktop.NetworkManager.Device"
        static let wireless = "org.freedesktop.NetworkManager.Device.Wireless"
        static let accessPoint = "org.freedesktop.NetworkManager.AccessPoint"
        static let activeConnection = "org.freedesktop.NetworkManager.Connection.Active"
        static let ip4Config = "org.freedesktop.NetworkManager.IP4Config"
        static let ip6Config = "org.freedesktop.NetworkManager.IP6Config"
        static let properties = "org.freedesktop.DBus.Properties"
        static let objectManager = "org.freedesktop.DBus.ObjectManager"
    }

    /// Flags of `AddConnection2` and `Update2`.
    enum ProfileFlags {
        static let toDisk: UInt32 = 0x1
        static let inMemory: UInt32 = 0x2
        static let blockAutoconnect: UInt32 = 0x20
    }

    let connection: DBusConnection
    /// The unique name of the daemon.
    let owner: String

    // MARK: Reading

    func objects() async throws -> NetworkManagerObjects {
        let reply = try await call(Self.objectManagerPath, Interface.objectManager, "GetManagedObjects")
        guard let objects = reply.first else {
            throw DBusError.unexpectedReply(to: "GetManagedObjects", expected: "a dictionary", found: "nothing")
        }
        return NetworkManagerObjects(managedObjects: objects)
    }

    func properties(of path: String, interface: String) async throws -> [String: DBusValue] {
        let reply = try await call(path, Interface.properties, "GetAll", [.string(interface)])
        return reply.first?.entries ?? [:]
    }

    /// The settings of a profile, without its secrets.
    func settings(of profile: String) async throws -> NetworkManagerProfile {
        let reply = try await call(profile, Interface.profile, "GetSettings")
        guard let settings = reply.first else {
            throw DBusError.unexpectedReply(to: "GetSettings", expected: "a dictionary", found: "nothing")
        }
        return NetworkManagerProfile(path: profile, settings: settings)
    }

    /// The secrets of one setting of a profile.
    func secrets(of profile: String, setting: String) async throws -> [String: DBusValue] {
        let reply = try await call(profile, Interface.profile, "GetSecrets", [.string(setting)])
        return reply.first?.entries?[setting]?.entries ?? [:]
    }

    /// What polkit lets this process do: `yes`, `no`, `auth` by action name.
    func permissions() async throws -> [String: String] {
        let reply = try await call(Self.path, Interface.manager, "GetPermissions")
        return (reply.first?.entries ?? [:]).compactMapValues(\.text)
    }

    /// The profile with a UUID, or nil where there is none.
    func profile(uuid: String) async throws -> String? {
        do {
            return try await call(Self.settingsPath, Interface.settings, "GetConnectionByUuid", [.string(uuid)])
                .first?.path
        } catch let error as DBusError where error.name == "org.freedesktop.NetworkManager.Settings.InvalidConnection" {
            return nil
        }
    }

    // MARK: Changing

    /// Adds a profile in memory that connects only when it is told to.
    ///
    /// - Returns: the profile's object path.
    func addProfile(_ settings: DBusValue) async throws -> String {
        let reply = try await call(
            Self.settingsPath,
            Interface.settings,
            "AddConnection2",
            [
                settings, .uint32(ProfileFlags.inMemory | ProfileFlags.blockAutoconnect),
                .dictionary(key: "s", value: "v", []),
            ]
        )
        guard let path = reply.first?.path else {
            throw DBusError.unexpectedReply(to: "AddConnection2", expected: "an object path", found: "something else")
        }
        return path
    }

    /// Stores a profile that was in memory, with new settings; an activation of it goes on.
    func storeProfile(_ profile: String, settings: DBusValue) async throws {
        _ = try await call(
            profile,
            Interface.profile,
            "Update2",
            [settings, .uint32(ProfileFlags.toDisk), .dictionary(key: "s", value: "v", [])]
        )
    }

    func deleteProfile(_ profile: String) async throws {
        _ = try await call(profile, Interface.profile, "Delete")
    }

    /// Begins an activation.
    ///
    /// - Returns: the active connection's object path.
    func activate(profile: String, device: String) async throws -> String {
        let reply = try await call(
            Self.path,
            Interface.manager,
            "ActivateConnection",
            [.objectPath(profile), .objectPath(device), .objectPath("/")]
        )
        guard let path = reply.first?.path else {
            throw DBusError.unexpectedReply(
                to: "ActivateConnection",
                expected: "an object path",
                found: "something else"
            )
        }
        return path
    }

    /// Adds a profile that lasts as long as its activation, and the activation as long as this connection to the bus.
    ///
    /// - Returns: the object paths of the profile and of the active connection.
    func addAndActivateOnce(_ settings: DBusValue, device: String) async throws -> (profile: String, activation: String)
    {
        let reply = try await call(
            Self.path,
            Interface.manager,
            "AddAndActivateConnection2",
            [
                settings, .objectPath(device), .objectPath("/"),
                .properties(["persist": .string("volatile"), "bind-activation": .string("dbus-client")]),
            ]
        )
        guard reply.count >= 2, let profile = reply[0].path, let activation = reply[1].path else {
            throw DBusError.unexpectedReply(
                to: "AddAndActivateConnection2",
                expected: "two object paths",
                found: "something else"
            )
        }
        return (profile, activation)
    }

    /// Asks a device to look for networks.
    func requestScan(_ device: String) async throws {
        _ = try await call(device, Interface.wireless, "RequestScan", [.properties([:])])
    }

    func deactivate(_ activeConnection: String) async throws {
        _ = try await call(Self.path, Interface.manager, "DeactivateConnection", [.objectPath(activeConnection)])
    }

    // MARK: Signals

    /// The state changes of a device: `StateChanged(new, old, reason)`.
    func stateChanges(ofDevice device: String) async throws -> AsyncThrowingStream<DBusMessage, any Error> {
        try await connection.signals(
            matching: MatchRule(sender: owner, path: device, interface: Interface.device, member: "StateChanged")
        )
    }

    /// The state changes of all devices and active connections, in the daemon's order: `StateChanged`, told apart by their
    /// paths and interfaces.
    func stateChanges() async throws -> AsyncThrowingStream<DBusMessage, any Error> {
        try await connection.signals(
            matching: MatchRule(sender: owner, pathNamespace: Self.path, member: "StateChanged")
        )
    }

    /// The changes of a device's properties.
    func propertyChanges(of path: String) async throws -> AsyncThrowingStream<DBusMessage, any Error> {
        try await connection.signals(
            matching: MatchRule(
                sender: owner,
                path: path,
                interface: Interface.properties,
                member: "PropertiesChanged"
            )
        )
    }

    /// The end of the daemon, or of its ownership of the name.
    func ownerChanges() async throws -> AsyncThrowingStream<DBusMessage, any Error> {
        try await connection.ownerChanges(of: Self.busName)
    }

    /// Closes the connection when the daemon is gone: its signals end with the connection, and not with it.
    ///
    /// - Parameter ownerChanges: the changes of its name's owner, subscribed before the owner was read.
    /// - Returns: the task, to be cancelled; its value is whether the daemon went away.
    func closing(on ownerChanges: AsyncThrowingStream<DBusMessage, any Error>) -> Task<Bool, Never> {
        Task { [connection, owner] in
            do {
                for try await change in ownerChanges where change.body.last?.text != owner {
                    await connection.close()
                    return true
                }
            } catch {}
            return false
        }
    }

    private func call(
        _ path: String,
        _ interface: String,
        _ member: String,
        _ arguments: [DBusValue] = []
    ) async throws -> [DBusValue] {
        try await connection.call(
            DBusCall(destination: owner, path: path, interface: interface, member: member, arguments: arguments)
        )
    }
}
