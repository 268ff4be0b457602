extension HotspotConfiguration {
    /// The rules of an enterprise network.
    func validateEnterprise() throws(HotspotConfigurationError) {
        guard let eapSettings else {
            throw HotspotConfigurationError(
                .malformedEAPSettings,
                "\"\(ssid)\" is configured as \(security) and no EAP settings were given",
                remedy: "give the user's name, the password and what to know the server by"
            )
        }
        if passphrase != nil {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "a passphrase was given for a network configured as \(security)",
                remedy: "an enterprise network's password is one of the EAP settings"
            )
        }
        try eapSettings.validate()
    }
}

extension HotspotEAPSettings {
    /// Apple's rules, and those that files in the place of keychain items need.
    func validate() throws(HotspotConfigurationError) {
        if supportedEAPTypes.isEmpty {
            throw malformed("no EAP method was given", "give one of TLS, TTLS, PEAP and FAST")
        }
        let isMixed = supportedEAPTypes.contains(.ttls) && supportedEAPTypes.contains { $0 == .peap || $0 == .fast }
        let isOneMethod = ttlsInnerAuthenticationType == .mschapv2 && innerEAPType == .mschapv2
        if isMixed, ttlsInnerAuthenticationType != .eap, !isOneMethod {
            throw malformed("\(methods) cannot have different methods inside their tunnels")
        }
        try validateNames()
        try validatePassword()
        try validateClientCertificate()
        try validateTrust()
    }

    private func malformed(_ message: String, _ remedy: String? = nil) -> HotspotConfigurationError {
        HotspotConfigurationError(.malformedEAPSettings, message, remedy: remedy)
    }

    private func validateNames() throws(HotspotConfigurationError) {
        if usesPassword, username.isEmpty {
            throw malformed("the user's name is missing; \(methods) needs one")
        }
        try validate(name: username, "user's name")
        try validate(name: outerIdentity, "outer identity")
        if !outerIdentity.isEmpty, !usesPassword {
            throw malformed("EAP-TLS has no outer identity: the user's name itself is sent in the clear")
        }
    }

    private func validate(name: String, _ what: String) throws(HotspotConfigurationError) {
        if name.count > 253 {
            throw malformed("the \(what) has \(name.count) characters; it must have 1 to 253")
        }
        if let control = name.utf8.firstIndex(where: { $0 < 0x20 || $0 == 0x7f }) {
            let place = name.utf8.distance(from: name.startIndex, to: control)
            throw malformed("the \(what) has a control character at octet \(place)")
        }
    }

    private func validatePassword() throws(HotspotConfigurationError) {
        guard let password else {
            if usesPassword { throw malformed("the password is missing; \(methods) needs one") }
            return
        }
        guard usesPassword else { throw malformed("a password was given for EAP-TLS, which has none") }
        guard let text = password.text else {
            throw malformed("the password is not valid UTF-8, so no network daemon takes it")
        }
        guard (1...64).contains(text.count) else {
            throw malformed("the password has \(text.count) characters; it must have 1 to 64")
        }
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) {
            throw malformed(
                "the password has a control character; it must be printable",
                "look for a tab or a line end at its end"
            )
        }
    }

    private func validateClientCertificate() throws(HotspotConfigurationError) {
        if supportedEAPTypes.contains(.tls), !isTLSClientCertificateRequired {
            throw HotspotConfigurationError(
                .notSupported,
                "EAP-TLS without a client certificate cannot be joined",
                underlying: [Observation("hotspot", "EAP-TLS", "NetworkManager makes no such profile")]
            )
        }
        if isTLSClientCertificateRequired, privateKey == nil {
            throw malformed("the client's private key is missing; \(methods) needs one with its certificate")
        }
        if clientCertificate != nil, privateKey == nil {
            throw malformed("a client certificate was given without its private key")
        }
        if !isTLSClientCertificateRequired, privateKey != nil {
            throw malformed(
                "a client certificate was given for \(methods), which needs none",
                "leave it out, or require it"
            )
        }
        if privateKeyPassword != nil, privateKey == nil {
            throw malformed("a private key's password was given without a private key")
        }
        if let privateKeyPassword, privateKeyPassword.text == nil {
            throw malformed("the private key's password is not valid UTF-8, so no network daemon takes it")
        }
    }

    /// Reads the certificates and keys that are named, whatever the rest of the settings says.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `malformedEAPSettings` where there are too many, or where one
    ///   cannot be read or is not what it should be.
    package func validateCredentials() throws(HotspotConfigurationError) {
        try validateAuthorityCount()
        _ = try EAPMaterial(self)
    }

    private func validateAuthorityCount() throws(HotspotConfigurationError) {
        if trustedServerCertificates.count > 10 {
            throw malformed("\(trustedServerCertificates.count) authorities' certificates were given; there may be 10")
        }
    }

    private func validateTrust() throws(HotspotConfigurationError) {
        try validateAuthorityCount()
        for name in trustedServerNames where !Self.isServerName(name) {
            throw malformed(
                "\"\(PrintableText.escape(name))\" is no name of a server",
                "give a domain name; its first label may be an asterisk, as in *.example.net"
            )
        }
        if trustsSystemAuthorities, !trustedServerCertificates.isEmpty {
            throw malformed("the system's authorities and others are to be trusted; it must be one or the other")
        }
        if trustsSystemAuthorities, trustedServerNames.isEmpty {
            throw malformed(
                "the system's authorities vouch for anybody, and no server's name was given",
                "give the name of the network's server"
            )
        }
        if allowsUntrustedServer, hasTrustAnchor {
            throw malformed("the server is to be verified and not to be verified")
        }
        if !allowsUntrustedServer, !hasTrustAnchor {
            throw malformed(
                "nothing says which server may be given the password",
                "give the certificate of the network's authority, or the server's name, or say that any server will do"
            )
        }
    }

    /// Labels of letters, digits, hyphens and underscores with dots between them; the first may be an asterisk.
    private static func isServerName(_ name: String) -> Bool {
        guard (1...253).contains(name.utf8.count) else { return false }
        var labels = name.split(separator: ".", omittingEmptySubsequences: false)
        if labels.count > 1, labels[0] == "*" { labels.removeFirst() }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { octet in
                    switch octet {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
        }
    }

    /// The methods in words.
    private var methods: String { supportedEAPTypes.map(\.description).joined(separator: " or ") }
}
