internal import CPictureShims
internal import Glibc

/// A camera of this machine.
public struct Camera: Sendable, Hashable, CustomStringConvertible {
    /// The device, such as `/dev/video0`.
    public let path: String
    /// The name that its driver gives it; other people's text, to be escaped before it is printed.
    public let name: String

    /// The device.
    public var description: String { path }

    /// The cameras that there are, in the order of their numbers.
    ///
    /// Many have further devices that send no pictures: those are left out, and so are those that may not be opened.
    public static var all: [Camera] {
        (0..<64).compactMap { number in
            let path = "/dev/video\(number)"
            guard access(path, F_OK) == 0, let descriptor = try? open(path) else { return nil }
            defer { close(descriptor) }
            return Camera(path: path, name: name(of: descriptor) ?? "")
        }
    }

    /// Opens a device that is known to send pictures.
    static func open(_ path: String) throws(PictureError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENODEV, ENXIO:
                throw PictureError(
                    .noCamera,
                    "there is no camera \(path)",
                    remedy: "see which there are: ls /dev/video*"
                )
            case EACCES, EPERM:
                throw PictureError(
                    .cameraUnavailable,
                    "this user may not use the camera \(path)",
                    remedy: "add the user to the group video: adduser USER video"
                )
            case EBUSY:
                throw PictureError(.cameraUnavailable, "the camera \(path) is in use")
            default:
                throw PictureError(
                    .cameraFailed,
                    "the camera \(path) cannot be opened: \(String(cString: strerror(errno)))"
                )
            }
        }
        var capabilities = v4l2_capability()
        let needed = UInt32(V4L2_CAP_VIDEO_CAPTURE) | UInt32(V4L2_CAP_STREAMING)
        guard shim_ioctl(descriptor, shim_vidioc_querycap, &capabilities) == 0,
            capabilities.device_caps & needed == needed
        else {
            close(descriptor)
            throw PictureError(.noCamera, "\(path) is no camera that sends pictures")
        }
        return descriptor
    }

    private static func name(of descriptor: Int32) -> String? {
        var capabilities = v4l2_capability()
        guard shim_ioctl(descriptor, shim_vidioc_querycap, &capabilities) == 0 else { return nil }
        return withUnsafeBytes(of: &capabilities.card) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Waits until somebody holds a QR code before a camera.
public struct CameraReader: Sendable {
    private let device: String?
    private let worker: PictureWorker

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - device: The camera, such as `/dev/video0`; nil for the first one that there is.
    ///   - worker: The process that looks for codes.
    public init(device: String? = nil, worker: PictureWorker = .thisProgram) {
        self.device = device
        self.worker = worker
    }

    /// Reads a code that is wanted, once it has been seen in two pictures.
    ///
    /// - Parameters:
    ///   - limit: How long it may take.
    ///   - prefix: How a code begins that is wanted, in any case of its letters.
    ///   - started: Called with the camera when it sends pictures.
    /// - Returns: The code; of several the one that was seen first.
    /// - Throws: ``PictureError``: `timedOut` where none was seen, `noCamera`, `cameraUnavailable`, `cameraFailed`,
    ///   `workerUnavailable`, `cancelled`.
    public func read(
        within limit: Duration,
        preferring prefix: String = "WIFI:",
        started: @Sendable (Camera) -> Void = { _ in }
    ) async throws(PictureError) -> FoundCode {
        guard worker.isReady else {
            throw PictureError(
                .workerUnavailable,
                "this program does not decode pictures: its main must call PictureWorker.runIfAsked()"
            )
        }
        guard let path = device ?? Camera.all.first?.path else {
            throw PictureError(
                .noCamera,
                "there is no camera that this user may use",
                remedy: "see which there are, and whose: ls -l /dev/video*"
            )
        }
        let capture = try await VideoCapture(path: path)
        started(Camera(path: path, name: ""))
        let deadline = ContinuousClock.now + limit
        do {
            let code = try await withThrowingTaskGroup(of: FoundCode?.self) { group in
                group.addTask { try await Self.watch(capture, worker, Array(prefix.utf8)) }
                group.addTask {
                    try? await ContinuousClock().sleep(until: deadline)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            if let code { return code }
        } catch let error as PictureError {
            throw error
        } catch {
            throw Self.error(error)
        }
        if Task.isCancelled { throw Self.error(CancellationError()) }
        throw PictureError(
            .timedOut,
            "the camera \(path) saw no code of a Wi-Fi network within \(limit.components.seconds) s",
            remedy: "hold the code still, so that it fills a third of the picture, and give it light"
        )
    }

    private static func error(_ error: any Error) -> PictureError {
        switch error {
        case is CancellationError: PictureError(.cancelled, "watching the camera was cancelled")
        default: PictureReader.error(error, nil, .zero)
        }
    }

    /// Looks at picture after picture.
    private static func watch(
        _ capture: VideoCapture,
        _ worker: PictureWorker,
        _ wanted: [UInt8]
    ) async throws -> FoundCode {
        var process: WorkerProcess?
        var last: [FoundCode] = []
        var count = 0
        var deaths = 0
        while true {
            let frame = try await capture.frame()
            let began = ContinuousClock.now
            count += 1
            let (content, octets): (WorkerMessages.Request.Content, [UInt8]) =
                switch frame {
                case .grey(let width, let height, let pixels): (.grey(width: width, height: height), pixels)
                case .jpeg(let octets): (.file, octets)
                }
            let request = WorkerMessages.Request(
                content: content,
                passes: count.isMultiple(of: 5) ? .patient : .quick,
                wanted: wanted,
                count: octets.count
            )
            do {
                let current: WorkerProcess
                if let process { current = process } else { current = try await WorkerProcess(worker) }
                process = current
                let codes = try await current.ask(request, octets, within: .seconds(10)).codes
                    .filter { $0.begins(with: wanted) }
                // Each picture is another chance to misread; two that agree are none.
                if let code = codes.first(where: last.contains) { return code }
                if !codes.isEmpty { last = codes }
            } catch let failure as WorkerProcess.Failure {
                // The picture, its processor time, or a decoder that cannot run at all.
                process = nil
                deaths += 1
                if case .notStarted = failure { throw failure }
                if deaths > 20, deaths > count / 2 { throw failure }
            }
            // Ten pictures a second are as good as thirty, for a third of the processor.
            try await ContinuousClock().sleep(until: began + .milliseconds(100))
        }
    }
}
