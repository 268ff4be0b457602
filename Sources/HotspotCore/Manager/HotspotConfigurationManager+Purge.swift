internal import Glibc

extension HotspotConfigurationManager {
    /// Forgets every network that this application, or any, configured, and leaves those that are joined.
    ///
    /// What cannot be read any more is removed as well: a file's name says whose it is. Root's removal covers what users
    /// may use alone: their profiles in NetworkManager, and for every application the state directories of users and
    /// services.
    ///
    /// - Parameter everyApplication: whether those of all applications are meant, as far as the caller may remove them.
    /// - Returns: the networks' names.
    /// - Throws: ``HotspotConfigurationError``, as ``removeConfiguration(forSSID:)-(SSID)``.
    package func purge(everyApplication: Bool) async throws(HotspotConfigurationError) -> [SSID] {
        var names: Set<SSID> = []
        await open.cancel()
        for ssid in heldSSIDs where await letGo(ssid) { names.insert(ssid) }
        let (application, isRoot) = (application, geteuid() == 0)
        let removed = try await everywhere("the configurations cannot be removed") { configurations in
            try await configurations.remove(everyApplication: everyApplication, everyUser: isRoot) { _ in true }
        } files: { (store) throws(StoreFailure) in
            let own: Result<[SSID], StoreFailure>
            do throws(StoreFailure) {
                own = .success(try await store.purge(application: everyApplication ? nil : application))
            } catch {
                own = .failure(error)
            }
            // Whatever became of one's own.
            let others = everyApplication && isRoot ? try ForeignStateDirectory.purge() : []
            return try own.get() + others
        }
        return names.union(removed).sorted { $0.octets.lexicographicallyPrecedes($1.octets) }
    }
}
