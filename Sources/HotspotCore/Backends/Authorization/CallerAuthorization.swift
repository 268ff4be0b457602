internal import DBus
internal import Foundation
internal import Glibc
internal import Logging

/// Finds out before anything is touched whether this caller may join networks, and if not, why not.
struct CallerAuthorization: Sendable {
    let client: NetworkManagerClient
    let ssid: SSID
    let logger: Logger

    private enum Action {
        static let control = "org.freedesktop.NetworkManager.network-control"
        static let modifyOwn = "org.freedesktop.NetworkManager.settings.modify.own"
        static let modifySystem = "org.freedesktop.NetworkManager.settings.modify.system"
    }

    /// Refuses a caller whose session is in the background.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `sessionInactive`; `DBusError`, `CancellationError`.
    func requireActiveSession() async throws {
        guard let session = try await LoginSession.ofCaller(client.connection) else { return }
        logger.debug("session", metadata: ["id": "\(session.id)", "state": "\(session.state)"])
        if !session.isActive { throw HotspotConfigurationError(inactive: session, ssid: ssid) }
    }

    /// Gets the permission to control the network and to add a profile; a person may be asked for a password.
    ///
    /// - Returns: the user for whom alone the profile must be made, where this process may not make one for all.
    /// - Throws: ``HotspotConfigurationError`` with the cause `declined`, `notAuthorized` or `deniedByPolicy`; `DBusError`,
    ///   `CancellationError`.
    func profileUser() async throws -> String? {
        // NetworkManager asks nobody about root.
        guard getuid() != 0 else { return nil }
        let permissions = try await client.permissions()
        func isGranted(_ action: String) -> Bool { permissions[action] == "yes" }
        if !isGranted(Action.control) {
            try await obtain(Action.control, saidByDaemon: permissions[Action.control])
        }
        if isGranted(Action.modifySystem) { return nil }
        if !isGranted(Action.modifyOwn) {
            try await obtain(Action.modifyOwn, saidByDaemon: permissions[Action.modifyOwn])
        }
        return NSUserName()
    }

    /// Has polkit decide about one action, and a person be asked where that can help.
    private func obtain(_ action: String, saidByDaemon said: String?) async throws {
        let polkit = Polkit(connection: client.connection)
        func refuse(_ answer: PolkitAnswer, wasAsked: Bool) -> HotspotConfigurationError {
            HotspotConfigurationError(polkit: answer, wasAsked: wasAsked, saidByDaemon: said, ssid: ssid)
        }
        let answer: PolkitAnswer
        do {
            answer = try await polkit.check(action, interactive: false)
        } catch let error as DBusError {
            throw HotspotConfigurationError(polkitUnreachable: error, action: action, ssid: ssid)
        }
        logger.debug("polkit", metadata: ["answer": "\(answer)", "NetworkManager": "\(said ?? "nothing")"])
        if answer.isAuthorized {
            // NetworkManager may be configured not to ask polkit at all (auth-polkit=root-only).
            guard said == "no" else { return }
            throw refuse(answer, wasAsked: false)
        }
        guard answer.isChallenge, said != "no" else { throw refuse(answer, wasAsked: false) }
        let afterAsking = try await polkit.check(action, interactive: true)
        if !afterAsking.isAuthorized { throw refuse(afterAsking, wasAsked: !afterAsking.isChallenge) }
    }
}
