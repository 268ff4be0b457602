import Foundation
import HotspotCore
import TestSupport
import Testing

/// Who gives the addresses of a link through nl80211 alone: what the machine has for it.
@Suite("The addresses of a link through nl80211 alone", .radioLab)
struct NL80211AddressTests {
    private static let passphrase = "correct horse"

    /// Runs the body with one DHCP client installed, or none, on a machine that knows a name server already.
    private func withClient(_ name: String, _ body: () async throws -> Void) async throws {
        let nameServers = FileManager.default.contents(atPath: "/etc/resolv.conf")
        try Data("nameserver 192.0.2.53\n".utf8).write(to: URL(fileURLWithPath: "/etc/resolv.conf"))
        try await RadioLab.script(#"have_dhcp_client "$1""#, [name])
        let result = await Result(catching: body)
        // The processes that dhcpcd keeps for its privileges outlive it by a moment, and for ever where it had to be killed:
        // it loses a signal now and then.
        try await RadioLab.script(
            """
            have_dhcp_client busybox; stop_daemon networkd; stop_daemon dhcpcd
            ended() { ! pgrep -x dhcpcd >/dev/null; }
            wait_until 5 "dhcpcd's own processes to end" ended || pkill -KILL -x dhcpcd || :
            wait_until 15 "dhcpcd's own processes to end" ended
            """
        )
        try nameServers?.write(to: URL(fileURLWithPath: "/etc/resolv.conf"))
        try result.get()
    }

    /// Starts the program, which holds the link.
    private func start(_ ssid: String, _ options: String...) async throws -> ChildProcess {
        try await ChildProcess.start(
            [CommandLineTool.path, "join", "--ssid", ssid, "--passphrase-file", "/dev/stdin", "--backend", "nl80211"]
                + ["--once", "-v"] + options,
            input: Self.passphrase
        )
    }

    private func waitUntilHeld(_ program: ChildProcess) async throws {
        try await wait(for: "the join", within: .seconds(60)) {
            program.standardError.contains("holding the link") || program.status != nil
        }
        guard program.status == nil else { throw LabError(program.standardError) }
    }

    private func configuration(_ name: String) -> AccessPoint.Configuration {
        var configuration = AccessPoint.Configuration.wpa2(ssid: name, passphrase: Self.passphrase)
        configuration.dhcpOptions = ["option:dns-server,192.0.2.1", "option:domain-name,cafe.example"]
        return configuration
    }

    @Test("an installed client gives the address, is named, and takes everything with it, also where it is killed")
    func clients() async throws {
        try await withoutDaemons {
            for client in ["dhcpcd", "udhcpc", "busybox", "dhclient"] {
                let began = ContinuousClock.now
                try await withClient(client) {
                    try await withAccessPoint(configuration("Addr \(client)")) { accessPoint in
                        let before = try await StationState.now()
                        try await held(client, accessPoint, before, SIGKILL)
                        // This one meets what the other left.
                        try await held(client, accessPoint, before, SIGINT)
                        #expect(accessPoint.dhcpLog.contains("DHCPRELEASE"), "\(accessPoint.dhcpLog)")
                    }
                }
                print("addresses by \(client): \(ContinuousClock.now - began)")
            }
        }
    }

    /// Has a client give an address, and ends the program.
    private func held(
        _ client: String,
        _ accessPoint: AccessPoint,
        _ before: StationState,
        _ signal: Int32
    ) async throws {
        let program = try await start(accessPoint.configuration.name)
        try await waitUntilHeld(program)
        #expect(program.standardError.contains("an address came"), "\(program.standardError)")
        #expect(program.standardError.contains("/\(client)"), "\(program.standardError)")
        #expect(try await Station.reaches(accessPoint.address))
        #expect(try await Station.ipv4Addresses().count == 1)
        let processes = try await StationState.now().processes
        #expect(processes.contains { $0.contains(client) }, "\(processes)")
        program.send(signal)
        try await wait(for: "the end", within: .seconds(30)) { program.status != nil }
        guard signal != SIGKILL else {
            // Nobody sets the interface back; the next one does.
            return try await wait(for: "the client to be gone", within: .seconds(20)) {
                let now = try await StationState.now()
                return now.processes.isEmpty && now.addresses.isEmpty && now.routes.isEmpty
                    && now.nameServers == before.nameServers
            }
        }
        #expect(program.status == 0, "\(program.standardError)")
        var before = before
        // The killed one left it up, and nobody can tell that from an administrator's wish.
        before.interface["flags"] = "up"
        try await StationState.expect(before)
    }

    @Test("the capabilities that the agent's unit leaves are enough for each client")
    func capabilities() async throws {
        let unit = try String(contentsOfFile: "Packaging/systemd/hotspot-agent.service", encoding: .utf8)
        let line = try #require(unit.split(separator: "\n").first { $0.hasPrefix("CapabilityBoundingSet=") })
        let names = line.dropFirst("CapabilityBoundingSet=".count).split(separator: " ")
        let set = names.map { "+" + $0.dropFirst("CAP_".count).lowercased() }.joined(separator: ",")
        try await withoutDaemons {
            for client in ["dhcpcd", "udhcpc", "dhclient"] {
                try await withClient(client) {
                    try await withAccessPoint(configuration("Addr C \(client)")) { accessPoint in
                        let before = try await StationState.now()
                        let program = try await ChildProcess.start(
                            [
                                "setpriv", "--bounding-set", "-all,\(set)", "--no-new-privs", CommandLineTool.path,
                                "join",
                            ]
                                + ["--ssid", accessPoint.configuration.name, "--passphrase-file", "/dev/stdin"]
                                + ["--backend", "nl80211", "--once", "-v", "--timeout", "40"],
                            input: Self.passphrase
                        )
                        try await waitUntilHeld(program)
                        #expect(program.standardError.contains("/\(client)"), "\(program.standardError)")
                        #expect(try await Station.reaches(accessPoint.address))
                        program.send(SIGINT)
                        try await wait(for: "the end", within: .seconds(30)) { program.status != nil }
                        try await StationState.expect(before)
                    }
                }
            }
        }
    }

    @Test("a network daemon that manages the interface is left to it, and is named where it gives no address")
    func networkd() async throws {
        // dhcpcd is installed as well, and must not be run.
        try await withoutDaemons {
            try await withClient("dhcpcd") {
                // It would take the interface down with it, or leave it up: it is up all the time.
                try await run("ip", "link", "set", Station.interface, "up").checked()
                try await RadioLab.script("start_networkd DHCP=ipv4 IPv6AcceptRA=no")
                try await withAccessPoint(configuration("Addr N")) { accessPoint in
                    let before = try await StationState.now()
                    let program = try await start("Addr N")
                    try await waitUntilHeld(program)
                    #expect(program.standardError.contains("by=systemd-networkd"), "\(program.standardError)")
                    #expect(try await Station.reaches(accessPoint.address))
                    #expect(try await StationState.now().processes.isEmpty)
                    program.send(SIGINT)
                    try await wait(for: "the end", within: .seconds(30)) { program.status != nil }
                    #expect(program.status == 0, "\(program.standardError)")
                    try await StationState.expect(before)

                    await accessPoint.stopDHCP()
                    let failed = try await start("Addr N", "--timeout", "12", "--json")
                    try await wait(for: "the end", within: .seconds(60)) { failed.status != nil }
                    let outcome = try FaultOutcome(json: failed.standardOutput)
                    #expect(outcome.cause == "ipProvisioningFailed", "\(outcome.text)")
                    #expect(outcome.text.contains("systemd-networkd gave no address"), "\(outcome.text)")
                    #expect(outcome.text.contains("it calls wlan0"), "\(outcome.text)")
                    try await StationState.expect(before)
                }
                // An interface that it was told to leave alone is a client's again.
                try await RadioLab.script(
                    #"""
                    stop_daemon networkd
                    "$LAB_BUSYBOX" rm /run/systemd/network/wlan0.network
                    SYSTEMD_LOG_LEVEL=debug start_daemon networkd /lib/systemd/systemd-networkd
                    wait_until 15 "systemd-networkd on the bus" bus_has org.freedesktop.network1
                    """#
                )
                try await withAccessPoint(configuration("Addr U")) { _ in
                    let before = try await StationState.now()
                    let program = try await start("Addr U")
                    try await waitUntilHeld(program)
                    #expect(program.standardError.contains("/dhcpcd"), "\(program.standardError)")
                    program.send(SIGINT)
                    try await wait(for: "the end", within: .seconds(30)) { program.status != nil }
                    try await StationState.expect(before)
                }
                try await run("ip", "link", "set", Station.interface, "down").checked()
            }
        }
    }

    @Test("dhcpcd that runs as a daemon is left to it")
    func dhcpcd() async throws {
        try await withoutDaemons {
            try await withClient("dhcpcd") {
                try await RadioLab.script(
                    """
                    start_daemon dhcpcd dhcpcd -B -d --nodev --allowinterfaces wlan0
                    listens() { [[ -S /run/dhcpcd/sock ]]; }
                    wait_until 15 "dhcpcd" listens
                    """
                )
                try await withAccessPoint(configuration("Addr D")) { accessPoint in
                    let program = try await start("Addr D")
                    try await waitUntilHeld(program)
                    #expect(program.standardError.contains("by=dhcpcd"), "\(program.standardError)")
                    #expect(try await Station.reaches(accessPoint.address))
                    program.send(SIGINT)
                    try await wait(for: "the end", within: .seconds(30)) { program.status != nil }
                    #expect(program.status == 0, "\(program.standardError)")
                    await accessPoint.stopDHCP()
                    let failed = try await start("Addr D", "--timeout", "12", "--json")
                    try await wait(for: "the end", within: .seconds(60)) { failed.status != nil }
                    let outcome = try FaultOutcome(json: failed.standardOutput)
                    #expect(outcome.cause == "ipProvisioningFailed", "\(outcome.text)")
                    #expect(outcome.text.contains("dhcpcd gave no address"), "\(outcome.text)")
                }
            }
            try await run("ip", "address", "flush", "dev", Station.interface).checked()
        }
    }

    @Test("a silent server, a client that ends at once and none at all are errors that name who was asked")
    func failures() async throws {
        func failure(_ name: String, _ seconds: Int = 60) async throws -> FaultOutcome {
            let before = try await StationState.now()
            let program = try await start(name, "--timeout", "\(seconds)", "--json")
            try await wait(for: "the end", within: .seconds(90)) { program.status != nil }
            let outcome = try FaultOutcome(json: program.standardOutput)
            #expect(outcome.cause == "ipProvisioningFailed" && outcome.phase == "address", "\(outcome.text)")
            try await StationState.expect(before)
            return outcome
        }
        try await withoutDaemons {
            try await withClient("dhclient") {
                var silent = configuration("Addr S")
                silent.dhcp = false
                try await withAccessPoint(silent) { _ in
                    let outcome = try await failure(silent.name, 12)
                    #expect(outcome.text.contains("/dhclient gave no address before the deadline"), "\(outcome.text)")
                }
                // What a client of another architecture does.
                try await RadioLab.script("mount --bind /bin/false /usr/sbin/dhclient")
                try await withAccessPoint(configuration("Addr E")) { _ in
                    let outcome = try await failure("Addr E")
                    #expect(
                        outcome.text.contains("/dhclient ended without an address, with status 1"),
                        "\(outcome.text)"
                    )
                }
                try await RadioLab.script("umount /usr/sbin/dhclient")
            }
            // An address that is there already is not this network's. The other clients take it away.
            try await withClient("dhcpcd") {
                var silent = configuration("Addr T")
                silent.dhcp = false
                try await withAccessPoint(silent) { _ in
                    try await run("ip", "address", "add", "198.51.100.9/24", "dev", Station.interface).checked()
                    let outcome = try await failure(silent.name, 12)
                    #expect(outcome.text.contains("/dhcpcd gave no address before the deadline"), "\(outcome.text)")
                    try await run("ip", "address", "delete", "198.51.100.9/24", "dev", Station.interface).checked()
                }
            }
            try await withClient("none") {
                try await withAccessPoint(configuration("Addr 0")) { _ in
                    let outcome = try await failure("Addr 0")
                    #expect(outcome.text.contains("no client is installed"), "\(outcome.text)")
                    // With an address by hand, or without one, nobody is needed.
                    let program = try await start("Addr 0", "--no-address")
                    try await waitUntilHeld(program)
                    #expect(try await Station.ipv4Addresses().isEmpty)
                    program.send(SIGINT)
                    try await wait(for: "the end", within: .seconds(30)) { program.status != nil }
                }
            }
        }
    }

    @Test("what a router advertised goes with the link, on an interface that stays up")
    func advertised() async throws {
        try await withoutDaemons {
            try await withClient("busybox") {
                // NetworkManager, which ran before, takes advertisements itself and has the kernel leave them.
                try await RadioLab.script(
                    """
                    cd /proc/sys/net/ipv6/conf/wlan0
                    echo 1 >disable_ipv6; echo 0 >addr_gen_mode; echo 1 >accept_ra; echo 0 >disable_ipv6
                    ip link set wlan0 up
                    """
                )
                var accessPoint = configuration("Addr RA")
                accessPoint.advertisedPrefix = "2001:db8:a"
                try await withAccessPoint(accessPoint) { accessPoint in
                    let before = try await StationState.now()
                    let program = try await start("Addr RA")
                    try await waitUntilHeld(program)
                    func route() async throws -> String {
                        try await run("ip", "-6", "route", "show", "default", "dev", Station.interface).text
                    }
                    try await wait(for: "the router's address and route", within: .seconds(30)) {
                        let addresses = try await StationState.now().addresses
                        let isAdvertised = try await route().contains("proto ra")
                        return isAdvertised && addresses.contains { $0.hasPrefix("20010db8000a") }
                    }
                    #expect(try await Station.reaches(accessPoint.address))
                    program.send(SIGINT)
                    try await wait(for: "the end", within: .seconds(30)) { program.status != nil }
                    #expect(program.status == 0, "\(program.standardError)")
                    try await StationState.expect(before)
                    #expect(try await route().isEmpty)
                    let setting = "/proc/sys/net/ipv6/conf/\(Station.interface)/disable_ipv6"
                    #expect(try String(contentsOfFile: setting, encoding: .utf8).hasPrefix("0"))
                }
            }
        }
    }

    @Test("a client that was killed leaves no address, and one whose old address is refused asks for another")
    func refused() async throws {
        try await withoutDaemons {
            try await withClient("dhcpcd") {
                let before = try await StationState.now()
                for round in 1...2 {
                    // Each on a radio of its own, and so with a network of its own.
                    try await withAccessPoint(configuration("Addr R")) { accessPoint in
                        let program = try await start("Addr R")
                        try await waitUntilHeld(program)
                        #expect(accessPoint.dhcpLog.contains("DHCPNAK") == (round == 2), "\(accessPoint.dhcpLog)")
                        #expect(try await Station.reaches(accessPoint.address))
                        // So that it keeps its lease.
                        if round == 1 {
                            try await RadioLab.script(
                                """
                                killed() { pkill -KILL -x dhcpcd; ! pgrep -x dhcpcd; }
                                wait_until 15 "dhcpcd to be gone" killed
                                """
                            )
                            // They would signal its number, which may soon be another process's.
                            try await wait(for: "the shells of the client to be gone", within: .seconds(30)) {
                                try await StationState.now().processes.isEmpty
                            }
                        }
                        program.send(SIGINT)
                        try await wait(for: "the end", within: .seconds(30)) { program.status != nil }
                        try await StationState.expect(before, ignoresFiles: round == 1)
                    }
                }
            }
        }
    }
}
