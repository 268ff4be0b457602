internal import CLibDBus
internal import DispatchExecutor
internal import Glibc

/// A private connection to a message bus.
///
/// Every call waits without blocking a thread, and ends when its task is cancelled: the reply is then ignored. Replies
/// are matched by serial, signals are given out in the order in which the bus sent them.
package actor DBusConnection {
    private let executor: DispatchQueueExecutor
    private var transport: BusTransport?
    private var calls: [UInt32: CheckedContinuation<DBusMessage, any Error>] = [:]
    private var subscriptions: [UInt64: Subscription] = [:]
    private var nextSubscription: UInt64 = 0
    private var ending: DBusError?

    /// The name that the bus gave this connection, such as `:1.42`.
    package private(set) var uniqueName = ""

    private struct Subscription {
        let rule: MatchRule
        let continuation: AsyncThrowingStream<DBusMessage, any Error>.Continuation
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// The bus's own name, path and interface.
    private static let busName = "org.freedesktop.DBus"
    private static let busPath = "/org/freedesktop/DBus"

    /// The address of the system bus: `DBUS_SYSTEM_BUS_ADDRESS`, or the well-known socket.
    package static var systemBusAddress: String {
        getenv("DBUS_SYSTEM_BUS_ADDRESS").map { String(cString: $0) } ?? "unix:path=/run/dbus/system_bus_socket"
    }

    /// Connects and says hello.
    ///
    /// - Parameter address: the server address of the bus.
    /// - Throws: ``DBusError``, or `CancellationError` where the task is cancelled meanwhile.
    package init(address: String = DBusConnection.systemBusAddress) async throws {
        executor = DispatchQueueExecutor(label: "hotspot.dbus")
        try connect(to: address)
        let reply = try await call(
            DBusCall(destination: Self.busName, path: Self.busPath, interface: Self.busName, member: "Hello")
        )
        guard let name = reply.first?.text else {
            throw DBusError.unexpectedReply(to: "Hello", expected: "a name", found: reply.description)
        }
        uniqueName = name
        transport?.setUniqueName(name)
    }

    private func connect(to address: String) throws(DBusError) {
        transport = try BusTransport(address: address, queue: executor.queue) { [weak self] message in
            guard let self, let received = ReceivedMessage(message) else { return }
            // Made and used on the queue, within this call.
            nonisolated(unsafe) let message = received
            self.assumeIsolated { $0.receive(message) }
        }
    }

    /// libdbus and its sources are used on the queue only, and the last reference may go on any thread.
    isolated deinit {
        transport = nil
    }

    // MARK: Calls

    /// Sends a method call and waits for its reply.
    ///
    /// - Parameter call: what is called, where, with which arguments.
    /// - Returns: the reply's values.
    /// - Throws: ``DBusError`` where the peer answers with an error or the connection ends, `CancellationError` where the
    ///   task is cancelled. There is no time limit of its own: the caller's deadline cancels.
    package func call(_ call: DBusCall) async throws -> [DBusValue] {
        let member = call.interface + "." + call.member
        try Task.checkCancellation()
        if let ending { throw ending }
        guard let transport else {
            throw DBusError(name: DBusError.Name.disconnected, message: "the connection is closed", member: member)
        }
        let serial = try transport.send(OwnedMessage.methodCall(call), member: member)
        let reply: DBusMessage = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<DBusMessage, any Error>) in
                // The actor is not left between the send and this line, so the reply cannot have come yet; the
                // cancellation can.
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                } else {
                    calls[serial] = continuation
                }
            }
        } onCancel: {
            Task { await self.cancelCall(serial) }
        }
        if reply.kind == .error {
            throw DBusError(
                name: reply.errorName ?? "",
                message: reply.body.first?.text ?? "",
                member: member
            )
        }
        return reply.body
    }

    /// How many calls wait for their reply.
    var waitingCalls: Int { calls.count }

    private func cancelCall(_ serial: UInt32) {
        calls.removeValue(forKey: serial)?.resume(throwing: CancellationError())
    }

    // MARK: Signals

    /// Subscribes to signals: when this returns, the bus has accepted the rule and none is missed.
    ///
    /// The stream ends with ``DBusError`` when the connection does. Dropping the stream, or ending its task, removes the
    /// rule.
    ///
    /// - Parameter rule: which signals are wanted.
    /// - Returns: the signals, in the order of their arrival.
    /// - Throws: ``DBusError`` where the bus refuses the rule, `CancellationError`.
    package func signals(matching rule: MatchRule) async throws -> AsyncThrowingStream<DBusMessage, any Error> {
        let id = nextSubscription
        nextSubscription += 1
        let (stream, continuation) = AsyncThrowingStream<DBusMessage, any Error>.makeStream(
            bufferingPolicy: .bufferingNewest(4096)
        )
        subscriptions[id] = Subscription(rule: rule, continuation: continuation)
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            Task { await self.unsubscribe(id) }
        }
        do {
            _ = try await call(busCall("AddMatch", [.string(rule.text)]))
        } catch {
            subscriptions[id] = nil
            continuation.finish(throwing: error)
            throw error
        }
        return stream
    }

    private func unsubscribe(_ id: UInt64) {
        guard let subscription = subscriptions.removeValue(forKey: id), let transport else { return }
        // Nobody waits for the answer: a rule that the bus still holds only costs signals that are then dropped.
        if let message = try? OwnedMessage.methodCall(busCall("RemoveMatch", [.string(subscription.rule.text)])) {
            _ = try? transport.send(message, member: "RemoveMatch")
        }
    }

    // MARK: Names

    /// The unique name that owns a well-known one, or nil where nobody does.
    ///
    /// - Parameter name: a well-known name, such as `org.freedesktop.NetworkManager`.
    /// - Returns: the unique name, or nil.
    /// - Throws: ``DBusError`` for every other answer of the bus, `CancellationError`.
    package func owner(of name: String) async throws -> String? {
        do {
            return try await call(busCall("GetNameOwner", [.string(name)])).first?.text
        } catch let error as DBusError where error.name == "org.freedesktop.DBus.Error.NameHasNoOwner" {
            return nil
        }
    }

    /// All names that have an owner now.
    ///
    /// - Throws: ``DBusError``, `CancellationError`.
    package func names() async throws -> Set<String> {
        Set(try await call(busCall("ListNames", [])).first?.elements?.compactMap(\.text) ?? [])
    }

    /// Subscribes to the changes of a name's owner; see ``signals(matching:)``.
    package func ownerChanges(of name: String) async throws -> AsyncThrowingStream<DBusMessage, any Error> {
        try await signals(
            matching: MatchRule(
                sender: Self.busName,
                path: Self.busPath,
                interface: Self.busName,
                member: "NameOwnerChanged",
                firstArgument: name
            )
        )
    }

    private func busCall(_ member: String, _ arguments: [DBusValue]) -> DBusCall {
        DBusCall(
            destination: Self.busName,
            path: Self.busPath,
            interface: Self.busName,
            member: member,
            arguments: arguments
        )
    }

    // MARK: Receiving

    private func receive(_ received: ReceivedMessage) {
        let message = received.message
        switch message.kind {
        case .methodReturn, .error:
            calls.removeValue(forKey: message.replySerial)?.resume(returning: message)
        case .signal:
            if message.interface == "org.freedesktop.DBus.Local", message.member == "Disconnected" {
                end(
                    with: DBusError(
                        name: DBusError.Name.disconnected,
                        message: "the bus closed the connection",
                        member: "read"
                    )
                )
                return
            }
            for subscription in subscriptions.values where subscription.rule.matches(message) {
                subscription.continuation.yield(message)
            }
        case .methodCall:
            if let refusal = received.refusal() {
                _ = try? transport?.send(refusal, member: "error reply")
            }
        }
    }

    /// Closes the connection; what still waits ends with ``DBusError`` `Disconnected`.
    package func close() {
        end(with: DBusError(name: DBusError.Name.disconnected, message: "closed by this program", member: "close"))
    }

    private func end(with error: DBusError) {
        guard ending == nil else { return }
        ending = error
        transport = nil
        for continuation in calls.values { continuation.resume(throwing: error) }
        calls = [:]
        for subscription in subscriptions.values { subscription.continuation.finish(throwing: error) }
        subscriptions = [:]
    }
}

/// A received message, and libdbus's own form of it while the receiving call lasts.
private struct ReceivedMessage {
    let message: DBusMessage
    private let pointer: OpaquePointer

    init?(_ pointer: OpaquePointer) {
        guard let message = DBusMessage(decoding: pointer) else { return nil }
        self.message = message
        self.pointer = pointer
    }

    func refusal() -> OwnedMessage? {
        .unknownMethod(inReplyTo: pointer)
    }
}
