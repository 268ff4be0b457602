/// A stored profile that stands in the way.
public struct ProfileConflict: UnderlyingFailure {
    /// The profile's name.
    public let id: String
    /// The profile's UUID.
    public let uuid: String
    /// The profile's D-Bus object path.
    public let path: String

    /// `NetworkManager`.
    public var domain: String { "NetworkManager" }
    /// None.
    public var number: Int? { nil }
    /// The interface of the object.
    public var name: String { "org.freedesktop.NetworkManager.Settings.Connection" }
    /// The profile's name and UUID.
    public var summary: String { "the profile \"\(id)\" (\(uuid)) has this SSID" }
    /// The object path.
    public var facts: [Fact] { [Fact("path", path)] }
}

/// What a failed join could not undo.
public struct UndoFailure: UnderlyingFailure {
    /// Why not.
    public let reason: String

    /// `hotspot`.
    public var domain: String { "hotspot" }
    /// None.
    public var number: Int? { nil }
    /// `undo`.
    public var name: String { "undo" }
    /// What happened.
    public var summary: String { "undoing the join was not completed: \(reason)" }
}
