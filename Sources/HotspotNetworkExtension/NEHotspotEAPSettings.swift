/// How a person or a machine proves itself to an enterprise network, and the network's server to it.
///
/// Linux has no keychain: certificates and keys are files, or octets. A configuration that names neither a certificate nor a
/// name of the server is refused, where iOS asks the user whether to trust it; ``hotspotSettings`` has the switch
/// `allowsUntrustedServer` for those who want that.
open class NEHotspotEAPSettings: NSObject, NSCopying, NSSecureCoding {
    /// The methods that may be used, with EAP's own numbers.
    public enum EAPType: Int, Sendable {
        /// EAP-TLS (RFC 5216).
        case EAPTLS = 13
        /// EAP-TTLS (RFC 5281).
        case EAPTTLS = 21
        /// PEAP.
        case EAPPEAP = 25
        /// EAP-FAST (RFC 4851).
        case EAPFAST = 43
    }

    /// What proves the password inside TTLS.
    public enum TTLSInnerAuthenticationType: Int, Sendable {
        /// The password itself.
        case eapttlsInnerAuthenticationPAP = 0
        /// A challenge and its answer (RFC 1994).
        case eapttlsInnerAuthenticationCHAP = 1
        /// Microsoft's first form of CHAP.
        case eapttlsInnerAuthenticationMSCHAP = 2
        /// Microsoft's second form of CHAP.
        case eapttlsInnerAuthenticationMSCHAPv2 = 3
        /// An EAP method.
        case eapttlsInnerAuthenticationEAP = 4
    }

    /// A version of TLS.
    public enum TLSVersion: Int, Sendable {
        /// TLS 1.0, which is not safe any more.
        case _1_0 = 0
        /// TLS 1.1, which is not safe any more.
        case _1_1 = 1
        /// TLS 1.2.
        case _1_2 = 2
    }

    /// A client's certificate with its private key: what a `SecIdentity` is at Apple.
    public struct Identity: Sendable {
        /// The certificate; nil where the key is a PKCS #12 bundle, which holds it.
        public var certificate: URL?
        /// The private key, or a PKCS #12 bundle.
        public var privateKey: URL
        /// What the private key is encrypted with; nil where it is not.
        public var password: Passphrase?

        /// A certificate and its key.
        ///
        /// - Parameters:
        ///   - certificate: the certificate's file; nil where the key is a PKCS #12 bundle.
        ///   - privateKey: the key's file.
        ///   - password: what the key is encrypted with; nil where it is not.
        public init(certificate: URL? = nil, privateKey: URL, password: String? = nil) {
            self.certificate = certificate
            self.privateKey = privateKey
            self.password = password.map { Passphrase($0) }
        }
    }

    /// The same settings in the form of `HotspotCore`, which has further ones.
    public final var hotspotSettings = HotspotEAPSettings()

    /// Why the last call of ``setIdentity(_:)`` or ``setTrustedServerCertificates(_:)`` gave false; nil where it gave true.
    ///
    /// Apple's setters give no reason.
    public final private(set) var credentialError: HotspotConfigurationError?

    /// Methods that nobody here knows: `apply` refuses them.
    private var unknownTypes: [NSNumber] = []

    /// Settings that say nothing yet.
    public override init() {}

    /// Archives are read by ``init(coder:)`` alone, which believes nothing in them.
    public static var supportsSecureCoding: Bool { true }

    /// Reads settings from an archive; nil where that has none.
    public required init?(coder: NSCoder) {
        guard let settings = Archive.decode(HotspotEAPSettings.self, from: coder) else { return nil }
        hotspotSettings = settings
        guard coder.containsValue(forKey: "unknownTypes") else { return }
        let unknown = coder.decodeObject(of: [NSArray.self, NSNumber.self], forKey: "unknownTypes") as? [Int]
        unknownTypes = (unknown ?? []).map { NSNumber(value: $0) }
    }

    /// Writes the settings with their secrets into an archive.
    open func encode(with coder: NSCoder) {
        Archive.encode(hotspotSettings, to: coder)
        if !unknownTypes.isEmpty { coder.encode(unknownTypes as NSArray, forKey: "unknownTypes") }
    }

    /// The methods that may be used: the raw values of ``EAPType``.
    open var supportedEAPTypes: [NSNumber] {
        get { hotspotSettings.supportedEAPTypes.map { NSNumber(value: $0.rawValue) } + unknownTypes }
        set {
            typealias Known = HotspotEAPSettings.EAPType
            hotspotSettings.supportedEAPTypes = newValue.compactMap { Known(rawValue: $0.intValue) }
            unknownTypes = newValue.filter { Known(rawValue: $0.intValue) == nil }
        }
    }

    /// The user's name, 1 to 253 characters; PEAP, TTLS and FAST need it.
    open var username: String {
        get { hotspotSettings.username }
        set { hotspotSettings.username = newValue }
    }

    /// The name that is sent in the clear in the place of the ``username``; empty for none.
    open var outerIdentity: String {
        get { hotspotSettings.outerIdentity }
        set { hotspotSettings.outerIdentity = newValue }
    }

    /// The user's password, 1 to 64 characters; empty for none.
    open var password: String {
        get { hotspotSettings.password?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } ?? "" }
        set { hotspotSettings.password = newValue.isEmpty ? nil : Passphrase(newValue) }
    }

    /// What proves the password inside TTLS.
    open var ttlsInnerAuthenticationType: TTLSInnerAuthenticationType {
        get {
            TTLSInnerAuthenticationType(rawValue: hotspotSettings.ttlsInnerAuthenticationType.rawValue)
                ?? .eapttlsInnerAuthenticationEAP
        }
        set {
            hotspotSettings.ttlsInnerAuthenticationType =
                HotspotEAPSettings.TTLSInnerAuthenticationType(rawValue: newValue.rawValue) ?? .eap
        }
    }

    /// The names that the server's certificate may have, such as `radius.example.net` or `*.example.net`.
    open var trustedServerNames: [String] {
        get { hotspotSettings.trustedServerNames }
        set { hotspotSettings.trustedServerNames = newValue }
    }

    /// Whether the client must have a certificate; true for TLS and false for the others, unless it is set.
    open var isTLSClientCertificateRequired: Bool {
        get { hotspotSettings.isTLSClientCertificateRequired }
        set { hotspotSettings.isTLSClientCertificateRequired = newValue }
    }

    /// The TLS version that is preferred.
    open var preferredTLSVersion: TLSVersion {
        get { TLSVersion(rawValue: hotspotSettings.preferredTLSVersion.rawValue) ?? ._1_2 }
        set {
            hotspotSettings.preferredTLSVersion =
                HotspotEAPSettings.TLSVersion(rawValue: newValue.rawValue) ?? .tls12
        }
    }

    /// Sets the client's certificate and key.
    ///
    /// The files are read at once, and again at every join: they must stay where they are.
    ///
    /// - Parameter identity: the certificate and its key.
    /// - Returns: whether they were set; ``credentialError`` says why not.
    @discardableResult
    open func setIdentity(_ identity: Identity) -> Bool {
        take { settings in
            settings.clientCertificate = identity.certificate.map { .file($0.path) }
            settings.privateKey = .file(identity.privateKey.path)
            settings.privateKeyPassword = identity.password
        }
    }

    /// Sets the certificates of the authorities that may vouch for the server, at most ten.
    ///
    /// - Parameter certificates: a `URL` or a `String` for a file, which must stay where it is; `Data` for the octets
    ///   themselves, as PEM or DER, which are stored with the configuration.
    /// - Returns: whether they were set; ``credentialError`` says why not.
    @discardableResult
    open func setTrustedServerCertificates(_ certificates: [Any]) -> Bool {
        var credentials: [EAPCredential] = []
        for (position, certificate) in certificates.enumerated() {
            switch certificate {
            case let file as URL where file.isFileURL: credentials.append(.file(file.path))
            case let path as String: credentials.append(.file(path))
            case let octets as Data: credentials.append(.octets(Passphrase(octets: octets)))
            default:
                credentialError = HotspotConfigurationError(
                    .malformedEAPSettings,
                    "the certificate \(position) is a \(type(of: certificate)); it must be a file's URL or path, or Data"
                )
                return false
            }
        }
        return take { $0.trustedServerCertificates = credentials }
    }

    /// Takes credentials over where they can be read; whatever else the settings say is looked at by `apply`.
    private func take(_ change: (inout HotspotEAPSettings) -> Void) -> Bool {
        var alone = HotspotEAPSettings()
        change(&alone)
        do throws(HotspotConfigurationError) {
            try alone.validateCredentials()
        } catch {
            credentialError = error
            return false
        }
        credentialError = nil
        change(&hotspotSettings)
        return true
    }

    /// Makes settings that say the same, whose changes these do not see.
    ///
    /// - Parameter zone: nothing that matters.
    /// - Returns: an `NEHotspotEAPSettings`.
    open func copy(with zone: NSZone? = nil) -> Any {
        let copy = NEHotspotEAPSettings()
        copy.hotspotSettings = hotspotSettings
        copy.unknownTypes = unknownTypes
        copy.credentialError = credentialError
        return copy
    }

    /// Why the settings can never be applied, for what `hotspotSettings` cannot hold.
    var flaw: HotspotConfigurationError? {
        guard let type = unknownTypes.first else { return nil }
        return HotspotConfigurationError(
            .malformedEAPSettings,
            "the EAP method \(type.intValue) is none of TLS (13), TTLS (21), PEAP (25) and FAST (43)"
        )
    }
}
