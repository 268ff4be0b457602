package import Foundation

/// A network that is configured, and by which rules it is joined and forgotten.
package struct ConfiguredNetwork: Sendable, Hashable {
    /// The network's name.
    package let ssid: SSID
    /// What its name was asked to begin with; empty where the name was given.
    package let prefix: String
    /// The application that configured it.
    package let owner: String
    /// The users who alone may use it; empty for everybody.
    package let users: [String]
    /// Whether the machine joins it by itself.
    package let autoJoin: Bool
    /// Which one is taken where several are near: the largest.
    package let priority: Int
    /// When it is forgotten by the wall clock; nil for never.
    package let expiry: Date?
    /// Who keeps it: `NetworkManager`, or the path of the state directory.
    package let keeper: String
}

extension ConfiguredNetwork {
    init?(_ profile: NetworkManagerProfile) {
        guard let ssid = profile.ssid, let owner = profile.application else { return nil }
        self.init(
            ssid: SSID(octets: ssid),
            prefix: profile.userData[NetworkManagerProfile.Tag.prefix] ?? "",
            owner: owner,
            users: profile.permissions.compactMap { permission in
                let parts = permission.split(separator: ":", omittingEmptySubsequences: false)
                return parts.count > 1 && parts[0] == "user" ? String(parts[1]) : nil
            },
            autoJoin: profile.autoJoin,
            priority: profile.autoJoinPriority,
            expiry: profile.expiry.map { Date(timeIntervalSince1970: Double($0)) },
            keeper: "NetworkManager"
        )
    }

    init(_ stored: StoredConfiguration, in directory: String) {
        self.init(
            ssid: stored.configuration.ssid,
            prefix: stored.prefix,
            owner: stored.application,
            users: [],
            autoJoin: stored.configuration.autoJoin,
            priority: stored.configuration.autoJoinPriority,
            expiry: stored.expiry.map { Date(timeIntervalSince1970: Double($0)) },
            keeper: directory
        )
    }
}

extension HotspotConfigurationManager {
    /// The networks that this application, or any, has configured and that have not expired, in the order of their names.
    ///
    /// - Parameter everyApplication: whether those of all applications are meant, as far as the caller may see them.
    /// - Returns: the networks; one that two keep is there twice.
    /// - Throws: ``HotspotConfigurationError`` where the backend cannot be asked.
    package func configuredNetworks(
        everyApplication: Bool = false
    ) async throws(HotspotConfigurationError) -> [ConfiguredNetwork] {
        let (application, now) = (application, StoredConfiguration.now)
        let found = try await everywhere("the configured networks cannot be listed") { configurations in
            try await configurations.profiles(everyApplication: everyApplication).filter { !$0.isExpired }
                .compactMap { ConfiguredNetwork($0) }
        } files: { (store) throws(StoreFailure) in
            try await store.contents().configurations
                .filter { (everyApplication || $0.application == application) && !$0.isExpired(at: now) }
                .map { ConfiguredNetwork($0, in: store.path) }
        }
        return found.sorted { first, second in
            if first.ssid != second.ssid { return first.ssid.octets.lexicographicallyPrecedes(second.ssid.octets) }
            return (first.owner, first.keeper) < (second.owner, second.keeper)
        }
    }
}
