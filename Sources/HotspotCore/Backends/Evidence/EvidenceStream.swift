internal import DBus

/// What is heard from all sides during a join, in the order of its arrival.
final class EvidenceStream: Sendable {
    /// A piece of evidence with its time, or a mere reminder that a time has come.
    struct Event: Sendable {
        let evidence: JoinEvidence?
        let at: ContinuousClock.Instant
    }

    /// The events; to be read by one task.
    let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    init() {
        // A join hears some hundred events; the bound is for a neighbourhood that floods the air with frames.
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(8192))
    }

    func add(_ evidence: JoinEvidence, at instant: ContinuousClock.Instant = .now) {
        continuation.yield(Event(evidence: evidence, at: instant))
    }

    /// How long it takes to read what the sockets have.
    private static let readingTime = Duration.milliseconds(20)

    /// Has an empty event arrive at an instant, or soon after it.
    func wake(at instant: ContinuousClock.Instant) {
        Task {
            try? await ContinuousClock().sleep(until: instant)
            // After a stop of the process or the machine all is due at once: what the sockets have comes first.
            try? await ContinuousClock().sleep(for: Self.readingTime)
            continuation.yield(Event(evidence: nil, at: .now))
        }
    }

    // MARK: NetworkManager's signals

    /// Takes the `StateChanged` signals of the daemon, of one device and of all active connections in, in the daemon's
    /// order.
    func pump(stateChanges: AsyncThrowingStream<DBusMessage, any Error>, device: String) async {
        await pump(stateChanges) { message in
            switch message.interface {
            case NetworkManagerClient.Interface.manager:
                guard let state = message.body.first?.integer else { return }
                self.add(.daemonState(isAsleep: state == NetworkManagerObjects.asleepState))
            case NetworkManagerClient.Interface.device where message.path == device:
                if let transition = DeviceTransition(message) { self.add(.deviceState(transition)) }
            case NetworkManagerClient.Interface.activeConnection:
                guard let path = message.path, message.body.count >= 2,
                    message.body[0].integer == Int(ActiveConnectionState.deactivated.rawValue)
                else { return }
                self.add(.activeConnectionEnded(path: path, reason: UInt32(clamping: message.body[1].integer ?? 0)))
            default: break
            }
        }
    }

    /// Takes the end of the daemon in: its name changes hands, or the bus goes away.
    func pump(ownerChanges: AsyncThrowingStream<DBusMessage, any Error>, owner: String) async {
        await pump(ownerChanges) { message in
            if message.body.count >= 3, message.body[2].text != owner { self.add(.daemonGone(nil)) }
        }
    }

    private func pump(
        _ messages: AsyncThrowingStream<DBusMessage, any Error>,
        _ take: (DBusMessage) -> Void
    ) async {
        do {
            for try await message in messages { take(message) }
        } catch {
            add(.daemonGone(error as? DBusError))
        }
    }
}

extension DeviceTransition {
    /// Reads `Device.StateChanged(new, old, reason)`; nil for a signal of another form.
    init?(_ message: DBusMessage) {
        guard message.body.count == 3, let new = message.body[0].integer, let old = message.body[1].integer,
            let reason = message.body[2].integer
        else { return nil }
        self.init(
            old: DeviceState(rawValue: UInt32(clamping: old)),
            new: DeviceState(rawValue: UInt32(clamping: new)),
            reason: DeviceStateReason(rawValue: UInt32(clamping: reason))
        )
    }
}
