import Foundation
import HotspotCore
import TestSupport
import Testing

/// What a join without a daemon says of each thing that can go wrong, and what it leaves behind: nothing.
@Suite("The fault matrix without a daemon", .radioLab, .serialized)
struct KernelFaultMatrixTests {
    private static var chosen: [Fault] { kernelFaults.chosen }

    @Test("each fault has its code, its cause, its ground truth and its time, and is undone", arguments: chosen)
    func row(fault: Fault) async throws {
        if fault.name == Self.chosen.first?.name {
            try await NetworkManagerDaemon.shared.stop()
            try await RadioLab.script("stop_daemon wpa_supplicant; stop_daemon iwd")
            try? FileManager.default.removeItem(atPath: "/var/lib/hotspot")
        }
        // Every other row finds the interface up; one that is about the interface leaves it down.
        let number = Self.chosen.firstIndex { $0.name == fault.name } ?? 0
        let isUp = number % 2 == 1 && fault.name.hasPrefix("kernel: ")
        try await run("ip", "link", "set", Station.interface, isUp ? "up" : "down").checked()
        let before = try await StationState.now()
        let result = await Result { try await fault.make(FaultBench.kernel) }
        if case .success(let outcome) = result { try expect(outcome, fault) }
        try await StationState.expect(before)
        _ = try result.get()
        if fault.name == Self.chosen.last?.name { try await NetworkManagerDaemon.shared.start() }
    }
}
