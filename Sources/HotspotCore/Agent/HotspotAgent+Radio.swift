internal import Logging
internal import Netlink

extension HotspotAgent {
    /// Looks for a radio that may be used.
    ///
    /// - Throws: where there is one, and it can never be used.
    func findRadio(_ state: inout State) async throws {
        guard claim(&state) else {
            let words = "another process joins without a daemon, or holds a link"
            if state.problems.insert(words).inserted {
                logger.notice("waiting for a radio", metadata: ["why": "\(words)"])
            }
            state.isReturning = true
            state.plan.lostRadio(at: .now)
            return
        }
        do {
            let nl80211 = try await NL80211()
            let radio = try await RadioChoice(
                nl80211: nl80211,
                interface: interface,
                isBusKnown: false,
                adapting: { $0 },
                logger: logger
            ).choose()
            if !RadioChoice.isUp(radio.interface.name) {
                let route = RouteNetlink()
                let result: Result<Void, NetlinkError>
                do throws(NetlinkError) {
                    try await route.set(radio.interface.index, InterfaceChange(isUp: true))
                    result = .success(())
                } catch {
                    result = .failure(error)
                }
                await route.close()
                try result.get()
                state.broughtUp = radio.interface.index
            }
            logger.notice("a radio is there", metadata: ["interface": "\(PrintableText.escape(radio.interface.name))"])
            state.isReturning = false
            state.plan.found(radio: radio.interface.name, at: .now)
        } catch {
            let failure = HotspotConfigurationError(ending: error, subject: "the radio cannot be used")
            // The kernel ends the link of a process that was killed a moment after its lock.
            let isEnding =
                state.isReturning && failure.cause == .deniedByPolicy
                && !failure.underlyingErrors.contains { $0 is RadioHolder }
            switch failure.cause {
            case .deniedByPolicy where isEnding, .radioDisabled, .noWirelessDevice, .deviceRemoved, .deviceUnavailable:
                if state.problems.insert(failure.message).inserted {
                    logger.notice("waiting for a radio", metadata: ["why": "\(failure.message)"])
                }
                state.plan.lostRadio(at: .now)
            default: throw failure
            }
        }
    }

    static func set(_ interface: UInt32, isUp: Bool, _ logger: Logger) async {
        let route = RouteNetlink()
        do throws(NetlinkError) {
            try await route.set(interface, InterfaceChange(isUp: isUp))
        } catch {
            logger.debug("the interface is not as it was", metadata: ["error": "\(error)"])
        }
        await route.close()
    }

    func scan(_ state: inout State) async throws {
        let (radio, logger) = (state.plan.radio, logger)
        if let radio, RadioSwitch.blocking(radio) != nil || !RadioChoice.isUp(radio) {
            // The kernel takes an interface down whose radio is blocked, or somebody else did; looked for anew, it is
            // brought up again.
            await drop(&state)
            state.plan.lostRadio(at: .now)
            return
        }
        do {
            let heard = try await withDeadline(.now + Self.scanLimit) {
                try await NL80211Networks(interface: radio, logger: logger).scan()
            }
            logger.debug("scanned", metadata: ["networks": "\(heard.count)"])
            state.plan.heard(heard, at: .now)
        } catch is DeadlineExceeded {
            state.plan.heard([], at: .now)
        } catch {
            if Task.isCancelled { throw CancellationError() }
            logger.notice("the radio cannot look for networks", metadata: ["why": "\(error)"])
            await drop(&state)
            state.plan.lostRadio(at: .now)
        }
    }
}
