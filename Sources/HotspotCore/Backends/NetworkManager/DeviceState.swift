/// The state of a device: `NMDeviceState` of NetworkManager's D-Bus interface.
struct DeviceState: RawRepresentable, Sendable, Hashable, Comparable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    static let unknown = DeviceState(rawValue: 0)
    static let unmanaged = DeviceState(rawValue: 10)
    static let unavailable = DeviceState(rawValue: 20)
    static let disconnected = DeviceState(rawValue: 30)
    static let prepare = DeviceState(rawValue: 40)
    static let config = DeviceState(rawValue: 50)
    static let needAuth = DeviceState(rawValue: 60)
    static let ipConfig = DeviceState(rawValue: 70)
    static let ipCheck = DeviceState(rawValue: 80)
    static let secondaries = DeviceState(rawValue: 90)
    static let activated = DeviceState(rawValue: 100)
    static let deactivating = DeviceState(rawValue: 110)
    static let failed = DeviceState(rawValue: 120)

    /// The states by number.
    static let names: [UInt32: String] = [
        0: "unknown", 10: "unmanaged", 20: "unavailable", 30: "disconnected", 40: "prepare", 50: "config",
        60: "need-auth", 70: "ip-config", 80: "ip-check", 90: "secondaries", 100: "activated", 110: "deactivating",
        120: "failed",
    ]

    static func < (first: DeviceState, second: DeviceState) -> Bool { first.rawValue < second.rawValue }
}

extension DeviceState: CustomStringConvertible {
    var description: String { Self.names[rawValue] ?? "unknown (\(rawValue))" }
}

/// The state of an active connection: `NMActiveConnectionState`.
struct ActiveConnectionState: RawRepresentable, Sendable, Hashable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    static let unknown = ActiveConnectionState(rawValue: 0)
    static let activating = ActiveConnectionState(rawValue: 1)
    static let activated = ActiveConnectionState(rawValue: 2)
    static let deactivating = ActiveConnectionState(rawValue: 3)
    static let deactivated = ActiveConnectionState(rawValue: 4)

    /// The states by number.
    static let names = ["unknown", "activating", "activated", "deactivating", "deactivated"]
}

extension ActiveConnectionState: CustomStringConvertible {
    var description: String {
        Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "unknown (\(rawValue))"
    }
}
