internal import QRWifi

extension HotspotConfiguration {
    /// Checks every rule that can be checked without a network.
    ///
    /// - Throws: ``HotspotConfigurationError`` with `invalidSSID`, `invalidWPAPassphrase`, `invalidWEPPassphrase` or
    ///   `invalidEAPSettings` where a field is of bad form, and `invalid` where two fields contradict each other. The message
    ///   names the field, the rule and what was found, never the secret.
    public func validate() throws(HotspotConfigurationError) {
        do {
            try payloadConfiguration.validate()
        } catch {
            throw HotspotConfigurationError(payload: error, isPayload: false)
        }
        switch security {
        case .open, .enhancedOpen:
            if passphrase != nil {
                throw HotspotConfigurationError(
                    .conflictingSettings,
                    "a passphrase was given for a network configured as \(security)",
                    remedy: "leave out the passphrase, or the security"
                )
            }
        case .wep:
            if let count = passphrase?.count, ![5, 10, 13, 26].contains(count) {
                throw HotspotConfigurationError(
                    .malformedWEPKey,
                    "the WEP key has \(count) octets; it must have 5 or 13, or 10 or 26 hexadecimal digits"
                )
            }
        case .enterprise: try validateEnterprise()
        case .automatic, .wpaPersonal, .sae:
            try validateCharacters()
        }
        if eapSettings != nil, security != .enterprise {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "EAP settings were given for a network configured as \(security)",
                remedy: "leave out the EAP settings, or the security"
            )
        }
        if let interface,
            interface.isEmpty || interface.utf8.count > 15 || interface.utf8.contains(where: { $0 <= 32 || $0 == 47 })
        {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "the interface name \"\(PrintableText.escape(interface))\" is none: 1 to 15 octets without blanks and slashes"
            )
        }
    }

    /// Control characters are no part of a passphrase (IEEE 802.11-2020, J.4), and the supplicant refuses them late.
    private func validateCharacters() throws(HotspotConfigurationError) {
        guard let passphrase else { return }
        let control = passphrase.withUnsafeBytes { octets in octets.firstIndex { $0 < 0x20 || $0 == 0x7f } }
        if let control {
            throw HotspotConfigurationError(
                .malformedPassphrase,
                "the passphrase has a control character at octet \(control); it must be printable",
                remedy: "look for a tab or a line end at the passphrase's end"
            )
        }
        if passphrase.text == nil {
            throw HotspotConfigurationError(
                .malformedPassphrase,
                "the passphrase is not valid UTF-8, so no network daemon takes it"
            )
        }
    }

    /// The same fields in the form that the payload's rules are written for.
    var payloadConfiguration: PayloadConfiguration {
        let octets = security == .enterprise ? nil : passphrase?.withUnsafeBytes { Array($0) }
        let kind: WiFiPayload.Security =
            switch security {
            case .automatic: passphrase == nil ? .open : .wpa
            case .open: .open
            case .enhancedOpen: .owe
            case .wep: .wep
            case .wpaPersonal: .wpa
            case .sae: .sae
            // Its secrets are in the EAP settings, which have rules of their own.
            case .enterprise: .open
            }
        return PayloadConfiguration(
            ssid: ssid.octets,
            security: kind,
            passphrase: octets,
            isRawPSK: kind == .wpa && passphrase?.isRawPSK == true,
            hidden: hidden
        )
    }
}

extension Passphrase {
    /// Whether it is a 256-bit key in hexadecimal digits instead of a passphrase (IEEE 802.11-2020, J.4).
    var isRawPSK: Bool {
        count == 64
            && withUnsafeBytes { octets in
                octets.allSatisfy { octet in
                    switch octet {
                    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                        UInt8(ascii: "A")...UInt8(ascii: "F"):
                        true
                    default: false
                    }
                }
            }
    }
}
