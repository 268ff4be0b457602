/// What wpa_supplicant itself says about the station, over D-Bus: the lab's second witness.
public enum Supplicant {
    /// A moment of its life.
    public struct Snapshot: Sendable, Equatable {
        /// `completed` when a link is up and its keys are installed; also `disconnected`, `scanning` and so on.
        public var state: String
        /// How it authenticated, such as `WPA2-PSK`, `SAE` or `NONE`; `INACTIVE` without a link.
        public var authMode: String

        /// A moment with these properties, to compare with.
        ///
        /// - Parameters:
        ///   - state: Its state.
        ///   - authMode: How it authenticated.
        public init(state: String, authMode: String) {
            self.state = state
            self.authMode = authMode
        }
    }

    /// Its state and its current way to authenticate.
    ///
    /// - Returns: Both.
    /// - Throws: ``LabError`` when it does not run or does not know the station.
    public static func snapshot() async throws -> Snapshot {
        try await Snapshot(state: property("State"), authMode: property("CurrentAuthMode"))
    }

    /// A property of the station's `fi.w1.wpa_supplicant1.Interface`, such as `DisconnectReason`.
    ///
    /// - Parameter name: The property's name.
    /// - Returns: Its value as `dbus-send` prints it, without its type.
    /// - Throws: ``LabError`` when it does not run or does not know the station.
    public static func property(_ name: String) async throws -> String {
        try await SystemBus.property(
            name,
            of: "fi.w1.wpa_supplicant1.Interface",
            at: path(),
            on: "fi.w1.wpa_supplicant1"
        )
    }

    /// Waits until it searches for the network that it was told to join: until then the daemon above it is preparing that.
    ///
    /// - Throws: ``LabError`` when it does not begin.
    public static func waitForSearch() async throws {
        try await wait(for: "wpa_supplicant to search", within: .seconds(30)) {
            // NetworkManager may look around before it prepares the device.
            guard await NetworkManagerDaemon.shared.deviceState() == 50 else { return false }
            return (try? await property("State")) == "scanning"
        }
    }

    /// Calls a method of the station's interface.
    @discardableResult
    static func call(_ method: String, _ arguments: String...) async throws -> String {
        try await SystemBus.call([method] + arguments, at: path(), on: "fi.w1.wpa_supplicant1")
    }

    private static func path() async throws -> String {
        try await SystemBus.call(
            ["fi.w1.wpa_supplicant1.GetInterface", "string:\(Station.interface)"],
            at: "/fi/w1/wpa_supplicant1",
            on: "fi.w1.wpa_supplicant1"
        )
    }
}

/// Calls on the system bus by `dbus-send`: tests of our own D-Bus code should not be checked with it.
enum SystemBus {
    /// Calls a method.
    ///
    /// - Returns: The reply in `dbus-send`'s literal form.
    static func call(_ words: [String], at path: String, on service: String) async throws -> String {
        try await run(
            ["dbus-send", "--system", "--print-reply=literal", "--reply-timeout=25000", "--dest=\(service)", path]
                + words
        ).checked().text
    }

    /// Reads a property.
    static func property(
        _ name: String,
        of interface: String,
        at path: String,
        on service: String
    ) async throws -> String {
        let reply = try await call(
            ["org.freedesktop.DBus.Properties.Get", "string:\(interface)", "string:\(name)"],
            at: path,
            on: service
        )
        // "variant       uint32 30", and for strings "variant       completed".
        var words = reply.split(separator: " ", omittingEmptySubsequences: true)
        if words.first == "variant" { words.removeFirst() }
        let numbers = ["byte", "boolean", "int16", "uint16", "int32", "uint32", "int64", "uint64", "double"]
        if words.count == 2, let type = words.first, numbers.contains(String(type)) { words.removeFirst() }
        return words.joined(separator: " ")
    }
}
