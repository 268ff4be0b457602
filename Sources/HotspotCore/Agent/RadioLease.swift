internal import Logging

/// The right to steer a radio beside the agent: the agent has the lock alone, or everybody else shares it.
///
/// Those who share it find a radio that is taken by its link (``RadioChoice``), or by its own lock (``RadioReservations``).
enum RadioLease {
    private static let pause = Duration.milliseconds(20)

    /// Takes the lock, which is held until the object goes; an agent that has it is asked to leave the radio.
    ///
    /// - Parameters:
    ///   - interface: the interface that is to be used; nil for any.
    ///   - deadline: how long an agent is waited for.
    ///   - folder: where agent and others meet.
    ///   - logger: where it is told why there can be none.
    /// - Returns: nil where there is nothing to be taken: the agent steers another radio, or this user has no agent.
    /// - Throws: ``HotspotConfigurationError``: `internal` with `timedOut` or `cancelled`.
    static func take(
        _ interface: String?,
        until deadline: ContinuousClock.Instant,
        folder: String? = AgentDoor.usualFolder,
        logger: Logger
    ) async throws(HotspotConfigurationError) -> LockFile? {
        guard let folder else { return nil }
        do {
            return try await withDeadline(deadline) { try await take(interface, folder: folder) }
        } catch let error as StoreFailure {
            // Without such a folder there is no agent that could be asked.
            logger.debug("the radio cannot be claimed", metadata: ["why": "\(error.summary)"])
            return nil
        } catch is DeadlineExceeded {
            throw HotspotConfigurationError(
                .timedOut(.preparing),
                "the agent did not leave the radio before the deadline",
                remedy: "see what it does: journalctl -u hotspot-agent; or end it: systemctl stop hotspot-agent",
                phase: .preparing,
                underlying: [
                    Observation("hotspot", "radios.lock", "\(AgentDoor.radioLockPath(folder)) is locked by the agent")
                ]
            )
        } catch {
            throw HotspotConfigurationError(ending: error, subject: "the radio cannot be had")
        }
    }

    private static func take(_ interface: String?, folder: String) async throws -> LockFile? {
        while true {
            if let lock = try LockFile.take(AgentDoor.radioLockPath(folder), isShared: true) { return lock }
            let request = AgentDoor.Request(kind: .yield, interface: interface)
            let reply = await AgentDoor.ask(request, folder: folder)
            try Task.checkCancellation()
            if let reply {
                if reply.isElsewhere { return nil }
            } else {
                // An agent that is about to listen, or has just ended.
                try await ContinuousClock().sleep(for: pause)
            }
        }
    }
}

extension HotspotAgent {
    /// Has the agent of this user leave a network, and join it no more by itself until its configuration changes or the
    /// agent is told to read all anew.
    ///
    /// - Parameters:
    ///   - ssid: the network; nil for whichever the agent is on.
    ///   - interface: its interface; nil for any.
    ///   - held: networks that other processes hold and are about to leave: the agent is not to join them either.
    ///   - limit: how long it may take.
    /// - Returns: what it left; nothing where there is no agent.
    package static func leave(
        _ ssid: SSID?,
        interface: String?,
        held: [SSID],
        within limit: Duration = .seconds(20)
    ) async -> [LeftNetwork] {
        guard let folder = AgentDoor.usualFolder else { return [] }
        let request = AgentDoor.Request(
            kind: .leave,
            interface: interface,
            ssid: ssid?.octets,
            held: held.map(\.octets)
        )
        let reply = try? await withDeadline(.now + limit) { await AgentDoor.ask(request, folder: folder) }
        return (reply?.left ?? []).map {
            LeftNetwork(ssid: SSID(octets: $0.ssid), interface: $0.interface, backend: NL80211Backend.name)
        }
    }
}
