import CLibNL
import Glibc

/// A netlink socket: libnl opens it, builds the messages and sends them; what arrives is read by `recv`.
///
/// libnl's own receiving is not used: it looks at each message twice (`MSG_PEEK`), which makes a dump of Linux 6.1 go on
/// without end when multicast messages wait on a small buffer, and its callbacks would cross into C and back.
///
/// Nothing waits here. Sending runs the command inside the kernel and may take as long as that does, so the owner
/// calls from its own queue and never from a thread of the cooperative pool.
final class NetlinkSocket: @unchecked Sendable {
    // @unchecked: after `init` only the owner's serial queue uses an instance; its fields never change.

    /// What a call of ``receive()`` found.
    enum Reception {
        case datagram([UInt8])
        /// Nothing is there now.
        case nothing
        /// The kernel dropped messages for want of room.
        case overrun
    }

    /// What is spoken on a socket (`NETLINK_…`).
    enum Family: Int32 {
        /// Interfaces and addresses.
        case route = 0
        case generic = 16
    }

    /// The descriptor to watch; it is closed with the last reference to the socket.
    let descriptor: Int32

    private let handle: OpaquePointer
    private let buffer: UnsafeMutableRawBufferPointer

    /// How many octets one read takes: the kernel cuts dumps to the size that is offered.
    private static let readSize = 64 * 1024
    /// How many octets may wait for us: an access point on the same host sends more than the default holds.
    private static let receiveBufferSize: Int32 = 1024 * 1024

    private static let solNetlink: Int32 = 270
    private static let capAck: Int32 = 10
    private static let extAck: Int32 = 11

    /// Opens a socket and joins multicast groups.
    ///
    /// - Parameters:
    ///   - name: what the socket is for, in errors.
    ///   - family: what is spoken on it.
    ///   - groups: numbers of multicast groups.
    /// - Throws: `NetlinkError` of the call that failed.
    init(name: String, family: Family = .generic, groups: [UInt32] = []) throws(NetlinkError) {
        guard let handle = nl_socket_alloc() else {
            throw NetlinkError(command: name, kind: .call("nl_socket_alloc"), errno: ENOMEM)
        }
        self.handle = handle
        buffer = .allocate(byteCount: Self.readSize, alignment: 16)
        // The sequence numbers are ours, and so is asking for an acknowledgement.
        nl_socket_disable_seq_check(handle)
        nl_socket_disable_auto_ack(handle)
        errno = 0
        let connected = nl_connect(handle, family.rawValue)
        let connectErrno = errno
        descriptor = connected == 0 ? nl_socket_get_fd(handle) : -1
        guard connected == 0 else {
            throw Self.error(connected, "nl_connect", name, errno: connectErrno)
        }
        try check("nl_socket_set_nonblocking", name) { nl_socket_set_nonblocking(handle) }
        try growReceiveBuffer(name)
        try set(Self.capAck, "NETLINK_CAP_ACK", name)
        try set(Self.extAck, "NETLINK_EXT_ACK", name)
        for group in groups {
            try check("nl_socket_add_membership", name) {
                nl_socket_add_membership(handle, Int32(bitPattern: group))
            }
        }
    }

    deinit {
        nl_socket_free(handle)
        buffer.deallocate()
    }

    /// Builds a request and hands it to the kernel.
    ///
    /// - Throws: `NetlinkError` of the call that failed; the kernel's answer comes by ``receive()``.
    func send(_ request: NetlinkRequest, sequence: UInt32) throws(NetlinkError) {
        let size = request.attributes.reduce(256 + request.header.count) { $0 + $1.size }
        guard let message = nlmsg_alloc_size(size) else {
            throw NetlinkError(command: request.name, kind: .call("nlmsg_alloc_size"), errno: ENOMEM)
        }
        defer {
            // It may hold a key.
            if let header = nlmsg_hdr(message) { explicit_bzero(header, Int(header.pointee.nlmsg_len)) }
            nlmsg_free(message)
        }
        let header = nlmsg_put(
            message,
            UInt32(NL_AUTO_PORT),
            sequence,
            Int32(request.type),
            Int32(request.header.count),
            Int32(request.flags.rawValue)
        )
        guard let header, let start = nlmsg_data(header) else {
            throw NetlinkError(command: request.name, kind: .call("nlmsg_put"), errno: ENOMEM)
        }
        start.copyMemory(from: request.header, byteCount: request.header.count)
        for attribute in request.attributes {
            try put(attribute, into: message, request.name)
        }
        try check("nl_send_auto", request.name) { nl_send_auto(handle, message) }
    }

    /// Reads one datagram if there is one.
    ///
    /// - Throws: `NetlinkError` when the socket itself is broken.
    func receive() throws(NetlinkError) -> Reception {
        while true {
            var sender = sockaddr_nl()
            var senderLength = socklen_t(MemoryLayout<sockaddr_nl>.size)
            let length = withUnsafeMutablePointer(to: &sender) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    recvfrom(
                        descriptor,
                        buffer.baseAddress,
                        buffer.count,
                        Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC),
                        address,
                        &senderLength
                    )
                }
            }
            if length < 0 {
                switch errno {
                case EINTR: continue
                case EAGAIN: return .nothing
                case ENOBUFS: return .overrun
                default: throw NetlinkError(command: "netlink socket", kind: .call("recvfrom"), errno: errno)
                }
            }
            // Only the kernel has port 0: another process may send to our port as well.
            guard sender.nl_pid == 0 else { continue }
            guard length <= buffer.count else { return .overrun }
            return .datagram(Array(UnsafeRawBufferPointer(rebasing: buffer[..<length])))
        }
    }

    private func put(
        _ attribute: RequestAttribute,
        into message: OpaquePointer,
        _ name: String
    ) throws(NetlinkError) {
        let type = Int32(attribute.type)
        let result: Int32
        switch attribute.value {
        case .flag:
            result = nla_put(message, type, 0, nil)
        case .u8(let value):
            result = nla_put_u8(message, type, value)
        case .u16(let value):
            result = nla_put_u16(message, type, value)
        case .u32(let value):
            result = nla_put_u32(message, type, value)
        case .u64(let value):
            result = nla_put_u64(message, type, value)
        case .bytes(let bytes):
            result = bytes.withUnsafeBytes { nla_put(message, type, Int32($0.count), $0.baseAddress) }
        case .secret(let secret):
            result = secret.withOctets { nla_put(message, type, Int32($0.count), $0.baseAddress) }
        case .string(let string):
            result = nla_put_string(message, type, string)
        case .nested(let attributes):
            guard let nest = nla_nest_start(message, type | 0x8000) else {
                throw NetlinkError(command: name, kind: .call("nla_nest_start"), errno: ENOMEM)
            }
            for attribute in attributes {
                try put(attribute, into: message, name)
            }
            nla_nest_end(message, nest)
            return
        }
        guard result == 0 else {
            // The message was made large enough, so this is a fault in `size`.
            throw NetlinkError(command: name, kind: .call("nla_put"), errno: EMSGSIZE)
        }
    }

    /// Asks for ``receiveBufferSize``: beyond the system's limit with CAP_NET_ADMIN, up to it without.
    private func growReceiveBuffer(_ name: String) throws(NetlinkError) {
        var size = Self.receiveBufferSize
        let length = socklen_t(MemoryLayout<Int32>.size)
        if setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, length) == 0 { return }
        guard setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, length) == 0 else {
            throw NetlinkError(command: name, kind: .call("setsockopt(SO_RCVBUF)"), errno: errno)
        }
    }

    private func set(_ option: Int32, _ optionName: String, _ name: String) throws(NetlinkError) {
        var on: Int32 = 1
        guard setsockopt(descriptor, Self.solNetlink, option, &on, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw NetlinkError(command: name, kind: .call("setsockopt(\(optionName))"), errno: errno)
        }
    }

    /// Calls a function of libnl, whose results below zero are failures.
    private func check(_ function: String, _ name: String, _ body: () -> Int32) throws(NetlinkError) {
        errno = 0
        let result = body()
        guard result < 0 else { return }
        throw Self.error(result, function, name, errno: errno)
    }

    /// libnl's return codes merge many error numbers into one, so the number is that of the system call.
    private static func error(_ result: Int32, _ function: String, _ name: String, errno: Int32) -> NetlinkError {
        NetlinkError(
            command: name,
            kind: .call(function),
            errno: errno == 0 ? nil : errno,
            text: String(cString: nl_geterror(result))
        )
    }
}
