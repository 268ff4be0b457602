import Foundation
import Glibc
import HotspotCore

/// Writing standard output, and knowing whether that worked.
enum StandardOutput {
    /// Writes octets at once: the program may stay, and whoever reads a pipe wants to know now.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `outputFailed`: a result that nobody got is no success.
    static func write(_ octets: [UInt8], _ what: String = "the result") throws(HotspotConfigurationError) {
        var rest = octets[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written < 0 {
                let error = errno
                if error == EINTR { continue }
                if error == EAGAIN {
                    // A pipe or a terminal that somebody else made non-blocking.
                    var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    poll(&descriptor, 1, -1)
                    continue
                }
                throw .unwritten(what, SystemCallFailure("write", path: "standard output", errno: error))
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Writes a text and a line feed.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `outputFailed`.
    static func print(_ text: String, _ what: String = "the result") throws(HotspotConfigurationError) {
        try write(Array((text + "\n").utf8), what)
    }
}
