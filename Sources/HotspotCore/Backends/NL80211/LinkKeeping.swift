internal import IEEE80211
internal import Logging
internal import Netlink

/// A link that is kept, and made anew where it is lost.
extension NL80211Session {
    /// Answers what the access point asks for from now on, in a task of its own.
    func watch(
        _ station: NL80211Station,
        _ candidate: NL80211Station.Candidate,
        _ radio: NL80211Station.Radio
    ) {
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            let end = await station.hold { await self.moved(candidate, radio, to: $0) }
            continuation.finish()
            return end
        }
        watch = Watch(task: task, ended: ended)
    }

    func moved(
        _ candidate: NL80211Station.Candidate,
        _ radio: NL80211Station.Radio,
        to frequencyMHz: Int
    ) async {
        logger.debug("the access point moved", metadata: ["MHz": "\(frequencyMHz)"])
        // Before that the result of the join says it.
        guard isHeld else { return }
        changes.send(.channelChanged(await network(candidate, radio, frequencyMHz: frequencyMHz)))
    }

    /// Keeps the link until ``leave(because:)``.
    func hold() {
        guard holder == nil, ending == nil, let station, let radio else { return }
        holder = Task { await self.keep(station, radio) }
    }

    func keep(_ station: NL80211Station, _ radio: NL80211Station.Radio) async {
        while !Task.isCancelled {
            guard let end = await watch?.task.value, !Task.isCancelled else { return }
            watch = nil
            logger.notice("the link was lost", metadata: ["ssid": "\(configuration.ssid)", "why": "\(end)"])
            changes.send(.lost(reason: "\(end)"))
            // Where keys were lost the kernel still has the link.
            await station.abandon()
            do {
                changes.send(.rejoined(try await rejoin(station, radio, after: end)))
            } catch {
                guard !Task.isCancelled else { return }
                let failure = await failure(from: error)
                holder = nil
                await finish(failure)
            }
        }
    }

    /// Joins anew, as often as it takes.
    ///
    /// - Returns: the joined network, whose link is watched.
    /// - Throws: what stands in the way for good, or `CancellationError`.
    func rejoin(
        _ station: NL80211Station,
        _ radio: NL80211Station.Radio,
        after end: NL80211Station.LinkEnd
    ) async throws -> JoinedNetwork {
        // Whoever lets the station in and throws it out at once is not asked five times a second.
        var pause = Instant.now - linkBegan > Self.steadiness ? Self.firstPause : lastPause
        var denials = 0
        var isForeign = end.isByThisMachine
        while true {
            try await ContinuousClock().sleep(for: pause)
            lastPause = min(pause * 2, Self.longestPause)
            do {
                // Whoever took the radio keeps it: two that take turns have no link at all.
                try await checkHolder(radio, asksDaemons: isForeign)
                (isForeign, isTaken) = (false, false)
                // The switch that turned the radio off took the interface down (rfkill).
                // The kernel takes an interface's routes away when it goes down, which not every DHCP client hears.
                if RadioSwitch.blocking(radio.interface.name) == nil, try await prepareInterface(radio) {
                    provisioned = nil
                }
                let candidate = try await station.join(within: Self.rejoinLimit)
                try await open(radio)
                try Task.checkCancellation()
                watch(station, candidate, radio)
                linkBegan = .now
                try await manual?.set(route)
                if asksForAddress, provisioned != candidate.result.bssid || provision?.hasEnded == true {
                    // Another access point of the name may lead to another network (RFC 2131, 3.7).
                    await renewAddresses(candidate, radio)
                }
                return await network(candidate, radio)
            } catch {
                try Task.checkCancellation()
                // First, while it can be seen what is wrong.
                let failure = await failure(from: error)
                await station.abandon()
                logger.debug("not joined anew", metadata: ["error": "\(failure)"])
                // The link that was lost may be in the kernel's list for a moment longer.
                denials = [.deniedByPolicy, .superseded].contains(failure.cause) ? denials + 1 : 0
                isTaken = failure.cause == .superseded
                // The passphrase was right in this session, and what says the contrary can be forged: that ends nothing.
                if denials > 1 || failure.cause == .deviceRemoved { throw failure }
                pause = lastPause
            }
        }
    }

    func checkHolder(_ radio: NL80211Station.Radio, asksDaemons: Bool) async throws {
        do {
            try await RadioChoice.refuseIfTaken(
                radio.interface,
                radio.nl80211,
                asksDaemons: asksDaemons,
                isBusKnown: false,
                logger
            )
        } catch let error as HotspotConfigurationError where error.cause == .deniedByPolicy {
            throw HotspotConfigurationError(
                .superseded,
                "\"\(configuration.ssid)\" was lost: \(error.message)",
                remedy: error.remedy,
                phase: .joined,
                underlying: error.underlyingErrors
            )
        }
    }

    func renewAddresses(
        _ candidate: NL80211Station.Candidate,
        _ radio: NL80211Station.Radio
    ) async {
        do {
            try await withDeadline(.now + Self.rejoinLimit) {
                try await self.provide(candidate, radio)
            }
        } catch {
            // The link is there, and the client goes on asking; where the link is gone, that is heard next.
            logger.notice("no address after joining anew", metadata: ["error": "\(error)"])
        }
    }

    /// Whether the link is kept, or its radio is only lent.
    var isHeld: Bool { ending == nil && (holder != nil || isSuspended) }

    /// Whether the link is there, and not being made anew.
    var isInForce: Bool { isHeld && !isSuspended && watch != nil }
}

extension NL80211Station.LinkEnd {
    /// Whether somebody on this machine ended it, and not for the access point's silence.
    fileprivate var isByThisMachine: Bool {
        guard case .disconnected(let reason, false) = self else { return false }
        return reason != .disassocDueToInactivity
    }
}

extension NL80211Station.LinkEnd: CustomStringConvertible {
    var description: String {
        switch self {
        case .disconnected(let reason, true): "the access point ended it: \(reason.map(\.description) ?? "no reason")"
        case .disconnected(.disassocDueToInactivity?, false): "the access point was no longer heard"
        case .disconnected(let reason, false): "this machine ended it: \(reason.map(\.description) ?? "no reason")"
        case .forgotten: "the access point does not know this station any more"
        case .keysLost(let error): "its keys were lost: \(error)"
        case .cancelled: "it was left"
        }
    }
}
