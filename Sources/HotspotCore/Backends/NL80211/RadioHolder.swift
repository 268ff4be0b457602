internal import DBus
internal import Logging

/// A program that uses a radio already, so that nobody else may: two that steer one radio take it from each other without
/// either being told.
struct RadioHolder: UnderlyingFailure {
    /// The program.
    let program: String
    /// How that is known.
    let evidence: String
    /// What leaves the radio to us.
    let remedy: String

    var domain: String { program }
    var number: Int? { nil }
    var name: String { "holder" }
    var summary: String { evidence }

    /// How long the bus and the programs on it may take to answer.
    private static let limit = Duration.seconds(3)

    /// Who uses an interface; nil where nobody says so.
    ///
    /// - Parameters:
    ///   - interface: the interface's name.
    ///   - isBusKnown: whether the bus was asked a moment ago, and has none of the daemons (``BackendChoice``).
    ///   - logger: where it is told why the bus says nothing.
    /// - Returns: the program.
    /// - Throws: `CancellationError`.
    static func holder(of interface: String, isBusKnown: Bool, logger: Logger) async throws -> RadioHolder? {
        if isBusKnown { return onSocket(interface) }
        do {
            if let holder = try await withDeadline(.now + limit, { try await onBus(interface) }) { return holder }
        } catch let error as DBusError {
            // No bus, no daemons on it.
            logger.debug("the bus says nothing of a holder", metadata: ["error": "\(error)"])
        } catch is DeadlineExceeded {
            logger.debug("the bus gave no answer about a holder")
        }
        return onSocket(interface)
    }

    /// Asks the daemons that have a name on the system's bus.
    private static func onBus(_ interface: String) async throws -> RadioHolder? {
        let connection = try await DBusConnection()
        let result: Result<RadioHolder?, any Error>
        do {
            result = .success(try await ask(connection, interface))
        } catch {
            result = .failure(error)
        }
        await connection.close()
        return try result.get()
    }

    private static func ask(_ connection: DBusConnection, _ interface: String) async throws -> RadioHolder? {
        async let networkManager = connection.owner(of: NetworkManagerClient.busName)
        async let iwd = connection.owner(of: "net.connman.iwd")
        async let wpaSupplicant = connection.owner(of: "fi.w1.wpa_supplicant1")
        if let owner = try await networkManager {
            let client = NetworkManagerClient(connection: connection, owner: owner)
            let device = try await client.objects().devices.first { $0.interface == interface }
            if let device, device.state > .unmanaged {
                return RadioHolder(
                    program: "NetworkManager",
                    evidence: "NetworkManager manages \(interface): its state is \(device.state)",
                    remedy: "join through NetworkManager, or: nmcli device set \(interface) managed no"
                )
            }
        }
        if let owner = try await iwd {
            let call = DBusCall(
                destination: owner,
                path: "/",
                interface: NetworkManagerClient.Interface.objectManager,
                member: "GetManagedObjects"
            )
            let objects = try await connection.call(call).first
            var names: [String] = []
            if case .dictionary(_, _, let entries)? = objects?.unwrapped {
                names = entries.compactMap { $0.value.entries?["net.connman.iwd.Device"]?.entries?["Name"]?.text }
            }
            if names.contains(interface) {
                return RadioHolder(
                    program: "iwd",
                    evidence: "iwd has \(interface) among its devices",
                    remedy: "join by iwctl, or end iwd: systemctl stop iwd"
                )
            }
        }
        if let owner = try await wpaSupplicant {
            let call = DBusCall(
                destination: owner,
                path: "/fi/w1/wpa_supplicant1",
                interface: "fi.w1.wpa_supplicant1",
                member: "GetInterface",
                arguments: [.string(interface)]
            )
            do {
                _ = try await connection.call(call)
                return supplicant(interface, "wpa_supplicant has \(interface) among its interfaces")
            } catch let error as DBusError where error.name == "fi.w1.wpa_supplicant1.InterfaceUnknown" {
                return nil
            } catch let error as DBusError where error.name == "org.freedesktop.DBus.Error.AccessDenied" {
                // It tells only root and the group netdev; the socket below says the rest.
                return nil
            }
        }
        return nil
    }

    private static func supplicant(_ interface: String, _ evidence: String) -> RadioHolder {
        RadioHolder(
            program: "wpa_supplicant",
            evidence: evidence,
            remedy: "end it: systemctl stop wpa_supplicant, or wpa_cli -i \(interface) terminate"
        )
    }

    /// Looks whether a wpa_supplicant without the bus listens on the interface's control socket.
    private static func onSocket(_ interface: String) -> RadioHolder? {
        for folder in ["/run/wpa_supplicant", "/var/run/wpa_supplicant"] {
            let path = "\(folder)/\(interface)"
            if LocalSocket.isAnswered(path) { return supplicant(interface, "wpa_supplicant listens on \(path)") }
        }
        return nil
    }
}
