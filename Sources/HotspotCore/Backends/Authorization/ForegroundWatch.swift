internal import DBus

/// Watches whether the caller's session is in front on its seat, and the machine awake.
struct ForegroundWatch: Sendable {
    let connection: DBusConnection

    /// Returns when the session was in the background for longer than a limit without a break, or has ended; where there is
    /// no session, when the task is cancelled.
    ///
    /// Where logind is started anew in between, the limit counts from then.
    func waitUntilInBackground(longerThan limit: Duration) async {
        await whileLogindIsTheSame { owner in
            guard let changes = try await LoginSession.changes(connection) else { return await untilCancelled() }
            while !Task.isCancelled {
                guard let session = try await LoginSession.ofCaller(connection) else {
                    // A logind that has ended knows of no sessions either.
                    if try await connection.owner(of: LoginSession.busName) != owner { await untilCancelled() }
                    return
                }
                if session.isActive {
                    for try await _ in changes { break }
                } else {
                    let deadline = ContinuousClock.Instant.now + limit
                    do {
                        try await withDeadline(deadline) {
                            for try await _ in changes {
                                if try await LoginSession.ofCaller(connection)?.isActive == true { return }
                            }
                        }
                    } catch is DeadlineExceeded {
                        return
                    }
                }
            }
        }
    }

    /// Returns when the machine is about to be put to sleep; where there is no logind, when the task is cancelled.
    func waitUntilAsleep() async {
        await whileLogindIsTheSame { _ in
            if let sleeps = try await LoginSession.sleeps(connection) {
                // Announced before anybody listened.
                if try await LoginSession.isPreparingForSleep(connection) { return }
                for try await announcement in sleeps where announcement.body.first?.boolean == true { return }
            }
            await untilCancelled()
        }
    }

    /// Runs the body until it returns, and anew each time that logind's name changes hands: signals come from its owner.
    ///
    /// Where the bus is gone there is nobody to say anything: it then returns when the task is cancelled.
    private func whileLogindIsTheSame(_ body: @escaping @Sendable (String?) async throws -> Void) async {
        do {
            while !Task.isCancelled {
                // Subscribed before logind is asked: what changes in between is heard.
                let changes = try await connection.ownerChanges(of: LoginSession.busName)
                let owner = try await connection.owner(of: LoginSession.busName)
                let isOver = try await withThrowingTaskGroup(of: Bool.self) { group in
                    defer { group.cancelAll() }
                    group.addTask {
                        try await body(owner)
                        return true
                    }
                    group.addTask {
                        for try await _ in changes { break }
                        return false
                    }
                    return try await group.next() ?? true
                }
                if isOver { return }
            }
        } catch {
            await untilCancelled()
        }
    }

    private func untilCancelled() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in stream {}
        continuation.finish()
    }
}
