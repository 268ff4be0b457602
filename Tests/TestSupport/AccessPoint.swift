import Foundation
import Glibc
import Synchronization

/// An access point on one of the lab's radios: hostapd, and dnsmasq for the addresses.
///
/// Its radio is in a network namespace of its own, so that what the station sends it takes the air. It is on the air
/// when ``start(_:)`` returns. Stop it, or use ``withAccessPoint(_:_:)``.
public final class AccessPoint: Sendable {
    /// What the access point is like.
    public let configuration: Configuration

    /// Its interface's name, which is also that of its network namespace.
    public let radio: String

    /// Its BSSID, in small letters.
    public let bssid: String

    /// The address that it has in its own network, whose prefix is /24; it has one only with `dhcp`.
    public let address: String

    private let hostapd: ChildProcess
    private let dnsmasq: ChildProcess?
    private let directory: URL

    private init(
        configuration: Configuration,
        radio: String,
        bssid: String,
        hostapd: ChildProcess,
        dnsmasq: ChildProcess?,
        directory: URL
    ) {
        self.configuration = configuration
        self.radio = radio
        self.bssid = bssid
        self.hostapd = hostapd
        self.dnsmasq = dnsmasq
        self.directory = directory
        address = Self.address(of: radio)
    }

    /// Starts an access point on a free radio.
    ///
    /// - Parameters:
    ///   - configuration: What it is like.
    ///   - radio: The radio that is to be used; by default the one that has been free for longest.
    /// - Returns: The access point, on the air.
    /// - Throws: ``LabError`` with hostapd's or dnsmasq's own words.
    public static func start(_ configuration: Configuration, on radio: String? = nil) async throws -> AccessPoint {
        if let radio {
            guard try take(radio) else { throw LabError("\(radio) is in use") }
        }
        let radio = try radio ?? takeRadio()
        do {
            return try await begin(configuration, on: radio)
        } catch {
            try await release(radio)
            throw error
        }
    }

    private static func begin(_ configuration: Configuration, on radio: String) async throws -> AccessPoint {
        if configuration.eapUsers != nil { try await CertificateAuthority.shared.prepare() }
        let directory = directory(of: radio)
        try? FileManager.default.removeItem(at: directory)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appendingPathComponent("hostapd.conf")
        try configuration.write(to: file, radio: radio, control: directory.appendingPathComponent("ctrl").path)
        let name = "\(radio)-\(RadioLab.nextNumber())"

        let debug = configuration.logsDetails ? ["-d", "-K"] : []
        let hostapd = try await daemon(["hostapd", "-t"] + debug + [file.path], on: radio, log: "hostapd-\(name)")
        try await wait(for: "AP-ENABLED", from: hostapd)

        var dnsmasq: ChildProcess?
        let address = address(of: radio)
        if configuration.dhcp {
            try await inNamespace(of: radio, ["ip", "address", "replace", "\(address)/24", "dev", radio])
            let network = address.dropLast()
            var advertisements: [String] = []
            if let prefix = configuration.advertisedPrefix {
                let router = ["ip", "address", "replace", "\(prefix)::1/64", "dev", radio]
                try await inNamespace(of: radio, router)
                advertisements = [
                    "--enable-ra", "--ra-param=\(radio),4,1800", "--dhcp-range=\(prefix)::,ra-only,64,1h",
                ]
            }
            let server = try await daemon(
                [
                    "dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground", "--log-facility=-", "--log-dhcp",
                    // Its probe of an address takes three seconds before the first lease.
                    "--no-ping", "--port=0",
                    // A change of user would make it outlive a killed test.
                    "--user=root", "--group=root", "--pid-file=", "--interface=\(radio)", "--bind-interfaces",
                    "--dhcp-authoritative", "--dhcp-leasefile=\(directory.path)/leases",
                    "--dhcp-range=\(network)10,\(network)200,1h",
                ] + configuration.dhcpOptions.map { "--dhcp-option=\($0)" } + advertisements,
                on: radio,
                log: "dnsmasq-\(name)"
            )
            try await wait(for: "DHCP, sockets bound", from: server)
            dnsmasq = server
        }
        return AccessPoint(
            configuration: configuration,
            radio: radio,
            bssid: configuration.bssid(of: radio),
            hostapd: hostapd,
            dnsmasq: dnsmasq,
            directory: directory
        )
    }

    /// Takes it off the air in good order, which tells its stations, and gives its radio back.
    ///
    /// - Throws: ``LabError`` when the radio cannot be cleaned up.
    public func stop() async throws {
        await dnsmasq?.stop()
        await hostapd.stop()
        try await Self.release(radio)
    }

    /// Ends hostapd at once.
    ///
    /// The kernel goes on sending beacons, but nobody answers any more.
    public func kill() async {
        await hostapd.stop(SIGKILL)
    }

    /// Takes it off the air without a word to its stations, as when its power fails.
    ///
    /// - Throws: ``LabError`` when the interface cannot be taken down.
    public func vanish() async throws {
        await hostapd.stop(SIGKILL)
        try await Self.inNamespace(of: radio, ["ip", "link", "set", radio, "down"])
    }

    /// Stops hostapd in its tracks: it beacons, and answers nothing until ``thaw()``.
    public func freeze() {
        hostapd.send(SIGSTOP)
    }

    /// Lets a frozen hostapd go on.
    public func thaw() {
        hostapd.send(SIGCONT)
    }

    /// Stops the DHCP server: stations get no address from now on.
    public func stopDHCP() async {
        await dnsmasq?.stop()
    }

    /// Asks hostapd something over its control interface.
    ///
    /// - Parameter words: A command of `hostapd_cli`, such as `all_sta`.
    /// - Returns: The answer.
    /// - Throws: ``LabError`` when it fails.
    @discardableResult
    public func control(_ words: String...) async throws -> String {
        try await run(["hostapd_cli", "-p", "\(directory.path)/ctrl", "-i", radio] + words, timeout: .seconds(30))
            .checked().text
    }

    /// Runs a program on the access point's side of the air.
    ///
    /// - Parameters:
    ///   - words: The program and its arguments.
    ///   - timeout: How long it may take.
    /// - Returns: What it wrote, and its status.
    /// - Throws: ``LabError`` when it cannot be run.
    public func command(_ words: [String], timeout: Duration = .seconds(60)) async throws -> Output {
        // By env, or busybox would run what it has under the program's name.
        try await run(Self.namespace(radio) + ["/usr/bin/env"] + words, timeout: timeout)
    }

    /// Sets the power that it sends with, and so the signal that stations hear: in the lab 50 dBm less.
    ///
    /// - Parameter dBm: The power.
    /// - Throws: ``LabError`` when the driver refuses it.
    public func setPower(_ dBm: Int) async throws {
        try await command(["iw", "dev", radio, "set", "txpower", "fixed", "\(dBm * 100)"]).checked()
    }

    /// Whether a station answers that is asked for by a broadcast, which the group's key protects.
    ///
    /// - Parameters:
    ///   - station: Its IPv4 address.
    ///   - timeout: How long to try.
    /// - Returns: Whether an answer came.
    /// - Throws: ``LabError`` when `ping` cannot be run.
    public func reaches(_ station: String, within timeout: Duration = .seconds(10)) async throws -> Bool {
        // A station whose hardware address is known is not asked for.
        try await command(["ip", "neigh", "flush", "dev", radio]).checked()
        let seconds = String(max(1, timeout.components.seconds))
        return try await command(["ping", "-n", "-I", radio, "-i", "0.2", "-c", "1", "-w", seconds, station]).succeeded
    }

    /// Sends a station away.
    ///
    /// - Parameters:
    ///   - station: Its address; the lab's station unless said otherwise.
    ///   - reason: The IEEE 802.11 reason code.
    /// - Throws: ``LabError`` when hostapd does not know the station.
    public func deauthenticate(_ station: String = Station.address, reason: UInt16 = 2) async throws {
        let answer = try await control("deauthenticate", station, "reason=\(reason)")
        guard answer == "OK" else { throw LabError("hostapd says \(answer)") }
    }

    /// Whether hostapd has completed the handshake with a station, or has let it in without one.
    ///
    /// - Parameter station: Its address; the lab's station unless said otherwise.
    /// - Returns: Whether its port is open.
    /// - Throws: ``LabError`` when hostapd does not answer.
    public func hasAuthorized(_ station: String = Station.address) async throws -> Bool {
        try await control("sta", station).contains("[AUTHORIZED]")
    }

    /// What hostapd has said so far.
    public var log: String { hostapd.standardOutput }

    /// What the DHCP server has said so far.
    public var dhcpLog: String { dnsmasq?.standardOutput ?? "" }

    /// Waits until hostapd says something.
    ///
    /// - Parameters:
    ///   - text: A part of a line.
    ///   - timeout: How long that may take.
    /// - Throws: ``LabError`` with its log when it does not.
    public func waitForLog(_ text: String, within timeout: Duration = .seconds(30)) async throws {
        try await Self.wait(for: text, from: hostapd, within: timeout)
    }
}

/// Runs the body while an access point is on the air.
///
/// - Parameters:
///   - configuration: What it is like.
///   - isolation: The caller's actor.
///   - body: What happens meanwhile.
/// - Returns: What the body returns.
/// - Throws: What the body throws; ``LabError`` when the access point cannot be started or stopped.
public func withAccessPoint<Result>(
    _ configuration: AccessPoint.Configuration,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (AccessPoint) async throws -> Result
) async throws -> Result {
    let accessPoint = try await AccessPoint.start(configuration)
    let result: Result
    do {
        result = try await body(accessPoint)
    } catch {
        try? await accessPoint.stop()
        throw error
    }
    try await accessPoint.stop()
    return result
}

// MARK: - Radios

extension AccessPoint {
    private static let state = URL(fileURLWithPath: "/run/lab")

    private static func directory(of radio: String) -> URL {
        state.appendingPathComponent("ap/\(radio)")
    }

    private static func address(of radio: String) -> String {
        "10.77.\(radio.drop(while: \.isLetter)).1"
    }

    /// Takes the radio that has been free for longest.
    ///
    /// So that the access points of successive tests differ in BSSID and channel, and what wpa_supplicant keeps about
    /// one of them does not meet another. A radio is in use while its directory exists; Lab/guest/lib.sh keeps to the
    /// same rule.
    private static func takeRadio() throws -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/run/netns")) ?? []
        let radios = names.filter { $0.hasPrefix("wlan") }.sorted()
        return try lastTaken.withLock { last in
            let first = radios.firstIndex { $0 > last } ?? 0
            for radio in radios[first...] + radios[..<first] where try take(radio) {
                last = radio
                return radio
            }
            throw LabError("no radio is free: \(radios.count) access points are in use (Lab/lab --radios N)")
        }
    }

    private static func take(_ radio: String) throws -> Bool {
        let mark = state.appendingPathComponent("radios/\(radio)")
        let owner = mark.appendingPathComponent("owner")
        if let pid = try? String(contentsOf: owner, encoding: .utf8),
            !FileManager.default.fileExists(atPath: "/proc/\(pid)")
        {
            // A test process that was killed took its daemons with it.
            try FileManager.default.removeItem(at: mark)
        }
        guard mkdir(mark.path, 0o755) == 0 else { return false }
        try Data("\(getpid())".utf8).write(to: owner)
        return true
    }

    private static let lastTaken = Mutex("")

    private static func release(_ radio: String) async throws {
        // A killed hostapd leaves an interface that beacons, and each leaves the BSSID that it was told.
        let script = """
            iw dev \(radio) set txpower auto
            ip link set \(radio) down
            ip address flush dev \(radio)
            # Busybox's ip does not show the permanent address.
            address=$(/bin/ip link show \(radio) | sed -n 's/.* permaddr \\([0-9a-f:]*\\).*/\\1/p')
            [ -z "$address" ] || ip link set \(radio) address "$address"
            """
        try await inNamespace(of: radio, ["sh", "-c", script])
        try? FileManager.default.removeItem(at: directory(of: radio))
        try FileManager.default.removeItem(at: state.appendingPathComponent("radios/\(radio)"))
    }

    private static func namespace(_ radio: String) -> [String] {
        ["/run/lab/busybox", "nsenter", "--net=/run/netns/\(radio)"]
    }

    private static func inNamespace(of radio: String, _ arguments: [String]) async throws {
        try await run(namespace(radio) + arguments, timeout: .seconds(30)).checked()
    }

    private static func daemon(_ arguments: [String], on radio: String, log: String) async throws -> ChildProcess {
        let file = RadioLab.logs.appendingPathComponent("\(log).log")
        return try await ChildProcess.start(namespace(radio) + arguments, log: file, endsWithTest: true)
    }

    private static func wait(
        for text: String,
        from daemon: ChildProcess,
        within timeout: Duration = .seconds(30)
    ) async throws {
        do {
            let file = daemon.standardOutputFile.lastPathComponent
            try await TestSupport.wait(for: "'\(text)' in \(file)", within: timeout) {
                if daemon.standardOutput.contains(text) { return true }
                guard daemon.status == nil else { throw LabError("ended with status \(daemon.status ?? -1)") }
                return false
            }
        } catch let error as LabError {
            throw LabError("\(error); it said:\n\(daemon.standardOutput.suffix(2000))")
        }
    }
}
