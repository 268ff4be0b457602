import ArgumentParser
import Dispatch
import Foundation
import Glibc
import HotspotCore
import Logging

/// A join that goes on in a process of its own, which holds the link in the background.
///
/// The process is this program once more, in a session of its own. It inherits the output, so that what it prints is what a
/// join in the foreground prints. The request comes over its standard input, as a line of JSON and the secret behind it;
/// descriptor 3 tells that the network is joined.
struct DetachedJoin {
    /// What is asked of the process, without the secret.
    struct Request: Codable {
        /// The network, without its secret.
        var configuration: HotspotConfiguration
        /// How many octets of the secret follow; nil where there is none.
        var secretCount: Int?
        var milliseconds: Int64
        var background: Bool
        var backend: String
        var waitsForAddress: Bool
        var json: Bool
        var quiet: Bool
        var verbose: Int
    }

    /// The request does not come up to ``Request``.
    struct MalformedRequest: Error {}

    private let process: pid_t
    private let status: Int32

    // MARK: Starting

    /// Starts the process.
    ///
    /// - Parameters:
    ///   - request: What it is to do.
    ///   - secret: The passphrase.
    /// - Throws: ``SystemCallFailure``.
    init(_ request: Request, secret: Passphrase?) throws(SystemCallFailure) {
        var request = request
        request.secretCount = secret?.count
        // Texts, numbers and flags: the encoder refuses none of them.
        guard let line = try? JSONEncoder().encode(request) else {
            throw SystemCallFailure("write", path: nil, errno: EINVAL)
        }
        let input = try Self.pipe()
        let output: (read: Int32, write: Int32)
        do throws(SystemCallFailure) {
            output = try Self.pipe()
        } catch {
            close(input.read)
            close(input.write)
            throw error
        }
        defer {
            close(input.read)
            close(output.write)
            close(input.write)
        }
        do throws(SystemCallFailure) {
            process = try Self.spawn(input: input.read, status: output.write)
        } catch {
            close(output.read)
            throw error
        }
        status = output.read
        // It is less than a pipe holds: nothing waits for the process to read it.
        Self.write(Array(line) + [0x0A], to: input.write)
        secret?.withUnsafeBytes { octets in
            _ = Glibc.write(input.write, octets.baseAddress, octets.count)
        }
    }

    private static func pipe() throws(SystemCallFailure) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw SystemCallFailure("pipe", path: nil, errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func write(_ octets: [UInt8], to descriptor: Int32) {
        _ = octets.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }

    private static func spawn(input: Int32, status: Int32) throws(SystemCallFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, status, Detachment.descriptor)
        // Whatever a shell has left open is not to stay open as long as the link lasts.
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in open.compactMap({ Int32($0) }) where descriptor > Detachment.descriptor {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let name = CommandLine.arguments.first ?? "hotspot"
        let arguments = [strdup(name), strdup(HoldCommand.configuration.commandName ?? ""), nil]
        let environment = environment().map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + environment).forEach { free($0) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, "/proc/self/exe", &actions, &attributes, arguments, environment)
        guard result == 0 else { throw SystemCallFailure("posix_spawn", path: "/proc/self/exe", errno: result) }
        return process
    }

    /// What the process inherits: it has another working directory, and must keep its networks in the same one.
    static func environment(
        _ own: [String: String] = ProcessInfo.processInfo.environment,
        stateDirectory: String = ConfigurationStore().path
    ) -> [String: String] {
        guard own["HOTSPOT_STATE_DIRECTORY"]?.isEmpty == false else { return own }
        return own.merging(["HOTSPOT_STATE_DIRECTORY": stateDirectory]) { $1 }
    }

    // MARK: Waiting

    /// Waits until the network is joined, or the process has ended without that; a signal is passed on.
    ///
    /// - Returns: the exit status.
    func wait(_ interrupts: Interrupts) async -> Int32 {
        let (process, status) = (process, status)
        // It has a session of its own: Ctrl-C reaches this process alone.
        interrupts.onFirst { kill(process, SIGINT) }
        // On a queue of its own: the reads and the wait hold its thread.
        let queue = DispatchQueue(label: "hotspot.detached")
        return await withCheckedContinuation { continuation in
            queue.async {
                var octet: UInt8 = 0
                var count = read(status, &octet, 1)
                while count < 0, errno == EINTR { count = read(status, &octet, 1) }
                close(status)
                if count == 1, interrupts.exitStatus == nil {
                    continuation.resume(returning: 0)
                    return
                }
                var ending: Int32 = 0
                while waitpid(process, &ending, 0) == -1, errno == EINTR {}
                let signal = ending & 0x7F
                continuation.resume(
                    returning: interrupts.exitStatus ?? (signal == 0 ? ending >> 8 & 0xFF : 128 + signal)
                )
            }
        }
    }
}

/// The other end: what a process in the background has of the one that started it.
struct Detachment: Sendable {
    /// Where it is told that the network is joined.
    static let descriptor: Int32 = 3

    /// Gives the process the program's name: else it would be called "exe", after the file that was started.
    static func takeName() {
        try? Data("hotspot".utf8).write(to: URL(fileURLWithPath: "/proc/self/comm"), options: [])
    }

    /// Leaves the session and the folder of whoever started this process.
    func begin() {
        setsid()
        chdir("/")
        _ = fcntl(Self.descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Lets go of the output, then tells that the network is joined.
    ///
    /// - Returns: Whether anybody heard it.
    func complete() -> Bool {
        fflush(nil)
        Self.silence([STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO])
        var octet: UInt8 = 1
        let count = write(Self.descriptor, &octet, 1)
        close(Self.descriptor)
        return count == 1
    }

    /// Replaces descriptors by ones that lead nowhere.
    static func silence(_ descriptors: [Int32]) {
        let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nowhere >= 0 else { return }
        for descriptor in descriptors { dup2(nowhere, descriptor) }
        if !descriptors.contains(nowhere) { close(nowhere) }
    }
}

/// What `hotspot join --detach` starts: not for people.
struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Join the network that standard input describes, and hold the link: started by join --detach.",
        shouldDisplay: false
    )

    /// Whether the program was started as this command.
    static var isAskedFor: Bool { CommandLine.arguments.dropFirst().first == configuration.commandName }

    func run() async throws {
        let detachment = Detachment()
        detachment.begin()
        // A reader that went away must not end the program before it has undone what it began.
        signal(SIGPIPE, SIG_IGN)
        let interrupts = Interrupts()
        let (request, secret) = try Self.request(try StandardInput.octets())
        Detachment.silence([STDIN_FILENO])
        JoinCommand.startLogging(verbose: request.verbose)
        guard let backend = HotspotConfigurationManager.Backend(rawValue: request.backend) else {
            throw DetachedJoin.MalformedRequest()
        }
        var configuration = request.configuration
        configuration.passphrase = secret
        try await JoinRun(
            configuration: configuration,
            options: HotspotConfigurationManager.ApplyOptions(
                timeout: .milliseconds(request.milliseconds),
                allowsInactiveSession: request.background,
                backend: backend,
                waitsForAddress: request.waitsForAddress
            ),
            report: Report(isJSON: request.json, isQuiet: request.quiet),
            showsProgress: !request.json && !request.quiet && request.verbose == 0,
            interrupts: interrupts,
            detachment: detachment
        ).run()
    }

    private static func request(_ octets: [UInt8]) throws -> (DetachedJoin.Request, Passphrase?) {
        guard let end = octets.firstIndex(of: 0x0A) else { throw DetachedJoin.MalformedRequest() }
        let request = try JSONDecoder().decode(DetachedJoin.Request.self, from: Data(octets[..<end]))
        let secret = octets[(end + 1)...]
        guard secret.count == request.secretCount ?? 0 else { throw DetachedJoin.MalformedRequest() }
        return (request, request.secretCount == nil ? nil : Passphrase(octets: secret))
    }
}
