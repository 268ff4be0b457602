internal import DBus
internal import Logging

/// Joins networks through NetworkManager.
struct NetworkManagerBackend: Sendable {
    /// The name under which profiles are tagged as ours.
    let application: String
    let logger: Logger

    static let name = "NetworkManager"

    /// Joins a network, or leaves everything as it was.
    ///
    /// - Parameters:
    ///   - configuration: a validated configuration.
    ///   - options: what the request was told besides it.
    ///   - deadline: when to give up; undoing comes on top, bounded by ``NetworkManagerJoin/undoLimit``.
    ///   - timeline: where the phases are noted.
    /// - Returns: the joined network, and what keeps it joined where that is this process.
    /// - Throws: ``HotspotConfigurationError``.
    func join(
        _ configuration: HotspotConfiguration,
        options: HotspotConfigurationManager.ApplyOptions,
        deadline: ContinuousClock.Instant,
        timeline: Timeline
    ) async throws(HotspotConfigurationError) -> (JoinedNetwork, NetworkManagerHold?) {
        let join = NetworkManagerJoin(
            configuration: configuration,
            application: application,
            options: options,
            timeline: timeline,
            logger: logger
        )
        do {
            let result = try await withDeadline(deadline) { try await join.run() }
            let hold = join.takeHold()
            await join.close()
            return (result, hold)
        } catch {
            if let network = join.outcome {
                let hold = join.takeHold()
                await join.close()
                return (network, hold)
            }
            var failure = join.failure(from: error)
            failure.phaseDurations = timeline.durations()
            let leftovers = await join.undo()
            failure.underlyingErrors += leftovers
            await join.close()
            throw failure
        }
    }
}
