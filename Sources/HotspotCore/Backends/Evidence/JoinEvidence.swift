internal import DBus
internal import IEEE80211

/// One thing that was heard while a join ran: from the daemon, or from the kernel about the air.
enum JoinEvidence: Sendable {
    // NetworkManager.
    /// `Device.StateChanged`.
    case deviceState(DeviceTransition)
    /// An active connection reached `deactivated`.
    case activeConnectionEnded(path: String, reason: UInt32)
    /// The daemon lost its bus name, or the bus itself ended.
    case daemonGone(DBusError?)

    // nl80211 (see the kernel's nl80211.h for the commands of these names).
    /// A scan began that asks for our network, or that asks for nobody in particular.
    case scanStarted
    /// A scan ended: what each BSS of our name in the kernel's table offers, and how many BSSs there are in all.
    case scanFinished(offered: [BSSSecurity], bssCount: Int)
    /// The kernel made a station entry: an authentication begins.
    case authenticationStarted(bssid: MACAddress)
    /// The access point answered an authentication frame.
    case authentication(AuthenticationFrame)
    /// The access point did not answer an authentication frame.
    case authenticationTimedOut(bssid: MACAddress?)
    /// The access point answered the association request.
    case association(status: StatusCode, bssid: MACAddress)
    /// The access point did not answer the association request.
    case associationTimedOut(bssid: MACAddress?)
    /// We sent a message of the four-way handshake (12.7.6): the second, or the fourth which ends it.
    case handshakeMessageSent(isFourth: Bool)
    /// A deauthentication or disassociation frame, sent by the access point or by us.
    case linkEnded(reason: ReasonCode, byAccessPoint: Bool, bssid: MACAddress?)
}

/// One state change of a device.
public struct DeviceTransition: Sendable, Hashable {
    let old: DeviceState
    let new: DeviceState
    let reason: DeviceStateReason
}

extension DeviceTransition: CustomStringConvertible {
    /// The states and the reason, by NetworkManager's names and numbers.
    public var description: String {
        "\(old) → \(new)" + (reason == .none ? "" : ", \(reason)")
    }
}
