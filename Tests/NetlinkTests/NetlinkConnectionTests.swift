import Foundation
import Testing

@testable import Netlink

/// The running kernel answers these: every Linux has the family `nlctrl`.
@Suite("Generic netlink against the running kernel")
struct NetlinkConnectionTests {
    let connection = NetlinkConnection()

    @Test("a family that exists is found")
    func family() async throws {
        let family = try await connection.family(named: "nlctrl")
        #expect(family.number == 16)
        #expect(family.name == "nlctrl")
        #expect(family.groups["notify"] != nil)
        #expect(await connection.pendingCount == 0)
    }

    @Test("a family that does not exist is ENOENT with the kernel's answer beneath")
    func noFamily() async throws {
        let error = await #expect(throws: NetlinkError.self) { try await connection.family(named: "no-such-thing") }
        #expect(error?.kind == .noFamily("no-such-thing"))
        #expect(error?.errno == 2)
        let refusal = try #require(error?.underlyingError as? NetlinkError)
        #expect(refusal.kind == .refused)
        #expect(refusal.errnoName == "ENOENT")
        #expect("\(try #require(error))" == "CTRL_CMD_GETFAMILY: the kernel has no no-such-thing (ENOENT, 2)")
    }

    @Test("a dump lists all families")
    func dump() async throws {
        let families = try await connection.families()
        #expect(families.contains { $0.name == "nlctrl" })
    }

    @Test("dumps and requests at the same time each get their own answer")
    func concurrency() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    switch index % 3 {
                    case 0: try await connection.families().contains { $0.name == "nlctrl" }
                    case 1: try await connection.family(named: "nlctrl").number == 16
                    default: (try? await connection.family(named: "absent\(index % 5)")) == nil
                    }
                }
            }
            for try await isRight in group {
                #expect(isRight)
            }
        }
        #expect(await connection.pendingCount == 0)
    }

    @Test("the kernel's refusal has its number and words")
    func refusal() async throws {
        // An attribute of two octets where the policy wants a string that ends: CTRL_ATTR_FAMILY_ID as one octet.
        let request = NetlinkRequest(
            family: 16,
            version: 2,
            command: 3,
            name: "CTRL_CMD_GETFAMILY",
            attributes: [RequestAttribute(1, .u8(1))]
        )
        let error = await #expect(throws: NetlinkError.self) { try await connection.send(request) }
        #expect(error?.kind == .refused)
        #expect(error?.errnoName == "ERANGE" || error?.errnoName == "EINVAL")
        #expect(error?.text != nil)
        let unknown = NetlinkRequest(family: 16, command: 200, name: "CTRL_CMD_200")
        let other = await #expect(throws: NetlinkError.self) { try await connection.send(unknown) }
        #expect(other?.errnoName == "EOPNOTSUPP")
        #expect(await connection.pendingCount == 0)
    }

    @Test("cancelled requests leave nothing behind, and the connection goes on")
    func cancellation() async throws {
        await withTaskGroup { group in
            for index in 0..<500 {
                group.addTask {
                    let task = Task { try await connection.families() }
                    if index % 2 == 0 { await Task.yield() }
                    task.cancel()
                    switch await task.result {
                    case .success: break
                    case .failure(let error): #expect((error as? NetlinkError)?.kind == .cancelled)
                    }
                }
            }
        }
        #expect(await connection.pendingCount == 0)
        #expect(try await connection.families().isEmpty == false)
    }

    @Test("messages that the kernel had no room for cost a socket only where nobody owns anything by it")
    func overrun() async throws {
        for isOwner in [false, true] {
            let (losses, continuation) = AsyncStream.makeStream(of: Void.self)
            let note: @Sendable (NetlinkConnection.Unsolicited) -> Void = { what in
                if case .lost = what { continuation.yield() }
            }
            let connection = NetlinkConnection(unsolicited: isOwner ? note : nil)
            #expect(try await connection.families().isEmpty == false)
            await connection.lostMessages()
            #expect(await connection.pendingCount == 0)
            #expect(try await connection.families().isEmpty == false)
            continuation.finish()
            var count = 0
            for await _ in losses { count += 1 }
            #expect(count == 0)
        }
    }

    @Test("attributes of every shape reach the kernel as they were meant")
    func writing() async throws {
        // The kernel ignores attributes that it does not know here; what counts is that it can read the message.
        let request = NetlinkRequest(
            family: 16,
            version: 2,
            command: 3,
            name: "CTRL_CMD_GETFAMILY",
            attributes: [
                RequestAttribute(2, .string("nlctrl")), RequestAttribute(1000, .flag),
                RequestAttribute(1001, .u16(1)), RequestAttribute(1002, .u32(2)), RequestAttribute(1003, .u64(3)),
                RequestAttribute(1004, .bytes([1, 2, 3])), RequestAttribute(1005, .bytes([])),
                RequestAttribute(1006, .nested([RequestAttribute(1, .u8(1)), RequestAttribute(2, .nested([]))])),
                RequestAttribute(1007, .bytes([UInt8](repeating: 7, count: 10_000))),
            ]
        )
        let messages = try await connection.send(request)
        #expect(messages.count == 1)
        #expect(try GenericNetlinkFamily(messages[0])?.name == "nlctrl")
    }

    @Test("sockets are closed with their connections")
    func descriptors() async throws {
        func open() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        for _ in 0..<200 {
            _ = try await NetlinkConnection().family(named: "nlctrl")
        }
        // Other tests have descriptors too, but not 100.
        #expect(try open() < 150)
    }
}

@Suite("nl80211 against the running kernel")
struct NL80211KernelTests {
    @Test("nl80211 is there, or its absence is told clearly with ENOENT beneath")
    func presence() async throws {
        do {
            let nl80211 = try await NL80211()
            _ = try await nl80211.wiphys()
            for interface in try await nl80211.interfaces() {
                _ = try await nl80211.scanResults(interface: interface.index)
            }
            let stream = try await nl80211.events()
            stream.close()
            for await _ in stream {}
        } catch {
            let text = "the kernel has no nl80211 (no mac80211/cfg80211 module loaded?) (ENOENT, 2)"
            #expect("\(error)" == "CTRL_CMD_GETFAMILY: \(text)")
            #expect((error.underlyingError as? NetlinkError)?.errno == 2)
        }
    }
}

@Suite("Event stream")
struct NL80211EventStreamTests {
    /// A stream of the controller's notifications, of which there are none: what counts is how it begins and ends.
    private func quietStream() async throws -> NL80211EventStream {
        let family = try await NetlinkConnection().family(named: "nlctrl")
        let group = try #require(family.groups["notify"])
        return try await NL80211Listener.open(family: family, groups: [group], capacity: 8)
    }

    @Test("closing ends the stream")
    func closing() async throws {
        let stream = try await quietStream()
        stream.close()
        var count = 0
        for await _ in stream { count += 1 }
        #expect(count == 0)
    }

    @Test("closing from elsewhere ends a reader that waits")
    func closingElsewhere() async throws {
        let stream = try await quietStream()
        let reader = Task { for await _ in stream {} }
        await Task.yield()
        stream.close()
        await reader.value
    }

    @Test("cancelling the reader ends it")
    func cancelling() async throws {
        let stream = try await quietStream()
        let reader = Task { for await _ in stream {} }
        await Task.yield()
        reader.cancel()
        await reader.value
    }

    @Test("a reader that holds the iterator alone keeps the listener, one that lets go of it does not")
    func iteratorAlone() async throws {
        var stream: NL80211EventStream? = try await quietStream()
        weak let listener = stream?.listener
        var iterator = stream?.makeAsyncIterator()
        stream = nil
        withExtendedLifetime(iterator) { #expect(listener != nil) }
        iterator = nil
        while listener != nil {
            await Task.yield()
        }
    }

    @Test("events that a slow reader lost are told of")
    func overrun() async {
        let (stream, continuation) = AsyncStream.makeStream(of: NL80211Event.self, bufferingPolicy: .bufferingNewest(8))
        let listener = NL80211Listener(family: 28, capacity: 8, continuation: continuation)
        for _ in 0..<100 {
            await listener.receive(message(type: 28, [34, 1, 0, 0] + attribute(3, octets(UInt32(1)))))
        }
        await listener.close()
        var scans = 0
        var overruns = 0
        for await event in stream {
            switch event.kind {
            case .newScanResults: scans += 1
            case .overrun: overruns += 1
            default: Issue.record("\(event.kind)")
            }
        }
        #expect(scans + overruns == 8)
        #expect(overruns >= 1)
        #expect(scans >= 6)
    }

    @Test("messages of another family and control messages are no events, damage is one")
    func otherMessages() async {
        let (stream, continuation) = AsyncStream.makeStream(of: NL80211Event.self)
        let listener = NL80211Listener(family: 28, capacity: 8, continuation: continuation)
        await listener.receive(message(type: 29, [34, 1, 0, 0]) + message(type: 1, []) + message(type: 28, [34]))
        await listener.receive([1, 2, 3])
        await listener.close()
        var malformed = 0
        for await event in stream {
            if case .malformed = event.kind { malformed += 1 } else { Issue.record("\(event.kind)") }
        }
        #expect(malformed == 2)
    }
}
