internal import Glibc
internal import Logging
internal import Netlink

/// Asks for a network by its name on the channels where it most likely is, right before NetworkManager is told to join it.
///
/// wpa_supplicant takes what anybody's scan finds into its table, and joins from a table that is younger than five seconds
/// without a search of its own: that one goes over all channels and takes four seconds. Where nobody answers, or this
/// process may not scan, the search is left to it.
struct DirectedProbe: Sendable {
    let nl80211: NL80211
    let interface: WirelessInterface
    let wiphy: Wiphy
    let ssid: SSID
    /// Where the network was heard before, in MHz.
    let known: [Int]
    let logger: Logger

    /// How long it may take in all: it is to save time.
    private static let limit = Duration.milliseconds(1500)

    /// Runs it.
    ///
    /// - Returns: whether an access point of the name answered.
    @discardableResult
    func run() async -> Bool {
        guard BackendChoice.mayAdministerNetworks else { return false }
        do {
            let isThere = try await withDeadline(.now + Self.limit) { try await search() }
            logger.debug("asked for the network on the likely channels", metadata: ["answered": "\(isThere)"])
            return isThere
        } catch {
            logger.debug("the network was not asked for", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func search() async throws -> Bool {
        try await nl80211.withEvents(groups: [.scan]) { events in
            var iterator = events.makeAsyncIterator()
            let before = try await nl80211.scanResults(interface: interface.index).filter { $0.ssid == ssid.octets }
            let channels = ChannelSearch(wiphy.frequencies, known: known + before.map(\.frequencyMHz))
            var wasHeard = false
            for stage in channels.likely {
                let began = ContinuousClock.now
                do throws(NetlinkError) {
                    try await ask(stage)
                } catch {
                    // NetworkManager's own search of all channels. The activation would end it as well: it gives the
                    // device another address.
                    guard error.errno == EBUSY, stage == channels.likely.first else { throw error }
                    try await nl80211.abortScan(interface: interface.index)
                    await waitForEnd(of: nil, &iterator)
                    try await ask(stage)
                }
                guard await waitForEnd(of: stage, &iterator) else { return wasHeard }
                let age = (ContinuousClock.now - began).milliseconds
                let heard = try await nl80211.scanResults(interface: interface.index).filter {
                    $0.ssid == ssid.octets && ($0.ageMilliseconds ?? 0) <= age
                }
                wasHeard = wasHeard || !heard.isEmpty
                if heard.contains(where: { ($0.signalMBm ?? 0) >= ChannelSearch.goodSignalMBm }) { return true }
            }
            return wasHeard
        }
    }

    private func ask(_ stage: ChannelSearch.Stage) async throws(NetlinkError) {
        try await nl80211.triggerScan(
            interface: interface.index,
            ssids: [ssid.octets],
            frequenciesMHz: stage.frequencies
        )
    }

    /// Waits for the end of a scan: one of ours, or nil for whichever it is.
    ///
    /// - Returns: whether it came to its end.
    @discardableResult
    private func waitForEnd(
        of stage: ChannelSearch.Stage?,
        _ events: inout AsyncStream<NL80211Event>.Iterator
    ) async -> Bool {
        while let event = await events.next() {
            guard event.interface == interface.index || event.interface == nil else { continue }
            switch event.kind {
            case .newScanResults(let scan)
            where stage == nil || Set(scan.frequenciesMHz) == stage.map { Set($0.frequencies) }:
                return true
            case .scanAborted, .overrun: return false
            default: break
            }
        }
        return false
    }
}
