/// What NetworkManager said while a join ran: the states that the device went through, with the daemon's reasons.
public struct NetworkManagerFailure: UnderlyingFailure {
    /// The device's interface.
    public let interface: String
    /// Every state change since the activation began, in order.
    public let route: [DeviceTransition]

    /// `NetworkManager`.
    public var domain: String { "NetworkManager" }
    /// The last reason, `NMDeviceStateReason`.
    public var number: Int? { decisive.map { Int($0.reason.rawValue) } }
    /// The last reason's name.
    public var name: String { decisive?.reason.name ?? "unknown" }
    /// The last change.
    public var summary: String {
        guard let decisive else { return "\(interface) changed no state" }
        if decisive.reason == .none { return "\(interface) was in the state \(decisive.new) when this was decided" }
        return "\(interface) went from \(decisive.old) to \(decisive.new): \(decisive.reason)"
    }
    /// The whole route.
    public var facts: [Fact] {
        route.isEmpty
            ? []
            : [
                Fact(
                    "route",
                    ([route[0].old.description]
                        + route.map { $0.new.description + ($0.reason == .none ? "" : "(\($0.reason.rawValue))") })
                        .joined(separator: " > ")
                )
            ]
    }

    private var decisive: DeviceTransition? { route.last }
}
