internal import DBus
internal import Logging

/// What is looked at before anything is changed.
extension NetworkManagerJoin {
    /// Looks at the machine, and once more where a device is about to become usable.
    func preflight(
        _ client: NetworkManagerClient,
        hasSupplicant: Bool
    ) async throws -> NetworkManagerPreflight {
        @Sendable func look() async throws -> NetworkManagerPreflight {
            NetworkManagerPreflight(
                objects: try await NetworkManagerClient.answered("GetManagedObjects", by: "NetworkManager") {
                    try await client.objects()
                },
                configuration: configuration,
                hasSupplicant: hasSupplicant
            )
        }
        let first = try await look()
        guard first.isSettling else { return first }
        logger.debug("waiting for a device to become available")
        do {
            return try await withDeadline(.now + Self.settlingLimit) {
                let changes = try await client.stateChanges()
                var current = try await look()
                guard current.isSettling else { return current }
                for try await _ in changes {
                    current = try await look()
                    if !current.isSettling { break }
                }
                return current
            }
        } catch is DeadlineExceeded {
            return try await look()
        }
    }

    /// The stored profiles of this network.
    func ofThisNetwork(_ profiles: [NetworkManagerProfile]) -> [NetworkManagerProfile] {
        profiles.filter { $0.ssid == configuration.ssid.octets && $0.mode == "infrastructure" }
    }

    /// Removes what a join of this application left behind when its process was killed.
    ///
    /// - Returns: the other profiles.
    func removeAbandoned(
        _ profiles: [NetworkManagerProfile],
        of owner: ProfileOwner,
        objects: NetworkManagerObjects,
        _ client: NetworkManagerClient
    ) async throws -> [NetworkManagerProfile] {
        let inUse = Set(objects.activeConnections.values.compactMap(\.profile))
        let abandoned = profiles.filter {
            owner.owns($0) && $0.isAbandoned && !inUse.contains($0.path)
        }
        await removeOlder(abandoned, client)
        let paths = Set(abandoned.map(\.path))
        return profiles.filter { !paths.contains($0.path) }
    }

    /// Looks whether the network is somebody else's to configure, or ours and joined already.
    func refuseIfNotOurs(
        _ profiles: [NetworkManagerProfile],
        of owner: ProfileOwner,
        active: NetworkManagerObjects.ActiveConnection?,
        client: NetworkManagerClient,
        keyManagement: KeyManagement,
        enterprise: EAPProfile?
    ) async throws {
        if let foreign = profiles.first(where: { !owner.owns($0) }) {
            let (id, uuid) = (PrintableText.escape(foreign.id), PrintableText.escape(foreign.uuid))
            throw HotspotConfigurationError(
                .foreignConfiguration,
                "\"\(configuration.ssid)\" is configured by the profile \"\(id)\", which \(application) did not make",
                // By its number: a profile's name is mostly the network's, and so other people's text in a root's shell.
                remedy: "nmcli connection up uuid \(uuid) joins it; nmcli connection delete uuid \(uuid) makes room",
                underlying: [ProfileConflict(id: id, uuid: foreign.uuid, path: foreign.path)]
            )
        }
        // One that was abandoned and is in use, as NetworkManager goes on without whoever asked for it, makes way.
        if let open = profiles.first(where: {
            $0.userData[NetworkManagerProfile.Tag.joining] != nil && !$0.isAbandoned
        }) {
            throw HotspotConfigurationError(
                .requestPending,
                "another process of \(application) is joining \"\(configuration.ssid)\" now",
                remedy: "wait for it, or end it",
                underlying: [ProfileConflict(id: PrintableText.escape(open.id), uuid: open.uuid, path: open.path)]
            )
        }
        if let open = profiles.first(where: { $0.userData[NetworkManagerProfile.Tag.once] != nil }),
            let active, active.profile == open.path, active.state == .activating
        {
            throw HotspotConfigurationError(
                .requestPending,
                "another request of \(application) for \"\(configuration.ssid)\" is still open",
                remedy: "wait for it, or end it",
                underlying: [ProfileConflict(id: PrintableText.escape(open.id), uuid: open.uuid, path: open.path)]
            )
        }
        guard let active, active.state == .activated,
            let profile = profiles.first(where: { $0.path == active.profile }),
            // What has expired is about to be forgotten, with its connection; what was abandoned is nowhere stored.
            !profile.isExpired, !profile.isAbandoned,
            profile.keyManagement == keyManagement.name,
            profile.userData[NetworkManagerProfile.Tag.settings] == configuration.settingsText
        else { return }
        if let setting = keyManagement.secretKey {
            let secrets: [String: DBusValue]
            do {
                secrets = try await client.secrets(of: profile.path, setting: "802-11-wireless-security")
            } catch is DBusError {
                // Whoever may not read the stored secret cannot know that it is the same: the network is joined anew.
                return
            }
            let stored = secrets[setting]?.text.map { Passphrase($0) }
            guard stored == configuration.passphrase else { return }
        }
        if let enterprise {
            guard try await hasCredentials(profile, enterprise, client) else { return }
        }
        throw HotspotConfigurationError(
            .alreadyAssociated,
            "\"\(configuration.ssid)\" is joined already, with this very configuration",
            underlying: [ProfileConflict(id: PrintableText.escape(profile.id), uuid: profile.uuid, path: profile.path)]
        )
    }

    /// Whether a stored profile has the very EAP settings; false also where its secrets may not be read.
    private func hasCredentials(
        _ profile: NetworkManagerProfile,
        _ enterprise: EAPProfile,
        _ client: NetworkManagerClient
    ) async throws -> Bool {
        guard enterprise.matches(profile.enterprise) else { return false }
        do {
            let stored = try await client.secrets(of: profile.path, setting: EAPProfile.name)
            return stored.compactMapValues { $0.text.map { Passphrase($0) } } == enterprise.secrets
        } catch is DBusError {
            return enterprise.secrets.isEmpty
        }
    }
}
