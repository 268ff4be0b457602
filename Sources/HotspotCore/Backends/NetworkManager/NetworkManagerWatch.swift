internal import DBus
internal import Logging

/// Watches what happens to the networks of one application, over restarts of NetworkManager.
struct NetworkManagerWatch: Sendable {
    let application: String
    let logger: Logger

    /// How long to wait before the bus is tried again where there is none.
    private static let busPause = Duration.seconds(5)

    /// The networks of the application that are joined, by device, and those that were lost.
    private struct Known {
        var joined: [String: (ssid: SSID, interface: String)] = [:]
        var lost: Set<SSID> = []
    }

    /// Runs until the task is cancelled.
    func run(_ report: @escaping @Sendable (HotspotEvent) -> Void) async {
        var known = Known()
        var isFirst = true
        while !Task.isCancelled {
            do {
                let connection = try await DBusConnection()
                do {
                    try await follow(connection, &known, isFirst: isFirst, report)
                    await connection.close()
                } catch {
                    logger.debug("events are interrupted", metadata: ["error": "\(error)"])
                    await connection.close()
                    // A bus or a daemon that refuses would do so at once again; one that is gone is waited for.
                    if (error as? DBusError)?.isAboutMissingOwner != true {
                        try? await ContinuousClock().sleep(for: Self.busPause)
                    }
                }
                isFirst = false
            } catch {
                try? await ContinuousClock().sleep(for: Self.busPause)
            }
        }
    }

    /// Follows one daemon to its end, and waits for the next where there is none.
    private func follow(
        _ connection: DBusConnection,
        _ known: inout Known,
        isFirst: Bool,
        _ report: @escaping @Sendable (HotspotEvent) -> Void
    ) async throws {
        let ownerChanges = try await connection.ownerChanges(of: NetworkManagerClient.busName)
        guard let owner = try await connection.owner(of: NetworkManagerClient.busName) else {
            for try await change in ownerChanges where change.body.last?.text?.isEmpty == false { return }
            return
        }
        let client = NetworkManagerClient(connection: connection, owner: owner)
        let states = try await client.stateChanges()
        try await readState(client, &known, isSilent: isFirst, report)
        let closing = client.closing(on: ownerChanges)
        defer { closing.cancel() }
        do {
            for try await message in states {
                guard let path = message.path, let transition = DeviceTransition(message) else { continue }
                if transition.new == .activated {
                    try await readState(client, &known, isSilent: false, report)
                } else if let (ssid, interface) = known.joined.removeValue(forKey: path) {
                    known.lost.insert(ssid)
                    report(.lost(ssid, await Self.lost(ssid, interface, transition, client)))
                }
            }
        } catch {
            if Task.isCancelled { return }
            logger.debug("NetworkManager or the bus went away", metadata: ["error": "\(error)"])
        }
        for (ssid, _) in known.joined.values where !Task.isCancelled {
            known.lost.insert(ssid)
            report(
                .lost(
                    ssid,
                    HotspotConfigurationError(
                        .backendUnavailable,
                        "NetworkManager stopped, which kept \"\(ssid)\" joined",
                        remedy: "start it: systemctl start NetworkManager",
                        phase: .joined,
                        underlying: [
                            Observation("D-Bus", "NameOwnerChanged", "\(owner) gave the name up, or the bus ended")
                        ]
                    )
                )
            )
        }
        known.joined = [:]
    }

    /// Looks which of the application's networks are joined, and reports those that are new.
    private func readState(
        _ client: NetworkManagerClient,
        _ known: inout Known,
        isSilent: Bool,
        _ report: @Sendable (HotspotEvent) -> Void
    ) async throws {
        let objects = try await client.objects()
        for device in objects.devices where known.joined[device.path] == nil {
            guard
                let (network, profile) = try await NetworkManagerNetworks.joined(
                    objects,
                    interface: device.interface,
                    client
                ), profile.application == application
            else { continue }
            known.joined[device.path] = (network.ssid, device.interface)
            let wasLost = known.lost.remove(network.ssid) != nil
            if !isSilent { report(wasLost ? .rejoined(network) : .joined(network)) }
        }
    }

    private static func lost(
        _ ssid: SSID,
        _ interface: String,
        _ transition: DeviceTransition,
        _ client: NetworkManagerClient
    ) async -> HotspotConfigurationError {
        let evidence = NetworkManagerFailure(interface: interface, route: [transition])
        if !RadioSwitch.hasInterface(interface) {
            return HotspotConfigurationError(
                .deviceRemoved,
                "\"\(ssid)\" was lost: \(interface) disappeared",
                remedy: "plug it in again, or see the kernel's log: dmesg",
                phase: .joined,
                underlying: [evidence]
            )
        }
        if let block = RadioSwitch.blocking(interface) {
            return HotspotConfigurationError(
                .radioDisabled,
                "\"\(ssid)\" was lost: Wi-Fi was switched off",
                remedy: block.remedy,
                phase: .joined,
                underlying: [block.observation(interface), evidence]
            )
        }
        // The same reason is given for both.
        if transition.reason == .sleeping, let manager = try? await client.objects().manager, !manager.networkingEnabled
        {
            return HotspotConfigurationError(
                .networkingOff,
                "\"\(ssid)\" was lost: networking was switched off",
                remedy: "nmcli networking on",
                phase: .joined,
                underlying: [
                    NetworkManagerObjects.Manager.switchedOff, evidence,
                ]
            )
        }
        return HotspotConfigurationError(
            Decision(transition.reason),
            subject: "\"\(ssid)\" was lost",
            phase: .joined,
            underlying: [evidence]
        )
    }
}
