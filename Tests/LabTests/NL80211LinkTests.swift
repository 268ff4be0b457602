import Foundation
import HotspotCore
import TestSupport
import Testing

/// What happens to a link that a process holds by itself, as long as it lasts.
@Suite("The life of a link through nl80211 alone", .radioLab)
struct NL80211LinkTests {
    private static let manager = HotspotConfigurationManager(application: "kiosk")
    private static let passphrase = "correct horse"

    /// Joins, and runs the body while the link is held; its changes are noted.
    private func withLink(
        _ configuration: HotspotConfiguration,
        _ body: (JoinedNetwork, Recorder<HotspotLink.Change>) async throws -> Void
    ) async throws {
        let joined: JoinedNetwork
        do {
            joined = try await Self.manager.apply(configuration, options: .init(backend: .nl80211))
        } catch {
            throw LabError(error.detailedDescription())
        }
        let changes = Recorder<HotspotLink.Change>()
        let link = try #require(Self.manager.link(to: configuration.ssid))
        let reader = Task {
            for await change in link.changes { changes.append(change) }
        }
        do {
            try await body(joined, changes)
        } catch {
            await Self.manager.leave(configuration.ssid)
            await reader.value
            throw LabError("\(error); the link said: \(changes.values)")
        }
        await Self.manager.leave(configuration.ssid)
        await reader.value
        guard case .ended(nil)? = changes.values.last else {
            throw LabError("a link that was left said: \(changes.values)")
        }
        #expect(try await Station.link() == nil)
        let left = try await Station.ipv4Addresses()
        let clients = try await run("pgrep", "-fa", "udhcpc").text
        #expect(left.isEmpty, "\(left); \(clients)")
    }

    private func configuration(_ ssid: String) -> HotspotConfiguration {
        HotspotConfiguration(ssid: SSID(ssid), passphrase: Passphrase(Self.passphrase))
    }

    /// Whether packets cross the air in both directions, the group's too.
    private func crosses(_ accessPoint: AccessPoint) async throws -> Bool {
        guard let own = try await Station.ipv4Addresses().first else { return false }
        guard try await Station.reaches(accessPoint.address) else { return false }
        return try await accessPoint.reaches(own)
    }

    private func rejoined(_ changes: Recorder<HotspotLink.Change>) -> [JoinedNetwork] {
        changes.values.compactMap { if case .rejoined(let network) = $0 { network } else { nil } }
    }

    private func losses(_ changes: Recorder<HotspotLink.Change>) -> [String] {
        changes.values.compactMap { if case .lost(let reason) = $0 { reason } else { nil } }
    }

    // MARK: Keys

    @Test("keys are renewed every few seconds, and no packet in either direction notices")
    func rekeying() async throws {
        try await withoutDaemons {
            let kinds: [(AccessPoint.Configuration, String)] = [
                (.wpa2(ssid: "LG Two", passphrase: Self.passphrase).with("wpa_group_rekey=2"), "group"),
                (.sae(ssid: "LG Three", passphrase: Self.passphrase).with("wpa_group_rekey=2"), "group"),
                (.wpa2(ssid: "LP Two", passphrase: Self.passphrase).with("wpa_ptk_rekey=3"), "pairwise"),
                (.sae(ssid: "LP Three", passphrase: Self.passphrase).with("wpa_ptk_rekey=3"), "pairwise"),
            ]
            for (kind, key) in kinds {
                try await withAccessPoint(kind) { accessPoint in
                    try await withLink(configuration(kind.name)) { _, changes in
                        let words = "\(key) key handshake completed"
                        func completed() -> Int { accessPoint.log.components(separatedBy: words).count - 1 }
                        #expect(try await crosses(accessPoint), "before: \(kind.name)")
                        let first = completed()
                        let own = try #require(try await Station.ipv4Addresses().first)
                        async let outward = run(
                            ["ping", "-n", "-I", Station.interface] + Self.series + [accessPoint.address]
                        )
                        async let inward = accessPoint.command(
                            ["ping", "-n", "-I", accessPoint.radio] + Self.series + [own]
                        )
                        let (there, back) = try await (outward, inward)
                        try await wait(for: "two rekeyings of \(kind.name)", within: .seconds(30)) {
                            completed() >= first + 2
                        }
                        let lost = [there, back].map { Self.received(by: $0) }
                        print("rekeyed \(kind.name) \(completed() - first) times; answers of 40: \(lost)")
                        // A frame that is on its way while the pairwise key changes may be lost.
                        #expect(lost.allSatisfy { $0 >= 36 }, "\(kind.name): \(lost)")
                        #expect(try await crosses(accessPoint), "after: \(kind.name)")
                        #expect(changes.values.isEmpty, "\(changes.values)")
                    }
                }
            }
        }
    }

    /// Forty packets in eight seconds.
    private static let series = ["-i", "0.2", "-c", "40", "-W", "2"]

    /// How many answers a `ping` got.
    private static func received(by output: Output) -> Int {
        let line = output.text.split(separator: "\n").first { $0.contains("packets transmitted") } ?? ""
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "received,") else { return 0 }
        return Int(words[place - 1]) ?? 0
    }

    // MARK: The access point

    @Test("an access point that is disabled and enabled, or dies and comes back, is joined again")
    func restarting() async throws {
        try await withoutDaemons {
            for kind in [
                AccessPoint.Configuration.wpa2(ssid: "LR Two", passphrase: Self.passphrase),
                .sae(ssid: "LR Three", passphrase: Self.passphrase),
            ] {
                var accessPoint = try await AccessPoint.start(kind)
                let radio = accessPoint.radio
                try await withLink(configuration(kind.name)) { joined, changes in
                    try await accessPoint.control("disable")
                    try await wait(for: "the loss", within: .seconds(10)) { losses(changes).count == 1 }
                    try await accessPoint.control("enable")
                    try await wait(for: "the first rejoin", within: .seconds(60)) { rejoined(changes).count == 1 }
                    #expect(rejoined(changes)[0].addresses.contains(joined.addresses[0]))
                    #expect(try await crosses(accessPoint))
                    try await accessPoint.vanish()
                    let vanished = ContinuousClock.now
                    try await wait(for: "the second loss", within: .seconds(30)) { losses(changes).count == 2 }
                    print("\(kind.name): the silence was noticed after \(ContinuousClock.now - vanished)")
                    #expect(losses(changes)[1].contains("no longer heard"))
                    try await accessPoint.stop()
                    accessPoint = try await AccessPoint.start(kind, on: radio)
                    try await wait(for: "the second rejoin", within: .seconds(60)) { rejoined(changes).count == 2 }
                    #expect(try await crosses(accessPoint))
                }
                try await accessPoint.stop()
            }
        }
    }

    @Test("an interface that is taken down under a link has the way out again with it")
    func takenDown() async throws {
        try await withoutDaemons {
            try await withAccessPoint(.wpa2(ssid: "LD Two", passphrase: Self.passphrase)) { accessPoint in
                try await withLink(configuration("LD Two")) { joined, changes in
                    #expect(joined.gateway == accessPoint.address)
                    // The kernel takes the routes away, and the client hears nothing of it.
                    try await run("ip", "link", "set", Station.interface, "down").checked()
                    try await wait(for: "the link to be made anew", within: .seconds(60)) {
                        !rejoined(changes).isEmpty
                    }
                    #expect(rejoined(changes).last?.gateway == accessPoint.address)
                    #expect(try await crosses(accessPoint))
                }
            }
        }
    }

    @Test("an access point that announces another channel takes the link along, and the new channel is told")
    func channelSwitch() async throws {
        try await withoutDaemons {
            var kind = AccessPoint.Configuration.wpa2(ssid: "LC Two", passphrase: Self.passphrase)
            kind.channel = 1
            try await withAccessPoint(kind) { accessPoint in
                try await withLink(configuration(kind.name)) { joined, changes in
                    #expect(joined.frequency == 2412)
                    try await accessPoint.control("chan_switch", "5", "2462", "ht")
                    try await wait(for: "the switch", within: .seconds(20)) { !changes.values.isEmpty }
                    guard case .channelChanged(let network)? = changes.values.first else {
                        throw LabError("another change than the switch")
                    }
                    #expect(network.frequency == 2462 && network.channel == 11 && network.bssid == joined.bssid)
                    #expect(try await Station.link()?.frequency == 2462)
                    #expect(try await crosses(accessPoint))
                    #expect(changes.values.count == 1, "\(changes.values)")
                    // Where it is now is where it is looked for.
                    try await accessPoint.deauthenticate()
                    try await wait(for: "the rejoin", within: .seconds(30)) { !rejoined(changes).isEmpty }
                    #expect(rejoined(changes)[0].frequency == 2462)
                    #expect(try await crosses(accessPoint))
                }
            }
        }
    }

    @Test("of two access points of a name the stronger is taken, and the other when that one dies, with its addresses")
    func twoAccessPoints() async throws {
        try await withoutDaemons {
            var kind = AccessPoint.Configuration.sae(ssid: "LT Three", passphrase: Self.passphrase)
            kind.channel = 1
            let weak = try await AccessPoint.start(kind)
            kind.channel = 6
            let strong = try await AccessPoint.start(kind)
            try await weak.setPower(5)
            // A search from nothing ends with the first good answer.
            try await Station.hear(weak.bssid, strong.bssid)
            try await withLink(configuration(kind.name)) { joined, changes in
                #expect(joined.bssid == strong.bssid)
                #expect(try await crosses(strong))
                try await strong.vanish()
                let vanished = ContinuousClock.now
                try await wait(for: "the other access point", within: .seconds(60)) { !rejoined(changes).isEmpty }
                print("two access points: on the other one after \(ContinuousClock.now - vanished)")
                #expect(rejoined(changes)[0].bssid == weak.bssid)
                #expect(rejoined(changes)[0].frequency == 2412)
                // In the lab it leads to a network of its own.
                let prefix = weak.address.dropLast()
                #expect(rejoined(changes)[0].addresses.contains { $0.hasPrefix(prefix) })
                #expect(try await crosses(weak))
            }
            try await weak.stop()
            try await strong.stop()
        }
    }

    @Test("the open half of an OWE pair leads to the hidden half, and is not joined itself")
    func transition() async throws {
        try await withoutDaemons {
            // The transition element names the other half (Opportunistic Wireless Encryption, 4.1).
            let (open, hidden) = ("02:00:00:00:a1:00", "02:00:00:00:a2:00")
            var first = AccessPoint.Configuration.open(ssid: "LO Open").with(
                "bssid=\(open)",
                "owe_transition_bssid=\(hidden)",
                "owe_transition_ssid=\"LO Hidden\""
            )
            var second = AccessPoint.Configuration.owe(ssid: "LO Hidden").with(
                "bssid=\(hidden)",
                "owe_transition_bssid=\(open)",
                "owe_transition_ssid=\"LO Open\""
            )
            second.hidden = true
            (first.channel, second.channel) = (6, 6)
            let (openHalf, hiddenHalf) = (try await AccessPoint.start(first), try await AccessPoint.start(second))
            try await withLink(HotspotConfiguration(ssid: "LO Open")) { joined, changes in
                #expect(joined.bssid == hidden && joined.security == .enhancedOpen)
                #expect(try await crosses(hiddenHalf))
                try await hiddenHalf.deauthenticate()
                try await wait(for: "the rejoin", within: .seconds(30)) { !rejoined(changes).isEmpty }
                #expect(rejoined(changes)[0].bssid == hidden)
                #expect(rejoined(changes)[0].security == .enhancedOpen)
                #expect(try await crosses(hiddenHalf))
            }
            try await openHalf.stop()
            try await hiddenHalf.stop()
        }
    }

    @Test("the halves of an OWE pair may be on two channels, where the open one says so")
    func transitionElsewhere() async throws {
        try await withoutDaemons {
            let hidden = "02:00:00:00:a4:00"
            // Operating class 81, channel 11: hostapd has no setting for that.
            let body = "506f9a1c" + "02000000a400" + "07" + "4c4520486964" + "65" + "510b"
            var first = AccessPoint.Configuration.open(ssid: "LE Open").with(
                "vendor_elements=dd\(String(body.count / 2, radix: 16))\(body)"
            )
            var second = AccessPoint.Configuration.owe(ssid: "LE Hide").with("bssid=\(hidden)")
            second.hidden = true
            (first.channel, second.channel) = (6, 11)
            try await withAccessPoint(first) { _ in
                try await withAccessPoint(second) { hiddenHalf in
                    try await withLink(HotspotConfiguration(ssid: "LE Open")) { joined, _ in
                        #expect(joined.bssid == hidden && joined.security == .enhancedOpen && joined.channel == 11)
                        let passes = try await crosses(hiddenHalf)
                        #expect(passes)
                    }
                }
            }
        }
    }

    @Test("a forged deauthentication does not end a link whose management frames are protected")
    func forgery() async throws {
        try await withoutDaemons {
            var kind = AccessPoint.Configuration.sae(ssid: "LF Three", passphrase: Self.passphrase)
            kind.channel = 6
            let bssid = "02:00:00:00:f1:00"
            let accessPoint = try await AccessPoint.start(kind.with("bssid=\(bssid)"))
            try await withLink(configuration(kind.name)) { _, changes in
                #expect(try await crosses(accessPoint))
                // Another radio under the same address; it has no key of the link.
                var other = AccessPoint.Configuration.sae(ssid: "LF Three", passphrase: "another horse")
                other.channel = 6
                other.dhcp = false
                let forger = try await AccessPoint.start(other.with("bssid=\(bssid)"))
                let own = try #require(try await Station.ipv4Addresses().first)
                let events = try await ChildProcess.start(["iw", "event", "-f"])
                // Until they are heard: it takes its time to listen.
                try await wait(for: "the forged frames", within: .seconds(60)) {
                    for reason in [1, 3] as [UInt16] { try await forger.deauthenticate(reason: reason) }
                    return events.standardOutput.contains("unprotected deauth")
                }
                for reason in [6, 7] as [UInt16] { try await forger.deauthenticate(reason: reason) }
                try await forger.stop()
                // Longer than the station waits for the access point to deny it.
                let pings = ["ping", "-n", "-I", accessPoint.radio] + Self.series + [own]
                #expect(Self.received(by: try await accessPoint.command(pings)) > 0)
                #expect(try await Station.link()?.bssid == bssid)
                #expect(try await crosses(accessPoint))
                #expect(changes.values.isEmpty, "\(changes.values)")
            }
            try await accessPoint.stop()
        }
    }

    @Test("an access point that has forgotten the station, and says so without protection, is joined again")
    func forgotten() async throws {
        try await withoutDaemons {
            for kind in [
                AccessPoint.Configuration.sae(ssid: "LQ Three", passphrase: Self.passphrase), .owe(ssid: "LQ Open"),
            ] {
                var wanted = configuration(kind.name)
                if kind.name.hasSuffix("Open") { wanted.passphrase = nil }
                try await withAccessPoint(kind) { accessPoint in
                    try await withLink(wanted) { _, changes in
                        #expect(try await crosses(accessPoint))
                        let answer = try await accessPoint.control("deauthenticate", Station.address, "tx=0")
                        #expect(answer == "OK")
                        // It answers data of a stranger with reason 7.
                        _ = try await Station.reaches(accessPoint.address, within: .seconds(3))
                        try await wait(for: "the rejoin", within: .seconds(30)) { !rejoined(changes).isEmpty }
                        #expect(losses(changes)[0].contains("does not know this station"), "\(losses(changes))")
                        #expect(try await crosses(accessPoint))
                    }
                }
            }
        }
    }

    // MARK: The process

    /// What joins a network in the background, with its passphrase on standard input.
    private func detached(_ ssid: String, _ options: [String] = [], passphrase: String = passphrase) async throws
        -> Output
    {
        let arguments = ["--ssid", ssid, "--passphrase-file", "-", "--backend", "nl80211", "--detach"]
        return try await run([CommandLineTool.path, "join"] + arguments + options, input: passphrase)
    }

    /// The processes that hold links.
    private func holders() async throws -> [String] {
        try await run("pgrep", "-f", "^[^ ]*hotspot hold").text.split(separator: "\n").map(String.init)
    }

    @Test("a detached join prints and returns what one in the foreground does, and the link lasts until it is left")
    func detaching() async throws {
        try await withoutDaemons {
            let kind = AccessPoint.Configuration.sae(ssid: "LD Three", passphrase: Self.passphrase)
            try await withAccessPoint(kind) { accessPoint in
                let text = try await detached(kind.name)
                #expect(text.succeeded && text.standardError.isEmpty, "\(text)")
                #expect(text.standardOutput.hasPrefix("joined \"LD Three\"\n  access point  \(accessPoint.bssid)"))
                #expect(try await crosses(accessPoint))
                let process = try #require(try await holders().first)
                // A session of its own, without the folder, the output, the arguments and the secret of who started it.
                let session = try await run("ps", "-o", "sid=,ppid=", "-p", process).text
                #expect(session.split(separator: " ") == [Substring(process), "1"], "\(session)")
                for file in ["cmdline", "environ"] {
                    let octets = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/\(file)"))
                    #expect(octets.range(of: Data(Self.passphrase.utf8)) == nil)
                }
                for descriptor in 0...2 {
                    let path = "/proc/\(process)/fd/\(descriptor)"
                    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "/dev/null")
                }
                // It is held: another join finds the radio taken, and says so.
                let second = try await detached(kind.name, ["--json"])
                #expect(second.status == 117, "\(second)")
                #expect((second.json["error"] as? [String: Any])?["cause"] as? String == "deniedByPolicy")
                // Rekeyed and rejoined as in the foreground.
                try await accessPoint.deauthenticate()
                try await wait(for: "the rejoin", within: .seconds(30)) {
                    try await accessPoint.control("all_sta").contains("[AUTHORIZED]")
                }
                #expect(try await crosses(accessPoint))

                let other = try await hotspot("leave", "Another", "--json")
                #expect(other.status == 108, "\(other)")
                #expect((other.json["error"] as? [String: Any])?["cause"] as? String == "networkNotFound")
                #expect(try await hotspot("leave", kind.name, "--interface", "wlan9").status == 108)
                #expect(try await Station.isAuthorized())

                let left = try await hotspot("leave", kind.name)
                #expect(left.succeeded && left.standardOutput == "left \"LD Three\" on wlan0\n", "\(left)")
                // All of it at once, and not later.
                #expect(try await holders().isEmpty)
                #expect(try await Station.link() == nil)
                #expect(try await Station.ipv4Addresses().isEmpty)
                #expect(try await run("pgrep", "-f", "^[^ ]*busybox udhcpc").text.isEmpty)
                #expect(accessPoint.dhcpLog.contains("DHCPRELEASE"))
                #expect(try await hotspot("leave").status == 108)

                let json = try await detached(kind.name, ["--json"])
                #expect(json.succeeded && json.standardError.isEmpty, "\(json)")
                #expect((json.json["joined"] as? [String: Any])?["backend"] as? String == "nl80211")
                let leaving = try await hotspot("leave", "--json")
                let networks = leaving.json["left"] as? [[String: Any]]
                #expect(networks?.count == 1 && networks?[0]["interface"] as? String == "wlan0", "\(leaving)")
            }
        }
    }

    @Test("a detached join that fails says why with the status of one in the foreground, and leaves no process")
    func detachedFailure() async throws {
        try await withoutDaemons {
            let kind = AccessPoint.Configuration.sae(ssid: "LE Three", passphrase: Self.passphrase)
            try await withAccessPoint(kind) { _ in
                let wrong = try await detached(kind.name, passphrase: "another horse")
                #expect(wrong.status == 102 && wrong.standardOutput.isEmpty, "\(wrong)")
                #expect(
                    wrong.standardError.contains("code invalidWPAPassphrase (2), cause wrongPassphrase"),
                    "\(wrong)"
                )
                #expect(!wrong.standardError.contains("another horse"))
                let json = try await detached(kind.name, ["--json"], passphrase: "another horse")
                #expect(json.status == 102 && json.standardError.isEmpty, "\(json)")
                #expect((json.json["error"] as? [String: Any])?["cause"] as? String == "wrongPassphrase")
                #expect(try await holders().isEmpty)

                // Ctrl-C ends the join, not only the one who waits for it.
                let program = try await ChildProcess.start(
                    [CommandLineTool.path, "join", "--ssid", "LE Nobody", "--backend", "nl80211", "--detach"]
                )
                try await wait(for: "the process that joins", within: .seconds(15)) { try await !holders().isEmpty }
                program.send(SIGINT)
                try await wait(for: "the end", within: .seconds(15)) { program.status != nil }
                #expect(program.status == 130, "\(program.standardError)")
                #expect(try await holders().isEmpty)
                #expect(try await Station.link() == nil)
            }
        }
    }

    @Test("a link in the foreground is left from elsewhere, and what a killed holder left behind ends nobody else")
    func leaving() async throws {
        try await withoutDaemons {
            let kind = AccessPoint.Configuration.wpa2(ssid: "LL Two", passphrase: Self.passphrase)
            try await withAccessPoint(kind) { accessPoint in
                let program = try await ChildProcess.start(
                    [
                        CommandLineTool.path, "join", "--ssid", kind.name, "--passphrase-file", "/dev/stdin",
                        "--backend", "nl80211",
                    ],
                    input: Self.passphrase
                )
                try await wait(for: "the join", within: .seconds(30)) {
                    program.standardError.contains("holding the link") || program.status != nil
                }
                #expect(try await hotspot("leave", kind.name).succeeded, "\(program.standardError)")
                try await wait(for: "its status", within: .seconds(30)) { program.status != nil }
                #expect(program.status == 0 && program.standardError.contains("left"), "\(program.standardError)")
                #expect(try await Station.link() == nil)

                #expect(try await detached(kind.name).succeeded)
                let process = try #require(try await holders().first)
                let file = "/run/hotspot/\(process).link"
                #expect(FileManager.default.fileExists(atPath: file))
                try await run("kill", "-KILL", process).checked()
                try await wait(for: "the kernel to leave", within: .seconds(30)) {
                    (try? await Station.link()) == .some(nil)
                }
                // Somebody else has the dead holder's file open, and would be taken for it by a number alone.
                let bystander = try await ChildProcess.start(["sleep", "1000"])
                let copy = "/run/hotspot/\(bystander.processIdentifier).link"
                try FileManager.default.copyItem(atPath: file, toPath: copy)
                let left = try await hotspot("leave")
                #expect(left.status == 108, "\(left)")
                #expect(bystander.status == nil)
                #expect(!FileManager.default.fileExists(atPath: file) && !FileManager.default.fileExists(atPath: copy))
                bystander.send(SIGKILL)
                #expect(try await detached(kind.name).succeeded)
                #expect(try await crosses(accessPoint))
                // What is forgotten is left, and nobody joins it again.
                #expect(try await hotspot("forget", kind.name).succeeded)
                #expect(try await holders().isEmpty)
                #expect(try await Station.link() == nil)
                #expect(try await hotspot("list").checked().standardOutput.isEmpty)
                #expect(try await hotspot("forget", kind.name).status == 108)
            }
        }
    }

    @Test("through NetworkManager only a connection of hotspot's own is ended, and its profile stays")
    func leavingNetworkManager() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let kind = AccessPoint.Configuration.wpa2(ssid: "LN Two", passphrase: Self.passphrase)
        try await withAccessPoint(kind) { _ in
            let joined = try await run(
                [CommandLineTool.path, "join", "--ssid", kind.name, "--passphrase-file", "-", "--detach"],
                input: Self.passphrase
            )
            #expect(joined.succeeded, "\(joined)")
            #expect(try await holders().isEmpty)
            let before = try await profiles()
            let left = try await hotspot("leave", kind.name, "--json")
            let networks = left.json["left"] as? [[String: Any]]
            #expect(networks?.first?["backend"] as? String == "NetworkManager", "\(left)")
            #expect(try await Station.link() == nil)
            #expect(try await profiles() == before && before.count == 1)
            // The same network by somebody else's profile.
            try await NetworkManagerDaemon.shared.reset()
            try await nmcli(
                "connection",
                "add",
                "type",
                "wifi",
                "ifname",
                Station.interface,
                "con-name",
                "other",
                "ssid",
                kind.name,
                "wifi-sec.key-mgmt",
                "wpa-psk",
                "wifi-sec.psk",
                Self.passphrase
            ).checked()
            try await nmcli("connection", "up", "other").checked()
            let refused = try await hotspot("leave")
            #expect(refused.status == 108, "\(refused)")
            #expect(try await Station.isAuthorized())
            try await NetworkManagerDaemon.shared.reset()
        }
    }

    @Test("a holder that is killed leaves the network and its DHCP client behind it, and the next one joins at once")
    func killed() async throws {
        try await withoutDaemons {
            let kind = AccessPoint.Configuration.sae(ssid: "LK Three", passphrase: Self.passphrase)
            try await withAccessPoint(kind) { accessPoint in
                let arguments = [
                    CommandLineTool.path, "join", "--ssid", kind.name, "--passphrase-file", "/dev/stdin", "--backend",
                    "nl80211",
                ]
                var last: ChildProcess?
                for round in 1...3 {
                    let program = try await ChildProcess.start(arguments, input: Self.passphrase)
                    try await wait(for: "join \(round)", within: .seconds(30)) {
                        program.standardError.contains("holding the link") || program.status != nil
                    }
                    #expect(program.standardOutput.contains("joined"), "\(round): \(program.standardError)")
                    #expect(try await crosses(accessPoint), "\(round)")
                    let clients = try await run("pgrep", "-fc", "^[^ ]*busybox udhcpc -f").text
                    #expect(clients == "1", "\(round): \(clients)")
                    if round < 3 {
                        program.send(SIGKILL)
                    } else {
                        last = program
                    }
                }
                // It heard of the end of each killed one.
                let heard = accessPoint.log.components(separatedBy: "AP-STA-DISCONNECTED \(Station.address)").count - 1
                #expect(heard == 2, "\(accessPoint.log)")
                last?.send(SIGINT)
                try await wait(for: "the end", within: .seconds(15)) { last?.status != nil }
                #expect(last?.status == 0)
                #expect(try await Station.link() == nil)
                #expect(try await Station.ipv4Addresses().isEmpty)
            }
        }
    }
}
