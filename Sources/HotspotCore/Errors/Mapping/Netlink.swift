internal import Netlink

/// The kernel's errors as they stand in a chain.
extension NetlinkError: UnderlyingFailure {
    /// `nl80211`.
    package var domain: String { "nl80211" }
    /// The errno, where the kernel gave one.
    package var number: Int? { errno.map(Int.init) }
    /// The errno's name, or the command.
    package var name: String { errnoName ?? command }
    /// The command, the error and the kernel's own words.
    package var summary: String { description }
    /// What the kernel's message could not be read for.
    package var underlyingErrors: [any Error] { underlyingError.map { [$0] } ?? [] }
}
