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

    let configuration: HotspotConfiguration
    let options: HotspotConfigurationManager.ApplyOptions
    var timeline: Timeline
    let memory: NetworkMemory
    let logger: Logger
    let adapting: @Sendable (Wiphy) -> Wiphy
    var route = RouteNetlink()
    var events = LinkEvents()

    var radio: NL80211Station.Radio?
    var station: NL80211Station?
    var provision: AddressProvision?
    var pump: Task<Void, Never>?
    var holder: Task<Void, Never>?
    /// Whether the radio is lent to another join.
    var isSuspended = false
    var resuming: Task<HotspotConfigurationError?, Never>?
    /// The end for good, which there is once.
    var ending: Task<Void, Never>?
    /// The link that is there now.
    var watch: Watch?
    /// The access point whose network gave the addresses.
    var provisioned: MACAddress?
    /// When the link was made that is there, or was there last, and after how long a pause.
    var linkBegan = Instant.now
    var lastPause = NL80211Session.firstPause
    /// What has been changed on the interface.
    var didBringUp = false
    var didSetLinkMode = false
    var didReserve = false
    var didSetAddresses = false
    /// The station's address before it was changed.
    var originalAddress: MACAddress?
    var manual: ManualAddresses?
    /// Whether another program has the radio now: then nothing on it is ours to set back.
    var isTaken = false
    /// The addresses that were there before.
    var originalAddresses: InterfaceAddresses?

    /// A link that is kept: how it ends, and a stream that ends with it, for somebody who waits for more than that.
    struct Watch {
        let task: Task<NL80211Station.LinkEnd, Never>
        let ended: AsyncStream<Void>
    }

    /// What happens to the link while it is held.
    nonisolated let changes = Broadcast<HotspotLink.Change>()

    /// How long undoing may take.
    static let undoLimit = Duration.seconds(6)
    /// How long one attempt to join anew may take, and how long the first and the longest pause between two are.
    static let rejoinLimit = Duration.seconds(20)
    static let firstPause = Duration.milliseconds(200)
    static let longestPause = Duration.seconds(60)
    /// How long a link must have lasted for the next pause to be the shortest again.
    static let steadiness = Duration.seconds(30)
    /// How long joining again may take that a failed join of another network asks for.
    static let resumeLimit = Duration.seconds(15)

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
        try reserve(radio.interface)
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

    /// Takes the radio, of all sessions of all processes.
    func reserve(_ interface: WirelessInterface) throws(HotspotConfigurationError) {
        let name = PrintableText.escape(interface.name)
        switch RadioReservations.shared.reserve(interface.index, logger: logger) {
        case .reserved: return
        case .hasSession:
            throw HotspotConfigurationError(
                .deviceUnavailable,
                "\(name) is busy with another network of this program",
                remedy: "leave that network first"
            )
        case .isLocked(let path):
            throw HotspotConfigurationError(
                .deniedByPolicy,
                "another program joins or holds a network on \(name) without a daemon",
                remedy: "hotspot leave, where it is hotspot; else see which program it is: fuser \(path)",
                underlying: [Observation("hotspot", "radio's lock", "\(path) is locked by another process")]
            )
        }
    }

    /// Joins, and sees to an address.
    func join(
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
    var asksForAddress: Bool { options.waitsForAddress && configuration.addressing == .automatic }

    /// Gives the station the address that it is to show to this network.
    ///
    /// - Returns: the radio with its address.
    func disguise(_ radio: NL80211Station.Radio) async throws -> NL80211Station.Radio {
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
    ///
    /// - Returns: whether it was down.
    @discardableResult
    func prepareInterface(_ radio: NL80211Station.Radio) async throws -> Bool {
        let index = radio.interface.index
        let wasDown = !RadioChoice.isUp(radio.interface.name)
        if wasDown {
            try await route.set(index, InterfaceChange(isUp: true))
            // Somebody may take it down while a link is held; what counts is how it was found.
            if !didSetLinkMode { didBringUp = true }
        }
        try await route.set(index, InterfaceChange(linkMode: .dormant, operationalState: .dormant))
        didSetLinkMode = true
        return wasDown
    }

    /// Says that the interface is operational.
    func open(_ radio: NL80211Station.Radio) async throws {
        try await route.set(radio.interface.index, InterfaceChange(operationalState: .up))
    }

    /// The link ended before there was an address.
    struct LinkLost: Error {
        let end: NL80211Station.LinkEnd
        let bssid: MACAddress
    }

    /// Sees to addresses of the network that was joined, as long as its link lasts.
    func provide(
        _ candidate: NL80211Station.Candidate,
        _ radio: NL80211Station.Radio
    ) async throws {
        guard let watch else { return }
        let bssid = candidate.result.bssid
        let previous = InterfaceAddresses(of: radio.interface.name)
        // Whatever comes of it: the addresses of before go with their client.
        provisioned = nil
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

    func network(
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
