internal import DBus
internal import Logging
internal import Synchronization

/// A network that was left.
public struct LeftNetwork: Sendable, Hashable {
    /// The network's name.
    public let ssid: SSID
    /// The interface that was on it.
    public let interface: String
    /// The backend that had joined it.
    public let backend: String

    /// Makes a description of a network that was left.
    ///
    /// - Parameters:
    ///   - ssid: the network's name.
    ///   - interface: the interface that was on it.
    ///   - backend: the backend that had joined it.
    public init(ssid: SSID, interface: String, backend: String) {
        self.ssid = ssid
        self.interface = interface
        self.backend = backend
    }
}

extension LeftNetwork: Encodable {
    private enum CodingKeys: String, CodingKey {
        case ssid, ssidHex, interface, backend
    }

    /// Encodes the stable JSON form; `ssid` is absent where the octets are no UTF-8.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(ssid.text, forKey: .ssid)
        try container.encode(ssid.hexadecimal, forKey: .ssidHex)
        try container.encode(interface, forKey: .interface)
        try container.encode(backend, forKey: .backend)
    }
}

extension HotspotConfigurationManager {
    /// Ends the connections that this application made through NetworkManager; their configurations stay stored.
    ///
    /// Only profiles that carry this application's tag are looked at, whoever connected them last. A link that a process
    /// holds itself is not NetworkManager's: see ``leave(_:)``.
    ///
    /// - Parameters:
    ///   - ssid: The network; nil for every one.
    ///   - interface: The interface; nil for every one.
    ///   - timeout: How long it may take.
    /// - Returns: The networks that were left, once the interfaces are disconnected; none where there was no such
    ///   connection, or where NetworkManager does not run.
    /// - Throws: ``HotspotConfigurationError``, after all that can be left was left: `userUnauthorized` or `systemDenied` where the caller may not do it,
    ///   `internal` with the causes `cancelled`, `timedOut` and `backendFailed`.
    public func disconnect(
        from ssid: SSID? = nil,
        interface: String? = nil,
        timeout: Duration = .seconds(30)
    ) async throws(HotspotConfigurationError) -> [LeftNetwork] {
        let (left, failures) = await disconnectAll(from: ssid, interface: interface, timeout: timeout)
        if let failure = HotspotConfigurationError.all(failures) { throw failure }
        return left
    }

    /// The same, with what was left also where something was not.
    package func disconnectAll(
        from ssid: SSID? = nil,
        interface: String? = nil,
        timeout: Duration = .seconds(30)
    ) async -> (left: [LeftNetwork], failures: [HotspotConfigurationError]) {
        let leaving = NetworkManagerLeaving(application: application, ssid: ssid, interface: interface)
        var failures: [HotspotConfigurationError] = []
        do {
            try await withDeadline(.now + timeout) { try await leaving.run() }
        } catch {
            failures = [leaving.failure(from: error)]
        }
        let outcome = leaving.outcome.withLock { $0 }
        return (outcome.left, outcome.failures + failures)
    }
}

/// Ends connections whose profiles are ours.
private final class NetworkManagerLeaving: Sendable {
    let application: String
    let ssid: SSID?
    let interface: String?
    /// What was left so far and what could not be: it holds also where the rest is cut off.
    let outcome = Mutex<(left: [LeftNetwork], failures: [HotspotConfigurationError])>(([], []))

    init(application: String, ssid: SSID?, interface: String?) {
        self.application = application
        self.ssid = ssid
        self.interface = interface
    }

    func run() async throws {
        let connection: DBusConnection
        do {
            connection = try await DBusConnection()
        } catch is DBusError {
            // No bus, no NetworkManager on it.
            return
        }
        do {
            let ownerChanges = try await connection.ownerChanges(of: NetworkManagerClient.busName)
            if let owner = try await connection.owner(of: NetworkManagerClient.busName) {
                let client = NetworkManagerClient(connection: connection, owner: owner)
                let closing = client.closing(on: ownerChanges)
                defer { closing.cancel() }
                do {
                    try await leave(client)
                } catch let error as DBusError where error.isAboutLostBus {
                    closing.cancel()
                    guard await closing.value else { throw error }
                    throw HotspotConfigurationError(
                        .backendUnavailable,
                        "NetworkManager went away while a network was being left",
                        remedy: "see its log: journalctl -u NetworkManager",
                        phase: .joined,
                        underlying: [Observation("D-Bus", "NameOwnerChanged", "\(owner) gave the name up")]
                    )
                }
            }
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    /// What the daemon says of a connection that has ended by itself.
    private static let endedNames: Set<String> = [
        "org.freedesktop.NetworkManager.ConnectionNotActive", DBusError.Name.unknownMethod,
        DBusError.Name.unknownObject,
    ]

    private func leave(_ client: NetworkManagerClient) async throws {
        // Subscribed before the state is read.
        let changes = try await client.stateChanges()
        let objects = try await client.objects()
        var ending: [String: (active: String, network: LeftNetwork)] = [:]
        for device in objects.devices where interface == nil || device.interface == interface {
            guard let active = device.activeConnection.flatMap({ objects.activeConnections[$0] }),
                let profile = try await profile(of: active, client), let octets = profile.ssid,
                ssid == nil || ssid?.octets == octets
            else { continue }
            do {
                try await client.deactivate(active.path)
            } catch let error as DBusError where Self.endedNames.contains(error.name) {
                // By itself, in the last moment.
            } catch let error as DBusError {
                let failure = failure(from: error)
                outcome.withLock { $0.failures.append(failure) }
                continue
            }
            let network = LeftNetwork(
                ssid: SSID(octets: octets),
                interface: device.interface,
                backend: NetworkManagerBackend.name
            )
            ending[device.path] = (active.path, network)
        }
        var iterator = changes.makeAsyncIterator()
        while !ending.isEmpty {
            let devices = try await client.objects().devices
            for (path, (active, network)) in ending {
                // One that goes on to another connection by itself has left this one as well.
                if let device = devices.first(where: { $0.path == path }), device.state > .disconnected,
                    device.activeConnection == active || device.state == .deactivating
                {
                    continue
                }
                ending[path] = nil
                outcome.withLock { $0.left.append(network) }
            }
            if !ending.isEmpty, try await iterator.next() == nil { throw CancellationError() }
        }
    }

    /// The profile of a connection, where it is this application's.
    private func profile(
        of active: NetworkManagerObjects.ActiveConnection,
        _ client: NetworkManagerClient
    ) async throws -> NetworkManagerProfile? {
        guard let path = active.profile else { return nil }
        do {
            let profile = try await client.settings(of: path)
            return profile.userData[NetworkManagerProfile.Tag.owner] == application ? profile : nil
        } catch let error as DBusError where !error.isAboutMissingOwner && !error.isAboutLostBus {
            // Removed meanwhile, or another user's own.
            return nil
        }
    }

    func failure(from error: any Error) -> HotspotConfigurationError {
        let subject = ssid.map { "\"\($0)\" could not be left" } ?? "the network could not be left"
        return switch error {
        case let error as HotspotConfigurationError: error
        case let error as DBusError: HotspotConfigurationError(dbus: error, subject: subject, phase: .joined)
        case is DeadlineExceeded:
            HotspotConfigurationError(
                .timedOut(.joined),
                "\(subject): NetworkManager did not end the connection in time",
                underlying: [Observation("hotspot", "deadline", "the time limit passed")]
            )
        case is CancellationError:
            HotspotConfigurationError(.cancelled, "\(subject): it was cancelled", underlying: [error])
        default: HotspotConfigurationError(.unlisted, "\(subject): an error that is in no table", underlying: [error])
        }
    }
}
