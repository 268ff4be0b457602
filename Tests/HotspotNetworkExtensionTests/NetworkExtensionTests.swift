import Foundation
import HotspotCore
import HotspotNetworkExtension
import Synchronization
import Testing

@testable import PortedSamples

@Suite("Code written for iOS")
struct NetworkExtensionTests {
    /// The error of a configuration that is refused before anything is touched.
    private static func error(_ configuration: NEHotspotConfiguration) async -> NSError? {
        do {
            try await NEHotspotConfigurationManager.shared.apply(configuration)
            return nil
        } catch {
            return error as NSError
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: NEHotspotConfigurationError
        let make: @Sendable () -> NEHotspotConfiguration

        init(
            _ description: String,
            _ code: NEHotspotConfigurationError,
            _ make: @escaping @Sendable () -> NEHotspotConfiguration
        ) {
            testDescription = description
            self.code = code
            self.make = make
        }
    }

    private static func campus(
        _ change: (NEHotspotEAPSettings) -> Void = { _ in }
    ) -> NEHotspotConfiguration {
        let settings = CampusProfile().settings(user: "alice", password: "wonderland")
        change(settings)
        return NEHotspotConfiguration(ssid: "Campus", eapSettings: settings)
    }

    private static func passpoint(
        domain: String = "example.net",
        _ change: (NEHotspotHS20Settings) -> Void = { _ in }
    ) -> NEHotspotConfiguration {
        let settings = NEHotspotHS20Settings(domainName: domain, roamingEnabled: false)
        change(settings)
        return NEHotspotConfiguration(
            hs20Settings: settings,
            eapSettings: CampusProfile().settings(user: "alice", password: "wonderland")
        )
    }

    static let rows = [
        Row("no name", .invalidSSID) { NEHotspotConfiguration(ssid: "") },
        Row("33 octets", .invalidSSID) { NEHotspotConfiguration(ssid: String(repeating: "x", count: 33)) },
        Row("17 characters of two octets", .invalidSSID) {
            NEHotspotConfiguration(ssid: String(repeating: "é", count: 17))
        },
        Row("a passphrase of 7", .invalidWPAPassphrase) {
            NEHotspotConfiguration(ssid: "Cafe", passphrase: "1234567", isWEP: false)
        },
        Row("an empty passphrase", .invalidWPAPassphrase) {
            NEHotspotConfiguration(ssid: "Cafe", passphrase: "", isWEP: false)
        },
        Row("a WEP key of 12", .invalidWEPPassphrase) {
            NEHotspotConfiguration(ssid: "Cafe", passphrase: "0123456789ab", isWEP: true)
        },
        Row("a prefix of 2", .invalidSSIDPrefix) { NEHotspotConfiguration(ssidPrefix: "ab") },
        Row("an empty prefix", .invalidSSIDPrefix) { NEHotspotConfiguration(ssidPrefix: "") },
        Row("a copy of an empty prefix", .invalidSSIDPrefix) {
            NEHotspotConfiguration(ssidPrefix: "", passphrase: "correct horse", isWEP: false).copied
        },
        Row("a short passphrase with a prefix", .invalidWPAPassphrase) {
            NEHotspotConfiguration(ssidPrefix: "Cam", passphrase: "short", isWEP: false)
        },
        Row("no EAP method", .invalidEAPSettings) { campus { $0.supportedEAPTypes = [] } },
        Row("an unknown EAP method", .invalidEAPSettings) { campus { $0.supportedEAPTypes.append(4) } },
        Row("no user", .invalidEAPSettings) { campus { $0.username = "" } },
        Row("a password of 65", .invalidEAPSettings) { campus { $0.password = String(repeating: "x", count: 65) } },
        Row("nothing to know the server by", .invalidEAPSettings) { campus { $0.trustedServerNames = [] } },
        Row("TLS without a certificate", .invalidEAPSettings) {
            campus {
                $0.supportedEAPTypes = [13]
                $0.outerIdentity = ""
                $0.password = ""
                $0.isTLSClientCertificateRequired = true
            }
        },
        Row("joinOnce with EAP", .joinOnceNotSupported) {
            let configuration = campus()
            configuration.joinOnce = true
            return configuration
        },
        Row("an empty domain", .invalidHS20DomainName) { passpoint(domain: "") },
        Row("five digits", .invalidHS20Settings) { passpoint { $0.mccAndMNCs = ["26201"] } },
        Row("Hotspot 2.0", .internal) { passpoint() },
    ]

    @Test("what is of bad form ends with Apple's domain and code, by both forms of apply", arguments: rows)
    func refused(_ row: Row) async throws {
        let error = try #require(await Self.error(row.make()))
        #expect(error.domain == "NEHotspotConfigurationErrorDomain")
        #expect(error.domain == NEHotspotConfigurationErrorDomain)
        #expect(error.code == row.code.rawValue, "\(error)")
        #expect(!error.localizedDescription.isEmpty)
        #expect(!"\(error)".contains("wonderland"))

        let second: NSError? = await withCheckedContinuation { continuation in
            NEHotspotConfigurationManager.shared.apply(row.make()) { continuation.resume(returning: $0 as? NSError) }
        }
        #expect(second?.code == row.code.rawValue)
        #expect(second?.hotspotConfigurationError?.code == row.code)
        #expect(second?.hotspotConfigurationError?.cause.name == error.hotspotConfigurationError?.cause.name)
    }

    @Test("the codes are Apple's")
    func codes() {
        let names = [
            "invalid", "invalidSSID", "invalidWPAPassphrase", "invalidWEPPassphrase", "invalidEAPSettings",
            "invalidHS20Settings", "invalidHS20DomainName", "userDenied", "internal", "pending", "systemConfiguration",
            "unknown", "joinOnceNotSupported", "alreadyAssociated", "applicationIsNotInForeground", "invalidSSIDPrefix",
            "userUnauthorized", "systemDenied",
        ]
        #expect(names == (0..<18).compactMap { NEHotspotConfigurationError(rawValue: $0)?.name })
        #expect(NEHotspotConfigurationError(rawValue: 18) == nil)
    }

    @Test("an error is told apart by its raw value, by its case and by a catch clause")
    func switches() async throws {
        let error: any Error = try #require(await Self.error(NEHotspotConfiguration(ssid: "")))
        #expect(ErrorWords.byRawValue(error) == "name")
        #expect(ErrorWords.byCase(error) == "name")
        #expect(ErrorWords.byRawValue(CancellationError()) == "other")
        do {
            throw error
        } catch HotspotConfigurationError.invalidWPAPassphrase {
            Issue.record("another code")
        } catch HotspotConfigurationError.invalidSSID {
            // As it should be.
        }
        let denied = NSError(domain: NEHotspotConfigurationErrorDomain, code: 7)
        #expect(ErrorWords.byRawValue(denied) == "denied")
        #expect(ErrorWords.byCase(denied) == "denied")
        #expect(denied.hotspotConfigurationError == nil)
        let stranger = NSError(domain: NSPOSIXErrorDomain, code: 7)
        #expect(ErrorWords.byRawValue(stranger) == "other")
    }

    @Test("the properties begin as Apple's do, and keep what they are given")
    func properties() {
        let configuration = NEHotspotConfiguration(ssid: "Cafe")
        #expect(configuration.ssid == "Cafe")
        #expect(configuration.ssidPrefix == "")
        #expect(!configuration.joinOnce)
        #expect(!configuration.hidden)
        #expect(configuration.lifeTimeInDays == 0)
        for days in [1, 365, 366, -1] {
            configuration.lifeTimeInDays = NSNumber(value: days)
            #expect(configuration.lifeTimeInDays.intValue == days)
        }
        #expect(NEHotspotConfiguration(ssidPrefix: "Cam").ssid == "")

        let settings = NEHotspotEAPSettings()
        #expect(settings.supportedEAPTypes.isEmpty)
        #expect(settings.username == "" && settings.password == "" && settings.outerIdentity == "")
        #expect(settings.ttlsInnerAuthenticationType == .eapttlsInnerAuthenticationEAP)
        #expect(settings.preferredTLSVersion == ._1_2)
        #expect(settings.trustedServerNames.isEmpty)
        #expect(!settings.isTLSClientCertificateRequired)
        settings.supportedEAPTypes = [13]
        #expect(settings.isTLSClientCertificateRequired, "TLS wants one")
        settings.supportedEAPTypes = [43, 99]
        #expect(settings.supportedEAPTypes == [43, 99])
        for raw in 0...4 {
            guard let type = NEHotspotEAPSettings.TTLSInnerAuthenticationType(rawValue: raw) else {
                Issue.record("no inner authentication \(raw)")
                continue
            }
            settings.ttlsInnerAuthenticationType = type
            #expect(settings.ttlsInnerAuthenticationType == type)
            #expect(settings.hotspotSettings.ttlsInnerAuthenticationType.rawValue == raw)
        }
        for raw in 0...2 {
            guard let version = NEHotspotEAPSettings.TLSVersion(rawValue: raw) else {
                Issue.record("no TLS version \(raw)")
                continue
            }
            settings.preferredTLSVersion = version
            #expect(settings.preferredTLSVersion == version)
        }

        let passpoint = NEHotspotHS20Settings(domainName: "example.net", roamingEnabled: true)
        #expect(passpoint.domainName == "example.net" && passpoint.isRoamingEnabled)
    }

    @Test("a copy does not see the changes of the original, and a configuration not those of its settings")
    func copies() throws {
        let settings = CampusProfile().settings(user: "alice", password: "wonderland")
        let other = try #require(settings.copy() as? NEHotspotEAPSettings)
        let configuration = NEHotspotConfiguration(ssid: "Campus", eapSettings: settings)
        settings.username = "bob"
        #expect(other.username == "alice")
        #expect(configuration.hotspotConfiguration.eapSettings?.username == "alice")
        let copy = configuration.copied
        configuration.hidden = true
        #expect(!copy.hidden)
        #expect(copy.hotspotConfiguration.eapSettings == configuration.hotspotConfiguration.eapSettings)
        let passpoint = NEHotspotHS20Settings(domainName: "example.net", roamingEnabled: true)
        passpoint.naiRealmNames = ["example.net"]
        let second = try #require(passpoint.copy() as? NEHotspotHS20Settings)
        passpoint.naiRealmNames = []
        #expect(second.naiRealmNames == ["example.net"] && second.isRoamingEnabled)
    }

    @Test("the chain below an NSError is one of NSErrors, down to who said what")
    func chain() throws {
        let failure = SystemCallFailure("open", path: "/a", errno: 2)
        let inner = HotspotConfigurationError(.storageFailed, "inner", underlying: [failure])
        let outer = HotspotConfigurationError(
            .cancelled,
            "outer",
            underlying: [inner, CancellationError(), POSIXError(.ENOENT)]
        ).asNSError
        #expect(outer.hotspotConfigurationError?.cause == .cancelled)
        let below = try #require(outer.userInfo[NSUnderlyingErrorKey] as? NSError)
        #expect(below.domain == NEHotspotConfigurationErrorDomain && below.code == 8)
        #expect(below.hotspotConfigurationError?.cause == .storageFailed)
        let deepest = try #require(below.userInfo[NSUnderlyingErrorKey] as? NSError)
        #expect(deepest.domain == "Linux" && deepest.code == 2)
        #expect(deepest.localizedDescription == failure.summary)
        let all = try #require(outer.userInfo["NSMultipleUnderlyingErrorsKey"] as? [NSError])
        #expect(all.map(\.domain).prefix(2) == [NEHotspotConfigurationErrorDomain, NSCocoaErrorDomain])
        #expect(all.count == 3)
    }

    @Test("objects are archived with all that they say, and read again by the secure way")
    func archives() throws {
        let configuration = NEHotspotConfiguration(SSIDPrefix: "CAM-", passphrase: "correct horse", isWEP: false)
        configuration.joinOnce = true
        configuration.lifeTimeInDays = 7
        let read = try #require(try archived(configuration))
        #expect(read.hotspotConfiguration == configuration.hotspotConfiguration)
        let settings = CampusProfile().settings(user: "alice", password: "wonderland")
        #expect(try archived(settings)?.hotspotSettings == settings.hotspotSettings)
        settings.supportedEAPTypes = [25, 99]
        #expect(try archived(settings)?.supportedEAPTypes == [25, 99])
        let passpoint = NEHotspotHS20Settings(domainName: "example.net", roamingEnabled: true)
        passpoint.mccAndMNCs = ["262001"]
        #expect(try archived(passpoint)?.hotspotSettings == passpoint.hotspotSettings)
    }

    @Test("what can never be applied is that after it was archived")
    func flawedArchives() async throws {
        let settings = CampusProfile().settings(user: "alice", password: "wonderland")
        settings.supportedEAPTypes = [99]
        let campus = try #require(try archived(NEHotspotConfiguration(SSID: "Campus", eapSettings: settings)))
        #expect(await Self.error(campus)?.code == NEHotspotConfigurationError.invalidEAPSettings.rawValue)
        let prefix = try #require(try archived(NEHotspotConfiguration(SSIDPrefix: "")))
        #expect(await Self.error(prefix)?.code == NEHotspotConfigurationError.invalidSSIDPrefix.rawValue)
    }

    private func archived<Object: NSObject & NSSecureCoding>(_ object: Object) throws -> Object? {
        let data = try NSKeyedArchiver.archivedData(withRootObject: object, requiringSecureCoding: true)
        return try NSKeyedUnarchiver.unarchivedObject(ofClass: Object.self, from: data)
    }

    @Test("no secret is shown when an object is printed or dumped")
    func secrets() {
        let configuration = NEHotspotConfiguration(ssid: "Cafe", passphrase: "correct horse", isWEP: false)
        let settings = CampusProfile().settings(user: "alice", password: "wonderland")
        var text = "\(configuration) \(settings) \(String(reflecting: configuration))"
        dump(configuration, to: &text)
        dump(settings, to: &text)
        #expect(!text.contains("correct horse") && !text.contains("wonderland"))
    }

    @Test("credentials are read when they are set, and what is wrong with them is said")
    func credentials() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "credentials-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // The smallest octets that have the form (DER): a sequence of a sequence, of a number, of the version 3, of an
        // algorithm.
        let files: [String: [UInt8]] = [
            "ca.der": [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02],
            "client.key": [0x30, 0x03, 0x02, 0x01, 0x00],
            "client.p12": [0x30, 0x05, 0x02, 0x01, 0x03, 0x30, 0x00],
            "client-encrypted.key": [0x30, 0x07, 0x30, 0x03, 0x06, 0x01, 0x00, 0x04, 0x00],
        ]
        for (name, octets) in files { try Data(octets).write(to: folder.appending(path: name)) }
        func url(_ name: String) -> URL { folder.appending(path: name) }
        let settings = NEHotspotEAPSettings()

        #expect(settings.setTrustedServerCertificates([url("ca.der")]))
        #expect(settings.credentialError == nil)
        #expect(settings.hotspotSettings.trustedServerCertificates == [.file(url("ca.der").path)])
        #expect(settings.setTrustedServerCertificates([url("ca.der").path]))
        #expect(settings.setTrustedServerCertificates([try Data(contentsOf: url("ca.der"))]))
        let before = settings.hotspotSettings.trustedServerCertificates

        #expect(!settings.setTrustedServerCertificates([url("client.key")]), "a key is no certificate")
        #expect(settings.credentialError?.code == .invalidEAPSettings)
        #expect(settings.credentialError?.message.contains("holds no certificate") == true)
        #expect(!settings.setTrustedServerCertificates([url("absent.pem")]))
        #expect(settings.credentialError?.message.contains("absent.pem") == true)
        #expect(!settings.setTrustedServerCertificates([17]))
        #expect(settings.credentialError?.message.contains("Int") == true)
        #expect(!settings.setTrustedServerCertificates([Any](repeating: url("ca.der"), count: 11)))
        #expect(settings.credentialError?.message.contains("11") == true)
        #expect(settings.hotspotSettings.trustedServerCertificates == before, "what was refused changes nothing")

        #expect(settings.setIdentity(.init(certificate: url("ca.der"), privateKey: url("client.key"))))
        #expect(settings.credentialError == nil)
        #expect(settings.hotspotSettings.clientCertificate == .file(url("ca.der").path))
        #expect(settings.hotspotSettings.trustedServerCertificates == before)
        #expect(settings.setIdentity(.init(privateKey: url("client.p12"), password: "secret")))
        #expect(!settings.setIdentity(.init(privateKey: url("client.key"))), "its certificate is missing")
        #expect(!settings.setIdentity(.init(certificate: url("ca.der"), privateKey: url("client-encrypted.key"))))
        #expect(settings.credentialError?.message.contains("encrypted") == true)
    }

    @Test("the samples make the configurations that they mean")
    func samples() {
        let accessory = AccessorySetup().makeConfiguration(password: nil)
        #expect(accessory.ssidPrefix == "ACTION-CAM-" && accessory.ssid == "" && accessory.joinOnce)
        let secured = AccessorySetup().makeConfiguration(password: "correct horse").hotspotConfiguration
        #expect(secured.passphrase == Passphrase("correct horse"))
        let settings = CampusProfile().settings(user: "alice", password: "wonderland")
        let configurations = CampusProfile().configurations(settings)
        #expect(configurations.map(\.ssid) == ["eduroam", ""])
        #expect(configurations[1].hotspotConfiguration.hs20Settings?.mccAndMNCs == ["262001"])
        #expect(settings.hotspotSettings.supportedEAPTypes == [.peap, .ttls])
    }
}

extension NEHotspotConfiguration {
    fileprivate var copied: NEHotspotConfiguration {
        guard let copy = copy() as? NEHotspotConfiguration else { preconditionFailure("a copy is of the same class") }
        return copy
    }
}
