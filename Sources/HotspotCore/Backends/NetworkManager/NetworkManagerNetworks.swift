internal import DBus
internal import Glibc
internal import IEEE80211
internal import Netlink

/// What NetworkManager's radios hear, and what they are on.
struct NetworkManagerNetworks: Sendable {
    let interface: String?

    /// What NetworkManager says.
    enum Answer<Value: Sendable>: Sendable {
        case known(Value)
        /// It leaves the radio, or all of them, to others.
        case unmanaged
    }

    private typealias Client = NetworkManagerClient

    /// How long a scan may take before what is known already must do.
    private static let scanLimit = Duration.seconds(15)

    /// The networks that are heard now, each with its strongest access point.
    ///
    /// - Throws: ``HotspotConfigurationError``, `DBusError`, `CancellationError`.
    func heard() async throws -> [HotspotNetwork] {
        try await Client.connected { try await heard($0, try await $0.objects()) }
    }

    /// The same, where NetworkManager manages a radio.
    func scan() async throws -> Answer<[HotspotNetwork]> {
        try await Client.connected { client in
            let objects = try await client.objects()
            // One that sleeps manages none for the moment, and is not to be woken by a scan behind its back.
            let isAsleep = objects.manager.isAsleep && objects.manager.networkingEnabled
            return isLeftToOthers(objects) && !isAsleep ? .unmanaged : .known(try await heard(client, objects))
        }
    }

    private func heard(
        _ client: NetworkManagerClient,
        _ objects: NetworkManagerObjects
    ) async throws -> [HotspotNetwork] {
        let device = try chooseDevice(objects)
        let current = try await scanned(device, client) ?? objects
        guard let again = current.devices.first(where: { $0.path == device.path }) else { return [] }
        return HotspotNetwork.strongest(
            current.accessPoints(of: again).map { network($0, again, didAutoJoin: false) }
        )
    }

    /// Whether there are radios, and NetworkManager manages none of them.
    private func isLeftToOthers(_ objects: NetworkManagerObjects) -> Bool {
        let devices = objects.devices.filter { interface == nil || interface == $0.interface }
        return !devices.isEmpty && devices.allSatisfy { $0.state == .unmanaged }
    }

    /// The network that a device is on; nil for none.
    ///
    /// - Throws: ``HotspotConfigurationError``, `DBusError`, `CancellationError`.
    func current() async throws -> Answer<HotspotNetwork?> {
        try await Client.connected { client in
            let objects = try await client.objects()
            if isLeftToOthers(objects) { return .unmanaged }
            return .known(try await Self.joined(objects, interface: interface, client)?.network)
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
            // One whose join is about to end has no mark of its activation yet.
            let own =
                profile.userData[NetworkManagerProfile.Tag.activation] == "\(client.owner) \(active.path)"
                || profile.userData[NetworkManagerProfile.Tag.joining] != nil
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
    /// A scan that is on when it is asked for may have passed the channel of a network that is new: what counts is a scan
    /// that began afterwards, by the kernel's word.
    ///
    /// - Returns: all objects after the scan; nil where none was possible: the list that the daemon has is then as good as
    ///   it gets.
    private func scanned(
        _ device: NetworkManagerObjects.Device,
        _ client: NetworkManagerClient
    ) async throws -> NetworkManagerObjects? {
        let changes = try await client.propertyChanges(of: device.path)
        let air = try? await NL80211().events(groups: [.scan])
        defer { air?.close() }
        do {
            return try await withDeadline(.now + Self.scanLimit) {
                do {
                    try await client.requestScan(device.path)
                } catch let error as DBusError
                    where error.name == "org.freedesktop.NetworkManager.Device.NotAllowed"
                {
                    return nil
                }
                var end = NetworkManagerPreflight.bootMilliseconds
                if let air {
                    guard await Self.waitForScan(air, of: device.interface) else { return nil }
                    end = NetworkManagerPreflight.bootMilliseconds
                    // The daemon may have been faster than this process.
                    let now = try await client.objects()
                    if Self.lastScan(now, device) >= end - Self.lag { return now }
                }
                for try await change in changes {
                    guard change.body.count >= 2, change.body[0].text == Client.Interface.wireless,
                        change.body[1].entries?["LastScan"] != nil
                    else { continue }
                    let now = try await client.objects()
                    if Self.lastScan(now, device) >= end - Self.lag { return now }
                }
                return nil
            }
        } catch is DeadlineExceeded {
            return nil
        }
    }

    /// By how much the daemon may note the end of a scan before this process does, in ms.
    private static let lag = 500

    private static func lastScan(_ objects: NetworkManagerObjects, _ device: NetworkManagerObjects.Device) -> Int {
        objects.devices.first { $0.path == device.path }?.lastScan ?? -1
    }

    /// Waits for the end of a scan that begins from now on.
    ///
    /// - Returns: false where no more is heard of any.
    private static func waitForScan(_ air: NL80211EventStream, of interface: String) async -> Bool {
        let index = if_nametoindex(interface)
        var hasBegun = false
        for await event in air where event.interface == index || event.interface == nil {
            switch event.kind {
            case .triggerScan: hasBegun = true
            case .newScanResults where hasBegun: return true
            case .overrun: return true
            default: break
            }
        }
        return false
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
