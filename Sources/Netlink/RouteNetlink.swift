import Dispatch
import DispatchExecutor

/// A change of a network interface (`RTM_SETLINK`); what is nil stays as it is.
package struct InterfaceChange: Sendable {
    /// Who says that the interface is operational (`IF_LINK_MODE_…`).
    package enum LinkMode: UInt8, Sendable {
        /// The driver, with its carrier.
        case carrier = 0
        /// The supplicant: the interface is dormant until it says otherwise.
        case dormant = 1
    }

    /// How far the interface is (`IF_OPER_…`, RFC 2863).
    package enum OperationalState: UInt8, Sendable {
        /// It has a carrier and waits for the keys.
        case dormant = 5
        /// Data may pass.
        case up = 6
    }

    /// Whether the interface is up.
    package var isUp: Bool?
    /// Who says that it is operational.
    package var linkMode: LinkMode?
    /// How far it is.
    package var operationalState: OperationalState?

    /// Makes a change.
    package init(isUp: Bool? = nil, linkMode: LinkMode? = nil, operationalState: OperationalState? = nil) {
        self.isUp = isUp
        self.linkMode = linkMode
        self.operationalState = operationalState
    }
}

/// The kernel's network interfaces, beneath Wi-Fi (rtnetlink(7)).
package struct RouteNetlink: Sendable {
    private let connection = NetlinkConnection(label: "hotspot.route", family: .route)

    /// Numbers of `linux/rtnetlink.h` and `linux/if_link.h`.
    private enum Number {
        static let setLink: UInt16 = 19
        static let operationalState: UInt16 = 16
        static let linkMode: UInt16 = 17
        static let up: UInt32 = 1
        static let ipv4AddressGroup: UInt32 = 5
        static let ipv6AddressGroup: UInt32 = 9
    }

    /// Nothing is opened yet.
    package init() {}

    /// Changes an interface.
    ///
    /// - Parameters:
    ///   - interface: the interface's number.
    ///   - change: what is to be another.
    /// - Throws: `NetlinkError`; with EPERM without CAP_NET_ADMIN, ERFKILL when the radio is blocked, ENODEV when there
    ///   is no such interface.
    package func set(_ interface: UInt32, _ change: InterfaceChange) async throws(NetlinkError) {
        var header = [UInt8](repeating: 0, count: 16)
        header.withUnsafeMutableBytes { octets in
            octets.storeBytes(of: interface, toByteOffset: 4, as: UInt32.self)
            if let isUp = change.isUp {
                octets.storeBytes(of: isUp ? Number.up : 0, toByteOffset: 8, as: UInt32.self)
                octets.storeBytes(of: Number.up, toByteOffset: 12, as: UInt32.self)
            }
        }
        var attributes: [RequestAttribute] = []
        if let linkMode = change.linkMode {
            attributes.append(RequestAttribute(Number.linkMode, .u8(linkMode.rawValue)))
        }
        if let state = change.operationalState {
            attributes.append(RequestAttribute(Number.operationalState, .u8(state.rawValue)))
        }
        _ = try await connection.send(
            NetlinkRequest(type: Number.setLink, header: header, name: "RTM_SETLINK", attributes: attributes)
        )
    }

    /// Closes the socket.
    package func close() async {
        await connection.close()
    }

    /// Tells that some interface got or lost an address; which one, and which address, is to be read then.
    ///
    /// - Returns: the stream; what happens after this returned is in it.
    /// - Throws: `NetlinkError` when the socket cannot be opened.
    package static func addressChanges() async throws(NetlinkError) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let listener = AddressListener(continuation)
        try await listener.open(groups: [Number.ipv4AddressGroup, Number.ipv6AddressGroup])
        continuation.onTermination = { _ in listener.closeSoon() }
        return stream
    }
}

/// A socket that only listens for addresses.
private actor AddressListener {
    private nonisolated let executor = DispatchQueueExecutor(label: "hotspot.route.addresses")
    private let continuation: AsyncStream<Void>.Continuation
    private var link: WatchedSocket?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(_ continuation: AsyncStream<Void>.Continuation) {
        self.continuation = continuation
    }

    func open(groups: [UInt32]) throws(NetlinkError) {
        let socket = try NetlinkSocket(name: "rtnetlink events", family: .route, groups: groups)
        link = WatchedSocket(socket, queue: executor.queue) { [weak self] in
            self?.assumeIsolated { $0.readAll() }
        }
    }

    nonisolated func closeSoon() {
        executor.queue.async { [self] in
            assumeIsolated { $0.link = nil }
        }
    }

    private func readAll() {
        while let socket = link?.socket {
            do throws(NetlinkError) {
                if case .nothing = try socket.receive() { return }
                continuation.yield()
            } catch {
                link = nil
                continuation.finish()
            }
        }
    }
}
