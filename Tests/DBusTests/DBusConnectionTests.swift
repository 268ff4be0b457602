import Testing

@testable import DBus

@Suite("A connection to a real dbus-daemon")
struct DBusConnectionTests {
    private func busCall(_ member: String, _ arguments: [DBusValue] = []) -> DBusCall {
        DBusCall(
            destination: "org.freedesktop.DBus",
            path: "/org/freedesktop/DBus",
            interface: "org.freedesktop.DBus",
            member: member,
            arguments: arguments
        )
    }

    @Test("hello gives a unique name, and calls give replies")
    func hello() async throws {
        let bus = try PrivateBus()
        let connection = try await DBusConnection(address: bus.address)
        let name = await connection.uniqueName
        #expect(name.hasPrefix(":"))
        let names = try await connection.call(busCall("ListNames")).first?.elements?.compactMap(\.text)
        #expect(names?.contains(name) == true)
        withExtendedLifetime(bus) {}
    }

    @Test("an error reply keeps its name, its text and the member that was called")
    func errorReply() async throws {
        let bus = try PrivateBus()
        let connection = try await DBusConnection(address: bus.address)
        let error = await #expect(throws: DBusError.self) {
            try await connection.call(
                DBusCall(destination: "org.example.Nobody", path: "/", interface: "org.example.Nobody", member: "Call")
            )
        }
        #expect(
            error?.name == "org.freedesktop.DBus.Error.NameHasNoOwner"
                || error?.name == "org.freedesktop.DBus.Error.ServiceUnknown"
        )
        #expect(error?.member == "org.example.Nobody.Call")
        #expect(error?.message.contains("org.example.Nobody") == true)
        withExtendedLifetime(bus) {}
    }

    @Test("a name without an owner is nil, not an error")
    func ownerOfNobody() async throws {
        let bus = try PrivateBus()
        let connection = try await DBusConnection(address: bus.address)
        #expect(try await connection.owner(of: "org.example.Nobody") == nil)
        #expect(try await connection.owner(of: "org.freedesktop.DBus") == "org.freedesktop.DBus")
        withExtendedLifetime(bus) {}
    }

    @Test("signals arrive in order, from the sender that was asked for")
    func signals() async throws {
        let bus = try PrivateBus()
        let connection = try await DBusConnection(address: bus.address)
        let changes = try await connection.ownerChanges(of: "org.example.Ours")
        let other = try await DBusConnection(address: bus.address)
        _ = try await other.call(busCall("RequestName", [.string("org.example.Ours"), .uint32(0)]))
        await other.close()
        var owners: [String] = []
        for try await change in changes {
            owners.append(change.body[2].text ?? "?")
            if owners.count == 2 { break }
        }
        #expect(owners.first?.hasPrefix(":") == true)
        #expect(owners.last == "")
        withExtendedLifetime(bus) {}
    }

    @Test("a method call to this connection is refused, not left without an answer")
    func incomingCall() async throws {
        let bus = try PrivateBus()
        let server = try await DBusConnection(address: bus.address)
        let client = try await DBusConnection(address: bus.address)
        let name = await server.uniqueName
        let error = await #expect(throws: DBusError.self) {
            try await client.call(DBusCall(destination: name, path: "/x", interface: "a.b", member: "C"))
        }
        #expect(error?.name == DBusError.Name.unknownMethod)
        withExtendedLifetime((bus, server)) {}
    }

    @Test("a call to a bus that does not answer ends when its task is cancelled")
    func cancellation() async throws {
        let bus = try PrivateBus()
        let connection = try await DBusConnection(address: bus.address)
        bus.freeze()
        let call = Task { try await connection.call(busCall("ListNames")) }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        withExtendedLifetime(bus) {}
    }

    @Test("a bus that dies ends the calls and the streams with Disconnected")
    func death() async throws {
        let bus = try PrivateBus()
        let connection = try await DBusConnection(address: bus.address)
        let changes = try await connection.ownerChanges(of: "org.example.Ours")
        bus.freeze()
        let call = Task { try await connection.call(busCall("ListNames")) }
        bus.killDaemon()
        let error = await #expect(throws: DBusError.self) { try await call.value }
        #expect(error?.name == DBusError.Name.disconnected)
        await #expect(throws: DBusError.self) { for try await _ in changes {} }
        await #expect(throws: DBusError.self) { try await connection.call(busCall("ListNames")) }
    }

    @Test("no bus at all is an error with libdbus's own name")
    func noBus() async throws {
        let error = await #expect(throws: DBusError.self) {
            try await DBusConnection(address: "unix:path=/nonexistent/bus")
        }
        #expect(error?.name == "org.freedesktop.DBus.Error.FileNotFound")
    }

    @Test("a connection that is dropped, at any moment and on any thread, ends on its own queue")
    func dropped() async throws {
        let bus = try PrivateBus()
        let address = bus.address
        for round in 0..<200 {
            let task = Task {
                let connection = try await DBusConnection(address: address)
                for _ in 0..<(round % 4) { _ = try await connection.owner(of: "org.example.Nobody") }
            }
            if round % 3 == 0 { task.cancel() }
            _ = await task.result
        }
        withExtendedLifetime(bus) {}
    }

    @Test("two thousand cancelled calls leave no continuation behind")
    func manyCancelled() async throws {
        let bus = try PrivateBus()
        let connection = try await DBusConnection(address: bus.address)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2000 {
                group.addTask { _ = try? await connection.call(busCall("ListNames")) }
            }
            group.cancelAll()
        }
        #expect(await connection.waitingCalls == 0)
        withExtendedLifetime(bus) {}
    }
}
