import Foundation
import IEEE80211
import Testing

@testable import Netlink

/// These need the radio lab, which sets HOTSPOT_LAB, and an access point on channel 1.
@Suite(
    "nl80211 in the radio lab",
    .enabled(if: ProcessInfo.processInfo.environment["HOTSPOT_LAB"] != nil, "not in the lab")
)
struct NL80211LabTests {
    private func scan() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["iw", "dev", "wlan0", "scan", "freq", "2412"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }

    @Test("a scan is told of, and its results are in the cache", .timeLimit(.minutes(1)))
    func scanEvents() async throws {
        let nl80211 = try await NL80211()
        let interface = try #require(try await nl80211.interfaces().first { $0.name == "wlan0" })
        #expect(interface.type == .station)
        #expect(try await nl80211.interface(interface.index) == interface)
        #expect(try await nl80211.wiphys().contains { $0.index == interface.wiphy && $0.commands.contains(.connect) })
        let kinds = try await nl80211.withEvents { events in
            try scan()
            var kinds: [String] = []
            for await event in events where event.interface == interface.index {
                switch event.kind {
                case .triggerScan(let scan): kinds.append("trigger \(scan.frequenciesMHz)")
                case .newScanResults: return kinds + ["results"]
                default: kinds.append("\(event.kind)")
                }
            }
            return kinds
        }
        #expect(kinds == ["trigger [2412]", "results"])
        let results = try await nl80211.scanResults(interface: interface.index)
        #expect(results.contains { $0.frequencyMHz == 2412 && $0.elements.damage == nil && !$0.ssid.isEmpty })
    }

    @Test("refusals have the kernel's numbers", .timeLimit(.minutes(1)))
    func refusals() async throws {
        let nl80211 = try await NL80211()
        let interface = try #require(try await nl80211.interfaces().first { $0.name == "wlan0" })
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

    @Test("many dumps beside events that nobody reads come to their end", .timeLimit(.minutes(2)))
    func dumpsBesideEvents() async throws {
        let nl80211 = try await NL80211()
        let interface = try #require(try await nl80211.interfaces().first { $0.name == "wlan0" })
        let events = try await nl80211.events()
        defer { events.close() }
        for round in 0..<200 {
            if round % 100 == 0 { try scan() }
            _ = try await nl80211.scanResults(interface: interface.index)
            _ = try await nl80211.wiphys()
        }
    }
}
