internal import DBus

extension NetworkManagerClient {
    /// How long a daemon may take for its first answer.
    private static let answerLimit = Duration.seconds(10)

    /// Connects to the bus and finds the daemon.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `backendUnavailable`, `DBusError`, `CancellationError`.
    static func connect() async throws -> NetworkManagerClient {
        let connection = try await answered("Hello", by: "the system bus") { try await DBusConnection() }
        let owner: String?
        do {
            owner = try await connection.owner(of: busName)
        } catch {
            await connection.close()
            throw error
        }
        guard let owner else {
            await connection.close()
            throw HotspotConfigurationError(
                .backendUnavailable,
                "NetworkManager does not run on this machine",
                remedy: "start it: systemctl start NetworkManager",
                underlying: [
                    DBusError(
                        name: "org.freedesktop.DBus.Error.NameHasNoOwner",
                        message: "nobody owns \(busName)",
                        member: "GetNameOwner"
                    )
                ]
            )
        }
        return NetworkManagerClient(connection: connection, owner: owner)
    }

    /// Connects for as long as a body runs.
    static func connected<Result: Sendable>(
        _ body: @Sendable (NetworkManagerClient) async throws -> Result
    ) async throws -> Result {
        let client = try await connect()
        do {
            let result = try await body(client)
            await client.connection.close()
            return result
        } catch {
            await client.connection.close()
            throw error
        }
    }

    /// Waits for the first answers of a daemon no longer than one that works could take: it may be stopped or hang.
    static func answered<Result: Sendable>(
        _ member: String,
        by name: String,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        do {
            return try await withDeadline(.now + answerLimit, body)
        } catch is DeadlineExceeded {
            throw HotspotConfigurationError(
                .backendUnavailable,
                "\(name) is there and does not answer",
                remedy: "restart it, or the machine; see its log: journalctl -b",
                underlying: [
                    DBusError(
                        name: "org.freedesktop.DBus.Error.NoReply",
                        message: "no answer within \(answerLimit)",
                        member: member
                    )
                ]
            )
        }
    }

    /// The profiles that this process may see; those that go away meanwhile are left out.
    ///
    /// - Parameter paths: the profiles' object paths.
    /// - Returns: the profiles.
    /// - Throws: `DBusError` where the daemon or the bus is gone, `CancellationError`.
    func profiles(_ paths: [String]) async throws -> [NetworkManagerProfile] {
        try await withThrowingTaskGroup(of: NetworkManagerProfile?.self) { group in
            for path in paths {
                group.addTask {
                    do {
                        return try await settings(of: path)
                    } catch let error as DBusError where !error.isAboutMissingOwner && !error.isAboutLostBus {
                        // Removed meanwhile, or another user's own: either way none that we may look at.
                        return nil
                    }
                }
            }
            var profiles: [NetworkManagerProfile] = []
            for try await profile in group {
                if let profile { profiles.append(profile) }
            }
            return profiles
        }
    }
}
