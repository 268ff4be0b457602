internal import DBus
internal import IEEE80211

/// One thing that was heard while a join ran: from the daemon, or from the kernel about the air.
enum JoinEvidence: Sendable {
    // NetworkManager.
    /// `Device.StateChanged`.
    case deviceState(DeviceTransition)
    /// An active connection reached `deactivated`.
    case activeConnectionEnded(path: String, reason: UInt32)
    /// The daemon's own state: whether it is asleep, with the machine or because networking was switched off.
    case daemonState(isAsleep: Bool)
    /// The daemon lost its bus name, or the bus itself ended.
    case daemonGone(DBusError?)

    // nl80211 (see the kernel's nl80211.h for the commands of these names).
    /// A scan began that asks for our network, or that asks for nobody in particular.
    case scanStarted
    /// A scan ended: what each BSS of our name in the kernel's table offers, and how many BSSs there are in all; another
    /// one that listens longer follows where it is not confirmed.
    case scanFinished(offered: [BSSSecurity], bssCount: Int, demand: AccessPointDemand? = nil, isConfirmed: Bool = true)
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

    // wpa_supplicant, where it may be heard.
    /// A step of an authentication, a certificate or a property.
    case supplicant(SupplicantEvent)
}

/// What keeps a supplicant from trying an access point that has the right name and security.
enum AccessPointDemand: Sendable, Hashable {
    /// It admits only stations with a feature: a BSS membership selector (IEEE 802.11-2020, table 9-93).
    case membership(selector: UInt8)
    /// It has no protected management frames, and the supplicant may have been told to demand them.
    case lacksProtectedFrames
    /// It demands protected management frames, and the supplicant may have been told to do without.
    case requiresProtectedFrames

    /// Reads it from a beacon's or a probe response's elements.
    init?(_ elements: ElementList) {
        // The high bit marks what is basic, that is, demanded.
        let rates = (elements.first(.supportedRates) ?? []) + (elements.first(.extendedSupportedRates) ?? [])
        let selectors = rates.filter { $0 & 0x80 != 0 }.map { $0 & 0x7f }
        if let selector = selectors.first(where: { Self.names[$0] != nil && $0 != 127 }) {
            self = .membership(selector: selector)
            return
        }
        guard let rsne = try? elements.rsne() else { return nil }
        let capabilities = rsne.capabilities ?? []
        if capabilities.contains(.managementFrameProtectionRequired) {
            self = .requiresProtectedFrames
        } else if !capabilities.contains(.managementFrameProtectionCapable) {
            self = .lacksProtectedFrames
        } else {
            return nil
        }
    }

    private static let names: [UInt8: String] = [
        122: "HE", 123: "SAE hash-to-element", 124: "EPD", 125: "GLK", 126: "VHT", 127: "HT",
    ]

    /// In words.
    var description: String {
        switch self {
        case .membership(let selector):
            "it admits only stations with \(Self.names[selector] ?? "a feature") (membership selector \(selector))"
        case .lacksProtectedFrames: "it has no protected management frames, which this machine seems to demand"
        case .requiresProtectedFrames: "it demands protected management frames, which this machine seems to lack"
        }
    }
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
