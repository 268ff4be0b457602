internal import Glibc
internal import Logging
internal import Netlink

/// Reads one configuration of the state directory, with its secret, where NetworkManager has none.
struct StoreSharing: Sendable {
    let store: ConfigurationStore
    let logger: Logger

    /// A network by its name.
    ///
    /// - Parameters:
    ///   - ssid: the network.
    ///   - refusal: why NetworkManager has nothing.
    /// - Returns: what may be shared.
    /// - Throws: ``HotspotConfigurationError``.
    func configuration(
        of ssid: SSID,
        after refusal: HotspotConfigurationError
    ) async throws -> HotspotConfiguration {
        let contents = try await contents()
        if let known = newest(contents, ssid, on: nil) { return try share(known, on: nil) }
        // A machine that keeps nothing there is one of NetworkManager's: what that said is what is wrong.
        var failure = refusal
        if refusal.cause == .backendUnavailable, !contents.configurations.isEmpty {
            failure = HotspotConfigurationError(
                .networkNotFound,
                "this machine does not know \"\(ssid)\"",
                remedy: "see which it knows: hotspot list",
                underlying: refusal.underlyingErrors
            )
        }
        failure.underlyingErrors += [words(contents)] + contents.problems.map { $0 as any Error }
        throw failure
    }

    /// The network that the machine is on.
    ///
    /// - Parameters:
    ///   - kernel: who says which that is.
    ///   - interface: the interface that was asked for.
    ///   - refusal: why NetworkManager has nothing.
    /// - Returns: what may be shared.
    /// - Throws: ``HotspotConfigurationError``, `CancellationError`.
    func configuration(
        ofCurrent kernel: NL80211Networks,
        interface: String?,
        after refusal: HotspotConfigurationError
    ) async throws -> HotspotConfiguration {
        var failure = refusal
        let current: HotspotNetwork?
        do {
            current = try await kernel.current()
        } catch let error as HotspotConfigurationError {
            failure.underlyingErrors += error.underlyingErrors
            throw failure
        } catch let error as NetlinkError {
            failure.underlyingErrors.append(error)
            throw failure
        }
        guard let current else {
            if refusal.cause == .backendUnavailable {
                failure = HotspotConfigurationError(
                    .networkNotFound,
                    "this machine is on no Wi-Fi network" + (interface.map { " on \(PrintableText.escape($0))" } ?? ""),
                    remedy: "name a network that it knows",
                    underlying: refusal.underlyingErrors
                )
            }
            failure.underlyingErrors.append(Observation("nl80211", "scan cache", "the kernel has no link"))
            throw failure
        }
        return try await configuration(on: current)
    }

    /// A network that the machine is on, as it is heard.
    func configuration(on network: HotspotNetwork) async throws -> HotspotConfiguration {
        let contents = try await contents()
        if let known = newest(contents, network.ssid, on: network) { return try share(known, on: network) }
        switch network.securityType {
        case .open:
            // Nobody need know more of it than its name.
            return HotspotConfiguration(
                ssid: network.ssid,
                passphrase: nil,
                security: network.securities.first ?? .open
            )
        case .enterprise: throw refusal(network.ssid)
        default:
            throw HotspotConfigurationError(
                .secretsUnavailable,
                "this machine is on \"\(network.ssid)\", and its secret is kept nowhere that could be read",
                remedy: "run as the user who joined it; what was joined once (joinOnce, --once) is kept by nobody",
                underlying: [words(contents)] + contents.problems.map { $0 as any Error }
            )
        }
    }

    // MARK: What is kept

    private func contents() async throws -> ConfigurationStore.Contents {
        do throws(StoreFailure) {
            return try await store.contents()
        } catch {
            // Another user's directory: this one has none.
            if error.operation == "open", [EACCES, EPERM, ENOTDIR].contains(error.errno) {
                logger.debug("the state directory cannot be read", metadata: ["why": "\(error)"])
                return ConfigurationStore.Contents()
            }
            throw HotspotConfigurationError(storage: error, "what is known of networks cannot be read")
        }
    }

    /// The configuration for a network that was joined or made last, whosever it is; before the others one that fits what
    /// the access point offers.
    private func newest(
        _ contents: ConfigurationStore.Contents,
        _ ssid: SSID,
        on network: HotspotNetwork?
    ) -> StoredConfiguration? {
        let now = StoredConfiguration.now
        let all = contents.configurations.filter { $0.configuration.ssid == ssid && !$0.isExpired(at: now) }
        let fitting = all.filter { network?.fits($0.configuration) ?? true }
        return (fitting.isEmpty ? all : fitting).max { ($0.lastJoined ?? $0.created) < ($1.lastJoined ?? $1.created) }
    }

    private func share(_ stored: StoredConfiguration, on network: HotspotNetwork?) throws -> HotspotConfiguration {
        let known = stored.configuration
        guard known.security != .enterprise, known.eapSettings == nil else { throw refusal(known.ssid) }
        var security = known.security
        if security == .automatic, let offered = network?.securities, offered.contains(.sae),
            !offered.contains(.wpaPersonal)
        {
            security = .sae
        }
        // What says how this machine alone joins is nobody else's.
        var shared = HotspotConfiguration(
            ssid: known.ssid,
            passphrase: known.passphrase,
            security: security,
            hidden: known.hidden
        )
        shared.saePasswordIdentifier = known.saePasswordIdentifier
        return shared
    }

    private func refusal(_ ssid: SSID) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .notSupported,
            "\"\(ssid)\" cannot be shared: each person joins it with an identity of their own (802.1X)",
            remedy: "ask whoever runs the network for access",
            underlying: [Observation("hotspot", "802.1X", "codes of enterprise networks are not written")]
        )
    }

    private func words(_ contents: ConfigurationStore.Contents) -> Observation {
        Observation(
            "storage",
            "configurations",
            "\(PrintableText.escape(store.path)) has \(contents.configurations.count) configurations, none of it"
        )
    }
}
