import DBus
import Foundation
import Testing

@testable import HotspotCore

extension HotspotEAPSettings {
    /// A user with a password and a server to be known by its name.
    static func user(_ change: (inout HotspotEAPSettings) -> Void = { _ in }) -> HotspotEAPSettings {
        var settings = HotspotEAPSettings(.peap, username: "alice", password: Passphrase("wonderland"))
        settings.trustedServerNames = ["radius.example.net"]
        change(&settings)
        return settings
    }

    /// A machine with a certificate.
    static func machine(_ change: (inout HotspotEAPSettings) -> Void = { _ in }) -> HotspotEAPSettings {
        var settings = HotspotEAPSettings(clientCertificate: .file("/c.pem"), privateKey: .file("/k.pem"))
        settings.trustedServerNames = ["radius.example.net"]
        change(&settings)
        return settings
    }
}

@Suite("EAP settings")
struct EAPSettingsTests {
    typealias Cause = HotspotConfigurationError.Cause

    private func cause(_ configuration: HotspotConfiguration) -> Cause? {
        do throws(HotspotConfigurationError) {
            try configuration.validate()
            return nil
        } catch {
            return error.cause
        }
    }

    @Test("the raw values are Apple's")
    func rawValues() {
        #expect(HotspotEAPSettings.EAPType.allCases.map(\.rawValue) == [13, 21, 25, 43])
        #expect(HotspotEAPSettings.TTLSInnerAuthenticationType.allCases.map(\.rawValue) == [0, 1, 2, 3, 4])
        #expect(HotspotEAPSettings.TLSVersion.allCases.map(\.rawValue) == [0, 1, 2])
        let settings = HotspotEAPSettings()
        #expect(settings.ttlsInnerAuthenticationType == .eap)
        #expect(settings.preferredTLSVersion == .tls12)
        #expect(!settings.isTLSClientCertificateRequired)
        #expect(HotspotEAPSettings.machine().isTLSClientCertificateRequired)
    }

    static let rules: [(String, Cause?, HotspotEAPSettings)] = [
        ("a user", nil, .user()),
        ("a machine", nil, .machine()),
        ("no method", .malformedEAPSettings, .user { $0.supportedEAPTypes = [] }),
        ("no name", .malformedEAPSettings, .user { $0.username = "" }),
        ("a name of 253", nil, .user { $0.username = String(repeating: "é", count: 253) }),
        ("a name of 254", .malformedEAPSettings, .user { $0.username = String(repeating: "a", count: 254) }),
        ("a name with a line feed", .malformedEAPSettings, .user { $0.username = "a\nb" }),
        ("no password", .malformedEAPSettings, .user { $0.password = nil }),
        ("an empty password", .malformedEAPSettings, .user { $0.password = Passphrase("") }),
        ("a password of 64", nil, .user { $0.password = Passphrase(String(repeating: "é", count: 64)) }),
        ("one of 65", .malformedEAPSettings, .user { $0.password = Passphrase(String(repeating: "a", count: 65)) }),
        ("one with a tab", .malformedEAPSettings, .user { $0.password = Passphrase("a\tb") }),
        ("one that is no text", .malformedEAPSettings, .user { $0.password = Passphrase(octets: [0xFF]) }),
        ("a machine with a password", .malformedEAPSettings, .machine { $0.password = Passphrase("a") }),
        ("a machine with an outer identity", .malformedEAPSettings, .machine { $0.outerIdentity = "a" }),
        ("a machine without a key", .malformedEAPSettings, .machine { $0.privateKey = nil }),
        ("TLS without a certificate", .notSupported, .machine { $0.isTLSClientCertificateRequired = false }),
        ("a user with a key", .malformedEAPSettings, .user { $0.privateKey = .file("/k.p12") }),
        (
            "a user who needs one", nil,
            .user {
                $0.privateKey = .file("/k.p12")
                $0.isTLSClientCertificateRequired = true
            }
        ),
        ("nothing to trust", .malformedEAPSettings, .user { $0.trustedServerNames = [] }),
        (
            "nothing to trust, on purpose", nil,
            .user {
                $0.trustedServerNames = []
                $0.allowsUntrustedServer = true
            }
        ),
        ("both", .malformedEAPSettings, .user { $0.allowsUntrustedServer = true }),
        (
            "the system without a name", .malformedEAPSettings,
            .user {
                $0.trustedServerNames = []
                $0.trustsSystemAuthorities = true
            }
        ),
        ("a wildcard", nil, .user { $0.trustedServerNames = ["*.example.net"] }),
        ("a wildcard inside", .malformedEAPSettings, .user { $0.trustedServerNames = ["radius.*.net"] }),
        ("a wildcard alone", .malformedEAPSettings, .user { $0.trustedServerNames = ["*"] }),
        ("a name with a semicolon", .malformedEAPSettings, .user { $0.trustedServerNames = ["a;b"] }),
        ("ten authorities", nil, .user { $0.trustedServerCertificates = Array(repeating: .file("/a"), count: 10) }),
        (
            "eleven", .malformedEAPSettings,
            .user { $0.trustedServerCertificates = Array(repeating: .file("/a"), count: 11) }
        ),
        (
            "two tunnels with different methods", .malformedEAPSettings,
            .user {
                $0.supportedEAPTypes = [.ttls, .peap]
                $0.ttlsInnerAuthenticationType = .pap
            }
        ),
        ("two tunnels with one", nil, .user { $0.supportedEAPTypes = [.ttls, .peap] }),
    ]

    @Test("Apple's rules hold, and nothing is joined that nobody vouches for", arguments: rules)
    func rule(name: String, expected: Cause?, settings: HotspotEAPSettings) {
        #expect(cause(HotspotConfiguration(ssid: "Campus", eapSettings: settings)) == expected)
    }

    @Test("settings and security that contradict each other are refused")
    func contradictions() {
        var configuration = HotspotConfiguration(ssid: "Campus", eapSettings: .user())
        configuration.security = .sae
        #expect(cause(configuration)?.code == .invalidWPAPassphrase)
        configuration.security = .open
        #expect(cause(configuration) == .conflictingSettings)
        configuration.security = .enterprise
        configuration.passphrase = Passphrase("correct horse")
        #expect(cause(configuration) == .conflictingSettings)
        configuration.passphrase = nil
        configuration.eapSettings = nil
        #expect(cause(configuration) == .malformedEAPSettings)
    }

    @Test("no secret is shown")
    func secrets() {
        var settings = HotspotEAPSettings.machine()
        settings.password = Passphrase("wonderland")
        settings.privateKeyPassword = Passphrase("open sesame")
        settings.privateKey = .pem("-----BEGIN PRIVATE KEY-----")
        var text = "\(settings) \(String(reflecting: settings))"
        dump(HotspotConfiguration(ssid: "Campus", eapSettings: settings), to: &text)
        for secret in ["wonderland", "sesame", "BEGIN"] { #expect(!text.contains(secret)) }
    }

    static let payloads: [(String, @Sendable (HotspotEAPSettings) -> Bool)] = [
        (
            "WIFI:T:WPA2-EAP;S:a;E:PEAP;PH2:MSCHAPV2;I:alice;AI:anon;P:wonderland;H:true;;",
            {
                $0.supportedEAPTypes == [.peap] && $0.innerEAPType == .mschapv2 && $0.username == "alice"
                    && $0.outerIdentity == "anon" && $0.password == Passphrase("wonderland")
            }
        ),
        ("WIFI:T:WPA2-EAP;S:a;E:TTLS;PH2:PAP;I:alice;P:w;;", { $0.ttlsInnerAuthenticationType == .pap }),
        ("WIFI:T:WPA2-EAP;S:a;E:TTLS;PH2:MSCHAPV2;I:alice;P:w;;", { $0.ttlsInnerAuthenticationType == .mschapv2 }),
        ("WIFI:T:WPA2-EAP;S:a;E:TTLS;I:alice;P:w;;", { $0.ttlsInnerAuthenticationType == .eap }),
        ("WIFI:T:WPA2-EAP;S:a;E:PEAP;PH2:GTC;I:alice;P:w;;", { $0.innerEAPType == .gtc }),
        ("WIFI:T:WPA2-EAP;S:a;E:TLS;I:device;AI:x;P:w;;", { $0.password == nil && $0.outerIdentity.isEmpty }),
    ]

    @Test("a code's fields become settings, which say nothing of the server yet", arguments: payloads)
    func payload(payload: String, check: @Sendable (HotspotEAPSettings) -> Bool) throws {
        let configuration = try HotspotConfiguration(qrPayload: payload)
        let settings = try #require(configuration.eapSettings)
        #expect(configuration.security == .enterprise)
        #expect(configuration.passphrase == nil)
        #expect(configuration.hidden == payload.contains("H:true"))
        #expect(check(settings))
        #expect(cause(configuration) == .malformedEAPSettings)
    }

    static let refused: [(String, Cause)] = [
        ("WIFI:T:WPA2-EAP;S:a;E:PWD;I:alice;P:w;;", .notSupported),
        ("WIFI:T:WPA2-EAP;S:a;E:SIM;;", .notSupported),
        ("WIFI:T:WPA2-EAP;S:a;E:PEAP;PH2:PAP;I:alice;P:w;;", .notSupported),
        ("WIFI:T:WPA2-EAP;S:a;E:TTLS;PH2:TLS;I:alice;P:w;;", .notSupported),
        ("WIFI:T:WPA2-EAP;S:a;E:PEAP;I:alice;;", .malformedEAPSettings),
    ]

    @Test("a code that asks for another method is refused with the field's name", arguments: refused)
    func refusedPayload(payload: String, expected: Cause) {
        let error = #expect(throws: HotspotConfigurationError.self) { try HotspotConfiguration(qrPayload: payload) }
        #expect(error?.cause == expected)
        #expect(error?.underlyingErrors.first is PayloadFailure)
    }
}

@Suite("Certificates and keys in files")
struct EAPMaterialTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "eap-\(UUID().uuidString)")

    /// The smallest octets that have the form: a sequence of a sequence, of a number, or of the version 3.
    private static let certificate: [UInt8] = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02]
    private static let key: [UInt8] = [0x30, 0x03, 0x02, 0x01, 0x00]
    private static let bundle: [UInt8] = [0x30, 0x05, 0x02, 0x01, 0x03, 0x30, 0x00]
    private static let encrypted: [UInt8] = [0x30, 0x07, 0x30, 0x03, 0x06, 0x01, 0x00, 0x04, 0x00]

    private func write(_ name: String, _ octets: [UInt8]) throws -> EAPCredential {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appending(path: name)
        try Data(octets).write(to: file)
        return .file(file.path)
    }

    private func pem(_ label: String, _ octets: [UInt8], header: String = "") -> [UInt8] {
        let text = Data(octets).base64EncodedString()
        return Array("-----BEGIN \(label)-----\n\(header)\(text)\n-----END \(label)-----\n".utf8)
    }

    private func failure(_ change: (inout HotspotEAPSettings) throws -> Void) throws -> HotspotConfigurationError? {
        var settings = HotspotEAPSettings.machine()
        settings.clientCertificate = try write("c.pem", pem("CERTIFICATE", Self.certificate))
        settings.privateKey = try write("k.pem", pem("PRIVATE KEY", Self.key))
        try change(&settings)
        defer { try? FileManager.default.removeItem(at: directory) }
        do throws(HotspotConfigurationError) {
            _ = try EAPMaterial(settings)
            return nil
        } catch {
            return error
        }
    }

    @Test("PEM and DER, keys, encrypted keys and bundles are told apart")
    func kinds() throws {
        #expect(try failure { _ in } == nil)
        #expect(try failure { $0.clientCertificate = try write("c.der", Self.certificate) } == nil)
        #expect(try failure { $0.privateKey = try write("k.der", Self.key) } == nil)
        #expect(
            try failure {
                $0.privateKey = try write("k.p12", Self.bundle)
                $0.clientCertificate = nil
            } == nil
        )
        let reasons: [(String, (inout HotspotEAPSettings) throws -> Void)] = [
            ("it holds no certificate", { $0.trustedServerCertificates = [try write("ca", Self.key)] }),
            ("it holds no certificate", { $0.trustedServerCertificates = [try write("ca", Array("hello".utf8))] }),
            ("it holds no certificate", { $0.trustedServerCertificates = [try write("ca", [])] }),
            (
                "it holds no certificate",
                { $0.trustedServerCertificates = [try write("ca", Array(Self.certificate.dropLast(4)))] }
            ),
            ("it holds no certificate", { $0.clientCertificate = try write("c", Self.encrypted) }),
            ("it holds no private key", { $0.privateKey = try write("k", Self.certificate) }),
            ("it is encrypted", { $0.privateKey = try write("k", Self.encrypted) }),
            ("it is encrypted", { $0.privateKey = try write("k", pem("ENCRYPTED PRIVATE KEY", Self.encrypted)) }),
            (
                "it is encrypted",
                {
                    $0.privateKey = try write(
                        "k",
                        pem("EC PRIVATE KEY", Self.key, header: "Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n\n")
                    )
                }
            ),
            ("No such file", { $0.trustedServerCertificates = [.file("/nonexistent")] }),
            ("no regular file", { $0.trustedServerCertificates = [.file("/dev/zero")] }),
            ("larger than 1 MiB", { $0.privateKey = try write("k", Array(repeating: 0x30, count: 2 << 20)) }),
        ]
        for (reason, change) in reasons {
            let error = try failure(change)
            #expect(error?.cause == .malformedEAPSettings)
            #expect(error?.message.contains(reason) == true, "\(reason): \(error?.message ?? "none")")
            #expect(error?.underlyingErrors.first is CredentialFailure)
        }
        #expect(try failure { $0.clientCertificate = nil }?.message.contains("no PKCS #12 bundle") == true)
        #expect(try failure { $0.privateKey = .pem("secret") }?.cause == .notSupported)
    }

    @Test("a pipe that nobody writes to is refused, not waited for")
    func pipe() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let path = directory.appending(path: "pipe").path
        #expect(mkfifo(path, 0o600) == 0)
        #expect(try failure { $0.trustedServerCertificates = [.file(path)] }?.message.contains("regular") == true)
    }

    @Test("the profile has what the settings say, and no more")
    func profile() throws {
        let authority = try write("ca.pem", pem("CERTIFICATE", Self.certificate))
        defer { try? FileManager.default.removeItem(at: directory) }
        func properties(_ settings: HotspotEAPSettings) throws -> [String: DBusValue] {
            let profile = EAPProfile(settings: settings, material: try EAPMaterial(settings))
            return Dictionary(profile.setting.map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first })
        }
        let path = directory.appending(path: "ca.pem").path
        #expect(
            try properties(
                .user {
                    $0.trustedServerCertificates = [authority]
                    $0.outerIdentity = "anonymous"
                }
            ) == [
                "eap": .strings(["peap"]), "identity": .string("alice"), "anonymous-identity": .string("anonymous"),
                "password": .string("wonderland"), "phase2-auth": .string("mschapv2"),
                "ca-cert": .octets(Array("file://\(path)".utf8) + [0]), "domain-match": .string("radius.example.net"),
            ]
        )
        #expect(
            try properties(
                .user {
                    $0.supportedEAPTypes = [.ttls]
                    $0.trustedServerNames = ["a.example.net", "*.example.org"]
                    $0.preferredTLSVersion = .tls10
                }
            ) == [
                "eap": .strings(["ttls"]), "identity": .string("alice"), "password": .string("wonderland"),
                "phase2-autheap": .string("mschapv2"), "system-ca-certs": .bool(true),
                "domain-suffix-match": .string("a.example.net;example.org"), "phase1-auth-flags": .uint32(0x60),
            ]
        )
        let key = try write("k.pem", pem("PRIVATE KEY", Self.key))
        let machine = try properties(
            .machine {
                $0.clientCertificate = authority
                $0.privateKey = key
            }
        )
        #expect(machine["identity"] == .string("anonymous"))
        #expect(machine["private-key-password-flags"] == .uint32(4))
        #expect(machine["password"] == nil)
        let several = try properties(
            .user { $0.trustedServerCertificates = [authority, .octets(Passphrase(octets: Self.certificate))] }
        )
        let text = String(decoding: several["ca-cert"]?.octets ?? [], as: UTF8.self)
        #expect(text.components(separatedBy: "-----BEGIN CERTIFICATE-----").count == 3)
    }
}
