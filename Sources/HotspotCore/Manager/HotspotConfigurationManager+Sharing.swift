extension HotspotConfigurationManager {
    /// The configuration of a network that this machine knows, with its secret, so that it can be shared.
    ///
    /// Any profile that NetworkManager shows to this user may be read, whoever made it, and any configuration in his state
    /// directory; nothing is changed. NetworkManager is asked first. Where it does not run, has no profile of the name, or is
    /// on no network, the kernel says which network the machine is on, and the state directory what is known of it. Whether
    /// a profile's secret may be read is for NetworkManager and polkit to say.
    ///
    /// - Parameters:
    ///   - ssid: The network; nil for the one that the machine is on.
    ///   - interface: The interface, where the machine is on several networks; nil for the first one.
    ///   - timeout: How long it may take.
    /// - Returns: The configuration; ``HotspotConfiguration/qrPayload()`` makes the text of a QR code of it.
    /// - Throws: ``HotspotConfigurationError``: `userUnauthorized` or `systemDenied` where the secret may not be read;
    ///   `internal` with the causes `networkNotFound` where nobody knows the network or the machine is on none,
    ///   `notSupported` where the network has no secret that could be shared (802.1X), `secretsUnavailable` where nobody
    ///   who knows the network has its secret, `storageFailed` where the state directory cannot be read,
    ///   `backendUnavailable` where NetworkManager does not run and the state directory is empty, `cancelled` and
    ///   `timedOut`.
    public func storedConfiguration(
        for ssid: SSID? = nil,
        interface: String? = nil,
        timeout: Duration = .seconds(30)
    ) async throws(HotspotConfigurationError) -> HotspotConfiguration {
        let subject = ssid.map { "\"\($0)\" could not be shared" } ?? "the network could not be shared"
        let networkManager = NetworkManagerSharing(ssid: ssid, interface: interface)
        let files = StoreSharing(store: store, logger: logger)
        let kernel = NL80211Networks(interface: interface, logger: logger)
        do {
            return try await withDeadline(.now + timeout) {
                let refusal: HotspotConfigurationError
                do {
                    return try await networkManager.run()
                } catch {
                    refusal = HotspotConfigurationError(ending: error, subject: subject)
                }
                guard [.networkNotFound, .backendUnavailable].contains(refusal.cause) else { throw refusal }
                if let ssid { return try await files.configuration(of: ssid, after: refusal) }
                return try await files.configuration(ofCurrent: kernel, interface: interface, after: refusal)
            }
        } catch {
            throw HotspotConfigurationError(ending: error, subject: subject)
        }
    }
}
