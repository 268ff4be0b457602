import Foundation
import HotspotCore
import TestSupport
import Testing

private let authority = CertificateAuthority.shared

extension HotspotEAPSettings {
    /// The lab's user with the right password and the right authority.
    static func alice(_ type: EAPType = .peap, password: String = "wonderland") -> Self {
        var settings = HotspotEAPSettings(type, username: "alice", password: Passphrase(password))
        settings.trustedServerCertificates = [.file(authority.path("ca.pem"))]
        settings.trustedServerNames = [CertificateAuthority.serverName]
        return settings
    }

    /// The lab's machine with its certificate.
    static func device(key: String = "client.key", password: String? = nil) -> Self {
        var settings = HotspotEAPSettings(
            username: CertificateAuthority.clientName,
            clientCertificate: .file(authority.path("client.pem")),
            privateKey: .file(authority.path(key)),
            privateKeyPassword: password.map { Passphrase($0) }
        )
        settings.trustedServerCertificates = [.file(authority.path("ca.pem"))]
        return settings
    }

    func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}

/// Enterprise networks through the real NetworkManager, against the authentication server that hostapd has built in.
@Suite("An enterprise network", .radioLab)
struct EAPTests {
    /// Settings with which a network is joined.
    struct Way: Sendable, CustomTestStringConvertible {
        var name: String
        var settings: @Sendable () -> HotspotEAPSettings
        var accessPoint: @Sendable (String) -> AccessPoint.Configuration = { .eap(ssid: $0) }

        var testDescription: String { name }
    }

    static let ways = [
        Way(name: "PEAP-MSCHAPv2") { .alice() },
        Way(name: "TTLS-PAP") { .alice(.ttls).with { $0.ttlsInnerAuthenticationType = .pap } },
        Way(name: "TTLS-EAP-MSCHAPv2") { .alice(.ttls) },
        Way(name: "TLS") { .device() },
        Way(name: "TLS, encrypted key") {
            .device(key: "client-encrypted.key", password: CertificateAuthority.keyPassword)
        },
        Way(name: "TLS, PKCS #12") {
            .device(key: "client.p12", password: CertificateAuthority.keyPassword).with { $0.clientCertificate = nil }
        },
        Way(name: "PEAP on WPA3-Enterprise", settings: { .alice() }, accessPoint: { .eap(ssid: $0, sha256: true) }),
        Way(name: "FAST", settings: { .alice(.fast) }, accessPoint: { .eapFAST(ssid: $0) }),
        Way(name: "PEAP, outer identity, suffix, TTLS as well") {
            .alice().with {
                $0.supportedEAPTypes = [.ttls, .peap]
                $0.outerIdentity = "anonymous@lab.example"
                $0.trustedServerNames = ["*.elsewhere.example", "*.lab.example"]
            }
        },
        Way(name: "PEAP, any server") {
            .alice().with {
                $0.trustedServerCertificates = []
                $0.trustedServerNames = []
                $0.allowsUntrustedServer = true
            }
        },
    ]

    @Test("it is joined, and packets cross the air", arguments: ways)
    func join(_ way: Way) async throws {
        try await NetworkManagerDaemon.shared.reset()
        let ssid = "Campus \(Self.ways.firstIndex { $0.name == way.name } ?? 0)"
        try await withAccessPoint(way.accessPoint(ssid)) { accessPoint in
            let network = try await HotspotConfigurationManager(application: "kiosk").apply(
                HotspotConfiguration(ssid: ssid, eapSettings: way.settings())
            )
            #expect(network.security == .enterprise)
            #expect(network.bssid == accessPoint.bssid)
            #expect(try await Supplicant.property("State") == "completed")
            #expect(try await accessPoint.hasAuthorized())
            #expect(try await Station.reaches(accessPoint.address))
            #expect(try await profiles().count == 1)
            try await NetworkManagerDaemon.shared.reset()
        }
    }

    @Test("a code and the authority's certificate join it; the code alone is refused, as it says nothing of the server")
    func payload() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.eap(ssid: "Campus QR")) { accessPoint in
            let code = "WIFI:T:WPA2-EAP;S:Campus QR;E:PEAP;PH2:MSCHAPV2;I:alice;AI:anonymous;P:wonderland;;"
            let refused = try await hotspot("join", "--qr", code)
            #expect(refused.status == 104, "\(refused)")
            #expect(refused.standardError.contains("nothing says which server may be given the password"))
            let joined = try await hotspot(
                "join",
                "--qr",
                code,
                "--ca-file",
                authority.path("ca.pem"),
                "--server-name",
                CertificateAuthority.serverName,
                "--json"
            ).checked()
            #expect((joined.json["joined"] as? [String: Any])?["security"] as? String == "enterprise")
            #expect(!(joined.standardOutput + joined.standardError).contains("wonderland"))
            #expect(try await accessPoint.hasAuthorized())
            try await NetworkManagerDaemon.shared.reset()
        }
    }

    @Test("options and a password from a file join it with several authorities, which are stored with the profile")
    func options() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.eap(ssid: "Campus Options")) { accessPoint in
            let output = try await run(
                [
                    CommandLineTool.path, "join", "--ssid", "Campus Options", "--identity", "alice", "--eap-method",
                    "ttls",
                    "--phase2", "chap", "--ca-file", authority.path("other-ca.pem"), "--ca-file",
                    authority.path("ca.pem"), "--passphrase-file", "-",
                ],
                input: "wonderland\n"
            )
            #expect(output.status == 0, "\(output)")
            #expect(try await accessPoint.hasAuthorized())
            #expect(try copies().count == 1)
            // Another join takes the place of the first, and fails; then one succeeds.
            var settings = HotspotEAPSettings.alice(.ttls, password: "looking glass")
            settings.trustedServerCertificates = [
                .pem(try String(contentsOfFile: authority.path("ca.pem"), encoding: .utf8))
            ]
            let manager = HotspotConfigurationManager(application: "hotspot")
            _ = try await failure(of: HotspotConfiguration(ssid: "Campus Options", eapSettings: settings), manager)
            #expect(try copies().count == 1)
            try await manager.apply(HotspotConfiguration(ssid: "Campus Options", eapSettings: .alice()))
            #expect(try copies().isEmpty)
            try await NetworkManagerDaemon.shared.reset()
        }
    }

    /// NetworkManager's copies of authorities' certificates.
    private func copies() throws -> [String] {
        try ["/etc", "/run"].flatMap { root in
            try FileManager.default.contentsOfDirectory(atPath: "\(root)/NetworkManager/system-connections")
        }.filter { $0.hasSuffix(".pem") }
    }

    @Test("the network that is joined already is not joined again, and changed settings are not swallowed")
    func already() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.eap(ssid: "Campus Already")) { _ in
            let manager = HotspotConfigurationManager(application: "kiosk")
            func configuration(_ settings: HotspotEAPSettings) -> HotspotConfiguration {
                HotspotConfiguration(ssid: "Campus Already", eapSettings: settings)
            }
            try await manager.apply(configuration(.alice()))
            let before = try await profiles()
            let again = try await failure(of: configuration(.alice()), manager)
            #expect(again.code == .alreadyAssociated)
            let changed = try await failure(of: configuration(.alice(password: "looking glass")), manager)
            #expect(changed.cause == .wrongEAPCredentials)
            #expect(!changed.detailedDescription().contains("undoing the join was not completed"))
            #expect(try await changes(since: before) == [])
            #expect(await NetworkManagerDaemon.shared.deviceState() == 100)
            try await manager.apply(configuration(.alice(.ttls)))
            #expect(try await profiles().count == 1)
            try await NetworkManagerDaemon.shared.reset()
        }
    }
}

/// What a join of an enterprise network that fails says, how soon, and what it leaves behind: nothing.
@Suite("An enterprise network that is not joined", .radioLab)
struct FailedEAPTests {
    static let files: [(String, @Sendable (inout HotspotEAPSettings) -> Void)] = [
        ("/nonexistent/ca.pem", { $0.trustedServerCertificates = [.file("/nonexistent/ca.pem")] }),
        ("/etc/hostname", { $0.trustedServerCertificates = [.file("/etc/hostname")] }),
        ("/dev/zero", { $0.trustedServerCertificates = [.file("/dev/zero")] }),
    ]

    @Test("a file that cannot be used is named before anything is touched", arguments: files)
    func file(path: String, change: @Sendable (inout HotspotEAPSettings) -> Void) async throws {
        try await NetworkManagerDaemon.shared.reset()
        let error = try await failure(
            of: HotspotConfiguration(ssid: "Nobody", eapSettings: .alice().with { change(&$0) })
        )
        #expect(error.cause == .malformedEAPSettings)
        #expect(error.phase == .preparing)
        #expect((error.underlyingErrors.first as? CredentialFailure)?.path == path)
        #expect(error.message.contains(path))
        #expect(try await profiles().isEmpty)
    }

    @Test("whoever may not hear the supplicant learns less, and is told so")
    func unprivileged() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.eap(ssid: "Campus Nobody")) { _ in
            let output = try await run(
                ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
                    + [CommandLineTool.path, "join", "--ssid", "Campus Nobody", "--identity", "alice"]
                    + ["--passphrase", "looking glass", "--ca-file", authority.path("ca.pem"), "--json"]
            )
            #expect(!output.standardOutput.contains("--ssid"), "the bus's refusal has our command line")
            #expect(output.status == 104, "\(output)")
            let error = try #require(output.json["error"] as? [String: Any])
            #expect(error["cause"] as? String == "wrongEAPCredentials")
            #expect(error["confidence"] as? String == "possible")
            #expect((error["remedy"] as? String)?.contains("netdev") == true)
            #expect(try await profiles().isEmpty)
        }
    }
}
