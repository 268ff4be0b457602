internal import DBus
internal import IEEE80211

/// What NetworkManager's radios hear, and what they are on.
struct NetworkManagerNetworks: Sendable {
    let interface: String?

    private typealias Client = NetworkManagerClient

    /// How long a scan may take before what is known already must do.
    private static let scanLimit = Duration.seconds(15)

    /// The networks that are heard now, each with its strongest access point.
    ///
    /// - Throws: ``HotspotConfigurationError``, `DBusError`, `CancellationError`.
    func scan() async throws -> [HotspotNetwork] {
        try await Client.connected { client in
            let objects = try await client.objects()
            let device = try chooseDevice(objects)
            let current = try await scanned(device, client) ?? objects
            guard let again = current.devices.first(where: { $0.path == device.path }) else { return [] }
            return HotspotNetwork.strongest(
                current.accessPoints(of: again).map { network($0, again, didAutoJoin: false) }
            )
        }
    }

    /// The network that a device is on; nil for none.
    ///
    /// - Throws: ``HotspotConfigurationError``, `DBusError`, `CancellationError`.
    func current() async throws -> HotspotNetwork? {
        try await Client.connected { client in
            let objects = try await client.objects()
            return try await Self.joined(objects, interface: interface, client)?.network
        }
    }

    /// The network that a device is on, with its profile.
    static func joined(
        _ objects: NetworkManagerObjects,
        interface: String?,
        _ client: NetworkManagerClient
    ) async throws -> (network: HotspotNetwork, profile: NetworkManagerProfile)? {
        for device in objects.devices where interface == nil || interface == device.interface {
            guard let active = device.activeConnection.flatMap({ objects.activeConnections[$0] }),
                active.state == .activated, let path = active.profile,
                let profile = try await client.profiles([path]).first, profile.mode == "infrastructure",
                let accessPoint = device.activeAccessPoint.flatMap({ objects.accessPoints[$0] })
            else { continue }
            let own = profile.userData[NetworkManagerProfile.Tag.activation] == "\(client.owner) \(active.path)"
            let isOnce = profile.userData[NetworkManagerProfile.Tag.once] != nil
            let reader = NetworkManagerNetworks(interface: interface)
            return (reader.network(accessPoint, device, didAutoJoin: !own && !isOnce), profile)
        }
        return nil
    }

    private func chooseDevice(_ objects: NetworkManagerObjects) throws -> NetworkManagerObjects.Device {
        var anything = HotspotConfiguration(ssid: SSID(octets: []))
        anything.interface = interface
        return try NetworkManagerPreflight(objects: objects, configuration: anything).chooseDevice()
    }

    /// Has a device look for networks.
    ///
    /// - Returns: all objects after the scan; nil where none was possible: the list that the daemon has is then as good as
    ///   it gets.
    private func scanned(
        _ device: NetworkManagerObjects.Device,
        _ client: NetworkManagerClient
    ) async throws -> NetworkManagerObjects? {
        let changes = try await client.propertyChanges(of: device.path)
        do {
            return try await withDeadline(.now + Self.scanLimit) {
                do {
                    try await client.requestScan(device.path)
                } catch let error as DBusError
                    where error.name == "org.freedesktop.NetworkManager.Device.NotAllowed"
                {
                    // A scan is on, or one has just ended.
                    let now = try await client.objects()
                    if now.devices.first(where: { $0.path == device.path })?.lastScan ?? -1 >= 0 { return now }
                }
                for try await change in changes {
                    guard change.body.count >= 2, change.body[0].text == Client.Interface.wireless,
                        change.body[1].entries?["LastScan"] != nil
                    else { continue }
                    return try await client.objects()
                }
                return nil
            }
        } catch is DeadlineExceeded {
            return nil
        }
    }

    private func network(
        _ accessPoint: NetworkManagerObjects.AccessPoint,
        _ device: NetworkManagerObjects.Device,
        didAutoJoin: Bool
    ) -> HotspotNetwork {
        HotspotNetwork(
            ssid: accessPoint.ssid,
            bssid: PrintableText.escape(accessPoint.bssid),
            strength: Double(accessPoint.strength) / 100,
            signal: nil,
            frequency: accessPoint.frequency,
            security: BSSSecurity(flags: accessPoint.security, isPrivate: accessPoint.isPrivate),
            didAutoJoin: didAutoJoin,
            interface: device.interface
        )
    }
}
