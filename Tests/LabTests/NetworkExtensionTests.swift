import Foundation
import HotspotNetworkExtension
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
                return try await NetworkManagerDaemon.shared.profiles().isEmpty
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

    private let manager = NEHotspotConfigurationManager(HotspotConfigurationManager(application: "ported"))

    @Test("what is called after a removal, which has no completion, comes after it")
    func removal() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let accessPoint = AccessPoint.Configuration.wpa2(ssid: "Studio", passphrase: "correct horse")
        try await withAccessPoint(accessPoint) { accessPoint in
            let configuration = NEHotspotConfiguration(ssid: "Studio", passphrase: "correct horse", isWEP: false)
            try await manager.apply(configuration)
            let again = await #expect(throws: NSError.self) { try await manager.apply(configuration) }
            #expect(again?.code == NEHotspotConfigurationError.alreadyAssociated.rawValue)

            manager.removeConfiguration(forSSID: "Studio")
            try await manager.apply(configuration)
            #expect(await manager.configuredSSIDs() == ["Studio"])
            #expect(try await Station.reaches(accessPoint.address))

            manager.removeConfiguration(forSSID: "Studio")
            #expect(await manager.configuredSSIDs().isEmpty)
            #expect(try await profiles().isEmpty)
        }
    }

    @Test("an enterprise network is joined with the settings of an application for iOS, and a wrong password is code 4")
    func enterprise() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.eap(ssid: "Studio Staff")) { accessPoint in
            let settings = NEHotspotEAPSettings()
            settings.supportedEAPTypes = [NEHotspotEAPSettings.EAPType.EAPPEAP.rawValue as NSNumber]
            settings.username = "alice"
            settings.password = "in the looking glass"
            settings.trustedServerNames = [CertificateAuthority.serverName]
            let certificate = URL(fileURLWithPath: CertificateAuthority.shared.path("ca.pem"))
            #expect(settings.setTrustedServerCertificates([certificate]))
            #expect(settings.credentialError == nil)

            let wrong = NEHotspotConfiguration(ssid: "Studio Staff", eapSettings: settings)
            let error = await #expect(throws: NSError.self) { try await manager.apply(wrong) }
            #expect(error?.code == NEHotspotConfigurationError.invalidEAPSettings.rawValue)
            #expect(error?.hotspotConfigurationError?.cause == .wrongEAPCredentials)

            settings.password = "wonderland"
            try await manager.apply(NEHotspotConfiguration(ssid: "Studio Staff", eapSettings: settings))
            #expect(try await Station.reaches(accessPoint.address))
            manager.removeConfiguration(forSSID: "Studio Staff")
            #expect(await manager.configuredSSIDs().isEmpty)
        }
    }
}
