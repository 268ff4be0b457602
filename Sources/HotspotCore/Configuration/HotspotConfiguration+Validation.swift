internal import IEEE80211
internal import QRWifi

extension HotspotConfiguration {
    /// Checks every rule that can be checked without a network.
    ///
    /// - Throws: ``HotspotConfigurationError`` with `invalidSSID`, `invalidSSIDPrefix`, `invalidWPAPassphrase`,
    ///   `invalidWEPPassphrase`, `invalidEAPSettings`, `invalidHS20DomainName` or `invalidHS20Settings` where a field is of
    ///   bad form, `joinOnceNotSupported` where it cannot be kept, `invalid` where two fields contradict each other, and
    ///   `internal` with the cause `notSupported` for EAP settings that nothing here can carry. The message names the field, the rule and what was found, never the secret.
    public func validate() throws(HotspotConfigurationError) {
        try validateName()
        try validateTime()
        if case .manual(let addresses) = addressing { try addresses.validate() }
        try validateIdentifier()
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

    /// The name, what it begins with, or the operator's domain: one of the three.
    private func validateName() throws(HotspotConfigurationError) {
        let count = ssidPrefix.utf8.count
        if !ssidPrefix.isEmpty, !(3...SSID.maximumOctets).contains(count) {
            throw HotspotConfigurationError(
                .malformedSSIDPrefix,
                "the SSID prefix \"\(PrintableText.escape(ssidPrefix))\" has \(count) octets; it must have 3 to 32",
                remedy: count < 3 ? "a longer one, so that no stranger's network fits" : "a shorter one"
            )
        }
        let names = [
            ssid.octets.isEmpty ? nil : "an SSID", ssidPrefix.isEmpty ? nil : "an SSID prefix",
            hs20Settings == nil ? nil : "Hotspot 2.0 settings",
        ].compactMap(\.self)
        if names.count > 1 {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "\(names.joined(separator: " and ")) are given, and one of them must say which network is meant"
            )
        }
        if hidden, !ssidPrefix.isEmpty {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "a hidden network is asked for by its whole name, and only the beginning of it is given",
                remedy: "give the whole name"
            )
        }
        try hs20Settings?.validate()
        if hs20Settings != nil, eapSettings == nil {
            throw HotspotConfigurationError(
                .malformedEAPSettings,
                "a Hotspot 2.0 network wants EAP settings, and none are given"
            )
        }
        if let bssid, MACAddress(bssid) == nil {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "the BSSID \"\(PrintableText.escape(bssid))\" is none: six octets in hexadecimal with colons"
            )
        }
    }

    private func validateTime() throws(HotspotConfigurationError) {
        if joinOnce, eapSettings != nil || hs20Settings != nil {
            throw HotspotConfigurationError(
                .joinOnceNotSupported,
                "\"\(name)\" cannot be joined once: \(hs20Settings == nil ? "enterprise" : "Hotspot 2.0") networks are "
                    + "configured to stay",
                remedy: "leave joinOnce out, and remove the configuration when it is not needed any more"
            )
        }
        guard (-999...999).contains(autoJoinPriority) else {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "the priority \(autoJoinPriority) is none: -999 to 999"
            )
        }
    }

    private func validateIdentifier() throws(HotspotConfigurationError) {
        guard let saePasswordIdentifier else { return }
        guard (1...253).contains(saePasswordIdentifier.utf8.count) else {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "the SAE password identifier has \(saePasswordIdentifier.utf8.count) octets; it must have 1 to 253"
            )
        }
        guard passphrase != nil, [.sae, .wpaPersonal, .automatic].contains(security) else {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "an SAE password identifier goes with a passphrase, and with WPA3-Personal (SAE)",
                remedy: "give the passphrase, and choose SAE"
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
            // What stands for the name has rules of its own, and no payload can say it.
            ssid: ssidPrefix.isEmpty && hs20Settings == nil ? ssid.octets : Array("…".utf8),
            security: kind,
            passphrase: octets,
            isRawPSK: kind == .wpa && passphrase?.isRawPSK == true,
            hidden: hidden,
            passwordIdentifier: saePasswordIdentifier.map { Array($0.utf8) }
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
