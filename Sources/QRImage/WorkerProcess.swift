internal import CPictureShims
internal import Dispatch
internal import DispatchExecutor
internal import Glibc

/// A running worker, from the side that asks: one question at a time.
///
/// The descriptor is non-blocking and its sources are on the actor's queue; nothing waits on a thread.
actor WorkerProcess {
    /// How a question ended without an answer.
    enum Failure: Error, Hashable {
        /// The process ended: by a signal, or with a status.
        case ended(signal: Int32?)
        /// The time was over.
        case timedOut
        /// The process could not be started.
        case notStarted(errno: Int32)
    }

    /// An exchange that goes on.
    private struct Exchange {
        var unsent: [UInt8]
        var sent = 0
        var received: [UInt8] = []
        var continuation: CheckedContinuation<WorkerMessages.Answer, any Error>
    }

    /// What the source for writing does: it would report again and again that there is room.
    private enum Writing {
        case notBegun, waiting, asleep
    }

    private nonisolated let executor = DispatchQueueExecutor(label: "hotspot.pictures")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let process: pid_t
    private let socket: Int32
    private let reader: any DispatchSourceRead
    private let writer: any DispatchSourceWrite
    private var writing = Writing.notBegun
    private var exchange: Exchange?
    private var ending: Failure?
    private var isReaped = false

    /// Starts a worker.
    ///
    /// - Throws: ``Failure/notStarted(errno:)``.
    init(_ worker: PictureWorker) async throws(Failure) {
        var sockets: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &sockets) == 0 else { throw .notStarted(errno: errno) }
        let (own, others) = (sockets[0], sockets[1])
        let result = Self.spawn(worker, on: others)
        close(others)
        guard case .success(let process) = result else {
            close(own)
            if case .failure(let failure) = result { throw failure }
            throw .notStarted(errno: 0)
        }
        _ = fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK)
        self.process = process
        socket = own
        reader = DispatchSource.makeReadSource(fileDescriptor: own, queue: executor.queue)
        writer = DispatchSource.makeWriteSource(fileDescriptor: own, queue: executor.queue)
        reader.setEventHandler { [weak self] in self?.assumeIsolated { $0.receive() } }
        writer.setEventHandler { [weak self] in self?.assumeIsolated { $0.send() } }
        // The descriptor must outlive both sources.
        let closing = DispatchGroup()
        closing.enter()
        closing.enter()
        reader.setCancelHandler { closing.leave() }
        writer.setCancelHandler { closing.leave() }
        closing.notify(queue: executor.queue) { close(own) }
        reader.activate()
    }

    isolated deinit {
        reader.cancel()
        writer.cancel()
        // One that sleeps neither ends nor may go.
        switch writing {
        case .notBegun: writer.activate()
        case .asleep: writer.resume()
        case .waiting: break
        }
        if !isReaped { Self.reap(process) }
    }

    /// Asks a question.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - picture: The picture, as many octets as the request says.
    ///   - limit: When the process is ended.
    /// - Returns: The answer.
    /// - Throws: ``Failure``, or `CancellationError`; the process is of no use after either.
    func ask(
        _ request: WorkerMessages.Request,
        _ picture: [UInt8],
        within limit: Duration
    ) async throws -> WorkerMessages.Answer {
        if let ending { throw ending }
        let timer = DispatchSource.makeTimerSource(queue: executor.queue)
        let (seconds, fraction) = limit.components
        timer.schedule(deadline: .now() + Double(seconds) + Double(fraction) / 1e18)
        timer.setEventHandler { [weak self] in self?.assumeIsolated { $0.end(.timedOut) } }
        timer.activate()
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                exchange = Exchange(unsent: request.header + picture, continuation: continuation)
                send()
            }
        } onCancel: {
            Task { await self.cancel() }
        }
    }

    private func cancel() {
        guard let exchange else { return }
        self.exchange = nil
        ending = .ended(signal: SIGKILL)
        kill(process, SIGKILL)
        exchange.continuation.resume(throwing: CancellationError())
    }

    private func end(_ failure: Failure) {
        ending = ending ?? failure
        if !isReaped { kill(process, SIGKILL) }
        exchange?.continuation.resume(throwing: failure)
        exchange = nil
    }

    private func send() {
        while let current = exchange, current.sent < current.unsent.count {
            let result = current.unsent.withUnsafeBytes { octets in
                let rest = UnsafeRawBufferPointer(rebasing: octets[current.sent...])
                return Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if result >= 0 {
                exchange?.sent += result
            } else if errno == EAGAIN {
                return waitForRoom()
            } else if errno != EINTR {
                // The other side is gone, of which the source for reading hears.
                break
            }
        }
        if writing == .waiting {
            writing = .asleep
            writer.suspend()
        }
    }

    private func waitForRoom() {
        switch writing {
        case .notBegun: writer.activate()
        case .asleep: writer.resume()
        case .waiting: break
        }
        writing = .waiting
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0, exchange != nil else { return processEnded() }
            exchange?.received += buffer.prefix(count)
            guard let received = exchange?.received, received.count >= WorkerMessages.Answer.headerSize else {
                continue
            }
            guard let length = WorkerMessages.Answer.length(header: received), received.count <= length else {
                return end(.ended(signal: nil))
            }
            if received.count == length {
                guard let answer = WorkerMessages.Answer(octets: received) else { return end(.ended(signal: nil)) }
                exchange?.continuation.resume(returning: answer)
                exchange = nil
            }
        }
    }

    /// The other side has closed the socket: the process ends, or has ended.
    private func processEnded() {
        reader.cancel()
        guard !isReaped else { return }
        isReaped = true
        let process = process
        // One that closes the socket and goes on is no worker.
        executor.queue.asyncAfter(deadline: .now() + 1) { [weak self] in
            self?.assumeIsolated { if $0.ending == nil { kill(process, SIGKILL) } }
        }
        // On a queue of its own: the shared ones have as many threads as processors, and tasks may have taken them all.
        DispatchQueue(label: "hotspot.pictures.end").async { [executor] in
            let signal = Self.wait(process)
            executor.queue.async { self.assumeIsolated { $0.end(.ended(signal: signal)) } }
        }
    }

    private static func wait(_ process: pid_t) -> Int32? {
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 {
            if errno != EINTR { return nil }
        }
        return status & 0x7F == 0 ? nil : status & 0x7F
    }

    private static func reap(_ process: pid_t) {
        DispatchQueue(label: "hotspot.pictures.end").async {
            // It ends by itself once the socket is closed, unless it is busy.
            kill(process, SIGKILL)
            _ = wait(process)
        }
    }

    /// Starts the program with the socket for both of its streams, and with nothing else of ours.
    private static func spawn(_ worker: PictureWorker, on socket: Int32) -> Result<pid_t, Failure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO)
        // The decoder's assertions are nothing for people.
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        shim_spawn_closing_from(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // A group of its own: Ctrl-C is for the program, which ends the worker in its own way.
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP)
        )

        let name = CommandLine.arguments.first ?? "hotspot"
        let arguments = ([name] + worker.arguments).map { strdup($0) } + [nil]
        // Of the environment only what the program may need to be loaded: the rest may hold secrets. And no backtrace,
        // which would take longer than everything else.
        var environment = [strdup("SWIFT_BACKTRACE=enable=no")]
        if let path = getenv("LD_LIBRARY_PATH") {
            environment.append(strdup("LD_LIBRARY_PATH=" + String(cString: path)))
        }
        defer { (arguments + environment).forEach { free($0) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, worker.executable, &actions, &attributes, arguments, environment + [nil])
        return result == 0 ? .success(process) : .failure(.notStarted(errno: result))
    }
}
