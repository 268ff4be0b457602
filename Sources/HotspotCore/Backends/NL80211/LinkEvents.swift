internal import Netlink
internal import Synchronization

/// What is heard while this process holds a link: the kernel's events of one interface, and the frames for its owner, in
/// the order of their arrival.
///
/// They come over two sockets, which have no common order: the first frame of the handshake may precede the event that
/// says that the association succeeded.
final class LinkEvents: Sendable {
    typealias Instant = ContinuousClock.Instant

    enum Event: Sendable {
        /// Something that the kernel told everybody.
        case air(NL80211Event)
        /// An EAPOL frame.
        case frame(ControlPortFrame)
        /// The access point answered whether it still has the keys.
        case securityAssociationResponse(SecurityAssociationQuery)
        /// The socket that owned the link was lost.
        case lost
        /// A time has come.
        case wake
    }

    /// The events, to be read by one task at a time; a reader that is cancelled ends them.
    let stream: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    /// Whether an event was pushed out that nobody had read.
    private let hasLost = Mutex(false)

    /// - Parameter capacity: how many events wait for a reader: a neighbourhood that floods the air cannot take all memory.
    init(capacity: Int = 4096) {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(capacity))
    }

    func add(_ event: Event) {
        if case .dropped = continuation.yield(event) { hasLost.withLock { $0 = true } }
    }

    /// The next event, where events were lost first that; nil where they have ended, and for a reader that is cancelled.
    func next() async -> Event? {
        let lost = hasLost.withLock { lost in
            defer { lost = false }
            return lost
        }
        if lost { return Self.overrun }
        var iterator = stream.makeAsyncIterator()
        return await iterator.next()
    }

    /// That something was lost: the end of the link may have been among it.
    private static var overrun: Event {
        .air(NL80211Event(interface: nil, wiphy: nil, instant: .now, kind: .overrun))
    }

    /// Has a `wake` arrive at an instant; cancel the task where it is no longer wanted.
    func alarm(at instant: Instant) -> Task<Void, Never> {
        Task { [continuation] in
            do {
                try await ContinuousClock().sleep(until: instant)
                continuation.yield(.wake)
            } catch {}
        }
    }

    /// Takes the kernel's events of an interface in until the task is cancelled.
    ///
    /// - Parameters:
    ///   - events: the events.
    ///   - interface: the interface's number.
    ///   - again: listens once more where the socket has failed.
    func pump(
        _ events: some AsyncSequence<NL80211Event, Never> & Sendable,
        interface: UInt32,
        again: () async throws -> NL80211EventStream
    ) async {
        await take(events, interface: interface)
        while !Task.isCancelled {
            do {
                let stream = try await again()
                add(Self.overrun)
                await take(stream, interface: interface)
            } catch {
                // Nobody would hear of the link's end: it is made anew.
                add(.lost)
                return
            }
        }
    }

    private func take(_ events: some AsyncSequence<NL80211Event, Never>, interface: UInt32) async {
        for await event in events where event.interface == interface || event.interface == nil {
            add(.air(event))
        }
    }

    func finish() {
        continuation.finish()
    }
}
