import IEEE80211
import Logging
import TestSupport
import Testing

@testable import HotspotCore
@testable import Netlink

/// Joins by NL80211_CMD_CONNECT, as with a driver that has no authentication command.
///
/// The kernel does for hwsim what such a driver does by itself. What only firmware can do, its own handshake and its own SAE, no simulated radio has.
@Suite("A join by the driver's connect command", .radioLab)
struct ConnectCommandTests {
    private func makeSession(_ configuration: HotspotConfiguration) -> NL80211Session {
        NL80211Session(
            configuration: configuration,
            options: .init(timeout: .seconds(30), backend: .nl80211),
            timeline: Timeline { _ in },
            logger: Logger(label: "test"),
            adapting: { $0.without([.authenticate, .associate]) }
        )
    }

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

    @Test("open networks and WPA2 are joined, packets cross the air, and leaving leaves nothing")
    func joins() async throws {
        let networks: [(AccessPoint.Configuration, String?)] = [
            (.open(ssid: "X Open"), nil),
            (.wpa2(ssid: "X Two", passphrase: "correct horse"), "correct horse"),
        ]
        try await withoutDaemons {
            for (kind, passphrase) in networks {
                try await withAccessPoint(kind) { accessPoint in
                    let session = makeSession(
                        HotspotConfiguration(ssid: SSID(kind.name), passphrase: passphrase.map { Passphrase($0) })
                    )
                    do {
                        let network = try await withDeadline(.now + .seconds(45)) {
                            try await session.run(deadline: .now + .seconds(30))
                        }
                        await session.hold()
                        #expect(network.bssid == accessPoint.bssid)
                        let isAuthorized = try await accessPoint.hasAuthorized()
                        let isReached = try await Station.reaches(accessPoint.address)
                        #expect(isAuthorized && isReached, "\(kind.name)")
                        await session.leave()
                    } catch {
                        let failure = await session.failure(from: error)
                        _ = await session.undo()
                        Issue.record("\(kind.name): \(failure.detailedDescription())")
                    }
                    let left = try await Station.link()
                    #expect(left == nil)
                }
            }
        }
    }

    @Test("what such a driver cannot do is said, and an access point's refusal keeps its status")
    func refusals() async throws {
        try await withoutDaemons {
            let refused: [(AccessPoint.Configuration, String, HotspotConfigurationError.Cause, String)] = [
                (.sae(ssid: "X Three", passphrase: "correct horse"), "correct horse", .notSupported, "external"),
                (
                    .wpa2(ssid: "X Full", passphrase: "correct horse").with("max_num_sta=0"), "correct horse",
                    .associationRejected, "(17)"
                ),
                (.wpa2(ssid: "X Wrong", passphrase: "correct horse"), "wrong horse", .wrongPassphrase, "message 2"),
            ]
            for (kind, passphrase, cause, text) in refused {
                try await withAccessPoint(kind) { _ in
                    let session = makeSession(
                        HotspotConfiguration(ssid: SSID(kind.name), passphrase: Passphrase(passphrase))
                    )
                    do {
                        _ = try await withDeadline(.now + .seconds(45)) {
                            try await session.run(deadline: .now + .seconds(30))
                        }
                        Issue.record("\(kind.name) was joined")
                    } catch {
                        let failure = await session.failure(from: error)
                        #expect(failure.cause == cause, "\(failure.detailedDescription())")
                        #expect(failure.detailedDescription().contains(text), "\(failure.detailedDescription())")
                    }
                    _ = await session.undo()
                    let left = try await Station.link()
                    #expect(left == nil)
                }
            }
        }
    }
}
