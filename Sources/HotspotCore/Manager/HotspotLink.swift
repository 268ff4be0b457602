internal import DBus
internal import Synchronization

/// A link that this process holds itself: one that was joined without a daemon.
///
/// It lasts as long as the process, and as long as the ``HotspotConfigurationManager`` that joined it or somebody else
/// keeps this object. While it lasts, keys are renewed as the access point asks, and the network is joined anew where the
/// link is lost.
public final class HotspotLink: Sendable {
    /// What happens to a link.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Change: Sendable {
        /// It was lost, and is being made anew.
        case lost(reason: String)
        /// The access point moved to another channel and took the link with it.
        case channelChanged(JoinedNetwork)
        /// It was made anew, perhaps with another access point of the network and other addresses.
        case rejoined(JoinedNetwork)
        /// It has ended for good: it was left, or the error says why it cannot be made anew.
        case ended(HotspotConfigurationError?)
    }

    /// The network's name.
    public let ssid: SSID
    let configuration: HotspotConfiguration
    private let session: NL80211Session
    /// Ends a link that was made once: see ``HotspotConfiguration/joinOnce``.
    private let watcher = Mutex<Task<Void, Never>?>(nil)

    init(configuration: HotspotConfiguration, session: NL80211Session) {
        ssid = configuration.ssid
        self.configuration = configuration
        self.session = session
    }

    /// What happens to the link from now on; it ends with the link.
    ///
    /// Each call makes a reader of its own.
    public var changes: AsyncStream<Change> { session.changes.subscribe() }

    /// Whether the link is there or is being made anew; false once it has ended for good.
    public var isHeld: Bool {
        get async { await session.isHeld }
    }

    /// Leaves the network; returns when the interface is as it was before.
    public func leave() async {
        await session.leave()
    }

    /// Leaves the network when the caller's session is in the background for longer than a limit, or the machine is put to
    /// sleep.
    func leaveWhenOver(backgroundLimit: Duration?) {
        let session = session
        watcher.withLock { watcher in
            watcher = Task {
                // Without a bus nobody knows of sessions, and the machine sleeps unannounced.
                guard let connection = try? await DBusConnection() else { return }
                let watch = ForegroundWatch(connection: connection)
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await watch.waitUntilAsleep() }
                    if let backgroundLimit {
                        group.addTask { await watch.waitUntilInBackground(longerThan: backgroundLimit) }
                    }
                    await group.next()
                    group.cancelAll()
                }
                if !Task.isCancelled { await session.leave() }
                await connection.close()
            }
        }
    }

    deinit {
        watcher.withLock { $0?.cancel() }
        Task { [session] in await session.leave() }
    }
}
