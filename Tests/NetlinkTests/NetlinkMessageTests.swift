import IEEE80211
import Testing

@testable import Netlink

@Suite("Netlink attributes")
struct NetlinkAttributesTests {
    static let sample =
        attribute(1, octets(UInt32(7))) + attribute(2, Array("wlan0".utf8) + [0]) + attribute(3, [])
        + attribute(0x8000 | 4, attribute(1, [9]) + attribute(2, octets(UInt16(513))))
        + attribute(5, [1, 2, 3, 4, 5, 6])

    @Test("values of every shape are read")
    func shapes() throws {
        let attributes = try NetlinkAttributes(Self.sample)
        #expect(attributes.types == [1, 2, 3, 4, 5])
        #expect(attributes.u32(1) == 7)
        #expect(attributes.u8(1) == octets(UInt32(7))[0])
        #expect(attributes.u64(1) == nil)
        #expect(attributes.string(2) == "wlan0")
        #expect(attributes.has(3))
        #expect(!attributes.has(6))
        #expect(attributes.u8(3) == nil)
        #expect(attributes.bytes(3) == [])
        #expect(try attributes.nested(4)?.u8(1) == 9)
        #expect(try attributes.nested(4)?.u16(2) == 513)
        #expect(try attributes.members(4) == [[9], octets(UInt16(513))])
        #expect(try attributes.nested(6) == nil)
        #expect(attributes.macAddress(5) == MACAddress("01:02:03:04:05:06"))
        #expect(attributes.macAddress(1) == nil)
        #expect(attributes.u32Array(5) == [UInt32](octets: [1, 2, 3, 4]))
    }

    @Test("attributes cut anywhere are read up to the cut or refused with an offset inside")
    func truncation() throws {
        var ends: Set<Int> = [0]
        var offset = 0
        for part in [8, 12, 4, 20, 12] {
            offset += part
            ends.insert(offset)
        }
        for count in 0...Self.sample.count {
            let prefix = Array(Self.sample.prefix(count))
            do {
                _ = try NetlinkAttributes(prefix)
            } catch {
                #expect(!ends.contains(count))
                #expect((0..<count).contains(error.offset))
            }
        }
        #expect(throws: Never.self) { try NetlinkAttributes(Self.sample + [0, 0, 0]) }
    }

    @Test("an attribute shorter than its header is refused, not read for ever")
    func shortLength() {
        for length: UInt16 in 0..<4 {
            #expect(throws: MalformedOctets.self) { try NetlinkAttributes(octets(length) + octets(UInt16(1))) }
        }
    }

    @Test("the last of two attributes of one type counts")
    func repeated() throws {
        #expect(try NetlinkAttributes(attribute(1, [1]) + attribute(1, [2])).u8(1) == 2)
    }

    @Test("mutated attributes never trap")
    func mutation() {
        var generator = SeededGenerator(state: 3)
        for _ in 0..<100_000 {
            guard let attributes = try? NetlinkAttributes(generator.mutate(Self.sample)) else { continue }
            for type in attributes.types {
                _ = attributes.u64(type)
                _ = attributes.string(type)
                _ = attributes.u32Array(type)
                _ = try? attributes.nestedArray(type)
            }
        }
    }
}

extension [UInt32] {
    fileprivate init(octets: [UInt8]) {
        self = [octets.number(UInt32.self, at: 0)]
    }
}

@Suite("Netlink messages")
struct NetlinkMessageTests {
    @Test("a datagram is taken apart, and what is cut off is told of")
    func datagram() {
        let datagram = message(type: 28, [1, 2, 3]) + message(type: 3, sequence: 9, octets(Int32(0)))
        let (messages, damage) = NetlinkMessage.messages(in: datagram)
        #expect(messages.map(\.type) == [28, 3])
        #expect(messages.map(\.sequence) == [1, 9])
        #expect(messages[0].payload == [1, 2, 3])
        #expect(damage == nil)
        for count in 21..<datagram.count {
            let (messages, damage) = NetlinkMessage.messages(in: Array(datagram.prefix(count)))
            #expect(messages.count == 1)
            #expect(damage?.offset == 20)
        }
    }

    @Test("a refusal has the error number, the kernel's words, the offset and the missing attribute")
    func extendedAcknowledgement() throws {
        let request = message(type: 28, [1, 2, 3, 4])
        let attributes =
            attribute(1, Array("SOCKET_OWNER not set".utf8) + [0]) + attribute(2, octets(UInt32(20)))
            + attribute(5, octets(UInt32(204)))
        let capped = message(type: 2, flags: 0x300, octets(Int32(-22)) + request.prefix(16) + attributes)
        let whole = message(type: 2, flags: 0x200, octets(Int32(-22)) + request + attributes)
        for datagram in [capped, whole] {
            let acknowledgement = try NetlinkAcknowledgement(NetlinkMessage.messages(in: datagram).messages[0])
            let error = try #require(NetlinkError(command: "NL80211_CMD_CONNECT", acknowledgement: acknowledgement))
            #expect(error.kind == .refused)
            #expect(error.errno == 22)
            #expect(error.errnoName == "EINVAL")
            #expect(error.text == "SOCKET_OWNER not set")
            #expect(error.offset == 20)
            #expect(error.missingAttribute == 204)
            #expect(
                error.description == "NL80211_CMD_CONNECT: Invalid argument (EINVAL, 22): SOCKET_OWNER not set, "
                    + "attribute 204 missing, at offset 20 of the request"
            )
        }
    }

    @Test("error numbers that libnl merges stay apart", arguments: [100, 132, 114, 107, 115] as [Int32])
    func errorNumbers(_ number: Int32) throws {
        let datagram = message(type: 2, flags: 0x100, octets(-number) + [UInt8](repeating: 0, count: 16))
        let acknowledgement = try NetlinkAcknowledgement(NetlinkMessage.messages(in: datagram).messages[0])
        let error = try #require(NetlinkError(command: "X", acknowledgement: acknowledgement))
        #expect(error.errno == number)
        #expect(error.errnoName != "unknown")
    }

    @Test("an acknowledgement with 0 is no error, one without a number is malformed")
    func otherAcknowledgements() throws {
        let success = message(type: 2, octets(Int32(0)) + [UInt8](repeating: 0, count: 16))
        let acknowledgement = try NetlinkAcknowledgement(NetlinkMessage.messages(in: success).messages[0])
        #expect(NetlinkError(command: "X", acknowledgement: acknowledgement) == nil)
        #expect(throws: MalformedOctets.self) {
            try NetlinkAcknowledgement(NetlinkMessage.messages(in: message(type: 2, [0, 0])).messages[0])
        }
        let extreme = message(type: 2, octets(Int32.min))
        #expect(try NetlinkAcknowledgement(NetlinkMessage.messages(in: extreme).messages[0]).errno == .max)
    }

    @Test("mutated datagrams never trap")
    func mutation() {
        var generator = SeededGenerator(state: 4)
        let seeds = [
            message(type: 2, flags: 0x200, octets(Int32(-22)) + message(type: 28, [1]) + attribute(1, [65, 0])),
            message(type: 3, flags: 0x2, octets(Int32(-1))) + message(type: 28, [1, 0, 0, 0] + attribute(1, [1])),
        ]
        for round in 0..<50_000 {
            for message in NetlinkMessage.messages(in: generator.mutate(seeds[round % 2])).messages {
                _ = try? NetlinkAcknowledgement(message)
                _ = try? GenericNetlinkMessage(message).attributes()
            }
        }
    }
}

@Suite("What happens to addresses")
struct AddressChangeTests {
    /// A message of rtnetlink(7) about an address of interface 7.
    private func change(
        type: UInt16 = 20,
        family: UInt8 = 2,
        scope: UInt8 = 0,
        attribute: UInt16 = 2,
        _ address: [UInt8]
    ) throws -> RouteNetlink.AddressChange {
        let length = 16 + 8 + 4 + address.count
        var octets: [UInt8] = [UInt8(length), 0, 0, 0, UInt8(type), 0] + [UInt8](repeating: 0, count: 10)
        octets += [family, 24, 0, scope, 7, 0, 0, 0]
        octets += [UInt8(4 + address.count), 0, UInt8(attribute), 0] + address
        return RouteNetlink.AddressChange(try #require(NetlinkMessage.messages(in: octets).messages.first))
    }

    @Test("an address that was added counts, unless it is good for the link only or made up")
    func added() throws {
        #expect(try change([10, 77, 1, 9]) == .added(interface: 7))
        let global: [UInt8] = [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 12)
        #expect(try change(family: 10, attribute: 1, global) == .added(interface: 7))
        #expect(try change([169, 254, 3, 4]) == .other)
        #expect(try change(family: 10, scope: 253, attribute: 1, [0xFE, 0x80]) == .other)
        #expect(try change(type: 21, [10, 77, 1, 9]) == .other, "removed")
        #expect(try change(type: 24, [10, 77, 1, 9]) == .other, "a route")
        #expect(try change(attribute: 3, [10, 77, 1, 9]) == .other, "a label")
    }
}
