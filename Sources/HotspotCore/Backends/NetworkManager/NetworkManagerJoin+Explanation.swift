internal import DBus

/// What the machine says of a join that failed, beside the evidence.
extension NetworkManagerJoin {
    /// The device became unavailable, unmanaged or was taken down: the daemon's properties and the kernel's say why.
    func explain(
        _ transition: DeviceTransition,
        _ judge: JoinJudge,
        _ client: NetworkManagerClient
    ) async -> HotspotConfigurationError {
        let name = "\"\(configuration.ssid)\""
        // A daemon that quits gives its devices up, as one does whose device was pulled out: the kernel still has it.
        if [.nowUnmanaged, .unmanagedQuitting, .removed].contains(transition.reason),
            RadioSwitch.hasInterface(judge.interface),
            await hasLeft(client, within: Self.quittingLimit)
        {
            let stopped = judge.failure(
                .backendUnavailable,
                "NetworkManager stopped while \(name) was being joined",
                remedy: "start it: systemctl start NetworkManager"
            )
            return await withSupplicantsEnd(stopped, client)
        }
        if let objects = try? await client.objects() {
            if let error = asleep(objects, judge) { return error }
            if let error = blocked(nil, judge) { return error }
            if !objects.manager.wirelessEnabled || !objects.manager.wirelessHardwareEnabled {
                return judge.failure(
                    .radioDisabled,
                    "Wi-Fi was switched off while \(name) was being joined",
                    remedy: "nmcli radio wifi on, or rfkill unblock wifi"
                )
            }
            // The same reason is given for a device that was pulled out and for one that was taken from NetworkManager.
            let device = objects.devices.first { $0.interface == judge.interface }
            if device == nil || device?.state == .unmanaged, [.removed, .nowUnmanaged].contains(transition.reason) {
                return unmanaged(judge)
            }
        }
        return judge.interrupted(transition.reason)
    }

    private func unmanaged(_ judge: JoinJudge) -> HotspotConfigurationError {
        judge.failure(
            .deviceUnmanaged,
            "somebody took \(judge.interface) from NetworkManager while \"\(configuration.ssid)\" was being joined",
            remedy: "nmcli device set \(judge.interface) managed yes"
        )
    }

    /// Names what the daemon was told and has not done yet, where a failure looks like silence: to sleep, or to leave the
    /// device alone.
    func leftAlone(
        _ error: HotspotConfigurationError,
        _ judge: JoinJudge,
        _ client: NetworkManagerClient
    ) async -> HotspotConfigurationError? {
        guard error.cause.isLikeSilence,
            // One that hangs keeps no verdict back.
            let objects = try? await withDeadline(.now + Self.askingLimit, { try await client.objects() })
        else { return nil }
        if let asleep = asleep(objects, judge) { return asleep }
        guard let device = objects.devices.first(where: { $0.interface == judge.interface }), !device.isManaged else {
            return nil
        }
        var failure = unmanaged(judge)
        failure.underlyingErrors.append(Observation("NetworkManager", "Managed", "it is unmanaged: Managed is false"))
        return failure
    }

    /// A daemon that sleeps, because the machine does or because networking was switched off; nil where it does not.
    private func asleep(_ objects: NetworkManagerObjects) -> HotspotConfigurationError? {
        if !objects.manager.networkingEnabled {
            return HotspotConfigurationError(
                .networkingOff,
                "networking was switched off while \"\(configuration.ssid)\" was being joined",
                remedy: "nmcli networking on",
                underlying: [NetworkManagerObjects.Manager.switchedOff]
            )
        }
        guard objects.manager.isAsleep else { return nil }
        return HotspotConfigurationError(
            .suspended,
            "the machine was put to sleep while \"\(configuration.ssid)\" was being joined",
            remedy: "join again when it is awake",
            underlying: [NetworkManagerObjects.Manager.asleep]
        )
    }

    /// The same, with what was heard before.
    func asleep(_ objects: NetworkManagerObjects, _ judge: JoinJudge) -> HotspotConfigurationError? {
        guard var error = asleep(objects) else { return nil }
        let heard = judge.failure(error.cause, error.message)
        error.phase = heard.phase
        error.underlyingErrors = heard.underlyingErrors + error.underlyingErrors
        return error
    }

    /// Names the sleep where a request was refused because of it: the refusal is then about a device that is not managed.
    func asleep(_ refusal: DBusError, _ client: NetworkManagerClient) async -> HotspotConfigurationError? {
        guard let objects = try? await client.objects(), var error = asleep(objects) else { return nil }
        error.phase = timeline.phase
        error.underlyingErrors.insert(refusal, at: 0)
        return error
    }

    /// Adds that the supplicant is gone too where NetworkManager went away: version 1.42 crashes where wpa_supplicant dies
    /// while a device is being prepared.
    func withSupplicantsEnd(
        _ original: HotspotConfigurationError,
        _ client: NetworkManagerClient
    ) async -> HotspotConfigurationError {
        guard original.cause == .backendUnavailable, (try? await Supplicant.isPresent(client.connection)) == false
        else { return original }
        var failure = original
        failure.underlyingErrors += Supplicant.busNames.map { Supplicant.noOwner(of: $0) }
        return failure
    }

    /// Names the removal of our profile where somebody removed it before the device had begun with it: what is seen is then
    /// only that the device does something else.
    func unlessRemoved(
        _ original: HotspotConfigurationError,
        _ judge: JoinJudge,
        _ client: NetworkManagerClient
    ) async -> HotspotConfigurationError {
        guard [.superseded, .deviceUnavailable].contains(original.cause) else { return original }
        do {
            guard try await client.profile(uuid: uuid) == nil else { return original }
        } catch {
            // Whoever cannot be asked any more is the next thing to fail, and will be named there.
            return original
        }
        var failure = judge.failure(
            .configurationRemoved,
            "somebody removed the profile while \"\(configuration.ssid)\" was being joined",
            remedy: "join again"
        )
        failure.underlyingErrors.append(
            Observation("NetworkManager", "GetConnectionByUuid", "there is no profile \(uuid) any more")
        )
        return failure
    }

    /// Whether the daemon gives up its name in the next moment.
    private func hasLeft(_ client: NetworkManagerClient, within limit: Duration) async -> Bool {
        let left = try? await withDeadline(.now + limit) {
            let changes = try await client.ownerChanges()
            if try await client.connection.owner(of: NetworkManagerClient.busName) != client.owner { return true }
            for try await change in changes where change.body.count == 3 && change.body[2].text != client.owner {
                return true
            }
            return true
        }
        return left ?? false
    }

    /// Names the switch where the radio is blocked, or a device that is gone, unless the access point's own word explains the failure better.
    func blocked(_ error: HotspotConfigurationError?, _ judge: JoinJudge) -> HotspotConfigurationError? {
        if let error, !error.cause.isLikeSilence { return nil }
        if !RadioSwitch.hasInterface(judge.interface) {
            var failure = judge.failure(
                .deviceRemoved,
                "\(judge.interface) disappeared while \"\(configuration.ssid)\" was being joined",
                remedy: "plug it in again, or see the kernel's log: dmesg"
            )
            failure.underlyingErrors.insert(
                Observation("kernel", "/sys/class/net", "there is no interface \(judge.interface) any more"),
                at: 0
            )
            return failure
        }
        guard let block = RadioSwitch.blocking(judge.interface) else { return nil }
        var failure = judge.failure(
            .radioDisabled,
            "Wi-Fi was switched off while \"\(configuration.ssid)\" was being joined",
            remedy: block.remedy
        )
        failure.underlyingErrors.insert(block.observation(judge.interface), at: 0)
        return failure
    }
}

extension HotspotConfigurationError.Cause {
    /// Whether it is also what a radio that was switched off, or that sleeps, looks like.
    var isLikeSilence: Bool {
        switch self {
        case .deviceUnavailable, .networkNotFound, .noResponse, .handshakeFailed, .deauthenticated,
            .supplicantFailed, .ipProvisioningFailed, .timedOut:
            true
        default: false
        }
    }
}
