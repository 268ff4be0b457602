import Dispatch
import DispatchExecutor
import Glibc
import IEEE80211

/// Requests to the kernel, each answered by its sequence number.
///
/// The socket is opened by the first request. One dump runs at a time, because the kernel allows a socket no more; the
/// others wait their turn. A cancelled request is forgotten at once, its answer is dropped when it comes.
package actor NetlinkConnection {
    /// What the kernel sent for one request.
    private struct Answer {
        var messages: [GenericNetlinkMessage] = []
        var octets = 0
        /// The objects changed while they were listed, so the list may be incomplete.
        var isInterrupted = false
    }

    /// What comes without having been asked for, on the socket itself and not by a group.
    package enum Unsolicited: Sendable {
        /// A message for this socket alone.
        case message(GenericNetlinkMessage)
        /// The socket was given up after an error, and with it all that the kernel keeps for its owner.
        case lost
    }

    private struct Pending {
        let request: NetlinkRequest
        let continuation: CheckedContinuation<Result<Answer, NetlinkError>, Never>
        var answer = Answer()
    }

    /// No sensible answer has more: a dump of 500 access points is below 2000 messages and 4 MiB.
    private static let messageLimit = 16_384
    private static let octetLimit = 32 * 1024 * 1024
    private static let dumpAttempts = 3

    private nonisolated let executor: DispatchQueueExecutor
    private let answerTimeout: DispatchTimeInterval
    private let family: NetlinkSocket.Family
    private let unsolicited: (@Sendable (Unsolicited) -> Void)?

    private var link: WatchedSocket?
    private var sequence: UInt32 = 0
    private var pending: [UInt32: Pending] = [:]
    private var activeDump: UInt32?
    private var waitingDumps: [UInt32] = []

    /// The queue on which the socket is used.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// Makes a connection; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - label: the name of the queue.
    ///   - answerTimeoutMilliseconds: how long the kernel may take for one answer. This only guards against a kernel
    ///     that never answers; a caller's deadline cancels the task.
    ///   - unsolicited: takes, on the connection's queue, what comes without having been asked for.
    package init(
        label: String = "hotspot.netlink",
        answerTimeoutMilliseconds: Int = 10_000,
        unsolicited: (@Sendable (Unsolicited) -> Void)? = nil
    ) {
        self.init(
            label: label,
            family: .generic,
            answerTimeoutMilliseconds: answerTimeoutMilliseconds,
            unsolicited: unsolicited
        )
    }

    init(
        label: String,
        family: NetlinkSocket.Family,
        answerTimeoutMilliseconds: Int = 10_000,
        unsolicited: (@Sendable (Unsolicited) -> Void)? = nil
    ) {
        executor = DispatchQueueExecutor(label: label)
        answerTimeout = .milliseconds(answerTimeoutMilliseconds)
        self.family = family
        self.unsolicited = unsolicited
    }

    /// Closes the socket and fails what waits for an answer; a request after this opens another one.
    package func close() {
        reset(.cancelled, isWanted: true)
    }

    /// How many requests wait for an answer; for tests.
    package var pendingCount: Int { pending.count }

    /// Sends a request and returns what the kernel answers: one object, all of a dump, or nothing.
    ///
    /// - Throws: `NetlinkError`: refused by the kernel, or of another kind when no answer came; `.cancelled` when the
    ///   task was cancelled.
    package func send(_ request: NetlinkRequest) async throws(NetlinkError) -> [GenericNetlinkMessage] {
        var attempt = 1
        while true {
            let answer = try await exchange(request).get()
            guard answer.isInterrupted, attempt < Self.dumpAttempts else { return answer.messages }
            attempt += 1
        }
    }

    private func exchange(_ request: NetlinkRequest) async -> Result<Answer, NetlinkError> {
        guard !Task.isCancelled else { return .failure(NetlinkError(command: request.name, kind: .cancelled)) }
        repeat { sequence &+= 1 } while sequence == 0 || pending[sequence] != nil
        let number = sequence
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                pending[number] = Pending(request: request, continuation: continuation)
                if request.isDump, activeDump != nil {
                    waitingDumps.append(number)
                } else {
                    start(number)
                }
            }
        } onCancel: {
            onQueue { $0.fail(number, .cancelled) }
        }
    }

    private func start(_ number: UInt32) {
        guard let request = pending[number]?.request else { return }
        do throws(NetlinkError) {
            let link = try openedLink()
            try link.socket.send(request, sequence: number)
            if request.isDump {
                activeDump = number
            }
        } catch {
            finish(number, .failure(error))
            return
        }
        // The kernel works on a command while it is sent, so the answer is there already, and the source need not wake a
        // thread for it. Of a dump it makes the next part when the last one is read.
        readAll()
        guard pending[number] != nil || activeDump == number else { return }
        executor.queue.asyncAfter(deadline: .now() + answerTimeout) { [weak self] in
            self?.assumeIsolated { $0.timeOut(number) }
        }
    }

    private func openedLink() throws(NetlinkError) -> WatchedSocket {
        if let link { return link }
        let socket = try NetlinkSocket(name: "netlink", family: family)
        let link = WatchedSocket(socket, queue: executor.queue) { [weak self] in
            self?.assumeIsolated { $0.readAll() }
        }
        self.link = link
        return link
    }

    // MARK: Receiving

    private func readAll() {
        while let socket = link?.socket {
            do throws(NetlinkError) {
                switch try socket.receive() {
                case .nothing:
                    return
                case .overrun:
                    lostMessages()
                case .datagram(let datagram):
                    receive(datagram)
                }
            } catch {
                reset(error.kind, errno: error.errno)
            }
        }
    }

    private func receive(_ datagram: [UInt8]) {
        let (messages, damage) = NetlinkMessage.messages(in: datagram)
        for message in messages {
            receive(message)
        }
        if let damage {
            reset(.malformed(damage))
        }
    }

    private func receive(_ message: NetlinkMessage) {
        let number = message.sequence
        if message.flags.contains(.dumpInterrupted) {
            pending[number]?.answer.isInterrupted = true
        }
        switch message.type {
        case NetlinkMessage.ControlType.error, NetlinkMessage.ControlType.done:
            end(number, message)
        case NetlinkMessage.ControlType.overrun:
            lostMessages()
        case NetlinkMessage.ControlType.firstFamily... where number == 0:
            if let unsolicited, let message = try? GenericNetlinkMessage(message) { unsolicited(.message(message)) }
        case NetlinkMessage.ControlType.firstFamily...:
            append(message, to: number)
        default:
            break
        }
    }

    private func append(_ message: NetlinkMessage, to number: UInt32) {
        guard var entry = pending.removeValue(forKey: number) else { return }
        defer { pending[number] = entry }
        guard entry.answer.messages.count < Self.messageLimit, entry.answer.octets < Self.octetLimit else {
            onQueue { $0.giveUp(number, .tooLong) }
            return
        }
        do throws(MalformedOctets) {
            entry.answer.messages.append(try GenericNetlinkMessage(message))
            entry.answer.octets += message.payload.count
        } catch {
            onQueue { $0.giveUp(number, .malformed(error)) }
        }
    }

    private func end(_ number: UInt32, _ message: NetlinkMessage) {
        if let entry = pending[number] {
            do throws(MalformedOctets) {
                let acknowledgement = try NetlinkAcknowledgement(message)
                if let error = NetlinkError(command: entry.request.name, acknowledgement: acknowledgement) {
                    finish(number, .failure(error))
                } else {
                    finish(number, .success(entry.answer))
                }
            } catch {
                fail(number, .malformed(error))
            }
        }
        endDump(number)
    }

    // MARK: Ending

    private func finish(_ number: UInt32, _ result: Result<Answer, NetlinkError>) {
        pending.removeValue(forKey: number)?.continuation.resume(returning: result)
        waitingDumps.removeAll { $0 == number }
    }

    private func fail(_ number: UInt32, _ kind: NetlinkError.Kind, errno: Int32? = nil) {
        guard let name = pending[number]?.request.name else { return }
        finish(number, .failure(NetlinkError(command: name, kind: kind, errno: errno)))
    }

    /// Lets the next dump begin when this one has come to its end.
    private func endDump(_ number: UInt32) {
        guard activeDump == number else { return }
        activeDump = nil
        while activeDump == nil, !waitingDumps.isEmpty {
            start(waitingDumps.removeFirst())
        }
    }

    /// Fails a request whose answer can no longer be used; a dump would go on, so its socket is given up with it.
    private func giveUp(_ number: UInt32, _ kind: NetlinkError.Kind) {
        fail(number, kind)
        if activeDump == number {
            reset(.overrun)
        }
    }

    private func timeOut(_ number: UInt32) {
        guard pending[number] != nil || activeDump == number else { return }
        giveUp(number, .timedOut)
    }

    /// The kernel had no room for some messages: answers may be among them.
    ///
    /// A socket that somebody owns something by stays open, as the kernel would end that with it; what was lost beside
    /// answers its sender repeats, as an access point does with its EAPOL frames.
    func lostMessages() {
        guard unsolicited != nil else {
            reset(.overrun)
            return
        }
        failPending(.overrun)
    }

    /// Closes the socket and fails everything that was sent on it; the next request opens another.
    private func reset(_ kind: NetlinkError.Kind, errno: Int32? = nil, isWanted: Bool = false) {
        if link != nil, !isWanted { unsolicited?(.lost) }
        link = nil
        failPending(kind, errno: errno)
    }

    private func failPending(_ kind: NetlinkError.Kind, errno: Int32? = nil) {
        for number in pending.keys where !waitingDumps.contains(number) {
            fail(number, kind, errno: errno)
        }
        if let activeDump {
            endDump(activeDump)
        }
    }

    private nonisolated func onQueue(_ body: @escaping @Sendable (isolated NetlinkConnection) -> Void) {
        executor.queue.async { [weak self] in
            self?.assumeIsolated(body)
        }
    }
}
