internal import Foundation
internal import Logging
internal import Netlink

/// The end of a session, which leaves the interface as it was found.
extension NL80211Session {
    /// Leaves the network: the access point is told, and the interface is as it was.
    ///
    /// - Parameter error: why, where nobody asked for it.
    func leave(because error: HotspotConfigurationError? = nil) async {
        if let ending { return await ending.value }
        let task = Task {
            resuming?.cancel()
            _ = await resuming?.value
            await stopHolding()
            await release()
            changes.finish(with: .ended(error))
        }
        ending = task
        await task.value
    }

    /// Ends what nobody holds any more.
    func finish(_ error: HotspotConfigurationError) async {
        guard ending == nil else { return }
        let task = Task {
            await release()
            changes.finish(with: .ended(error))
        }
        ending = task
        await task.value
    }

    func stopHolding() async {
        holder?.cancel()
        watch?.task.cancel()
        await holder?.value
        holder = nil
    }

    /// Undoes what a join has begun, even where the task around it is cancelled.
    ///
    /// - Returns: what could not be undone.
    func undo() async -> [any Error] {
        do {
            try await shielded(for: Self.undoLimit) { await self.release() }
            return []
        } catch {
            return [UndoFailure(reason: "\(error)")]
        }
    }

    /// Takes away the addresses that the link brought and that nobody else removes: those of a client that was killed, and
    /// those that the kernel made by router advertisements, which outlive a link on an interface that stays up.
    func removeAddresses(_ radio: NL80211Station.Radio) async {
        func isLasting(_ address: String) -> Bool { !address.hasPrefix("fe80:") }
        let before = (originalAddresses?.addresses ?? []).filter(isLasting)
        let now = InterfaceAddresses(of: radio.interface.name).addresses.filter(isLasting)
        // Routers that advertised themselves stay in the routes for up to hours, and the next network has others.
        if now.contains(where: { $0.contains(":") }), !before.contains(where: { $0.contains(":") }), !didBringUp {
            restartIPv6(radio.interface.name)
        }
        for address in now where !before.contains(address) {
            guard let parsed = HotspotAddressing.Manual.Address(address) else { continue }
            do throws(NetlinkError) {
                try await route.setAddress(
                    parsed.address.octets,
                    prefixLength: UInt8(parsed.prefixLength),
                    on: radio.interface.index,
                    isAdded: false
                )
            } catch {
                logger.debug("an address is left", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Has the kernel forget all that it has learnt of an interface by IPv6, but for the settings.
    func restartIPv6(_ interface: String) {
        let file = "/proc/sys/net/ipv6/conf/\(interface)/disable_ipv6"
        guard let value = try? String(contentsOfFile: file, encoding: .utf8), value.hasPrefix("0") else { return }
        do {
            for value in ["1", "0"] { try Data(value.utf8).write(to: URL(fileURLWithPath: file)) }
        } catch {
            logger.debug("IPv6 routes may be left", metadata: ["error": "\(error.localizedDescription)"])
        }
    }

    /// Sets the interface back.
    func restore(_ radio: NL80211Station.Radio) async {
        let index = radio.interface.index
        do throws(NetlinkError) {
            if didSetLinkMode {
                try await route.set(index, InterfaceChange(linkMode: .carrier))
                didSetLinkMode = false
            }
            if let address = originalAddress {
                try await route.set(index, InterfaceChange(isUp: false))
                try await route.set(index, InterfaceChange(isUp: didBringUp ? nil : true, address: address))
                (originalAddress, didBringUp) = (nil, false)
            }
            if didBringUp {
                try await route.set(index, InterfaceChange(isUp: false))
                didBringUp = false
            }
        } catch {
            logger.debug("the interface is not as it was", metadata: ["error": "\(error)"])
        }
    }

    /// Whether another program has a link on the radio, after ours has ended: two that chose it at the same time.
    func isJoinedByAnother(_ radio: NL80211Station.Radio) async -> Bool {
        do {
            try await RadioChoice.refuseIfTaken(
                radio.interface,
                radio.nl80211,
                asksDaemons: false,
                isBusKnown: true,
                logger
            )
            return false
        } catch {
            return error is HotspotConfigurationError
        }
    }

    func release() async {
        watch?.task.cancel()
        watch = nil
        // First of all, while the link is there: the client gives its lease back.
        await provision?.stop()
        let isDaemons = provision?.isDaemons ?? false
        provision = nil
        await station?.close()
        station = nil
        if let radio, didReserve, !isTaken { isTaken = await isJoinedByAnother(radio) }
        // A session that has lent its radio has nothing on it: the addresses there are the other one's.
        if let radio, didReserve {
            let index = radio.interface.index
            if didSetAddresses {
                await manual?.remove(route)
                didSetAddresses = false
            }
            if !isTaken {
                if asksForAddress, !isDaemons { await removeAddresses(radio) }
                await restore(radio)
            }
            RadioReservations.shared.release(index)
            didReserve = false
        }
        (provisioned, manual) = (nil, nil)
        pump?.cancel()
        pump = nil
        events.finish()
        await route.close()
    }
}
