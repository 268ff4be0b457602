import CMalloc
import Foundation
import HotspotCore

/// What this process has of the machine's.
struct Footprint: CustomStringConvertible {
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
    /// What has been allocated and not given back, in octets.
    let inUse = mallinfo2().uordblks

    /// The netlink sockets of this network namespace: the first line is the table's head.
    let sockets = Self.words("/proc/net/netlink", separator: "\n").count - 1
    let children = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task"))?.reduce(0) {
        $0 + Self.words("/proc/self/task/\($1)/children", separator: " ").count
    }
    /// What is kept without NetworkManager.
    let files = (try? FileManager.default.contentsOfDirectory(atPath: ConfigurationStore().path).count) ?? 0

    private static func words(_ path: String, separator: Character) -> [Substring] {
        // A file of /proc has no size that could be asked for.
        let data = FileHandle(forReadingAtPath: path).flatMap { try? $0.readToEnd() } ?? Data()
        return String(decoding: data, as: UTF8.self).split(separator: separator)
    }

    var description: String {
        "\(descriptors) descriptors \(threads) threads \(inUse) octets \(sockets) sockets "
            + "\(children ?? 0) children \(files) files"
    }
}

/// How long joins took, in milliseconds: from the call to the keys, and of that from the first authentication on.
struct JoinTimes: CustomStringConvertible {
    private var wholes: [Int] = []
    private var exchanges: [Int] = []

    mutating func add(_ network: JoinedNetwork) {
        func sum(_ phases: Set<JoinPhase>) -> Int {
            network.phaseDurations.filter { phases.contains($0.phase) }.reduce(0) { $0 + $1.milliseconds }
        }
        let exchange: Set<JoinPhase> = [.authenticating, .associating, .keys]
        exchanges.append(sum(exchange))
        wholes.append(sum(exchange.union([.preparing, .searching])))
    }

    private static func median(_ values: [Int]) -> Int {
        values.isEmpty ? 0 : values.sorted()[values.count / 2]
    }

    var description: String {
        "\(wholes.count) joins, medians: \(Self.median(wholes)) ms to the keys, \(Self.median(exchanges)) ms exchange"
    }
}

/// Joins and removes a network again and again, and says what this process then has: "round N: D descriptors …", how long
/// the joins took after the first, and afterwards "after N: …".
func rounds(
    _ count: Int,
    _ configuration: HotspotConfiguration,
    _ options: HotspotConfigurationManager.ApplyOptions,
    _ manager: HotspotConfigurationManager
) async throws {
    var configuration = configuration
    configuration.addressing = .none
    var early: Footprint?
    var times = JoinTimes()
    for round in 1...count {
        configuration.joinOnce = round.isMultiple(of: 2)
        let network = try await manager.apply(configuration, options: options)
        if round > 1 { times.add(network) }
        guard try await manager.removeConfiguration(forSSID: configuration.ssid) else {
            say("round \(round): nothing was removed")
            return
        }
        if round.isMultiple(of: 5) { say("round \(round): \(Footprint())") }
        if round == 10 { early = Footprint() }
    }
    say("\(times)")
    // A sleep that was cancelled is given back when its time would have come, so not all at once.
    for _ in 0..<36 {
        let footprint = Footprint()
        say("after \(count): \(footprint)")
        if let early, footprint.inUse <= early.inUse { break }
        try await Task.sleep(for: .seconds(5))
    }
    say("done")
}
