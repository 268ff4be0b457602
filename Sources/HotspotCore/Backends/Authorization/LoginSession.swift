internal import DBus
internal import Foundation
internal import Glibc
internal import Logging

/// The session that this process belongs to, by logind's word (`org.freedesktop.login1`, also elogind's).
struct LoginSession: Sendable, Hashable {
    /// Its identifier, such as `3`.
    let id: String
    /// Whether it is in front on its seat; a session without a seat, as one over SSH, always is.
    let isActive: Bool
    /// `online`, `active` or `closing`.
    let state: String

    static let busName = "org.freedesktop.login1"
    private static let path = "/org/freedesktop/login1"
    private static let manager = "org.freedesktop.login1.Manager"
    private static let session = "org.freedesktop.login1.Session"
    private static let user = "org.freedesktop.login1.User"
    private static let properties = "org.freedesktop.DBus.Properties"
    /// How long logind may take to answer.
    private static let limit = Duration.seconds(3)

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

    /// Refuses a caller whose session is in the background, where no daemon is asked for the join.
    ///
    /// A machine without sessions, as a board's, pays nothing for it; where the bus or logind does not answer, nobody says
    /// that the session is in the background.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `sessionInactive`.
    static func requireActive(for ssid: SSID, logger: Logger) async throws(HotspotConfigurationError) {
        // sd_login(3): what logind knows of sessions is in files as well.
        let files = try? FileManager.default.contentsOfDirectory(atPath: "/run/systemd/sessions")
        guard files?.isEmpty == false else { return }
        let session: LoginSession?
        do {
            session = try await withDeadline(.now + limit) { () async throws -> LoginSession? in
                let connection = try await DBusConnection()
                let session = try await ofCaller(connection)
                await connection.close()
                return session
            }
        } catch {
            logger.debug("session unknown", metadata: ["why": "\(error)"])
            return
        }
        guard let session else { return }
        logger.debug("session", metadata: ["id": "\(session.id)", "state": "\(session.state)"])
        if !session.isActive { throw HotspotConfigurationError(inactive: session, ssid: ssid) }
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

    /// Whether the machine is about to be put to sleep, or sleeps.
    static func isPreparingForSleep(_ connection: DBusConnection) async throws -> Bool {
        guard let owner = try await connection.owner(of: busName) else { return false }
        return try await all(connection, owner, path, manager)?["PreparingForSleep"]?.boolean ?? false
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
