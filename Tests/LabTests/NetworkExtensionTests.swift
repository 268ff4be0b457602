import Foundation
import TestSupport
import Testing

/// An application that was written for iOS, with the real NetworkManager.
@Suite("A ported application", .radioLab)
struct NetworkExtensionTests {
    @Test("its handler gets nil when the network is joined, the true code when it is not, and joinOnce ends with it")
    func accessory() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let accessPoint = AccessPoint.Configuration.wpa2(ssid: "ACTION-CAM-17", passphrase: "correct horse")
        try await withAccessPoint(accessPoint) { accessPoint in
            let program = CommandLineTool.program("PortedApplication")
            let process = try await ChildProcess.start([program, "ACTION-CAM-", "correct horse"], endsWithTest: true)
            try await wait(for: "the handlers to be called", within: .seconds(120)) {
                if process.status != nil { throw LabError("the application ended: \(process.standardOutput)") }
                return process.standardOutput.contains("configured") || process.standardOutput.contains("failed")
            }
            #expect(
                process.standardOutput == """
                    joined ACTION-CAM-17 at \(accessPoint.bssid), security 2, main true
                    configured ["ACTION-CAM-17"]

                    """
            )
            #expect(try await Station.reaches(accessPoint.address))
            await process.stop(SIGKILL)
            try await wait(for: "the network to be left and forgotten", within: .seconds(60)) {
                guard try await Station.link() == nil else { return false }
                return try await profiles().isEmpty
            }

            let second = try await ChildProcess.start([program, "ACTION-CAM-", "wrong horse"], endsWithTest: true)
            try await wait(for: "the handler to be called", within: .seconds(120)) {
                second.standardOutput.contains("\n")
            }
            #expect(second.standardOutput == "failed NEHotspotConfigurationErrorDomain 2\n")
            await second.stop()
            #expect(try await profiles().isEmpty)
        }
    }
}
