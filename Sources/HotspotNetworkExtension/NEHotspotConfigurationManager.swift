internal import Synchronization

/// Applies hotspot configurations.
///
/// Where Apple's manager is done once a configuration is stored, this one is done when the network is joined, with its keys
/// and its address, or when it is known why not. Errors are `NSError` in ``NEHotspotConfigurationErrorDomain``;
/// `hotspotConfigurationError` has the cause and the chain.
public final class NEHotspotConfigurationManager: NSObject, Sendable {
    /// The manager under `$HOTSPOT_APPLICATION`, or under the name of the running program where that is not set.
    public static let shared = NEHotspotConfigurationManager()

    /// What does the work.
    public let manager: HotspotConfigurationManager
    /// How long a join may take, and the like.
    public let options: HotspotConfigurationManager.ApplyOptions
    /// The removal that was asked for last: it has no completion, and what comes after it must not overtake it.
    private let removal = Mutex<Task<Void, Never>?>(nil)

    /// Makes a manager.
    ///
    /// - Parameters:
    ///   - manager: what does the work.
    ///   - options: how long a join may take, and the like.
    public init(
        _ manager: HotspotConfigurationManager = .shared,
        options: HotspotConfigurationManager.ApplyOptions = .init()
    ) {
        self.manager = manager
        self.options = options
    }

    // MARK: Joining

    /// Joins a network, and stores its configuration once that has worked.
    ///
    /// - Parameters:
    ///   - configuration: the network, as it is at the time of the call.
    ///   - completionHandler: called once, on any thread: with nil where the network is joined, else with an `NSError`.
    @preconcurrency
    public func apply(
        _ configuration: NEHotspotConfiguration,
        completionHandler: (@Sendable ((any Error)?) -> Void)? = nil
    ) {
        let snapshot = Self.snapshot(configuration)
        let earlier = pendingRemoval
        Task {
            do throws(HotspotConfigurationError) {
                try await join(snapshot, after: earlier)
                completionHandler?(nil)
            } catch {
                completionHandler?(error.asNSError)
            }
        }
    }

    /// Joins a network, and stores its configuration once that has worked.
    ///
    /// - Parameter configuration: the network, as it is at the time of the call.
    /// - Throws: an `NSError` in ``NEHotspotConfigurationErrorDomain``.
    public nonisolated(nonsending) func apply(_ configuration: NEHotspotConfiguration) async throws {
        do throws(HotspotConfigurationError) {
            try await join(Self.snapshot(configuration), after: pendingRemoval)
        } catch {
            throw error.asNSError
        }
    }

    private static func snapshot(
        _ configuration: NEHotspotConfiguration
    ) -> Result<HotspotConfiguration, HotspotConfigurationError> {
        Result { () throws(HotspotConfigurationError) in try configuration.snapshot() }
    }

    private func join(
        _ snapshot: Result<HotspotConfiguration, HotspotConfigurationError>,
        after removal: Task<Void, Never>?
    ) async throws(HotspotConfigurationError) {
        let configuration = try snapshot.get()
        await removal?.value
        try await manager.apply(configuration, options: options)
    }

    /// Pairing with an accessory is iOS's own.
    @available(*, unavailable, message: "there is no AccessorySetupKit: apply a configuration with an ssidPrefix")
    public func joinAccessoryHotspot(
        _ accessory: AnyObject,
        passphrase: String,
        completionHandler: @escaping @Sendable ((any Error)?) -> Void
    ) {}

    /// Pairing with an accessory is iOS's own.
    @available(*, unavailable, message: "there is no AccessorySetupKit: apply a configuration with an ssidPrefix")
    public func joinAccessoryHotspotWithoutSecurity(
        _ accessory: AnyObject,
        completionHandler: @escaping @Sendable ((any Error)?) -> Void
    ) {}

    // MARK: Removing

    /// Forgets a network that this application configured, and leaves it where it is joined.
    ///
    /// It returns at once; what is called on this manager afterwards waits for it. Apple's signature has no place for an
    /// error, which goes to the log as a warning: ``manager`` has the same with one.
    ///
    /// - Parameter ssid: the network's name as ``configuredSSIDs()`` gives it, or what it was asked to begin with.
    public func removeConfiguration(forSSID ssid: String) {
        enqueue { [manager] in
            guard try await !manager.removeConfiguration(forSSID: ssid) else { return }
            // A name that is no UTF-8 is listed with escapes, and no text is it.
            for name in try await manager.configuredSSIDs() where name.text == nil && name.description == ssid {
                try await manager.removeConfiguration(forSSID: name)
            }
        }
    }

    /// Forgets a Hotspot 2.0 network that this application configured.
    ///
    /// - Parameter domainName: the operator's domain name.
    public func removeConfiguration(forHS20DomainName domainName: String) {
        enqueue { [manager] in manager.removeConfiguration(forHS20DomainName: domainName) }
    }

    private func enqueue(_ work: @escaping @Sendable () async throws -> Void) {
        removal.withLock { removal in
            let earlier = removal
            removal = Task { [manager] in
                await earlier?.value
                do {
                    try await work()
                } catch {
                    manager.note(unheard: error)
                }
            }
        }
    }

    private var pendingRemoval: Task<Void, Never>? { removal.withLock { $0 } }

    // MARK: Listing

    /// Lists the networks that this application has configured.
    ///
    /// - Parameter completionHandler: called once, on any thread, with the names; none where nobody can be asked, as
    ///   Apple's signature has no place for an error.
    @preconcurrency
    public func getConfiguredSSIDs(completionHandler: @escaping @Sendable ([String]) -> Void) {
        Task { completionHandler(await configuredSSIDs()) }
    }

    /// The names of the networks that this application has configured; those that are no UTF-8 are shown with escapes.
    ///
    /// It is empty where nobody can be asked, as Apple's signature has no place for an error: ``manager`` has the same
    /// with one.
    public func configuredSSIDs() async -> [String] {
        await pendingRemoval?.value
        let names = (try? await manager.configuredSSIDs()) ?? []
        return names.map { $0.text ?? $0.description }
    }
}
