internal import DBus

/// Watches whether the caller's session is in front on its seat, and the machine awake.
struct ForegroundWatch: Sendable {
    let connection: DBusConnection

    /// Returns when the session was in the background for longer than a limit without a break, or has ended; where there is
    /// no session, when the task is cancelled.
    func waitUntilInBackground(longerThan limit: Duration) async {
        do {
            guard let changes = try await LoginSession.changes(connection) else { return await untilCancelled() }
            while !Task.isCancelled {
                guard let session = try await LoginSession.ofCaller(connection) else { return }
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
        } catch {
            // Without a bus there is nobody to say that the session is in the background.
            await untilCancelled()
        }
    }

    /// Returns when the machine is about to be put to sleep; where there is no logind, when the task is cancelled.
    func waitUntilAsleep() async {
        do {
            if let sleeps = try await LoginSession.sleeps(connection) {
                for try await announcement in sleeps where announcement.body.first?.boolean == true { return }
            }
        } catch {}
        await untilCancelled()
    }

    private func untilCancelled() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in stream {}
        continuation.finish()
    }
}
