import Dispatch
import DispatchExecutor
package import IEEE80211

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
    /// The station's address; the interface must be down.
    package var address: MACAddress?
    /// Who says that it is operational.
    package var linkMode: LinkMode?
    /// How far it is.
    package var operationalState: OperationalState?

    /// Makes a change.
    package init(
        isUp: Bool? = nil,
        address: MACAddress? = nil,
        linkMode: LinkMode? = nil,
        operationalState: OperationalState? = nil
    ) {
        self.isUp = isUp
        self.address = address
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
        static let newAddress: UInt16 = 20
        static let deleteAddress: UInt16 = 21
        static let newRoute: UInt16 = 24
        static let deleteRoute: UInt16 = 25
        static let linkAddress: UInt16 = 1
        static let interfaceAddress: UInt16 = 1
        static let localAddress: UInt16 = 2
        static let outputInterface: UInt16 = 4
        static let gateway: UInt16 = 5
        static let priority: UInt16 = 6
        static let mainTable: UInt8 = 254
        static let staticProtocol: UInt8 = 4
        static let unicast: UInt8 = 1
        static let inet: UInt8 = 2
        static let inet6: UInt8 = 10
        static let operationalState: UInt16 = 16
        static let linkMode: UInt16 = 17
        static let up: UInt32 = 1
        /// `RT_SCOPE_LINK`; what reaches farther has lower ones.
        static let linkScope: UInt8 = 253
        static let ipv4AddressGroup: UInt32 = 5
        static let ipv4RouteGroup: UInt32 = 7
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
        if let address = change.address {
            attributes.append(RequestAttribute(Number.linkAddress, .bytes(address.octets)))
        }
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

    /// Adds an address to an interface, or takes it away.
    ///
    /// - Parameters:
    ///   - address: 4 or 16 octets in network order.
    ///   - prefixLength: in bits.
    ///   - interface: the interface's number.
    ///   - isAdded: false to take it away.
    /// - Throws: `NetlinkError`; with EPERM without CAP_NET_ADMIN, EADDRNOTAVAIL when it is to be taken away and not there.
    package func setAddress(
        _ address: [UInt8],
        prefixLength: UInt8,
        on interface: UInt32,
        isAdded: Bool
    ) async throws(NetlinkError) {
        let family = address.count == 4 ? Number.inet : Number.inet6
        // struct ifaddrmsg: family, prefix length, flags, scope, index.
        var header: [UInt8] = [family, prefixLength, 0, 0]
        withUnsafeBytes(of: interface) { header.append(contentsOf: $0) }
        _ = try await connection.send(
            NetlinkRequest(
                type: isAdded ? Number.newAddress : Number.deleteAddress,
                header: header,
                name: isAdded ? "RTM_NEWADDR" : "RTM_DELADDR",
                isAddition: isAdded,
                attributes: [
                    RequestAttribute(Number.localAddress, .bytes(address)),
                    RequestAttribute(Number.interfaceAddress, .bytes(address)),
                ]
            )
        )
    }

    /// Adds the way out over an interface, or takes it away.
    ///
    /// - Parameters:
    ///   - gateway: 4 or 16 octets in network order.
    ///   - interface: the interface's number.
    ///   - metric: the smallest is preferred.
    ///   - isAdded: false to take it away.
    /// - Throws: `NetlinkError`; with EPERM without CAP_NET_ADMIN, ENETUNREACH when no address of the interface reaches the
    ///   gateway, ESRCH when it is to be taken away and not there.
    package func setDefaultRoute(
        _ gateway: [UInt8],
        over interface: UInt32,
        metric: UInt32,
        isAdded: Bool
    ) async throws(NetlinkError) {
        let family = gateway.count == 4 ? Number.inet : Number.inet6
        // struct rtmsg: family, lengths of destination and source, type of service, table, protocol, scope, type, flags.
        let header: [UInt8] = [
            family, 0, 0, 0, Number.mainTable, Number.staticProtocol, 0, Number.unicast, 0, 0, 0, 0,
        ]
        _ = try await connection.send(
            NetlinkRequest(
                type: isAdded ? Number.newRoute : Number.deleteRoute,
                header: header,
                name: isAdded ? "RTM_NEWROUTE" : "RTM_DELROUTE",
                isAddition: isAdded,
                attributes: [
                    RequestAttribute(Number.gateway, .bytes(gateway)),
                    RequestAttribute(Number.outputInterface, .u32(interface)),
                    RequestAttribute(Number.priority, .u32(metric)),
                ]
            )
        )
    }

    /// Closes the socket.
    package func close() async {
        await connection.close()
    }

    /// What happened to addresses or IPv4 routes; what there is now is to be read then.
    package enum AddressChange: Sendable, Hashable {
        /// An interface, by its number, got an address that is good for more than the link, or had one set anew.
        case added(interface: UInt32)
        /// Anything else.
        case other

        /// Reads a message: `struct ifaddrmsg` is family, prefix length, flags, scope and the interface (rtnetlink(7)).
        init(_ message: NetlinkMessage) {
            self = .other
            let header = 8
            guard message.type == Number.newAddress, message.payload.count >= header,
                message.payload[3] < Number.linkScope,
                let attributes = try? NetlinkAttributes(message.payload, range: header..<message.payload.count),
                let address = attributes.bytes(Number.localAddress) ?? attributes.bytes(Number.interfaceAddress)
            else { return }
            // Clients give those that they make up (RFC 3927) any scope.
            if address.count == 4, address[0] == 169, address[1] == 254 { return }
            self = .added(interface: message.payload.number(UInt32.self, at: 4))
        }
    }

    /// Tells what happens to the addresses and the IPv4 routes of all interfaces.
    ///
    /// - Returns: the stream; what happens after this returned is in it.
    /// - Throws: `NetlinkError` when the socket cannot be opened.
    package static func addressChanges() async throws(NetlinkError) -> AsyncStream<AddressChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: AddressChange.self,
            bufferingPolicy: .bufferingNewest(1024)
        )
        let listener = AddressListener(continuation)
        try await listener.open(groups: [Number.ipv4AddressGroup, Number.ipv6AddressGroup, Number.ipv4RouteGroup])
        continuation.onTermination = { _ in listener.closeSoon() }
        return stream
    }
}

/// A socket that only listens for addresses and routes.
private actor AddressListener {
    private nonisolated let executor = DispatchQueueExecutor(label: "hotspot.route.addresses")
    private let continuation: AsyncStream<RouteNetlink.AddressChange>.Continuation
    private var link: WatchedSocket?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(_ continuation: AsyncStream<RouteNetlink.AddressChange>.Continuation) {
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
                switch try socket.receive() {
                case .nothing: return
                case .overrun: continuation.yield(.other)
                case .datagram(let octets):
                    for message in NetlinkMessage.messages(in: octets).messages {
                        continuation.yield(RouteNetlink.AddressChange(message))
                    }
                }
            } catch {
                link = nil
                continuation.finish()
            }
        }
    }
}
