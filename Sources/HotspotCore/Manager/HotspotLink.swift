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
    /// The interface whose radio has the link.
    let interface: String
    private let session: NL80211Session
    /// Ends a link that was made once: see ``HotspotConfiguration/joinOnce``.
    private let watcher = Mutex<Task<Void, Never>?>(nil)

    init(configuration: HotspotConfiguration, interface: String, session: NL80211Session) {
        ssid = configuration.ssid
        self.configuration = configuration
        self.interface = interface
        self.session = session
    }

    /// What happens to the link from now on; it ends with the link.
    ///
    /// Each call makes a reader of its own. That of a link that has ended already hears just that.
    public var changes: AsyncStream<Change> { session.changes.subscribe() }

    /// Whether the link is there or is being made anew; false once it has ended for good.
    public var isHeld: Bool {
        get async { await session.isHeld }
    }

    /// Whether the link is there: it is not being made anew, and its radio is not lent to another join.
    var isInForce: Bool {
        get async { await session.isInForce }
    }

    /// Leaves the network; returns when the interface is as it was before.
    public func leave() async {
        await session.leave()
    }

    /// Gives up the radio to another join of this process, until ``resume()`` or the end.
    ///
    /// - Returns: whether there was a link to be given up for it.
    func suspend() async -> Bool { await session.suspend() }

    /// Joins the network again that was given up by ``suspend()``; where that fails the link has ended.
    ///
    /// - Returns: why it failed.
    func resume() async -> HotspotConfigurationError? { await session.resume() }

    /// Ends a link for which ``suspend()`` made room for good: another one has the radio.
    func yield(to network: SSID) async {
        await session.leave(because: HotspotConfigurationError(notKept: ssid, "\"\(network)\" was joined in its place"))
    }

    /// Leaves the network when the caller's session is in the background for longer than a limit, or the machine is put to
    /// sleep.
    func leaveWhenOver(backgroundLimit: Duration?) {
        let (session, ssid) = (session, ssid)
        watcher.withLock { watcher in
            watcher = Task {
                // Without a bus nobody knows of sessions, and the machine sleeps unannounced.
                guard let connection = try? await DBusConnection() else { return }
                let watch = ForegroundWatch(connection: connection)
                let why = await withTaskGroup(of: String.self) { group in
                    group.addTask {
                        await watch.waitUntilAsleep()
                        return "the machine is put to sleep"
                    }
                    if let backgroundLimit {
                        group.addTask {
                            await watch.waitUntilInBackground(longerThan: backgroundLimit)
                            return "the session is in the background"
                        }
                    }
                    defer { group.cancelAll() }
                    return await group.next() ?? ""
                }
                if !Task.isCancelled {
                    await session.leave(
                        because: HotspotConfigurationError(notKept: ssid, "it was joined once, and \(why)")
                    )
                }
                await connection.close()
            }
        }
    }

    /// Ends the watch over the session and the machine's sleep: the link is gone.
    func forgetWatcher() {
        watcher.withLock { $0?.cancel() }
    }

    deinit {
        watcher.withLock { $0?.cancel() }
        Task { [session] in await session.leave() }
    }
}

extension HotspotConfigurationError {
    /// A network was left that this process held, though nobody asked for that.
    fileprivate init(notKept ssid: SSID, _ why: String) {
        self.init(
            .superseded,
            "\"\(ssid)\" was left: \(why)",
            remedy: "join it again",
            phase: .joined,
            underlying: [Observation("hotspot", "link", why)]
        )
    }
}
