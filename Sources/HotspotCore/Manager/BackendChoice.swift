internal import DBus
internal import Foundation
internal import Logging

extension HotspotConfigurationManager {
    /// Who joins the network.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Backend: String, Sendable, Hashable, CaseIterable {
        /// NetworkManager where it runs and manages a device, else ``nl80211`` where this process may use it.
        case automatic
        /// NetworkManager: the network stays joined when the process ends.
        case networkManager
        /// The kernel alone, without any daemon: this process holds the link. It needs CAP_NET_ADMIN.
        case nl80211
    }
}

/// Chooses between the backends by what the machine has.
enum BackendChoice {
    private static let limit = Duration.seconds(3)

    /// - Returns: `networkManager` or `nl80211`.
    static func choose(
        _ asked: HotspotConfigurationManager.Backend,
        for configuration: HotspotConfiguration,
        logger: Logger
    ) async -> HotspotConfigurationManager.Backend {
        guard asked == .automatic else { return asked }
        let (backend, why) = await automatic(configuration)
        logger.debug("backend chosen", metadata: ["backend": "\(backend.rawValue)", "why": "\(why)"])
        return backend
    }

    private static func automatic(
        _ configuration: HotspotConfiguration
    ) async -> (HotspotConfigurationManager.Backend, String) {
        if configuration.security == .enterprise { return (.networkManager, "an enterprise network") }
        guard mayAdministerNetworks else { return (.networkManager, "this process has no CAP_NET_ADMIN") }
        let answer = try? await withDeadline(.now + limit) { () -> Bool? in
            let connection = try await DBusConnection()
            let isManaging = try? await manages(configuration.interface, connection)
            await connection.close()
            return isManaging
        }
        return switch answer ?? nil {
        case true?: (.networkManager, "NetworkManager runs and manages a device")
        case false?: (.nl80211, "NetworkManager does not manage the device")
        case nil: (.nl80211, "NetworkManager does not run")
        }
    }

    /// Whether NetworkManager manages the device in question; nil where it does not run.
    private static func manages(_ interface: String?, _ connection: DBusConnection) async throws -> Bool? {
        guard let owner = try await connection.owner(of: NetworkManagerClient.busName) else { return nil }
        let objects = try await NetworkManagerClient(connection: connection, owner: owner).objects()
        return objects.devices.contains {
            $0.state > .unmanaged && (interface == nil || interface == $0.interface)
        }
    }

    /// Whether this process has CAP_NET_ADMIN (capabilities(7): number 12 of the effective set).
    private static var mayAdministerNetworks: Bool {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let digits = line?.dropFirst(7).trimmingCharacters(in: .whitespaces) ?? ""
        return (UInt64(digits, radix: 16) ?? 0) >> 12 & 1 == 1
    }
}
