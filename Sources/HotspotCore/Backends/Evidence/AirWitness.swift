internal import IEEE80211
internal import Logging
internal import Netlink
internal import Synchronization

/// Listens to what the kernel tells everybody about the air while a daemon joins a network.
///
/// The nl80211 `mlme` and `scan` groups need no privilege, and carry every authentication, association and
/// deauthentication with its status or reason: what NetworkManager knows and does not say.
final class AirWitness: Sendable {
    /// The link as the kernel has it.
    struct Link: Sendable {
        let bssid: String
        /// In MHz.
        let frequency: Int
        /// In dBm.
        let signal: Int?
        /// What was agreed with the access point.
        let security: HotspotSecurity?
    }

    private let nl80211: NL80211
    private let stream: NL80211EventStream
    private let interface: WirelessInterface
    private let wiphy: Wiphy?
    /// How many frequencies a scan of all channels has.
    private let allFrequencies: Int
    private let ssid: SSID
    private let evidence: EvidenceStream
    private let logger: Logger
    private let agreed = Mutex<HotspotSecurity?>(nil)
    /// The frequencies on which a scan only asks and waits for 50 ms, less than a beacon's interval, in MHz.
    private let probedFrequencies: [Int]
    /// Whether a scan that listens was asked for, and whether it goes on.
    private let listeningScan = Mutex((wasBegun: false, isRunning: false))

    /// How old an entry of the kernel's table may be to count as heard in the scan that has just ended: a scan of all
    /// channels takes four seconds, and access points beacon ten times a second.
    private static let maximumAge = 8000

    /// A witness that listens already and does not know yet which interface it is about.
    struct Listening: Sendable {
        fileprivate let nl80211: NL80211
        fileprivate let stream: NL80211EventStream
        fileprivate let interfaces: [WirelessInterface]
        fileprivate let wiphys: [Wiphy]
        fileprivate let ssid: SSID
        fileprivate let evidence: EvidenceStream
        fileprivate let logger: Logger

        /// The witness of one interface; nil where the kernel has no Wi-Fi interface of this name.
        func watching(_ name: String) -> AirWitness? {
            guard let interface = interfaces.first(where: { $0.name == name }) else {
                stream.close()
                logger.debug("the kernel has no Wi-Fi interface of this name", metadata: ["interface": "\(name)"])
                return nil
            }
            return AirWitness(self, interface: interface)
        }
    }

    private init(_ listening: Listening, interface: WirelessInterface) {
        nl80211 = listening.nl80211
        stream = listening.stream
        self.interface = interface
        wiphy = listening.wiphys.first { $0.index == interface.wiphy }
        allFrequencies = wiphy?.frequencies.filter { !$0.isDisabled }.count ?? 0
        probedFrequencies = wiphy?.frequencies.filter { !$0.isDisabled && !$0.isPassive }.map(\.frequencyMHz) ?? []
        ssid = listening.ssid
        evidence = listening.evidence
        logger = listening.logger
    }

    /// Begins to listen; nothing that happens after this returned is missed.
    ///
    /// - Returns: nil where there is no nl80211 to be asked (another kernel, a container): the join then goes by what the
    ///   daemon says alone.
    static func start(ssid: SSID, evidence: EvidenceStream, logger: Logger) async -> Listening? {
        do {
            let nl80211 = try await NL80211()
            let stream = try await nl80211.events(groups: [.mlme, .scan], bufferingNewest: 4096)
            return Listening(
                nl80211: nl80211,
                stream: stream,
                interfaces: try await nl80211.interfaces(),
                wiphys: try await nl80211.wiphys(),
                ssid: ssid,
                evidence: evidence,
                logger: logger
            )
        } catch {
            logger.debug("no witness on the air", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Takes the events in until the task is cancelled.
    ///
    /// - Parameter start: what happened before it is no evidence: it was for another connection, or our own search.
    func run(since start: ContinuousClock.Instant) async {
        defer { stream.close() }
        for await event in stream where event.interface == interface.index && event.instant >= start {
            await take(event)
        }
    }

    /// What asks for the network, by the same way to the kernel; nil where its radio is not known.
    func probe(known: [Int]) -> DirectedProbe? {
        wiphy.map {
            DirectedProbe(
                nl80211: nl80211,
                interface: interface,
                wiphy: $0,
                ssid: ssid,
                known: known,
                logger: logger
            )
        }
    }

    private func take(_ event: NL80211Event) async {
        func add(_ item: JoinEvidence) { evidence.add(item, at: event.instant) }
        switch event.kind {
        case .newStation(let bssid): add(.authenticationStarted(bssid: bssid))
        case .authenticate(.frame(let frame)): add(.authentication(frame))
        case .authenticate(.timedOut(let bssid)): add(.authenticationTimedOut(bssid: bssid))
        case .associate(.frame(let frame), let request):
            note(request)
            add(.association(status: frame.status, bssid: frame.addresses.bssid))
        case .associate(.timedOut(let bssid), _): add(.associationTimedOut(bssid: bssid))
        case .connect(let connection):
            note(connection.requestElements)
            if connection.timeout != nil {
                add(.associationTimedOut(bssid: connection.bssid))
            } else if let bssid = connection.bssid {
                add(.association(status: connection.status, bssid: bssid))
            }
        case .deauthenticate(let frame), .disassociate(let frame):
            add(
                .linkEnded(
                    reason: frame.reason,
                    byAccessPoint: frame.addresses.isFromAP,
                    bssid: frame.addresses.bssid
                )
            )
        case .disconnect(let reason?, true):
            // Drivers that do not show the frame say it here; where they do, this repeats it.
            add(.linkEnded(reason: reason, byAccessPoint: true, bssid: nil))
        case .controlPortTransmitStatus(true, let frame):
            guard let header = try? EAPOLKeyHeader(ethernetFrame: frame) else { return }
            if header.isMessage4 {
                add(.handshakeMessageSent(isFourth: true))
            } else if header.isMessage2 {
                add(.handshakeMessageSent(isFourth: false))
            }
        case .triggerScan: add(.scanStarted)
        case .newScanResults(let scan): await searched(scan, at: event.instant)
        case .scanAborted(let scan) where scan.ssids.isEmpty && endListening():
            add(.scanFinished(offered: [], bssCount: 0))
        default: break
        }
    }

    /// Looks at the kernel's table after a scan that asked for our network on every channel.
    private func searched(_ scan: NL80211Event.Scan, at instant: ContinuousClock.Instant) async {
        if scan.ssids.isEmpty {
            guard endListening() else { return }
        } else {
            guard scan.ssids.contains(ssid.octets), scan.frequenciesMHz.count >= allFrequencies else { return }
        }
        do {
            let heard = try await nl80211.scanResults(interface: interface.index).filter {
                $0.ageMilliseconds.map { $0 <= Self.maximumAge } ?? true
            }
            let ours = heard.filter { $0.ssid == ssid.octets }
            let isConfirmed = ours.isEmpty ? await !beginListening() : true
            let strongest = ours.max { ($0.signalMBm ?? .min) < ($1.signalMBm ?? .min) }
            evidence.add(
                .scanFinished(
                    offered: ours.map(\.security),
                    bssCount: heard.count,
                    demand: strongest.flatMap { AccessPointDemand($0.elements) },
                    isConfirmed: isConfirmed
                ),
                at: instant
            )
        } catch {
            logger.debug("the scan's results cannot be read", metadata: ["error": "\(error)"])
        }
    }

    /// Begins a scan that listens for beacons where the daemon's only asked: an access point that does not answer (to a
    /// station on its list of denied ones, or because it hangs) is heard so.
    ///
    /// - Returns: whether one began; it needs CAP_NET_ADMIN and an idle radio, and is done once.
    private func beginListening() async -> Bool {
        let isFirst = listeningScan.withLock { state in
            defer { state.wasBegun = true }
            return !state.wasBegun
        }
        guard isFirst, !probedFrequencies.isEmpty else { return false }
        do {
            listeningScan.withLock { $0.isRunning = true }
            try await nl80211.triggerScan(
                interface: interface.index,
                ssids: [],
                frequenciesMHz: probedFrequencies
            )
            return true
        } catch {
            listeningScan.withLock { $0.isRunning = false }
            logger.debug("no scan that listens", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Whether it was the scan that listens which has ended.
    private func endListening() -> Bool {
        listeningScan.withLock { state in
            defer { state.isRunning = false }
            return state.isRunning
        }
    }

    private func note(_ request: ElementList) {
        guard let rsne = try? request.rsne() else { return }
        let akm = rsne.effectiveAKMSuites.first
        let security: HotspotSecurity? =
            switch akm {
            case .psk, .pskSHA256, .ftPSK, .pskSHA384, .ftPSKSHA384: .wpaPersonal
            case .sae, .ftSAE, .saeExtendedKey, .ftSAEExtendedKey: .sae
            case .owe: .enhancedOpen
            case nil: nil
            default: .enterprise
            }
        if let security { agreed.withLock { $0 = security } }
    }

    /// The access point that the interface is associated with, as the kernel last heard it.
    func link() async -> Link? {
        guard let results = try? await nl80211.scanResults(interface: interface.index),
            let current = results.first(where: { $0.status == .associated })
        else { return nil }
        return Link(
            bssid: current.bssid.description,
            frequency: current.frequencyMHz,
            signal: current.signalDBm,
            security: agreed.withLock { $0 }
        )
    }
}
