internal import Logging
internal import Synchronization

/// Joins without any daemon, with nothing but the kernel: see ``NL80211Session``.
struct NL80211Backend: Sendable {
    let logger: Logger
    /// What the network has said of itself.
    var memory = NetworkMemory()

    static let name = "nl80211"

    /// Joins a network, or leaves everything as it was.
    ///
    /// - Parameters:
    ///   - configuration: a validated configuration.
    ///   - options: what the request was told besides it.
    ///   - deadline: when to give up; undoing comes on top, bounded by ``NL80211Session/undoLimit``.
    ///   - timeline: where the phases are noted.
    ///   - displacing: the links of this process that make room. To bring them back is the caller's.
    /// - Returns: the joined network, and the session that keeps it: without that the link ends.
    /// - Throws: ``HotspotConfigurationError``.
    func join(
        _ configuration: HotspotConfiguration,
        options: HotspotConfigurationManager.ApplyOptions,
        deadline: ContinuousClock.Instant,
        timeline: Timeline,
        displacing: Displacement = .none
    ) async throws(HotspotConfigurationError) -> (JoinedNetwork, NL80211Session) {
        let session = NL80211Session(
            configuration: configuration,
            options: options,
            timeline: timeline,
            memory: memory,
            logger: logger
        )
        do {
            let network = try await withDeadline(deadline) {
                try await session.run(deadline: deadline, displacing: displacing)
            }
            await session.hold()
            return (network, session)
        } catch {
            var failure = await session.failure(from: error)
            failure.phaseDurations = timeline.durations()
            failure.underlyingErrors += await session.undo()
            throw failure
        }
    }
}
