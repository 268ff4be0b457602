internal import Foundation
internal import Glibc

/// Tells systemd how a service is: one datagram to `$NOTIFY_SOCKET` (sd_notify(3)).
package enum ServiceNotification {
    /// Sends assignments such as `READY=1`; does nothing where nobody listens.
    ///
    /// - Parameters:
    ///   - assignments: one a line; they must hold no secret.
    ///   - path: the socket; a name that begins with `@` is in the abstract namespace (unix(7)).
    package static func send(
        _ assignments: [String],
        to path: String? = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"]
    ) {
        guard let path, path.hasPrefix("/") || path.hasPrefix("@") else { return }
        var address = sockaddr_un()
        let octets = Array(path.utf8)
        guard octets.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: octets)
            if octets.first == UInt8(ascii: "@") { $0[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + octets.count)
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // A line of its own for each: what is told of a network must not become another assignment.
        let text = assignments.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
        let message = Array(text.joined(separator: "\n").utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
