internal import DBus
internal import Logging
internal import Synchronization

/// The way back.
extension NetworkManagerJoin {
    /// Removes what the join has added and brings the earlier connection back.
    ///
    /// - Returns: what could not be undone.
    func undo() async -> [any Error] {
        let (client, device, isAdding, isAdded, isActivating, displaced) = state.withLock {
            ($0.client, $0.device, $0.isAdding, $0.isAdded, $0.isActivating, $0.displaced)
        }
        guard let client, isAdding else { return [] }
        do {
            try await shielded(for: Self.undoLimit) {
                do {
                    guard try await self.remove(client) || isAdded else {
                        throw UndoFailure(reason: "NetworkManager may still add the profile that it was asked for")
                    }
                } catch let error as DBusError where error.isAboutMissingOwner || error.isAboutLostBus {
                    // NetworkManager stopped: one that starts again finds the profile in its runtime directory.
                    let isForgotten = try ProfileFiles.remove(uuid: self.uuid)
                    let connection = error.isAboutLostBus ? try? await DBusConnection() : client.connection
                    defer { if error.isAboutLostBus { Task { await connection?.close() } } }
                    guard let connection else {
                        if isForgotten { return }
                        throw UndoFailure(
                            reason: "the bus is gone, and NetworkManager still has the profile \(self.uuid)"
                        )
                    }
                    let successor = NetworkManagerClient(connection: connection, owner: client.owner)
                    if let successor = try await self.successor(of: successor, mayBeAbsent: isForgotten) {
                        _ = try await self.remove(successor)
                    }
                    return
                }
                if isActivating, let displaced, let device {
                    try await self.restore(displaced, device: device, client)
                }
            }
            return []
        } catch let failure as UndoFailure {
            return [failure]
        } catch {
            logger.debug("undoing was not completed", metadata: ["error": "\(error)"])
            return [UndoFailure(reason: "\(error)")]
        }
    }

    /// Removes the profile of this join, by its UUID: the reply that had its path may be lost, or be a former daemon's.
    ///
    /// - Returns: whether there was one.
    private func remove(_ client: NetworkManagerClient) async throws -> Bool {
        guard let profile = try await client.profile(uuid: uuid) else { return false }
        do {
            try await client.deleteProfile(profile)
        } catch let error as DBusError where error.name == DBusError.Name.unknownMethod {
            // Somebody removed it already.
        }
        return true
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
        return try await withDeadline(.now + Self.callLimit) {
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

    /// Brings the earlier connection back, unless NetworkManager or somebody else was faster.
    private func restore(_ profile: String, device: String, _ client: NetworkManagerClient) async throws {
        let states = try await client.stateChanges()
        let objects = try await client.objects()
        guard objects.profiles.contains(profile) else {
            throw UndoFailure(reason: "the profile of the earlier connection is gone, as a volatile one is")
        }
        // It joins what it knows when it is awake, and would let the request wait until then.
        guard !objects.manager.isAsleep else { return }
        guard let current = objects.devices.first(where: { $0.path == device }), current.state >= .disconnected
        else { return }
        let active = current.activeConnection.flatMap { objects.activeConnections[$0] }
        if let active, active.profile == profile {
            if active.state == .activated { return }
        } else if let active, active.profile != nil, current.state < .deactivating, active.state != .deactivating,
            active.state != .deactivated
        {
            // Another connection is coming up: it is not ours to replace.
            return
        } else {
            _ = try await client.activate(profile: profile, device: device)
        }
        var hasBegun = false
        for try await message in states {
            guard message.path == device, let transition = DeviceTransition(message) else { continue }
            if transition.new == .prepare { hasBegun = true }
            if transition.new == .activated { return }
            if hasBegun, transition.new == .failed || transition.new < .prepare { return }
        }
    }
}
