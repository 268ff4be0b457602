internal import DBus
internal import Glibc

/// The session that this process belongs to, by logind's word (`org.freedesktop.login1`, also elogind's).
struct LoginSession: Sendable, Hashable {
    /// Its identifier, such as `3`.
    let id: String
    /// Whether it is in front on its seat; a session without a seat, as one over SSH, always is.
    let isActive: Bool
    /// `online`, `active` or `closing`.
    let state: String

    private static let busName = "org.freedesktop.login1"
    private static let path = "/org/freedesktop/login1"
    private static let manager = "org.freedesktop.login1.Manager"
    private static let session = "org.freedesktop.login1.Session"
    private static let user = "org.freedesktop.login1.User"
    private static let properties = "org.freedesktop.DBus.Properties"

    /// The caller's session.
    ///
    /// A process that a user's own service manager started is in no session; it is then taken for a part of the user's
    /// graphical session.
    ///
    /// - Returns: nil where there is none (a system service), or no logind.
    /// - Throws: `CancellationError`, and `DBusError` where the bus is gone.
    static func ofCaller(_ connection: DBusConnection) async throws -> LoginSession? {
        guard let owner = try await connection.owner(of: busName) else { return nil }
        guard let path = try await sessionPath(connection, owner) else { return nil }
        guard let values = try await all(connection, owner, path, session) else { return nil }
        guard let isActive = values["Active"]?.boolean else { return nil }
        return LoginSession(
            id: values["Id"]?.text.map(PrintableText.escape) ?? "?",
            isActive: isActive,
            state: values["State"]?.text.map(PrintableText.escape) ?? "?"
        )
    }

    /// The changes of the properties of the caller's session.
    ///
    /// - Returns: nil where there is no session, or no logind.
    /// - Throws: `CancellationError`, and `DBusError` where the bus is gone.
    static func changes(_ connection: DBusConnection) async throws -> AsyncThrowingStream<DBusMessage, any Error>? {
        guard let owner = try await connection.owner(of: busName) else { return nil }
        guard let path = try await sessionPath(connection, owner) else { return nil }
        return try await connection.signals(
            matching: MatchRule(sender: owner, path: path, interface: properties, member: "PropertiesChanged")
        )
    }

    /// The announcements that the machine is about to sleep (true), and that it has woken (false).
    ///
    /// - Returns: nil where there is no logind.
    /// - Throws: `CancellationError`, and `DBusError` where the bus is gone.
    static func sleeps(_ connection: DBusConnection) async throws -> AsyncThrowingStream<DBusMessage, any Error>? {
        guard let owner = try await connection.owner(of: busName) else { return nil }
        return try await connection.signals(
            matching: MatchRule(sender: owner, path: path, interface: manager, member: "PrepareForSleep")
        )
    }

    private static func sessionPath(_ connection: DBusConnection, _ owner: String) async throws -> String? {
        let process = DBusValue.uint32(UInt32(getpid()))
        if let path = try await ask(connection, owner, path, manager, "GetSessionByPID", [process])?.first?.path {
            return path
        }
        // Root's daemons are started by the system's service manager, whoever is logged in beside them.
        guard getuid() != 0,
            let user = try await ask(connection, owner, path, manager, "GetUser", [.uint32(getuid())])?.first?.path
        else { return nil }
        let display = try await all(connection, owner, user, Self.user)?["Display"]?.elements
        return display?.last?.path
    }

    private static func all(
        _ connection: DBusConnection,
        _ owner: String,
        _ path: String,
        _ interface: String
    ) async throws -> [String: DBusValue]? {
        try await ask(connection, owner, path, properties, "GetAll", [.string(interface)])?.first?.entries
    }

    /// Nil for an answer of no: the process has no session, or the session ended meanwhile.
    private static func ask(
        _ connection: DBusConnection,
        _ owner: String,
        _ path: String,
        _ interface: String,
        _ member: String,
        _ arguments: [DBusValue]
    ) async throws -> [DBusValue]? {
        do {
            return try await connection.call(
                DBusCall(destination: owner, path: path, interface: interface, member: member, arguments: arguments)
            )
        } catch let error as DBusError where error.name != DBusError.Name.disconnected {
            return nil
        }
    }
}
