/// Octets that are cleared by whoever owns them: a key on its way to the kernel.
package protocol SecretAttribute: Sendable {
    /// How many there are.
    var count: Int { get }
    /// Gives the octets to a closure, which must not keep them.
    func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

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
        /// Octets that must not stay in memory: the message is cleared when it has been sent.
        case secret(any SecretAttribute)
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
            case .secret(let secret): secret.count + 3
            case .string(let string): string.utf8.count + 4
            case .nested(let attributes): attributes.reduce(0) { $0 + $1.size }
            }
        return 4 + content
    }
}

/// A command for the kernel.
package struct NetlinkRequest: Sendable {
    /// The message type; of generic netlink, the family's number.
    let type: UInt16
    /// What follows the message's header, before the attributes: the protocol's own header.
    let header: [UInt8]
    /// The command as its owner writes it, for errors.
    let name: String
    /// Whether all objects of a kind are asked for, and not one.
    let isDump: Bool
    /// Whether something is added, in the place of what is there already.
    let isAddition: Bool
    let attributes: [RequestAttribute]

    /// Makes a command for a generic netlink family.
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
        self.init(
            type: family,
            header: [command, version, 0, 0],
            name: name,
            isDump: isDump,
            attributes: attributes
        )
    }

    /// Makes a command of another protocol; its header has a multiple of four octets.
    init(
        type: UInt16,
        header: [UInt8],
        name: String,
        isDump: Bool = false,
        isAddition: Bool = false,
        attributes: [RequestAttribute]
    ) {
        self.type = type
        self.isAddition = isAddition
        self.header = header
        self.name = name
        self.isDump = isDump
        self.attributes = attributes
    }

    var flags: NetlinkMessage.Flags {
        if isDump { return [.request, .dump] }
        return isAddition ? [.request, .acknowledge, .create, .replace] : [.request, .acknowledge]
    }
}
