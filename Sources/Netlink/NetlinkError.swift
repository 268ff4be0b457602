import Glibc
package import IEEE80211

/// A netlink request that came to nothing, with all that was heard about it.
package struct NetlinkError: Error, Sendable {
    /// Who or what refused.
    package enum Kind: Hashable, Sendable {
        /// The kernel answered the command with an error number.
        case refused
        /// A call of ours failed before the command reached the kernel; the text is the C function.
        case call(String)
        /// The kernel has no such generic netlink family; the text is its name.
        case noFamily(String)
        /// The family has no such multicast group; the text is its name.
        case noGroup(String)
        /// What the kernel sent is not the structure it should be.
        case malformed(MalformedOctets)
        /// The kernel acknowledged the command and sent no answer.
        case noAnswer
        /// The answer has more messages or octets than any sensible one.
        case tooLong
        /// The kernel had to drop messages for this socket: read the state anew.
        case overrun
        /// No answer came in the time allowed.
        case timedOut
        /// The task was cancelled.
        case cancelled
    }

    /// The command as its owner writes it: `NL80211_CMD_GET_SCAN`.
    package let command: String

    /// Who or what refused.
    package let kind: Kind

    /// The error number, positive; nil when there is none.
    package let errno: Int32?

    /// What the kernel added in words: the extended acknowledgement's text.
    package let text: String?

    /// Where in the request the kernel found the attribute it objected to, in octets from the message's start.
    package let offset: Int?

    /// The type of the attribute that the kernel missed in the request.
    package let missingAttribute: Int?

    /// What led to this error, when that was an error as well.
    package let underlyingError: (any Error)?

    /// Makes an error; what is not given was not heard.
    package init(
        command: String,
        kind: Kind,
        errno: Int32? = nil,
        text: String? = nil,
        offset: Int? = nil,
        missingAttribute: Int? = nil,
        underlyingError: (any Error)? = nil
    ) {
        self.command = command
        self.kind = kind
        self.errno = errno
        self.text = text
        self.offset = offset
        self.missingAttribute = missingAttribute
        self.underlyingError = underlyingError
    }

    /// The name of the error number, such as `ENODEV`.
    package var errnoName: String? {
        errno.map { ErrnoNames.name(of: $0) ?? "unknown" }
    }

    /// A refusal by the kernel, or nil when the acknowledgement is a success.
    init?(command: String, acknowledgement: NetlinkAcknowledgement) {
        guard acknowledgement.error != 0 else { return nil }
        self.init(
            command: command,
            kind: .refused,
            errno: acknowledgement.errno,
            text: acknowledgement.text,
            offset: acknowledgement.offset,
            missingAttribute: acknowledgement.missingAttribute
        )
    }
}

extension NetlinkError: CustomStringConvertible {
    /// One line: the command, what happened, the error number and the kernel's words; never an attribute's value.
    package var description: String {
        var line = "\(command): \(what)"
        if let errno, kind != .refused {
            line += " (\(errnoName ?? "unknown"), \(errno))"
        }
        if let text { line += ": \(text)" }
        if let missingAttribute { line += ", attribute \(missingAttribute) missing" }
        if let offset { line += ", at offset \(offset) of the request" }
        return line
    }

    private var what: String {
        switch kind {
        case .refused:
            if let errno {
                "\(String(cString: strerror(errno))) (\(errnoName ?? "unknown"), \(errno))"
            } else {
                "refused by the kernel"
            }
        case .call(let function): "\(function) failed"
        case .noFamily(let name): name == "nl80211" ? Self.noNL80211 : "the kernel has no \(name)"
        case .noGroup(let name): "the family has no multicast group \(name)"
        case .malformed(let error): "the kernel's message cannot be read: \(error)"
        case .noAnswer: "acknowledged without an answer"
        case .tooLong: "the answer does not end"
        case .overrun: "the kernel dropped messages, read the state anew"
        case .timedOut: "no answer in time"
        case .cancelled: "cancelled"
        }
    }

    private static let noNL80211 = "the kernel has no nl80211 (no mac80211/cfg80211 module loaded?)"
}
