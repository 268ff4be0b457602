internal import Synchronization

/// Gives each element to every reader that is there at the time.
final class Broadcast<Element: Sendable>: Sendable {
    private struct State {
        var readers: [UInt64: AsyncStream<Element>.Continuation] = [:]
        var next: UInt64 = 0
        var isFinished = false
        var last: Element?
    }

    private let state = Mutex(State())

    /// The elements from now on; a reader that is slow loses the oldest of more than 64.
    func subscribe() -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream.makeStream(of: Element.self, bufferingPolicy: .bufferingNewest(64))
        let number: UInt64? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.next += 1
            state.readers[state.next] = continuation
            return state.next
        }
        guard let number else {
            if let last = state.withLock({ $0.last }) { continuation.yield(last) }
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.readers.removeValue(forKey: number) }
        }
        return stream
    }

    func send(_ element: Element) {
        for reader in state.withLock({ Array($0.readers.values) }) { reader.yield(element) }
    }

    /// Ends all readers.
    ///
    /// - Parameter last: an element that is the last for them, and the only one for those who come later.
    func finish(with last: Element? = nil) {
        let readers = state.withLock { state in
            guard !state.isFinished else { return [AsyncStream<Element>.Continuation]() }
            state.isFinished = true
            state.last = last
            return Array(state.readers.values)
        }
        for reader in readers {
            if let last { reader.yield(last) }
            reader.finish()
        }
    }

    deinit { finish() }
}
