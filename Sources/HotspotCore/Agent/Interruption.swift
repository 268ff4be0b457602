internal import Synchronization

/// Ends a long step of the agent when somebody asks for something that cannot wait.
final class Interruption: Sendable {
    private struct State {
        /// Requests that were not looked at yet.
        var count = 0
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Whether a request waits.
    var isWanted: Bool { state.withLock { $0.count > 0 } }

    /// Somebody asks.
    func want() {
        let cancel = state.withLock { state in
            state.count += 1
            return state.cancel
        }
        cancel?()
    }

    /// A request is looked at.
    func settle() {
        state.withLock { $0.count -= 1 }
    }

    /// Runs a step, which is cancelled by a request as by the end of the task.
    func run<Value: Sendable>(_ step: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = Task { try await step() }
        let isWanted = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.count > 0
        }
        defer { state.withLock { $0.cancel = nil } }
        if isWanted { task.cancel() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
