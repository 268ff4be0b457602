internal import DBus
internal import Foundation
internal import Glibc
internal import IEEE80211
internal import Logging
internal import Synchronization

/// One join through NetworkManager, from the first look at the machine to its end.
///
/// A profile is added in memory (`AddConnection2` validates it exactly), activated, watched until the outcome is certain,
/// and stored only when the network is joined: a join that fails, is cancelled or is cut off by a power failure has never
/// touched the disk. An older profile of ours for the same network is removed after that, and not changed before.
final class NetworkManagerJoin: Sendable {
    private let configuration: HotspotConfiguration
    private let application: String
    private let options: HotspotConfigurationManager.ApplyOptions
    private let timeline: Timeline
    private let logger: Logger
    private let uuid = UUID().uuidString.lowercased()
    private let state = Mutex(State())

    /// How long undoing may take, with the time for the earlier connection to come back.
    static let undoLimit = Duration.seconds(15)
    /// How long a daemon that says that it is quitting may take to be gone.
    private static let quittingLimit = Duration.seconds(2)
    /// How long an unavailable device may take to become usable, where nothing stands in its way.
    private static let settlingLimit = Duration.seconds(4)
    /// How long a call that changes something may take after the join was given up: its outcome must be known.
    private static let callLimit = Duration.seconds(5)

    /// What is known and what has been changed so far.
    private struct State {
        var client: NetworkManagerClient?
        var device: String?
        var judge: JoinJudge?
        /// Whether `AddConnection2` was sent.
        var isAdding = false
        /// Whether its reply came.
        var isAdded = false
        /// Whether `ActivateConnection` was sent, so that an earlier connection may be gone.
        var isActivating = false
        /// The profile that the device was on before.
        var displaced: String?
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
        async let stored = wirelessProfiles(client, objects.profiles)
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
        let profiles = try await removeAbandoned(try await stored, of: owner, objects: objects, client)
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
            $0.displaced = active?.profile
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
        } catch let refusal as DBusError where !refusal.isAboutMissingOwner {
            // Answered with no: what was not added needs no undoing.
            state.withLock { $0.isAdding = $0.isAdded }
            throw refusal
        }
    }

    /// Looks at the machine, and once more where a device is about to become usable.
    private func preflight(
        _ client: NetworkManagerClient,
        hasSupplicant: Bool
    ) async throws -> NetworkManagerPreflight {
        @Sendable func look() async throws -> NetworkManagerPreflight {
            NetworkManagerPreflight(
                objects: try await NetworkManagerClient.answered("GetManagedObjects", by: "NetworkManager") {
                    try await client.objects()
                },
                configuration: configuration,
                hasSupplicant: hasSupplicant
            )
        }
        let first = try await look()
        guard first.isSettling else { return first }
        logger.debug("waiting for a device to become available")
        do {
            return try await withDeadline(.now + Self.settlingLimit) {
                let changes = try await client.stateChanges()
                var current = try await look()
                guard current.isSettling else { return current }
                for try await _ in changes {
                    current = try await look()
                    if !current.isSettling { break }
                }
                return current
            }
        } catch is DeadlineExceeded {
            return try await look()
        }
    }

    /// The stored profiles of this network.
    private func wirelessProfiles(
        _ client: NetworkManagerClient,
        _ paths: [String]
    ) async throws -> [NetworkManagerProfile] {
        try await client.profiles(paths).filter { $0.ssid == configuration.ssid.octets && $0.mode == "infrastructure" }
    }

    /// Removes what a join of this application left behind when its process was killed.
    ///
    /// - Returns: the other profiles.
    private func removeAbandoned(
        _ profiles: [NetworkManagerProfile],
        of owner: ProfileOwner,
        objects: NetworkManagerObjects,
        _ client: NetworkManagerClient
    ) async throws -> [NetworkManagerProfile] {
        let inUse = Set(objects.activeConnections.values.compactMap(\.profile))
        let abandoned = profiles.filter {
            owner.owns($0) && $0.isAbandoned && !inUse.contains($0.path)
        }
        await removeOlder(abandoned, client)
        let paths = Set(abandoned.map(\.path))
        return profiles.filter { !paths.contains($0.path) }
    }

    /// Looks whether the network is somebody else's to configure, or ours and joined already.
    private func refuseIfNotOurs(
        _ profiles: [NetworkManagerProfile],
        of owner: ProfileOwner,
        active: NetworkManagerObjects.ActiveConnection?,
        client: NetworkManagerClient,
        keyManagement: KeyManagement,
        enterprise: EAPProfile?
    ) async throws {
        if let foreign = profiles.first(where: { !owner.owns($0) }) {
            let (id, uuid) = (PrintableText.escape(foreign.id), PrintableText.escape(foreign.uuid))
            throw HotspotConfigurationError(
                .foreignConfiguration,
                "\"\(configuration.ssid)\" is configured by the profile \"\(id)\", which \(application) did not make",
                // By its number: a profile's name is mostly the network's, and so other people's text in a root's shell.
                remedy: "nmcli connection up uuid \(uuid) joins it; nmcli connection delete uuid \(uuid) makes room",
                underlying: [ProfileConflict(id: id, uuid: foreign.uuid, path: foreign.path)]
            )
        }
        if let open = profiles.first(where: { $0.userData[NetworkManagerProfile.Tag.joining] != nil }) {
            throw HotspotConfigurationError(
                .requestPending,
                "another process of \(application) is joining \"\(configuration.ssid)\" now",
                remedy: "wait for it, or end it",
                underlying: [ProfileConflict(id: PrintableText.escape(open.id), uuid: open.uuid, path: open.path)]
            )
        }
        if let open = profiles.first(where: { $0.userData[NetworkManagerProfile.Tag.once] != nil }),
            let active, active.profile == open.path, active.state == .activating
        {
            throw HotspotConfigurationError(
                .requestPending,
                "another request of \(application) for \"\(configuration.ssid)\" is still open",
                remedy: "wait for it, or end it",
                underlying: [ProfileConflict(id: PrintableText.escape(open.id), uuid: open.uuid, path: open.path)]
            )
        }
        guard let active, active.state == .activated,
            let profile = profiles.first(where: { $0.path == active.profile }),
            // What has expired is about to be forgotten, with its connection.
            !profile.isExpired,
            profile.keyManagement == keyManagement.name,
            profile.userData[NetworkManagerProfile.Tag.settings] == configuration.settingsText
        else { return }
        if let setting = keyManagement.secretKey {
            let secrets: [String: DBusValue]
            do {
                secrets = try await client.secrets(of: profile.path, setting: "802-11-wireless-security")
            } catch is DBusError {
                // Whoever may not read the stored secret cannot know that it is the same: the network is joined anew.
                return
            }
            let stored = secrets[setting]?.text.map { Passphrase($0) }
            guard stored == configuration.passphrase else { return }
        }
        if let enterprise {
            guard try await hasCredentials(profile, enterprise, client) else { return }
        }
        throw HotspotConfigurationError(
            .alreadyAssociated,
            "\"\(configuration.ssid)\" is joined already, with this very configuration",
            underlying: [ProfileConflict(id: PrintableText.escape(profile.id), uuid: profile.uuid, path: profile.path)]
        )
    }

    /// Whether a stored profile has the very EAP settings; false also where its secrets may not be read.
    private func hasCredentials(
        _ profile: NetworkManagerProfile,
        _ enterprise: EAPProfile,
        _ client: NetworkManagerClient
    ) async throws -> Bool {
        guard enterprise.matches(profile.enterprise) else { return false }
        do {
            let stored = try await client.secrets(of: profile.path, setting: EAPProfile.name)
            return stored.compactMapValues { $0.text.map { Passphrase($0) } } == enterprise.secrets
        } catch is DBusError {
            return enterprise.secrets.isEmpty
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
            let pendingBefore = judge.pending?.at
            // The daemon may have joined another network while this one was asked for on the air.
            if case .deviceState? = event.evidence, event.at < start { continue }
            if case .activeConnectionEnded(let path, _)? = event.evidence, path != activation { continue }
            if let item = event.evidence {
                judge.receive(item, at: event.at)
                logger.trace("evidence", metadata: ["what": "\(item)"])
            }
            judge.advanceClock(to: event.at)
            timeline.enter(judge.phase, at: event.at)
            let current = judge
            state.withLock { $0.judge = current }
            switch judge.verdict {
            case .joined: return
            case .failed(let error):
                if let better = blocked(error, judge) { throw better }
                throw await unlessRemoved(error, judge, client)
            case .deviceLost(let transition):
                throw await unlessRemoved(await explain(transition, judge, client), judge, client)
            case nil: break
            }
            if let pending = judge.pending?.at, pending != pendingBefore { evidence.wake(at: pending) }
        }
        try Task.checkCancellation()
        throw judge.failure(.backendUnavailable, "nothing more was heard from NetworkManager")
    }

    /// The device became unavailable, unmanaged or was taken down: the daemon's properties and the kernel's say why.
    private func explain(
        _ transition: DeviceTransition,
        _ judge: JoinJudge,
        _ client: NetworkManagerClient
    ) async -> HotspotConfigurationError {
        let name = "\"\(configuration.ssid)\""
        // A daemon that quits gives its devices up, as one does whose device was pulled out: the kernel still has it.
        if [.nowUnmanaged, .unmanagedQuitting, .removed].contains(transition.reason),
            RadioSwitch.hasInterface(judge.interface),
            await hasLeft(client, within: Self.quittingLimit)
        {
            return judge.failure(
                .backendUnavailable,
                "NetworkManager stopped while \(name) was being joined",
                remedy: "start it: systemctl start NetworkManager"
            )
        }
        if let objects = try? await client.objects() {
            if !objects.manager.networkingEnabled {
                return judge.failure(
                    .networkingOff,
                    "networking was switched off while \(name) was being joined",
                    remedy: "nmcli networking on"
                )
            }
            if objects.manager.isAsleep {
                var error = judge.failure(
                    .suspended,
                    "the machine was put to sleep while \(name) was being joined",
                    remedy: "join again when it is awake"
                )
                error.underlyingErrors.append(Observation("NetworkManager", "State", "State is asleep (10)"))
                return error
            }
            if let error = blocked(nil, judge) { return error }
            if !objects.manager.wirelessEnabled || !objects.manager.wirelessHardwareEnabled {
                return judge.failure(
                    .radioDisabled,
                    "Wi-Fi was switched off while \(name) was being joined",
                    remedy: "nmcli radio wifi on, or rfkill unblock wifi"
                )
            }
            // The same reason is given for a device that was pulled out and for one that was taken from NetworkManager.
            let device = objects.devices.first { $0.interface == judge.interface }
            if device == nil || device?.state == .unmanaged, [.removed, .nowUnmanaged].contains(transition.reason) {
                return judge.failure(
                    .deviceUnmanaged,
                    "somebody took \(judge.interface) from NetworkManager while \(name) was being joined",
                    remedy: "nmcli device set \(judge.interface) managed yes"
                )
            }
        }
        return judge.interrupted(transition.reason)
    }

    /// Names the removal of our profile where somebody removed it before the device had begun with it: what is seen is then
    /// only that the device does something else.
    private func unlessRemoved(
        _ original: HotspotConfigurationError,
        _ judge: JoinJudge,
        _ client: NetworkManagerClient
    ) async -> HotspotConfigurationError {
        guard [.superseded, .deviceUnavailable].contains(original.cause) else { return original }
        do {
            guard try await client.profile(uuid: uuid) == nil else { return original }
        } catch {
            // Whoever cannot be asked any more is the next thing to fail, and will be named there.
            return original
        }
        var failure = judge.failure(
            .configurationRemoved,
            "somebody removed the profile while \"\(configuration.ssid)\" was being joined",
            remedy: "join again"
        )
        failure.underlyingErrors.append(
            Observation("NetworkManager", "GetConnectionByUuid", "there is no profile \(uuid) any more")
        )
        return failure
    }

    /// Whether the daemon gives up its name in the next moment.
    private func hasLeft(_ client: NetworkManagerClient, within limit: Duration) async -> Bool {
        let left = try? await withDeadline(.now + limit) {
            let changes = try await client.ownerChanges()
            if try await client.connection.owner(of: NetworkManagerClient.busName) != client.owner { return true }
            for try await change in changes where change.body.count == 3 && change.body[2].text != client.owner {
                return true
            }
            return true
        }
        return left ?? false
    }

    /// Names the switch where the radio is blocked, or a device that is gone, unless the access point's own word explains the failure better.
    private func blocked(_ error: HotspotConfigurationError?, _ judge: JoinJudge) -> HotspotConfigurationError? {
        if let error, !Self.isLikeSilence(error.cause) { return nil }
        if !RadioSwitch.hasInterface(judge.interface) {
            var failure = judge.failure(
                .deviceRemoved,
                "\(judge.interface) disappeared while \"\(configuration.ssid)\" was being joined",
                remedy: "plug it in again, or see the kernel's log: dmesg"
            )
            failure.underlyingErrors.insert(
                Observation("kernel", "/sys/class/net", "there is no interface \(judge.interface) any more"),
                at: 0
            )
            return failure
        }
        guard let block = RadioSwitch.blocking(judge.interface) else { return nil }
        var failure = judge.failure(
            .radioDisabled,
            "Wi-Fi was switched off while \"\(configuration.ssid)\" was being joined",
            remedy: block.remedy
        )
        failure.underlyingErrors.insert(block.observation(judge.interface), at: 0)
        return failure
    }

    /// Whether a cause is also what a radio that was switched off looks like.
    private static func isLikeSilence(_ cause: HotspotConfigurationError.Cause) -> Bool {
        switch cause {
        case .deviceUnavailable, .networkNotFound, .noResponse, .handshakeFailed, .deauthenticated,
            .supplicantFailed, .ipProvisioningFailed, .timedOut:
            true
        default: false
        }
    }

    // MARK: The outcome

    private func joinedNetwork(
        _ client: NetworkManagerClient,
        activation: String,
        device: String,
        keyManagement: KeyManagement,
        witness: AirWitness?
    ) async throws -> JoinedNetwork {
        let objects = try await client.objects()
        guard let current = objects.devices.first(where: { $0.path == device }),
            current.activeConnection == activation,
            let connection = objects.activeConnections[activation]
        else {
            let judge = state.withLock { $0.judge }
            let message = "another connection took the device at the moment when \"\(configuration.ssid)\" was joined"
            throw judge?.failure(.superseded, message)
                ?? HotspotConfigurationError(.superseded, message, phase: .address)
        }
        let accessPoint = current.activeAccessPoint.flatMap { objects.accessPoints[$0] }
        // The network is joined whatever becomes of these objects, which NetworkManager replaces as addresses change.
        async let ip4Reading = try? addresses(client, connection.ip4Config, NetworkManagerClient.Interface.ip4Config)
        async let ip6Reading = try? addresses(client, connection.ip6Config, NetworkManagerClient.Interface.ip6Config)
        async let linkReading = witness?.link()
        let (ip4, ip6, observed) = await (ip4Reading, ip6Reading, linkReading)
        try Task.checkCancellation()
        let frequency = observed?.frequency ?? accessPoint?.frequency
        return JoinedNetwork(
            ssid: configuration.ssid,
            bssid: observed?.bssid ?? accessPoint?.bssid.lowercased(),
            frequency: frequency,
            channel: frequency.flatMap { Channel(frequencyMHz: $0)?.number },
            security: observed?.security ?? keyManagement.security,
            signal: observed?.signal,
            signalStrength: accessPoint.map { Double($0.strength) / 100 },
            interface: current.interface,
            addresses: (ip4?.addresses ?? []) + (ip6?.addresses ?? []),
            gateway: ip4?.gateway ?? ip6?.gateway,
            backend: NetworkManagerBackend.name,
            phaseDurations: timeline.durations()
        )
    }

    private func addresses(
        _ client: NetworkManagerClient,
        _ path: String?,
        _ interface: String
    ) async throws -> (addresses: [String], gateway: String?) {
        guard let path else { return ([], nil) }
        let properties = try await client.properties(of: path, interface: interface)
        let addresses = (properties["AddressData"]?.elements ?? []).compactMap { item -> String? in
            guard let entry = item.entries, let address = entry["address"]?.text else { return nil }
            return PrintableText.escape(address) + (entry["prefix"]?.integer.map { "/\($0)" } ?? "")
        }
        return (addresses, properties["Gateway"]?.text.flatMap { $0.isEmpty ? nil : PrintableText.escape($0) })
    }

    private func removeOlder(_ profiles: [NetworkManagerProfile], _ client: NetworkManagerClient) async {
        for profile in profiles {
            do {
                try await shielded(for: Self.callLimit) { try await client.deleteProfile(profile.path) }
                EAPProfile.removeCopies(
                    of: profile.uuid,
                    in: [EAPProfile.memoryProfiles, EAPProfile.storedProfiles]
                )
            } catch {
                logger.warning("an older profile stays", metadata: ["uuid": "\(profile.uuid)", "error": "\(error)"])
            }
        }
    }

    /// The joined network, where the join had succeeded before it was cancelled.
    var outcome: JoinedNetwork? { state.withLock { $0.outcome } }

    // MARK: The end

    /// Turns whatever ended the join into the one error type, with what was heard so far beneath it.
    func failure(from error: any Error) -> HotspotConfigurationError {
        let judge = state.withLock { $0.judge }
        let phase = timeline.phase
        let subject = "\"\(configuration.ssid)\" could not be joined"
        func build(
            _ cause: HotspotConfigurationError.Cause,
            _ message: String,
            _ remedy: String? = nil,
            _ underlying: [any Error] = []
        ) -> HotspotConfigurationError {
            var failure =
                judge?.failure(cause, message, remedy: remedy)
                ?? HotspotConfigurationError(cause, message, remedy: remedy)
            failure.phase = phase
            failure.underlyingErrors = underlying + failure.underlyingErrors
            return failure
        }
        switch error {
        case let error as HotspotConfigurationError: return error
        case let error as DBusError: return HotspotConfigurationError(dbus: error, subject: subject, phase: phase)
        case is DeadlineExceeded:
            return build(
                .timedOut(phase),
                "\(subject) before its deadline; it was in the phase \(phase.rawValue)",
                "allow more time, or go nearer to the access point",
                [Observation("hotspot", "deadline", "no answer came in the phase \(phase.rawValue) until the deadline")]
            )
        case is CancellationError:
            return build(
                .cancelled,
                "joining \"\(configuration.ssid)\" was cancelled in the phase \(phase.rawValue)",
                nil,
                [error]
            )
        default:
            return HotspotConfigurationError(
                .unlisted,
                "\(subject): an error that is in no table",
                phase: phase,
                underlying: [error]
            )
        }
    }

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
