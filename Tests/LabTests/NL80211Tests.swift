import IEEE80211
import TestSupport
import Testing

@testable import Netlink

/// The kernel's own answers about radios that it has.
@Suite("nl80211 with radios", .radioLab)
struct NL80211Tests {
    static let accessPoint: AccessPoint.Configuration = {
        var configuration = AccessPoint.Configuration.open(ssid: "Channel One")
        configuration.channel = 1
        configuration.dhcp = false
        return configuration
    }()

    /// Has somebody else scan channel 1.
    private func scan() async throws {
        // The kernel refuses with EBUSY while NetworkManager has a scan of its own running.
        try await wait(for: "a scan to be allowed", within: .seconds(30)) {
            try await run("iw", "dev", Station.interface, "scan", "freq", "2412").succeeded
        }
    }

    @Test("a scan is told of, and its results are in the cache")
    func scanEvents() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let accessPoint = try await AccessPoint.start(Self.accessPoint)
        let nl80211 = try await NL80211()
        let interface = try #require(try await nl80211.interfaces().first { $0.name == Station.interface })
        #expect(interface.type == .station)
        #expect(try await nl80211.interface(interface.index) == interface)
        #expect(try await nl80211.wiphys().contains { $0.index == interface.wiphy && $0.commands.contains(.connect) })
        let kinds = try await nl80211.withEvents { events in
            try await scan()
            var kinds: [String] = []
            for await event in events where event.interface == interface.index {
                switch event.kind {
                // NetworkManager's own scans are of other channels as well.
                case .triggerScan(let scan) where scan.frequenciesMHz == [2412]: kinds.append("trigger")
                case .newScanResults(let scan) where scan.frequenciesMHz == [2412]: return kinds + ["results"]
                default: break
                }
            }
            return kinds
        }
        #expect(kinds == ["trigger", "results"])
        // One scan of one channel may miss it.
        try await wait(for: "the access point to be heard", within: .seconds(30)) {
            let results = try await nl80211.scanResults(interface: interface.index)
            if results.contains(where: { $0.frequencyMHz == 2412 && $0.elements.damage == nil && !$0.ssid.isEmpty }) {
                return true
            }
            try await scan()
            return false
        }
        try await accessPoint.stop()
    }

    @Test("refusals have the kernel's numbers")
    func refusals() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let nl80211 = try await NL80211()
        let interface = try #require(try await nl80211.interfaces().first { $0.name == Station.interface })
        let noInterface = await #expect(throws: NetlinkError.self) { try await nl80211.interface(9999) }
        #expect(noInterface?.errnoName == "ENODEV")
        #expect("\(try #require(noInterface))" == "NL80211_CMD_GET_INTERFACE: No such device (ENODEV, 19)")
        let noScan = await #expect(throws: NetlinkError.self) { try await nl80211.scanResults(interface: 9999) }
        #expect(noScan?.errnoName == "ENODEV")
        let noStation = await #expect(throws: NetlinkError.self) {
            try await nl80211.station(interface: interface.index, bssid: .broadcast)
        }
        #expect(noStation?.errnoName == "ENOENT")
    }

    @Test("many dumps beside events that nobody reads come to their end")
    func dumpsBesideEvents() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let nl80211 = try await NL80211()
        let interface = try #require(try await nl80211.interfaces().first { $0.name == Station.interface })
        let events = try await nl80211.events()
        defer { events.close() }
        for round in 0..<200 {
            if round % 100 == 0 { try await scan() }
            _ = try await nl80211.scanResults(interface: interface.index)
            _ = try await nl80211.wiphys()
        }
    }
}
