internal import Netlink

/// The radio, lent to another join of this process.
extension NL80211Session {
    /// Gives up the radio to another join of this process, until ``resume()`` or ``leave(because:)``.
    ///
    /// - Returns: whether there was a link to be given up for it.
    func suspend() async -> Bool {
        guard isHeld, !isSuspended else { return false }
        isSuspended = true
        changes.send(.lost(reason: "another network is being joined"))
        await stopHolding()
        if let ending {
            await ending.value
            return false
        }
        // A task of its own: the join that it makes room for may be cancelled meanwhile, and this must not be.
        await Task { await release() }.value
        return ending == nil
    }

    /// Joins again what ``suspend()`` gave up; where that fails the link has ended.
    ///
    /// - Returns: why it failed.
    func resume() async -> HotspotConfigurationError? {
        guard isSuspended, ending == nil, resuming == nil else { return nil }
        // A task of its own: the request that failed may have been cancelled.
        let task = Task { await self.joinAgain() }
        resuming = task
        return await task.value
    }

    func joinAgain() async -> HotspotConfigurationError? {
        defer { resuming = nil }
        (route, events, timeline) = (RouteNetlink(), LinkEvents(), Timeline { _ in })
        isTaken = false
        do {
            let deadline = Instant.now + Self.resumeLimit
            let network = try await withDeadline(deadline) { try await self.run(deadline: deadline) }
            isSuspended = false
            hold()
            changes.send(.rejoined(network))
            return nil
        } catch {
            // Whoever ends it waits for this, and cleans up.
            if ending != nil { return nil }
            let failure = await failure(from: error)
            await finish(failure)
            return failure
        }
    }
}

/// The links of this process that make room for a join.
struct Displacement: Sendable {
    /// The interfaces that have them.
    let interfaces: Set<String>
    /// Has those of an interface give up the radio.
    let displace: @Sendable (String) async -> Void

    /// There are none.
    static let none = Displacement(interfaces: []) { _ in }
}

extension NL80211Station.Radio {
    /// The same as the kernel has it now.
    func read() async throws(NetlinkError) -> NL80211Station.Radio {
        let interface = try await nl80211.interface(interface.index)
        return NL80211Station.Radio(
            nl80211: nl80211,
            interface: interface,
            address: interface.mac ?? address,
            wiphy: wiphy
        )
    }
}
