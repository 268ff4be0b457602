/// A received message, decoded.
package struct DBusMessage: Sendable {
    /// What a message is (D-Bus Specification, "Message Format").
    package enum Kind: Sendable, Hashable {
        case methodCall, methodReturn, error, signal
    }

    package let kind: Kind
    /// The sender's unique name, which the bus itself fills in and no peer can forge.
    package let sender: String?
    package let path: String?
    package let interface: String?
    package let member: String?
    package let errorName: String?
    package let serial: UInt32
    package let replySerial: UInt32
    package let body: [DBusValue]

    package init(
        kind: Kind,
        sender: String? = nil,
        path: String? = nil,
        interface: String? = nil,
        member: String? = nil,
        errorName: String? = nil,
        serial: UInt32 = 0,
        replySerial: UInt32 = 0,
        body: [DBusValue] = []
    ) {
        self.kind = kind
        self.sender = sender
        self.path = path
        self.interface = interface
        self.member = member
        self.errorName = errorName
        self.serial = serial
        self.replySerial = replySerial
        self.body = body
    }
}

/// A method call to be sent.
package struct DBusCall: Sendable {
    package var destination: String
    package var path: String
    package var interface: String
    package var member: String
    package var arguments: [DBusValue]
    /// Whether the bus may start the service that owns the name; a call to a unique name starts nothing.
    package var startsService: Bool

    package init(
        destination: String,
        path: String,
        interface: String,
        member: String,
        arguments: [DBusValue] = [],
        startsService: Bool = false
    ) {
        self.destination = destination
        self.path = path
        self.interface = interface
        self.member = member
        self.arguments = arguments
        self.startsService = startsService
    }
}
