/// How a person or a machine proves itself to an enterprise network (IEEE 802.1X, RFC 3748), and how the network's server
/// proves itself to it: the settings of Apple's `NEHotspotEAPSettings`, with files in the place of keychain items.
///
/// Nothing is checked when it is made: ``HotspotConfiguration/validate()`` does.
///
/// ```swift
/// var settings = HotspotEAPSettings()
/// settings.supportedEAPTypes = [.peap]
/// settings.username = "alice@example.net"
/// settings.password = Passphrase("wonderland")
/// settings.trustedServerCertificates = [.file("/etc/ssl/example-ca.pem")]
/// settings.trustedServerNames = ["radius.example.net"]
/// let configuration = HotspotConfiguration(ssid: "Campus", eapSettings: settings)
/// ```
public struct HotspotEAPSettings: Sendable, Hashable {
    /// The methods that may be used, with Apple's raw values, which are those of EAP itself.
    ///
    /// The server proposes; any of these is accepted.
    public var supportedEAPTypes: [EAPType] = []
    /// The user's name; PEAP, TTLS and FAST need it, and send it only inside their tunnel where there is an
    /// ``outerIdentity``.
    ///
    /// For TLS it may be empty: the certificate names the user, and `anonymous` is sent.
    public var username = ""
    /// The name that is sent in the clear in the place of the ``username``, for TTLS, PEAP and FAST; empty for none.
    public var outerIdentity = ""
    /// The user's password, 1 to 64 characters; TLS has none.
    public var password: Passphrase?
    /// The names that the server's certificate may have, such as `radius.example.net` or `*.example.net`.
    ///
    /// Where names are given and no ``trustedServerCertificates``, the authorities that the system trusts must vouch for
    /// the certificate.
    public var trustedServerNames: [String] = []
    /// The certificates of the authorities that may vouch for the server, at most ten.
    public var trustedServerCertificates: [EAPCredential] = []
    /// Whether the authorities that the system trusts may vouch for the server; then ``trustedServerNames`` are needed, as
    /// anybody can have a certificate of theirs.
    public var trustsSystemAuthorities = false
    /// Whether to join without knowing who the server is.
    ///
    /// Anyone in range can then pose as the network and be given the password, or what it can be computed from. A
    /// configuration that names nothing to trust is refused unless this is set.
    public var allowsUntrustedServer = false
    /// What proves the password inside TTLS.
    ///
    /// Where PEAP or FAST is allowed beside TTLS, their ``innerEAPType`` decides for all, and TTLS uses it without EAP.
    public var ttlsInnerAuthenticationType = TTLSInnerAuthenticationType.eap
    /// The EAP method inside PEAP and FAST, and inside TTLS where ``ttlsInnerAuthenticationType`` is `eap`.
    public var innerEAPType = InnerEAPType.mschapv2
    /// The TLS version that is preferred; an older one than 1.2 is used only where it is asked for here.
    public var preferredTLSVersion = TLSVersion.tls12
    /// The client's certificate, for TLS or where ``isTLSClientCertificateRequired``; may be left out where the
    /// ``privateKey`` is a PKCS #12 bundle, which holds it.
    public var clientCertificate: EAPCredential?
    /// The client's private key, or a PKCS #12 bundle.
    public var privateKey: EAPCredential?
    /// What the private key is encrypted with.
    public var privateKeyPassword: Passphrase?

    /// What was set of ``isTLSClientCertificateRequired``.
    var requiresClientCertificate: Bool?

    /// Whether the client must have a certificate; true for TLS unless it is set.
    public var isTLSClientCertificateRequired: Bool {
        get { requiresClientCertificate ?? supportedEAPTypes.contains(.tls) }
        set { requiresClientCertificate = newValue }
    }

    /// Settings that say nothing yet.
    public init() {}

    /// Settings for a user with a password.
    ///
    /// - Parameters:
    ///   - type: the method.
    ///   - username: the user's name.
    ///   - password: the user's password.
    public init(_ type: EAPType, username: String, password: Passphrase) {
        supportedEAPTypes = [type]
        self.username = username
        self.password = password
    }

    /// Settings for a machine with a certificate: EAP-TLS.
    ///
    /// - Parameters:
    ///   - username: the name that is sent in the clear; empty for `anonymous`.
    ///   - clientCertificate: the certificate; nil where the key is a PKCS #12 bundle.
    ///   - privateKey: the private key.
    ///   - privateKeyPassword: what the key is encrypted with; nil where it is not.
    public init(
        username: String = "",
        clientCertificate: EAPCredential?,
        privateKey: EAPCredential,
        privateKeyPassword: Passphrase? = nil
    ) {
        supportedEAPTypes = [.tls]
        self.username = username
        self.clientCertificate = clientCertificate
        self.privateKey = privateKey
        self.privateKeyPassword = privateKeyPassword
    }
}

extension HotspotEAPSettings {
    /// An EAP method, by its number in EAP.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum EAPType: Int, Sendable, Hashable, CaseIterable, Codable {
        /// A certificate on each side (RFC 5216).
        case tls = 13
        /// A password in a tunnel (RFC 5281).
        case ttls = 21
        /// A password in a tunnel, Microsoft's way.
        case peap = 25
        /// A password in a tunnel, Cisco's way (RFC 4851).
        case fast = 43
    }

    /// What proves the password inside TTLS, with Apple's raw values.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum TTLSInnerAuthenticationType: Int, Sendable, Hashable, CaseIterable, Codable {
        /// The password itself.
        case pap = 0
        /// A challenge and its answer (RFC 1994).
        case chap = 1
        /// Microsoft's first form of CHAP.
        case mschap = 2
        /// Microsoft's second form of CHAP.
        case mschapv2 = 3
        /// An EAP method: see ``HotspotEAPSettings/innerEAPType``.
        case eap = 4
    }

    /// An EAP method inside a tunnel; Apple has no such choice.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum InnerEAPType: Int, Sendable, Hashable, CaseIterable, Codable {
        /// EAP-MD5.
        case md5 = 4
        /// EAP-GTC: the password itself, or a token's code.
        case gtc = 6
        /// EAP-MSCHAPv2.
        case mschapv2 = 26
    }

    /// A version of TLS, with Apple's raw values.
    #if hasAttribute(nonexhaustive)
        @nonexhaustive
    #endif
    public enum TLSVersion: Int, Sendable, Hashable, CaseIterable, Codable, Comparable {
        /// TLS 1.0, which is not safe any more.
        case tls10 = 0
        /// TLS 1.1, which is not safe any more.
        case tls11 = 1
        /// TLS 1.2.
        case tls12 = 2

        /// The order of the versions.
        public static func < (first: TLSVersion, second: TLSVersion) -> Bool { first.rawValue < second.rawValue }
    }

    /// Whether the authorities that the system trusts vouch for the server: by request, or because names alone are given.
    var usesSystemAuthorities: Bool {
        trustsSystemAuthorities || trustedServerCertificates.isEmpty && !trustedServerNames.isEmpty
    }

    /// Whether anything says which server is the right one.
    var hasTrustAnchor: Bool { !trustedServerCertificates.isEmpty || usesSystemAuthorities }

    /// Whether the method is proven by a password.
    var usesPassword: Bool { supportedEAPTypes.contains { $0 != .tls } }
}

extension HotspotEAPSettings.EAPType: CustomStringConvertible {
    /// The method's name.
    public var description: String {
        switch self {
        case .tls: "EAP-TLS"
        case .ttls: "EAP-TTLS"
        case .peap: "EAP-PEAP"
        case .fast: "EAP-FAST"
        }
    }
}

/// A certificate or a key: a file's path, or the octets themselves, as PEM, DER or PKCS #12.
public enum EAPCredential: Sendable, Hashable {
    /// The path of a file, relative to the working directory where it does not begin with a slash.
    ///
    /// It must stay where it is: the network daemon reads it at every join.
    case file(String)
    /// The octets, which are stored with the configuration; for certificates of authorities only.
    case octets(Passphrase)

    /// The text of a PEM file.
    public static func pem(_ text: String) -> EAPCredential { .octets(Passphrase(text)) }
}

extension HotspotConfiguration {
    /// An enterprise network: WPA2- or WPA3-Enterprise.
    ///
    /// - Parameters:
    ///   - ssid: the network's name.
    ///   - eapSettings: how both sides prove themselves.
    public init(ssid: SSID, eapSettings: HotspotEAPSettings) {
        self.init(ssid: ssid, passphrase: nil, security: .enterprise)
        self.eapSettings = eapSettings
    }

    /// An enterprise network: WPA2- or WPA3-Enterprise.
    ///
    /// - Parameters:
    ///   - ssid: the network's name.
    ///   - eapSettings: how both sides prove themselves.
    public init(ssid: String, eapSettings: HotspotEAPSettings) {
        self.init(ssid: SSID(ssid), eapSettings: eapSettings)
    }
}
