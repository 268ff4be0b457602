internal import Glibc
internal import Netlink

/// A file of the state directory that could not be written, or must not be read.
package struct StoreFailure: UnderlyingFailure {
    /// The system call that failed, or what was looked at.
    package let operation: String
    /// The file.
    package let path: String
    /// The kernel's error number; nil where the file itself is what is wrong.
    package let errno: Int32?
    /// What is wrong with the file, where the kernel had no objection.
    let reason: String?

    init(_ operation: String, _ path: String, errno: Int32) {
        self.operation = operation
        self.path = path
        self.errno = errno
        reason = nil
    }

    /// The task was cancelled while it waited.
    init(cancelledAt operation: String, _ path: String) { self.init(operation, path, errno: EINTR) }

    /// Whether nothing failed, but the task was cancelled while it waited for the lock.
    package var isCancellation: Bool { operation == "flock" && errno == EINTR }

    init(_ operation: String, _ path: String, reason: String) {
        self.operation = operation
        self.path = path
        errno = nil
        self.reason = reason
    }

    /// `storage`.
    package var domain: String { "storage" }
    /// The error number.
    package var number: Int? { errno.map { Int($0) } }
    /// The error number's name, or what was looked at.
    package var name: String { errno.flatMap { ErrnoNames.name(of: $0) } ?? operation }
    /// What failed, on which file.
    package var summary: String {
        let path = PrintableText.escape(path)
        if let reason { return "\(path): \(reason)" }
        let number = errno ?? 0
        return "\(operation) of \(path) failed with \(name) (\(number)): \(String(cString: strerror(number)))"
    }
    /// The file.
    package var facts: [Fact] { [Fact("path", PrintableText.escape(path))] }
}

extension HotspotConfigurationError {
    /// The state directory did not take, or give, a configuration: `storageFailed`, or `cancelled` where the task was while
    /// it waited for the directory's lock.
    init(storage failure: StoreFailure, _ message: String, remedy: String? = nil, phase: JoinPhase = .preparing) {
        guard !failure.isCancellation else {
            self.init(
                .cancelled,
                "\(message): it was cancelled while another program had the state directory",
                phase: phase,
                underlying: [CancellationError(), failure]
            )
            return
        }
        let usual =
            switch failure.errno {
            case EROFS?: "make the directory writable, or name another in HOTSPOT_STATE_DIRECTORY"
            case ENOSPC?, EDQUOT?, EFBIG?: "make room on the disk"
            case EACCES?, EPERM?: "run as the user whose directory it is, or name another in HOTSPOT_STATE_DIRECTORY"
            case EAGAIN?: "see which program holds the directory's lock: fuser \(PrintableText.escape(failure.path))"
            default: "see what is wrong with \(PrintableText.escape(failure.path))"
            }
        self.init(.storageFailed, message, remedy: remedy ?? usual, phase: phase, underlying: [failure])
    }
}

extension HotspotConfigurationError {
    /// A network that could be joined, and its configuration not be kept.
    init(notKept configuration: HotspotConfiguration, _ failure: StoreFailure, phase: JoinPhase) {
        let base = HotspotConfigurationError(storage: failure, "")
        self.init(
            storage: failure,
            phase == .joined
                ? "\"\(configuration.name)\" was joined and left again: its configuration could not be kept"
                : "\"\(configuration.name)\" is not joined: its configuration could not be kept",
            remedy: "join it without keeping it (joinOnce, --once), or \(base.remedy ?? "")",
            phase: phase
        )
    }
}
