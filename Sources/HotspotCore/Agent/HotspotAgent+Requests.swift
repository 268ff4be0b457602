internal import Logging

extension HotspotAgent {
    /// Does what another process asks for, and tells it.
    func answer(_ request: AgentDoor.Request, _ caller: AgentDoor.Caller, _ state: inout State) async {
        let interrupted = state.interrupted
        state.interrupted = nil
        switch request.kind {
        case .yield:
            if let radio = state.plan.radio, let interface = request.interface, interface != radio {
                caller.answer(AgentDoor.Reply(isElsewhere: true))
                return
            }
            await giveWay(&state)
            caller.answer(AgentDoor.Reply())
        case .leave:
            var reply = AgentDoor.Reply()
            let current = state.link?.ssid ?? interrupted
            if let current, let radio = state.plan.radio, request.ssid == nil || request.ssid == current.octets,
                request.interface == nil || request.interface == radio
            {
                await drop(&state)
                state.plan.dismiss(current, at: .now)
                reply.left.append(.init(ssid: current.octets, interface: radio))
            }
            for ssid in request.held { state.plan.dismiss(SSID(octets: ssid), at: .now) }
            caller.answer(reply)
        }
    }

    /// Leaves the radio to whoever asks, as it was found; whoever has the lock after that has the radio.
    private func giveWay(_ state: inout State) async {
        await drop(&state)
        if let radio = state.broughtUp {
            state.broughtUp = nil
            await Self.set(radio, isUp: false, logger)
        }
        state.claim = nil
        state.isReturning = true
        state.plan.lostRadio(at: .now)
        logger.notice("another process has the radio")
    }

    // MARK: Locks

    /// Takes the lock that one agent of a user has.
    func ownLock() throws(HotspotConfigurationError) -> LockFile? {
        guard let folder else { return nil }
        do throws(StoreFailure) {
            if let lock = try LockFile.take(AgentDoor.agentLockPath(folder), isShared: false) { return lock }
        } catch {
            logger.debug("nobody can ask for the radio", metadata: ["why": "\(error.summary)"])
            return nil
        }
        throw HotspotConfigurationError(
            .deniedByPolicy,
            "another agent runs on this machine",
            remedy: "see which it is: fuser \(AgentDoor.agentLockPath(folder))",
            underlying: [Observation("hotspot", "agent.lock", "\(AgentDoor.agentLockPath(folder)) is locked")]
        )
    }

    func openDoor() -> AgentDoor? {
        guard let folder else { return nil }
        do throws(StoreFailure) {
            return try AgentDoor(folder: folder) { [continuation, interruption] request, caller in
                // Counted first: whoever sees the count waits for the event.
                interruption.want()
                if case .dropped(.asked) = continuation.yield(.asked(request, caller)) { interruption.settle() }
            }
        } catch {
            logger.debug("nobody can ask for the radio", metadata: ["why": "\(error.summary)"])
            return nil
        }
    }

    /// Takes the right to steer radios.
    ///
    /// - Returns: false where another process has it.
    func claim(_ state: inout State) -> Bool {
        guard let folder, state.claim == nil else { return true }
        do throws(StoreFailure) {
            state.claim = try LockFile.take(AgentDoor.radioLockPath(folder), isShared: false)
            return state.claim != nil
        } catch {
            logger.debug("nobody can ask for the radio", metadata: ["why": "\(error.summary)"])
            return true
        }
    }
}
