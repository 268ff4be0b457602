internal import QRWifi

extension HotspotConfiguration {
    /// The text of a QR code by which others join the same network (`WIFI:T:WPA;S:Cafe;P:…;;`).
    ///
    /// It holds the secret. The interface is not part of it.
    ///
    /// - Returns: The octets of the text.
    /// - Throws: ``HotspotConfigurationError`` `invalidSSID`, `invalidWPAPassphrase` or `invalidWEPPassphrase` where a field
    ///   is missing or of bad form, `invalid` where a code cannot say it, `internal` with the cause `notSupported` for
    ///   enterprise networks.
    public func qrPayload() throws(HotspotConfigurationError) -> [UInt8] {
        try writtenPayload().octets
    }

    /// The same with warnings about phones that are known to read it otherwise, each one sentence.
    ///
    /// - Returns: The octets and the sentences.
    /// - Throws: As ``qrPayload()``.
    package func qrPayloadWithWarnings() throws(HotspotConfigurationError) -> (octets: [UInt8], warnings: [String]) {
        let written = try writtenPayload()
        return (written.octets, written.warnings.map(\.message))
    }

    private func writtenPayload() throws(HotspotConfigurationError) -> WrittenPayload {
        guard security != .enterprise else {
            throw HotspotConfigurationError(
                .notSupported,
                "\"\(ssid)\" cannot be shared: each person joins it with an identity of their own (802.1X)",
                underlying: [Observation("hotspot", "802.1X", "codes of enterprise networks are not written")]
            )
        }
        do {
            return try WrittenPayload(payloadConfiguration)
        } catch {
            throw HotspotConfigurationError(payload: error, isPayload: false)
        }
    }
}
