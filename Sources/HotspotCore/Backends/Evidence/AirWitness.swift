internal import IEEE80211
internal import Logging
internal import Netlink

/// Listens to what the kernel tells everybody about the air while a daemon joins a network.
///
/// The nl80211 `mlme` and `scan` groups need no privilege, and carry every authentication, association and
/// deauthentication with its status or reason: what NetworkManager knows and does not say.
struct AirWitness: Sendable {
    /// The link as the kernel has it.
    struct Link: Sendable {
        var bssid: String
        var frequency: Int?
        var signal: Int?
        var security: HotspotSecurity?
    }

    static func start(
        interface: String,
        ssid: SSID,
        evidence: EvidenceStream,
        logger: Logger
    ) async -> AirWitness? {
        nil
    }

    func run() async {}

    func link() async -> Link? { nil }
}
