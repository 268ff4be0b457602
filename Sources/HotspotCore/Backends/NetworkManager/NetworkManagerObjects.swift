internal import DBus

/// One look at all objects of the daemon: its own state, devices, access points, active connections and profiles.
struct NetworkManagerObjects: Sendable {
    /// `NM_STATE_ASLEEP` of the daemon's `State`.
    static let asleepState = 10

    /// The daemon's own properties.
    struct Manager: Sendable {
        var version = ""
        /// `NM_STATE_ASLEEP`: the machine sleeps, or networking is switched off.
        var isAsleep = false
        var networkingEnabled = true
        var wirelessEnabled = true
        var wirelessHardwareEnabled = true

        /// What it says where networking is switched off.
        static let switchedOff = Observation("NetworkManager", "NetworkingEnabled", "NetworkingEnabled is false")
        /// What it says where it sleeps and networking is not switched off.
        static let asleep = Observation("NetworkManager", "State", "State is asleep (10)")
    }

    /// A Wi-Fi device.
    struct Device: Sendable {
        let path: String
        let interface: String
        let state: DeviceState
        /// Whether it is to be managed, whatever its state is for the moment.
        let isManaged: Bool
        let stateReason: DeviceStateReason
        let activeConnection: String?
        let activeAccessPoint: String?
        let accessPoints: [String]
        let isFirmwareMissing: Bool
        /// When the last search ended, in ms of `CLOCK_BOOTTIME`; nil where there was none.
        let lastScan: Int?
    }

    /// An access point as the daemon lists it.
    struct AccessPoint: Sendable {
        let path: String
        let ssid: [UInt8]
        let bssid: String
        /// In MHz.
        let frequency: Int
        /// In percent.
        let strength: Int
        let isPrivate: Bool
        let security: AccessPointSecurityFlags
        let lastSeen: Int

        /// Whether it was heard: the daemon lists one more for a profile that it does not see on the air.
        var isReal: Bool { frequency > 0 && lastSeen >= 0 }
    }

    /// A connection that is up or coming up.
    struct ActiveConnection: Sendable {
        let path: String
        let profile: String?
        let uuid: String
        let type: String
        let state: ActiveConnectionState
        let devices: [String]
        let ip4Config: String?
        let ip6Config: String?
    }

    var manager = Manager()
    var devices: [Device] = []
    var accessPoints: [String: AccessPoint] = [:]
    var activeConnections: [String: ActiveConnection] = [:]
    var profiles: [String] = []

    /// Reads the reply of `GetManagedObjects`; objects that lack what they must have are left out.
    init(managedObjects: DBusValue) {
        guard case .dictionary(_, _, let objects) = managedObjects.unwrapped else { return }
        for object in objects {
            guard let path = object.key.text, let interfaces = object.value.entries else { continue }
            if let properties = interfaces[NetworkManagerClient.Interface.manager]?.entries {
                readManager(properties)
            }
            if let properties = interfaces[NetworkManagerClient.Interface.device]?.entries,
                let wireless = interfaces[NetworkManagerClient.Interface.wireless]?.entries
            {
                readDevice(path, properties, wireless)
            }
            if let properties = interfaces[NetworkManagerClient.Interface.accessPoint]?.entries {
                accessPoints[path] = AccessPoint(path: path, properties: properties)
            }
            if let properties = interfaces[NetworkManagerClient.Interface.activeConnection]?.entries {
                activeConnections[path] = ActiveConnection(path: path, properties: properties)
            }
            if interfaces[NetworkManagerClient.Interface.profile] != nil {
                profiles.append(path)
            }
        }
    }

    private mutating func readManager(_ properties: [String: DBusValue]) {
        manager.version = properties["Version"]?.text ?? ""
        manager.isAsleep = properties["State"]?.integer == Self.asleepState
        manager.networkingEnabled = properties["NetworkingEnabled"]?.boolean ?? true
        manager.wirelessEnabled = properties["WirelessEnabled"]?.boolean ?? true
        manager.wirelessHardwareEnabled = properties["WirelessHardwareEnabled"]?.boolean ?? true
    }

    private mutating func readDevice(
        _ path: String,
        _ properties: [String: DBusValue],
        _ wireless: [String: DBusValue]
    ) {
        guard let interface = properties["Interface"]?.text else { return }
        let reason = properties["StateReason"]?.elements?.last?.integer ?? 0
        devices.append(
            Device(
                path: path,
                interface: interface,
                state: DeviceState(rawValue: UInt32(clamping: properties["State"]?.integer ?? 0)),
                isManaged: properties["Managed"]?.boolean ?? true,
                stateReason: DeviceStateReason(rawValue: UInt32(clamping: reason)),
                activeConnection: properties["ActiveConnection"]?.path,
                activeAccessPoint: wireless["ActiveAccessPoint"]?.path,
                accessPoints: wireless["AccessPoints"]?.elements?.compactMap(\.path) ?? [],
                isFirmwareMissing: properties["FirmwareMissing"]?.boolean ?? false,
                lastScan: wireless["LastScan"]?.integer.flatMap { $0 < 0 ? nil : $0 }
            )
        )
        devices.sort { $0.interface < $1.interface }
    }

    /// The access points on the air that a device hears, strongest first.
    func accessPoints(of device: Device) -> [AccessPoint] {
        device.accessPoints.compactMap { accessPoints[$0] }.filter(\.isReal).sorted { $0.strength > $1.strength }
    }
}

extension NetworkManagerObjects.AccessPoint {
    init(path: String, properties: [String: DBusValue]) {
        self.path = path
        ssid = properties["Ssid"]?.octets ?? []
        bssid = properties["HwAddress"]?.text ?? ""
        frequency = properties["Frequency"]?.integer ?? 0
        strength = properties["Strength"]?.integer ?? 0
        isPrivate = (properties["Flags"]?.integer ?? 0) & 0x1 != 0
        let wpa = UInt32(clamping: properties["WpaFlags"]?.integer ?? 0)
        let rsn = UInt32(clamping: properties["RsnFlags"]?.integer ?? 0)
        security = AccessPointSecurityFlags(rawValue: wpa | rsn)
        lastSeen = properties["LastSeen"]?.integer ?? -1
    }
}

extension NetworkManagerObjects.ActiveConnection {
    init(path: String, properties: [String: DBusValue]) {
        self.path = path
        profile = properties["Connection"]?.path
        uuid = properties["Uuid"]?.text ?? ""
        type = properties["Type"]?.text ?? ""
        state = ActiveConnectionState(rawValue: UInt32(clamping: properties["State"]?.integer ?? 0))
        devices = properties["Devices"]?.elements?.compactMap(\.path) ?? []
        ip4Config = properties["Ip4Config"]?.path
        ip6Config = properties["Ip6Config"]?.path
    }
}
