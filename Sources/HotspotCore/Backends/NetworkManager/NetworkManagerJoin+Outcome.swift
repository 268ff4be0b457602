internal import DBus
internal import IEEE80211
internal import Logging
internal import Synchronization

/// What a join came to.
extension NetworkManagerJoin {
    /// Reads what was joined.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `superseded` where it is another network by now; `DBusError`,
    ///   `CancellationError`.
    func joinedNetwork(
        _ client: NetworkManagerClient,
        activation: String,
        device: String,
        keyManagement: KeyManagement,
        witness: AirWitness?
    ) async throws -> JoinedNetwork {
        let objects = try await client.objects()
        if let judge = state.withLock({ $0.judge }), let error = asleep(objects, judge) { throw error }
        guard let current = objects.devices.first(where: { $0.path == device }),
            current.state == .activated, current.activeConnection == activation,
            let connection = objects.activeConnections[activation]
        else {
            throw await notJoined(objects, activation: activation, device: device, client)
        }
        let accessPoint = current.activeAccessPoint.flatMap { objects.accessPoints[$0] }
        // The network is joined whatever becomes of these objects, which NetworkManager replaces as addresses change.
        async let ip4Reading = try? addresses(client, connection.ip4Config, NetworkManagerClient.Interface.ip4Config)
        async let ip6Reading = try? addresses(client, connection.ip6Config, NetworkManagerClient.Interface.ip6Config)
        async let linkReading = witness?.link()
        let (ip4, ip6, observed) = await (ip4Reading, ip6Reading, linkReading)
        try Task.checkCancellation()
        let frequency = observed?.frequency ?? accessPoint?.frequency
        return JoinedNetwork(
            ssid: configuration.ssid,
            bssid: observed?.bssid ?? accessPoint?.bssid.lowercased(),
            frequency: frequency,
            channel: frequency.flatMap { Channel(frequencyMHz: $0)?.number },
            security: observed?.security ?? keyManagement.security,
            signal: observed?.signal,
            signalStrength: accessPoint.map { Double($0.strength) / 100 },
            interface: current.interface,
            addresses: (ip4?.addresses ?? []) + (ip6?.addresses ?? []),
            gateway: ip4?.gateway ?? ip6?.gateway,
            backend: NetworkManagerBackend.name,
            phaseDurations: timeline.durations()
        )
    }

    /// The network was joined, and is not any more at the first look.
    private func notJoined(
        _ objects: NetworkManagerObjects,
        activation: String,
        device: String,
        _ client: NetworkManagerClient
    ) async -> HotspotConfigurationError {
        let current = objects.devices.first { $0.path == device }
        let name = "\"\(configuration.ssid)\""
        guard let judge = state.withLock({ $0.judge }) else {
            return HotspotConfigurationError(.superseded, "\(name) was left as soon as it was joined", phase: .address)
        }
        if let other = current?.activeConnection, other != activation {
            let superseded = judge.failure(
                .superseded,
                "another connection took the device at the moment when \(name) was joined"
            )
            return await unlessRemoved(superseded, judge, client)
        }
        let state = current?.state ?? .unmanaged
        let transition = DeviceTransition(old: .activated, new: state, reason: current?.stateReason ?? .removed)
        return await unlessRemoved(await explain(transition, judge, client), judge, client)
    }

    private func addresses(
        _ client: NetworkManagerClient,
        _ path: String?,
        _ interface: String
    ) async throws -> (addresses: [String], gateway: String?) {
        guard let path else { return ([], nil) }
        let properties = try await client.properties(of: path, interface: interface)
        let addresses = (properties["AddressData"]?.elements ?? []).compactMap { item -> String? in
            guard let entry = item.entries, let address = entry["address"]?.text else { return nil }
            return PrintableText.escape(address) + (entry["prefix"]?.integer.map { "/\($0)" } ?? "")
        }
        return (addresses, properties["Gateway"]?.text.flatMap { $0.isEmpty ? nil : PrintableText.escape($0) })
    }

    /// Removes profiles of ours that are of no use any more; one that cannot be removed stays, and the log says so.
    func removeOlder(_ profiles: [NetworkManagerProfile], _ client: NetworkManagerClient) async {
        for profile in profiles {
            do {
                try await shielded(for: Self.callLimit) { try await client.deleteProfile(profile.path) }
                EAPProfile.removeCopies(
                    of: profile.uuid,
                    in: [EAPProfile.memoryProfiles, EAPProfile.storedProfiles]
                )
            } catch {
                logger.warning("an older profile stays", metadata: ["uuid": "\(profile.uuid)", "error": "\(error)"])
            }
        }
    }

    /// Turns whatever ended the join into the one error type, with what was heard so far beneath it.
    func failure(from error: any Error) -> HotspotConfigurationError {
        let judge = state.withLock { $0.judge }
        let phase = timeline.phase
        let subject = "\"\(configuration.ssid)\" could not be joined"
        func build(
            _ cause: HotspotConfigurationError.Cause,
            _ message: String,
            _ remedy: String? = nil,
            _ underlying: [any Error] = []
        ) -> HotspotConfigurationError {
            var failure =
                judge?.failure(cause, message, remedy: remedy)
                ?? HotspotConfigurationError(cause, message, remedy: remedy)
            failure.phase = phase
            failure.underlyingErrors = underlying + failure.underlyingErrors
            return failure
        }
        switch error {
        case let error as HotspotConfigurationError: return error
        case let error as DBusError: return HotspotConfigurationError(dbus: error, subject: subject, phase: phase)
        case is DeadlineExceeded:
            return build(
                .timedOut(phase),
                "\(subject) before its deadline; it was in the phase \(phase.rawValue)",
                "allow more time, or go nearer to the access point",
                [Observation("hotspot", "deadline", "no answer came in the phase \(phase.rawValue) until the deadline")]
            )
        case is CancellationError:
            return build(
                .cancelled,
                "joining \"\(configuration.ssid)\" was cancelled in the phase \(phase.rawValue)",
                nil,
                [error]
            )
        default:
            return HotspotConfigurationError(
                .unlisted,
                "\(subject): an error that is in no table",
                phase: phase,
                underlying: [error]
            )
        }
    }
}
