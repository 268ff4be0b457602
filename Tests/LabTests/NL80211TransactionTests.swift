import Foundation
import HotspotCore
import TestSupport
import Testing

/// What becomes of the network before where another one is asked for without a daemon.
@Suite("One network after another through nl80211", .radioLab)
struct NL80211TransactionTests {
    private let kiosk = HotspotConfigurationManager(application: "kiosk")
    private static let passphrase = "correct horse"

    private func apply(
        _ configuration: HotspotConfiguration,
        timeout: Duration = .seconds(60),
        progress: @escaping @Sendable (JoinPhase) -> Void = { _ in }
    ) async throws(HotspotConfigurationError) -> JoinedNetwork {
        try await kiosk.apply(
            configuration,
            options: .init(timeout: timeout, backend: .nl80211),
            progress: progress
        )
    }

    private func refusal(
        _ configuration: HotspotConfiguration,
        progress: @escaping @Sendable (JoinPhase) -> Void = { _ in }
    ) async throws -> HotspotConfigurationError {
        let network: JoinedNetwork
        do throws(HotspotConfigurationError) {
            network = try await apply(configuration, progress: progress)
        } catch {
            return error
        }
        throw LabError("\(network.ssid) was joined, and should not have been")
    }

    /// Notes what happens to a link, in words.
    private func note(_ changes: AsyncStream<HotspotLink.Change>) -> Recorder<String> {
        let recorder = Recorder<String>()
        Task {
            for await change in changes {
                switch change {
                case .lost: recorder.append("lost")
                case .rejoined(let network): recorder.append("rejoined \(network.ssid)")
                case .ended(let error): recorder.append("ended \(error?.cause.name ?? "")")
                default: recorder.append("other")
                }
            }
        }
        return recorder
    }

    private func note(_ events: AsyncStream<HotspotEvent>) -> Recorder<String> {
        let recorder = Recorder<String>()
        Task {
            for await event in events {
                switch event {
                case .joined(let network): recorder.append("joined \(network.ssid)")
                case .lost(let ssid, let error): recorder.append("lost \(ssid) \(error.cause.name)")
                case .rejoined(let network): recorder.append("rejoined \(network.ssid)")
                @unknown default: break
                }
            }
        }
        return recorder
    }

    @Test("a request that fails brings back the network before, or does not touch it; one that succeeds ends it")
    func transaction() async throws {
        try await withoutDaemons {
            try await withAccessPoint(.wpa2(ssid: "Before", passphrase: Self.passphrase)) { before in
                try await withAccessPoint(.sae(ssid: "After", passphrase: Self.passphrase)) { after in
                    let events = note(kiosk.events)
                    _ = try await apply(HotspotConfiguration(ssid: "Before", passphrase: Self.passphrase))
                    let link = try #require(kiosk.link(to: "Before"))
                    let changes = note(link.changes)

                    // What stands in the way from the beginning.
                    var elsewhere = HotspotConfiguration(ssid: "After", passphrase: Self.passphrase)
                    elsewhere.interface = "wlan99"
                    #expect(try await refusal(elsewhere).cause == .noWirelessDevice)
                    var settings = HotspotEAPSettings(.peap, username: "a", password: Passphrase("b"))
                    settings.allowsUntrustedServer = true
                    let enterprise = HotspotConfiguration(ssid: "After", eapSettings: settings)
                    #expect(try await refusal(enterprise).cause == .notSupported)
                    #expect(changes.values.isEmpty, "nothing was touched")

                    // What shows only in the air.
                    let wrong = try await refusal(HotspotConfiguration(ssid: "After", passphrase: "wrong horse"))
                    #expect(wrong.cause == .wrongPassphrase)
                    #expect(!wrong.detailedDescription().contains("undoing"), "\(wrong.detailedDescription())")
                    #expect(try await Station.link()?.ssid == "Before")
                    #expect(try await Station.reaches(before.address))
                    #expect(kiosk.link(to: "Before") === link)
                    #expect(await link.isHeld)
                    #expect(changes.values == ["lost", "rejoined Before"])
                    let again = try await refusal(HotspotConfiguration(ssid: "Before", passphrase: Self.passphrase))
                    #expect(again.cause == .alreadyAssociated)

                    _ = try await apply(HotspotConfiguration(ssid: "After", passphrase: Self.passphrase))
                    #expect(try await Station.reaches(after.address))
                    #expect(kiosk.link(to: "Before") == nil)
                    #expect(await !link.isHeld)
                    try await wait(for: "the end of the link before", within: .seconds(10)) {
                        changes.values.last == "ended superseded"
                    }
                    var late: [String] = []
                    for await change in link.changes {
                        if case .ended(let error) = change { late.append(error?.cause.name ?? "") }
                    }
                    #expect(late == ["superseded"], "whoever listens too late hears of the end")
                    try await wait(for: "the events", within: .seconds(10)) { events.values.contains("joined After") }
                    #expect(events.values.contains("joined Before"))
                    #expect(events.values.contains("rejoined Before"))
                    #expect(try await kiosk.configuredSSIDs() == ["After", "Before"])
                    await kiosk.leave("After")
                    #expect(try await Station.link() == nil)
                }
            }
        }
    }

    @Test("the network before that is gone meanwhile is named in the error, and its link has ended")
    func notBroughtBack() async throws {
        try await withoutDaemons {
            let before = try await AccessPoint.start(.open(ssid: "Vanishing"))
            _ = try await apply(HotspotConfiguration(ssid: "Vanishing"))
            let link = try #require(kiosk.link(to: "Vanishing"))
            let (began, continuation) = AsyncStream.makeStream(of: Void.self)
            let vanishing = Task {
                for await _ in began {
                    try await before.stop()
                    return
                }
            }
            let error = try await refusal(HotspotConfiguration(ssid: "Nobody")) { phase in
                if phase == .searching { continuation.yield() }
            }
            continuation.finish()
            try await vanishing.value
            #expect(error.cause == .networkNotFound)
            #expect(error.detailedDescription().contains("\"Vanishing\", which was joined before"))
            #expect(await !link.isHeld)
            try await wait(for: "the link to be forgotten", within: .seconds(10)) {
                kiosk.link(to: "Vanishing") == nil
            }
        }
    }

    @Test("a join that is cancelled while the network before makes room has that one back, and it goes without a trace")
    func cancelledWhileMakingRoom() async throws {
        try await withoutDaemons {
            try await withAccessPoint(.wpa2(ssid: "Room", passphrase: Self.passphrase)) { before in
                let state = try await StationState.now()
                var configuration = HotspotConfiguration(ssid: "Room", passphrase: Self.passphrase)
                configuration.joinOnce = true
                configuration.stationAddress = .random
                _ = try await apply(configuration)
                let link = try #require(kiosk.link(to: "Room"))
                let (changes, words) = (link.changes, note(link.changes))
                let refused = Task { try await refusal(HotspotConfiguration(ssid: "Not There")) }
                for await case .lost in changes {
                    refused.cancel()
                    break
                }
                #expect(try await refused.value.cause == .cancelled)
                #expect(words.values == ["lost", "rejoined Room"])
                #expect(try await Station.reaches(before.address))
                await kiosk.leave("Room")
                try await StationState.expect(state)
            }
        }
    }

    @Test("a network that was lost and is not back is not joined already")
    func lostIsNotJoined() async throws {
        try await withoutDaemons {
            let accessPoint = try await AccessPoint.start(.open(ssid: "Gone"))
            var configuration = HotspotConfiguration(ssid: "Gone")
            configuration.addressing = .none
            _ = try await apply(configuration)
            let events = note(kiosk.events)
            #expect(try await refusal(configuration).cause == .alreadyAssociated)
            try await accessPoint.stop()
            try await wait(for: "the loss", within: .seconds(30)) { !events.values.isEmpty }
            // The kernel's list may have it for a moment longer.
            let error = try await refusal(configuration)
            #expect([.networkNotFound, .noResponse].contains(error.cause), "\(error.detailedDescription())")
            await kiosk.leave("Gone")
            try await kiosk.purge()
            #expect(try await Station.link() == nil)
        }
    }

    @Test("a removal ends the request that is open, which stores nothing and undoes what it began")
    func removedMeanwhile() async throws {
        try await withoutDaemons {
            let (began, continuation) = AsyncStream.makeStream(of: Void.self)
            let refused = Task {
                try await refusal(HotspotConfiguration(ssid: "Not There", passphrase: Self.passphrase)) { phase in
                    if phase == .searching { continuation.yield() }
                }
            }
            for await _ in began { break }
            let wasThere = try await kiosk.removeConfiguration(forSSID: "Not There")
            #expect(!wasThere, "nothing was stored yet")
            #expect(try await refused.value.cause == .cancelled)
            #expect(try await kiosk.configuredSSIDs().isEmpty)
            #expect(try await Station.link() == nil)
        }
    }

    @Test("a radio that is down looks for networks all the same, and is down again; one that is switched off says so")
    func interfaceDown() async throws {
        func isUp() async throws -> Bool {
            let shown = try await run("ip", "link", "show", "dev", Station.interface, "up").checked()
            return shown.text.contains(Station.interface)
        }
        try await withoutDaemons {
            try await withAccessPoint(.wpa2(ssid: "Down-1", passphrase: Self.passphrase)) { _ in
                try await run("ip", "link", "set", Station.interface, "down").checked()
                try await wait(for: "the network to be heard", within: .seconds(60)) {
                    try await kiosk.networks().contains { $0.ssid == "Down-1" }
                }
                #expect(try await !isUp())
                let joined = try await apply(HotspotConfiguration(ssidPrefix: "Down-", passphrase: Self.passphrase))
                #expect(joined.ssid == "Down-1")
                #expect(try await kiosk.removeConfiguration(forSSID: "Down-"), "by what was asked for")
                #expect(try await Station.link() == nil)
                #expect(try await !isUp())

                // A join that begins while a list is made finds the interface up, and needs it.
                try await run("ip", "link", "set", Station.interface, "down").checked()
                async let list = kiosk.networks()
                _ = try await apply(HotspotConfiguration(ssid: "Down-1", passphrase: Self.passphrase))
                #expect(try await list.contains { $0.ssid == "Down-1" })
                #expect(try await Station.link()?.ssid == "Down-1")
                #expect(try await kiosk.purge() == ["Down-1"])

                try await run("rfkill", "block", "wifi").checked()
                let off = try await refusal(HotspotConfiguration(ssidPrefix: "Down-", passphrase: Self.passphrase))
                let none = await #expect(throws: HotspotConfigurationError.self) { try await kiosk.networks() }
                try await run("rfkill", "unblock", "wifi").checked()
                #expect(off.cause == .radioDisabled)
                #expect(none?.cause == .radioDisabled)
                try await run("ip", "link", "set", Station.interface, "up").checked()
            }
        }
    }
}
