internal import Glibc
internal import IEEE80211
internal import Logging
internal import Netlink
internal import RSN

/// One network on one radio, from the first look at the machine to the moment when the radio is left as it was found.
///
/// First ``run(deadline:displacing:)`` joins; then ``hold()`` keeps the link in a task of its own until
/// ``leave(because:)``, and joins anew where it is lost. In between ``suspend()`` may lend the radio to another join.
actor NL80211Session {
    typealias Instant = ContinuousClock.Instant

    private let configuration: HotspotConfiguration
    private let options: HotspotConfigurationManager.ApplyOptions
    private var timeline: Timeline
    private let memory: NetworkMemory
    private let logger: Logger
    private let adapting: @Sendable (Wiphy) -> Wiphy
    private var route = RouteNetlink()
    private var events = LinkEvents()

    private var radio: NL80211Station.Radio?
    private var station: NL80211Station?
    private var provision: AddressProvision?
    private var pump: Task<Void, Never>?
    private var holder: Task<Void, Never>?
    /// Whether the radio is lent to another join.
    private var isSuspended = false
    private var resuming: Task<HotspotConfigurationError?, Never>?
    /// The end for good, which there is once.
    private var ending: Task<Void, Never>?
    /// The link that is there now.
    private var watch: Watch?
    /// The access point whose network gave the addresses.
    private var provisioned: MACAddress?
    /// When the link was made that is there, or was there last, and after how long a pause.
    private var linkBegan = Instant.now
    private var lastPause = NL80211Session.firstPause
    /// What has been changed on the interface.
    private var didBringUp = false
    private var didSetLinkMode = false
    private var didReserve = false
    private var didSetAddresses = false
    /// The station's address before it was changed.
    private var originalAddress: MACAddress?
    private var manual: ManualAddresses?
    /// Whether another program has the radio now: then nothing on it is ours to set back.
    private var isTaken = false
    /// The addresses that were there before.
    private var originalAddresses: InterfaceAddresses?

    /// A link that is kept: how it ends, and a stream that ends with it, for somebody who waits for more than that.
    private struct Watch {
        let task: Task<NL80211Station.LinkEnd, Never>
        let ended: AsyncStream<Void>
    }

    /// What happens to the link while it is held.
    nonisolated let changes = Broadcast<HotspotLink.Change>()

    /// How long undoing may take.
    static let undoLimit = Duration.seconds(5)
    /// How long one attempt to join anew may take, and how long the first and the longest pause between two are.
    private static let rejoinLimit = Duration.seconds(20)
    private static let firstPause = Duration.milliseconds(200)
    private static let longestPause = Duration.seconds(60)
    /// How long a link must have lasted for the next pause to be the shortest again.
    private static let steadiness = Duration.seconds(30)
    /// How long joining again may take that a failed join of another network asks for.
    private static let resumeLimit = Duration.seconds(15)

    init(
        configuration: HotspotConfiguration,
        options: HotspotConfigurationManager.ApplyOptions,
        timeline: Timeline,
        memory: NetworkMemory = NetworkMemory(),
        logger: Logger,
        adapting: @escaping @Sendable (Wiphy) -> Wiphy = { $0 }
    ) {
        self.adapting = adapting
        self.configuration = configuration
        self.options = options
        self.timeline = timeline
        self.memory = memory
        self.logger = logger
    }

    // MARK: Joining

    /// Joins.
    ///
    /// - Parameters:
    ///   - deadline: when the radio gives up; the caller's own deadline cancels the rest.
    ///   - displacing: the links of this process that make room, once nothing else stands in the way.
    /// - Returns: the joined network.
    /// - Throws: ``HotspotConfigurationError``, `NetlinkError` or `CancellationError`: see ``failure(from:)``. What was
    ///   begun is then still there: see ``undo()``.
    func run(deadline: Instant, displacing: Displacement = .none) async throws -> JoinedNetwork {
        guard configuration.security != .enterprise else {
            throw HotspotConfigurationError(
                .notSupported,
                "enterprise networks (802.1X) are joined through NetworkManager only",
                remedy: "start NetworkManager, and leave the choice of the backend out"
            )
        }
        let nl80211 = try await NL80211()
        var radio = try await RadioChoice(
            nl80211: nl80211,
            // Once joined, the same radio joins again.
            interface: configuration.interface ?? self.radio?.interface.name,
            own: displacing.interfaces,
            // The choice of this backend was made by what is on the bus.
            isBusKnown: options.backend == .automatic,
            adapting: adapting,
            logger: logger
        ).choose()
        if case .manual(let settings) = configuration.addressing {
            let manual = ManualAddresses(
                settings: settings,
                interface: radio.interface.name,
                index: radio.interface.index
            )
            try manual.check()
            self.manual = manual
        }
        if displacing.interfaces.contains(radio.interface.name) {
            await displacing.displace(radio.interface.name)
            // It may have had another address for the other network.
            radio = try await radio.read()
        }
        self.radio = radio
        guard RadioReservations.shared.reserve(radio.interface.index) else {
            throw HotspotConfigurationError(
                .deviceUnavailable,
                "\(radio.interface.name) is busy with another network of this program",
                remedy: "leave that network first"
            )
        }
        didReserve = true
        originalAddresses = InterfaceAddresses(of: radio.interface.name)
        // Heard from before anything is begun.
        let stream = try await nl80211.events(groups: [.mlme, .scan], bufferingNewest: 4096)
        let (events, index) = (events, radio.interface.index)
        pump = Task {
            await events.pump(stream, interface: index) {
                try await nl80211.events(groups: [.mlme, .scan], bufferingNewest: 4096)
            }
        }
        radio = try await disguise(radio)
        self.radio = radio
        try await prepareInterface(radio)
        let station = NL80211Station(
            radio: radio,
            configuration: configuration,
            credential: JoinCredential(configuration),
            events: events,
            timeline: timeline,
            memory: memory,
            logger: logger
        )
        self.station = station
        let candidate: NL80211Station.Candidate
        do {
            candidate = try await join(station, radio, deadline)
        } catch let lost as LinkLost where lost.end.isForgotten {
            // It may have taken an association anew whose first answer was already taken here: with OWE it then has
            // other keys (RFC 8110, 4.4), which a second association mends.
            logger.debug("the access point has lost the station: once more")
            await station.abandon()
            candidate = try await join(station, radio, deadline)
        }
        let network = await network(candidate, radio)
        timeline.enter(.joined)
        linkBegan = .now
        return network
    }

    /// Joins, and sees to an address.
    private func join(
        _ station: NL80211Station,
        _ radio: NL80211Station.Radio,
        _ deadline: Instant
    ) async throws -> NL80211Station.Candidate {
        let candidate = try await station.join(within: deadline - .now)
        // Answered at once: the access point may renew its keys while an address is awaited.
        watch(station, candidate, radio)
        try await open(radio)
        if let manual {
            timeline.enter(.address)
            didSetAddresses = true
            try await manual.set(route)
        } else if asksForAddress {
            timeline.enter(.address)
            try await provide(candidate, radio)
        }
        return candidate
    }

    /// Whether addresses are to come from the network.
    private var asksForAddress: Bool { options.waitsForAddress && configuration.addressing == .automatic }

    /// Gives the station the address that it is to show to this network.
    ///
    /// - Returns: the radio with its address.
    private func disguise(_ radio: NL80211Station.Radio) async throws -> NL80211Station.Radio {
        let index = radio.interface.index
        let address = try StationAddressChoice.address(for: configuration, interface: radio.interface.name)
        guard let address, address != radio.address else { return radio }
        let wasUp = RadioChoice.isUp(radio.interface.name)
        originalAddress = radio.address
        if wasUp { try await route.set(index, InterfaceChange(isUp: false)) }
        try await route.set(index, InterfaceChange(address: address))
        if wasUp { try await route.set(index, InterfaceChange(isUp: true)) }
        return NL80211Station.Radio(
            nl80211: radio.nl80211,
            interface: radio.interface,
            address: address,
            wiphy: radio.wiphy
        )
    }

    /// Brings the interface up, and has it dormant until there are keys: else addresses would be asked for too early.
    private func prepareInterface(_ radio: NL80211Station.Radio) async throws {
        let index = radio.interface.index
        if !RadioChoice.isUp(radio.interface.name) {
            try await route.set(index, InterfaceChange(isUp: true))
            // Somebody may take it down while a link is held; what counts is how it was found.
            if !didSetLinkMode { didBringUp = true }
        }
        try await route.set(index, InterfaceChange(linkMode: .dormant, operationalState: .dormant))
        didSetLinkMode = true
    }

    /// Says that the interface is operational.
    private func open(_ radio: NL80211Station.Radio) async throws {
        try await route.set(radio.interface.index, InterfaceChange(operationalState: .up))
    }

    /// The link ended before there was an address.
    private struct LinkLost: Error {
        let end: NL80211Station.LinkEnd
        let bssid: MACAddress
    }

    /// Sees to addresses of the network that was joined, as long as its link lasts.
    private func provide(
        _ candidate: NL80211Station.Candidate,
        _ radio: NL80211Station.Radio
    ) async throws {
        guard let watch else { return }
        let bssid = candidate.result.bssid
        let previous = InterfaceAddresses(of: radio.interface.name)
        await provision?.stop()
        let provision = AddressProvision(interface: radio.interface.name, index: radio.interface.index, logger: logger)
        self.provision = provision
        let isProvisioned = try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                _ = try await provision.provide(preferring: previous)
                return true
            }
            group.addTask {
                for await _ in watch.ended {}
                return false
            }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
        guard isProvisioned else {
            try Task.checkCancellation()
            throw LinkLost(end: await watch.task.value, bssid: bssid)
        }
        provisioned = bssid
    }

    private func network(
        _ candidate: NL80211Station.Candidate,
        _ radio: NL80211Station.Radio,
        frequencyMHz: Int? = nil
    ) async -> JoinedNetwork {
        let addresses = InterfaceAddresses(of: radio.interface.name)
        let result = candidate.result
        let frequency = frequencyMHz ?? result.frequencyMHz
        let heard = try? await radio.nl80211.station(interface: radio.interface.index, bssid: result.bssid)
        let signal = heard?.signalDBm ?? result.signalDBm
        return JoinedNetwork(
            ssid: configuration.ssid,
            bssid: result.bssid.description,
            frequency: frequency,
            channel: Channel(frequencyMHz: frequency)?.number,
            security: HotspotSecurity(candidate.plan.akm, isPrivate: candidate.plan.pairwiseCipher != nil),
            signal: signal,
            // -100 dBm is nothing and -50 dBm as good as it gets, as other managers count it.
            signalStrength: signal.map { Double(min(max($0, -100), -50) + 100) / 50 },
            interface: radio.interface.name,
            addresses: addresses.addresses,
            gateway: addresses.gateway,
            backend: NL80211Backend.name,
            phaseDurations: timeline.durations()
        )
    }

    /// Turns whatever ended the join into the one error type.
    func failure(from error: any Error) async -> HotspotConfigurationError {
        let phase = timeline.phase
        let subject = "\"\(configuration.ssid)\" could not be joined"
        switch error {
        case let lost as LinkLost:
            guard let station else { return failure(ofUnknown: error, subject) }
            return await failure(from: await station.failure(lost.end, lost.bssid))
        case let error as HotspotConfigurationError:
            guard Self.mayBeOfThisMachine(error.cause) else { return error }
            return await failureOfThisMachine(error.underlyingErrors) ?? error
        case let error as NetlinkError where error.errno == EPERM || error.errno == EACCES:
            return HotspotConfigurationError(
                .deniedByPolicy,
                "the kernel lets only a process with CAP_NET_ADMIN steer the radio",
                remedy: "run as root, or give the program the capability once: "
                    + "setcap cap_net_admin+ep \(PrintableText.escape(Self.program))",
                phase: phase,
                underlying: [error]
            )
        case let error as NetlinkError:
            return await failureOfThisMachine([error])
                ?? HotspotConfigurationError(netlink: error, subject: subject, phase: phase)
        case is DeadlineExceeded:
            if phase == .address, let provision { return await provision.late() }
            return HotspotConfigurationError(
                .timedOut(phase),
                "\(subject) before its deadline; it was in the phase \(phase.rawValue)",
                remedy: "allow more time, or go nearer to the access point",
                phase: phase
            )
        case is CancellationError:
            return HotspotConfigurationError(
                .cancelled,
                "joining \"\(configuration.ssid)\" was cancelled in the phase \(phase.rawValue)",
                phase: phase,
                underlying: [error]
            )
        default: return failure(ofUnknown: error, subject)
        }
    }

    private func failure(ofUnknown error: any Error, _ subject: String) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .unlisted,
            "\(subject): an error that is in no table",
            phase: timeline.phase,
            underlying: [error]
        )
    }

    /// Whether a cause is what a machine looks like whose radio was taken away in the middle.
    private static func mayBeOfThisMachine(_ cause: HotspotConfigurationError.Cause) -> Bool {
        switch cause {
        case .deauthenticated, .handshakeFailed, .noResponse, .networkNotFound: true
        default: false
        }
    }

    private func failureOfThisMachine(_ underlying: [any Error]) async -> HotspotConfigurationError? {
        guard let radio else { return nil }
        let failure = await RadioTrouble(radio: radio, ssid: configuration.ssid, logger: logger)
            .failure(phase: timeline.phase, underlying: underlying)
        if failure?.cause == .superseded { isTaken = true }
        return failure
    }

    private static var program: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    // MARK: Holding

    /// Answers what the access point asks for from now on, in a task of its own.
    private func watch(
        _ station: NL80211Station,
        _ candidate: NL80211Station.Candidate,
        _ radio: NL80211Station.Radio
    ) {
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            let end = await station.hold { await self.moved(candidate, radio, to: $0) }
            continuation.finish()
            return end
        }
        watch = Watch(task: task, ended: ended)
    }

    private func moved(
        _ candidate: NL80211Station.Candidate,
        _ radio: NL80211Station.Radio,
        to frequencyMHz: Int
    ) async {
        logger.debug("the access point moved", metadata: ["MHz": "\(frequencyMHz)"])
        // Before that the result of the join says it.
        guard isHeld else { return }
        changes.send(.channelChanged(await network(candidate, radio, frequencyMHz: frequencyMHz)))
    }

    /// Keeps the link until ``leave(because:)``.
    func hold() {
        guard holder == nil, ending == nil, let station, let radio else { return }
        holder = Task { await self.keep(station, radio) }
    }

    private func keep(_ station: NL80211Station, _ radio: NL80211Station.Radio) async {
        while !Task.isCancelled {
            guard let end = await watch?.task.value, !Task.isCancelled else { return }
            watch = nil
            logger.notice("the link was lost", metadata: ["ssid": "\(configuration.ssid)", "why": "\(end)"])
            changes.send(.lost(reason: "\(end)"))
            // Where keys were lost the kernel still has the link.
            await station.abandon()
            do {
                changes.send(.rejoined(try await rejoin(station, radio, after: end)))
            } catch {
                guard !Task.isCancelled else { return }
                let failure = await failure(from: error)
                holder = nil
                await finish(failure)
            }
        }
    }

    /// Joins anew, as often as it takes.
    ///
    /// - Returns: the joined network, whose link is watched.
    /// - Throws: what stands in the way for good, or `CancellationError`.
    private func rejoin(
        _ station: NL80211Station,
        _ radio: NL80211Station.Radio,
        after end: NL80211Station.LinkEnd
    ) async throws -> JoinedNetwork {
        // Whoever lets the station in and throws it out at once is not asked five times a second.
        var pause = Instant.now - linkBegan > Self.steadiness ? Self.firstPause : lastPause
        var denials = 0
        var isForeign = end.isByThisMachine
        while true {
            try await ContinuousClock().sleep(for: pause)
            lastPause = min(pause * 2, Self.longestPause)
            do {
                // Whoever took the radio keeps it: two that take turns have no link at all.
                try await checkHolder(radio, asksDaemons: isForeign)
                (isForeign, isTaken) = (false, false)
                // The switch that turned the radio off took the interface down (rfkill).
                if RadioSwitch.blocking(radio.interface.name) == nil { try await prepareInterface(radio) }
                let candidate = try await station.join(within: Self.rejoinLimit)
                try await open(radio)
                try Task.checkCancellation()
                watch(station, candidate, radio)
                linkBegan = .now
                // The kernel takes routes away with an interface that goes down.
                try await manual?.set(route)
                if asksForAddress, provisioned != candidate.result.bssid {
                    // Another access point of the name may lead to another network (RFC 2131, 3.7).
                    await renewAddresses(candidate, radio)
                }
                return await network(candidate, radio)
            } catch {
                try Task.checkCancellation()
                // First, while it can be seen what is wrong.
                let failure = await failure(from: error)
                await station.abandon()
                logger.debug("not joined anew", metadata: ["error": "\(failure)"])
                // The link that was lost may be in the kernel's list for a moment longer.
                denials = [.deniedByPolicy, .superseded].contains(failure.cause) ? denials + 1 : 0
                isTaken = failure.cause == .superseded
                // The passphrase was right in this session, and what says the contrary can be forged: that ends nothing.
                if denials > 1 || failure.cause == .deviceRemoved { throw failure }
                pause = lastPause
            }
        }
    }

    private func checkHolder(_ radio: NL80211Station.Radio, asksDaemons: Bool) async throws {
        do {
            try await RadioChoice.refuseIfTaken(
                radio.interface,
                radio.nl80211,
                asksDaemons: asksDaemons,
                isBusKnown: false,
                logger
            )
        } catch let error as HotspotConfigurationError where error.cause == .deniedByPolicy {
            throw HotspotConfigurationError(
                .superseded,
                "\"\(configuration.ssid)\" was lost: \(error.message)",
                remedy: error.remedy,
                phase: .joined,
                underlying: error.underlyingErrors
            )
        }
    }

    private func renewAddresses(
        _ candidate: NL80211Station.Candidate,
        _ radio: NL80211Station.Radio
    ) async {
        do {
            try await withDeadline(.now + Self.rejoinLimit) {
                try await self.provide(candidate, radio)
            }
        } catch {
            // The link is there, and the client goes on asking; where the link is gone, that is heard next.
            logger.notice("no address after joining anew", metadata: ["error": "\(error)"])
        }
    }

    /// Whether the link is kept, or its radio is only lent.
    var isHeld: Bool { ending == nil && (holder != nil || isSuspended) }

    /// Whether the link is kept and has its radio.
    var isInForce: Bool { isHeld && !isSuspended }

    // MARK: Making room

    /// Gives up the radio to another join of this process, until ``resume()`` or ``leave(because:)``.
    ///
    /// - Returns: whether there was a link to be given up for it.
    func suspend() async -> Bool {
        guard isInForce else { return false }
        isSuspended = true
        changes.send(.lost(reason: "another network is being joined"))
        await stopHolding()
        if let ending {
            await ending.value
            return false
        }
        await release()
        return ending == nil
    }

    /// Joins again what ``suspend()`` gave up; where that fails the link has ended.
    ///
    /// - Returns: why it failed.
    func resume() async -> HotspotConfigurationError? {
        guard isSuspended, ending == nil, resuming == nil else { return nil }
        // A task of its own: the request that failed may have been cancelled.
        let task = Task { await self.joinAgain() }
        resuming = task
        return await task.value
    }

    private func joinAgain() async -> HotspotConfigurationError? {
        defer { resuming = nil }
        (route, events, timeline) = (RouteNetlink(), LinkEvents(), Timeline { _ in })
        do {
            let deadline = Instant.now + Self.resumeLimit
            let network = try await withDeadline(deadline) { try await self.run(deadline: deadline) }
            isSuspended = false
            hold()
            changes.send(.rejoined(network))
            return nil
        } catch {
            // Whoever ends it waits for this, and cleans up.
            if ending != nil { return nil }
            let failure = await failure(from: error)
            await finish(failure)
            return failure
        }
    }

    // MARK: The end

    /// Leaves the network: the access point is told, and the interface is as it was.
    ///
    /// - Parameter error: why, where nobody asked for it.
    func leave(because error: HotspotConfigurationError? = nil) async {
        if let ending { return await ending.value }
        let task = Task {
            resuming?.cancel()
            _ = await resuming?.value
            await stopHolding()
            await release()
            changes.finish(with: .ended(error))
        }
        ending = task
        await task.value
    }

    /// Ends what nobody holds any more.
    private func finish(_ error: HotspotConfigurationError) async {
        guard ending == nil else { return }
        let task = Task {
            await release()
            changes.finish(with: .ended(error))
        }
        ending = task
        await task.value
    }

    private func stopHolding() async {
        holder?.cancel()
        watch?.task.cancel()
        await holder?.value
        holder = nil
    }

    /// Undoes what a join has begun, even where the task around it is cancelled.
    ///
    /// - Returns: what could not be undone.
    func undo() async -> [any Error] {
        do {
            try await shielded(for: Self.undoLimit) { await self.release() }
            return []
        } catch {
            return [UndoFailure(reason: "\(error)")]
        }
    }

    /// Takes away the addresses that the link brought and that nobody else removes: those of a client that was killed, and
    /// those that the kernel made by router advertisements, which outlive a link on an interface that stays up.
    private func removeAddresses(_ radio: NL80211Station.Radio) async {
        let before = originalAddresses?.addresses ?? []
        for address in InterfaceAddresses(of: radio.interface.name).addresses
        where !before.contains(address) && !address.hasPrefix("fe80:") {
            guard let parsed = HotspotAddressing.Manual.Address(address) else { continue }
            do throws(NetlinkError) {
                try await route.setAddress(
                    parsed.address.octets,
                    prefixLength: UInt8(parsed.prefixLength),
                    on: radio.interface.index,
                    isAdded: false
                )
            } catch {
                logger.debug("an address is left", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Sets the interface back.
    private func restore(_ radio: NL80211Station.Radio) async {
        let index = radio.interface.index
        do throws(NetlinkError) {
            if didSetLinkMode {
                try await route.set(index, InterfaceChange(linkMode: .carrier))
                didSetLinkMode = false
            }
            if let address = originalAddress {
                try await route.set(index, InterfaceChange(isUp: false))
                try await route.set(index, InterfaceChange(isUp: didBringUp ? nil : true, address: address))
                (originalAddress, didBringUp) = (nil, false)
            }
            if didBringUp {
                try await route.set(index, InterfaceChange(isUp: false))
                didBringUp = false
            }
        } catch {
            logger.debug("the interface is not as it was", metadata: ["error": "\(error)"])
        }
    }

    private func release() async {
        watch?.task.cancel()
        watch = nil
        // First of all, while the link is there: the client gives its lease back.
        await provision?.stop()
        let isDaemons = provision?.isDaemons ?? false
        provision = nil
        await station?.close()
        station = nil
        if let radio {
            let index = radio.interface.index
            if didSetAddresses {
                await manual?.remove(route)
                didSetAddresses = false
            }
            if !isTaken {
                if asksForAddress, !isDaemons { await removeAddresses(radio) }
                await restore(radio)
            }
            if didReserve {
                RadioReservations.shared.release(index)
                didReserve = false
            }
        }
        (provisioned, manual) = (nil, nil)
        pump?.cancel()
        pump = nil
        events.finish()
        await route.close()
    }
}

/// The links of this process that make room for a join.
struct Displacement: Sendable {
    /// The interfaces that have them.
    let interfaces: Set<String>
    /// Has those of an interface give up the radio.
    let displace: @Sendable (String) async -> Void

    /// There are none.
    static let none = Displacement(interfaces: []) { _ in }
}

extension NL80211Station.Radio {
    /// The same as the kernel has it now.
    func read() async throws(NetlinkError) -> NL80211Station.Radio {
        let interface = try await nl80211.interface(interface.index)
        return NL80211Station.Radio(
            nl80211: nl80211,
            interface: interface,
            address: interface.mac ?? address,
            wiphy: wiphy
        )
    }
}

extension NL80211Station.LinkEnd {
    /// Whether somebody on this machine ended it, and not for the access point's silence.
    fileprivate var isByThisMachine: Bool {
        guard case .disconnected(let reason, false) = self else { return false }
        return reason != .disassocDueToInactivity
    }
}

extension NL80211Station.LinkEnd: CustomStringConvertible {
    var description: String {
        switch self {
        case .disconnected(let reason, true): "the access point ended it: \(reason.map(\.description) ?? "no reason")"
        case .disconnected(.disassocDueToInactivity?, false): "the access point was no longer heard"
        case .disconnected(let reason, false): "this machine ended it: \(reason.map(\.description) ?? "no reason")"
        case .forgotten: "the access point does not know this station any more"
        case .keysLost(let error): "its keys were lost: \(error)"
        case .cancelled: "it was left"
        }
    }
}

extension HotspotSecurity {
    /// What was agreed with an access point.
    fileprivate init(_ akm: AKMSuite?, isPrivate: Bool) {
        switch akm {
        case .sae?, .saeExtendedKey?: self = .sae
        case .owe?: self = .enhancedOpen
        case nil: self = isPrivate ? .wep : .open
        default: self = .wpaPersonal
        }
    }
}
