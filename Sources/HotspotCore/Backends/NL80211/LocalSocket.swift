internal import Foundation
internal import Glibc

/// Sockets by which daemons of this machine are spoken to.
enum LocalSocket {
    /// Whether a process has bound the socket: a dead one's file stays, and refuses the connection.
    static func isAnswered(_ path: String) -> Bool {
        var address = sockaddr_un()
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room, FileManager.default.fileExists(atPath: path) else { return false }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        for kind in [SOCK_DGRAM, SOCK_STREAM] {
            let type = Int32(kind.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let descriptor = socket(AF_UNIX, type, 0)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if result == 0 || errno == EACCES || errno == EAGAIN { return true }
        }
        return false
    }
}
