import Foundation

/// The lab's NetworkManager, with wpa_supplicant and the system bus below it.
///
/// It is started once and shared by all tests: a start takes seconds. Tests that need one of their own stop it, and the
/// next ``start()`` brings it back.
public actor NetworkManagerDaemon {
    /// The only one: there is one system bus.
    public static let shared = NetworkManagerDaemon()

    private init() {}

    /// The device states of NetworkManager's D-Bus interface that tests wait for.
    public enum DeviceState: Int, Sendable {
        /// Not managed by NetworkManager.
        case unmanaged = 10
        /// Managed, but not usable: no wpa_supplicant, or the radio is switched off.
        case unavailable = 20
        /// Ready to join.
        case disconnected = 30
        /// Searching, authenticating or associating.
        case config = 50
        /// Joined, with an address.
        case activated = 100
    }

    /// Makes sure that it runs with the lab's configuration, and that the station is ready to join.
    ///
    /// - Throws: ``LabError`` when it does not start.
    public func start() async throws {
        try await start(lines: [])
    }

    /// Makes sure that it runs with further lines of configuration; it is restarted for them.
    ///
    /// - Parameter lines: Lines for NetworkManager.conf, such as `[main]` and `auth-polkit=true`.
    /// - Throws: ``LabError`` when it does not start.
    public func restart(_ lines: String...) async throws {
        try await stop()
        try await start(lines: lines)
    }

    private func start(lines: [String]) async throws {
        try await RadioLab.script(#"daemon_runs NetworkManager || start_network_manager "$@""#, lines)
    }

    /// Ends it, and the station's link with it; wpa_supplicant and the bus stay.
    ///
    /// - Throws: ``LabError`` when it does not end.
    public func stop() async throws {
        try await RadioLab.script("stop_network_manager")
    }

    /// Removes every profile and waits until the station is ready to join.
    ///
    /// Each test should begin with it, and had better end with it while its access point is still on the air: a station
    /// that loses its access point searches all channels for it, and the next join waits for that.
    ///
    /// - Throws: ``LabError`` when that does not happen in time.
    public func reset() async throws {
        try await start()
        for path in try await profilePaths() {
            // It may be volatile, and gone with its connection by now.
            _ = try? await SystemBus.call(
                ["\(Self.service).Settings.Connection.Delete"],
                at: path,
                on: Self.service
            )
        }
        try await waitForDevice(.disconnected)
    }

    private static let service = "org.freedesktop.NetworkManager"

    private func profilePaths() async throws -> [String] {
        try await SystemBus.call(
            ["\(Self.service).Settings.ListConnections"],
            at: "/org/freedesktop/NetworkManager/Settings",
            on: Self.service
        )
        .split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("/") }.map(String.init)
    }

    /// The station's state, as a number of NMDeviceState.
    ///
    /// - Returns: The number; nil when NetworkManager does not run or has no such device.
    public func deviceState() async -> Int? {
        let service = Self.service
        guard
            let path = try? await SystemBus.call(
                ["\(service).GetDeviceByIpIface", "string:\(Station.interface)"],
                at: "/org/freedesktop/NetworkManager",
                on: service
            ),
            let state = try? await SystemBus.property("State", of: "\(service).Device", at: path, on: service)
        else { return nil }
        return Int(state)
    }

    /// Waits until the station is in a state.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - timeout: How long it may take.
    /// - Throws: ``LabError`` when it does not get there.
    public func waitForDevice(_ state: DeviceState, within timeout: Duration = .seconds(30)) async throws {
        try await wait(for: "NetworkManager to have the station \(state)", within: timeout) {
            await deviceState() == state.rawValue
        }
    }

    /// The names of the profiles that NetworkManager has, whoever made them; not those of its own, such as `lo`.
    ///
    /// - Returns: The names.
    /// - Throws: ``LabError`` when `nmcli` fails.
    public func profiles() async throws -> [String] {
        try await nmcli("-g", "NAME", "connection", "show").checked().text.split(separator: "\n").map(String.init)
    }

    /// What it has said so far.
    public nonisolated var log: String {
        let file = RadioLab.logs.appendingPathComponent("NetworkManager.log")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }
}

/// Runs NetworkManager's own client, without colours.
///
/// - Parameters:
///   - arguments: Its arguments.
///   - timeout: How long it may take.
/// - Returns: Its status and output.
/// - Throws: ``LabError`` when it cannot be started or takes too long.
@discardableResult
public func nmcli(_ arguments: String..., timeout: Duration = .seconds(120)) async throws -> Output {
    try await nmcli(arguments, timeout: timeout)
}

/// Runs NetworkManager's own client, without colours.
///
/// - Parameters:
///   - arguments: Its arguments.
///   - timeout: How long it may take.
/// - Returns: Its status and output.
/// - Throws: ``LabError`` when it cannot be started or takes too long.
@discardableResult
public func nmcli(_ arguments: [String], timeout: Duration = .seconds(120)) async throws -> Output {
    try await run(["nmcli", "-c", "no"] + arguments, timeout: timeout)
}
