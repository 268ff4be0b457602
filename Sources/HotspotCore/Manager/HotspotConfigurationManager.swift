public import Logging
internal import Synchronization

/// Applies hotspot configurations: Apple's `NEHotspotConfigurationManager`, with the promise kept.
///
/// ``apply(_:options:progress:)`` returns when the network is **joined**, keys installed and address there, or throws one
/// ``HotspotConfigurationError`` that says why not. A request that fails or is cancelled leaves nothing behind.
///
/// ```swift
/// let network = try await HotspotConfigurationManager.shared.apply(
///     HotspotConfiguration(ssid: "Cafe", passphrase: "correct horse"))
/// print(network.addresses)
/// ```
public final class HotspotConfigurationManager: Sendable {
    /// The manager under the name of the running program.
    public static let shared = HotspotConfigurationManager()

    private let application: String
    private let logger: Logger
    /// The networks for which a request is open.
    private let open = Mutex<Set<SSID>>([])
    /// The links that this process holds itself.
    private let links = Mutex<[SSID: HotspotLink]>([:])

    /// Makes a manager.
    ///
    /// - Parameters:
    ///   - application: the name under which configurations are tagged; only an application's own ones are ever changed or
    ///     removed. Nil for the running program's name.
    ///   - logger: where the library logs, at `debug` and below.
    public init(application: String? = nil, logger: Logger = Logger(label: "hotspot")) {
        self.application = application ?? Self.programName
        self.logger = logger
    }

    private static var programName: String {
        let path = CommandLine.arguments.first ?? ""
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return name.isEmpty ? "hotspot" : name
    }

    /// What a request may be told besides the configuration.
    public struct ApplyOptions: Sendable {
        /// How long the join may take.
        ///
        /// Undoing a failed one comes on top, bounded by 20 s.
        public var timeout: Duration

        /// Whether a caller may join whose login session is not in front on its seat.
        ///
        /// Apple's rule is that only the application in front may configure networks. A process without a session (a
        /// system's service) and a session without a seat (over SSH) are always in front.
        public var allowsInactiveSession: Bool

        /// Who joins the network.
        public var backend: Backend

        /// Whether ``Backend/nl80211`` sees to an address as well.
        ///
        /// It waits for the daemon that manages the interface's addresses, or runs an installed DHCP client. NetworkManager
        /// always does.
        public var waitsForAddress: Bool

        /// Makes options.
        ///
        /// - Parameters:
        ///   - timeout: how long the join may take.
        ///   - allowsInactiveSession: whether a caller in the background may join.
        ///   - backend: who joins the network.
        ///   - waitsForAddress: whether to see to an address where no daemon does.
        public init(
            timeout: Duration = .seconds(60),
            allowsInactiveSession: Bool = false,
            backend: Backend = .automatic,
            waitsForAddress: Bool = true
        ) {
            self.timeout = timeout
            self.allowsInactiveSession = allowsInactiveSession
            self.backend = backend
            self.waitsForAddress = waitsForAddress
        }
    }

    /// Joins a network, and stores its configuration once that has worked.
    ///
    /// Cancelling the task ends the join and undoes what was begun.
    ///
    /// - Parameters:
    ///   - configuration: the network.
    ///   - options: how long it may take.
    ///   - progress: called at the beginning of each phase, on any thread.
    /// - Returns: the joined network.
    /// - Throws: ``HotspotConfigurationError``: `invalidSSID`, `invalidWPAPassphrase` and the like before anything is
    ///   touched where the configuration is of bad form; `alreadyAssociated` where this very configuration is in force;
    ///   `pending` where a request for the same network is open; `systemConfiguration` where somebody else configured the
    ///   network; `userDenied`, `userUnauthorized` or `systemDenied` where polkit does not let the caller do it, and
    ///   `applicationIsNotInForeground` where his session is in the background; `invalidWPAPassphrase` with the cause
    ///   `wrongPassphrase` where the network did not accept the passphrase; `invalidEAPSettings` with the cause
    ///   `wrongEAPCredentials` or `untrustedServer` where an enterprise network's server did not accept the user or is not
    ///   the right one; `internal` with its cause for everything else that can go wrong.
    @discardableResult
    public func apply(
        _ configuration: HotspotConfiguration,
        options: ApplyOptions = ApplyOptions(),
        progress: @escaping @Sendable (JoinPhase) -> Void = { _ in }
    ) async throws(HotspotConfigurationError) -> JoinedNetwork {
        try configuration.validate()
        guard open.withLock({ $0.insert(configuration.ssid).inserted }) else {
            throw HotspotConfigurationError(
                .requestPending,
                "an earlier request for \"\(configuration.ssid)\" is still open",
                remedy: "wait for it, or cancel it"
            )
        }
        defer { _ = open.withLock { $0.remove(configuration.ssid) } }
        let deadline = ContinuousClock.Instant.now + options.timeout
        let timeline = Timeline(report: progress)
        switch await BackendChoice.choose(options.backend, for: configuration, logger: logger) {
        case .nl80211:
            if let link = link(to: configuration.ssid), link.configuration == configuration, await link.isHeld {
                throw HotspotConfigurationError(
                    .alreadyAssociated,
                    "\"\(configuration.ssid)\" is joined already, with this very configuration"
                )
            }
            // A radio has one link: the new one takes the place of what this manager holds.
            let older = links.withLock { links in
                let older = links.filter {
                    $0.value.configuration.interface == nil || configuration.interface == nil
                        || $0.value.configuration.interface == configuration.interface
                }
                for ssid in older.keys { links[ssid] = nil }
                return older
            }
            for link in older.values { await link.leave() }
            let (network, session) = try await NL80211Backend(logger: logger).join(
                configuration,
                options: options,
                deadline: deadline,
                timeline: timeline
            )
            let link = HotspotLink(configuration: configuration, session: session)
            links.withLock { $0[configuration.ssid] = link }
            return network
        case .automatic, .networkManager:
            return try await NetworkManagerBackend(application: application, logger: logger).join(
                configuration,
                options: options,
                deadline: deadline,
                timeline: timeline
            )
        }
    }

    /// The link to a network that this process holds itself; nil where a daemon holds it, or nobody.
    public func link(to ssid: SSID) -> HotspotLink? {
        links.withLock { $0[ssid] }
    }

    /// Leaves a network that this process holds itself; does nothing where there is no such link.
    public func leave(_ ssid: SSID) async {
        await links.withLock { $0.removeValue(forKey: ssid) }?.leave()
    }
}
