internal import Dispatch

/// How a network is secured.
public enum NEHotspotNetworkSecurityType: Int, Sendable {
    /// Without a secret: open, or Enhanced Open.
    case open = 0
    /// WEP.
    case WEP = 1
    /// WPA, WPA2 and WPA3 with a passphrase.
    case personal = 2
    /// WPA, WPA2 and WPA3 with 802.1X.
    case enterprise = 3
    /// Something that no table of ours has.
    case unknown = 4
}

/// The network that the machine is on.
///
/// Apple fills in ``ssid``, ``bssid`` and ``securityType`` alone; here everything that is known is there.
public final class NEHotspotNetwork: NSObject, Sendable {
    /// The same network in the form of `HotspotCore`, which knows more of it.
    public let hotspotNetwork: HotspotNetwork

    /// Makes a network of one of `HotspotCore`.
    ///
    /// - Parameter hotspotNetwork: the network.
    public init(_ hotspotNetwork: HotspotNetwork) {
        self.hotspotNetwork = hotspotNetwork
    }

    /// Reads the network that the machine is on.
    ///
    /// - Parameter completionHandler: called once, on the main queue as at Apple, with nil where the machine is on none, or
    ///   where nobody can be asked. A program that does not serve the main queue uses ``fetchCurrent()``.
    @preconcurrency
    public class func fetchCurrent(completionHandler: @escaping @Sendable (NEHotspotNetwork?) -> Void) {
        Task {
            let network = await fetchCurrent()
            DispatchQueue.main.async { completionHandler(network) }
        }
    }

    /// The network that the machine is on; nil for none, and where nobody can be asked.
    public class func fetchCurrent() async -> NEHotspotNetwork? {
        guard let network = try? await HotspotConfigurationManager.shared.currentNetwork() else { return nil }
        return NEHotspotNetwork(network)
    }

    /// The network's name; one that is no UTF-8 is shown with escapes.
    public var ssid: String { hotspotNetwork.ssid.text ?? hotspotNetwork.ssid.description }

    /// The access point's address, as six octets in hexadecimal with colons; empty where it is not known.
    public var bssid: String { hotspotNetwork.bssid }

    /// The signal from 0.0 to 1.0.
    public var signalStrength: Double { hotspotNetwork.signalStrength }

    /// Whether the link is encrypted.
    public var isSecure: Bool { hotspotNetwork.isSecure }

    /// Whether the machine joined the network by itself.
    public var didAutoJoin: Bool { hotspotNetwork.didAutoJoin }

    /// False: it tells hotspot helpers which of their commands is the first, and there are no helpers on Linux.
    public var didJustJoin: Bool { false }

    /// False: there are no hotspot helpers on Linux.
    public var isChosenHelper: Bool { false }

    /// How the network is secured.
    public var securityType: NEHotspotNetworkSecurityType {
        NEHotspotNetworkSecurityType(rawValue: hotspotNetwork.securityType.rawValue) ?? .unknown
    }
}
