public import Foundation
import Glibc
import Synchronization

/// A program that runs beside the test, which it does not outlive.
///
/// Its output goes to files, not to pipes: nobody has to read it for the program to go on, and it can be read at any
/// time.
public final class ChildProcess: Sendable {
    /// Shared with the thread that waits for the end, which must not keep the object itself alive.
    private final class Ending: Sendable {
        struct State {
            var status: Int32?
            var end: ContinuousClock.Instant?
            var waiters: [CheckedContinuation<Void, Never>] = []
        }

        let state = Mutex(State())
    }

    private let ending = Ending()
    private let arguments: [String]
    private let directory: URL
    private let begin = ContinuousClock.now

    /// The program's process number.
    public let processIdentifier: Int32

    /// The file with what it has written to its standard output so far.
    public let standardOutputFile: URL

    /// The file with what it has written to its standard error so far.
    public let standardErrorFile: URL

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: The program, which is looked up in `PATH`, and its arguments.
    ///   - environment: Variables that are set beside the inherited ones.
    ///   - input: What it finds on its standard input.
    ///   - log: A file that gets both of its outputs, instead of files that go away with this object.
    ///   - endsWithTest: Whether the kernel ends it when the test process dies, however that happens.
    /// - Returns: The running program.
    /// - Throws: ``LabError`` when it cannot be started.
    public static func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "",
        log: URL? = nil,
        endsWithTest: Bool = false
    ) async throws -> ChildProcess {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("hotspot-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let inputFile = directory.appendingPathComponent("stdin")
        try Data(input.utf8).write(to: inputFile)
        let command = (endsWithTest ? ["setpriv", "--pdeathsig", "KILL"] : []) + arguments
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let files = (
            input: inputFile,
            output: log ?? directory.appendingPathComponent("stdout"),
            error: log ?? directory.appendingPathComponent("stderr")
        )
        return try await withCheckedThrowingContinuation { continuation in
            Keeper.shared.perform {
                continuation.resume(
                    with: Result {
                        let pid = try spawn(
                            command,
                            environment: variables.map { "\($0.key)=\($0.value)" },
                            input: files.input.path,
                            output: files.output.path,
                            error: files.error.path
                        )
                        return ChildProcess(pid, arguments, directory, files.output, files.error)
                    }
                )
            }
        }
    }

    private init(_ pid: Int32, _ arguments: [String], _ directory: URL, _ output: URL, _ error: URL) {
        processIdentifier = pid
        self.arguments = arguments
        self.directory = directory
        standardOutputFile = output
        standardErrorFile = error
        // A thread of its own, because waitpid blocks.
        Thread.detachNewThread { [ending] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1, errno == EINTR {}
            let signal = status & 0x7f
            let waiters = ending.state.withLock { state in
                state.status = signal == 0 ? status >> 8 & 0xff : 128 + signal
                state.end = .now
                defer { state.waiters = [] }
                return state.waiters
            }
            waiters.forEach { $0.resume() }
        }
    }

    deinit {
        send(SIGKILL)
        try? FileManager.default.removeItem(at: directory)
    }

    /// The exit status, or 128 and the signal's number; nil while it runs.
    public var status: Int32? { ending.state.withLock { $0.status } }

    /// Sends it a signal, if it still runs.
    ///
    /// - Parameter signal: The signal's number, such as `SIGINT`.
    public func send(_ signal: Int32) {
        ending.state.withLock { state in
            // Under the lock: the number is not reused before the status is known.
            if state.status == nil { kill(processIdentifier, signal) }
        }
    }

    /// What it has written to its standard output so far.
    public var standardOutput: String { text(of: standardOutputFile) }

    /// What it has written to its standard error so far.
    public var standardError: String { text(of: standardErrorFile) }

    private func text(of file: URL) -> String {
        guard let data = try? Data(contentsOf: file) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Waits for the program's end, and kills it when that takes too long.
    ///
    /// - Parameter timeout: How long it may take, from now.
    /// - Returns: Its status and output.
    /// - Throws: ``LabError`` when it had to be killed; `CancellationError`.
    public func output(within timeout: Duration) async throws -> Output {
        let deadline = Task {
            try await Task.sleep(for: timeout)
            send(SIGKILL)
        }
        defer { deadline.cancel() }
        await end()
        try Task.checkCancellation()
        let (status, end) = ending.state.withLock { ($0.status ?? -1, $0.end ?? .now) }
        let output = Output(
            command: arguments.joined(separator: " "),
            status: status,
            standardOutput: standardOutput,
            standardError: standardError,
            duration: end - begin
        )
        if status == 128 + SIGKILL, output.duration >= timeout {
            throw LabError("killed after \(timeout): \(output)")
        }
        return output
    }

    /// Ends it with a signal, and with SIGKILL when that does not end it in time.
    ///
    /// - Parameters:
    ///   - signal: The first attempt.
    ///   - timeout: How long that may take.
    public func stop(_ signal: Int32 = SIGTERM, within timeout: Duration = .seconds(10)) async {
        // A stopped process would not hear of it.
        send(SIGCONT)
        send(signal)
        let deadline = Task {
            try await Task.sleep(for: timeout)
            send(SIGKILL)
        }
        await end()
        deadline.cancel()
    }

    /// Waits for its end; when the task is cancelled the program is killed.
    private func end() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ended = ending.state.withLock { state in
                    if state.status == nil { state.waiters.append(continuation) }
                    return state.status != nil
                }
                if ended { continuation.resume() }
            }
        } onCancel: {
            send(SIGKILL)
        }
    }
}

/// The thread that starts every program.
///
/// The kernel's "die with my parent" means the thread that started the program, and threads of a pool come and go; this
/// one stays.
private final class Keeper: Sendable {
    static let shared = Keeper()

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let available = DispatchSemaphore(value: 0)

    private init() {
        Thread.detachNewThread { [self] in
            while true {
                available.wait()
                jobs.withLock { $0.removeFirst() }()
            }
        }
    }

    func perform(_ job: @escaping @Sendable () -> Void) {
        jobs.withLock { $0.append(job) }
        available.signal()
    }
}

/// Starts a program with its standard streams on files, default signals and a process group of its own.
private func spawn(
    _ arguments: [String],
    environment: [String],
    input: String,
    output: String,
    error: String
) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, flags | O_APPEND, 0o644)
    if error == output {
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    } else {
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error, flags | O_APPEND, 0o644)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(
        &attributes,
        Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP)
    )

    let argv = arguments.map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    guard let program = arguments.first else { throw LabError("no program to start") }
    let result = posix_spawnp(&pid, program, &actions, &attributes, argv, envp)
    guard result == 0 else {
        throw LabError("cannot start `\(arguments.joined(separator: " "))`: \(String(cString: strerror(result)))")
    }
    return pid
}
