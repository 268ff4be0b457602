internal import Dispatch
internal import Glibc

/// One end of a conversation between two processes of this machine, in packets (unix(7), `SOCK_SEQPACKET`).
final class PacketSocket: Sendable {
    private let descriptor: Int32

    /// The largest packet, in octets.
    static let sizeLimit = 65_536
    private static let queue = DispatchQueue(label: "hotspot.packets")

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Connects to whoever listens.
    ///
    /// - Returns: nil where nobody does, or lets this process speak to them.
    static func connect(to path: String) -> PacketSocket? {
        guard let (address, descriptor) = make(path) else { return nil }
        let socket = PacketSocket(descriptor: descriptor)
        let result = call(address) { Glibc.connect(descriptor, $0, $1) }
        return result == 0 && socket.user == geteuid() ? socket : nil
    }

    /// Listens under a name, in the place of whatever had it.
    ///
    /// - Returns: the listening descriptor.
    /// - Throws: ``StoreFailure``.
    static func listen(_ path: String) throws(StoreFailure) -> Int32 {
        guard let (address, descriptor) = make(path) else { throw StoreFailure("socket", path, errno: errno) }
        unlink(path)
        // The name gets these rights: nobody else may even connect.
        guard fchmod(descriptor, 0o600) == 0, call(address, { bind(descriptor, $0, $1) }) == 0,
            Glibc.listen(descriptor, 16) == 0
        else {
            let error = errno
            close(descriptor)
            throw StoreFailure("bind", path, errno: error)
        }
        return descriptor
    }

    private static func make(_ path: String) -> (sockaddr_un, Int32)? {
        var address = sockaddr_un()
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return nil
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        return descriptor >= 0 ? (address, descriptor) : nil
    }

    private static func call(
        _ address: sockaddr_un,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// The user at the other end, as the kernel noted him when the two were connected.
    var user: uid_t? {
        // struct ucred, which Swift's Glibc lacks: pid, uid, gid.
        var credentials: (pid_t, uid_t, gid_t) = (0, 0, 0)
        var size = socklen_t(MemoryLayout<(pid_t, uid_t, gid_t)>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return nil }
        return credentials.1
    }

    /// Sends a packet.
    ///
    /// - Returns: whether it was taken.
    @discardableResult
    func send(_ octets: [UInt8]) -> Bool {
        Glibc.send(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT)) >= 0
    }

    /// The next packet; nil at the end, and where the task is cancelled.
    func receive() async -> [UInt8]? {
        let descriptor = descriptor
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: Self.queue)
                source.setEventHandler {
                    var buffer = [UInt8](repeating: 0, count: Self.sizeLimit)
                    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                    if count < 0, errno == EAGAIN || errno == EINTR { return }
                    source.cancel()
                    continuation.resume(returning: count > 0 ? Array(buffer.prefix(count)) : nil)
                }
                // The descriptor stays open as long as the source watches it.
                source.setCancelHandler { [self] in withExtendedLifetime(self) {} }
                source.resume()
            }
        } onCancel: {
            // The reader wakes by the end of the conversation.
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }
}
