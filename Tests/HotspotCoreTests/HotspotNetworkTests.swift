import IEEE80211
import Testing

@testable import HotspotCore

@Suite("The networks that are heard")
struct HotspotNetworkTests {
    private func network(_ name: String, _ last: Int, signal: Int?, strength: Double? = nil) -> HotspotNetwork {
        HotspotNetwork(
            ssid: Array(name.utf8),
            bssid: "02:00:00:00:01:0\(last)",
            strength: strength ?? HotspotNetwork.strength(dBm: signal),
            signal: signal,
            frequency: 2412,
            security: [.psk],
            didAutoJoin: false,
            interface: "wlan0"
        )
    }

    @Test("the strongest is first, also of those that are near, and each network has its strongest access point")
    func strongest() {
        let networks = HotspotNetwork.strongest([
            network("Far", 1, signal: -80), network("Near", 2, signal: -48), network("At hand", 3, signal: -25),
            network("Far", 4, signal: -70), network("Near", 5, signal: -60), network("\0\0", 6, signal: -10),
        ])
        #expect(networks.map(\.ssid) == ["At hand", "Near", "Far"])
        #expect(networks.map(\.bssid.last) == ["3", "2", "4"])
    }

    @Test("where no dBm are known the share counts, and of equals the lower address")
    func shares() {
        let networks = HotspotNetwork.strongest([
            network("C", 3, signal: nil, strength: 0.4), network("B", 2, signal: nil, strength: 0.4),
            network("A", 1, signal: nil, strength: 0.9),
        ])
        #expect(networks.map(\.ssid) == ["A", "B", "C"])
    }
}
