internal import DBus
internal import Foundation
internal import Logging

extension HotspotConfigurationManager {
    /// Who joins the network.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum Backend: String, Sendable, Hashable, CaseIterable {
        /// ``nl80211`` where neither NetworkManager nor a supplicant runs and this process may use it, else NetworkManager;
        /// NetworkManager also for enterprise networks, and where the bus does not answer.
        case automatic
        /// NetworkManager: the network stays joined when the process ends.
        case networkManager
        /// The kernel alone, without any daemon: this process holds the link. It needs CAP_NET_ADMIN.
        ///
        /// The configuration is kept in a file of the state directory, unless it is joined once: `$HOTSPOT_STATE_DIRECTORY`,
        /// `$STATE_DIRECTORY`, `/var/lib/hotspot` for root or `~/.local/state/hotspot`. `hotspot agent` joins from there, and
        /// gives way to a process of the same user (root) as long as that holds a link.
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
        guard hasRadio else { return (.networkManager, "the kernel has no radio") }
        do {
            let found = try await withDeadline(.now + limit) { () async throws -> String? in try await holder() }
            if let found { return (.networkManager, "\(found) runs") }
            return (.nl80211, "neither NetworkManager nor a supplicant runs")
        } catch is DeadlineExceeded {
            return (.networkManager, "the system bus does not answer")
        } catch {
            return (.nl80211, "there is no system bus: \(error)")
        }
    }

    /// The first of the daemons on the bus that steer radios.
    ///
    /// One that runs and does not manage the device may have been
    /// told so: to join beside it is for those who ask for this backend by name.
    private static func holder() async throws -> String? {
        let connection = try await DBusConnection()
        let owned = try await connection.names()
        await connection.close()
        return ([NetworkManagerClient.busName] + Supplicant.busNames).first(where: owned.contains)
    }

    /// Whether the kernel has a radio at all.
    private static var hasRadio: Bool {
        let radios = try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/ieee80211")
        return radios?.isEmpty == false
    }

    /// Whether this process has CAP_NET_ADMIN (capabilities(7): number 12 of the effective set).
    static var mayAdministerNetworks: Bool {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        let digits = line?.dropFirst(7).trimmingCharacters(in: .whitespaces) ?? ""
        return (UInt64(digits, radix: 16) ?? 0) >> 12 & 1 == 1
    }
}
