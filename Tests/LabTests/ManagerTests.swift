import Foundation
import HotspotCore
import TestSupport
import Testing

/// What applications are promised beside the join itself, with NetworkManager.
@Suite("An application's networks", .radioLab)
struct ManagerTests {
    private let kiosk = HotspotConfigurationManager(application: "kiosk")
    private static let passphrase = "correct horse"

    private func apply(
        _ configuration: HotspotConfiguration,
        _ manager: HotspotConfigurationManager? = nil
    ) async throws -> JoinedNetwork {
        try await (manager ?? kiosk).apply(
            configuration,
            options: .init(timeout: .seconds(90), backend: .networkManager)
        )
    }

    private func secured(_ name: String) -> HotspotConfiguration {
        HotspotConfiguration(ssid: name, passphrase: Self.passphrase)
    }

    /// The names of the profiles' files on disk and in memory.
    private func files(_ name: String) -> [String] {
        ["/etc/NetworkManager/system-connections", "/run/NetworkManager/system-connections"].flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
                $0.hasPrefix(name) && $0.hasSuffix(".nmconnection")
            }.map { "\(folder)/\($0)" }
        }
    }

    private func waitUntilLeft(_ name: String) async throws {
        try await wait(for: "\(name) to be left and forgotten", within: .seconds(60)) {
            guard try await Station.link()?.ssid != name else { return false }
            return files(name).isEmpty
        }
    }

    // MARK: Joined once

    private func keeper(_ name: String, limit: Double = 15) async throws -> ChildProcess {
        let process = try await ChildProcess.start(
            [
                CommandLineTool.program("OnceKeeper"), "once", name, Self.passphrase, "networkManager", String(limit),
            ],
            endsWithTest: true
        )
        try await wait(for: "\(name) to be joined once", within: .seconds(90)) {
            if process.status != nil { throw LabError("the application ended: \(process.standardOutput)") }
            return process.standardOutput.contains("joined")
        }
        return process
    }

    @Test(
        "a network that is joined once ends with its process, by whatever signal",
        arguments: [SIGKILL, SIGTERM, SIGSEGV]
    )
    func processEnds(signal: Int32) async throws {
        try await NetworkManagerDaemon.shared.reset()
        let name = "Once \(signal)"
        try await withAccessPoint(.wpa2(ssid: name, passphrase: Self.passphrase)) { accessPoint in
            let process = try await keeper(name)
            #expect(try await Station.reaches(accessPoint.address))
            #expect(files(name).allSatisfy { $0.hasPrefix("/run/") }, "nothing of it is on the disk")
            await process.stop(signal)
            try await waitUntilLeft(name)
        }
    }

    @Test("a network that is joined once ends when the machine is put to sleep, or another network is joined")
    func takenAway() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Once Asleep", passphrase: Self.passphrase)) { _ in
            let process = try await keeper("Once Asleep")
            func sleep(_ isAsleep: Bool) async throws {
                try await run(
                    "dbus-send",
                    "--system",
                    "--print-reply",
                    "--dest=org.freedesktop.NetworkManager",
                    "/org/freedesktop/NetworkManager",
                    "org.freedesktop.NetworkManager.Sleep",
                    "boolean:\(isAsleep)"
                ).checked()
            }
            try await sleep(true)
            try await waitUntilLeft("Once Asleep")
            try await sleep(false)
            try await wait(for: "the application to hear of it", within: .seconds(30)) {
                process.standardOutput.contains("lost")
            }
            await process.stop()
            try await NetworkManagerDaemon.shared.waitForDevice(.disconnected)

            let second = try await keeper("Once Asleep")
            try await withAccessPoint(.open(ssid: "Another One")) { _ in
                _ = try await apply(HotspotConfiguration(ssid: "Another One"))
                try await waitUntilLeft("Once Asleep")
                #expect(try await Station.link()?.ssid == "Another One")
            }
            await second.stop()
        }
    }

    @Test("a network that is joined once ends when it is removed, and with its manager")
    func removedOnce() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Once Here", passphrase: Self.passphrase)) { _ in
            var configuration = secured("Once Here")
            configuration.joinOnce = true
            _ = try await apply(configuration)
            #expect(try await kiosk.configuredSSIDs() == ["Once Here"])
            let network = try #require(try await kiosk.currentNetwork())
            #expect(network.ssid == "Once Here")
            #expect(!network.didAutoJoin)
            #expect(try await kiosk.removeConfiguration(forSSID: "Once Here"))
            try await waitUntilLeft("Once Here")
            #expect(try await kiosk.configuredSSIDs().isEmpty)
            #expect(try await !kiosk.removeConfiguration(forSSID: "Once Here"), "there is nothing to remove any more")

            do {
                let short = HotspotConfigurationManager(application: "kiosk")
                _ = try await apply(configuration, short)
            }
            try await waitUntilLeft("Once Here")
        }
    }

    @Test("a network that is joined once ends with NetworkManager, and its profile is nobody's obstacle afterwards")
    func daemonEnds() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let name = "Once Orphaned"
        try await withAccessPoint(.wpa2(ssid: name, passphrase: Self.passphrase)) { _ in
            var configuration = secured(name)
            configuration.joinOnce = true
            _ = try await apply(configuration)
            try await RadioLab.script("pkill -KILL -x NetworkManager")
            let error = try #require(await kiosk.holdEnd(of: SSID(name)))
            #expect(error.cause == .superseded)
            try await wait(for: "the profile to be removed without a daemon", within: .seconds(30)) {
                files(name).isEmpty
            }
            // Whoever asks later hears of it as well.
            #expect(await kiosk.holdEnd(of: SSID(name)) != nil)
            try await NetworkManagerDaemon.shared.start()
            #expect(try await kiosk.configuredSSIDs().isEmpty)
            try await waitUntilLeft(name)

            let process = try await keeper(name)
            let arguments = ["\(process.processIdentifier)"]
            try await RadioLab.script(#"kill -STOP "$1"; pkill -KILL -x NetworkManager; kill -KILL "$1""#, arguments)
            #expect(files(name).count == 1, "nobody was left to remove it")
            try await NetworkManagerDaemon.shared.start()
            #expect(try await kiosk.configuredSSIDs().isEmpty)
            _ = try await apply(secured(name))
            #expect(files(name).count == 1 && files(name).allSatisfy { $0.hasPrefix("/etc/") }, "\(files(name))")
            try await kiosk.purge()
            try await waitUntilLeft(name)
        }
    }

    @Test("a network that is joined once ends when the session is in the background for longer than the limit")
    func background() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await RadioLab.script("start_logind")
        try await withAccessPoint(.wpa2(ssid: "Once Front", passphrase: Self.passphrase)) { _ in
            let terminal = try await RadioLab.script(#"cat /sys/class/tty/tty0/active"#)
                .standardOutput.dropFirst(3).prefix { $0.isNumber }
            let output = try await RadioLab.script(
                #"""
                printf '%s\n' 'auth sufficient pam_rootok.so' 'account required pam_permit.so' \
                    'session required pam_elogind.so' >/etc/pam.d/su
                export XDG_SEAT=seat0 XDG_VTNR=$4
                su -s /bin/bash root -c "exec '$1' once '$2' '$3' networkManager 3" >keeper &
                program=$!
                wait_until 90 "a network joined once" grep -q joined keeper
                # Back in time: nothing ends.
                "$LAB_BUSYBOX" chvt 5
                "$LAB_BUSYBOX" chvt "$4"
                "$LAB_BUSYBOX" sleep 4
                if grep -q lost keeper; then echo "left although it came back"; fi
                "$LAB_BUSYBOX" chvt 5
                wait_until 60 "the network to be left" grep -q lost keeper
                "$LAB_BUSYBOX" chvt "$4"
                kill "$program" || :
                cat keeper
                """#,
                [CommandLineTool.program("OnceKeeper"), "Once Front", Self.passphrase, String(terminal)]
            )
            print(output.standardOutput)
            #expect(!output.standardOutput.contains("although"))
            try await waitUntilLeft("Once Front")
        }
        try await RadioLab.script("stop_daemon logind")
    }

    // MARK: By the beginning of the name

    @Test("the beginning of a name joins the strongest network that fits, under its exact name")
    func prefix() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Camera-17", passphrase: Self.passphrase)) { _ in
            try await withAccessPoint(.open(ssid: "Camera-guests")) { _ in
                var configuration = HotspotConfiguration(ssidPrefix: "Camera-", passphrase: Self.passphrase)
                #expect(try await apply(configuration).ssid == "Camera-17")
                #expect(try await kiosk.configuredSSIDs() == ["Camera-17"])
                let again = await #expect(throws: HotspotConfigurationError.self) { try await apply(configuration) }
                #expect(again?.cause == .alreadyAssociated)
                configuration.ssidPrefix = "Kamera-"
                let none = await #expect(throws: HotspotConfigurationError.self) { try await apply(configuration) }
                #expect(none?.cause == .networkNotFound)
                #expect(none?.detailedDescription().contains("scan") == true)
                #expect(try await kiosk.removeConfiguration(forSSID: "Camera-"), "by what was asked for")
                try await waitUntilLeft("Camera-17")
            }
        }
    }

    // MARK: Whose networks they are

    @Test("applications and the command line list, change and remove their own networks only")
    func owners() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let sign = HotspotConfigurationManager(application: "sign")
        try await withAccessPoint(.open(ssid: "Own A")) { _ in
            try await withAccessPoint(.open(ssid: "Own B")) { _ in
                _ = try await apply(HotspotConfiguration(ssid: "Own A"))
                _ = try await apply(HotspotConfiguration(ssid: "Own B"), sign)
                try await nmcli("connection", "add", "type", "wifi", "con-name", "Foreign", "ssid", "Foreign").checked()
                #expect(try await kiosk.configuredSSIDs() == ["Own A"])
                #expect(try await sign.configuredSSIDs() == ["Own B"])
                #expect(try await !kiosk.removeConfiguration(forSSID: "Own B"))
                #expect(try await !kiosk.removeConfiguration(forSSID: "Foreign"))
                let latin = SSID(octets: [0x43, 0x61, 0x66, 0xE9])
                #expect(try await !kiosk.removeConfiguration(forSSID: latin), "a name that is no UTF-8 is a name")
                #expect(try await kiosk.configuredSSIDs() == ["Own A"])
                let taken = await #expect(throws: HotspotConfigurationError.self) {
                    try await apply(HotspotConfiguration(ssid: "Own B"))
                }
                #expect(taken?.cause == .foreignConfiguration)
                let before = try await profiles()
                #expect(try await kiosk.purge() == ["Own A"])
                let after = try await profiles()
                #expect(after.count == before.count - 1)
                #expect(after.allSatisfy { before[$0.key] == $0.value }, "the others are what they were")
                #expect(try await Station.link()?.ssid == "Own B")
                #expect(try await sign.purge() == ["Own B"])
                try await waitUntilLeft("Own B")
            }
        }
    }

    @Test("what is not joined by itself is back after a join in which NetworkManager was restarted, or it is named")
    func restarted() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let name = "By Hand Alone"
        try await withAccessPoint(.wpa2(ssid: name, passphrase: Self.passphrase)) { _ in
            var configuration = secured(name)
            configuration.autoJoin = false
            _ = try await apply(configuration)
            let (signal, continuation) = AsyncStream<Void>.makeStream()
            async let restarted: Void = {
                for await _ in signal {
                    try await NetworkManagerDaemon.shared.restart()
                    return
                }
            }()
            let error = try await failure(of: secured("Nowhere To Be Found")) {
                if $0 == .searching { continuation.yield() }
            }
            continuation.finish()
            try await restarted
            #expect(error.cause == .backendUnavailable)
            let text = error.detailedDescription()
            if text.contains("what was joined before") {
                // A slow machine's daemon was not back in time.
                #expect(try await Station.link() == nil, "\(text)")
            } else {
                #expect(!text.contains("undoing the join was not completed"), "\(text)")
                #expect(try await Station.link()?.ssid == name, "\(text)")
            }
            try await kiosk.purge()
            try await waitUntilLeft(name)
        }
    }

    @Test("a join that was killed while NetworkManager went on with it makes way for the next one")
    func killed() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let name = "Killed"
        try await withAccessPoint(.wpa2(ssid: name, passphrase: Self.passphrase)) { accessPoint in
            let arguments = ["join", "--ssid", name, "--passphrase", Self.passphrase, "--backend", "networkmanager"]
            let program = try await ChildProcess.start([CommandLineTool.path] + arguments + ["-v"], endsWithTest: true)
            try await wait(for: "the activation", within: .seconds(60)) {
                if program.status != nil { throw LabError(program.standardError) }
                return program.standardError.contains("activation begun")
            }
            await program.stop(SIGKILL)
            try await NetworkManagerDaemon.shared.waitForDevice(.activated)
            #expect(files(name).allSatisfy { $0.hasPrefix("/run/") }, "nothing of it is kept")
            let output = try await run([CommandLineTool.path] + arguments)
            #expect(output.succeeded, "\(output)")
            #expect(files(name).count == 1 && files(name).allSatisfy { $0.hasPrefix("/etc/") }, "\(files(name))")
            #expect(try await Station.reaches(accessPoint.address))
            try await HotspotConfigurationManager(application: "hotspot").purge()
            try await waitUntilLeft(name)
        }
    }

    @Test("two applications and the command line at once do not disturb each other")
    func atOnce() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let sign = HotspotConfigurationManager(application: "sign")
        try await withAccessPoint(.open(ssid: "At Once A")) { _ in
            try await withAccessPoint(.open(ssid: "At Once B")) { _ in
                try await withAccessPoint(.open(ssid: "At Once C")) { _ in
                    // One radio: those that come too early are superseded, and say so.
                    async let first = result { try await apply(HotspotConfiguration(ssid: "At Once A")) }
                    async let second = result { try await apply(HotspotConfiguration(ssid: "At Once B"), sign) }
                    async let third = hotspot(
                        "join",
                        "--ssid",
                        "At Once C",
                        "--backend",
                        "networkmanager",
                        "--json",
                        "--quiet"
                    )
                    let (kiosks, signs, programs) = try await (first, second, third)
                    var joined: Set<SSID> = []
                    for outcome in [kiosks, signs] {
                        switch outcome {
                        case .success(let network): joined.insert(network.ssid)
                        case .failure(let error):
                            #expect(
                                [.superseded, .disconnectedByUser, .deviceUnavailable].contains(error.cause),
                                "\(error.detailedDescription())"
                            )
                        }
                    }
                    if programs.succeeded { joined.insert("At Once C") }
                    print("at once: \(joined), \(programs.standardOutput)")
                    #expect(!joined.isEmpty, "\(kiosks) \(signs) \(programs)")
                    #expect(Set(try await kiosk.configuredSSIDs()) == joined.intersection(["At Once A"]))
                    #expect(Set(try await sign.configuredSSIDs()) == joined.intersection(["At Once B"]))
                    try await kiosk.purge()
                    try await sign.purge()
                    try await HotspotConfigurationManager(application: "hotspot").purge()
                    try await NetworkManagerDaemon.shared.waitForDevice(.disconnected)
                    #expect(try await profiles().isEmpty)
                }
            }
        }
    }

    private func result(
        _ body: () async throws -> JoinedNetwork
    ) async throws -> Result<JoinedNetwork, HotspotConfigurationError> {
        do {
            return .success(try await body())
        } catch let error as HotspotConfigurationError {
            return .failure(error)
        }
    }

    // MARK: How long

    @Test("a configuration is forgotten when its days have passed, and one out of range never is")
    func lifeTime() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.open(ssid: "Seven Days")) { _ in
            var configuration = HotspotConfiguration(ssid: "Seven Days")
            configuration.lifeTimeInDays = 7
            _ = try await apply(configuration)
            let file = try #require(files("Seven Days").first)
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("io.hotspot.expiry=") })
            let stamp = try #require(Double(line.split(separator: "=")[1]))
            #expect(abs(stamp - Date().timeIntervalSince1970 - 7 * 86_400) < 600)
            #expect(try await kiosk.expire().isEmpty)
            #expect(try await kiosk.configuredSSIDs() == ["Seven Days"])

            // The days pass.
            try text.replacingOccurrences(of: line, with: "io.hotspot.expiry=1").write(
                toFile: file,
                atomically: false,
                encoding: .utf8
            )
            try await nmcli("connection", "load", file).checked()
            #expect(try await kiosk.configuredSSIDs().isEmpty)
            #expect(try await kiosk.expire() == ["Seven Days"])
            try await waitUntilLeft("Seven Days")

            configuration.lifeTimeInDays = 366
            _ = try await apply(configuration)
            let second = try String(contentsOfFile: try #require(files("Seven Days").first), encoding: .utf8)
            #expect(!second.contains("io.hotspot.expiry"))
            try await kiosk.purge()
        }
    }

    // MARK: What is heard

    @Test("the networks in reach, the one that is joined, and what happens to it")
    func heard() async throws {
        try await NetworkManagerDaemon.shared.reset()
        #expect(try await kiosk.currentNetwork() == nil)
        let events = Recorder<HotspotEvent>()
        let stream = kiosk.events
        let reader = Task { for await event in stream { events.append(event) } }
        func names() -> [String] {
            events.values.map { event in
                switch event {
                case .joined(let network): "joined \(network.ssid)"
                case .lost(let ssid, _): "lost \(ssid)"
                case .rejoined(let network): "rejoined \(network.ssid)"
                @unknown default: "?"
                }
            }
        }
        try await withAccessPoint(.sae(ssid: "Heard 3", passphrase: Self.passphrase)) { _ in
            try await withAccessPoint(.open(ssid: "Heard 0")) { open in
                var networks = try await kiosk.networks()
                // One scan may miss one of them.
                try await wait(for: "both networks to be heard", within: .seconds(90)) {
                    if networks.contains(where: { $0.ssid == "Heard 0" }),
                        networks.contains(where: { $0.ssid == "Heard 3" })
                    {
                        return true
                    }
                    networks = try await kiosk.networks()
                    return false
                }
                let third = try #require(networks.first { $0.ssid == "Heard 3" })
                #expect(third.securityType == .personal)
                #expect(third.securities == [.sae])
                let first = try #require(networks.first { $0.ssid == "Heard 0" })
                #expect(first.securityType == .open && !first.isSecure)
                #expect((0.01...1).contains(first.signalStrength))
                #expect(first.bssid == open.bssid)

                let states = Recorder<String>()
                let joinStates = kiosk.joinStates
                let following = Task {
                    for await state in joinStates {
                        switch state {
                        case .phase(_, let phase): states.append(phase.rawValue)
                        case .joined: states.append("done")
                        case .failed: states.append("failed")
                        @unknown default: break
                        }
                    }
                }
                _ = try await apply(HotspotConfiguration(ssid: "Heard 0"))
                try await wait(for: "the end of the states", within: .seconds(10)) { states.values.last == "done" }
                following.cancel()
                #expect(states.values.first == "preparing" && states.values.contains("joined"))
                let current = try #require(try await kiosk.currentNetwork())
                #expect(current.ssid == "Heard 0" && current.bssid == open.bssid && !current.didAutoJoin)
                try await wait(for: "the event", within: .seconds(10)) { names() == ["joined Heard 0"] }

                // By itself from now on, and over the end of the daemon.
                try await NetworkManagerDaemon.shared.stop()
                try await wait(for: "the loss", within: .seconds(10)) { names().last == "lost Heard 0" }
                guard case .lost(_, let error)? = events.values.last else { throw LabError("no loss") }
                #expect(
                    [.backendUnavailable, .deviceUnmanaged, .deviceRemoved].contains(error.cause),
                    "\(error.detailedDescription())"
                )
                try await NetworkManagerDaemon.shared.start()
                try await wait(for: "the system to join it", within: .seconds(60)) {
                    names().last == "rejoined Heard 0"
                }
                #expect(try await kiosk.currentNetwork()?.didAutoJoin == true)
                try await kiosk.purge()
                try await wait(for: "the removal", within: .seconds(30)) { names().last == "lost Heard 0" }
            }
        }
        reader.cancel()
    }

    @Test("a network that was joined beside NetworkManager, which leaves the radio alone, is the current one")
    func beside() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await nmcli("device", "set", Station.interface, "managed", "no").checked()
        let result = await Result {
            try await withAccessPoint(.wpa2(ssid: "Beside", passphrase: Self.passphrase)) { accessPoint in
                #expect(try await kiosk.currentNetwork() == nil)
                var configuration = secured("Beside")
                configuration.joinOnce = true
                _ = try await kiosk.apply(configuration, options: .init(backend: .nl80211))
                let current = try #require(try await kiosk.currentNetwork())
                #expect(current.ssid == "Beside" && current.bssid == accessPoint.bssid)
                #expect(try await kiosk.networks().contains { $0.ssid == "Beside" })
                await kiosk.leave("Beside")
                #expect(try await kiosk.currentNetwork() == nil)
            }
        }
        try await nmcli("device", "set", Station.interface, "managed", "yes").checked()
        try result.get()
    }

    // MARK: Settings that Apple lacks

    @Test("addresses by hand or none, one access point of two, the station's address, and no joining by itself")
    func settings() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "By Hand", passphrase: Self.passphrase)) { accessPoint in
            var other = AccessPoint.Configuration.wpa2(ssid: "By Hand", passphrase: Self.passphrase)
            other.dhcp = false
            try await withAccessPoint(other) { second in
                var configuration = secured("By Hand")
                configuration.bssid = accessPoint.bssid
                configuration.autoJoin = false
                configuration.autoJoinPriority = 7
                configuration.stationAddress = .random
                let network = accessPoint.address.split(separator: ".").dropLast().joined(separator: ".")
                configuration.addressing = .manual(
                    .init(
                        addresses: ["\(network).77/24", "2001:db8::77/64"],
                        gateways: [accessPoint.address],
                        nameServers: [accessPoint.address, "2001:db8::1"]
                    )
                )
                let joined = try await apply(configuration)
                #expect(joined.bssid == accessPoint.bssid)
                #expect(joined.addresses.contains("\(network).77/24"), "\(joined.addresses)")
                #expect(joined.addresses.contains("2001:db8::77/64"), "\(joined.addresses)")
                #expect(joined.gateway == accessPoint.address)
                #expect(try await Station.reaches(accessPoint.address))
                let link = try await run("ip", "link", "show", "dev", Station.interface).checked().text
                #expect(!link.contains("link/ether \(Station.address)"), "the address is not the radio's own: \(link)")
                let profile = try await nmcli("connection", "show", "By Hand").checked().text
                func line(_ key: String) -> String {
                    profile.split(separator: "\n").first { $0.hasPrefix(key + ":") }
                        .map { $0.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces) } ?? ""
                }
                #expect(line("connection.autoconnect") == "no")
                #expect(line("connection.autoconnect-priority") == "7")
                #expect(line("ipv4.dns") == accessPoint.address)
                #expect(line("ipv6.dns") == "2001:db8::1")

                configuration.bssid = second.bssid
                configuration.addressing = .none
                configuration.stationAddress = .permanent
                let unaddressed = try await apply(configuration)
                #expect(unaddressed.bssid == second.bssid)
                #expect(unaddressed.addresses.isEmpty)
                #expect(try await kiosk.purge() == ["By Hand"])
            }
        }
    }

    @Test("what NetworkManager cannot do is refused with its reason, before anything is touched")
    func refused() async throws {
        try await NetworkManagerDaemon.shared.reset()
        var identified = HotspotConfiguration(ssid: "Refused", passphrase: Passphrase("a password"), security: .sae)
        identified.saePasswordIdentifier = "guests"
        var settings = HotspotEAPSettings(.peap, username: "alice", password: Passphrase("wonderland"))
        settings.allowsUntrustedServer = true
        let passpoint = HotspotConfiguration(
            hs20Settings: HotspotHS20Settings(domainName: "example.net"),
            eapSettings: settings
        )
        for configuration in [identified, passpoint] {
            let error = await #expect(throws: HotspotConfigurationError.self) { try await apply(configuration) }
            #expect(error?.cause == .notSupported, "\(error?.detailedDescription() ?? "")")
            #expect(error?.underlyingErrors.isEmpty == false)
        }
        #expect(try await profiles().isEmpty)
    }

    // MARK: Again and again

    @Test(
        "rounds of joining and removing leave no descriptor, profile, thread or octet that grows",
        arguments: [HotspotConfigurationManager.Backend.networkManager, .nl80211]
    )
    func rounds(backend: HotspotConfigurationManager.Backend) async throws {
        try await NetworkManagerDaemon.shared.reset()
        let rounds = ProcessInfo.processInfo.environment["HOTSPOT_ROUNDS"].flatMap { Int($0) } ?? 25
        let name = "Rounds \(backend.rawValue)"
        func run() async throws {
            try await withAccessPoint(.wpa2(ssid: name, passphrase: Self.passphrase)) { _ in
                let process = try await ChildProcess.start(
                    [
                        CommandLineTool.program("OnceKeeper"), "rounds", name, Self.passphrase, backend.rawValue, "15",
                        String(rounds),
                    ],
                    environment: ["HOTSPOT_STATE_DIRECTORY": "/run/hotspot-rounds"],
                    endsWithTest: true
                )
                let began = ContinuousClock.now
                let output = try await process.output(within: .seconds(rounds * 20 + 60))
                let lines = output.standardOutput.split(separator: "\n")
                #expect(lines.last == "done", "\(output)")
                func samples(_ word: String) -> [[Int]] {
                    lines.filter { $0.hasPrefix(word) }.map { $0.split { !$0.isNumber }.compactMap { Int($0) } }
                }
                let (during, after) = (samples("round "), samples("after "))
                print("\(rounds) rounds, \(backend.rawValue), \(ContinuousClock.now - began)")
                print("during \(during.map { $0[3] }), after \(after)")
                // The first rounds fill the runtime's caches.
                let first = try #require(during.dropFirst().first)
                let descriptors = try #require(after.map { $0[1] }.min())
                let threads = try #require(after.map { $0[2] }.min())
                let octets = try #require(after.map { $0[3] }.min())
                #expect(descriptors <= first[1], "\(first) \(after)")
                #expect(threads <= first[2] + 2, "\(first) \(after)")
                #expect(octets <= first[3] + 16_384, "\(first) \(after)")
            }
        }
        if backend == .nl80211 { try await withoutDaemons(run) } else { try await run() }
        #expect(try await profiles().isEmpty)
    }
}
