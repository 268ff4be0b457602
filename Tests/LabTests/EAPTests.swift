import Foundation
import HotspotCore
import TestSupport
import Testing

private let authority = CertificateAuthority.shared

extension HotspotEAPSettings {
    /// The lab's user with the right password and the right authority.
    fileprivate static func alice(_ type: EAPType = .peap, password: String = "wonderland") -> Self {
        var settings = HotspotEAPSettings(type, username: "alice", password: Passphrase(password))
        settings.trustedServerCertificates = [.file(authority.path("ca.pem"))]
        settings.trustedServerNames = [CertificateAuthority.serverName]
        return settings
    }

    /// The lab's machine with its certificate.
    fileprivate static func device(key: String = "client.key", password: String? = nil) -> Self {
        var settings = HotspotEAPSettings(
            username: CertificateAuthority.clientName,
            clientCertificate: .file(authority.path("client.pem")),
            privateKey: .file(authority.path(key)),
            privateKeyPassword: password.map { Passphrase($0) }
        )
        settings.trustedServerCertificates = [.file(authority.path("ca.pem"))]
        return settings
    }

    fileprivate func with(_ change: (inout Self) -> Void) -> Self {
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
            #expect(try await profiles() == before)
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
    typealias Cause = HotspotConfigurationError.Cause

    /// A fault, and what must be said of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var settings: @Sendable () -> HotspotEAPSettings
        var accessPoint: @Sendable (String) -> AccessPoint.Configuration = { .eap(ssid: $0) }
        var cause: Cause
        var confidence = HotspotConfigurationError.Confidence.likely
        /// What the tree must contain.
        var words: [String]
        /// Whether it was known before NetworkManager gave up.
        var isEarly = true

        var testDescription: String { name }
    }

    static let faults = [
        Fault(
            name: "PEAP, wrong password",
            settings: { .alice(password: "looking glass") },
            cause: .wrongEAPCredentials,
            words: ["EAP-PEAP", "completion failure", "IEEE_802_1X_AUTH_FAILED (23)"]
        ),
        Fault(
            name: "TTLS-PAP, wrong password",
            settings: { .alice(.ttls, password: "looking glass").with { $0.ttlsInnerAuthenticationType = .pap } },
            cause: .wrongEAPCredentials,
            words: ["EAP-TTLS", "completion failure"]
        ),
        Fault(
            name: "unknown name inside the tunnel",
            settings: { .alice().with { $0.username = "bob" } },
            cause: .wrongEAPCredentials,
            words: ["EAP-PEAP", "completion failure"]
        ),
        Fault(
            name: "unknown name in the clear",
            settings: { .alice().with { $0.username = "bob" } },
            accessPoint: { .eap(ssid: $0, users: .init(refusesUnknown: true)) },
            cause: .wrongEAPCredentials,
            words: ["completion failure"]
        ),
        Fault(
            name: "another authority",
            settings: { .alice().with { $0.trustedServerCertificates = [.file(authority.path("other-ca.pem"))] } },
            cause: .untrustedServer,
            confidence: .confirmed,
            words: ["CN=radius.lab.example", "self-signed certificate in certificate chain"]
        ),
        Fault(
            name: "another server name",
            settings: { .alice().with { $0.trustedServerNames = ["radius.elsewhere.example"] } },
            cause: .untrustedServer,
            confidence: .confirmed,
            words: ["Domain mismatch", "which was to be radius.elsewhere.example", "CN=Lab Authority"]
        ),
        Fault(
            name: "another domain",
            settings: { .alice().with { $0.trustedServerNames = ["*.elsewhere.example"] } },
            cause: .untrustedServer,
            confidence: .confirmed,
            words: ["Domain suffix mismatch", "*.elsewhere.example"]
        ),
        Fault(
            name: "expired server certificate",
            settings: { .alice() },
            accessPoint: { .eap(ssid: $0, server: "expired") },
            cause: .untrustedServer,
            confidence: .confirmed,
            words: ["CN=radius.lab.example", "certificate has expired"]
        ),
        Fault(
            name: "the system's authorities do not know the server's",
            settings: { .alice().with { $0.trustedServerCertificates = [] } },
            cause: .untrustedServer,
            confidence: .confirmed,
            words: ["CN=radius.lab.example", "certificate"]
        ),
        Fault(
            name: "client certificate of another authority",
            settings: {
                .device(key: "foreign.key").with { $0.clientCertificate = .file(authority.path("foreign.pem")) }
            },
            cause: .wrongEAPCredentials,
            words: ["the client's certificate", "EAP-TLS", "completion failure"]
        ),
        Fault(
            name: "private key of another certificate",
            settings: { .device(key: "foreign.key") },
            cause: .malformedEAPSettings,
            confidence: .confirmed,
            words: ["private key"]
        ),
        Fault(
            name: "wrong password of the private key",
            settings: { .device(key: "client-encrypted.key", password: "close sesame") },
            cause: .malformedEAPSettings,
            words: ["private key"]
        ),
        Fault(
            name: "method that the server does not have",
            settings: { .alice() },
            accessPoint: { .eap(ssid: $0, users: .init(methods: ["TLS"])) },
            cause: .eapMethodRefused,
            confidence: .confirmed,
            words: ["refuse proposed method"]
        ),
        Fault(
            name: "FAST, wrong password",
            settings: { .alice(.fast, password: "looking glass") },
            accessPoint: { .eapFAST(ssid: $0) },
            cause: .wrongEAPCredentials,
            words: ["EAP-FAST", "completion failure"],
            isEarly: false
        ),
        Fault(
            name: "silent server",
            settings: { .alice() },
            accessPoint: { .eapWithoutServer(ssid: $0) },
            cause: .noResponse,
            words: ["started"],
            isEarly: false
        ),
    ]

    @Test("the fault is named, and the network before is back", arguments: faults)
    func fault(_ fault: Fault) async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await CertificateAuthority.shared.prepare()
        let number = Self.faults.firstIndex { $0.name == fault.name } ?? 0
        try await withAccessPoint(.open(ssid: "Before \(number)")) { _ in
            try await hotspot("join", "--ssid", "Before \(number)", "--security", "open").checked()
            let before = try await profiles()
            try await withAccessPoint(fault.accessPoint("Fault \(number)")) { _ in
                let error = try await failure(
                    of: HotspotConfiguration(ssid: SSID("Fault \(number)"), eapSettings: fault.settings())
                )
                let tree = error.detailedDescription()
                #expect(error.cause == fault.cause, "\(tree)")
                #expect(error.code == (fault.cause == .noResponse ? .internal : .invalidEAPSettings))
                #expect(error.confidence == fault.confidence)
                for word in fault.words { #expect(tree.contains(word), "\(word) is not in \(tree)") }
                #expect(!tree.contains("looking glass") && !tree.contains("wonderland") && !tree.contains("sesame"))
                if fault.isEarly {
                    let keys = error.phaseDurations.first { $0.phase == .keys }?.milliseconds ?? 0
                    #expect(keys < 15_000, "NetworkManager would have said it by then")
                }
            }
            #expect(try await profiles() == before)
            #expect(try await Station.link()?.ssid == "Before \(number)")
            #expect(await NetworkManagerDaemon.shared.deviceState() == 100)
            try await NetworkManagerDaemon.shared.reset()
        }
    }

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
