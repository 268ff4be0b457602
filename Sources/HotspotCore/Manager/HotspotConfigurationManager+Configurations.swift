internal import Glibc
internal import Logging

extension HotspotConfigurationManager {
    /// How long looking through the configurations may take.
    private static let limit = Duration.seconds(30)

    /// After how many scans a prefix that nothing fits is given up.
    private static let prefixScans = 3

    /// The names of the networks that this application has configured and that have not expired, in the order of their
    /// octets; those that are joined for the time of this process are among them.
    ///
    /// - Throws: ``HotspotConfigurationError`` where the backend cannot be asked.
    public func configuredSSIDs() async throws(HotspotConfigurationError) -> [SSID] {
        let (application, now) = (application, StoredConfiguration.now)
        let stored = try await everywhere("the configured networks cannot be listed") { configurations in
            try await configurations.profiles().filter { !$0.isExpired }.compactMap(\.ssid).map { SSID(octets: $0) }
        } files: { (store) throws(StoreFailure) in
            try await store.contents().configurations
                .filter { $0.application == application && !$0.isExpired(at: now) }.map(\.configuration.ssid)
        }
        return stored.union(heldSSIDs).sorted { $0.octets.lexicographicallyPrecedes($1.octets) }
    }

    /// The files of the state directory that are no configurations, or must not be read, and why.
    package func storeProblems() async -> [any UnderlyingFailure] {
        do throws(StoreFailure) {
            return try await store.contents().problems
        } catch {
            return [error]
        }
    }

    /// Forgets a network that this application configured, and leaves it where it is joined; a request for it that is open
    /// is cancelled.
    ///
    /// - Parameter ssid: the network's name, or what it was asked to begin with.
    /// - Returns: whether there was such a configuration.
    /// - Throws: ``HotspotConfigurationError``: `userUnauthorized` or `systemDenied` where this user may not remove it,
    ///   `internal` where the backend cannot be asked or cannot remove it.
    @discardableResult
    public func removeConfiguration(forSSID ssid: SSID) async throws(HotspotConfigurationError) -> Bool {
        // It would be stored after the removal.
        await open.cancel(ssid)
        let wasHeld = await letGo(ssid)
        let application = application
        let removed = try await everywhere("\"\(ssid)\" cannot be removed") { configurations in
            try await configurations.remove { $0.answers(to: ssid) }
        } files: { (store) throws(StoreFailure) in
            let removed = try await store.remove { $0.application == application && $0.answers(to: ssid) }
            let wasBroken = try await store.discard(StoredConfiguration.ID(application: application, ssid: ssid))
            return removed.map(\.configuration.ssid) + (wasBroken ? [ssid] : [])
        }
        // What the beginning of a name asks for is held under its exact name.
        for name in removed where name != ssid { _ = await letGo(name) }
        return wasHeld || !removed.isEmpty
    }

    /// Forgets a network that this application configured, and leaves it where it is joined.
    ///
    /// - Parameter ssid: the network's name, or what it was asked to begin with.
    /// - Returns: whether there was such a configuration.
    /// - Throws: as ``removeConfiguration(forSSID:)-(SSID)``.
    @discardableResult
    public func removeConfiguration(forSSID ssid: String) async throws(HotspotConfigurationError) -> Bool {
        try await removeConfiguration(forSSID: SSID(ssid))
    }

    /// Forgets a Hotspot 2.0 network that this application configured.
    ///
    /// - Parameter domainName: the operator's domain name.
    /// - Returns: false: no backend stores such a configuration yet, and ``apply(_:options:progress:)`` says so.
    @discardableResult
    public func removeConfiguration(forHS20DomainName domainName: String) -> Bool { false }

    /// Forgets every network that this application configured, and leaves those that are joined, as its uninstalling does.
    ///
    /// - Returns: the networks' names.
    /// - Throws: ``HotspotConfigurationError``, as ``removeConfiguration(forSSID:)-(SSID)``.
    @discardableResult
    public func purge() async throws(HotspotConfigurationError) -> [SSID] {
        try await purge(everyApplication: false)
    }

    /// Forgets the networks whose ``HotspotConfiguration/lifeTimeInDays`` have passed, and leaves those that are joined.
    ///
    /// It runs by itself at the first request of a manager and daily from then on; `hotspot expire` does it for the
    /// configurations of all applications that are made with this library.
    ///
    /// - Returns: the networks' names.
    /// - Throws: ``HotspotConfigurationError``, as ``removeConfiguration(forSSID:)-(SSID)``.
    @discardableResult
    public func expire() async throws(HotspotConfigurationError) -> [SSID] {
        try await expire(everyApplication: false)
    }

    /// The same, for all applications where the caller may remove their configurations too.
    package func expire(everyApplication: Bool) async throws(HotspotConfigurationError) -> [SSID] {
        let (application, now) = (application, StoredConfiguration.now)
        let removed = try await everywhere("what has expired cannot be removed") { configurations in
            await configurations.removeLeftovers(everyApplication: everyApplication)
            return try await configurations.remove(everyApplication: everyApplication) { $0.isExpired }
        } files: { (store) throws(StoreFailure) in
            try await store.stamp()
            let expired = try await store.remove {
                (everyApplication || $0.application == application) && $0.isExpired(at: now)
            }
            return expired.map(\.configuration.ssid)
        }
        // One that was joined once is not what has expired, whatever was kept under its name.
        for link in links.all where removed.contains(link.ssid) && !link.configuration.joinOnce {
            links.remove(link)
            await link.leave()
        }
        return removed.sorted { $0.octets.lexicographicallyPrecedes($1.octets) }
    }

    /// The network that the machine is on; nil for none.
    ///
    /// NetworkManager knows where it manages the interface, else the kernel.
    ///
    /// - Parameter interface: the interface, where the machine has several; nil for the first that is on a network.
    /// - Returns: the network, and which access point of it.
    /// - Throws: ``HotspotConfigurationError`` where nobody can be asked.
    public func currentNetwork(interface: String? = nil) async throws(HotspotConfigurationError) -> HotspotNetwork? {
        let logger = logger
        return try await ask("the current network cannot be read") {
            try await NetworkManagerNetworks(interface: interface).current()
        } kernel: {
            try await NL80211Networks(interface: interface, logger: logger).current()
        }
    }

    /// The networks that are heard now, the strongest access point of each, strongest first; those that do not send their
    /// name are left out.
    ///
    /// The radio looks for them, which takes seconds.
    ///
    /// - Parameter interface: the interface, where the machine has several; nil for the first fit one.
    /// - Returns: the networks.
    /// - Throws: ``HotspotConfigurationError``: `systemDenied` or `userUnauthorized` where this user may not have the radio
    ///   look, `internal` where there is none or it is switched off.
    public func networks(interface: String? = nil) async throws(HotspotConfigurationError) -> [HotspotNetwork] {
        let logger = logger
        return try await ask("the networks cannot be listed") {
            try await NetworkManagerNetworks(interface: interface).scan()
        } kernel: {
            try await NL80211Networks(interface: interface, logger: logger).scan()
        }
    }

    // MARK: Ways there

    /// Does the same to NetworkManager's profiles and to the files of the state directory.
    ///
    /// Where NetworkManager does not run the files are all that there is; where this user may not look into the directory
    /// he has none in it.
    ///
    /// - Returns: what both give: the networks' names, as a rule.
    func everywhere<Value: Hashable & Sendable>(
        _ subject: String,
        profiles: @escaping @Sendable (NetworkManagerConfigurations) async throws -> [Value],
        files: (ConfigurationStore) async throws(StoreFailure) -> [Value]
    ) async throws(HotspotConfigurationError) -> Set<Value> {
        var names: Set<Value> = []
        var failures: [HotspotConfigurationError] = []
        do throws(HotspotConfigurationError) {
            names.formUnion(try await configurations(subject, profiles))
        } catch {
            if error.cause == .backendUnavailable {
                logger.debug("NetworkManager has no profiles", metadata: ["why": "\(error)"])
            } else {
                failures.append(error)
            }
        }
        do throws(StoreFailure) {
            names.formUnion(try await files(store))
        } catch {
            if error.operation == "open", [EACCES, EPERM, ENOTDIR].contains(error.errno) {
                logger.debug("the state directory cannot be read", metadata: ["why": "\(error)"])
            } else {
                failures.append(HotspotConfigurationError(storage: error, subject))
            }
        }
        if let failure = HotspotConfigurationError.all(failures) { throw failure }
        return names
    }

    private func configurations<Value: Sendable>(
        _ subject: String,
        _ body: @escaping @Sendable (NetworkManagerConfigurations) async throws -> Value
    ) async throws(HotspotConfigurationError) -> Value {
        let (application, logger) = (application, logger)
        do {
            return try await withDeadline(.now + Self.limit) {
                try await NetworkManagerClient.connected { client in
                    try await body(
                        NetworkManagerConfigurations(client: client, application: application, logger: logger)
                    )
                }
            }
        } catch {
            throw HotspotConfigurationError(ending: error, subject: subject)
        }
    }

    /// Asks NetworkManager where it runs and manages a radio, else the kernel.
    private func ask<Value: Sendable>(
        _ subject: String,
        _ networkManager: @escaping @Sendable () async throws -> NetworkManagerNetworks.Answer<Value>,
        kernel: @escaping @Sendable () async throws -> Value
    ) async throws(HotspotConfigurationError) -> Value {
        do {
            return try await withDeadline(.now + Self.limit) {
                do {
                    if case .known(let value) = try await networkManager() { return value }
                } catch {
                    // Without a bus there is no NetworkManager on it either.
                    let failure = HotspotConfigurationError(ending: error, subject: subject)
                    guard failure.cause == .backendUnavailable else { throw failure }
                }
                return try await kernel()
            }
        } catch {
            throw HotspotConfigurationError(ending: error, subject: subject)
        }
    }

    /// The exact name of the network that a prefix means now: the one that this application joined by these settings and is
    /// on, so that asking twice changes nothing, or the strongest that fits.
    func pin(
        _ configuration: HotspotConfiguration,
        _ backend: Backend,
        deadline: ContinuousClock.Instant
    ) async throws(HotspotConfigurationError) -> SSID {
        let (prefix, interface, logger, application) = (
            Array(configuration.ssidPrefix.utf8), configuration.interface, logger, application
        )
        let subject = "\"\(configuration.name)\" could not be joined"
        for link in links.all where backend == .nl80211 && link.ssid.octets.starts(with: prefix) {
            var exact = configuration
            exact.ssid = link.ssid
            if link.configuration == exact, await link.isInForce { return link.ssid }
        }
        do {
            return try await withDeadline(deadline) {
                if backend != .nl80211 {
                    let joined = try await NetworkManagerClient.connected { client in
                        try await NetworkManagerNetworks.joined(
                            try await client.objects(),
                            interface: interface,
                            client
                        )
                    }
                    if let joined, joined.profile.application == application,
                        joined.network.ssid.octets.starts(with: prefix), joined.network.fits(configuration)
                    {
                        return joined.network.ssid
                    }
                }
                var heard: [HotspotNetwork] = []
                var other: SSID?
                // One scan may miss an access point, and the first that ends may have begun before the request, and before
                // the access point was on the air.
                for scan in 1...Self.prefixScans {
                    heard =
                        backend == .nl80211
                        ? try await NL80211Networks(interface: interface, logger: logger).scan()
                        : try await NetworkManagerNetworks(interface: interface).heard()
                    let named = heard.filter { $0.ssid.octets.starts(with: prefix) }
                    if let best = named.first(where: { $0.fits(configuration) }) { return best.ssid }
                    other = named.first?.ssid ?? other
                    // One that does not fit is refused with its reason.
                    if scan > 1, let other { return other }
                }
                throw HotspotConfigurationError(
                    .networkNotFound,
                    "no network whose name begins with \"\(PrintableText.escape(configuration.ssidPrefix))\" answered",
                    remedy: "check the beginning letter by letter, and go nearer to the access point",
                    phase: .searching,
                    underlying: [ScanFailure(completedScans: Self.prefixScans, bssCount: heard.count)]
                )
            }
        } catch is DeadlineExceeded {
            throw HotspotConfigurationError(
                .timedOut(.searching),
                "\(subject) before its deadline; it was in the phase \(JoinPhase.searching.rawValue)",
                phase: .searching,
                underlying: [Observation("hotspot", "deadline", "no scan ended until the deadline")]
            )
        } catch {
            throw HotspotConfigurationError(ending: error, subject: subject)
        }
    }
}

extension HotspotConfiguration {
    /// What a request is known by: the name, or what it is to begin with.
    var requestName: SSID { ssidPrefix.isEmpty ? ssid : SSID(ssidPrefix) }
}
