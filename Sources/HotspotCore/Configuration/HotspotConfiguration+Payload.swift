internal import QRWifi

extension HotspotConfiguration {
    /// The configuration that the text of a Wi-Fi QR code describes (`WIFI:T:WPA;S:Cafe;P:…;;`).
    ///
    /// - Parameter payload: the octets of the code.
    /// - Throws: ``HotspotConfigurationError`` `invalid` where the octets are no `WIFI:` payload, `invalidSSID`,
    ///   `invalidWPAPassphrase`, `invalidWEPPassphrase` or `invalidEAPSettings` where a field is missing or of bad form,
    ///   `internal` with the cause `notSupported` for a Wi-Fi Easy Connect (`DPP:`) code.
    public init(qrPayload payload: [UInt8]) throws(HotspotConfigurationError) {
        let fields: PayloadConfiguration
        do {
            fields = try QRPayload(payload).configuration()
        } catch {
            throw HotspotConfigurationError(payload: error)
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
        if fields.passwordIdentifier != nil {
            throw HotspotConfigurationError(
                .notSupported,
                "the code asks for an SAE password identifier, which NetworkManager cannot carry",
                underlying: [PayloadFailure(field: "I", summary: "the payload has a password identifier", offset: nil)]
            )
        }
        self.init(
            ssid: SSID(octets: fields.ssid),
            passphrase: fields.passphrase.map { Passphrase(octets: $0) },
            security: security,
            hidden: fields.hidden
        )
    }

    /// The configuration that the text of a Wi-Fi QR code describes.
    ///
    /// - Parameter payload: the text of the code.
    /// - Throws: as ``init(qrPayload:)-([UInt8])``.
    public init(qrPayload payload: String) throws(HotspotConfigurationError) {
        try self.init(qrPayload: Array(payload.utf8))
    }
}
