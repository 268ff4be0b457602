internal import Glibc
package import Logging
internal import Netlink

/// Keeps the machine on the best of the networks that are kept in the state directory, of all applications: what
/// `hotspot agent` runs.
///
/// It is for machines where neither NetworkManager nor a supplicant runs. While another process of the same user holds a link
/// through ``HotspotConfigurationManager/Backend/nl80211`` it gives way: see ``AgentDoor`` and ``RadioLease``.
package final class HotspotAgent: Sendable {
    enum Event: Sendable {
        case directory
        case reload
        case link(Int, HotspotLink.Change)
        case wake
        case asked(AgentDoor.Request, AgentDoor.Caller)
    }

    private let store: ConfigurationStore
    let interface: String?
    private let waitsForAddress: Bool
    private let timing: AgentPlan.Timing
    /// Where it meets those who want the radio; nil for nowhere.
    let folder: String?
    let interruption = Interruption()
    let logger: Logger
    private let events: AsyncStream<Event>
    let continuation: AsyncStream<Event>.Continuation

    /// How long a join may take.
    private static let joinLimit = Duration.seconds(60)
    static let scanLimit = Duration.seconds(30)
    private static let undoLimit = NL80211Session.undoLimit + .seconds(1)

    /// Makes an agent.
    ///
    /// - Parameters:
    ///   - directory: the state directory; nil for the usual one.
    ///   - interface: the radio's interface; nil for the first that is fit.
    ///   - waitsForAddress: whether to see to an address.
    ///   - logger: where it says what it does.
    package convenience init(
        directory: String? = nil,
        interface: String? = nil,
        waitsForAddress: Bool = true,
        logger: Logger
    ) {
        self.init(
            store: ConfigurationStore(path: directory),
            interface: interface,
            waitsForAddress: waitsForAddress,
            timing: AgentPlan.Timing(),
            folder: AgentDoor.usualFolder,
            logger: logger
        )
    }

    init(
        store: ConfigurationStore,
        interface: String?,
        waitsForAddress: Bool,
        timing: AgentPlan.Timing,
        folder: String?,
        logger: Logger
    ) {
        self.store = store
        self.folder = folder
        self.interface = interface
        self.waitsForAddress = waitsForAddress
        self.timing = timing
        self.logger = logger
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(256))
    }

    /// Has the directory read again, and what failed before tried again.
    package func reload() {
        continuation.yield(.reload)
    }

    /// Runs until the task is cancelled, then leaves the network and the interface as they were.
    ///
    /// - Throws: ``HotspotConfigurationError``: `systemDenied` where another program has the radio or this process may not
    ///   steer it, `internal` where the state directory cannot be used, or the driver not be steered.
    package func run() async throws(HotspotConfigurationError) {
        var state = State(plan: AgentPlan(at: .now, timing: timing))
        let own = try ownLock()
        // Another agent can begin when this one has left.
        defer { withExtendedLifetime(own) {} }
        let result: Result<Void, any Error>
        do {
            try await loop(&state)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        ServiceNotification.send(["STOPPING=1"])
        let (link, radio, logger) = (state.link, state.broughtUp, logger)
        _ = try? await shielded(for: Self.undoLimit) {
            if let link {
                await link.leave()
                logger.notice("left", metadata: ["ssid": "\(link.ssid)"])
            }
            if let radio { await Self.set(radio, isUp: false, logger) }
        }
        do {
            try result.get()
        } catch is CancellationError {
        } catch let error as HotspotConfigurationError where error.cause == .cancelled {
        } catch let error as StoreFailure {
            throw HotspotConfigurationError(storage: error, "the agent cannot use the state directory")
        } catch {
            throw HotspotConfigurationError(ending: error, subject: "the agent cannot go on")
        }
    }

    struct State {
        var plan: AgentPlan
        /// The right to steer radios.
        var claim: LockFile?
        /// Whether another process had it, whose link the kernel may not have ended yet.
        var isReturning = false
        /// What was being joined when somebody asked for something.
        var interrupted: SSID?
        var link: HotspotLink?
        /// Tells the events of this link from those of an earlier one.
        var number = 0
        /// The interface that was down before.
        var broughtUp: UInt32?
        var problems: Set<String> = []
        var swept: Set<StoredConfiguration.ID> = []
    }

    private func loop(_ state: inout State) async throws {
        try await store.prepare()
        let watch = try DirectoryWatch { [continuation] in continuation.yield(.directory) }
        var iterator = events.makeAsyncIterator()
        let door = openDoor()
        defer { withExtendedLifetime(door) {} }
        // What is there to be steered is known before anybody is told that all is well.
        try await findRadio(&state)
        try await read(&state, watch)
        ServiceNotification.send(["READY=1"])
        while !Task.isCancelled {
            let date = StoredConfiguration.now
            await sweep(&state, at: date)
            if interruption.isWanted {
                // It is among the events, or about to be.
                guard let event = await iterator.next() else { return }
                try await take(event, &state, watch)
                continue
            }
            state.interrupted = nil
            switch state.plan.next(at: .now, date: date) {
            case .findRadio: try await findRadio(&state)
            case .scan: try await scan(&state)
            case .join(let id): try await join(id, &state, date: date)
            case .leave: await leave(&state)
            case .wait(let until):
                tell(state)
                let alarm = Task { [continuation] in
                    do {
                        try await ContinuousClock().sleep(until: until)
                        continuation.yield(.wake)
                    } catch {}
                }
                let event = await iterator.next()
                alarm.cancel()
                guard let event else { return }
                try await take(event, &state, watch)
            }
        }
    }

    private func take(_ event: Event, _ state: inout State, _ watch: DirectoryWatch) async throws {
        switch event {
        case .wake: break
        case .directory: try await read(&state, watch)
        case .reload:
            logger.notice("reading the configurations again")
            state.problems = []
            state.plan.reload(at: .now)
            try await read(&state, watch)
        case .link(state.number, let change):
            switch change {
            case .channelChanged: break
            // The session says why.
            case .lost: state.plan.lost(at: .now)
            case .rejoined(let network):
                logger.notice("joined again", metadata: ["ssid": "\(network.ssid)"])
                state.plan.rejoined()
            case .ended(let error):
                logger.notice("ended", metadata: ["why": "\(error.map { "\($0)" } ?? "it was left")"])
                state.link = nil
                state.number += 1
                state.plan.ended(error?.cause, at: .now)
            }
        case .link: break
        case .asked(let request, let caller):
            interruption.settle()
            await answer(request, caller, &state)
        }
    }

    /// Reads the directory, which may have been removed and made anew.
    private func read(_ state: inout State, _ watch: DirectoryWatch) async throws {
        do throws(StoreFailure) {
            // Watched before it is read.
            do throws(StoreFailure) {
                try watch.watch(store.path)
            } catch {
                try await store.prepare()
                try watch.watch(store.path)
            }
            let contents = try await store.contents()
            for problem in contents.problems where state.problems.insert(problem.summary).inserted {
                logger.warning("a file is not used", metadata: ["why": "\(problem.summary)"])
            }
            if state.plan.read(contents.configurations, at: .now) {
                logger.notice("configurations read", metadata: ["count": "\(contents.configurations.count)"])
            }
        } catch {
            if error.isCancellation { throw CancellationError() }
            throw error
        }
    }

    /// Forgets what has expired.
    private func sweep(_ state: inout State, at date: Int64) async {
        let clock = ClockReading.now
        let unstamped = state.plan.known.filter { $0.lifeTime.wantsStamp(at: clock) && !state.swept.contains($0.id) }
        for one in unstamped { state.swept.insert(one.id) }
        do throws(StoreFailure) {
            if !unstamped.isEmpty { try await store.stamp(at: clock) }
        } catch {
            logger.warning("the clock was set, and life times stay as they were", metadata: ["why": "\(error.summary)"])
        }
        let expired = state.plan.known.filter { $0.isExpired(at: date) && !state.swept.contains($0.id) }
        guard !expired.isEmpty else { return }
        // A directory that takes nothing is not to be asked again and again.
        for one in expired { state.swept.insert(one.id) }
        do throws(StoreFailure) {
            for one in try await store.remove(where: { $0.isExpired(at: date) }) {
                logger.notice("expired", metadata: ["configuration": "\(one.id)"])
                state.swept.remove(one.id)
            }
        } catch {
            logger.warning("what has expired stays", metadata: ["why": "\(error.summary)"])
        }
    }

    // MARK: Links

    private func join(_ id: StoredConfiguration.ID, _ state: inout State, date: Int64) async throws {
        await drop(&state)
        guard let stored = state.plan.known.first(where: { $0.id == id }) else { return }
        var configuration = stored.configuration
        configuration.interface = state.plan.radio
        logger.notice("joining", metadata: ["configuration": "\(id)"])
        ServiceNotification.send(["STATUS=Joining \(id)"])
        do throws(HotspotConfigurationError) {
            let (network, session) = try await attempt(configuration, await memory(of: configuration, stored))
            let link = HotspotLink(
                configuration: configuration,
                interface: network.interface,
                session: session
            )
            state.link = link
            forward(link.changes, state.number)
            state.plan.joined(id, at: .now, date: date)
            logger.notice(
                "joined",
                metadata: [
                    "ssid": "\(network.ssid)", "access point": "\(network.bssid ?? "")",
                    "addresses": "\(network.addresses.joined(separator: " "))",
                ]
            )
        } catch {
            if Task.isCancelled { throw CancellationError() }
            if error.cause == .cancelled {
                // By somebody who asks for something; what is next depends on that.
                state.interrupted = configuration.ssid
                state.plan.interrupted()
                return
            }
            // Another program has taken the radio.
            if error.cause == .deniedByPolicy { throw error }
            logger.notice("not joined", metadata: ["configuration": "\(id)", "why": "\(error)"])
            state.plan.failed(id, error.cause, at: .now)
            return
        }
        do throws(StoreFailure) {
            try await store.note(joined: id, at: date)
        } catch {
            logger.warning("not noted that a network was joined", metadata: ["why": "\(error.summary)"])
        }
    }

    /// Joins, unless somebody asks for something meanwhile.
    private func attempt(
        _ configuration: HotspotConfiguration,
        _ memory: NetworkMemory
    ) async throws(HotspotConfigurationError) -> (JoinedNetwork, NL80211Session) {
        let (logger, waitsForAddress) = (logger, waitsForAddress)
        do {
            return try await interruption.run {
                try await NL80211Backend(logger: logger, memory: memory).join(
                    configuration,
                    options: .init(timeout: Self.joinLimit, backend: .nl80211, waitsForAddress: waitsForAddress),
                    deadline: .now + Self.joinLimit,
                    timeline: Timeline { _ in }
                )
            }
        } catch {
            throw HotspotConfigurationError(ending: error, subject: "\"\(configuration.ssid)\" could not be joined")
        }
    }

    /// What a network has said before, and where it is kept what it says from now on.
    private func memory(of configuration: HotspotConfiguration, _ stored: StoredConfiguration) async -> NetworkMemory {
        let logger = logger
        do throws(StoreFailure) {
            return try await store.memory(of: configuration) { failure in
                logger.warning("not kept what the network said", metadata: ["why": "\(failure.summary)"])
            }
        } catch {
            // What was read of the directory when that could be read.
            return NetworkMemory(stored.transitionDisable)
        }
    }

    private func forward(_ changes: AsyncStream<HotspotLink.Change>, _ number: Int) {
        Task { [continuation] in
            for await change in changes {
                continuation.yield(.link(number, change))
                if case .ended = change { return }
            }
            // It may have ended before anybody listened.
            continuation.yield(.link(number, .ended(nil)))
        }
    }

    private func leave(_ state: inout State) async {
        await drop(&state)
        state.plan.left(at: .now)
    }

    /// Leaves the network, where one is joined; events of its link mean nothing from now on.
    func drop(_ state: inout State) async {
        state.number += 1
        guard let link = state.link else { return }
        state.link = nil
        await link.leave()
        logger.notice("left", metadata: ["ssid": "\(link.ssid)"])
    }

    private func tell(_ state: State) {
        let words =
            switch (state.plan.radio, state.plan.current) {
            case (nil, _) where state.isReturning: "Leaving the radio to another process"
            case (nil, _): "Waiting for a radio"
            case (_, let current?): "On \(current)"
            case (_, nil) where state.plan.known.isEmpty: "No network is known"
            case (_, nil): "Looking for a known network"
            }
        ServiceNotification.send(["STATUS=\(words)"])
    }
}
