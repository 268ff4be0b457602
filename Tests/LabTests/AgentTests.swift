import Foundation
import HotspotCore
import TestSupport
import Testing

/// What is kept without NetworkManager, and the agent that joins it.
@Suite("Networks that are kept without a daemon", .radioLab)
struct AgentTests {
    private static let passphrase = "correct horse"

    /// The same, with a directory for what is kept.
    private func withoutDaemons(_ body: (String) async throws -> Void) async throws {
        try await LabTests.withoutDaemons { () async throws -> Void in
            let directory = "/run/lab/state-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: directory) }
            try await body(directory)
        }
    }

    private func keep(_ ssid: String, _ more: String..., passphrase: String = "", in directory: String) async throws {
        try await run(
            [CommandLineTool.program("ConfigurationWriter"), directory, "kiosk", ssid, passphrase] + more
        ).checked()
    }

    private func start(_ arguments: String..., directory: String) async throws -> ChildProcess {
        try await ChildProcess.start(
            [CommandLineTool.path] + arguments,
            environment: ["HOTSPOT_STATE_DIRECTORY": directory],
            endsWithTest: true
        )
    }

    private func hotspot(_ arguments: String..., directory: String) async throws -> Output {
        try await run([CommandLineTool.path] + arguments, environment: ["HOTSPOT_STATE_DIRECTORY": directory])
    }

    private func files(_ directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }

    private func wait(
        for program: ChildProcess,
        to join: AccessPoint,
        _ name: String,
        within limit: Duration = .seconds(90)
    ) async throws {
        do {
            try await TestSupport.wait(for: "\(name) to be joined", within: limit) {
                if let status = program.status { throw LabError("it ended with \(status)") }
                return try await Station.link()?.ssid == name
            }
            #expect(try await Station.reaches(join.address, within: .seconds(30)), "\(name)")
        } catch {
            throw LabError("\(error); it said:\n\(program.standardOutput)\(program.standardError)")
        }
    }

    /// Whether the interface is up, and how it becomes operational.
    private func interface() async throws -> [String] {
        let text = try await run("ip", "link", "show", "dev", Station.interface).checked().text
        let flags = text.firstMatch(of: /<([^>]*)>/).map { $0.1.split(separator: ",").map(String.init) } ?? []
        let mode = text.firstMatch(of: /mode (\w+)/).map { String($0.1) } ?? ""
        return flags.filter { $0 == "UP" } + [mode]
    }

    /// Blocks the station's radio, and no access point's, or lets it go; the kernel leaves its interface down.
    private func soften(_ word: String) async throws {
        try await RadioLab.script(
            #"switch=$(echo /sys/class/net/"$1"/phy80211/rfkill*); rfkill "$2" "${switch##*rfkill}""#,
            [Station.interface, word]
        )
    }

    // MARK: The agent

    @Test("the agent joins the best network, the next when that dies, and the one that is stored meanwhile")
    func best() async throws {
        try await withoutDaemons { directory in
            let before = try await interface()
            let first = try await AccessPoint.start(.wpa2(ssid: "Best A", passphrase: Self.passphrase))
            try await withAccessPoint(.open(ssid: "Best B")) { second in
                try await keep("Best B", in: directory)
                try await keep("Best A", "1", passphrase: Self.passphrase, in: directory)
                let began = ContinuousClock.now
                let agent = try await start("agent", directory: directory)
                try await wait(for: agent, to: first, "Best A")
                print("the agent joined the best network after \(ContinuousClock.now - began)")

                let death = ContinuousClock.now
                try await first.vanish()
                try await wait(for: agent, to: second, "Best B", within: .seconds(120))
                print("the agent was on the next network after \(ContinuousClock.now - death)")

                try await withAccessPoint(.sae(ssid: "Best C", passphrase: Self.passphrase)) { third in
                    let stored = ContinuousClock.now
                    try await keep("Best C", passphrase: Self.passphrase, in: directory)
                    try await wait(for: agent, to: third, "Best C")
                    print("the agent took what was stored after \(ContinuousClock.now - stored)")
                    try await TestSupport.wait(for: "the joins to be noted") {
                        let kept = try await ConfigurationStore(path: directory).contents().configurations
                        return kept.count == 3 && kept.allSatisfy { $0.lastJoined != nil }
                    }

                    // Forgotten, by whomever: it is left.
                    try await ConfigurationStore(path: directory).remove { $0.id.ssid == "Best C" }
                    try await wait(for: agent, to: second, "Best B")
                }
                agent.send(SIGHUP)
                try await TestSupport.wait(for: "the directory to be read again") {
                    agent.standardError.contains("again")
                }
                #expect(try await Station.link()?.ssid == "Best B")
                await agent.stop(SIGTERM)
                print(agent.standardError)
                #expect(agent.status == 0)
                #expect(try await Station.link() == nil)
                #expect(try await interface() == before)
                #expect(!agent.standardError.contains("horse"))
            }
        }
    }

    @Test("the agent waits for a radio that is switched off, and forgets what has expired")
    func radio() async throws {
        try await withoutDaemons { directory in
            try await withAccessPoint(.open(ssid: "Radio On")) { accessPoint in
                try await keep("Radio On", in: directory)
                try await keep("Radio Old", "0", "1000", "1", in: directory)
                #expect(files(directory).count == 2)
                try await soften("block")
                let agent = try await start("agent", directory: directory)
                do {
                    try await TestSupport.wait(for: "the agent to wait for a radio") {
                        agent.standardError.contains("waiting for a radio")
                    }
                    try await TestSupport.wait(for: "the expired configuration to be gone") {
                        files(directory).count == 1
                    }
                } catch {
                    try await soften("unblock")
                    throw LabError("\(error): \(agent.standardError)")
                }
                try await soften("unblock")
                try await wait(for: agent, to: accessPoint, "Radio On")
                try await soften("block")
                do {
                    try await TestSupport.wait(for: "the agent to give the link up", within: .seconds(60)) {
                        agent.standardError.contains("left")
                    }
                } catch {
                    try await soften("unblock")
                    throw LabError("\(error): \(agent.standardError)")
                }
                try await soften("unblock")
                try await wait(for: agent, to: accessPoint, "Radio On")
                print(agent.standardError)
                await agent.stop(SIGINT)
                #expect(agent.status == 0, "\(agent.standardError)")
                #expect(try await Station.link() == nil)
            }
        }
    }

    @Test("the agent leaves a radio alone that NetworkManager has, and says so")
    func refused() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let directory = "/run/lab/state-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let output = try await hotspot("agent", directory: directory)
        #expect(output.status == 117, "\(output)")
        #expect(output.standardError.contains("NetworkManager manages"), "\(output)")
    }

    @Test("the agent gives way to a join and comes back after it, and leaves what it is told to leave")
    func givesWay() async throws {
        try await withoutDaemons { directory in
            let second = AccessPoint.Configuration.wpa2(ssid: "Way B", passphrase: Self.passphrase)
            try await withAccessPoint(.open(ssid: "Way A")) { first in
                try await withAccessPoint(second) { second in
                    try await keep("Way A", in: directory)
                    let agent = try await start("agent", directory: directory)
                    try await wait(for: agent, to: first, "Way A")
                    let join = ["join", "--backend", "nl80211", "--ssid", "Way B", "--passphrase", Self.passphrase]
                    let once = try await ChildProcess.start(
                        [CommandLineTool.path] + join + ["--once"],
                        environment: ["HOTSPOT_STATE_DIRECTORY": directory],
                        endsWithTest: true
                    )
                    try await wait(for: once, to: second, "Way B")
                    #expect(agent.status == nil && agent.standardError.contains("another process has the radio"))
                    // An agent that ends, and one that begins, leave a link alone that another process holds.
                    await agent.stop()
                    #expect(agent.status == 0, "\(agent.standardError)")
                    let next = try await start("agent", directory: directory)
                    try await TestSupport.wait(for: "the agent to find the radio taken") {
                        next.standardError.contains("waiting for a radio")
                    }
                    #expect(try await Station.link()?.ssid == "Way B")
                    #expect(try await hotspot("agent", directory: directory).status == 117, "one agent is enough")
                    await once.stop(SIGKILL)
                    try await wait(for: next, to: first, "Way A")

                    // In the background, and kept: it is the network that was joined last.
                    let detached = try await run(
                        [CommandLineTool.path] + join + ["--detach"],
                        environment: ["HOTSPOT_STATE_DIRECTORY": directory]
                    )
                    #expect(detached.standardOutput.hasPrefix("joined \"Way B\""), "\(detached)")
                    #expect(try await Station.link()?.ssid == "Way B")
                    #expect(try await hotspot("leave", directory: directory).text == "left \"Way B\" on wlan0")
                    try await wait(for: next, to: first, "Way A")
                    let unknown = try await hotspot("leave", "Way C", directory: directory)
                    #expect(unknown.status == 108, "\(unknown)")
                    let left = try await hotspot("leave", "--json", directory: directory)
                    let networks = left.json["left"] as? [[String: Any]]
                    #expect(networks?.first?["ssid"] as? String == "Way A", "\(left)")
                    #expect(try await Station.link() == nil)
                    next.send(SIGHUP)
                    try await wait(for: next, to: first, "Way A")
                    print(next.standardError)
                    await next.stop()
                    #expect(next.status == 0, "\(next.standardError)")
                    #expect(try await Station.link() == nil)
                    #expect(!next.standardError.contains("horse"))
                }
            }
        }
    }

    // MARK: What a join keeps

    @Test("a network that is joined without a daemon is kept when the program ends, and one that is joined once is not")
    func kept() async throws {
        try await withoutDaemons { directory in
            try await withAccessPoint(.wpa2(ssid: "Kept", passphrase: Self.passphrase)) { accessPoint in
                func join(_ more: String...) async throws -> Output {
                    let program = try await ChildProcess.start(
                        [
                            CommandLineTool.path, "join", "--backend", "nl80211", "--ssid", "Kept", "--passphrase",
                            Self.passphrase,
                        ] + more,
                        environment: ["HOTSPOT_STATE_DIRECTORY": directory],
                        endsWithTest: true
                    )
                    try await TestSupport.wait(for: "the join", within: .seconds(60)) {
                        program.status != nil || program.standardError.contains("Ctrl-C leaves it")
                    }
                    program.send(SIGTERM)
                    return try await program.output(within: .seconds(20))
                }
                let once = try await join("--once")
                #expect(once.standardOutput.contains("joined"), "\(once)")
                #expect(files(directory).isEmpty)

                let lasting = try await join()
                #expect(lasting.standardOutput.contains("joined"), "\(lasting)")
                #expect(files(directory).count == 1)
                #expect(try await hotspot("list", directory: directory).checked().text == "Kept")

                let agent = try await start("agent", directory: directory)
                try await wait(for: agent, to: accessPoint, "Kept")
                #expect(try await hotspot("forget", "Kept", directory: directory).succeeded)
                try await TestSupport.wait(for: "the agent to leave what is forgotten") {
                    try await Station.link() == nil
                }
                await agent.stop()
                #expect(try await hotspot("list", directory: directory).checked().text.isEmpty)
            }
        }
    }

    @Test("a network whose configuration cannot be kept is not joined, unless it is joined once")
    func notKept() async throws {
        try await withoutDaemons { _ in
            try await withAccessPoint(.open(ssid: "Not Kept")) { _ in
                let folder = "/run/lab/full-\(UUID().uuidString)"
                try await run("install", "-d", "-m", "700", folder).checked()
                try await run("mount", "-t", "tmpfs", "-o", "size=4k,mode=700", "none", folder).checked()
                do {
                    try await keep("Old", in: folder)
                    let full = await #expect(throws: StoreFailure.self) {
                        try await ConfigurationStore(path: folder).save(
                            StoredConfiguration(HotspotConfiguration(ssid: "Not Kept"), application: "kiosk", now: 0)
                        )
                    }
                    #expect(full?.errno == ENOSPC)
                    #expect(files(folder).count == 1)
                    let joined = try await hotspot(
                        "join",
                        "--backend",
                        "nl80211",
                        "--ssid",
                        "Not Kept",
                        "--security",
                        "open",
                        "--json",
                        directory: folder
                    )
                    #expect(joined.status == 108, "\(joined)")
                    #expect(joined.standardOutput.contains("storageFailed"), "\(joined)")
                    #expect(joined.standardOutput.contains("--once"), "\(joined)")
                    #expect(try await Station.link() == nil, "it was left again")

                    try await run("mount", "-o", "remount,ro", folder).checked()
                    let refused = try await hotspot(
                        "join",
                        "--backend",
                        "nl80211",
                        "--ssid",
                        "Not Kept",
                        "--security",
                        "open",
                        directory: folder
                    )
                    #expect(refused.status == 108, "\(refused)")
                    #expect(refused.standardError.contains("EROFS"), "\(refused)")
                    #expect(refused.standardError.contains("is not joined"), "nothing was touched: \(refused)")
                    #expect(try await ConfigurationStore(path: folder).contents().configurations.count == 1)
                } catch {
                    _ = try? await run("umount", folder)
                    throw error
                }
                try await run("umount", folder).checked()
            }
        }
    }

    @Test("hotspot join --once with NetworkManager stays, and leaves nothing when it ends")
    func onceWithNetworkManager() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Once There", passphrase: Self.passphrase)) { accessPoint in
            for signal in [SIGINT, SIGKILL] {
                let program = try await start(
                    "join",
                    "--once",
                    "--backend",
                    "networkmanager",
                    "--ssid",
                    "Once There",
                    "--passphrase",
                    Self.passphrase,
                    directory: "/run/lab/none"
                )
                try await wait(for: program, to: accessPoint, "Once There")
                try await TestSupport.wait(for: "it to say so") {
                    program.standardError.contains("Ctrl-C leaves it")
                }
                await program.stop(signal)
                try await TestSupport.wait(for: "the network to be left and forgotten", within: .seconds(60)) {
                    guard try await Station.link() == nil else { return false }
                    return try await NetworkManagerDaemon.shared.profiles().isEmpty
                }
                if signal == SIGINT { #expect(program.status == 0, "\(program.standardError)") }
            }
            #expect(files("/run/lab/none").isEmpty)
        }
    }
}
