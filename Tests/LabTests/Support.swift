import Foundation
import HotspotCore
import Synchronization
import TestSupport
import Testing

/// Runs the command line program that was built with the tests.
func hotspot(_ arguments: String...) async throws -> Output {
    try await run([CommandLineTool.path] + arguments)
}

extension Output {
    /// The JSON object on standard output; empty where there is none.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(standardOutput.utf8))) as? [String: Any] ?? [:]
    }
}

/// The stored profiles with all that NetworkManager knows of them, secrets included, so that a change shows.
func profiles() async throws -> [String: String] {
    let identifiers = try await nmcli("-g", "UUID", "connection", "show").checked().text.split(separator: "\n")
    var result: [String: String] = [:]
    for identifier in identifiers {
        // The time stamp is NetworkManager's own and changes with every use.
        let text = try await nmcli(
            "--show-secrets",
            "-f",
            "connection,802-11-wireless,802-11-wireless-security,802-1x,user",
            "connection",
            "show",
            String(identifier)
        ).checked().text
        result[String(identifier)] = text.split(separator: "\n").filter {
            !$0.hasPrefix("connection.timestamp") && !$0.contains("seen-bssids")
        }.joined(separator: "\n")
    }
    return result
}

/// The lines in which the profiles are not what they were.
func changes(since before: [String: String]) async throws -> [String] {
    func lines(_ profiles: [String: String]) -> Set<String> {
        Set(profiles.flatMap { key, text in text.split(separator: "\n").map { "\(key): \($0)" } + ["\(key)"] })
    }
    let (before, now) = (lines(before), lines(try await profiles()))
    return before.subtracting(now).map { "- \($0)" }.sorted() + now.subtracting(before).map { "+ \($0)" }.sorted()
}

/// The error of a join that must fail.
func failure(
    of configuration: HotspotConfiguration,
    _ manager: HotspotConfigurationManager = HotspotConfigurationManager(application: "kiosk"),
    timeout: Duration = .seconds(60),
    backend: HotspotConfigurationManager.Backend = .networkManager,
    progress: @escaping @Sendable (JoinPhase) -> Void = { _ in }
) async throws -> HotspotConfigurationError {
    let network: JoinedNetwork
    do {
        network = try await manager.apply(
            configuration,
            options: .init(timeout: timeout, backend: backend),
            progress: progress
        )
    } catch {
        return error
    }
    throw LabError("\(network.ssid) was joined, and should not have been")
}

/// What is noted from several threads.
final class Recorder<Value: Sendable>: Sendable {
    private let storage = Mutex<[Value]>([])

    var values: [Value] { storage.withLock { $0 } }

    func append(_ value: Value) { storage.withLock { $0.append(value) } }
}

/// Takes the radio from the daemons for as long as the body runs, and forgets what it kept.
func withoutDaemons(_ body: () async throws -> Void) async throws {
    try await NetworkManagerDaemon.shared.stop()
    try await RadioLab.script("stop_daemon wpa_supplicant; stop_daemon iwd")
    defer { try? FileManager.default.removeItem(atPath: "/var/lib/hotspot") }
    do {
        try await body()
    } catch {
        try? await NetworkManagerDaemon.shared.start()
        throw error
    }
    try await NetworkManagerDaemon.shared.start()
}

extension Result where Failure == any Error {
    /// What a body came to.
    init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
