internal import Synchronization

/// The phases of one join with the times at which they began; told to whoever wants to show the progress.
final class Timeline: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Entry {
        let phase: JoinPhase
        let began: Instant
    }

    private let entries: Mutex<[Entry]>
    private let report: @Sendable (JoinPhase) -> Void

    init(began: Instant = .now, report: @escaping @Sendable (JoinPhase) -> Void) {
        entries = Mutex([Entry(phase: .preparing, began: began)])
        self.report = report
        report(.preparing)
    }

    /// The phase that the join is in.
    var phase: JoinPhase {
        entries.withLock { $0.last?.phase ?? .preparing }
    }

    /// Begins a phase; the one that is on goes on.
    func enter(_ phase: JoinPhase, at instant: Instant = .now) {
        let isNew = entries.withLock { entries in
            guard entries.last?.phase != phase else { return false }
            entries.append(Entry(phase: phase, began: instant))
            return true
        }
        if isNew { report(phase) }
    }

    /// How long each phase took in all, in the order in which they were first entered, up to now.
    func durations(until end: Instant = .now) -> [PhaseDuration] {
        let entries = entries.withLock { $0 }
        var order: [JoinPhase] = []
        var sums: [JoinPhase: Duration] = [:]
        for (position, entry) in entries.enumerated() where entry.phase != .joined {
            let next = position + 1 < entries.count ? entries[position + 1].began : end
            if sums[entry.phase] == nil { order.append(entry.phase) }
            sums[entry.phase, default: .zero] += max(.zero, next - entry.began)
        }
        return order.map { PhaseDuration(phase: $0, duration: sums[$0] ?? .zero) }
    }
}
