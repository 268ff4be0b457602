internal import DBus
internal import Foundation
internal import Glibc
internal import Logging
internal import Netlink
internal import Synchronization

/// Who gives an interface its addresses.
enum AddressManager: Sendable, Hashable {
    /// A daemon that does so by itself as soon as the link is up.
    case daemon(String)
    /// A DHCP client that is run for the time of the link, with its arguments.
    case client(String, [String])
}

extension AddressManager: CustomStringConvertible {
    var description: String {
        switch self {
        case .daemon(let name): name
        case .client(let path, _): path
        }
    }
}

/// How a DHCP client or a daemon failed to give an address.
struct AddressFailure: UnderlyingFailure {
    /// Who was to give it.
    let domain: String
    /// What is known of it.
    let summary: String
    var number: Int? { nil }
    var name: String { "no address" }
}

/// The addresses of a link: waited for where a daemon sees to them, else asked for by an installed client.
///
/// The client lives as long as this object, or as its process: a shell between the two ends it when the pipe from here is
/// closed, so that nothing is left behind by a process that was killed.
final class AddressProvision: Sendable {
    private let interface: String
    private let index: UInt32
    private let logger: Logger
    private let client = Mutex<Client?>(nil)

    private struct Client: @unchecked Sendable {
        // @unchecked: used under the mutex only.
        let process: Process
        let input: Pipe
        /// Ends when the client has ended.
        let end: AsyncStream<Void>
    }

    /// Where clients are: a user's search path often lacks the places of an administrator's programs.
    private static let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin"]

    init(interface: String, index: UInt32, logger: Logger) {
        self.interface = interface
        self.index = index
        self.logger = logger
    }

    /// How long a client that is told to end may take to give its lease back.
    private static let endLimit = Duration.seconds(3)

    deinit { tellToEnd() }

    /// Waits until the interface has an address that the network gave.
    ///
    /// - Parameter previous: addresses that the interface had, which a client may ask for again.
    /// - Returns: the addresses.
    /// - Throws: ``HotspotConfigurationError`` with the cause `ipProvisioningFailed`, `NetlinkError` or
    ///   `CancellationError`; the wait has no end of its own.
    func provide(preferring previous: InterfaceAddresses? = nil) async throws -> InterfaceAddresses {
        // Subscribed before the state is read.
        let changes = try await RouteNetlink.addressChanges()
        let before = InterfaceAddresses(of: interface)
        guard let manager = await manager() else {
            if before.isProvisioned { return before }
            throw HotspotConfigurationError(
                .ipProvisioningFailed,
                "the link is there, and this machine has nobody who asks for an address on \(interface)",
                remedy:
                    "install a DHCP client (dhcpcd, udhcpc, dhclient) or systemd-networkd, or join without an address",
                phase: .address,
                underlying: [
                    AddressFailure(
                        domain: "hotspot",
                        summary: "neither systemd-networkd nor dhcpcd manages \(interface), and no client is installed"
                    )
                ]
            )
        }
        logger.debug("asking for an address", metadata: ["by": "\(manager)"])
        let ended = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        var isOwn = false
        if case .client(let path, var arguments) = manager {
            isOwn = true
            // Only udhcpc keeps no lease in a file; it asks for any IPv4 address that it is told.
            if arguments.contains("-R"), let address = previous?.addresses.first(where: { !$0.contains(":") }) {
                arguments += ["-r", String(address.prefix { $0 != "/" })]
            }
            do {
                try start(path, arguments) { ended.continuation.yield() }
            } catch {
                throw failure(manager, "\(path) could not be started: \(error.localizedDescription)")
            }
        }
        if !isOwn, before.isProvisioned { return before }
        return try await withThrowingTaskGroup(of: InterfaceAddresses?.self) { group in
            defer { group.cancelAll() }
            group.addTask { [interface] in
                for await _ in changes {
                    let now = InterfaceAddresses(of: interface)
                    if now.isProvisioned { return now }
                }
                throw CancellationError()
            }
            group.addTask {
                for await _ in ended.stream { return nil }
                throw CancellationError()
            }
            guard let first = try await group.next() else { throw CancellationError() }
            if let addresses = first { return addresses }
            let now = InterfaceAddresses(of: interface)
            if now.isProvisioned { return now }
            throw failure(manager, "\(manager) ended without an address")
        }
    }

    private func failure(_ manager: AddressManager, _ summary: String) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .ipProvisioningFailed,
            "the link is there and no address came",
            remedy: "see whether the network gives addresses (DHCP), or join without one",
            phase: .address,
            underlying: [AddressFailure(domain: "\(manager)", summary: summary)]
        )
    }

    /// Ends the client, where there is one; returns when it has given its lease back and is gone.
    func stop() async {
        guard let client = tellToEnd() else { return }
        try? await shielded(for: Self.endLimit) {
            for await _ in client.end {}
        }
    }

    @discardableResult
    private func tellToEnd() -> Client? {
        let client = client.withLock { client in
            defer { client = nil }
            return client
        }
        try? client?.input.fileHandleForWriting.close()
        return client
    }

    // MARK: Who does it

    /// Chooses by what is there: a daemon that has the interface, else the first client that is installed.
    private func manager() async -> AddressManager? {
        if await isManagedByNetworkd() { return .daemon("systemd-networkd") }
        let sockets = ["/run/dhcpcd/sock", "/run/dhcpcd.sock", "/run/dhcpcd/\(interface).sock"]
        if sockets.contains(where: LocalSocket.isAnswered) { return .daemon("dhcpcd") }
        let clients: [(String, [String])] = [
            ("dhcpcd", ["-B", "-q", interface]),
            ("udhcpc", ["-f", "-R", "-i", interface]),
            ("busybox", ["udhcpc", "-f", "-R", "-i", interface]),
            ("dhclient", ["-d", interface]),
        ]
        for (name, arguments) in clients {
            for folder in Self.folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return .client("\(folder)/\(name)", arguments)
            }
        }
        return nil
    }

    private func isManagedByNetworkd() async -> Bool {
        let index = index
        let answer = try? await withDeadline(.now + .seconds(3)) { () -> Bool in
            let connection = try await DBusConnection()
            let state = try? await Self.networkdState(connection, index)
            await connection.close()
            return state.map { $0 != "unmanaged" } ?? false
        }
        return answer ?? false
    }

    private static func networkdState(_ connection: DBusConnection, _ index: UInt32) async throws -> String? {
        let name = "org.freedesktop.network1"
        guard let owner = try await connection.owner(of: name) else { return nil }
        let link = try await connection.call(
            DBusCall(
                destination: owner,
                path: "/org/freedesktop/network1",
                interface: "\(name).Manager",
                member: "GetLinkByIndex",
                arguments: [.int32(Int32(index))]
            )
        )
        guard link.count > 1, let path = link[1].path else { return nil }
        let reply = try await connection.call(
            DBusCall(
                destination: owner,
                path: path,
                interface: NetworkManagerClient.Interface.properties,
                member: "Get",
                arguments: [.string("\(name).Link"), .string("AdministrativeState")]
            )
        )
        return reply.first?.unwrapped.text
    }

    // MARK: The client

    /// Runs the client until the standard input is closed, or until it ends by itself; then nobody needs its script.
    private static let keeper =
        #"f=$1; shift; exec 3<&0; "$@" 3<&- </dev/null >/dev/null 2>&1 & c=$!; "#
        + #"(read -r _ <&3; kill $c) 2>/dev/null & wait $c; [ -z "$f" ] || rm -f "$f""#

    private func start(_ path: String, _ arguments: [String], ended: @escaping @Sendable () -> Void) throws {
        var arguments = arguments
        var script: String?
        let scripts = ["/etc/udhcpc/default.script", "/usr/share/udhcpc/default.script"]
        if arguments.contains("-R"), !scripts.contains(where: FileManager.default.isExecutableFile) {
            let file = try Self.writeScript()
            arguments += ["-s", file]
            script = file
        } else if arguments.contains("-R"), let own = scripts.first(where: FileManager.default.isExecutableFile) {
            arguments += ["-s", own]
        }
        let process = Process()
        let input = Pipe()
        // Else a program that the application starts meanwhile keeps it open, and the client would outlive the link.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", Self.keeper, "sh", script ?? "", path] + arguments
        process.environment = ["PATH": Self.folders.joined(separator: ":")]
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let end = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in
            end.continuation.finish()
            ended()
        }
        // Dispatch's threads block every signal, and a child inherits that: it would not hear that it is to end.
        var none = sigset_t()
        var own = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &own)
        defer { pthread_sigmask(SIG_SETMASK, &own, nil) }
        try process.run()
        let made = Client(process: process, input: input, end: end.stream)
        client.withLock { $0 = made }
    }

    /// What busybox's client calls where the system has no script for it: it sets addresses, routes and, by resolvconf,
    /// name servers.
    private static func writeScript() throws -> String {
        var name = Array("/tmp/hotspot-udhcpc-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        let text = """
            #!/bin/sh
            case "$1" in
            deconfig) ip -4 address flush dev "$interface" ;;
            bound | renew)
                ip -4 address replace "$ip/${mask:-24}" dev "$interface" valid_lft "${lease:-forever}" \\
                    preferred_lft "${lease:-forever}"
                for gateway in $router; do
                    ip -4 route replace default via "$gateway" dev "$interface" metric 600
                    break
                done
                if [ -n "$dns" ] && command -v resolvconf >/dev/null; then
                    for server in $dns; do echo "nameserver $server"; done | resolvconf -a "$interface.udhcpc"
                fi
                ;;
            esac
            """
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        fchmod(descriptor, 0o700)
        try file.close()
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
