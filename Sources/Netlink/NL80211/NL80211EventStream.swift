import Dispatch
import DispatchExecutor
import IEEE80211

/// A multicast group of nl80211: what a listener wants to be told.
package enum NL80211Group: String, Hashable, Sendable, CaseIterable {
    /// Authentications, associations and their ends.
    case mlme
    /// Scans.
    case scan
    /// Wiphys and interfaces that come, go or change.
    case config
    /// The regulatory domain.
    case regulatory
}

/// The events of some groups, from the moment the stream exists until it is closed or forgotten.
///
/// One task reads it. Nobody needs a privilege for it. A reader that falls behind loses the oldest events and is told
/// so by ``NL80211Event/Kind/overrun``.
package struct NL80211EventStream: AsyncSequence, Sendable {
    /// What the stream gives.
    package typealias Element = NL80211Event
    /// The stream ends without an error: what goes wrong is an event.
    package typealias Failure = Never

    private let stream: AsyncStream<NL80211Event>
    let listener: NL80211Listener

    fileprivate init(_ stream: AsyncStream<NL80211Event>, listener: NL80211Listener) {
        self.stream = stream
        self.listener = listener
    }

    /// The one reader's way through the stream.
    package func makeAsyncIterator() -> AsyncStream<NL80211Event>.Iterator {
        stream.makeAsyncIterator()
    }

    /// Leaves the groups and ends the stream after the events that have already been read from the kernel.
    package func close() {
        listener.closeSoon()
    }
}

/// A socket that only listens: nothing is requested on it, so no answer stands between its events.
actor NL80211Listener {
    private nonisolated let executor = DispatchQueueExecutor(label: "hotspot.nl80211.events")
    private let continuation: AsyncStream<NL80211Event>.Continuation
    private let family: UInt16
    private let capacity: Int
    private var link: WatchedSocket?
    /// How many events were given on since the reader was last told of a loss.
    private var sinceOverrun: Int

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(family: UInt16, capacity: Int, continuation: AsyncStream<NL80211Event>.Continuation) {
        self.family = family
        self.capacity = capacity
        self.continuation = continuation
        sinceOverrun = capacity
    }

    /// Joins the groups and returns once that is done: what happens from here on is in the stream.
    static func open(
        family: GenericNetlinkFamily,
        groups: [UInt32],
        capacity: Int
    ) async throws(NetlinkError) -> NL80211EventStream {
        let (stream, continuation) = AsyncStream.makeStream(
            of: NL80211Event.self,
            bufferingPolicy: .bufferingNewest(capacity)
        )
        let listener = NL80211Listener(family: family.number, capacity: capacity, continuation: continuation)
        try await listener.join(groups)
        // A cancelled reader or a forgotten stream closes the socket as well. Until then the stream keeps the listener,
        // because a reader's iterator holds nothing else of it.
        continuation.onTermination = { _ in listener.closeSoon() }
        return NL80211EventStream(stream, listener: listener)
    }

    nonisolated func closeSoon() {
        executor.queue.async { [weak self] in
            self?.assumeIsolated { $0.close() }
        }
    }

    private func join(_ groups: [UInt32]) throws(NetlinkError) {
        let socket = try NetlinkSocket(name: "nl80211 events", groups: groups)
        link = WatchedSocket(socket, queue: executor.queue) { [weak self] in
            self?.assumeIsolated { $0.readAll() }
        }
    }

    func close() {
        link = nil
        continuation.finish()
    }

    private func readAll() {
        while let socket = link?.socket {
            do throws(NetlinkError) {
                switch try socket.receive() {
                case .nothing:
                    return
                case .overrun:
                    yield(.overrun)
                case .datagram(let datagram):
                    receive(datagram)
                }
            } catch {
                yield(.overrun)
                close()
            }
        }
    }

    func receive(_ datagram: [UInt8]) {
        let now = ContinuousClock.now
        let (messages, damage) = NetlinkMessage.messages(in: datagram)
        for message in messages {
            switch message.type {
            case NetlinkMessage.ControlType.overrun:
                yield(.overrun, now)
            case family:
                do throws(MalformedOctets) {
                    yield(NL80211Event(try GenericNetlinkMessage(message), instant: now))
                } catch {
                    yield(.malformed(nil, error), now)
                }
            default:
                break
            }
        }
        if let damage {
            yield(.malformed(nil, damage), now)
        }
    }

    private func yield(_ kind: NL80211Event.Kind, _ instant: ContinuousClock.Instant = .now) {
        yield(NL80211Event(interface: nil, wiphy: nil, instant: instant, kind: kind))
    }

    private func yield(_ event: NL80211Event) {
        sinceOverrun += 1
        if case .dropped = continuation.yield(event), sinceOverrun > capacity / 2 {
            // One mark for many losses, as each mark pushes out another event.
            sinceOverrun = 0
            yield(.overrun, event.instant)
        }
    }
}
