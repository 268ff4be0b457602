import Foundation
import HotspotCore
import TestSupport
import Testing

/// Joins with nothing but the kernel: no NetworkManager, no supplicant.
@Suite("A join through nl80211 alone", .radioLab)
struct NL80211JoinTests {
    /// An access point, and what is asked for.
    struct Network: Sendable, CustomTestStringConvertible {
        var accessPoint: AccessPoint.Configuration
        var passphrase: String?
        var security: HotspotSecurity = .automatic
        var agreed: HotspotSecurity
        var note = ""

        var testDescription: String { accessPoint.testDescription + note }

        var configuration: HotspotConfiguration {
            HotspotConfiguration(
                ssid: SSID(octets: accessPoint.ssid),
                passphrase: passphrase.map { Passphrase($0) },
                security: security,
                hidden: accessPoint.hidden
            )
        }
    }

    static let networks = [
        Network(accessPoint: .open(ssid: "K Open"), agreed: .open),
        Network(
            accessPoint: .wpa2(ssid: "K Two", passphrase: "correct horse"),
            passphrase: "correct horse",
            agreed: .wpaPersonal
        ),
        Network(
            accessPoint: .wpa2(ssid: "K Key", passphrase: String(repeating: "0123456789abcdef", count: 4)),
            passphrase: String(repeating: "0123456789ABCDEF", count: 4),
            agreed: .wpaPersonal,
            note: ", raw key"
        ),
        Network(
            accessPoint: .wpa2SHA256(ssid: "K SHA", passphrase: "correct horse"),
            passphrase: "correct horse",
            agreed: .wpaPersonal
        ),
        Network(
            accessPoint: .sae(ssid: "K Loop", passphrase: "correct horse", passwordElement: .looping),
            passphrase: "correct horse",
            agreed: .sae,
            note: ", looping"
        ),
        Network(
            accessPoint: .sae(ssid: "K Hash", passphrase: "correct horse", passwordElement: .hashToElement),
            passphrase: "correct horse",
            agreed: .sae,
            note: ", hash-to-element"
        ),
        Network(
            accessPoint: .sae(ssid: "K Three8", passphrase: "correct horse").with("sae_groups=20"),
            passphrase: "correct horse",
            agreed: .sae,
            note: ", group 20 only"
        ),
        Network(
            accessPoint: .transition(ssid: "K Both", passphrase: "correct horse"),
            passphrase: "correct horse",
            agreed: .sae
        ),
        Network(accessPoint: .owe(ssid: "K Enhanced"), agreed: .enhancedOpen),
        Network(
            accessPoint: .wpa2(ssid: "K Veiled", passphrase: "correct horse", hidden: true),
            passphrase: "correct horse",
            agreed: .wpaPersonal
        ),
        Network(
            accessPoint: .sae(ssid: "K Veiled 3", passphrase: "correct horse", hidden: true),
            passphrase: "correct horse",
            agreed: .sae
        ),
        Network(
            accessPoint: .wpa2(ssid: "K Galois", passphrase: "correct horse").with("rsn_pairwise=GCMP-256"),
            passphrase: "correct horse",
            agreed: .wpaPersonal,
            note: ", GCMP-256"
        ),
    ]

    /// Takes the radio from the daemons for as long as the body runs.
    private func withoutDaemons(_ body: () async throws -> Void) async throws {
        try await NetworkManagerDaemon.shared.stop()
        try await RadioLab.script("stop_daemon wpa_supplicant; stop_daemon iwd")
        do {
            try await body()
        } catch {
            try? await NetworkManagerDaemon.shared.start()
            throw error
        }
        try await NetworkManagerDaemon.shared.start()
    }

    private static let manager = HotspotConfigurationManager(application: "kiosk")

    private func join(
        _ configuration: HotspotConfiguration,
        _ manager: HotspotConfigurationManager = manager,
        timeout: Duration = .seconds(60)
    ) async throws -> JoinedNetwork {
        try await manager.apply(configuration, options: .init(timeout: timeout, backend: .nl80211))
    }

    private func failure(_ configuration: HotspotConfiguration) async throws -> HotspotConfigurationError {
        do {
            _ = try await join(configuration)
        } catch let error as HotspotConfigurationError {
            return error
        }
        await Self.manager.leave(configuration.ssid)
        throw LabError("\(configuration.ssid) was joined, and should not have been")
    }

    @Test("every kind of network is joined, packets cross the air, and leaving leaves nothing")
    func kinds() async throws {
        try await withoutDaemons {
            for network in Self.networks {
                try await withAccessPoint(network.accessPoint) { accessPoint in
                    let joined: JoinedNetwork
                    do {
                        joined = try await join(network.configuration)
                    } catch let error as HotspotConfigurationError {
                        Issue.record("\(network.testDescription): \(error.detailedDescription())")
                        return
                    }
                    let phases = joined.phaseDurations.map { "\($0.phase.rawValue) \($0.milliseconds)" }
                    print("joined \(network.testDescription): \(phases.joined(separator: ", "))")
                    #expect(joined.security == network.agreed, "\(network.testDescription)")
                    #expect(joined.bssid == accessPoint.bssid)
                    #expect(joined.backend == "nl80211")
                    #expect(try await accessPoint.hasAuthorized(), "\(network.testDescription)")
                    #expect(try await Station.isAuthorized(), "\(network.testDescription)")
                    #expect(try await Station.reaches(accessPoint.address), "\(network.testDescription)")
                    await Self.manager.leave(network.configuration.ssid)
                    #expect(try await Station.link() == nil)
                }
            }
        }
    }
}
