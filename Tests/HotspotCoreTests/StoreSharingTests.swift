import Foundation
import IEEE80211
import Logging
import Testing

@testable import HotspotCore

/// What is shared of the networks that are kept without NetworkManager.
@Suite("Sharing what the state directory has")
struct StoreSharingTests {
    private static let refusal = HotspotConfigurationError(.backendUnavailable, "NetworkManager does not run")

    private func withStore(
        _ all: [StoredConfiguration],
        _ body: (StoreSharing, ConfigurationStore) async throws -> Void
    ) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "hotspot-share-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = ConfigurationStore(path: path)
        for one in all { try await store.save(one) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await body(StoreSharing(store: store, logger: logger), store)
    }

    private func stored(
        _ ssid: SSID,
        _ passphrase: String?,
        _ application: String = "kiosk",
        created: Int64 = StoredConfiguration.now,
        joined: Int64? = nil,
        change: (inout HotspotConfiguration) -> Void = { _ in }
    ) -> StoredConfiguration {
        var configuration = HotspotConfiguration(ssid: ssid, passphrase: passphrase.map { Passphrase($0) })
        change(&configuration)
        return StoredConfiguration(configuration, application: application, now: created, lastJoined: joined)
    }

    private func network(_ ssid: SSID, _ security: BSSSecurity) -> HotspotNetwork {
        HotspotNetwork(
            ssid: ssid.octets,
            bssid: "02:00:00:00:01:00",
            strength: 1,
            signal: -50,
            frequency: 2412,
            security: security,
            didAutoJoin: false,
            interface: "wlan0"
        )
    }

    private func payload(_ configuration: HotspotConfiguration) throws -> String {
        String(decoding: try configuration.qrPayload(), as: UTF8.self)
    }

    @Test("the configuration that was joined last is shared, whosever it is, and nothing of this machine's own")
    func named() async throws {
        let all = [
            stored("Cafe", "older horse", "a", joined: 1000),
            stored("Cafe", "correct horse", "b", joined: 3000) {
                $0.hidden = true
                $0.interface = "wlan0"
                $0.autoJoinPriority = 7
            },
            stored("Cafe", "expired horse", "c", created: 0, joined: 4000) { $0.lifeTimeInDays = 1 },
        ]
        try await withStore(all) { sharing, _ in
            let shared = try await sharing.configuration(of: "Cafe", after: Self.refusal)
            #expect(try payload(shared) == "WIFI:T:WPA;S:Cafe;H:true;P:correct horse;;")
            #expect(shared.interface == nil && shared.autoJoinPriority == 0)
        }
    }

    @Test("on the network, what fits its access point comes first, and its security is the one that is offered")
    func current() async throws {
        let all = [
            stored("Cafe", nil, "a", joined: 3000), stored("Cafe", "correct horse", "b", joined: 1000),
        ]
        try await withStore(all) { sharing, _ in
            let psk = try payload(try await sharing.configuration(on: network("Cafe", .psk)))
            #expect(psk == "WIFI:T:WPA;S:Cafe;P:correct horse;;")
            let sae = try payload(try await sharing.configuration(on: network("Cafe", .sae)))
            #expect(sae == "WIFI:T:SAE;S:Cafe;P:correct horse;;")
            // Of a network without a secret its name is enough.
            let open = try payload(try await sharing.configuration(on: network("Other", .open)))
            #expect(open == "WIFI:T:nopass;S:Other;;")
            #expect(try await sharing.configuration(on: network("Other", .owe)).security == .enhancedOpen)
        }
    }

    @Test("what is not there, has no secret or must not be read is named")
    func missing() async throws {
        try await withStore([]) { sharing, _ in
            let empty = await #expect(throws: HotspotConfigurationError.self) {
                try await sharing.configuration(of: "Cafe", after: Self.refusal)
            }
            #expect(empty?.cause == .backendUnavailable, "nothing is kept here: NetworkManager is what is missing")
        }
        try await withStore([stored("Cafe", "correct horse"), stored("Gone", "correct horse")]) { sharing, store in
            let unknown = await #expect(throws: HotspotConfigurationError.self) {
                try await sharing.configuration(of: "Unknown", after: Self.refusal)
            }
            #expect(unknown?.cause == .networkNotFound)
            let foreign = await #expect(throws: HotspotConfigurationError.self) {
                try await sharing.configuration(
                    of: "Unknown",
                    after: HotspotConfigurationError(.networkNotFound, "NetworkManager has no profile")
                )
            }
            #expect(foreign?.message == "NetworkManager has no profile")
            #expect(foreign?.detailedDescription().contains("2 configurations") == true)

            let once = await #expect(throws: HotspotConfigurationError.self) {
                try await sharing.configuration(on: network("Once", .psk))
            }
            #expect(once?.cause == .secretsUnavailable)
            let enterprise = await #expect(throws: HotspotConfigurationError.self) {
                try await sharing.configuration(on: network("Campus", .enterprise))
            }
            #expect(enterprise?.cause == .notSupported)

            let name = try StoredConfiguration.ID(application: "kiosk", ssid: "Cafe").fileName()
            chmod(store.path + "/" + name, 0o644)
            let broken = await #expect(throws: HotspotConfigurationError.self) {
                try await sharing.configuration(of: "Cafe", after: Self.refusal)
            }
            #expect(broken?.detailedDescription().contains("others may read") == true)
            #expect(broken?.detailedDescription().contains("horse") == false)
        }
    }
}
