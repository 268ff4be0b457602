internal import IEEE80211
internal import Netlink

/// Who does which part of a join, by what the driver says of itself.
enum DriverPath: Sendable, Hashable {
    /// This program authenticates, associates and agrees on the keys: every driver over mac80211.
    case steps
    /// The driver authenticates and associates; this program agrees on the keys.
    case connect
    /// The driver does everything, from the PSK.
    case offloadedPSK
    /// The driver does everything, from the password.
    case offloadedSAE

    /// Whether the driver agrees on the keys and renews them, so that no frame of it is ever seen here.
    var isOffloaded: Bool { self == .offloadedPSK || self == .offloadedSAE }

    /// What a driver lacks.
    enum Obstacle: Error, Sendable, Hashable {
        /// It neither does the handshake nor hands EAPOL frames over on nl80211.
        case noHandshake
        /// It cannot do SAE, and lets nobody else do it.
        case noSAE
        /// It has SAE's frames made by a program, through NL80211_CMD_EXTERNAL_AUTH.
        case externalAuthentication
        /// Its connect command would have to be given the WEP keys.
        case noWEP
        /// It does SAE by itself, and takes no password identifier.
        case noPasswordIdentifier
        /// It takes no command that joins a network.
        case noCommand
    }
}

extension DriverPath.Obstacle: CustomStringConvertible {
    var description: String {
        switch self {
        case .noHandshake: "it neither agrees on keys by itself nor lets a program do so over nl80211"
        case .noSAE: "it has no WPA3 (SAE)"
        case .externalAuthentication:
            "it wants WPA3's frames from a program by external authentication, which is not built here"
        case .noWEP: "it does not let programs authenticate by themselves, as WEP needs here"
        case .noPasswordIdentifier:
            "it does WPA3 (SAE) by itself, and cannot be told which of several passwords is meant"
        case .noCommand: "it lets no program join a network"
        }
    }
}

/// Chooses the path through a driver.
struct DriverPaths: Sendable {
    private let hasSteps: Bool
    private let hasConnect: Bool
    private let hasControlPort: Bool
    private let offloadsPSK: Bool
    private let offloadsSAE: Bool
    private let hasSAEFeature: Bool
    /// Whether a pairwise key can be replaced while frames are sent.
    let canReplaceKey: Bool

    init(_ wiphy: Wiphy) {
        hasSteps = wiphy.commands.isSuperset(of: [.authenticate, .associate])
        hasConnect = wiphy.commands.contains(.connect)
        hasControlPort = wiphy.extendedFeatures.contains(.controlPortOverNL80211)
        offloadsPSK = wiphy.extendedFeatures.contains(.fourWayHandshakeStationPSK)
        offloadsSAE = wiphy.extendedFeatures.contains(.saeOffload)
        hasSAEFeature = wiphy.features.contains(.sae)
        canReplaceKey = wiphy.extendedFeatures.contains(.canReplacePTK0)
    }

    /// Whether any network can be joined.
    var canJoin: Bool { hasSteps || hasConnect }

    /// Whether SAE can be done, by whomever.
    var hasSAE: Bool { (try? path(akm: .sae, isPrivate: true).get()) != nil }

    /// Chooses the path for an AKM.
    ///
    /// - Parameters:
    ///   - akm: nil for an open network and for WEP.
    ///   - isPrivate: whether frames are encrypted.
    ///   - hasIdentifier: whether the password has an identifier, which no driver can be given.
    /// - Returns: the path, or what the driver lacks.
    func path(akm: AKMSuite?, isPrivate: Bool, hasIdentifier: Bool = false) -> Result<DriverPath, DriverPath.Obstacle> {
        guard canJoin else { return .failure(.noCommand) }
        switch akm {
        case nil where isPrivate: return hasSteps ? .success(.steps) : .failure(.noWEP)
        case nil: return .success(hasSteps ? .steps : .connect)
        case .sae?, .saeExtendedKey?:
            if hasSAEFeature, hasSteps, hasControlPort { return .success(.steps) }
            if offloadsSAE, hasConnect {
                return hasIdentifier ? .failure(.noPasswordIdentifier) : .success(.offloadedSAE)
            }
            return .failure(hasSAEFeature ? .externalAuthentication : .noSAE)
        case .psk?, .pskSHA256?:
            // Firmware that can do the handshake keeps the EAPOL frames to itself: what is offered must be used.
            if offloadsPSK, hasConnect { return .success(.offloadedPSK) }
            return ownHandshake
        default: return ownHandshake
        }
    }

    private var ownHandshake: Result<DriverPath, DriverPath.Obstacle> {
        guard hasControlPort else { return .failure(.noHandshake) }
        return .success(hasSteps ? .steps : .connect)
    }
}
