internal import Glibc
internal import IEEE80211
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
    /// The manager under `$HOTSPOT_APPLICATION`, or under the name of the running program where that is not set.
    public static let shared = HotspotConfigurationManager()

    /// The name under which configurations are tagged.
    public let application: String
    let logger: Logger
    /// The configurations that no daemon keeps.
    let store: ConfigurationStore
    /// The requests that are open, by what their networks are asked for with.
    let open = OpenRequests()
    /// The links that this process holds itself.
    let links = LinkTable()
    /// What keeps networks joined that NetworkManager joined for the time of this process.
    private let holds = HoldTable()
    /// How requests go on.
    let states = Broadcast<JoinState>()
    /// What happens to the links that this process holds itself.
    let linkEvents = Broadcast<HotspotEvent>()
    /// Forgets what has expired, once and then daily; begun by the first request.
    private let sweeper = Mutex<Task<Void, Never>?>(nil)

    /// Makes a manager.
    ///
    /// - Parameters:
    ///   - application: the name under which configurations are tagged; only an application's own ones are ever changed or
    ///     removed. Nil for `$HOTSPOT_APPLICATION`, or for the running program's name where that is not set.
    ///   - logger: where the library logs, at `debug` and below.
    public init(application: String? = nil, logger: Logger = Logger(label: "hotspot")) {
        self.application = application ?? Self.programName
        self.logger = logger
        store = ConfigurationStore()
    }

    private static var programName: String {
        // Set by whoever starts it, or by the program itself before its first use.
        if let own = getenv("HOTSPOT_APPLICATION").map({ String(cString: $0) }), !own.isEmpty { return own }
        let path = CommandLine.arguments.first ?? ""
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        return name.isEmpty ? "hotspot" : name
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
    ///   the right one; `internal` with its cause for everything else that can go wrong, such as `storageFailed` where the
    ///   configuration cannot be kept: then the network is not joined either, without
    ///   ``HotspotConfiguration/joinOnce``.
    @discardableResult
    public func apply(
        _ configuration: HotspotConfiguration,
        options: ApplyOptions = ApplyOptions(),
        progress: @escaping @Sendable (JoinPhase) -> Void = { _ in }
    ) async throws(HotspotConfigurationError) -> JoinedNetwork {
        let request = OpenRequest()
        let result = await request.run { () async throws(HotspotConfigurationError) in
            try await self.join(configuration, request, options: options, progress: progress)
        }
        // Not before: it would take time from the join, and what has expired makes way for what is asked for.
        sweep()
        switch result {
        case .success(let network): states.send(.joined(network))
        case .failure(let error): states.send(.failed(configuration.requestName, error))
        }
        return try result.get()
    }

    private func join(
        _ asked: HotspotConfiguration,
        _ request: OpenRequest,
        options: ApplyOptions,
        progress: @escaping @Sendable (JoinPhase) -> Void
    ) async throws(HotspotConfigurationError) -> JoinedNetwork {
        try asked.validate()
        if asked.hs20Settings != nil {
            throw HotspotConfigurationError(
                .notSupported,
                "\"\(asked.name)\" is a Hotspot 2.0 network, which no backend can join",
                remedy: "join one of the operator's networks by its name, with EAP settings",
                underlying: [
                    Observation("NetworkManager", "Hotspot 2.0", "its settings have no place for Passpoint"),
                    Observation("nl80211", "Hotspot 2.0", "ANQP (IEEE 802.11-2020, 11.22.3.3) is not built"),
                ]
            )
        }
        try reserve(asked.requestName, request, asked)
        defer { open.remove(asked.requestName) }
        let deadline = ContinuousClock.Instant.now + options.timeout
        let (states, name) = (states, asked.requestName)
        let timeline = Timeline { phase in
            states.send(.phase(name, phase))
            progress(phase)
        }
        let backend = await BackendChoice.choose(options.backend, for: asked, logger: logger)
        var configuration = asked
        if !asked.ssidPrefix.isEmpty {
            configuration.ssid = try await pin(asked, backend, deadline: deadline)
        }
        // The prefix may be the whole name.
        let isNamedAlready = configuration.ssid == asked.requestName
        if !isNamedAlready { try reserve(configuration.ssid, request, configuration) }
        defer { if !isNamedAlready { open.remove(configuration.ssid) } }
        switch backend {
        case .nl80211: return try await joinByKernel(configuration, options, deadline, timeline)
        case .automatic, .networkManager:
            let (network, hold) = try await NetworkManagerBackend(application: application, logger: logger).join(
                configuration,
                options: options,
                deadline: deadline,
                timeline: timeline
            )
            // Whatever this process held before on the same interface has ended: the device was taken.
            if let hold { holds.insert(hold) }
            return network
        }
    }

    private func joinByKernel(
        _ configuration: HotspotConfiguration,
        _ options: ApplyOptions,
        _ deadline: ContinuousClock.Instant,
        _ timeline: Timeline
    ) async throws(HotspotConfigurationError) -> JoinedNetwork {
        for link in links.all where link.configuration == configuration {
            guard await link.isInForce else { continue }
            throw HotspotConfigurationError(
                .alreadyAssociated,
                "\"\(configuration.ssid)\" is joined already, with this very configuration"
            )
        }
        if !options.allowsInactiveSession {
            try await LoginSession.requireActive(for: configuration.ssid, logger: logger)
        }
        // Before anything is touched: a link that cannot be kept is not worth the one that is there.
        if !configuration.joinOnce { try await checkStore(configuration) }
        // Before an older link is left: the agent would come back for a moment.
        let lease = try await RadioLease.take(configuration.interface, until: deadline, logger: logger)
        // A radio has one link: the new one takes the place of what this manager holds, once nothing else stands in its way.
        let own = links.all
        let displaced = DisplacedLinks()
        let link: HotspotLink
        let network: JoinedNetwork
        do throws(HotspotConfigurationError) {
            let memory = await memory(of: configuration)
            let (joined, session) = try await NL80211Backend(logger: logger, memory: memory).join(
                configuration,
                options: options,
                deadline: deadline,
                timeline: timeline,
                displacing: Displacement(interfaces: Set(own.map(\.interface))) {
                    await displaced.displace(own, from: $0)
                }
            )
            network = joined
            link = HotspotLink(configuration: configuration, interface: network.interface, session: session)
            if !configuration.joinOnce {
                do throws(HotspotConfigurationError) {
                    try await keep(configuration, memory.transitionDisable, until: deadline)
                } catch {
                    await session.leave()
                    throw error
                }
            }
        } catch {
            var error = error
            error.underlyingErrors += await displaced.bringBack()
            throw error
        }
        links.insert(link)
        for older in displaced.all {
            await older.yield(to: network.ssid)
            links.remove(older)
        }
        if configuration.joinOnce {
            link.leaveWhenOver(backgroundLimit: options.allowsInactiveSession ? nil : options.backgroundLimit)
        }
        linkEvents.send(.joined(HotspotNetwork(network)))
        follow(link, lease)
        return network
    }

    // MARK: What is kept

    private func checkStore(_ configuration: HotspotConfiguration) async throws(HotspotConfigurationError) {
        // Who may not steer the radio at all is told that.
        guard BackendChoice.mayAdministerNetworks else { return }
        do throws(StoreFailure) {
            try await store.checkWritable()
        } catch {
            throw HotspotConfigurationError(notKept: configuration, error, phase: .preparing)
        }
    }

    /// What a network has said before, and where it is kept what it says from now on.
    private func memory(of configuration: HotspotConfiguration) async -> NetworkMemory {
        let logger = logger
        do throws(StoreFailure) {
            return try await store.memory(of: configuration) { failure in
                logger.debug("not kept what the network said", metadata: ["why": "\(failure.summary)"])
            }
        } catch {
            logger.debug("not known what the network said", metadata: ["why": "\(error.summary)"])
            return NetworkMemory()
        }
    }

    /// Keeps a configuration whose network was joined.
    private func keep(
        _ configuration: HotspotConfiguration,
        _ transitionDisable: TransitionDisable,
        until deadline: ContinuousClock.Instant
    ) async throws(HotspotConfigurationError) {
        var stored = StoredConfiguration(joined: configuration, application: application)
        stored.transitionDisable = transitionDisable
        do throws(StoreFailure) {
            try await store.save(stored, within: deadline - .now)
        } catch {
            throw HotspotConfigurationError(notKept: configuration, error, phase: .joined)
        }
    }

    // MARK: What is open

    /// Notes that a request is open.
    private func reserve(
        _ name: SSID,
        _ request: OpenRequest,
        _ configuration: HotspotConfiguration
    ) throws(HotspotConfigurationError) {
        guard open.insert(request, for: name) else {
            throw HotspotConfigurationError(
                .requestPending,
                "an earlier request for \"\(configuration.name)\" is still open",
                remedy: "wait for it, or cancel it"
            )
        }
    }

    // MARK: What is held

    /// Returns when a network is left that NetworkManager joined for the time of this process.
    ///
    /// - Returns: why, where it was not this process that wanted it.
    package func holdEnd(of ssid: SSID) async -> HotspotConfigurationError? {
        await holds.end(of: ssid)
    }

    /// Lets go of a network that is joined for the time of this process.
    ///
    /// - Returns: whether there was one.
    func letGo(_ ssid: SSID) async -> Bool {
        let links = links.take(ssid)
        for link in links { await link.leave() }
        let wasHeld = await holds.letGo(ssid)
        return !links.isEmpty || wasHeld
    }

    /// The networks that are joined for the time of this process.
    var heldSSIDs: [SSID] { links.names + holds.names }

    /// Tells what happens to a link, and keeps the agent away as long as it lasts; forgets it when it has ended.
    private func follow(_ link: HotspotLink, _ lease: LockFile?) {
        let (linkEvents, ssid, changes) = (linkEvents, link.ssid, link.changes)
        // Neither kept alive: the link ends with the manager.
        Task { [weak link, weak links] in
            for await change in changes {
                switch change {
                case .lost(let reason):
                    linkEvents.send(.lost(ssid, HotspotConfigurationError(linkLost: ssid, reason)))
                case .rejoined(let network): linkEvents.send(.rejoined(HotspotNetwork(network)))
                case .ended(let error?): linkEvents.send(.lost(ssid, error))
                case .ended(nil), .channelChanged: break
                }
            }
            withExtendedLifetime(lease) {}
            guard let link else { return }
            link.forgetWatcher()
            links?.remove(link)
        }
    }

    // MARK: What expires

    /// Begins to forget what has expired.
    private func sweep() {
        sweeper.withLock { sweeper in
            guard sweeper == nil else { return }
            sweeper = Task { [weak self] in
                while !Task.isCancelled {
                    do {
                        guard let manager = self else { return }
                        try await manager.expire()
                    } catch {
                        self?.logger.debug("nothing could be swept", metadata: ["error": "\(error)"])
                    }
                    try? await ContinuousClock().sleep(for: Self.sweepInterval)
                }
            }
        }
    }

    private static let sweepInterval = Duration.seconds(86_400)

    deinit {
        sweeper.withLock { $0?.cancel() }
        let held = holds.all
        if !held.isEmpty { Task { for hold in held { await hold.leave() } } }
    }

    // MARK: Links

    /// The link to a network that this process holds itself; nil where a daemon holds it, or nobody.
    public func link(to ssid: SSID) -> HotspotLink? {
        links[ssid]
    }

    /// Leaves a network that is joined for the time of this process; does nothing where there is none.
    ///
    /// This process holds it itself, or NetworkManager does for it (``HotspotConfiguration/joinOnce``).
    public func leave(_ ssid: SSID) async {
        _ = await letGo(ssid)
    }
}
