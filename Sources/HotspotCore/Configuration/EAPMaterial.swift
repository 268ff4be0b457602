internal import Foundation
internal import Glibc

/// The certificates and keys of EAP settings, read and looked at before anything is begun.
///
/// A network daemon finds a file that is missing, or that is something else, only in the middle of the join, and reports it as a
/// failed authentication.
struct EAPMaterial: Sendable {
    /// One certificate or key in the form that the daemon gets.
    enum Item: Sendable, Hashable {
        /// An absolute path.
        case file(String)
        /// The octets themselves.
        case octets(Passphrase)
    }

    /// The authorities that may vouch for the server.
    private(set) var authorities: Item?
    /// The client's certificate; the private key's bundle where that is one.
    private(set) var clientCertificate: Item?
    /// The client's private key.
    private(set) var privateKey: Item?
    /// Whether the private key needs a password.
    private(set) var isKeyEncrypted = false

    /// Reads what the settings name.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `malformedEAPSettings`, and ``CredentialFailure`` beneath, where a
    ///   file cannot be read or does not hold what it should.
    init(_ settings: HotspotEAPSettings) throws(HotspotConfigurationError) {
        try readAuthorities(settings.trustedServerCertificates)
        if let key = settings.privateKey { try readKey(key, password: settings.privateKeyPassword) }
        if let certificate = settings.clientCertificate {
            try refuseOctets(certificate, "client certificate")
            let content = try Content(certificate, "client certificate")
            guard content.holdsCertificate || content.isPKCS12 else { throw content.failure("it holds no certificate") }
            // A bundle must be named twice, or NetworkManager does not take it.
            if clientCertificate == nil { clientCertificate = content.item }
        } else if privateKey != nil, clientCertificate == nil {
            throw HotspotConfigurationError(
                .malformedEAPSettings,
                "the client certificate is missing: the private key is no PKCS #12 bundle, which would hold it"
            )
        }
    }

    private mutating func readAuthorities(_ credentials: [EAPCredential]) throws(HotspotConfigurationError) {
        var contents: [Content] = []
        for credential in credentials {
            let content = try Content(credential, "certificate of an authority")
            guard content.holdsCertificate else { throw content.failure("it holds no certificate") }
            contents.append(content)
        }
        guard let first = contents.first else { return }
        // The daemon takes one file; several become one text that is stored with the profile.
        if contents.count == 1, case .file = first.item {
            authorities = first.item
        } else {
            authorities = .octets(Passphrase(octets: contents.flatMap(\.pem)))
        }
    }

    /// NetworkManager writes octets into files that stay behind when the profile goes: nothing to be done with a key.
    private func refuseOctets(_ credential: EAPCredential, _ what: String) throws(HotspotConfigurationError) {
        guard case .octets = credential else { return }
        throw HotspotConfigurationError(
            .notSupported,
            "the \(what) was given as octets; NetworkManager must be given a file",
            remedy: "write it into a file that stays where it is",
            underlying: [Observation("NetworkManager", "802-1x", "it would leave a copy of the \(what) behind")]
        )
    }

    private mutating func readKey(_ key: EAPCredential, password: Passphrase?) throws(HotspotConfigurationError) {
        try refuseOctets(key, "private key")
        let content = try Content(key, "private key")
        guard content.holdsKey || content.isPKCS12 else { throw content.failure("it holds no private key") }
        isKeyEncrypted = content.isPKCS12 || content.isEncrypted
        if content.isEncrypted, password == nil {
            throw content.failure("it is encrypted, and no password for it was given")
        }
        privateKey = content.item
        if content.isPKCS12 { clientCertificate = content.item }
    }
}

extension EAPMaterial {
    /// What a file holds, or what was given in its place.
    private struct Content {
        let item: Item
        let what: String
        let octets: [UInt8]

        /// More than any chain of certificates has.
        static let limit = 1 << 20

        init(_ credential: EAPCredential, _ what: String) throws(HotspotConfigurationError) {
            self.what = what
            switch credential {
            case .octets(let secret):
                item = .octets(secret)
                octets = secret.withUnsafeBytes { Array($0) }
            case .file(let path):
                let absolute = URL(fileURLWithPath: path).path
                item = .file(absolute)
                do throws(CredentialFailure) {
                    octets = try Self.read(absolute)
                } catch {
                    throw Self.failure(what, error)
                }
            }
        }

        /// Reads a regular file: a pipe or a device might never end.
        private static func read(_ path: String) throws(CredentialFailure) -> [UInt8] {
            let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { throw CredentialFailure(path: path, errno: errno) }
            defer { _ = close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw CredentialFailure(path: path, errno: errno) }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw CredentialFailure(path: path, reason: "it is no regular file")
            }
            var octets = [UInt8](repeating: 0, count: Content.limit + 1)
            var count = 0
            while count < octets.count {
                let size = octets.withUnsafeMutableBytes { buffer in
                    Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
                }
                if size < 0, errno == EINTR { continue }
                guard size >= 0 else { throw CredentialFailure(path: path, errno: errno) }
                if size == 0 { break }
                count += size
            }
            guard count <= Content.limit else { throw CredentialFailure(path: path, reason: "it is larger than 1 MiB") }
            return Array(octets[..<count])
        }

        func failure(_ reason: String) -> HotspotConfigurationError {
            let path: String? = if case .file(let path) = item { path } else { nil }
            return Self.failure(what, CredentialFailure(path: path, reason: reason))
        }

        private static func failure(_ what: String, _ error: CredentialFailure) -> HotspotConfigurationError {
            let place = error.path.map { " \(PrintableText.escape($0))" } ?? ""
            return HotspotConfigurationError(
                .malformedEAPSettings,
                "the \(what)\(place) cannot be used: \(error.reason)",
                underlying: [error]
            )
        }

        // MARK: What it is

        var holdsCertificate: Bool {
            let labels: [String] = ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"]
            if blocks.contains(where: { labels.contains($0.label) && Self.isSequence($0.content) }) { return true }
            // A certificate is a sequence of three, whose first is one itself (RFC 5280, 4.1).
            return Self.isSequence(octets) && Self.firstInside(octets) == 0x30 && !isPKCS8
        }

        var holdsKey: Bool {
            blocks.contains { $0.label.hasSuffix("PRIVATE KEY") }
                || Self.isSequence(octets) && (Self.firstInside(octets) == 0x02 || isPKCS8) && !isPKCS12
        }

        var isEncrypted: Bool {
            blocks.contains { $0.label == "ENCRYPTED PRIVATE KEY" || $0.isEncrypted } || isPKCS8
        }

        /// A PKCS #12 bundle: a sequence that begins with the version 3 (RFC 7292, 4).
        var isPKCS12: Bool {
            Self.isSequence(octets) && Self.inside(octets).prefix(3).elementsEqual([0x02, 0x01, 0x03])
        }

        /// An encrypted key: a sequence of an algorithm, which begins with an object identifier, and octets (RFC 5958, 3).
        private var isPKCS8: Bool {
            let inside = Array(Self.inside(octets))
            return Self.isSequence(octets) && inside.first == 0x30 && Self.firstInside(inside) == 0x06
        }

        /// The certificates as PEM.
        var pem: [UInt8] {
            if !blocks.isEmpty { return octets + (octets.last == 0x0A ? [] : [0x0A]) }
            let text = Data(octets).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
            return Array("-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n".utf8)
        }

        /// A block of PEM (RFC 7468).
        struct Block {
            let label: String
            let content: [UInt8]
            let isEncrypted: Bool
        }

        /// The blocks of PEM; none where it is something else.
        var blocks: [Block] {
            var blocks: [Block] = []
            var label: String?
            var body = ""
            var isEncrypted = false
            for line in String(decoding: octets, as: UTF8.self).split(whereSeparator: \.isNewline) {
                if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") {
                    label = String(line.dropFirst(11).dropLast(5))
                    (body, isEncrypted) = ("", false)
                } else if line.hasPrefix("-----END "), let current = label {
                    let content = Data(base64Encoded: body, options: .ignoreUnknownCharacters) ?? Data()
                    blocks.append(Block(label: current, content: Array(content), isEncrypted: isEncrypted))
                    label = nil
                } else if label != nil {
                    // The headers of RFC 1421.
                    if line.contains(":") {
                        isEncrypted = isEncrypted || line.hasPrefix("Proc-Type:") && line.contains("ENCRYPTED")
                    } else {
                        body += line
                    }
                }
            }
            return blocks
        }

        // MARK: DER (X.690)

        /// Whether it is one whole sequence.
        private static func isSequence(_ octets: [UInt8]) -> Bool {
            guard octets.first == 0x30, let (header, length) = header(octets) else { return false }
            // Some tools write a line feed behind it.
            return (header + length...header + length + 2).contains(octets.count)
        }

        private static func inside(_ octets: [UInt8]) -> ArraySlice<UInt8> {
            guard let (header, _) = header(octets) else { return [] }
            return octets.dropFirst(header)
        }

        /// The tag of the first value inside.
        private static func firstInside(_ octets: [UInt8]) -> UInt8? { inside(octets).first }

        /// How many octets tag and length take, and the length.
        private static func header(_ octets: [UInt8]) -> (Int, Int)? {
            guard octets.count >= 2 else { return nil }
            if octets[1] < 0x80 { return (2, Int(octets[1])) }
            let count = Int(octets[1] & 0x7F)
            guard (1...4).contains(count), octets.count >= 2 + count else { return nil }
            return (2 + count, octets[2..<2 + count].reduce(0) { $0 << 8 | Int($1) })
        }
    }
}

/// A certificate or a key that cannot be used.
public struct CredentialFailure: UnderlyingFailure {
    /// The file's absolute path; nil where the octets were given.
    public let path: String?
    /// The `errno` of reading it; nil where that worked.
    public let number: Int?
    /// Why not, in words.
    public let reason: String

    /// `file`.
    public var domain: String { "file" }
    /// The `errno`'s name, or `content`.
    public var name: String {
        switch number.map(Int32.init) {
        case ENOENT: "ENOENT"
        case EACCES: "EACCES"
        case EISDIR: "EISDIR"
        case ENOTDIR: "ENOTDIR"
        case ELOOP: "ELOOP"
        case let number?: "errno \(number)"
        case nil: "content"
        }
    }
    /// The file and why it cannot be used.
    public var summary: String {
        (path.map { PrintableText.escape($0) } ?? "what was given") + ": " + reason
            + (number.map { " (\($0))" } ?? "")
    }

    init(path: String?, reason: String) {
        self.path = path
        self.reason = reason
        number = nil
    }

    init(path: String, errno: Int32) {
        self.path = path
        number = Int(errno)
        reason = String(cString: strerror(errno))
    }
}
