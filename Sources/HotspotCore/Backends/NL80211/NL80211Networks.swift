internal import Foundation
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
    /// The interface is up for the time of the scan, which needs CAP_NET_ADMIN. Where a scan does not end, the kernel's list
    /// of the last half minute does.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `noWirelessDevice`, `radioDisabled` or `deniedByPolicy`;
    ///   `NetlinkError`, `CancellationError`.
    func scan() async throws -> [HotspotNetwork] {
        let nl80211 = try await NL80211()
        let interface = try await station(nl80211)
        try RadioChoice.refuseIfSwitchedOff(interface)
        if RadioChoice.isUp(interface.name) { return try await scan(nl80211, interface) }
        let route = RouteNetlink()
        let result: Result<[HotspotNetwork], any Error>
        do {
            try await route.set(interface.index, InterfaceChange(isUp: true))
            result = .success(try await scan(nl80211, interface))
        } catch {
            result = .failure(error)
        }
        _ = try? await shielded(for: NL80211Session.undoLimit) {
            // Whoever joins meanwhile found it up, and leaves it so.
            if isInUse(interface) { return }
            try await route.set(interface.index, InterfaceChange(isUp: false))
        }
        await route.close()
        return try result.get()
    }

    /// Whether a session of this process has the interface, or another program has said that it will say when the interface is
    /// operational (`IF_LINK_MODE_DORMANT`), as supplicants and sessions of other processes do.
    private func isInUse(_ interface: WirelessInterface) -> Bool {
        if RadioReservations.shared.isReserved(interface.index) { return true }
        let mode = try? String(contentsOfFile: "/sys/class/net/\(interface.name)/link_mode", encoding: .utf8)
        return mode?.hasPrefix("1") == true
    }

    private func scan(_ nl80211: NL80211, _ interface: WirelessInterface) async throws -> [HotspotNetwork] {
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
        for interface in try await stations(nl80211) {
            let joined = try await nl80211.scanResults(interface: interface.index).first { $0.status == .associated }
            if let joined { return network(joined, interface) }
        }
        return nil
    }

    private func station(_ nl80211: NL80211) async throws -> WirelessInterface {
        try await stations(nl80211)[0]
    }

    /// The interfaces that may be meant, one at least.
    private func stations(_ nl80211: NL80211) async throws -> [WirelessInterface] {
        let all = try await nl80211.interfaces()
        let found = all.filter { $0.type == .station && (interface == nil || interface == $0.name) }
        guard found.isEmpty else { return found }
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
