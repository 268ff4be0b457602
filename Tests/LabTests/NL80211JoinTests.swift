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
            for (number, network) in Self.networks.enumerated() {
                var configuration = network.accessPoint
                // Where a search begins.
                configuration.channel = [1, 6, 11][number % 3]
                try await withAccessPoint(configuration) { accessPoint in
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

    /// A join that must fail, and how.
    struct Refusal: Sendable {
        var accessPoint: AccessPoint.Configuration?
        var configuration: HotspotConfiguration
        var causes: Set<HotspotConfigurationError.Cause>
        /// What must be in the chain.
        var chain: String
        /// How long the verdict may take, the search included.
        var limit: Duration
        /// How long it may take once the access point is spoken to.
        var afterSearch = Duration.seconds(12)
    }

    static let refusals: [Refusal] = {
        var denying = AccessPoint.Configuration.wpa2(ssid: "R Denied", passphrase: "correct horse")
        denying.deniedStations = [Station.address]
        return [
            Refusal(
                accessPoint: .wpa2(ssid: "R Two", passphrase: "correct horse"),
                configuration: HotspotConfiguration(ssid: "R Two", passphrase: "wrong horse"),
                causes: [.wrongPassphrase],
                chain: "message 2",
                limit: .seconds(20),
                afterSearch: .seconds(7)
            ),
            Refusal(
                accessPoint: .sae(ssid: "R Three", passphrase: "correct horse"),
                configuration: HotspotConfiguration(ssid: "R Three", passphrase: "wrong horse"),
                causes: [.wrongPassphrase],
                chain: "status",
                limit: .seconds(20),
                afterSearch: .seconds(3)
            ),
            Refusal(
                accessPoint: .sae(ssid: "R Loop", passphrase: "correct horse", passwordElement: .looping),
                configuration: HotspotConfiguration(ssid: "R Loop", passphrase: "wrong horse"),
                causes: [.wrongPassphrase],
                chain: "status",
                limit: .seconds(20),
                afterSearch: .seconds(3)
            ),
            Refusal(
                configuration: HotspotConfiguration(ssid: "R Nobody", passphrase: "correct horse"),
                causes: [.networkNotFound],
                chain: "completed scan",
                limit: .seconds(12)
            ),
            Refusal(
                accessPoint: .wpa2(ssid: "R Full", passphrase: "correct horse").with("max_num_sta=0"),
                configuration: HotspotConfiguration(ssid: "R Full", passphrase: "correct horse"),
                causes: [.associationRejected],
                chain: "(17)",
                limit: .seconds(12)
            ),
            Refusal(
                accessPoint: denying,
                configuration: HotspotConfiguration(ssid: "R Denied", passphrase: "correct horse"),
                causes: [.associationRejected],
                chain: "(1)",
                limit: .seconds(12)
            ),
            Refusal(
                accessPoint: .wpa2(ssid: "R Secret", passphrase: "correct horse"),
                configuration: HotspotConfiguration(ssid: "R Secret"),
                causes: [.passphraseMissing],
                chain: "offers WPA2",
                limit: .seconds(12)
            ),
            Refusal(
                accessPoint: .open(ssid: "R Bare"),
                configuration: HotspotConfiguration(ssid: "R Bare", passphrase: "correct horse"),
                causes: [.securityMismatch],
                chain: "offers no security",
                limit: .seconds(12)
            ),
            Refusal(
                accessPoint: .wpa2(ssid: "R Older", passphrase: "correct horse"),
                configuration: HotspotConfiguration(
                    ssid: "R Older",
                    passphrase: Passphrase("correct horse"),
                    security: .sae
                ),
                causes: [.securityMismatch],
                chain: "offers WPA2",
                limit: .seconds(12)
            ),
            Refusal(
                accessPoint: .wpa1(ssid: "R First", passphrase: "correct horse"),
                configuration: HotspotConfiguration(ssid: "R First", passphrase: "correct horse"),
                causes: [.securityMismatch],
                chain: "offers",
                limit: .seconds(12)
            ),
        ]
    }()

    @Test("what stands in the way is said with the access point's own word, in time, and nothing is left behind")
    func refused() async throws {
        try await withoutDaemons {
            for refusal in Self.refusals {
                var accessPoint: AccessPoint?
                if let configuration = refusal.accessPoint { accessPoint = try await AccessPoint.start(configuration) }
                let began = ContinuousClock.now
                let error = try await failure(refusal.configuration)
                let took = ContinuousClock.now - began
                print("refused \(refusal.configuration.ssid) after \(took): \(error)")
                let text = error.detailedDescription()
                #expect(refusal.causes.contains(error.cause), "\(text)")
                #expect(text.contains(refusal.chain), "\(text)")
                #expect(took < refusal.limit, "\(text)")
                let spoken = error.phaseDurations.filter { $0.phase > .searching }.map(\.duration).reduce(.zero, +)
                #expect(spoken < refusal.afterSearch, "\(text)")
                #expect(!text.contains("horse"))
                #expect(try await Station.link() == nil)
                #expect(try await isAsFound())
                try await accessPoint?.stop()
            }
        }
    }

    /// Whether the interface is operational by its carrier again, and no longer by our word.
    private func isAsFound() async throws -> Bool {
        try await run("ip", "-details", "link", "show", "dev", Station.interface).checked().text.contains(
            "mode DEFAULT"
        )
    }

    @Test("WEP is joined where it is asked for by name, by open system or by shared key, or is said to be gone")
    func wep() async throws {
        try await withoutDaemons {
            for isShared in [false, true] {
                let name = "W \(isShared)"
                try await withAccessPoint(.wep(ssid: name, key: "12345", sharedKey: isShared)) { accessPoint in
                    do {
                        let joined = try await join(HotspotConfiguration(ssid: name, passphrase: "12345", isWEP: true))
                        print("joined WEP, shared key \(isShared)")
                        #expect(joined.security == .wep)
                        #expect(try await Station.reaches(accessPoint.address))
                        await Self.manager.leave(SSID(name))
                    } catch let error as HotspotConfigurationError {
                        print("WEP, shared key \(isShared): \(error.detailedDescription())")
                        #expect(error.cause == .notSupported)
                    }
                }
            }
        }
    }

    @Test("the group's keys and the pair's are renewed, and packets go on crossing the air")
    func rekeying() async throws {
        try await withoutDaemons {
            let kinds: [AccessPoint.Configuration] = [
                .wpa2(ssid: "G Two", passphrase: "correct horse").with("wpa_group_rekey=2"),
                .sae(ssid: "G Three", passphrase: "correct horse").with("wpa_group_rekey=2"),
                .wpa2(ssid: "P Two", passphrase: "correct horse").with("wpa_ptk_rekey=3"),
                .sae(ssid: "P Three", passphrase: "correct horse").with("wpa_ptk_rekey=3"),
            ]
            for kind in kinds {
                try await withAccessPoint(kind) { accessPoint in
                    let isPairwise = kind.name.hasPrefix("P")
                    let words = "\(isPairwise ? "pairwise" : "group") key handshake completed"
                    _ = try await join(HotspotConfiguration(ssid: kind.name, passphrase: "correct horse"))
                    func completed() -> Int { accessPoint.log.components(separatedBy: words).count - 1 }
                    let before = completed()
                    #expect(try await Station.reaches(accessPoint.address))
                    try await wait(for: "three rekeyings of \(kind.name)", within: .seconds(30)) {
                        completed() >= before + 3
                    }
                    print("rekeyed \(kind.name): \(completed()) times")
                    #expect(try await Station.reaches(accessPoint.address), "\(kind.name)")
                    // A broadcast is encrypted with the group's key.
                    try await run("ip", "neigh", "flush", "dev", Station.interface).checked()
                    #expect(try await Station.reaches(accessPoint.address), "\(kind.name)")
                    await Self.manager.leave(SSID(kind.name))
                }
            }
        }
    }

    @Test("a link that the access point ends is made anew, and one that is left is not")
    func rejoining() async throws {
        try await withoutDaemons {
            for kind in [
                AccessPoint.Configuration.wpa2(ssid: "A Two", passphrase: "correct horse"),
                .sae(ssid: "A Three", passphrase: "correct horse"),
            ] {
                try await withAccessPoint(kind) { accessPoint in
                    _ = try await join(HotspotConfiguration(ssid: kind.name, passphrase: "correct horse"))
                    let link = try #require(Self.manager.link(to: SSID(kind.name)))
                    let began = ContinuousClock.now
                    // Before: what changes while nobody listens is told nobody.
                    let changes = link.changes
                    try await accessPoint.deauthenticate(reason: 5)
                    let recorder = Recorder<String>()
                    let reader = Task {
                        for await change in changes {
                            switch change {
                            case .lost(let reason): recorder.append("lost: \(reason)")
                            case .rejoined(let network): recorder.append("rejoined at \(network.bssid ?? "")")
                            default: recorder.append("ended")
                            }
                        }
                    }
                    try await wait(for: "the link to be made anew", within: .seconds(90)) {
                        recorder.values.count >= 2
                    }
                    reader.cancel()
                    let seen = recorder.values
                    print("rejoined \(kind.name) after \(ContinuousClock.now - began): \(seen)")
                    #expect(seen.first?.contains("(5)") == true && seen.last == "rejoined at \(accessPoint.bssid)")
                    #expect(try await Station.reaches(accessPoint.address))
                    let again = try await failure(HotspotConfiguration(ssid: kind.name, passphrase: "correct horse"))
                    #expect(again.cause == .alreadyAssociated)
                    await Self.manager.leave(SSID(kind.name))
                    try await Task.sleep(for: .seconds(1))
                    #expect(try await Station.link() == nil)
                    #expect(await !link.isHeld)
                }
            }
        }
    }

    @Test("the program holds the link until it is told to leave, and the kernel ends it where the program is killed")
    func program() async throws {
        try await withoutDaemons {
            try await withAccessPoint(.sae(ssid: "C Three", passphrase: "correct horse")) { accessPoint in
                for signal in [SIGINT, SIGKILL] {
                    let program = try await ChildProcess.start(
                        [
                            CommandLineTool.path, "join", "--ssid", "C Three", "--passphrase", "correct horse",
                            "--backend", "nl80211",
                        ]
                    )
                    try await wait(for: "the join", within: .seconds(30)) {
                        program.standardError.contains("holding the link") || program.status != nil
                    }
                    #expect(program.standardOutput.contains("joined \"C Three\""), "\(program.standardError)")
                    #expect(try await Station.reaches(accessPoint.address))
                    program.send(signal)
                    try await wait(for: "the end of the link", within: .seconds(30)) {
                        (try? await Station.link()) == .some(nil) && program.status != nil
                    }
                    if signal == SIGINT {
                        #expect(program.status == 0, "\(program.standardError)")
                        #expect(program.standardError.contains("left"))
                        #expect(try await isAsFound())
                    }
                    var left = ""
                    do {
                        try await wait(for: "the DHCP client to be gone", within: .seconds(30)) {
                            left = try await run("pgrep", "-fa", "udhcpc").text
                            return left.isEmpty
                        }
                    } catch {
                        Issue.record("after signal \(signal): \(left)")
                    }
                }
            }
        }
    }

    @Test("a radio that a daemon uses is not touched, and a user without the capability is told how to get it")
    func holders() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let held = try await failure(HotspotConfiguration(ssid: "H Two", passphrase: "correct horse"))
        #expect(held.code == .systemDenied && held.message.contains("NetworkManager uses wlan0"), "\(held)")
        try await withoutDaemons {
            try await RadioLab.script("start_iwd")
            let byIwd = try await failure(HotspotConfiguration(ssid: "H Two", passphrase: "correct horse"))
            #expect(byIwd.code == .systemDenied && byIwd.message.contains("iwd uses"), "\(byIwd)")
            try await RadioLab.script("stop_daemon iwd")
            let output = try await run(
                ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", CommandLineTool.path, "join"]
                    + ["--ssid", "H Two", "--passphrase", "correct horse", "--backend", "nl80211"]
            )
            #expect(output.status == 117, "\(output)")
            #expect(output.standardError.contains("setcap cap_net_admin+ep"), "\(output)")
            try await run("rfkill", "block", "wifi").checked()
            let blocked = try await failure(HotspotConfiguration(ssid: "H Two", passphrase: "correct horse"))
            try await run("rfkill", "unblock", "wifi").checked()
            #expect(blocked.cause == .radioDisabled, "\(blocked)")
        }
    }

    @Test("a network that gives no address is an error that says so, unless none was wanted")
    func addresses() async throws {
        try await withoutDaemons {
            var configuration = AccessPoint.Configuration.wpa2(ssid: "D Two", passphrase: "correct horse")
            configuration.dhcp = false
            try await withAccessPoint(configuration) { _ in
                let wanted = HotspotConfiguration(ssid: "D Two", passphrase: "correct horse")
                do {
                    _ = try await join(wanted, timeout: .seconds(12))
                    Issue.record("an address came from nowhere")
                } catch let error as HotspotConfigurationError {
                    #expect(error.cause == .ipProvisioningFailed, "\(error.detailedDescription())")
                }
                #expect(try await Station.link() == nil)
                let options = HotspotConfigurationManager.ApplyOptions(backend: .nl80211, waitsForAddress: false)
                #expect(try await Self.manager.apply(wanted, options: options).bssid != nil)
                await Self.manager.leave(wanted.ssid)
            }
        }
    }
}
