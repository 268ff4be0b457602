internal import Netlink

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

    init() {
        // A neighbourhood that floods the air cannot take all memory.
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4096))
    }

    func add(_ event: Event) {
        continuation.yield(event)
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
    func pump(_ events: NL80211EventStream, interface: UInt32) async {
        for await event in events where event.interface == interface || event.interface == nil {
            continuation.yield(.air(event))
        }
    }

    func finish() {
        continuation.finish()
    }
}
