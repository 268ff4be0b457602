import Testing

@testable import HotspotCore

@Suite("Deadlines and cancellation")
struct DeadlineTests {
    /// A gate that a test opens by hand.
    private actor Gate {
        private var isOpen = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func open() {
            isOpen = true
            for continuation in waiting { continuation.resume() }
            waiting = []
        }

        func pass() async {
            if isOpen { return }
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    @Test("a body that is done before the deadline gives its result")
    func inTime() async throws {
        #expect(try await withDeadline(.now + .seconds(60)) { 42 } == 42)
    }

    @Test("a deadline that has passed cancels the body and says so")
    func tooLate() async {
        await #expect(throws: DeadlineExceeded.self) {
            try await withDeadline(.now - .seconds(1)) { try await Task.sleep(for: .seconds(600)) }
        }
    }

    @Test("a cancelled task is a cancellation, not a deadline")
    func cancelled() async {
        let task = Task {
            try await withDeadline(.now + .seconds(600)) { try await Task.sleep(for: .seconds(600)) }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("an outcome that must be known is waited for after the cancellation")
    func settledAfterCancellation() async throws {
        let begun = Gate()
        let gate = Gate()
        let task = Task {
            try await settled(grace: .seconds(600)) {
                await begun.open()
                await gate.pass()
                return "done"
            }
        }
        await begun.pass()
        task.cancel()
        await gate.open()
        #expect(try await task.value == "done")
    }

    @Test("what must be known is not begun by a task that is cancelled already")
    func settledTooLate() async {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await settled(grace: .seconds(600)) { Issue.record("it was begun") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("undoing goes on although the task around it is cancelled, up to its own limit")
    func shieldedFromCancellation() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await shielded(for: .seconds(600)) { !Task.isCancelled }
        }
        #expect(try await task.value)
        await #expect(throws: DeadlineExceeded.self) {
            try await shielded(for: .zero) { try await Task.sleep(for: .seconds(600)) }
        }
    }
}
