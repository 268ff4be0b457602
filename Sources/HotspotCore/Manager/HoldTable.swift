internal import Synchronization

/// What keeps networks joined that NetworkManager joined for the time of this process, and how that ended.
///
/// A network may be held on two interfaces: each join has a hold of its own.
final class HoldTable: Sendable {
    private struct State {
        /// By the UUIDs of their profiles.
        var holds: [String: NetworkManagerHold] = [:]
        /// The networks whose last hold ended without anybody having wanted it.
        var lost: Set<SSID> = []
    }

    /// How many lost networks are remembered.
    private static let memory = 64
    private let state = Mutex(State())
    private let ends = Broadcast<(ssid: SSID, isWanted: Bool)>()

    /// The networks' names.
    var names: [SSID] { Array(Set(state.withLock { $0.holds.values.map(\.ssid) })) }

    /// All of them.
    var all: [NetworkManagerHold] { state.withLock { Array($0.holds.values) } }

    /// Takes a hold in, and forgets it when it ends.
    func insert(_ hold: NetworkManagerHold) {
        state.withLock { state in
            state.holds[hold.uuid] = hold
            state.lost.remove(hold.ssid)
        }
        hold.watch { [weak self, weak hold] in
            guard let self, let hold else { return }
            let isLost = state.withLock { state in
                // Whoever let go of it has taken it.
                guard state.holds.removeValue(forKey: hold.uuid) != nil,
                    !state.holds.values.contains(where: { $0.ssid == hold.ssid })
                else { return false }
                if state.lost.count >= Self.memory { state.lost.removeFirst() }
                state.lost.insert(hold.ssid)
                return true
            }
            if isLost { ends.send((hold.ssid, false)) }
        }
    }

    /// Lets go of a network.
    ///
    /// - Returns: whether it was held.
    func letGo(_ ssid: SSID) async -> Bool {
        let holds = state.withLock { state in
            let holds = state.holds.values.filter { $0.ssid == ssid }
            for hold in holds { state.holds[hold.uuid] = nil }
            state.lost.remove(ssid)
            return holds
        }
        for hold in holds { await hold.leave() }
        // It may have been joined again meanwhile.
        let isHeldAgain = state.withLock { $0.holds.values.contains { $0.ssid == ssid } }
        if !holds.isEmpty, !isHeldAgain { ends.send((ssid, true)) }
        return !holds.isEmpty
    }

    /// Returns when a network is left, or where it was left before this was asked.
    ///
    /// - Returns: why, where it was not this process that wanted it.
    func end(of ssid: SSID) async -> HotspotConfigurationError? {
        // Subscribed before the state is read.
        let ends = ends.subscribe()
        let (isHeld, isLost) = state.withLock { state in
            (state.holds.values.contains { $0.ssid == ssid }, state.lost.contains(ssid))
        }
        if isLost { return Self.lost(ssid) }
        guard isHeld else { return nil }
        for await end in ends where end.ssid == ssid { return end.isWanted ? nil : Self.lost(ssid) }
        return nil
    }

    private static func lost(_ ssid: SSID) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .superseded,
            "\"\(ssid)\" was joined once, and was left",
            remedy: "join it again",
            phase: .joined,
            underlying: [
                Observation(
                    "NetworkManager",
                    "joined once",
                    "the activation ended: another network took the device, the machine slept, or the session went to "
                        + "the background"
                )
            ]
        )
    }
}
