internal import Glibc
internal import IEEE80211
internal import Logging
internal import Netlink

/// What the kernel's radios hear, and what they are on, where no daemon has them.
struct NL80211Networks: Sendable {
    let interface: String?
    let logger: Logger

    private static let scanLimit = Duration.seconds(20)

    /// The networks that are heard now, each with its strongest access point.
    ///
    /// A scan needs CAP_NET_ADMIN and an interface that is up; without them the kernel's list of the last half minute does.
    ///
    /// - Throws: ``HotspotConfigurationError``, `NetlinkError`, `CancellationError`.
    func scan() async throws -> [HotspotNetwork] {
        let nl80211 = try await NL80211()
        let interface = try await station(nl80211)
        let events = try await nl80211.events(groups: [.scan])
        defer { events.close() }
        do {
            try await withDeadline(.now + Self.scanLimit) {
                try await Self.beginScan(nl80211, interface.index)
                for await event in events {
                    switch event.kind {
                    case .newScanResults, .scanAborted, .overrun: return
                    default: continue
                    }
                }
            }
        } catch let error as NetlinkError {
            logger.debug("no scan", metadata: ["error": "\(error)"])
        } catch is DeadlineExceeded {
            logger.debug("a scan did not end")
        }
        return HotspotNetwork.strongest(
            try await nl80211.scanResults(interface: interface.index).map { network($0, interface) }
        )
    }

    /// Begins a scan; somebody else's that is on will do as well.
    private static func beginScan(_ nl80211: NL80211, _ interface: UInt32) async throws(NetlinkError) {
        do throws(NetlinkError) {
            try await nl80211.triggerScan(interface: interface, ssids: [[]], frequenciesMHz: [])
        } catch {
            if error.errno != EBUSY { throw error }
        }
    }

    /// The network that an interface is on; nil for none.
    ///
    /// - Throws: ``HotspotConfigurationError``, `NetlinkError`.
    func current() async throws -> HotspotNetwork? {
        let nl80211 = try await NL80211()
        let interface = try await station(nl80211)
        return try await nl80211.scanResults(interface: interface.index)
            .first { $0.status == .associated }.map { network($0, interface) }
    }

    private func station(_ nl80211: NL80211) async throws -> WirelessInterface {
        let all = try await nl80211.interfaces()
        if let found = all.first(where: { $0.type == .station && (interface == nil || interface == $0.name) }) {
            return found
        }
        let names = all.map { "\($0.name) (\($0.type))" }.joined(separator: ", ")
        throw HotspotConfigurationError(
            .noWirelessDevice,
            interface.map { "\(PrintableText.escape($0)) is no Wi-Fi station" } ?? "the kernel has no Wi-Fi station",
            remedy: "see what the kernel has: iw dev",
            underlying: [
                Observation(
                    "nl80211",
                    "interfaces",
                    "the kernel's Wi-Fi interfaces are \(names.isEmpty ? "none" : names)"
                )
            ]
        )
    }

    private func network(_ result: ScanResult, _ interface: WirelessInterface) -> HotspotNetwork {
        HotspotNetwork(
            ssid: result.ssid,
            bssid: result.bssid.description,
            strength: HotspotNetwork.strength(dBm: result.signalDBm),
            signal: result.signalDBm,
            frequency: result.frequencyMHz,
            security: result.security,
            didAutoJoin: false,
            interface: interface.name
        )
    }
}
