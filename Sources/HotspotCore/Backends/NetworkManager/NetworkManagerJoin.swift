internal import DBus
internal import Foundation
internal import Logging
internal import Synchronization

/// One join through NetworkManager, from the first look at the machine to its end.
///
/// A profile is added in memory (`AddConnection2` validates it exactly), activated, watched until the outcome is certain,
/// and stored only when the network is joined: a join that fails, is cancelled or is cut off by a power failure has never
/// touched the disk. An older profile of ours for the same network is removed after that, and not changed before.
final class NetworkManagerJoin: Sendable {
    let configuration: HotspotConfiguration
    let application: String
    let options: HotspotConfigurationManager.ApplyOptions
    let timeline: Timeline
    let logger: Logger
    let uuid = UUID().uuidString.lowercased()
    let state = Mutex(State())

    /// How long undoing may take, with the time for the earlier connection to come back.
    static let undoLimit = Duration.seconds(15)
    /// How long a daemon that says that it is quitting may take to be gone.
    static let quittingLimit = Duration.seconds(3)
    /// How long the daemon may take to say what it was told to do, where a verdict waits for that.
    static let askingLimit = Duration.seconds(2)
    /// How long an unavailable device may take to become usable, where nothing stands in its way.
    static let settlingLimit = Duration.seconds(4)
    /// How long a call that changes something may take after the join was given up: its outcome must be known.
    static let callLimit = Duration.seconds(5)

    /// A connection that a join takes the place of.
    struct Displaced {
        /// Its profile's path, in the daemon that was asked to join.
        let path: String
        /// Its profile's UUID, in whichever daemon.
        let uuid: String
        let interface: String
        /// Whether NetworkManager joins it by itself.
        let autoJoin: Bool
    }

    /// What is known and what has been changed so far.
    struct State {
        var client: NetworkManagerClient?
        var device: String?
        var judge: JoinJudge?
        /// Whether `AddConnection2` was sent.
        var isAdding = false
        /// Whether its reply came.
        var isAdded = false
        /// Whether `ActivateConnection` was sent, so that an earlier connection may be gone.
        var isActivating = false
        /// What the device was on before.
        var displaced: Displaced?
        /// The active connection.
        var activation: String?
        /// When its activation was asked for.
        var activationStart = ContinuousClock.Instant.now
        /// The joined network, once its profile is stored.
        var outcome: JoinedNetwork?
    }

    init(
        configuration: HotspotConfiguration,
        application: String,
        options: HotspotConfigurationManager.ApplyOptions,
        timeline: Timeline,
        logger: Logger
    ) {
        self.configuration = configuration
        self.application = application
        self.options = options
        self.timeline = timeline
        self.logger = logger
    }

    // MARK: Joining

    /// Runs the join.
    ///
    /// - Throws: ``HotspotConfigurationError``, `DBusError` or `CancellationError`: see ``failure(from:)``. What was begun
    ///   is then still there: see ``undo()``.
    func run() async throws -> JoinedNetwork {
        if configuration.saePasswordIdentifier != nil {
            throw HotspotConfigurationError(
                .notSupported,
                "\"\(configuration.ssid)\" has an SAE password identifier, which NetworkManager cannot carry",
                remedy: "join it without a daemon: stop NetworkManager, and choose the backend nl80211",
                underlying: [
                    Observation("NetworkManager", "802-11-wireless-security", "no property for a password identifier")
                ]
            )
        }
        let enterprise = try configuration.eapSettings.map { EAPProfile(settings: $0, material: try EAPMaterial($0)) }
        // The kernel and the bus are asked at the same time.
        let evidence = EvidenceStream()
        async let listening = AirWitness.start(ssid: configuration.ssid, evidence: evidence, logger: logger)
        let client = try await NetworkManagerClient.connect()
        state.withLock { $0.client = client }
        async let ownerStream = client.ownerChanges()
        let caller = CallerAuthorization(client: client, ssid: configuration.ssid, logger: logger)
        if !options.allowsInactiveSession { try await caller.requireActiveSession() }
        async let hasSupplicant = Supplicant.isPresent(client.connection)
        // Subscribed before the state is read: what changes in between is heard.
        let stateChanges = try await client.stateChanges()
        let preflight = try await preflight(client, hasSupplicant: try await hasSupplicant)
        let objects = preflight.objects
        async let stored = client.profiles(objects.profiles)
        let device = try preflight.chooseDevice()
        let offered = preflight.offered(to: device)
        let keyManagement = try KeyManagement.choose(for: configuration, offered: offered)
        logger.debug(
            "device chosen",
            metadata: [
                "interface": "\(device.interface)", "offered": "\(KeyManagement.describe(offered))",
                "key-mgmt": "\(keyManagement.name ?? "none")", "NetworkManager": "\(objects.manager.version)",
            ]
        )

        let owner = ProfileOwner(application: application, user: try await caller.profileUser())
        let all = try await stored
        let profiles = try await removeAbandoned(ofThisNetwork(all), of: owner, objects: objects, client)
        let active = device.activeConnection.flatMap { objects.activeConnections[$0] }
        try await refuseIfNotOurs(
            profiles,
            of: owner,
            active: active,
            client: client,
            keyManagement: keyManagement,
            enterprise: enterprise
        )

        let witness = await listening?.watching(device.interface)
        var judge = JoinJudge(ssid: configuration.ssid, interface: device.interface, keyManagement: keyManagement)
        judge.hasWitness = witness != nil
        judge.accessPointCount = max(1, preflight.heard(by: device).count)
        judge.enterprise = configuration.eapSettings
        let initial = judge
        state.withLock {
            $0.device = device.path
            $0.judge = initial
            $0.displaced = active.flatMap { active in
                active.profile.map { path in
                    Displaced(
                        path: path,
                        uuid: active.uuid,
                        interface: device.interface,
                        autoJoin: all.first { $0.path == path }?.autoJoin ?? true
                    )
                }
            }
        }
        let ownerChanges = try await ownerStream
        let supplicant =
            enterprise == nil
            ? nil
            : await SupplicantWitness.start(
                watching: device.interface,
                on: client.connection,
                evidence: evidence,
                logger: logger
            )

        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { await evidence.pump(stateChanges: stateChanges, device: device.path) }
            group.addTask { await evidence.pump(ownerChanges: ownerChanges, owner: client.owner) }
            group.addTask { await supplicant?.run() }
            let heard = preflight.heard(by: device).map(\.frequency)
            let probe = preflight.hasJustHeard(device) ? nil : witness?.probe(known: heard)

            var builder = ProfileBuilder(
                configuration: configuration,
                keyManagement: keyManagement,
                uuid: uuid,
                owner: owner,
                enterprise: enterprise,
                isJoining: !configuration.joinOnce
            )
            let (profile, activation) = try await begin(builder.settings, device.path, client, probe: probe) { start in
                group.addTask { await witness?.run(since: start) }
            }
            builder.isJoining = false
            builder.activation = "\(client.owner) \(activation)"
            let lasting = builder.settings
            state.withLock { $0.activation = activation }
            logger.debug("activation begun", metadata: ["profile": "\(profile)", "activation": "\(activation)"])

            try await watch(evidence, initial, client, activation: activation)
            // Stored while the outcome is read: where the reading finds another connection, undoing removes the profile.
            async let stored: Void = settled(grace: Self.callLimit) {
                if self.configuration.joinOnce { return }
                do {
                    try await client.storeProfile(profile, settings: lasting)
                } catch let error as DBusError where !error.isAboutMissingOwner && !error.isAboutLostBus {
                    throw HotspotConfigurationError(
                        .storageFailed,
                        "\"\(self.configuration.ssid)\" was joined and its profile cannot be stored",
                        remedy: "see whether NetworkManager can write its folder of profiles: the disk may be full",
                        phase: .address,
                        underlying: [error]
                    )
                }
            }
            let network = try await joinedNetwork(
                client,
                activation: activation,
                device: device.path,
                keyManagement: keyManagement,
                witness: witness
            )
            try await stored
            // From here on the join has succeeded, whatever is cancelled or whichever deadline passes.
            state.withLock { $0.outcome = network }
            // Those that this join takes the place of: not one for another interface, nor one in force elsewhere.
            let older = profiles.filter { profile in
                owner.owns(profile) && (profile.interface == nil || profile.interface == device.interface)
                    && !objects.activeConnections.values.contains {
                        $0.profile == profile.path && !$0.devices.contains(device.path)
                    }
            }
            await removeOlder(older, client)
            timeline.enter(.joined)
            return network
        }
    }

    /// Adds the profile and begins its activation: from here on there is something to undo.
    private func begin(
        _ settings: DBusValue,
        _ device: String,
        _ client: NetworkManagerClient,
        probe: DirectedProbe?,
        onActivation: (ContinuousClock.Instant) -> Void
    ) async throws -> (profile: String, activation: String) {
        // While the profile is added.
        async let probing = probe?.run()
        func activationBegins() throws {
            try Task.checkCancellation()
            let start = ContinuousClock.now
            state.withLock { state in
                state.isActivating = true
                state.activationStart = start
            }
            timeline.enter(.searching)
            onActivation(start)
        }
        OpenJoins.shared.insert(uuid)
        do {
            if configuration.joinOnce {
                _ = await probing
                try activationBegins()
                state.withLock { $0.isAdding = true }
                let both = try await settled(grace: Self.callLimit) {
                    try await client.addAndActivateOnce(settings, device: device)
                }
                state.withLock { $0.isAdded = true }
                return both
            }
            state.withLock { $0.isAdding = true }
            let profile = try await settled(grace: Self.callLimit) { try await client.addProfile(settings) }
            state.withLock { $0.isAdded = true }
            _ = await probing
            try activationBegins()
            let activation = try await settled(grace: Self.callLimit) {
                try await client.activate(profile: profile, device: device)
            }
            return (profile, activation)
        } catch let refusal as DBusError where !refusal.isAboutMissingOwner && !refusal.isAboutLostBus {
            // Answered with no: what was not added needs no undoing.
            state.withLock { $0.isAdding = $0.isAdded }
            throw await asleep(refusal, client) ?? refusal
        }
    }

    /// Takes the evidence until there is a verdict.
    private func watch(
        _ evidence: EvidenceStream,
        _ initial: JoinJudge,
        _ client: NetworkManagerClient,
        activation: String
    ) async throws {
        var judge = initial
        let start = state.withLock { $0.activationStart }
        for await event in evidence.events {
            let dueBefore = judge.due
            // The daemon may have joined another network while this one was asked for on the air.
            if case .deviceState? = event.evidence, event.at < start { continue }
            if case .activeConnectionEnded(let path, _)? = event.evidence, path != activation { continue }
            if let item = event.evidence {
                judge.receive(item, at: event.at)
                logger.trace("evidence", metadata: ["what": "\(item)"])
            }
            // By reminders alone: they come after what was to be heard before.
            if event.evidence == nil { judge.advanceClock(to: event.at) }
            timeline.enter(judge.phase, at: event.at)
            let current = judge
            state.withLock { $0.judge = current }
            switch judge.verdict {
            case .joined: return
            case .failed(let error):
                if let better = blocked(error, judge) { throw better }
                if let better = await leftAlone(error, judge, client) { throw better }
                throw await withSupplicantsEnd(await unlessRemoved(error, judge, client), client)
            case .deviceLost(let transition):
                throw await unlessRemoved(await explain(transition, judge, client), judge, client)
            case nil: break
            }
            if let due = judge.due, due != dueBefore { evidence.wake(at: due) }
        }
        try Task.checkCancellation()
        throw judge.failure(.backendUnavailable, "nothing more was heard from NetworkManager")
    }

    // MARK: The end

    /// The joined network, where the join had succeeded before it was cancelled.
    var outcome: JoinedNetwork? { state.withLock { $0.outcome } }

    /// What keeps the network joined, where it is joined for the time of this process only; the connection to the bus is
    /// then its own.
    func takeHold() -> NetworkManagerHold? {
        guard configuration.joinOnce else { return nil }
        return state.withLock { state in
            guard state.outcome != nil, let client = state.client, let activation = state.activation else { return nil }
            state.client = nil
            return NetworkManagerHold(
                ssid: configuration.ssid,
                uuid: uuid,
                activation: activation,
                client: client,
                backgroundLimit: options.allowsInactiveSession ? nil : options.backgroundLimit,
                logger: logger
            )
        }
    }

    /// Closes the connection to the bus.
    func close() async {
        OpenJoins.shared.remove(uuid)
        if configuration.eapSettings != nil {
            let isStored = state.withLock { $0.outcome != nil }
            EAPProfile.removeCopies(
                of: uuid,
                in: [EAPProfile.memoryProfiles] + (isStored ? [] : [EAPProfile.storedProfiles])
            )
        }
        await state.withLock { $0.client }?.connection.close()
    }
}
