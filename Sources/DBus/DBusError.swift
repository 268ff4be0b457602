/// What the bus or a service on it answered instead of a reply, or why the bus could not be spoken to.
package struct DBusError: Error, Sendable, Hashable {
    /// The error's name, such as `org.freedesktop.DBus.Error.ServiceUnknown`.
    package let name: String
    /// The text that came with it, as the service wrote it; perhaps translated, never to be decided upon.
    package let message: String
    /// The interface and member that was called, or the libdbus function that failed.
    package let member: String

    package init(name: String, message: String, member: String) {
        self.name = name
        // The bus's refusals quote the caller's command line, which may hold a passphrase (dbus-daemon's bus/bus.c:
        // `comm="…"`); nothing after it is worth the risk, as the line may hold quotation marks itself.
        if let quotation = message.firstRange(of: "comm=\"") {
            self.message = message[..<quotation.lowerBound] + "…)"
        } else {
            self.message = message
        }
        self.member = member
    }
}

extension DBusError: CustomStringConvertible {
    package var description: String {
        "\(member): \(name): \(message)"
    }
}

extension DBusError {
    /// Names that this module itself gives out; they are the bus's own, so that one table serves both.
    package enum Name {
        package static let disconnected = "org.freedesktop.DBus.Error.Disconnected"
        package static let noMemory = "org.freedesktop.DBus.Error.NoMemory"
        package static let invalidArguments = "org.freedesktop.DBus.Error.InvalidArgs"
        package static let inconsistentMessage = "org.freedesktop.DBus.Error.InconsistentMessage"
        package static let unknownMethod = "org.freedesktop.DBus.Error.UnknownMethod"
        package static let unknownObject = "org.freedesktop.DBus.Error.UnknownObject"
    }

    /// A reply that does not have the form which the interface promises.
    package static func unexpectedReply(to member: String, expected: String, found: String) -> DBusError {
        DBusError(
            name: Name.inconsistentMessage,
            message: "the reply should have been \(expected) and was \(found)",
            member: member
        )
    }
}
