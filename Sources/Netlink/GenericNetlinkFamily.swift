import Glibc
import IEEE80211

/// A generic netlink family as the running kernel numbers it.
package struct GenericNetlinkFamily: Sendable {
    /// The number of the family's messages.
    package let number: UInt16
    /// The name.
    package let name: String
    /// The version of the family's protocol.
    package let version: UInt8
    /// The numbers of the multicast groups by name.
    package let groups: [String: UInt32]

    /// Makes a family from what is known of it.
    package init(number: UInt16, name: String, version: UInt8, groups: [String: UInt32]) {
        self.number = number
        self.name = name
        self.version = version
        self.groups = groups
    }

    /// Numbers of the controller, the family that knows the families (`linux/genetlink.h`).
    private enum Controller {
        static let family: UInt16 = 0x10
        static let version: UInt8 = 2
        static let getFamily: UInt8 = 3
        static let familyID: UInt16 = 1
        static let familyName: UInt16 = 2
        static let familyVersion: UInt16 = 3
        static let multicastGroups: UInt16 = 7
        static let groupName: UInt16 = 1
        static let groupID: UInt16 = 2
    }

    /// Reads the controller's message about a family; nil when it has neither number nor name.
    init?(_ message: GenericNetlinkMessage) throws(MalformedOctets) {
        let attributes = try message.attributes()
        guard let number = attributes.u16(Controller.familyID), let name = attributes.string(Controller.familyName)
        else { return nil }
        var groups: [String: UInt32] = [:]
        for group in try attributes.nestedArray(Controller.multicastGroups) {
            if let name = group.string(Controller.groupName), let id = group.u32(Controller.groupID) {
                groups[name] = id
            }
        }
        self.init(
            number: number,
            name: name,
            version: UInt8(truncatingIfNeeded: attributes.u32(Controller.familyVersion) ?? 1),
            groups: groups
        )
    }

    fileprivate static func request(named name: String?) -> NetlinkRequest {
        NetlinkRequest(
            family: Controller.family,
            version: Controller.version,
            command: Controller.getFamily,
            name: "CTRL_CMD_GETFAMILY",
            isDump: name == nil,
            attributes: name.map { [RequestAttribute(Controller.familyName, .string($0))] } ?? []
        )
    }
}

extension NetlinkConnection {
    /// Asks the kernel for a family; it may load a module for it.
    ///
    /// - Throws: `NetlinkError` of kind `.noFamily` with ENOENT when there is none, and as ``send(_:)``.
    package func family(named name: String) async throws(NetlinkError) -> GenericNetlinkFamily {
        let messages: [GenericNetlinkMessage]
        do throws(NetlinkError) {
            messages = try await send(GenericNetlinkFamily.request(named: name))
        } catch {
            guard error.kind == .refused, error.errno == ENOENT else { throw error }
            throw NetlinkError(command: error.command, kind: .noFamily(name), errno: ENOENT, underlyingError: error)
        }
        guard let message = messages.first, let family = try decode(message) else {
            throw NetlinkError(command: "CTRL_CMD_GETFAMILY", kind: .noAnswer)
        }
        return family
    }

    /// Lists the families of the kernel.
    ///
    /// - Throws: `NetlinkError` as ``send(_:)``.
    package func families() async throws(NetlinkError) -> [GenericNetlinkFamily] {
        var families: [GenericNetlinkFamily] = []
        for message in try await send(GenericNetlinkFamily.request(named: nil)) {
            if let family = try decode(message) {
                families.append(family)
            }
        }
        return families
    }

    private func decode(_ message: GenericNetlinkMessage) throws(NetlinkError) -> GenericNetlinkFamily? {
        do throws(MalformedOctets) {
            return try GenericNetlinkFamily(message)
        } catch {
            throw NetlinkError(command: "CTRL_CMD_GETFAMILY", kind: .malformed(error))
        }
    }
}
