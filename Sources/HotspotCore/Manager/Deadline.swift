/// The deadline of a request passed before it was done.
struct DeadlineExceeded: Error {}

/// Runs a body until a deadline, and cancels it then.
///
/// - Throws: ``DeadlineExceeded`` where the deadline came first, whatever the body throws otherwise. The body must give up
///   when its task is cancelled: this returns after it has.
func withDeadline<Result: Sendable>(
    _ deadline: ContinuousClock.Instant,
    clock: ContinuousClock = ContinuousClock(),
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try? await clock.sleep(until: deadline)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        if let result = first { return result }
        // The sleep ends early only where the whole task is cancelled.
        guard clock.now >= deadline else { throw CancellationError() }
        throw DeadlineExceeded()
    }
}

/// Runs a body to its end, or to a limit of its own, even where the task around it is cancelled: what must be undone.
func shielded<Result: Sendable>(
    for limit: Duration,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await Task { try await withDeadline(.now + limit, body) }.value
}

/// Runs a body whose outcome must be known: where the task around it is cancelled, the body still has a time of grace to
/// come to its end by itself.
///
/// - Parameters:
///   - grace: how long after the cancellation the body may go on before it is cancelled too.
///   - body: what is run.
/// - Returns: what the body returned, perhaps after the cancellation.
/// - Throws: what the body throws.
func settled<Result: Sendable>(
    grace: Duration,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try Task.checkCancellation()
    let task = Task { try await body() }
    return try await withTaskCancellationHandler {
        try await task.value
    } onCancel: {
        Task {
            try? await ContinuousClock().sleep(for: grace)
            task.cancel()
        }
    }
}
