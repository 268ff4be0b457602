internal import DBus
internal import Foundation
internal import Logging
internal import Netlink
internal import Synchronization

/// Who gives an interface its addresses.
enum AddressManager: Sendable, Hashable {
    /// A daemon that does so by itself as soon as the link is up.
    case daemon(String)
    /// A DHCP client that is run for the time of the link.
    case client(DHCPClient)
}

extension AddressManager: CustomStringConvertible {
    var description: String {
        switch self {
        case .daemon(let name): name
        case .client(let client): client.path
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
/// The client lives as long as this object, or as its process: see ``DHCPClient/Run``.
final class AddressProvision: Sendable {
    private let interface: String
    private let index: UInt32
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var manager: AddressManager?
        var run: DHCPClient.Run?
        var hasEnded = false
    }

    init(interface: String, index: UInt32, logger: Logger) {
        self.interface = interface
        self.index = index
        self.logger = logger
    }

    /// How long the way out may come after the address.
    private static let gatewayGrace = Duration.seconds(1)
    /// How long a client that is told to end may take to give its lease back.
    private static let endLimit = Duration.seconds(4)

    /// Whether the addresses are a daemon's, which takes them away itself.
    var isDaemons: Bool {
        if case .daemon? = state.withLock({ $0.manager }) { true } else { false }
    }

    /// Whether a client ran and has ended: nobody renews the lease any more.
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

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
        state.withLock { $0.manager = manager }
        logger.debug("asking for an address", metadata: ["by": "\(manager)"])
        let ended = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingNewest(1))
        if case .client(let client) = manager {
            // It asks for any IPv4 address that it is told.
            let address = previous?.addresses.first { !$0.contains(":") }?.prefix { $0 != "/" }
            do {
                let run = try client.start(preferring: address.map(String.init)) { [weak self] status in
                    self?.state.withLock { $0.hasEnded = true }
                    ended.continuation.yield(status)
                }
                state.withLock { $0.run = run }
            } catch {
                throw failure(manager, "\(manager) could not be started: \(error.localizedDescription)")
            }
        } else if before.isProvisioned {
            return before
        }
        let addresses = try await withThrowingTaskGroup(of: Outcome.self) { group in
            defer { group.cancelAll() }
            group.addTask { [interface, index] in
                // Whatever was on the interface already says nothing of this network, unless it is set anew.
                var isNew = false
                for await change in changes {
                    let now = InterfaceAddresses(of: interface)
                    isNew = isNew || change == .added(interface: index) || !now.isSubset(of: before)
                    guard isNew, now.isProvisioned else { continue }
                    await Self.waitForGateway(changes, interface)
                    return .addresses(InterfaceAddresses(of: interface))
                }
                throw CancellationError()
            }
            group.addTask {
                for await status in ended.stream { return .ended(status) }
                throw CancellationError()
            }
            guard let first = try await group.next() else { throw CancellationError() }
            switch first {
            case .addresses(let addresses): return addresses
            case .ended(let status):
                let now = InterfaceAddresses(of: interface)
                if now.isProvisioned { return now }
                throw failure(manager, "\(manager) ended without an address, with status \(status)")
            }
        }
        logger.debug("an address came", metadata: ["by": "\(manager)", "addresses": "\(addresses.addresses)"])
        return addresses
    }

    /// Waits until there is a way out, which clients set after the address, and which not every network has.
    private static func waitForGateway(_ changes: AsyncStream<RouteNetlink.AddressChange>, _ interface: String) async {
        if InterfaceAddresses(of: interface).gateway != nil { return }
        try? await withDeadline(.now + gatewayGrace) {
            for await _ in changes where InterfaceAddresses(of: interface).gateway != nil { return }
        }
    }

    private enum Outcome: Sendable {
        case addresses(InterfaceAddresses)
        case ended(Int32)
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

    /// The error of a deadline that passed before there was an address.
    func late() async -> HotspotConfigurationError {
        guard let manager = state.withLock({ $0.manager }) else {
            return failure(.daemon("hotspot"), "nobody was asked for an address before the deadline")
        }
        var summary = "\(manager) gave no address before the deadline"
        if case .daemon = manager, let word = await networkdState() {
            summary += "; it calls \(interface) \"\(PrintableText.escape(word))\""
        }
        return failure(manager, summary)
    }

    /// Ends the client, where there is one; returns when it has given its lease back and is gone.
    func stop() async {
        let run = state.withLock { state in
            defer { state.run = nil }
            return state.run
        }
        guard let run else { return }
        run.tellToEnd()
        try? await shielded(for: Self.endLimit) {
            for await _ in run.ended {}
        }
    }

    // MARK: Who does it

    /// Chooses by what is there: a daemon that has the interface, else the first client that is installed.
    private func manager() async -> AddressManager? {
        if let state = await networkdState(), state != "unmanaged" { return .daemon("systemd-networkd") }
        let sockets = ["/run/dhcpcd/sock", "/run/dhcpcd.sock", "/run/dhcpcd/\(interface).sock"]
        if sockets.contains(where: LocalSocket.isAnswered) { return .daemon("dhcpcd") }
        return DHCPClient.installed(for: interface).map { .client($0) }
    }

    /// What systemd-networkd calls the interface (networkctl(1): the administrative state); nil where it does not run.
    private func networkdState() async -> String? {
        let index = index
        let answer = try? await withDeadline(.now + .seconds(3)) { () -> String? in
            let connection = try await DBusConnection()
            let state = try? await Self.networkdState(connection, index)
            await connection.close()
            return state
        }
        return answer ?? nil
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
}
