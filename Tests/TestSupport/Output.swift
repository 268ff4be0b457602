import Foundation

/// What a finished program left behind.
public struct Output: Sendable, CustomStringConvertible {
    /// The command line, for messages.
    public let command: String
    /// The exit status, or 128 and the signal's number as a shell counts.
    public let status: Int32
    /// All that it wrote to its standard output.
    public let standardOutput: String
    /// All that it wrote to its standard error.
    public let standardError: String
    /// How long it ran.
    public let duration: Duration

    /// Whether it ended with status 0.
    public var succeeded: Bool { status == 0 }

    /// The standard output without white space around it.
    public var text: String { standardOutput.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// The command, its status and all of its output.
    public var description: String {
        "`\(command)` ended with status \(status) after \(duration):\n\(standardOutput)\(standardError)"
    }

    /// The output, once the status is 0.
    ///
    /// - Returns: Itself.
    /// - Throws: ``LabError`` with everything the program said otherwise.
    @discardableResult
    public func checked() throws -> Output {
        guard succeeded else { throw LabError(description) }
        return self
    }
}

/// A failure of the lab or of a program in it, in words.
public struct LabError: Error, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    /// A failure in these words.
    ///
    /// - Parameter description: What went wrong.
    public init(_ description: String) {
        self.description = description
    }
}

/// Runs a program to its end, without blocking a thread of the concurrency pool.
///
/// - Parameters:
///   - arguments: The program, which is looked up in `PATH`, and its arguments.
///   - environment: Variables that are set beside the inherited ones.
///   - input: What it finds on its standard input.
///   - timeout: When it is killed; that is an error.
/// - Returns: Its status and output, whatever the status is.
/// - Throws: ``LabError`` when it cannot be started or takes too long.
public func run(
    _ arguments: String...,
    environment: [String: String] = [:],
    input: String = "",
    timeout: Duration = .seconds(120)
) async throws -> Output {
    try await run(arguments, environment: environment, input: input, timeout: timeout)
}

/// Runs a program to its end, without blocking a thread of the concurrency pool.
///
/// - Parameters:
///   - arguments: The program, which is looked up in `PATH`, and its arguments.
///   - environment: Variables that are set beside the inherited ones.
///   - input: What it finds on its standard input.
///   - timeout: When it is killed; that is an error.
/// - Returns: Its status and output, whatever the status is.
/// - Throws: ``LabError`` when it cannot be started or takes too long.
public func run(
    _ arguments: [String],
    environment: [String: String] = [:],
    input: String = "",
    timeout: Duration = .seconds(120)
) async throws -> Output {
    let child = try await ChildProcess.start(arguments, environment: environment, input: input)
    return try await child.output(within: timeout)
}

/// Waits until a condition holds.
///
/// The one way to wait for what tells nobody when it happens: it looks twenty times a second, and it ends.
///
/// - Parameters:
///   - what: What is waited for, for the error.
///   - timeout: How long it may take.
///   - isolation: The caller's actor.
///   - condition: Whether it has happened.
/// - Throws: ``LabError`` when it did not happen in time, and what the condition throws.
public func wait(
    for what: String,
    within timeout: Duration = .seconds(30),
    isolation: isolated (any Actor)? = #isolation,
    until condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw LabError("waited \(timeout) in vain for \(what)")
        }
        try await Task.sleep(for: .milliseconds(50))
    }
}
