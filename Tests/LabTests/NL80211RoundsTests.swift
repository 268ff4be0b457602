import Foundation
import TestSupport
import Testing

/// An application that joins without a daemon again and again: what it takes of the machine it gives back.
///
/// `HOTSPOT_ROUNDS=1000` makes it a thousand.
@Suite("Rounds without a daemon", .radioLab)
struct NL80211RoundsTests {
    @Test("nothing grows: no descriptor, thread, octet, socket of the kernel's, child, or file")
    func rounds() async throws {
        let rounds = ProcessInfo.processInfo.environment["HOTSPOT_ROUNDS"].flatMap { Int($0) } ?? 100
        let directory = "/run/hotspot-rounds"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withoutDaemons {
            try await withAccessPoint(.open(ssid: "Rounds Open")) { _ in
                let process = try await ChildProcess.start(
                    [
                        CommandLineTool.program("OnceKeeper"), "rounds", "Rounds Open", "", "nl80211", "15",
                        String(rounds),
                    ],
                    environment: ["HOTSPOT_STATE_DIRECTORY": directory],
                    endsWithTest: true
                )
                let began = ContinuousClock.now
                // With the time that what a cancelled deadline has allocated may take to be given back.
                let output = try await process.output(within: .seconds(rounds * 3 + 300))
                let lines = output.standardOutput.split(separator: "\n")
                #expect(lines.last == "done", "\(output)")
                func samples(_ word: String) -> [[Int]] {
                    lines.filter { $0.hasPrefix(word) }.map { $0.split { !$0.isNumber }.compactMap { Int($0) } }
                }
                let (during, after) = (samples("round "), samples("after "))
                // The first rounds fill the runtime's caches.
                let first = try #require(during.dropFirst().first)
                print("\(rounds) rounds took \(ContinuousClock.now - began)")
                print("round, descriptors, threads, octets, sockets, children, files")
                for sample in [first, during.last ?? [], after.last ?? []] { print(sample) }
                func least(_ column: Int) throws -> Int { try #require(after.map { $0[column] }.min()) }
                #expect(try least(1) <= first[1], "descriptors")
                #expect(try least(2) <= first[2] + 2, "threads")
                #expect(try least(3) <= first[3] + 16_384, "octets")
                #expect(try least(4) <= first[4], "netlink sockets")
                #expect(try least(5) == 0, "children")
                #expect(try least(6) == 0, "files")
            }
        }
    }
}
