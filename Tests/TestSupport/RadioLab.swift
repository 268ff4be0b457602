public import Foundation
import Synchronization
public import Testing

/// The machine that a lab test runs on: see Lab/README.md.
public enum RadioLab {
    /// Whether this is the radio lab's guest.
    public static var isPresent: Bool { ProcessInfo.processInfo.environment["HOTSPOT_LAB"] == "1" }

    /// The folder whose files are brought home after the run.
    public static let logs = URL(fileURLWithPath: "/run/lab/logs")

    /// The lab's own folder in the project.
    static var directory: String {
        ProcessInfo.processInfo.environment["LAB_DIR"] ?? "Lab"
    }

    /// Runs lines of bash that may use the functions of Lab/guest/lib.sh.
    ///
    /// - Parameters:
    ///   - lines: The script.
    ///   - arguments: Its `$1`, `$2` and so on.
    ///   - timeout: How long it may take.
    /// - Returns: What it wrote; its status is 0.
    /// - Throws: ``LabError`` with its output when it fails.
    @discardableResult
    public static func script(
        _ lines: String,
        _ arguments: [String] = [],
        timeout: Duration = .seconds(120)
    ) async throws -> Output {
        let script = #". "$LAB_DIR/guest/lib.sh""# + "\n" + lines
        return try await run(["bash", "-c", script, "lab"] + arguments, timeout: timeout).checked()
    }

    /// A number that no two files or names of this process share.
    static func nextNumber() -> Int {
        numbers.withLock { number in
            number += 1
            return number
        }
    }

    private static let numbers = Mutex(0)
}

/// Marks a suite or a test that needs the radio lab.
///
/// It is skipped elsewhere. In the lab no two such tests run at a time, whatever suites they are in: there is one
/// station, and one NetworkManager.
public struct RadioLabTrait: SuiteTrait, TestTrait, TestScoping {
    /// Also for the tests of the suite, which take their turns one by one.
    public var isRecursive: Bool { true }

    /// Skips the test outside the lab.
    ///
    /// - Parameter test: The test that is about to run.
    /// - Throws: What Swift Testing takes for a skipped test.
    public func prepare(for test: Test) async throws {
        try await ConditionTrait.enabled(if: RadioLab.isPresent, "needs the radio lab; run: make lab-test")
            .prepare(for: test)
    }

    /// Runs the test when no other lab test does.
    ///
    /// - Parameters:
    ///   - test: The test.
    ///   - testCase: One of its cases.
    ///   - function: What runs it.
    /// - Throws: What the test throws.
    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await Turn.shared.take()
        do {
            try await function()
        } catch {
            await Turn.shared.give()
            throw error
        }
        await Turn.shared.give()
    }
}

extension Trait where Self == RadioLabTrait {
    /// Runs only in the radio lab, and alone there.
    public static var radioLab: RadioLabTrait { RadioLabTrait() }
}

/// Who may use the radios.
private actor Turn {
    static let shared = Turn()

    private var isTaken = false
    private var queue: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { queue.append($0) }
    }

    func give() {
        if queue.isEmpty {
            isTaken = false
        } else {
            queue.removeFirst().resume()
        }
    }
}
