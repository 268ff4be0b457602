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
        let removal = ProfileRemoval(uuid: uuid)
        do {
            try await shielded(for: Self.undoLimit) {
                do {
                    guard try await removal.remove(from: client) || isAdded else {
                        throw UndoFailure(reason: "NetworkManager may still add the profile that it was asked for")
                    }
                } catch let error as DBusError where error.isAboutMissingOwner || error.isAboutLostBus {
                    // What is joined by itself needs nobody.
                    let waiting = isActivating ? displaced.flatMap { $0.autoJoin ? nil : $0 } : nil
                    do {
                        try await removal.remove(afterEndOf: client, error, needsSuccessor: waiting != nil) {
                            successor in
                            if let waiting { try await self.restore(waiting, afterRestart: successor) }
                        }
                    } catch is DeadlineExceeded where waiting != nil {
                        throw UndoFailure(
                            reason: "NetworkManager is not back, and nothing else joins what was joined before"
                        )
                    }
                    return
                }
                if isActivating, let displaced, let device {
                    try await self.restore(displaced.path, displaced, device: device, client)
                }
            }
            return []
        } catch let failure as UndoFailure {
            return [failure]
        } catch is DeadlineExceeded {
            return [UndoFailure(reason: "it took more than \(Self.undoLimit.components.seconds) s")]
        } catch {
            logger.debug("undoing was not completed", metadata: ["error": "\(error)"])
            return [UndoFailure(reason: "\(error)")]
        }
    }

    /// Brings the earlier connection back through a daemon that has just started.
    private func restore(_ displaced: Displaced, afterRestart client: NetworkManagerClient) async throws {
        guard let profile = try await client.profile(uuid: displaced.uuid) else {
            throw UndoFailure(reason: "the profile of the earlier connection is gone, as a volatile one is")
        }
        let changes = try await client.stateChanges()
        var device = try await client.objects().devices.first { $0.interface == displaced.interface }
        var iterator = changes.makeAsyncIterator()
        while (device?.state ?? .unknown) < .disconnected {
            guard try await iterator.next() != nil else { throw CancellationError() }
            device = try await client.objects().devices.first { $0.interface == displaced.interface }
        }
        if let device { try await restore(profile, displaced, device: device.path, client) }
    }

    /// Brings the earlier connection back, unless NetworkManager or somebody else was faster.
    private func restore(
        _ profile: String,
        _ displaced: Displaced,
        device: String,
        _ client: NetworkManagerClient
    ) async throws {
        let states = try await client.stateChanges()
        let objects = try await client.objects()
        guard objects.profiles.contains(profile) else {
            throw UndoFailure(reason: "the profile of the earlier connection is gone, as a volatile one is")
        }
        // It would let the request wait until it is awake, and joins then what it joins by itself.
        if objects.manager.isAsleep {
            if displaced.autoJoin { return }
            throw UndoFailure(reason: "NetworkManager is asleep, and nothing else joins what was joined before")
        }
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
            guard hasBegun, transition.new == .failed || transition.new < .prepare else { continue }
            // Another connection is coming up, or the machine sleeps.
            if [.newActivation, .sleeping].contains(transition.reason) { return }
            throw UndoFailure(reason: "the earlier connection did not come back: \(transition)")
        }
    }
}
