import Foundation
import HotspotCore
import QRImage
import TestSupport
import Testing

/// A camera of the kernel's own (vivid), whose pictures are those that a program sends to its output.
@Suite("hotspot join --camera", .radioLab)
struct CameraTests {
    private static let camera = "/dev/video0"
    private static let screen = "/dev/video1"

    /// A picture of 1280 x 720 pixels as YUYV, with a code in its middle.
    private func frame(_ payload: String) throws -> Data {
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
    private func withCamera(showing payload: String, _ body: () async throws -> Void) async throws {
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
            [Self.camera, Self.screen]
        )
        let writer = try await ChildProcess.start(
            ["v4l2-ctl", "-d", Self.screen, "--stream-out-mmap=4", "--stream-from=\(file.path)", "--stream-loop"],
            endsWithTest: true
        )
        do {
            try await run("v4l2-ctl", "-d", Self.camera, "--set-dv-bt-timings", "query").checked()
            try await body()
        } catch {
            await writer.stop()
            throw error
        }
        await writer.stop()
    }

    @Test("a code that is held before the camera is joined")
    func join() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Camera", passphrase: "correct horse")) { accessPoint in
            try await withCamera(showing: "WIFI:T:WPA;S:Camera;P:correct horse;;") {
                let output = try await hotspot("join", "--camera", Self.camera, "--json").checked()
                let joined = try #require(output.json["joined"] as? [String: Any])
                #expect(joined["ssid"] as? String == "Camera")
                #expect(try await accessPoint.hasAuthorized())
                // The first camera is the one that sends pictures, and it is free again.
                #expect(try await hotspot("join", "--camera", "--camera-timeout", "60").status == 113)
            }
        }
    }

    @Test("a camera that sees no code of a network is given up at the limit, and at once by Ctrl-C")
    func nothing() async throws {
        try await withCamera(showing: "https://example.org") {
            let output = try await hotspot("join", "--camera", Self.camera, "--camera-timeout", "3")
            #expect(output.status == 108)
            #expect(output.standardError.contains("saw no code of a Wi-Fi network within 3 s"))
            #expect(output.standardError.contains("cause timedOut"))

            let child = try await ChildProcess.start(
                [CommandLineTool.path, "join", "--camera", Self.camera, "--camera-timeout", "600"]
            )
            // Its worker is there once the first picture is.
            try await wait(for: "the camera to be watched") {
                try await run("pgrep", "-f", "--", PictureWorker.argument).succeeded
            }
            child.send(SIGINT)
            let ended = try await child.output(within: .seconds(30))
            #expect(ended.status == 130, "\(ended)")
            try await wait(for: "the worker to end") {
                try await !run("pgrep", "-f", "--", PictureWorker.argument).succeeded
            }
        }
    }
}
