internal import DBus
internal import Netlink

extension HotspotConfigurationError {
    /// One error for several: the first, with the others beneath it; nil for none.
    ///
    /// - Parameter failures: the errors.
    /// - Returns: the one.
    package static func all(_ failures: [HotspotConfigurationError]) -> HotspotConfigurationError? {
        guard var first = failures.first else { return nil }
        first.underlyingErrors += failures.dropFirst().map { $0 as any Error }
        return first
    }

    /// Turns whatever ended a request that is no join into the one error type.
    ///
    /// - Parameters:
    ///   - error: what ended it.
    ///   - subject: what was being done, such as `"Cafe" could not be shared`.
    init(ending error: any Error, subject: String) {
        switch error {
        case let error as HotspotConfigurationError: self = error
        case let error as DBusError: self.init(dbus: error, subject: subject, phase: .preparing)
        case let error as NetlinkError: self.init(netlink: error, subject: subject, phase: .preparing)
        case is DeadlineExceeded:
            self.init(
                .timedOut(.preparing),
                "\(subject): no answer came in time",
                underlying: [Observation("hotspot", "deadline", "the time limit passed")]
            )
        case is CancellationError:
            self.init(.cancelled, "\(subject): it was cancelled", underlying: [error])
        default:
            self.init(.unlisted, "\(subject): an error that is in no table", underlying: [error])
        }
    }
}
