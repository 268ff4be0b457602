import Foundation
import HotspotCore
import TestSupport

private let authority = CertificateAuthority.shared

/// The rows about enterprise networks: the authentication server is the one that hostapd has built in.
let enterpriseFaults: [Fault] =
    enterpriseRows.map(\.row) + [
        Fault(
            "EAP: a certificate's file is missing",
            .malformedEAPSettings,
            chain: ["/nonexistent/ca.pem"],
            .inAll(.seconds(2))
        ) { bench in
            let settings = HotspotEAPSettings.alice().with {
                $0.trustedServerCertificates = [.file("/nonexistent/ca.pem")]
            }
            return try await bench.fail(HotspotConfiguration(ssid: SSID(bench.newName()), eapSettings: settings))
        }
    ]

/// A fault of an enterprise network, and what must be said of it.
private struct EnterpriseFault: Sendable {
    var name: String
    var settings: @Sendable () -> HotspotEAPSettings
    var accessPoint: @Sendable (String) -> AccessPoint.Configuration = { .eap(ssid: $0) }
    var cause: HotspotConfigurationError.Cause
    var confidence = HotspotConfigurationError.Confidence.likely
    /// What the tree must contain.
    var words: [String]
    /// Whether it is known before NetworkManager gives up.
    var isEarly = true

    var row: Fault {
        Fault(
            "EAP: \(name)",
            cause,
            confidence,
            chain: words,
            isEarly ? .inAll(.seconds(15)) : .inAll(.seconds(60))
        ) { bench in
            try await authority.prepare()
            let name = await bench.newName()
            return try await withAccessPoint(accessPoint(name)) { _ in
                try await bench.fail(HotspotConfiguration(ssid: SSID(name), eapSettings: settings()))
            }
        }
    }
}

private let enterpriseRows: [EnterpriseFault] = [
    EnterpriseFault(
        name: "PEAP, wrong password",
        settings: { .alice(password: "looking glass") },
        cause: .wrongEAPCredentials,
        words: ["EAP-PEAP", "completion failure", "IEEE_802_1X_AUTH_FAILED (23)"]
    ),
    EnterpriseFault(
        name: "TTLS-PAP, wrong password",
        settings: { .alice(.ttls, password: "looking glass").with { $0.ttlsInnerAuthenticationType = .pap } },
        cause: .wrongEAPCredentials,
        words: ["EAP-TTLS", "completion failure"]
    ),
    EnterpriseFault(
        name: "unknown name inside the tunnel",
        settings: { .alice().with { $0.username = "bob" } },
        cause: .wrongEAPCredentials,
        words: ["EAP-PEAP", "completion failure"]
    ),
    EnterpriseFault(
        name: "unknown name in the clear",
        settings: { .alice().with { $0.username = "bob" } },
        accessPoint: { .eap(ssid: $0, users: .init(refusesUnknown: true)) },
        cause: .wrongEAPCredentials,
        words: ["completion failure"]
    ),
    EnterpriseFault(
        name: "another authority",
        settings: { .alice().with { $0.trustedServerCertificates = [.file(authority.path("other-ca.pem"))] } },
        cause: .untrustedServer,
        confidence: .confirmed,
        words: ["CN=radius.lab.example", "self-signed certificate in certificate chain"]
    ),
    EnterpriseFault(
        name: "another server name",
        settings: { .alice().with { $0.trustedServerNames = ["radius.elsewhere.example"] } },
        cause: .untrustedServer,
        confidence: .confirmed,
        words: ["Domain mismatch", "which was to be radius.elsewhere.example", "CN=Lab Authority"]
    ),
    EnterpriseFault(
        name: "another domain",
        settings: { .alice().with { $0.trustedServerNames = ["*.elsewhere.example"] } },
        cause: .untrustedServer,
        confidence: .confirmed,
        words: ["Domain suffix mismatch", "*.elsewhere.example"]
    ),
    EnterpriseFault(
        name: "expired server certificate",
        settings: { .alice() },
        accessPoint: { .eap(ssid: $0, server: "expired") },
        cause: .untrustedServer,
        confidence: .confirmed,
        words: ["CN=radius.lab.example", "certificate has expired"]
    ),
    EnterpriseFault(
        name: "the system's authorities do not know the server's",
        settings: { .alice().with { $0.trustedServerCertificates = [] } },
        cause: .untrustedServer,
        confidence: .confirmed,
        words: ["CN=radius.lab.example", "certificate"]
    ),
    EnterpriseFault(
        name: "client certificate of another authority",
        settings: {
            .device(key: "foreign.key").with { $0.clientCertificate = .file(authority.path("foreign.pem")) }
        },
        cause: .wrongEAPCredentials,
        words: ["the client's certificate", "EAP-TLS", "completion failure"]
    ),
    EnterpriseFault(
        name: "private key of another certificate",
        settings: { .device(key: "foreign.key") },
        cause: .malformedEAPSettings,
        confidence: .confirmed,
        words: ["private key"]
    ),
    EnterpriseFault(
        name: "wrong password of the private key",
        settings: { .device(key: "client-encrypted.key", password: "close sesame") },
        cause: .malformedEAPSettings,
        words: ["private key"]
    ),
    EnterpriseFault(
        name: "method that the server does not have",
        settings: { .alice() },
        accessPoint: { .eap(ssid: $0, users: .init(methods: ["TLS"])) },
        cause: .eapMethodRefused,
        confidence: .confirmed,
        words: ["refuse proposed method"]
    ),
    EnterpriseFault(
        name: "FAST, wrong password",
        settings: { .alice(.fast, password: "looking glass") },
        accessPoint: { .eapFAST(ssid: $0) },
        cause: .wrongEAPCredentials,
        words: ["EAP-FAST", "completion failure"],
        isEarly: false
    ),
    EnterpriseFault(
        name: "silent server",
        settings: { .alice() },
        accessPoint: { .eapWithoutServer(ssid: $0) },
        cause: .noResponse,
        words: ["started"],
        isEarly: false
    ),
]
