package import IEEE80211

/// One message of a netlink datagram: the fields of `struct nlmsghdr` and the payload (netlink(7)).
package struct NetlinkMessage: Sendable {
    /// The message types below the first family's.
    enum ControlType {
        static let error: UInt16 = 2
        static let done: UInt16 = 3
        static let overrun: UInt16 = 4
        static let firstFamily: UInt16 = 16
    }

    /// The header's flags.
    struct Flags: OptionSet, Sendable {
        let rawValue: UInt16

        static let request = Self(rawValue: 0x001)
        static let acknowledge = Self(rawValue: 0x004)
        static let dumpInterrupted = Self(rawValue: 0x010)
        /// In a request that adds something: in the place of what is there already.
        static let replace = Self(rawValue: 0x100)
        /// In a request that adds something: where there is none yet.
        static let create = Self(rawValue: 0x400)
        static let dump = Self(rawValue: 0x300)
        /// In an acknowledgement: the request is not repeated.
        static let capped = Self(rawValue: 0x100)
        /// In an acknowledgement: attributes follow.
        static let acknowledgementAttributes = Self(rawValue: 0x200)
    }

    static let headerLength = 16

    /// A control type, or the family's number.
    package let type: UInt16
    let flags: Flags
    /// The number of the request that this answers; 0 in a multicast message.
    package let sequence: UInt32
    /// The octets after the header.
    package let payload: [UInt8]

    /// Reads all messages of a datagram; what follows a message that cannot be read is lost and told of.
    package static func messages(in datagram: [UInt8]) -> (messages: [NetlinkMessage], damage: MalformedOctets?) {
        var messages: [NetlinkMessage] = []
        var offset = 0
        while offset < datagram.count {
            let available = datagram.count - offset
            guard available >= headerLength else {
                return (messages, truncated(offset, needed: headerLength, available: available))
            }
            let length = Int(datagram.number(UInt32.self, at: offset))
            guard length >= headerLength, length <= available else {
                return (messages, truncated(offset, needed: max(length, headerLength), available: available))
            }
            messages.append(
                NetlinkMessage(
                    type: datagram.number(UInt16.self, at: offset + 4),
                    flags: Flags(rawValue: datagram.number(UInt16.self, at: offset + 6)),
                    sequence: datagram.number(UInt32.self, at: offset + 8),
                    payload: Array(datagram[offset + headerLength..<offset + length])
                )
            )
            offset += (length + 3) & ~3
        }
        return (messages, nil)
    }

    private static func truncated(_ offset: Int, needed: Int, available: Int) -> MalformedOctets {
        MalformedOctets(
            structure: "netlink message",
            offset: offset,
            reason: .truncated(needed: needed, available: available)
        )
    }
}

/// The payload of an error message or of the end of a dump (`struct nlmsgerr` and the extended acknowledgement).
struct NetlinkAcknowledgement: Sendable {
    private enum Attribute {
        static let message: UInt16 = 1
        static let offset: UInt16 = 2
        static let missingType: UInt16 = 5
    }

    /// 0 for success, else a negative error number.
    let error: Int32
    let text: String?
    let offset: Int?
    let missingAttribute: Int?

    /// The error number, positive.
    var errno: Int32 { error == .min ? .max : abs(error) }

    /// Reads the message; its payload is short only when the kernel is not what it was, and then counts as a failure.
    ///
    /// - Throws: `MalformedOctets` when there is no error number in it.
    init(_ message: NetlinkMessage) throws(MalformedOctets) {
        let payload = message.payload
        guard payload.count >= 4 else {
            // The end of a dump has had its error number since Linux 2.6 and may lack it in other families.
            if message.type == NetlinkMessage.ControlType.done {
                (error, text, offset, missingAttribute) = (0, nil, nil, nil)
                return
            }
            throw MalformedOctets(
                structure: "acknowledgement",
                offset: 0,
                reason: .truncated(needed: 4, available: payload.count)
            )
        }
        error = payload.number(Int32.self, at: 0)
        guard let start = Self.attributesStart(message), start <= payload.count,
            let attributes = try? NetlinkAttributes(payload, range: start..<payload.count)
        else {
            (text, offset, missingAttribute) = (nil, nil, nil)
            return
        }
        text = attributes.string(Attribute.message)
        offset = attributes.u32(Attribute.offset).map(Int.init)
        missingAttribute = attributes.u32(Attribute.missingType).map(Int.init)
    }

    /// Where the attributes begin: after the error number and, in an error message, after the request's header or,
    /// unless it is capped, the whole request.
    private static func attributesStart(_ message: NetlinkMessage) -> Int? {
        guard message.type == NetlinkMessage.ControlType.error else { return 4 }
        guard message.flags.contains(.acknowledgementAttributes) else { return nil }
        let repeated = 4 + NetlinkMessage.headerLength
        guard !message.flags.contains(.capped), message.payload.count >= repeated else { return repeated }
        let length = Int(message.payload.number(UInt32.self, at: 4))
        return 4 + max((length + 3) & ~3, NetlinkMessage.headerLength)
    }
}

/// A message of a generic netlink family (`struct genlmsghdr`).
package struct GenericNetlinkMessage: Sendable {
    static let headerLength = 4

    /// The family's number.
    package let family: UInt16
    /// The family's command.
    package let command: UInt8
    /// The octets of the attributes.
    package let payload: [UInt8]

    /// Makes a message from its parts.
    package init(family: UInt16, command: UInt8, payload: [UInt8]) {
        self.family = family
        self.command = command
        self.payload = payload
    }

    /// Reads the generic header of a message.
    ///
    /// - Throws: `MalformedOctets` when the payload is shorter than that.
    package init(_ message: NetlinkMessage) throws(MalformedOctets) {
        guard message.payload.count >= Self.headerLength else {
            throw MalformedOctets(
                structure: "generic netlink header",
                offset: 0,
                reason: .truncated(needed: Self.headerLength, available: message.payload.count)
            )
        }
        self.init(
            family: message.type,
            command: message.payload[0],
            payload: Array(message.payload[Self.headerLength...])
        )
    }

    /// The attributes.
    ///
    /// - Throws: `MalformedOctets` when they cannot be read.
    package func attributes() throws(MalformedOctets) -> NetlinkAttributes {
        try NetlinkAttributes(payload)
    }
}
