import Foundation
import HotspotCore
import TestSupport
import Testing

/// What a join says of each thing that can go wrong, and what it leaves behind: nothing.
@Suite("The fault matrix", .radioLab, .serialized)
struct FaultMatrixTests {
    private static var chosen: [Fault] { faults.chosen }

    @Test("each fault has its code, its cause, its ground truth and its time, and is undone", arguments: chosen)
    func row(fault: Fault) async throws {
        let bench = FaultBench.shared
        try await bench.prepare()
        let before = try await bench.profileFiles()
        let outcome = try await fault.make(bench)

        try expect(outcome, fault)
        #expect(try await bench.profileFiles() == before, "a profile was changed or left behind")
        try await bench.expectNetworkBefore()
        if fault.name == Self.chosen.last?.name { try await bench.tearDown() }
    }
}

/// Holds an outcome to what a row says.
func expect(_ outcome: FaultOutcome, _ fault: Fault) throws {
    #expect(outcome.cause == fault.cause.name, "\(outcome.text)")
    #expect(outcome.code == fault.cause.code.rawValue)
    #expect(outcome.confidence == fault.confidence.rawValue)
    for text in fault.chain {
        #expect(outcome.text.contains(text), "\"\(text)\" should be in: \(outcome.text)")
    }
    for secret in [" horse", "right password", "looking glass", "wonderland", "sesame", "0123456789abcdef"] {
        #expect(!outcome.text.contains(secret), "a secret is shown")
    }
    let took: Double
    let allowed: Duration
    switch fault.limit {
    case .inAll(let limit):
        took = outcome.durations.values.reduce(0, +)
        allowed = limit
    case .afterSearch(let limit):
        took = try #require(outcome.afterSearch, "the access point was never spoken to: \(outcome.text)")
        allowed = limit
    }
    print(
        "fault: \(fault.name): \(outcome.cause), \(outcome.confidence), in \(outcome.phase), \(outcome.durations)"
    )
    #expect(took <= allowed / .seconds(1), "\(outcome.durations)")
}

extension [Fault] {
    /// The rows whose names match the regular expression `HOTSPOT_FAULTS`, where that is set.
    var chosen: [Fault] {
        guard let part = ProcessInfo.processInfo.environment["HOTSPOT_FAULTS"] else { return self }
        return filter { $0.name.range(of: part, options: .regularExpression) != nil }
    }
}
