import Foundation
import HotspotCore
import QRImage
import TestSupport
import Testing

/// Codes before a camera.
@Suite("hotspot join --camera", .radioLab)
struct CameraTests {
    @Test("a code that is held before the camera is joined")
    func join() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Camera", passphrase: "correct horse")) { accessPoint in
            try await TestCamera.showing("WIFI:T:WPA;S:Camera;P:correct horse;;") {
                let output = try await hotspot("join", "--camera", TestCamera.path, "--json").checked()
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
        try await TestCamera.showing("https://example.org") {
            let output = try await hotspot("join", "--camera", TestCamera.path, "--camera-timeout", "3")
            #expect(output.status == 108)
            #expect(output.standardError.contains("saw no code of a Wi-Fi network within 3 s"))
            #expect(output.standardError.contains("cause timedOut"))

            let child = try await ChildProcess.start(
                [CommandLineTool.path, "join", "--camera", TestCamera.path, "--camera-timeout", "600"]
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
