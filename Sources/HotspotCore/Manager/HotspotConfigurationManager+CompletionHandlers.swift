// The same for code that is not written with `async`. A handler is called once, on any thread.
extension HotspotConfigurationManager {
    /// Joins a network, and stores its configuration once that has worked: see ``apply(_:options:progress:)``.
    ///
    /// - Parameters:
    ///   - configuration: the network.
    ///   - completionHandler: gets nil where the network is joined, else a ``HotspotConfigurationError``.
    /// - Returns: what ends the request where it is cancelled, as ``removeConfiguration(forSSID:)-(SSID)`` does.
    @discardableResult
    public func apply(
        _ configuration: HotspotConfiguration,
        completionHandler: @escaping @Sendable ((any Error)?) -> Void
    ) -> Task<Void, Never> {
        Task {
            do throws(HotspotConfigurationError) {
                try await apply(configuration)
                completionHandler(nil)
            } catch {
                completionHandler(error)
            }
        }
    }

    /// Forgets a network that this application configured: see ``removeConfiguration(forSSID:)-(SSID)``.
    ///
    /// - Parameters:
    ///   - ssid: the network's name.
    ///   - completionHandler: gets whether there was such a configuration, or a ``HotspotConfigurationError``.
    public func removeConfiguration(
        forSSID ssid: String,
        completionHandler: @escaping @Sendable (Result<Bool, HotspotConfigurationError>) -> Void
    ) {
        Task {
            do throws(HotspotConfigurationError) {
                completionHandler(.success(try await removeConfiguration(forSSID: SSID(ssid))))
            } catch {
                completionHandler(.failure(error))
            }
        }
    }

    /// The names of the networks that this application has configured: see ``configuredSSIDs()``.
    ///
    /// - Parameter completionHandler: gets the names, or a ``HotspotConfigurationError``.
    public func getConfiguredSSIDs(
        completionHandler: @escaping @Sendable (Result<[SSID], HotspotConfigurationError>) -> Void
    ) {
        Task {
            do throws(HotspotConfigurationError) {
                completionHandler(.success(try await configuredSSIDs()))
            } catch {
                completionHandler(.failure(error))
            }
        }
    }
}
