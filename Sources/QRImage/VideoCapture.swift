internal import CPictureShims
internal import Dispatch
internal import DispatchExecutor
internal import Glibc

/// A picture as a camera sends it.
enum VideoFrame: Sendable {
    /// Rows of grey pixels.
    case grey(width: Int, height: Int, pixels: [UInt8])
    /// A JPEG file, as many webcams send, perhaps without its Huffman tables.
    case jpeg([UInt8])
}

/// A V4L2 camera that sends pictures into memory shared with the kernel.
///
/// The descriptor is non-blocking and its source is on the actor's queue; nothing waits on a thread.
actor VideoCapture {
    /// How pixels lie in memory.
    struct Layout: Sendable, Hashable {
        /// The four letters of the format (linux/videodev2.h).
        let name: String
        /// The octets from one grey value to the next; 0 for JPEG.
        let step: Int
        /// The octets before the first grey value.
        let offset: Int

        /// The number of the format.
        var code: UInt32 {
            name.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }

        /// Those that are read, the most welcome first: what needs no decoding, then JPEG.
        static let all = [
            Layout(name: "YUYV", step: 2, offset: 0),
            Layout(name: "NV12", step: 1, offset: 0),
            Layout(name: "YU12", step: 1, offset: 0),
            Layout(name: "UYVY", step: 2, offset: 1),
            Layout(name: "GREY", step: 1, offset: 0),
            Layout(name: "MJPG", step: 0, offset: 0),
            Layout(name: "JPEG", step: 0, offset: 0),
        ]
    }

    private nonisolated let executor = DispatchQueueExecutor(label: "hotspot.camera")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let path: String
    private let descriptor: Int32
    private let layout: Layout
    private let width: Int
    private let height: Int
    private let rowLength: Int
    private var buffers: [UnsafeMutableRawBufferPointer] = []
    private var waiter: CheckedContinuation<Void, Never>?
    private var source: (any DispatchSourceRead)?
    private var isSourceActive = false

    /// Opens a camera and starts it.
    ///
    /// - Throws: ``PictureError`` with the kinds of cameras.
    init(path: String) async throws(PictureError) {
        self.path = path
        let descriptor = try Camera.open(path)
        self.descriptor = descriptor
        do throws(PictureError) {
            guard let layout = Self.layout(of: descriptor) else {
                throw PictureError(
                    .cameraFailed,
                    "the camera \(path) has none of the formats that are read: "
                        + Layout.all.map(\.name).joined(separator: ", "),
                    remedy: "libcamerify (Debian: libcamera-tools) makes such a format of a camera's raw one"
                )
            }
            self.layout = layout
            var format = v4l2_format()
            format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
            format.fmt.pix.width = 1280
            format.fmt.pix.height = 720
            format.fmt.pix.pixelformat = layout.code
            format.fmt.pix.field = V4L2_FIELD_ANY.rawValue
            guard shim_ioctl(descriptor, shim_vidioc_s_fmt, &format) == 0 else { throw Self.failure(path, "S_FMT") }
            (width, height) = (Int(format.fmt.pix.width), Int(format.fmt.pix.height))
            rowLength = max(Int(format.fmt.pix.bytesperline), width * layout.step)
            guard format.fmt.pix.pixelformat == layout.code, width > 0, height > 0, width <= 16_384, height <= 16_384
            else {
                throw PictureError(.cameraFailed, "the camera \(path) does not keep to the format it offered")
            }
            buffers = try Self.map(descriptor, path)
            var type = Int32(V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue)
            guard shim_ioctl(descriptor, shim_vidioc_streamon, &type) == 0 else {
                throw Self.failure(path, "STREAMON")
            }
        } catch {
            for buffer in buffers { munmap(buffer.baseAddress, buffer.count) }
            close(descriptor)
            throw error
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: executor.queue)
        source.setEventHandler { [weak self] in self?.assumeIsolated { $0.wake() } }
        let buffers = buffers
        source.setCancelHandler {
            var type = Int32(V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue)
            _ = shim_ioctl(descriptor, shim_vidioc_streamoff, &type)
            for buffer in buffers { munmap(buffer.baseAddress, buffer.count) }
            close(descriptor)
        }
        self.source = source
    }

    isolated deinit {
        source?.cancel()
        // Nobody waits, so it sleeps: and a source that sleeps neither ends nor may go.
        if isSourceActive { source?.resume() } else { source?.activate() }
    }

    /// The newest picture, once there is one.
    ///
    /// - Throws: ``PictureError``; `CancellationError`.
    func frame() async throws -> VideoFrame {
        while true {
            try Task.checkCancellation()
            if let frame = try newest() { return frame }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    waiter = continuation
                    if !isSourceActive {
                        isSourceActive = true
                        source?.activate()
                    } else {
                        source?.resume()
                    }
                }
            } onCancel: {
                Task { await self.endWait() }
            }
        }
    }

    private func wake() {
        // Readable until it is read: the source sleeps until somebody waits again.
        guard let waiter else { return }
        source?.suspend()
        self.waiter = nil
        waiter.resume()
    }

    private func endWait() { wake() }

    /// Takes all pictures that are ready, and keeps the last one.
    ///
    /// None is given back before: a camera that is faster than this machine would never let it come to an end.
    private func newest() throws(PictureError) -> VideoFrame? {
        var taken: [v4l2_buffer] = []
        while taken.count < buffers.count {
            var buffer = v4l2_buffer()
            buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
            buffer.memory = V4L2_MEMORY_MMAP.rawValue
            guard shim_ioctl(descriptor, shim_vidioc_dqbuf, &buffer) == 0 else {
                if errno == EAGAIN { break }
                throw Self.failure(path, "DQBUF")
            }
            taken.append(buffer)
        }
        let good = taken.last { Int($0.index) < buffers.count && $0.flags & UInt32(V4L2_BUF_FLAG_ERROR) == 0 }
        let frame = good.flatMap {
            self.frame(in: UnsafeRawBufferPointer(buffers[Int($0.index)]), used: Int($0.bytesused))
        }
        for var buffer in taken {
            guard shim_ioctl(descriptor, shim_vidioc_qbuf, &buffer) == 0 else { throw Self.failure(path, "QBUF") }
        }
        return frame
    }

    private func frame(in memory: UnsafeRawBufferPointer, used: Int) -> VideoFrame? {
        if layout.step == 0 {
            let octets = Array(memory.prefix(min(used, WorkerMessages.maximumPicture)))
            return octets.isEmpty ? nil : .jpeg(octets)
        }
        guard memory.count >= (height - 1) * rowLength + width * layout.step,
            let start = memory.bindMemory(to: UInt8.self).baseAddress
        else { return nil }
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height) { pixels, count in
            shim_pick(start + layout.offset, rowLength, layout.step, width, height, pixels.baseAddress)
            count = width * height
        }
        return .grey(width: width, height: height, pixels: pixels)
    }

    // MARK: Setting up

    private static func failure(_ path: String, _ request: String) -> PictureError {
        let number = errno
        if number == EBUSY {
            return PictureError(
                .cameraUnavailable,
                "the camera \(path) is in use",
                remedy: "end the program that uses it: fuser -v \(path)"
            )
        }
        return PictureError(
            number == ENODEV ? .noCamera : .cameraFailed,
            "the camera \(path) failed in \(request): \(String(cString: strerror(number)))"
        )
    }

    private static func layout(of descriptor: Int32) -> Layout? {
        var offered: Set<UInt32> = []
        for index in 0..<64 as Range<UInt32> {
            var description = v4l2_fmtdesc()
            description.index = index
            description.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
            guard shim_ioctl(descriptor, shim_vidioc_enum_fmt, &description) == 0 else { break }
            offered.insert(description.pixelformat)
        }
        return Layout.all.first { offered.contains($0.code) }
    }

    private static func map(
        _ descriptor: Int32,
        _ path: String
    ) throws(PictureError) -> [UnsafeMutableRawBufferPointer] {
        var request = v4l2_requestbuffers()
        request.count = 4
        request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
        request.memory = V4L2_MEMORY_MMAP.rawValue
        guard shim_ioctl(descriptor, shim_vidioc_reqbufs, &request) == 0 else { throw failure(path, "REQBUFS") }
        var buffers: [UnsafeMutableRawBufferPointer] = []
        for index in 0..<min(request.count, 32) {
            var buffer = v4l2_buffer()
            buffer.index = index
            buffer.type = request.type
            buffer.memory = request.memory
            guard shim_ioctl(descriptor, shim_vidioc_querybuf, &buffer) == 0,
                let memory = mmap(
                    nil,
                    Int(buffer.length),
                    PROT_READ | PROT_WRITE,
                    MAP_SHARED,
                    descriptor,
                    off_t(buffer.m.offset)
                ), memory != MAP_FAILED
            else {
                let error = failure(path, "QUERYBUF")
                for buffer in buffers { munmap(buffer.baseAddress, buffer.count) }
                throw error
            }
            buffers.append(UnsafeMutableRawBufferPointer(start: memory, count: Int(buffer.length)))
            guard shim_ioctl(descriptor, shim_vidioc_qbuf, &buffer) == 0 else {
                let error = failure(path, "QBUF")
                for buffer in buffers { munmap(buffer.baseAddress, buffer.count) }
                throw error
            }
        }
        return buffers
    }
}
