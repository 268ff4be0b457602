internal import DBus

/// Removes a profile that is nobody's but this process's: by its UUID, and also from a daemon that took the place of the one
/// that was asked to add it.
struct ProfileRemoval: Sendable {
    let uuid: String

    /// How long a daemon that went away may take to be back, and to know its profiles.
    static let successorLimit = Duration.seconds(5)
    /// How long to wait before a daemon that has just started is asked again.
    private static let pause = Duration.milliseconds(100)

    /// Removes it: the reply that had its path may be lost, or be a former daemon's.
    ///
    /// - Returns: whether there was one.
    func remove(from client: NetworkManagerClient) async throws -> Bool {
        guard let profile = try await client.profile(uuid: uuid) else { return false }
        do {
            try await client.deleteProfile(profile)
        } catch let error as DBusError where error.name == DBusError.Name.unknownMethod {
            // Somebody removed it already.
        }
        return true
    }

    /// Removes it where NetworkManager or the bus went away: a daemon that starts finds the profile in its runtime directory.
    ///
    /// - Parameters:
    ///   - client: the connection, and the former owner of the name.
    ///   - error: what was said when it was asked.
    ///   - needsSuccessor: whether a daemon that is not back yet is waited for although the profile is gone.
    ///   - body: what to do then with the daemon that is there now, if one is.
    /// - Throws: ``UndoFailure`` where the profile is still somewhere, `DeadlineExceeded`, `DBusError`, `CancellationError`.
    func remove(
        afterEndOf client: NetworkManagerClient,
        _ error: DBusError,
        needsSuccessor: Bool = false,
        then body: (NetworkManagerClient) async throws -> Void = { _ in }
    ) async throws {
        let isForgotten = try ProfileFiles.remove(uuid: uuid)
        let connection = error.isAboutLostBus ? try? await DBusConnection() : client.connection
        guard let connection else {
            if isForgotten { return }
            throw UndoFailure(reason: "the bus is gone, and NetworkManager still has the profile \(uuid)")
        }
        defer { if error.isAboutLostBus { Task { await connection.close() } } }
        let former = NetworkManagerClient(connection: connection, owner: client.owner)
        guard let successor = try await successor(of: former, mayBeAbsent: isForgotten && !needsSuccessor)
        else { return }
        try await withDeadline(.now + Self.successorLimit) {
            while true {
                do {
                    _ = try await remove(from: successor)
                    return
                } catch let error as DBusError
                    where [DBusError.Name.unknownMethod, DBusError.Name.unknownObject].contains(error.name)
                {
                    // It has its name before it has its objects.
                    try await ContinuousClock().sleep(for: Self.pause)
                }
            }
        }
        try await body(successor)
    }

    /// Waits for NetworkManager to be back after it went away.
    ///
    /// - Parameters:
    ///   - client: the connection, and the former owner.
    ///   - mayBeAbsent: whether nothing is lost where it is not back yet.
    /// - Returns: nil where it is not and may be.
    /// - Throws: `DeadlineExceeded` where it does not come back in time, `DBusError`, `CancellationError`.
    private func successor(
        of client: NetworkManagerClient,
        mayBeAbsent: Bool
    ) async throws -> NetworkManagerClient? {
        if mayBeAbsent, try await client.connection.owner(of: NetworkManagerClient.busName) == nil { return nil }
        return try await withDeadline(.now + Self.successorLimit) {
            let changes = try await client.ownerChanges()
            if let owner = try await client.connection.owner(of: NetworkManagerClient.busName) {
                return NetworkManagerClient(connection: client.connection, owner: owner)
            }
            for try await change in changes {
                if change.body.count == 3, let owner = change.body[2].text, !owner.isEmpty {
                    return NetworkManagerClient(connection: client.connection, owner: owner)
                }
            }
            throw DeadlineExceeded()
        }
    }
}
