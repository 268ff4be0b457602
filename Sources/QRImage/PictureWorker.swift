internal import CPictureShims
internal import Glibc
internal import Synchronization

/// The process that decodes pictures: a picture is other people's octets, and a decoder can be brought to crash by them.
///
/// Debian's decoder ends the process on some pictures, and decoders have had worse. So pictures are decoded in a process
/// of their own, which gets the picture by a socket and gives octets back by it. It has little memory and processor time,
/// opens no file, starts no process, writes no core dump, and is nobody where the program that started it is root.
///
/// By default it is the running program itself. So the first thing that a program's `main` does is to ask:
///
/// ```swift
/// PictureWorker.runIfAsked()
/// ```
public struct PictureWorker: Sendable, Hashable {
    /// The argument that makes a program a worker.
    public static let argument = "--decode-pictures"

    /// The program that is started.
    let executable: String
    /// Its arguments.
    let arguments: [String]

    /// Another program that is a worker with these arguments, such as an installed `hotspot`.
    ///
    /// - Parameters:
    ///   - executable: Its path.
    ///   - arguments: Its arguments.
    public init(executable: String, arguments: [String] = [Self.argument]) {
        self.executable = executable
        self.arguments = arguments
    }

    /// The running program, which must have called ``runIfAsked()``: ``PictureReader`` refuses it otherwise.
    public static let thisProgram = PictureWorker(executable: "/proc/self/exe")

    /// Whether the program that would be started is known to be a worker.
    var isReady: Bool { self != .thisProgram || Self.hasAsked.load(ordering: .relaxed) }

    private static let hasAsked = Atomic(false)

    /// Becomes the worker, and never returns, where the program was started as one.
    ///
    /// Call it before anything else is done: what happens before it happens in each worker, too.
    public static func runIfAsked() {
        hasAsked.store(true, ordering: .relaxed)
        guard CommandLine.argc == 2, CommandLine.arguments.last == argument else { return }
        shim_confine(Allowance.memory, Allowance.processorSeconds)
        serve()
        exit(0)
    }
}

// MARK: - The worker's side

extension PictureWorker {
    /// What a worker may use, whatever it was started for.
    enum Allowance {
        static let memory: UInt64 = 1 << 30
        static let processorSeconds: UInt64 = 10
    }

    /// Answers questions until there are no more.
    private static func serve() {
        while let header = receive(WorkerMessages.Request.headerSize) {
            guard let request = WorkerMessages.Request(header: header), let picture = receive(request.count) else {
                return
            }
            guard send(answer(request, picture).octets) else { return }
        }
    }

    /// Decodes a picture and looks for codes, in this very process.
    static func answer(_ request: WorkerMessages.Request, _ octets: [UInt8]) -> WorkerMessages.Answer {
        var answer = WorkerMessages.Answer()
        do throws(PictureError) {
            let pictures: [GreyPicture]
            switch request.content {
            case .grey(let width, let height):
                (answer.width, answer.height) = (width, height)
                pictures = [GreyPicture(width: width, height: height, pixels: octets)]
            case .file:
                answer.format = PictureFormat(octets)
                let loader = try PictureLoader(octets)
                (answer.width, answer.height) = (loader.width, loader.height)
                try loader.checkSize()
                pictures = try loader.pictures()
            }
            answer.pictures = pictures.count
            let result = CodeSearch(pictures: pictures).run(request.passes) { $0.begins(with: request.wanted) }
            answer.passes = result.passes
            answer.codes = result.codes
        } catch {
            answer.failure = error.kind
        }
        return answer
    }

    /// Looks for codes in grey pixels in this very process, which the decoder may end: for measurements.
    package static func search(
        _ pixels: [UInt8],
        width: Int,
        height: Int,
        preferring prefix: String
    ) -> [FoundCode] {
        let picture = GreyPicture(width: width, height: height, pixels: pixels)
        return CodeSearch(pictures: [picture]).run(.all) { $0.begins(with: Array(prefix.utf8)) }.codes
    }

    /// Reads exactly so many octets from standard input; nil where it ends before.
    private static func receive(_ count: Int) -> [UInt8]? {
        var received = 0
        let octets = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while received < count {
                let result = read(STDIN_FILENO, buffer.baseAddress.map { $0 + received }, count - received)
                if result < 0, errno == EINTR { continue }
                if result <= 0 { break }
                received += result
            }
            initialized = received
        }
        return received == count ? octets : nil
    }

    private static func send(_ octets: [UInt8]) -> Bool {
        var rest = octets[...]
        while !rest.isEmpty {
            let result = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if result < 0, errno == EINTR { continue }
            if result <= 0 { return false }
            rest = rest.dropFirst(result)
        }
        return true
    }
}
