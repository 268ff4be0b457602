import Foundation
import Glibc
import HotspotCore
import TestSupport
import Testing

/// Other programs that use the radio of a link through nl80211 alone.
@Suite("Other programs beside a link through nl80211 alone", .radioLab)
struct NL80211CompetitionTests {
    private static let manager = HotspotConfigurationManager(application: "kiosk")

    private func configuration(_ accessPoint: AccessPoint.Configuration) -> HotspotConfiguration {
        var configuration = HotspotConfiguration(ssid: accessPoint.name, passphrase: "correct horse")
        configuration.joinOnce = true
        return configuration
    }

    @Test("somebody else's scan of all channels is waited for, and then the network is joined")
    func scan() async throws {
        try await withoutDaemons {
            var accessPoint = AccessPoint.Configuration.wpa2(ssid: "Comp S", passphrase: "correct horse")
            accessPoint.channel = 11
            try await withAccessPoint(accessPoint) { accessPoint in
                try await run("ip", "link", "set", Station.interface, "up").checked()
                try await run("iw", "dev", Station.interface, "scan", "trigger").checked()
                let refused = try await run("iw", "dev", Station.interface, "scan", "trigger")
                #expect(refused.standardError.contains("(-16)"), "\(refused)")
                let wanted = configuration(accessPoint.configuration)
                let joined = try await Self.manager.apply(wanted, options: .init(backend: .nl80211))
                print("joined beside a scan: \(joined.phaseDurations.map { "\($0.phase) \($0.duration)" })")
                #expect(try await Station.reaches(accessPoint.address))
                await Self.manager.leave(wanted.ssid)
            }
            try await run("ip", "link", "set", Station.interface, "down").checked()
        }
    }

    @Test("of two programs that ask for the radio in the same moment one has it whole, and the other is told")
    func simultaneous() async throws {
        try await withoutDaemons {
            try await withAccessPoint(.wpa2(ssid: "Comp 1", passphrase: "correct horse")) { first in
                try await withAccessPoint(.wpa2(ssid: "Comp 2", passphrase: "correct horse")) { second in
                    let before = try await StationState.now()
                    var programs: [ChildProcess] = []
                    for accessPoint in [first, second] {
                        programs.append(
                            try await ChildProcess.start(
                                [CommandLineTool.path, "join", "--ssid", accessPoint.configuration.name]
                                    + ["--passphrase", "correct horse", "--backend", "nl80211", "--once"],
                                endsWithTest: true
                            )
                        )
                    }
                    func holds(_ program: ChildProcess) -> Bool { program.standardError.contains("holding the link") }
                    try await wait(for: "both programs' outcome", within: .seconds(90)) {
                        programs.allSatisfy { $0.status != nil || holds($0) }
                    }
                    let words = programs.map(\.standardError)
                    let winner = try #require(programs.firstIndex(where: holds), "\(words)")
                    #expect(programs[1 - winner].status == 117, "\(words)")
                    #expect(words[1 - winner].contains("another program"), "\(words)")
                    #expect(try await Station.reaches([first, second][winner].address))
                    #expect(programs[winner].status == nil)
                    programs[winner].send(SIGINT)
                    try await wait(for: "the end", within: .seconds(30)) { programs[winner].status != nil }
                    // A register of a process that was killed goes with the next one.
                    try await StationState.expect(before, ignoresFiles: true)
                }
            }
        }
    }

    @Test("a program that takes the radio from a link keeps it, and the link ends with its name")
    func taken() async throws {
        try await withoutDaemons {
            let other = AccessPoint.Configuration.open(ssid: "Comp O")
            let own = AccessPoint.Configuration.wpa2(ssid: "Comp H", passphrase: "correct horse")
            try await withAccessPoint(other) { other in
                try await withAccessPoint(own) { own in
                    let wanted = configuration(own.configuration)
                    try await Self.manager.apply(wanted, options: .init(backend: .nl80211))
                    let link = try #require(Self.manager.link(to: wanted.ssid))
                    let (ended, changes) = (Recorder<HotspotConfigurationError>(), link.changes)
                    Task {
                        for await change in changes {
                            if case .ended(let error?) = change { ended.append(error) }
                        }
                    }
                    try await RadioLab.script(
                        #"""
                        printf '%s\n' ctrl_interface=/run/wpa_supplicant 'network={' "ssid=\"Comp O\"" key_mgmt=NONE '}' \
                            >/run/lab/holder.conf
                        start_daemon holder wpa_supplicant -i wlan0 -c /run/lab/holder.conf
                        """#
                    )
                    try await wait(for: "the link to end", within: .seconds(120)) { !ended.values.isEmpty }
                    let end = try #require(ended.values.first)
                    #expect(end.cause == .superseded, "\(end.detailedDescription())")
                    #expect(end.message.contains("wpa_supplicant uses"))
                    #expect(await !link.isHeld)
                    // The other one's link is not undone with ours.
                    try await wait(for: "wpa_supplicant's link", within: .seconds(60)) {
                        try await Station.link()?.bssid == other.bssid
                    }
                    try await wait(for: "our DHCP client to be gone", within: .seconds(20)) {
                        try await StationState.now().processes.isEmpty
                    }
                    await Self.manager.leave(wanted.ssid)
                    #expect(try await Station.link()?.bssid == other.bssid)
                    try await RadioLab.script(
                        "stop_daemon holder; ip address flush dev wlan0; ip link set wlan0 down; ip link set wlan0 mode default"
                    )
                }
            }
        }
    }
}
