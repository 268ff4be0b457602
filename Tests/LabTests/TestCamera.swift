import Foundation
import QRImage
import TestSupport

/// A camera of the kernel's own (vivid), whose pictures are those that a program sends to its output.
enum TestCamera {
    static let path = "/dev/video0"
    private static let screen = "/dev/video1"

    /// A picture of 1280 x 720 pixels as YUYV, with a code in its middle.
    private static func frame(_ payload: String) throws -> Data {
        let (width, height, scale) = (1280, 720, 10)
        let symbol = try QRSymbol(Array(payload.utf8))
        let (left, top) = ((width - symbol.size * scale) / 2, (height - symbol.size * scale) / 2)
        var octets = [UInt8](repeating: 128, count: 2 * width * height)
        for y in 0..<height {
            for x in 0..<width {
                let isDark =
                    x >= left && y >= top
                    && symbol.isDark(column: (x - left) / scale, row: (y - top) / scale)
                octets[2 * (y * width + x)] = isDark ? 30 : 220
            }
        }
        return Data(octets)
    }

    /// Sends a picture to the camera while the body runs.
    static func showing(_ payload: String, _ body: () async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "frame.yuyv")
        try frame(payload).write(to: file)
        try await RadioLab.script(
            """
            modprobe vivid n_devs=1 num_inputs=1 input_types=3 num_outputs=1 output_types=1 || exit 1
            there() { [[ -e $1 && -e $2 ]]; }
            wait_until 30 "the camera" there "$1" "$2"
            v4l2-ctl -d "$2" --set-dv-bt-timings index=6
            v4l2-ctl -d "$1" -c loop_video=1
            v4l2-ctl -d "$2" --set-fmt-video-out=width=1280,height=720,pixelformat=YUYV
            """,
            [path, screen]
        )
        let writer = try await ChildProcess.start(
            ["v4l2-ctl", "-d", screen, "--stream-out-mmap=4", "--stream-from=\(file.path)", "--stream-loop"],
            endsWithTest: true
        )
        do {
            try await run("v4l2-ctl", "-d", path, "--set-dv-bt-timings", "query").checked()
            try await body()
        } catch {
            await writer.stop()
            throw error
        }
        await writer.stop()
    }
}
