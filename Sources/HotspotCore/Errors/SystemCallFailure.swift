internal import Glibc
internal import Netlink

/// A system call of the program itself that the kernel refused: on a file that was named, or on the output.
public struct SystemCallFailure: UnderlyingFailure {
    /// The system call.
    public let call: String
    /// What it was done to: a file, or a name such as `standard output`; nil where that is not to be shown.
    public let path: String?
    /// The kernel's error number.
    public let errno: Int32

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - call: the system call.
    ///   - path: what it was done to; nil where that is not to be shown.
    ///   - errno: the kernel's error number.
    public init(_ call: String, path: String?, errno: Int32) {
        self.call = call
        self.path = path
        self.errno = errno
    }

    /// `Linux`.
    public var domain: String { "Linux" }
    /// The error number.
    public var number: Int? { Int(errno) }
    /// The error number's name.
    public var name: String { ErrnoNames.name(of: errno) ?? "errno \(errno)" }
    /// What failed, on what, and why.
    public var summary: String {
        let place = path.map { " of \(PrintableText.escape($0))" } ?? ""
        return "\(call)\(place) failed with \(name) (\(errno)): \(String(cString: strerror(errno)))"
    }
    /// What it was done to.
    public var facts: [Fact] { path.map { [Fact("path", PrintableText.escape($0))] } ?? [] }
}

extension HotspotConfigurationError {
    /// A file that the request names could not be read: `invalid`, with the cause `unreadableFile`.
    ///
    /// - Parameters:
    ///   - what: What it was to hold, such as `the passphrase`.
    ///   - failure: What the kernel said.
    /// - Returns: The error.
    public static func unreadable(_ what: String, _ failure: SystemCallFailure) -> HotspotConfigurationError {
        let place = failure.path.map { " \(PrintableText.escape($0))" } ?? ""
        let remedy =
            switch failure.errno {
            case ENOENT: "name a file that exists; a relative path begins at the working directory"
            case EACCES, EPERM: "run as a user who may read it, or let this one: ls -l shows who may"
            case EISDIR: "name a file; that is a folder"
            case ENOTDIR, ELOOP, ENAMETOOLONG: "correct the path"
            default: "see what is wrong with it"
            }
        return HotspotConfigurationError(
            .unreadableFile,
            "\(what) cannot be read from\(place.isEmpty ? " what was named" : place): "
                + String(cString: strerror(failure.errno)),
            remedy: remedy,
            underlying: [failure]
        )
    }

    /// What was named as a code is neither its text nor a file: `invalid`, with the cause `unreadableFile`.
    ///
    /// - Parameter failure: What the kernel said.
    /// - Returns: The error.
    public static func neither(_ failure: SystemCallFailure) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .unreadableFile,
            "that is neither the text of a Wi-Fi code (it begins with WIFI:) nor a file that exists"
                + (failure.path.map { ": \(PrintableText.escape($0))" } ?? ""),
            remedy: "name a file that exists, or give the code's text, from WIFI: to the last semicolon",
            underlying: [failure]
        )
    }

    /// A result could not be written where it was to go: `internal`, with the cause `outputFailed`.
    ///
    /// - Parameters:
    ///   - what: What was to be written, and what holds all the same.
    ///   - failure: What the kernel said.
    /// - Returns: The error.
    public static func unwritten(_ what: String, _ failure: SystemCallFailure) -> HotspotConfigurationError {
        let remedy =
            switch failure.errno {
            case ENOSPC, EDQUOT, EFBIG: "make room where it goes"
            case EPIPE: "let the program that reads it read on"
            case EACCES, EPERM, EROFS: "name a place that this user may write to"
            case ENOENT, ENOTDIR: "make the folder first"
            default: "see what is wrong with the place where it goes"
            }
        let place = failure.path.map { " to \(PrintableText.escape($0))" } ?? ""
        return HotspotConfigurationError(
            .outputFailed,
            "\(what) could not be written\(place): \(String(cString: strerror(failure.errno)))",
            remedy: remedy,
            underlying: [failure]
        )
    }

    /// No process could be started to hold a link in the background: `internal`, with the cause `backendFailed`.
    ///
    /// - Parameters:
    ///   - ssid: The network.
    ///   - failure: What the kernel said.
    /// - Returns: The error.
    public static func notDetached(_ ssid: SSID, _ failure: SystemCallFailure) -> HotspotConfigurationError {
        let remedy =
            switch failure.errno {
            case EAGAIN: "see how many processes there may be: ulimit -u"
            case EMFILE, ENFILE: "see how many files may be open: ulimit -n"
            case ENOMEM: "make room in memory"
            default: "join it in the foreground: leave --detach out"
            }
        return HotspotConfigurationError(
            .backendFailed,
            "\"\(ssid)\" was not joined: no process could be started that would hold the link in the background",
            remedy: remedy,
            underlying: [failure]
        )
    }
}
