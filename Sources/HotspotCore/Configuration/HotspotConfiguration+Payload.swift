internal import QRWifi

extension HotspotConfiguration {
    /// The configuration that the text of a Wi-Fi QR code describes (`WIFI:T:WPA;S:Cafe;P:…;;`).
    ///
    /// - Parameter payload: the octets of the code.
    /// - Throws: ``HotspotConfigurationError`` `invalid` where the octets are no `WIFI:` payload, `invalidSSID`,
    ///   `invalidWPAPassphrase`, `invalidWEPPassphrase` or `invalidEAPSettings` where a field is missing or of bad form,
    ///   `internal` with the cause `notSupported` for a Wi-Fi Easy Connect (`DPP:`) code, and for an EAP method that cannot
    ///   be joined with.
    ///
    /// No code says by what to know an enterprise network's server: ``HotspotEAPSettings`` must be told before the network
    /// can be joined.
    public init(qrPayload payload: [UInt8]) throws(HotspotConfigurationError) {
        let fields: PayloadConfiguration
        do {
            fields = try QRPayload(payload).configuration()
        } catch {
            throw HotspotConfigurationError(payload: error)
        }
        if fields.security == .eap {
            self.init(ssid: SSID(octets: fields.ssid), eapSettings: try HotspotEAPSettings(fields))
            hidden = fields.hidden
            return
        }
        let security: HotspotSecurity =
            switch fields.security {
            case .open: .automatic
            case .owe: .enhancedOpen
            case .wep: .wep
            case .wpa: .wpaPersonal
            case .sae: .sae
            case .eap: .enterprise
            }
        self.init(
            ssid: SSID(octets: fields.ssid),
            passphrase: fields.passphrase.map { Passphrase(octets: $0) },
            security: security,
            hidden: fields.hidden
        )
        if let identifier = fields.passwordIdentifier {
            guard let text = String(validating: identifier, as: UTF8.self) else {
                throw HotspotConfigurationError(
                    .unreadablePayload,
                    "the SAE password identifier is not valid UTF-8, as it has to be",
                    underlying: [
                        PayloadFailure(field: "I", summary: "the password identifier is not UTF-8", offset: nil)
                    ]
                )
            }
            saePasswordIdentifier = text
        }
    }

    /// The configuration that the text of a Wi-Fi QR code describes.
    ///
    /// - Parameter payload: the text of the code.
    /// - Throws: as ``init(qrPayload:)-([UInt8])``.
    public init(qrPayload payload: String) throws(HotspotConfigurationError) {
        try self.init(qrPayload: Array(payload.utf8))
    }
}

extension HotspotEAPSettings {
    /// The settings of a payload's fields.
    fileprivate init(_ fields: PayloadConfiguration) throws(HotspotConfigurationError) {
        func text(_ octets: [UInt8]?, _ field: String) throws(HotspotConfigurationError) -> String {
            guard let octets else { return "" }
            guard let text = String(validating: octets, as: UTF8.self) else {
                throw HotspotConfigurationError(
                    .malformedEAPSettings,
                    "the \(field) is not valid UTF-8",
                    underlying: [PayloadFailure(field: field, summary: "the \(field) is not UTF-8", offset: nil)]
                )
            }
            return text
        }
        func notSupported(_ field: String, _ value: String) -> HotspotConfigurationError {
            HotspotConfigurationError(
                .notSupported,
                "the code asks for \(value), which this version cannot join with",
                underlying: [PayloadFailure(field: field, summary: "the \(field) is \(value)", offset: nil)]
            )
        }
        self.init()
        let type: EAPType =
            switch fields.eapMethod {
            case .tls: .tls
            case .ttls: .ttls
            case .peap: .peap
            case .fast: .fast
            case let method: throw notSupported("EAP method", "EAP-\(method?.rawValue.uppercased() ?? "")")
            }
        supportedEAPTypes = [type]
        switch (fields.phase2, type) {
        case (nil, _), (_, .tls): break
        case (.pap, .ttls): ttlsInnerAuthenticationType = .pap
        case (.chap, .ttls): ttlsInnerAuthenticationType = .chap
        case (.mschap, .ttls): ttlsInnerAuthenticationType = .mschap
        case (.mschapv2, .ttls): ttlsInnerAuthenticationType = .mschapv2
        case (.mschapv2, _): innerEAPType = .mschapv2
        case (.gtc, _): innerEAPType = .gtc
        case (.md5, _): innerEAPType = .md5
        case (let phase2?, _): throw notSupported("phase 2", "\(phase2.rawValue.uppercased()) inside \(type)")
        }
        username = try text(fields.identity, "identity")
        // What the method has no use for is left out, as phones do.
        if type != .tls {
            outerIdentity = try text(fields.anonymousIdentity, "anonymous identity")
            password = fields.passphrase.map { Passphrase(octets: $0) }
        }
    }
}
