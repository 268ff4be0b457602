internal import DBus
internal import Glibc
internal import IEEE80211

/// What can be known before anything is touched: which device is to join, and whether it can.
struct NetworkManagerPreflight {
    let objects: NetworkManagerObjects
    let configuration: HotspotConfiguration
    /// Whether wpa_supplicant or iwd has its name on the bus.
    var hasSupplicant = true

    /// Chooses the device that is to join.
    ///
    /// The one that was named; otherwise a usable one, best the one that is on the network already, then one that is idle
    /// and hears it, one that hears it, one that is idle.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `networkingOff`, `suspended`, `radioDisabled`,
    ///   `noWirelessDevice`, `deviceUnmanaged`, `firmwareMissing` or `deviceUnavailable`.
    func chooseDevice() throws(HotspotConfigurationError) -> NetworkManagerObjects.Device {
        guard objects.manager.networkingEnabled else {
            throw HotspotConfigurationError(
                .networkingOff,
                "networking is switched off in NetworkManager",
                remedy: "nmcli networking on",
                underlying: [NetworkManagerObjects.Manager.switchedOff]
            )
        }
        guard !objects.manager.isAsleep else {
            throw HotspotConfigurationError(
                .suspended,
                "NetworkManager is asleep: the machine is going to sleep, or was told that it does",
                remedy: "join again when it is awake",
                underlying: [NetworkManagerObjects.Manager.asleep]
            )
        }
        let known = objects.devices.map(\.interface).joined(separator: ", ")
        let candidates: [NetworkManagerObjects.Device]
        if let name = configuration.interface {
            candidates = objects.devices.filter { $0.interface == name }
            if candidates.isEmpty {
                throw HotspotConfigurationError(
                    .noWirelessDevice,
                    "\(PrintableText.escape(name)) is not a Wi-Fi device that NetworkManager knows"
                        + (known.isEmpty ? "; it knows none" : "; it knows \(known)"),
                    underlying: [deviceList]
                )
            }
        } else {
            candidates = objects.devices
            if candidates.isEmpty {
                throw HotspotConfigurationError(
                    .noWirelessDevice,
                    "NetworkManager knows no Wi-Fi device",
                    remedy: "see whether the kernel has one: iw dev",
                    underlying: [deviceList]
                )
            }
        }
        let usable = candidates.filter { $0.state >= .disconnected }
        func isOnNetwork(_ device: NetworkManagerObjects.Device) -> Bool {
            device.activeAccessPoint.flatMap { objects.accessPoints[$0] }?.ssid == configuration.ssid.octets
        }
        func isIdle(_ device: NetworkManagerObjects.Device) -> Bool { device.state == .disconnected }
        func hears(_ device: NetworkManagerObjects.Device) -> Bool { !heard(by: device).isEmpty }
        if let device = usable.first, usable.allSatisfy({ RadioSwitch.blocking($0.interface) != nil }) {
            throw unusable(device)
        }
        let best =
            usable.first(where: isOnNetwork) ?? usable.first { isIdle($0) && hears($0) } ?? usable.first(where: hears)
            ?? usable.first(where: isIdle) ?? usable.first
        if let best { return best }
        // An unavailable device says more about why nothing works than one that is not to be used at all.
        let device = candidates.first { $0.state == .unavailable } ?? candidates[0]
        throw unusable(device)
    }

    private var deviceList: Observation {
        let names = objects.devices.map { "\($0.interface) (\($0.state))" }
        return Observation(
            "NetworkManager",
            "Devices",
            "its Wi-Fi devices are " + (names.isEmpty ? "none" : names.joined(separator: ", "))
        )
    }

    /// Whether a device only needs a moment to become usable: a supplicant that has just started, a radio just switched on.
    var isSettling: Bool {
        guard objects.manager.networkingEnabled, !objects.manager.isAsleep, hasSupplicant,
            objects.manager.wirelessEnabled, objects.manager.wirelessHardwareEnabled
        else { return false }
        let candidates = objects.devices.filter {
            configuration.interface == nil || configuration.interface == $0.interface
        }
        return !candidates.contains { $0.state >= .disconnected }
            && candidates.contains {
                $0.state == .unavailable && !$0.isFirmwareMissing && RadioSwitch.blocking($0.interface) == nil
            }
    }

    private func unusable(_ device: NetworkManagerObjects.Device) -> HotspotConfigurationError {
        let evidence = NetworkManagerFailure(
            interface: device.interface,
            route: [DeviceTransition(old: device.state, new: device.state, reason: device.stateReason)]
        )
        let name = device.interface
        if device.state == .unmanaged {
            return HotspotConfigurationError(
                .deviceUnmanaged,
                "NetworkManager does not manage \(name)",
                remedy: "nmcli device set \(name) managed yes, or see unmanaged-devices in NetworkManager.conf",
                underlying: [evidence]
            )
        }
        if let block = RadioSwitch.blocking(name) {
            return HotspotConfigurationError(
                .radioDisabled,
                "Wi-Fi is switched off",
                remedy: block.remedy,
                underlying: [block.observation(name), evidence]
            )
        }
        if !objects.manager.wirelessHardwareEnabled {
            return HotspotConfigurationError(
                .radioDisabled,
                "Wi-Fi is switched off by a hardware switch or the firmware",
                remedy: "switch it on at the machine",
                underlying: [evidence]
            )
        }
        if !objects.manager.wirelessEnabled {
            return HotspotConfigurationError(
                .radioDisabled,
                "Wi-Fi is switched off",
                remedy: "nmcli radio wifi on, or rfkill unblock wifi",
                underlying: [evidence]
            )
        }
        if device.isFirmwareMissing {
            return HotspotConfigurationError(
                .firmwareMissing,
                "\(name) lacks its firmware",
                remedy: "install the firmware package of the device",
                underlying: [evidence]
            )
        }
        if !hasSupplicant {
            return HotspotConfigurationError(
                .supplicantFailed,
                "\(name) cannot be used: wpa_supplicant does not run",
                remedy: "start it: systemctl start wpa_supplicant",
                underlying: [evidence] + Supplicant.busNames.map { Supplicant.noOwner(of: $0) }
            )
        }
        return HotspotConfigurationError(
            .deviceUnavailable,
            "\(name) is not available",
            remedy: "see nmcli device show \(name), and the log: journalctl -u NetworkManager -u wpa_supplicant",
            underlying: [evidence]
        )
    }

    /// The access points of the network that a device hears, strongest first.
    func heard(by device: NetworkManagerObjects.Device) -> [NetworkManagerObjects.AccessPoint] {
        objects.accessPoints(of: device).filter { $0.ssid == configuration.ssid.octets }
    }

    /// What each of them offers; none where they were last heard so long ago that the network may have changed.
    ///
    /// - Parameters:
    ///   - device: the device that hears them.
    ///   - bootTime: the time since the machine started, in seconds, as NetworkManager counts it.
    /// - Returns: one set an access point.
    func offered(
        to device: NetworkManagerObjects.Device,
        bootTime: Int = NetworkManagerPreflight.bootTime
    ) -> [BSSSecurity] {
        let heard = heard(by: device)
        let isFresh = heard.contains { bootTime - $0.lastSeen <= Self.freshness }
        return isFresh ? heard.map { BSSSecurity(flags: $0.security, isPrivate: $0.isPrivate) } : []
    }

    /// Whether a device has heard the network in a search that has only just ended, from which the supplicant joins.
    ///
    /// - Parameters:
    ///   - device: the device.
    ///   - now: `CLOCK_BOOTTIME` in ms.
    /// - Returns: false also where it heard it long ago.
    func hasJustHeard(
        _ device: NetworkManagerObjects.Device,
        now: Int = NetworkManagerPreflight.bootMilliseconds
    ) -> Bool {
        guard let lastScan = device.lastScan, !heard(by: device).isEmpty else { return false }
        return now - lastScan < Self.justNow
    }

    /// How young the supplicant's table must be for it to join from it, in ms: five seconds, and one for the way there.
    private static let justNow = 4000

    /// How long what was heard of a network counts, in seconds: NetworkManager's list holds it for minutes.
    private static let freshness = 30

    /// `CLOCK_BOOTTIME` in seconds.
    static var bootTime: Int { bootMilliseconds / 1000 }

    /// `CLOCK_BOOTTIME` in milliseconds.
    static var bootMilliseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

/// The daemon that NetworkManager leaves the radio to.
enum Supplicant {
    /// wpa_supplicant, and iwd which may take its place.
    static let busNames = ["fi.w1.wpa_supplicant1", "net.connman.iwd"]

    /// Whether one of them is on the bus.
    static func isPresent(_ connection: DBusConnection) async throws -> Bool {
        for name in busNames where try await connection.owner(of: name) != nil { return true }
        return false
    }

    /// What the bus says where it is not.
    static func noOwner(of name: String) -> DBusError {
        DBusError(
            name: "org.freedesktop.DBus.Error.NameHasNoOwner",
            message: "nobody owns \(name)",
            member: "GetNameOwner"
        )
    }
}
