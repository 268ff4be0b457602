/// An attribute of a request: its type in the family's numbering, and its value.
package struct RequestAttribute: Sendable {
    /// A value in one of netlink's shapes; numbers are written in the host's byte order.
    package indirect enum Value: Sendable {
        /// Present, without a value.
        case flag
        /// 8 bits.
        case u8(UInt8)
        /// 16 bits.
        case u16(UInt16)
        /// 32 bits.
        case u32(UInt32)
        /// 64 bits.
        case u64(UInt64)
        /// Octets as they are.
        case bytes([UInt8])
        /// Text with a zero octet after it.
        case string(String)
        /// Attributes.
        case nested([RequestAttribute])
    }

    let type: UInt16
    let value: Value

    /// Makes an attribute.
    package init(_ type: UInt16, _ value: Value) {
        self.type = type
        self.value = value
    }

    /// An upper bound of the octets it takes in a message.
    var size: Int {
        let content =
            switch value {
            case .flag: 0
            case .u8, .u16, .u32: 4
            case .u64: 8
            case .bytes(let bytes): bytes.count + 3
            case .string(let string): string.utf8.count + 4
            case .nested(let attributes): attributes.reduce(0) { $0 + $1.size }
            }
        return 4 + content
    }
}

/// A command for a generic netlink family.
package struct GenericNetlinkRequest: Sendable {
    /// The family's number.
    let family: UInt16
    /// The version of the family's protocol.
    let version: UInt8
    /// The family's command.
    let command: UInt8
    /// The command as its owner writes it, for errors.
    let name: String
    /// Whether all objects of a kind are asked for, and not one.
    let isDump: Bool
    let attributes: [RequestAttribute]

    /// Makes a command.
    ///
    /// - Parameters:
    ///   - family: the family's number.
    ///   - version: of the family's protocol.
    ///   - command: the family's number of the command.
    ///   - name: the command as its owner writes it, for errors.
    ///   - isDump: true to ask for all objects of a kind.
    ///   - attributes: in the order in which they are written.
    package init(
        family: UInt16,
        version: UInt8 = 1,
        command: UInt8,
        name: String,
        isDump: Bool = false,
        attributes: [RequestAttribute] = []
    ) {
        self.family = family
        self.version = version
        self.command = command
        self.name = name
        self.isDump = isDump
        self.attributes = attributes
    }

    var flags: NetlinkMessage.Flags {
        isDump ? [.request, .dump] : [.request, .acknowledge]
    }
}
