import Foundation
import HotspotCore
import Synchronization
import TestSupport
import Testing

/// A row of the fault matrix: what is done to a join, and what must come of it.
struct Fault: Sendable, CustomTestStringConvertible {
    typealias Cause = HotspotConfigurationError.Cause

    /// How long a verdict may take.
    enum Limit: Sendable {
        /// From the request on.
        case inAll(Duration)
        /// Without the search for the network: from the moment on when the access point was spoken to.
        case afterSearch(Duration)
    }

    let name: String
    let cause: Cause
    let confidence: HotspotConfigurationError.Confidence
    /// Pieces of text that the error's chain must contain: the ground truth.
    let chain: [String]
    let limit: Limit
    /// Makes the fault, and returns the error of the join that met it; what it broke is whole again afterwards.
    let make: @Sendable (FaultBench) async throws -> FaultOutcome

    init(
        _ name: String,
        _ cause: Cause,
        _ confidence: HotspotConfigurationError.Confidence = .confirmed,
        chain: [String],
        _ limit: Limit,
        make: @escaping @Sendable (FaultBench) async throws -> FaultOutcome
    ) {
        self.name = name
        self.cause = cause
        self.confidence = confidence
        self.chain = chain
        self.limit = limit
        self.make = make
    }

    var testDescription: String { name }
}

/// What came of a join that failed: in this process or in another one.
struct FaultOutcome: Sendable {
    let code: Int
    let cause: String
    let confidence: String
    let phase: String
    /// The error as a tree, for the texts that must be in it.
    let text: String
    /// How long each phase took, in seconds.
    let durations: [String: Double]
    /// How long the verdict took once the access point was first spoken to, in seconds; nil where it never was.
    let afterSearch: Double?

    init(_ error: HotspotConfigurationError, phases: [(phase: JoinPhase, at: ContinuousClock.Instant)] = []) {
        code = error.code.rawValue
        cause = error.cause.name
        confidence = error.confidence.rawValue
        phase = error.phase.rawValue
        text = error.detailedDescription()
        durations = Dictionary(
            error.phaseDurations.map { ($0.phase.rawValue, $0.duration / .seconds(1)) },
            uniquingKeysWith: +
        )
        let inAll = error.phaseDurations.reduce(Duration.zero) { $0 + $1.duration }
        if let begin = phases.first?.at, let spoken = phases.first(where: { $0.phase > .searching })?.at {
            afterSearch = (begin + inAll - spoken) / .seconds(1)
        } else {
            afterSearch = nil
        }
    }

    /// What `hotspot join --json` printed, with its exit status.
    init(json output: Output) throws {
        try self.init(json: output.standardOutput)
        guard output.status == 100 + Int32(code) else { throw LabError("the status is not 100 + \(code): \(output)") }
    }

    /// What `hotspot join --json` printed.
    init(json: String) throws {
        let object = (try? JSONSerialization.jsonObject(with: Data(json.utf8))) as? [String: Any]
        guard let error = object?["error"] as? [String: Any], let code = error["code"] as? Int else {
            throw LabError("no error in JSON: \(json)")
        }
        self.code = code
        cause = error["cause"] as? String ?? ""
        confidence = error["confidence"] as? String ?? ""
        phase = error["phase"] as? String ?? ""
        text = json.replacingOccurrences(of: "\\/", with: "/")
        durations = [:]
        afterSearch = nil
    }
}

/// What the rows of a fault matrix work with.
///
/// With NetworkManager one access point stays on the air for all of them: the network that the station is on before each
/// fault, and must be on again afterwards. Without a daemon the station is on no network, and must be as it was.
actor FaultBench {
    static let shared = FaultBench(.networkManager)
    /// The one of a machine without a network daemon.
    static let kernel = FaultBench(.nl80211)

    /// Who joins.
    let backend: HotspotConfigurationManager.Backend

    private var before: AccessPoint?
    private static let beforeName = "Before the fault"
    private var number = 0

    init(_ backend: HotspotConfigurationManager.Backend) { self.backend = backend }

    /// A network name that no other row has: wpa_supplicant and NetworkManager remember networks for minutes.
    func newName() -> String {
        number += 1
        return backend == .nl80211 ? "Kernel fault \(number)" : "Fault \(number)"
    }

    /// Takes the bench's own access point off the air.
    func tearDown() async throws {
        try await before?.stop()
        before = nil
    }

    /// Puts the bench's own access point on the air.
    func beginAnew() async throws {
        before = try await AccessPoint.start(.open(ssid: Self.beforeName))
    }

    /// Has the station on the network before.
    func prepare() async throws {
        if before == nil { try await beginAnew() }
        if await !isOnNetworkBefore() {
            try await NetworkManagerDaemon.shared.reset()
            try await HotspotConfigurationManager(application: "before").apply(
                HotspotConfiguration(ssid: Self.beforeName),
                options: .init(timeout: .seconds(90), backend: .networkManager)
            )
        }
    }

    private func isOnNetworkBefore() async -> Bool {
        guard let link = try? await Station.link(), link.ssid == Self.beforeName else { return false }
        return await NetworkManagerDaemon.shared.deviceState() == 100
    }

    /// Waits until the network before is back.
    func expectNetworkBefore() async throws {
        try await wait(for: "the network before to be back", within: .seconds(90)) { await self.isOnNetworkBefore() }
    }

    /// Every profile that NetworkManager has on disk and in memory, octet by octet.
    func profileFiles() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for folder in ["/etc/NetworkManager/system-connections", "/run/NetworkManager/system-connections"] {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                // Written by NetworkManager for the loopback device, and not a hotspot's.
                guard name != "lo.nmconnection" else { continue }
                files["\(folder)/\(name)"] = FileManager.default.contents(atPath: "\(folder)/\(name)")
            }
        }
        return files
    }

    /// Joins a network that cannot be joined.
    ///
    /// - Parameters:
    ///   - configuration: the network.
    ///   - timeout: how long it may take.
    ///   - phase: where something is done, the first time.
    ///   - action: what is done then, beside the join.
    ///   - atOnce: what is done before the join goes on: it waits for that.
    /// - Returns: what came of it.
    /// - Throws: ``LabError`` where the network was joined, and what the action throws.
    nonisolated func fail(
        _ configuration: HotspotConfiguration,
        timeout: Duration = .seconds(90),
        on phase: JoinPhase? = nil,
        _ action: @escaping @Sendable () async throws -> Void = {},
        atOnce: @escaping @Sendable () -> Void = {}
    ) async throws -> FaultOutcome {
        let phases = Recorder<(phase: JoinPhase, at: ContinuousClock.Instant)>()
        let isFirst = Mutex(true)
        let (signal, continuation) = AsyncStream<Void>.makeStream()
        async let acted: Void = {
            for await _ in signal {
                try await action()
                return
            }
        }()
        let result: Result<JoinedNetwork, HotspotConfigurationError>
        do {
            let network = try await HotspotConfigurationManager(application: "kiosk").apply(
                configuration,
                options: .init(timeout: timeout, backend: backend)
            ) { current in
                phases.append((current, .now))
                guard current == phase,
                    isFirst.withLock({ flag in
                        defer { flag = false }; return flag
                    })
                else { return }
                atOnce()
                continuation.yield()
            }
            result = .success(network)
        } catch {
            result = .failure(error)
        }
        continuation.finish()
        try await acted
        switch result {
        case .success(let network):
            if backend == .nl80211 { _ = try? await RadioLab.script("iw dev wlan0 disconnect") }
            throw LabError("\(network.ssid) was joined, and should not have been")
        case .failure(let error): return FaultOutcome(error, phases: phases.values)
        }
    }

    /// Joins with one access point on the air.
    nonisolated func fail(
        at accessPoint: AccessPoint.Configuration,
        passphrase: Passphrase? = Passphrase("correct horse"),
        security: HotspotSecurity = .automatic,
        timeout: Duration = .seconds(90),
        on phase: JoinPhase? = nil,
        _ action: @escaping @Sendable (AccessPoint) async throws -> Void = { _ in },
        atOnce: @escaping @Sendable (AccessPoint) -> Void = { _ in }
    ) async throws -> FaultOutcome {
        var wanted = accessPoint
        if backend == .nl80211, wanted.channel == nil {
            // Where the search begins: it would take four seconds for the others.
            wanted.channel = [1, 6, 11][Int(accessPoint.ssid.last ?? 0) % 3]
        }
        return try await withAccessPoint(wanted) { accessPoint in
            let configuration = HotspotConfiguration(
                ssid: SSID(octets: accessPoint.configuration.ssid),
                passphrase: passphrase,
                security: security,
                hidden: accessPoint.configuration.hidden
            )
            return try await self.fail(
                configuration,
                timeout: timeout,
                on: phase,
                { try await action(accessPoint) },
                atOnce: { atOnce(accessPoint) }
            )
        }
    }

    /// Joins by the command line program as an ordinary user.
    nonisolated func failAsNobody(ssid: String, _ arguments: String...) async throws -> FaultOutcome {
        try FaultOutcome(
            json: await run(
                ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", CommandLineTool.path, "join"]
                    + ["--ssid", ssid, "--passphrase", "correct horse", "--json"]
                    + (backend == .nl80211 ? ["--backend", "nl80211"] : []) + arguments,
                timeout: .seconds(120)
            )
        )
    }
}
