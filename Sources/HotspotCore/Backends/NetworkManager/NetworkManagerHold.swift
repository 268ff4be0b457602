internal import DBus
internal import Logging
internal import Synchronization

/// What keeps a network joined that is joined for the time of this process only: Apple's `joinOnce`.
///
/// The profile is volatile and the activation is bound to this connection to the bus, so NetworkManager ends both when the
/// process does, by whatever signal; when the machine is suspended; and when another network takes the device. What
/// NetworkManager cannot know is seen to here: a session that is no longer in front.
final class NetworkManagerHold: Sendable {
    let ssid: SSID
    let uuid: String
    private let activation: String
    private let client: NetworkManagerClient
    private let backgroundLimit: Duration?
    private let logger: Logger
    private let watcher = Mutex<Task<Void, Never>?>(nil)

    /// How long the end may take, with a daemon that went away and comes back.
    private static let releaseLimit = Duration.seconds(12)

    init(
        ssid: SSID,
        uuid: String,
        activation: String,
        client: NetworkManagerClient,
        backgroundLimit: Duration?,
        logger: Logger
    ) {
        self.ssid = ssid
        self.uuid = uuid
        self.activation = activation
        self.client = client
        self.backgroundLimit = backgroundLimit
        self.logger = logger
        OpenJoins.held.insert(uuid)
    }

    /// Begins to watch.
    ///
    /// - Parameter onEnd: called once when the network is left without ``leave()`` having been called.
    func watch(onEnd: @escaping @Sendable () -> Void) {
        watcher.withLock { watcher in
            guard watcher == nil else { return }
            watcher = Task {
                await self.run()
                guard !Task.isCancelled else { return }
                await self.release()
                onEnd()
            }
        }
    }

    /// Returns when the network is left, or is to be left.
    private func run() async {
        let (client, activation, backgroundLimit) = (client, activation, backgroundLimit)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    let changes = try await client.stateChanges()
                    let objects = try await client.objects()
                    guard let connection = objects.activeConnections[activation],
                        [.activating, .activated].contains(connection.state)
                    else {
                        return
                    }
                    for try await change in changes
                    where change.path == activation && (change.body.first?.integer ?? 0) > 2 { return }
                } catch {}
            }
            group.addTask {
                do {
                    // The daemon that keeps the promise is this one: a successor knows nothing of it.
                    for try await _ in try await client.ownerChanges() { return }
                } catch {}
            }
            if let backgroundLimit {
                group.addTask {
                    await ForegroundWatch(connection: client.connection)
                        .waitUntilInBackground(longerThan: backgroundLimit)
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Leaves the network; nothing of it is left when this returns.
    func leave() async {
        let task = watcher.withLock { watcher in
            defer { watcher = nil }
            return watcher
        }
        task?.cancel()
        await task?.value
        await release()
    }

    private func release() async {
        let (client, removal) = (client, ProfileRemoval(uuid: uuid))
        do {
            try await shielded(for: Self.releaseLimit) {
                do {
                    _ = try await removal.remove(from: client)
                } catch let error as DBusError where error.isAboutMissingOwner || error.isAboutLostBus {
                    try await removal.remove(afterEndOf: client, error)
                }
            }
        } catch {
            logger.debug("a network joined once may be left behind", metadata: ["error": "\(error)"])
        }
        OpenJoins.held.remove(uuid)
        await client.connection.close()
    }
}
