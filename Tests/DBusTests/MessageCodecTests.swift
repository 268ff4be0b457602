import CLibDBus
import Testing

@testable import DBus

@Suite("Values on the wire")
struct MessageCodecTests {
    static let values: [DBusValue] = [
        .byte(255), .bool(true), .bool(false), .int16(-2), .uint16(65535), .int32(.min), .uint32(.max),
        .int64(.min), .uint64(.max), .double(-0.5), .string(""), .string("Café \u{1F600}"), .objectPath("/a/b"),
        .signature("a{sv}"), .octets([]), .octets([0, 1, 255]),
        .array(of: "s", []), .strings(["a", "b"]), .array(of: "ay", [.octets([1]), .octets([])]),
        .dictionary(key: "s", value: "v", []),
        .properties(["ssid": .octets([0x43]), "nested": .properties(["x": .uint32(1)])]),
        .dictionary(
            key: "s",
            value: "a{sv}",
            [.init(key: .string("connection"), value: .properties(["id": .string("Cafe")]))]
        ),
        .structure([.byte(1), .structure([.string("x")])]),
        .variant(.variant(.int32(7))),
    ]

    @Test("what is appended is what is decoded", arguments: values)
    func roundTrip(value: DBusValue) throws {
        let message = try OwnedMessage.methodCall(
            DBusCall(destination: "a.b", path: "/", interface: "a.b", member: "C", arguments: [value, .byte(42)])
        )
        let decoded = try #require(DBusMessage(decoding: message.pointer))
        #expect(decoded.body == [value, .byte(42)])
        #expect(decoded.member == "C")
    }

    static let unsendable: [DBusValue] = [
        .string("a\0b"), .objectPath("no path"), .signature("!"), .array(of: "s", [.byte(1)]), .array(of: "", []),
        .dictionary(key: "s", value: "s", [.init(key: .string("k"), value: .byte(1))]),
    ]

    @Test("what libdbus would end the process for is refused with an error", arguments: unsendable)
    func refused(value: DBusValue) {
        let error = #expect(throws: DBusError.self) {
            _ = try OwnedMessage.methodCall(
                DBusCall(destination: "a.b", path: "/", interface: "a.b", member: "C", arguments: [value])
            )
        }
        #expect(error?.name == DBusError.Name.invalidArguments)
    }

    @Test("a match rule compares the sender itself")
    func spoofedSignal() {
        let rule = MatchRule(sender: ":1.5", pathNamespace: "/org/x", member: "Changed")
        func signal(_ sender: String, _ path: String) -> DBusMessage {
            DBusMessage(kind: .signal, sender: sender, path: path, member: "Changed")
        }
        #expect(rule.matches(signal(":1.5", "/org/x/y")))
        #expect(rule.matches(signal(":1.5", "/org/x")))
        #expect(!rule.matches(signal(":1.5", "/org/xy")))
        #expect(!rule.matches(signal(":1.6", "/org/x/y")))
    }
}
