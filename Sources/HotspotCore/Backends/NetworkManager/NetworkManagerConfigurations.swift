internal import DBus
internal import Foundation
internal import Logging

/// The profiles that one application has made in NetworkManager.
struct NetworkManagerConfigurations: Sendable {
    let client: NetworkManagerClient
    let application: String
    let logger: Logger

    /// The application's profiles, as far as this user may use them; those of joins that are going on are left out.
    ///
    /// - Parameters:
    ///   - everyApplication: whether those of all applications are meant.
    ///   - everyUser: whether those are meant too that other users alone may use.
    ///   - withLeftovers: whether those are meant too that were for the time of a process that is gone.
    /// - Returns: the profiles.
    /// - Throws: `DBusError`, `CancellationError`.
    func profiles(
        everyApplication: Bool = false,
        everyUser: Bool = false,
        withLeftovers: Bool = false
    ) async throws -> [NetworkManagerProfile] {
        let permissions: Set<[String]> = [[], ["user:\(NSUserName()):"]]
        return try await client.profiles(try await client.objects().profiles).filter {
            guard let owner = $0.application, everyApplication || owner == application else { return false }
            if $0.isLeftover, !withLeftovers { return false }
            let isJoining = $0.userData[NetworkManagerProfile.Tag.joining] != nil && !$0.isAbandoned
            return !isJoining && (everyApplication || everyUser || permissions.contains($0.permissions))
        }
    }

    /// Removes profiles; NetworkManager leaves their networks where they are joined.
    ///
    /// - Returns: the networks' names.
    /// - Throws: `DBusError` where one cannot be removed, after the others were; `CancellationError`.
    func remove(
        everyApplication: Bool = false,
        everyUser: Bool = false,
        where condition: @Sendable (NetworkManagerProfile) -> Bool
    ) async throws -> [SSID] {
        var names: Set<SSID> = []
        var failure: (any Error)?
        let profiles = try await profiles(
            everyApplication: everyApplication,
            everyUser: everyUser,
            withLeftovers: true
        )
        for profile in profiles where condition(profile) {
            do {
                try await client.deleteProfile(profile.path)
                names.insert(SSID(octets: profile.ssid ?? []))
                EAPProfile.removeCopies(
                    of: profile.uuid,
                    in: [EAPProfile.memoryProfiles, EAPProfile.storedProfiles]
                )
            } catch let error as DBusError where error.name == DBusError.Name.unknownMethod {
                // Somebody removed it meanwhile.
            } catch let error as DBusError {
                logger.debug("a profile stays", metadata: ["uuid": "\(profile.uuid)", "error": "\(error)"])
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return names.sorted { $0.octets.lexicographicallyPrecedes($1.octets) }
    }

    /// Removes the profiles that were for the time of processes that are gone; one that is in use is left to NetworkManager:
    /// its process may be another container's.
    func removeLeftovers(everyApplication: Bool) async {
        do {
            let inUse = Set(try await client.objects().activeConnections.values.compactMap(\.profile))
            _ = try await remove(everyApplication: everyApplication) { $0.isLeftover && !inUse.contains($0.path) }
        } catch {
            logger.debug("what a process left behind stays", metadata: ["error": "\(error)"])
        }
    }
}

extension NetworkManagerProfile {
    /// Whether its life time has passed.
    var isExpired: Bool { isExpired(at: .now) }

    /// Whether its life time has passed; one of another start of the machine whose beginning a wrong clock has noted holds
    /// until it is applied again.
    func isExpired(at clock: ClockReading) -> Bool { lifeTime?.hasPassed(at: clock) ?? false }
}
