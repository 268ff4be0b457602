/// What the text of a QR code says about a network, whichever scheme it has.
package enum QRPayload: Sendable, Hashable {
    /// A `WIFI:` payload.
    case wifi(WiFiPayload)
    /// A `DPP:` URI of Wi-Fi Easy Connect.
    case dpp(DPPURI)

    /// Reads the text of a QR code by its scheme.
    ///
    /// - Throws: `PayloadError` with code `invalid` if it has neither scheme, or is a broken DPP URI.
    package init(_ octets: borrowing [UInt8], reading: PayloadReading = .automatic) throws(PayloadError) {
        try self.init(octets.span, reading: reading)
    }

    /// Reads the text of a QR code by its scheme.
    ///
    /// - Throws: `PayloadError` with code `invalid` if it has neither scheme, or is a broken DPP URI.
    package init(_ text: borrowing String, reading: PayloadReading = .automatic) throws(PayloadError) {
        try self.init(text.utf8.span, reading: reading)
    }

    /// Reads the text of a QR code by its scheme.
    ///
    /// - Throws: `PayloadError` with code `invalid` if it has neither scheme, or is a broken DPP URI.
    package init(_ octets: Span<UInt8>, reading: PayloadReading = .automatic) throws(PayloadError) {
        guard let frame = PayloadFrame(octets) else { throw PayloadFrame.refusal(octets) }
        switch frame.scheme {
        case .wifi: self = .wifi(try WiFiPayload(octets, reading: reading))
        case .dpp: self = .dpp(try DPPURI(octets, frame: frame))
        }
    }

    /// What would be joined.
    ///
    /// - Throws: `PayloadError`: as ``WiFiPayload/configuration()``, and `notSupported` for a DPP URI.
    package func configuration() throws(PayloadError) -> PayloadConfiguration {
        switch self {
        case .wifi(let payload): return try payload.configuration()
        case .dpp:
            throw PayloadError(
                .notSupported,
                field: "payload",
                message: "joining by Wi-Fi Easy Connect (a DPP: URI) is not supported; use a WIFI: code of the network",
                offset: 0
            )
        }
    }

    /// What is unusual about the payload.
    package var diagnostics: [Diagnostic] {
        switch self {
        case .wifi(let payload): payload.diagnostics
        case .dpp(let uri): uri.diagnostics
        }
    }
}
