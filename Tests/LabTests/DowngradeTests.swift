import Foundation
import HotspotCore
import TestSupport
import Testing

/// Somebody poses as a network with less security than it has.
@Suite("Networks whose security somebody takes away", .radioLab)
struct DowngradeTests {
    private static let passphrase = "correct horse"

    /// Runs the program with a directory for what is kept, and with all of its log.
    private func join(_ ssid: String, _ more: String..., directory: String) async throws -> ChildProcess {
        try await ChildProcess.start(
            [CommandLineTool.path, "join", "--backend", "nl80211", "--ssid", ssid, "-v"] + more,
            environment: ["HOTSPOT_STATE_DIRECTORY": directory],
            endsWithTest: true
        )
    }

    private func withDirectory(_ body: (String) async throws -> Void) async throws {
        let directory = "/run/lab/state-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withoutDaemons { try await body(directory) }
    }

    /// Waits until the program has said something that often.
    private func wait(
        for program: ChildProcess,
        toSay text: String,
        times: Int = 1,
        within limit: Duration = .seconds(90)
    ) async throws {
        func said() -> Int { program.standardError.components(separatedBy: text).count - 1 }
        do {
            try await TestSupport.wait(for: "\"\(text)\"", within: limit) { said() >= times || program.status != nil }
            guard said() >= times else { throw LabError("it ended with \(program.status ?? -1)") }
        } catch {
            throw LabError("\(error); it said:\n\(program.standardOutput)\(program.standardError)")
        }
    }

    private static let joined = "Ctrl-C leaves it"

    @Test("a network that said that it no longer needs WPA2 is not joined by it, by this process or a later one")
    func transitionDisable() async throws {
        try await withDirectory { directory in
            let name = "LD Cafe"
            let secret = ["--passphrase", Self.passphrase]
            let honest = try await AccessPoint.start(
                .transition(ssid: name, passphrase: Self.passphrase).with("transition_disable=0x01")
            )
            let program = try await join(name, secret[0], secret[1], directory: directory)
            try await wait(for: program, toSay: Self.joined)
            #expect(program.standardOutput.contains("WPA3"), "\(program.standardOutput)")
            let files = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".json") }
            let file = try String(contentsOfFile: "\(directory)/\(try #require(files.first))", encoding: .utf8)
            #expect(file.contains("\"transitionDisable\" : 1"))

            try await honest.vanish()
            let twin = try await AccessPoint.start(.wpa2(ssid: name, passphrase: Self.passphrase))
            try await wait(for: program, toSay: "(Transition Disable)")
            #expect(try await Station.link() == nil)
            await program.stop()
            try await honest.stop()

            let later = try await join(name, secret[0], secret[1], directory: directory).output(within: .seconds(60))
            #expect(!later.succeeded)
            #expect(later.standardError.contains("Transition Disable"), "\(later)")
            #expect(later.standardError.contains("cause securityMismatch"), "\(later)")
            #expect(!twin.log.contains("authenticated"), "nothing was sent to it that a passphrase could be guessed by")

            // The way out, where the network's owner has changed his mind.
            #expect(
                try await run(
                    [CommandLineTool.path, "forget", name],
                    environment: ["HOTSPOT_STATE_DIRECTORY": directory]
                ).succeeded
            )
            let anew = try await join(name, secret[0], secret[1], directory: directory)
            try await wait(for: anew, toSay: Self.joined)
            await anew.stop()
            try await twin.stop()
        }
    }

    @Test("a stronger WPA2 access point of a WPA3 network's name is joined neither at first nor when that is gone")
    func twin() async throws {
        try await withDirectory { directory in
            let name = "LU Cafe"
            var (own, other) = (
                AccessPoint.Configuration.sae(ssid: name, passphrase: Self.passphrase),
                AccessPoint.Configuration.wpa2(ssid: name, passphrase: Self.passphrase)
            )
            (own.channel, other.channel) = (6, 6)
            let honest = try await AccessPoint.start(own)
            let twin = try await AccessPoint.start(other)
            try await honest.setPower(5)
            try await Station.hear(honest.bssid, twin.bssid)
            let program = try await join(name, "--passphrase", Self.passphrase, directory: directory)
            try await wait(for: program, toSay: Self.joined)
            #expect(try await Station.link()?.bssid == honest.bssid)
            try await honest.vanish()
            try await wait(for: program, toSay: "better security before", times: 2)
            #expect(try await Station.link() == nil)
            #expect(!twin.log.contains("authenticated"))
            await program.stop()
            try await honest.stop()
            try await twin.stop()
        }
    }

    @Test("of two access points of a name with different passphrases the one that accepts ours is joined")
    func collision() async throws {
        try await withDirectory { directory in
            let name = "LV Cafe"
            var (own, other) = (
                AccessPoint.Configuration.wpa2(ssid: name, passphrase: Self.passphrase),
                AccessPoint.Configuration.wpa2(ssid: name, passphrase: "a neighbour's horse")
            )
            (own.channel, other.channel) = (6, 6)
            let honest = try await AccessPoint.start(own)
            let neighbour = try await AccessPoint.start(other)
            try await honest.setPower(5)
            try await Station.hear(honest.bssid, neighbour.bssid)
            let program = try await join(name, "--passphrase", Self.passphrase, directory: directory)
            try await wait(for: program, toSay: Self.joined)
            #expect(try await Station.link()?.bssid == honest.bssid)
            // The neighbour's says again and again that the passphrase is wrong, and ends nothing.
            try await honest.vanish()
            try await wait(for: program, toSay: "not joined anew", times: 4, within: .seconds(180))
            #expect(program.status == nil)
            try await honest.stop()
            let again = try await AccessPoint.start(own)
            try await TestSupport.wait(for: "the network's own access point", within: .seconds(120)) {
                try await Station.link()?.bssid == again.bssid
            }
            await program.stop()
            try await again.stop()
            try await neighbour.stop()
        }
    }

    @Test("an open access point that names itself as its OWE half keeps nobody from the network")
    func loop() async throws {
        try await withDirectory { directory in
            let (name, address) = ("LW Cafe", "02:00:00:00:a4:00")
            var evil = AccessPoint.Configuration.open(ssid: name).with(
                "bssid=\(address)",
                "owe_transition_bssid=\(address)",
                "owe_transition_ssid=\"\(name)\""
            )
            var own = AccessPoint.Configuration.owe(ssid: name)
            (evil.channel, own.channel) = (6, 6)
            let attacker = try await AccessPoint.start(evil)
            let honest = try await AccessPoint.start(own)
            try await honest.setPower(5)
            try await Station.hear(honest.bssid, address)
            let program = try await join(name, directory: directory)
            try await wait(for: program, toSay: Self.joined)
            #expect(try await Station.link()?.bssid == honest.bssid)
            // What was joined by OWE is not joined open.
            try await honest.vanish()
            try await wait(for: program, toSay: "better security before", times: 2, within: .seconds(240))
            #expect(try await Station.link() == nil)
            await program.stop()
            try await honest.stop()
            try await attacker.stop()
        }
    }
}
