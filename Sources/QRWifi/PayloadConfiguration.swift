/// What would be joined: a payload that passed every rule.
///
/// The strict stage.
///
/// Holds a secret in plain octets, which its descriptions leave out.
package struct PayloadConfiguration: Sendable, Hashable {
    /// The SSID, 1 to 32 octets of any kind.
    package var ssid: [UInt8]
    /// How the network is protected.
    package var security: WiFiPayload.Security
    /// The passphrase, raw key in hexadecimal digits, SAE or EAP password or WEP key; nil where the security has none.
    package var passphrase: [UInt8]?
    /// Whether `passphrase` is a 256-bit key in 64 hexadecimal digits (WPA personal only).
    package var isRawPSK: Bool
    /// Whether the network doesn't send its SSID in beacons.
    package var hidden: Bool
    /// The Transition Disable bitmap: 1 WPA3-Personal only, 2 SAE-PK, 4 WPA3-Enterprise, 8 Enhanced Open.
    package var transitionDisable: UInt8?
    /// The SAE password identifier (IEEE 802.11-2020, 9.4.2.216); WPA personal and SAE only.
    package var passwordIdentifier: [UInt8]?
    /// The SAE-PK public key: base64 text of a SubjectPublicKeyInfo; WPA personal and SAE only.
    package var publicKey: [UInt8]?
    /// The EAP identity.
    package var identity: [UInt8]?
    /// The EAP identity sent in the clear.
    package var anonymousIdentity: [UInt8]?
    /// The EAP method.
    package var eapMethod: EAPMethod?
    /// The EAP method in the tunnel.
    package var phase2: EAPPhase2?

    /// A configuration of fields that nothing has checked yet; ``validate()`` does.
    package init(
        ssid: [UInt8],
        security: WiFiPayload.Security,
        passphrase: [UInt8]? = nil,
        isRawPSK: Bool = false,
        hidden: Bool = false,
        transitionDisable: UInt8? = nil,
        passwordIdentifier: [UInt8]? = nil,
        publicKey: [UInt8]? = nil,
        identity: [UInt8]? = nil,
        anonymousIdentity: [UInt8]? = nil,
        eapMethod: EAPMethod? = nil,
        phase2: EAPPhase2? = nil
    ) {
        self.ssid = ssid
        self.security = security
        self.passphrase = passphrase
        self.isRawPSK = isRawPSK
        self.hidden = hidden
        self.transitionDisable = transitionDisable
        self.passwordIdentifier = passwordIdentifier
        self.publicKey = publicKey
        self.identity = identity
        self.anonymousIdentity = anonymousIdentity
        self.eapMethod = eapMethod
        self.phase2 = phase2
    }

    /// Checks the fields against the rules that ``WiFiPayload/configuration()`` follows.
    ///
    /// - Throws: `PayloadError` with the code of the first rule that is broken.
    package func validate() throws(PayloadError) {
        _ = try FieldRules.checkSSID(ssid, offset: nil)
        switch security {
        case .open, .owe: break
        case .wpa:
            let raw = try FieldRules.checkWPA(passphrase, offset: nil)
            guard raw == isRawPSK else {
                throw PayloadError(
                    .invalidWPAPassphrase,
                    field: "passphrase",
                    message: "a raw pre-shared key is 64 hexadecimal digits and a passphrase is not"
                )
            }
        case .sae: _ = try FieldRules.checkSAE(passphrase, offset: nil)
        case .wep: _ = try FieldRules.checkWEP(passphrase, offset: nil)
        case .eap:
            guard let eapMethod else { throw FieldRules.missingMethod }
            try FieldRules.checkEAP(eapMethod, identity: identity, password: passphrase)
        }
    }
}

extension WiFiPayload {
    /// The configuration that the payload describes: the strict stage.
    ///
    /// - Throws: `PayloadError`: `invalid` for a security type that can't be joined, `invalidSSID`,
    ///   `invalidWPAPassphrase`, `invalidWEPPassphrase` or `invalidEAPSettings`.
    package func configuration() throws(PayloadError) -> PayloadConfiguration {
        guard let security else {
            let isADB = diagnostics.contains { $0.code == .typeADB }
            throw PayloadError(
                .invalid,
                field: "security type",
                message: isADB
                    ? "the security type is ADB: this code pairs Android's wireless debugging and names no network"
                    : "the security type is none of open, OWE, WEP, WPA, SAE or EAP",
                offset: typeOffset
            )
        }
        var result = PayloadConfiguration(
            ssid: try FieldRules.checkSSID(ssid, offset: offset(.ssid)),
            security: security,
            hidden: hidden,
            transitionDisable: transitionDisable
        )
        let password = passphrase
        let place = offset(.passphrase)
        switch security {
        case .open, .owe: break
        case .wpa:
            result.isRawPSK = try FieldRules.checkWPA(password, offset: place)
            result.passphrase = password
        case .sae: result.passphrase = try FieldRules.checkSAE(password, offset: place)
        case .wep: result.passphrase = try FieldRules.checkWEP(password, offset: place)
        case .eap:
            result.eapMethod = try method()
            result.phase2 = try phase2Method()
            result.passphrase = password
            result.identity = identity
            result.anonymousIdentity = anonymousIdentity
            if let method = result.eapMethod {
                try FieldRules.checkEAP(method, identity: identity, password: password)
            }
        }
        if security == .wpa || security == .sae {
            result.passwordIdentifier = passwordIdentifier
            result.publicKey = publicKey
        }
        return result
    }

    private func method() throws(PayloadError) -> EAPMethod {
        guard let name = eapMethod else { throw FieldRules.missingMethod }
        guard let method = EAPMethod(name.span) else {
            throw PayloadError(
                .invalidEAPSettings,
                field: "EAP method",
                message: "the EAP method (\(name.count) octets) is none that is known: "
                    + EAPMethod.allCases.map { $0.rawValue.uppercased() }.joined(separator: ", "),
                offset: offset(.eapMethod)
            )
        }
        return method
    }

    private func phase2Method() throws(PayloadError) -> EAPPhase2? {
        guard let name = phase2 else { return nil }
        guard let method = EAPPhase2(name.span) else {
            throw PayloadError(
                .invalidEAPSettings,
                field: "phase 2",
                message: "the phase 2 method (\(name.count) octets) is none that is known: "
                    + EAPPhase2.allCases.map { $0.rawValue.uppercased() }.joined(separator: ", "),
                offset: offset(.phase2)
            )
        }
        return method
    }
}

/// The rules for single fields, which reading and writing share.
enum FieldRules {
    /// 1 to 32 octets (IEEE 802.11-2020, 9.4.2.2; an empty SSID is the wildcard and names no network).
    static func checkSSID(_ ssid: [UInt8]?, offset: Int?) throws(PayloadError) -> [UInt8] {
        guard let ssid, !ssid.isEmpty else {
            throw PayloadError(
                .invalidSSID,
                field: "SSID",
                message: "the SSID is missing or empty; it must have 1 to 32 octets",
                offset: offset
            )
        }
        guard ssid.count <= 32 else {
            throw PayloadError(
                .invalidSSID,
                field: "SSID",
                message: "the SSID has \(ssid.count) octets; it must have 1 to 32 (as UTF-8, not characters)",
                offset: offset
            )
        }
        return ssid
    }

    /// 8 to 63 octets, or 64 hexadecimal digits (IEEE 802.11-2020, J.4).
    ///
    /// Returns whether it is the latter, a raw key.
    static func checkWPA(_ passphrase: [UInt8]?, offset: Int?) throws(PayloadError) -> Bool {
        guard let passphrase, !passphrase.isEmpty else {
            throw PayloadError(
                .invalidWPAPassphrase,
                field: "passphrase",
                message: "the passphrase is missing; WPA needs 8 to 63 octets",
                offset: offset
            )
        }
        if passphrase.count == 64, passphrase.span.isHex { return true }
        guard (8...63).contains(passphrase.count) else {
            let found =
                passphrase.count == 64
                ? "64 octets that are not all hexadecimal digits" : "\(passphrase.count) octets"
            throw PayloadError(
                .invalidWPAPassphrase,
                field: "passphrase",
                message: "the passphrase has \(found); WPA needs 8 to 63 octets, or 64 hexadecimal digits as a raw key",
                offset: offset
            )
        }
        return false
    }

    /// Any number of octets but none (IEEE 802.11-2020, 12.4.3).
    static func checkSAE(_ password: [UInt8]?, offset: Int?) throws(PayloadError) -> [UInt8] {
        guard let password, !password.isEmpty else {
            throw PayloadError(
                .invalidWPAPassphrase,
                field: "passphrase",
                message: "the password is missing; SAE needs one",
                offset: offset
            )
        }
        return password
    }

    /// 5, 13, 16 or 29 octets, or twice as many hexadecimal digits less the initialisation vector's.
    static func checkWEP(_ key: [UInt8]?, offset: Int?) throws(PayloadError) -> [UInt8] {
        guard let key, !key.isEmpty else {
            throw PayloadError(
                .invalidWEPPassphrase,
                field: "passphrase",
                message: "the WEP key is missing",
                offset: offset
            )
        }
        switch key.count {
        case 5, 13, 16, 29: return key
        case 10, 26, 32, 58:
            guard key.span.isHex else {
                throw PayloadError(
                    .invalidWEPPassphrase,
                    field: "passphrase",
                    message: "the WEP key has \(key.count) octets that are not all hexadecimal digits",
                    offset: offset
                )
            }
            return key
        default:
            throw PayloadError(
                .invalidWEPPassphrase,
                field: "passphrase",
                message: "the WEP key has \(key.count) octets; it must have 5 or 13, or 10 or 26 hexadecimal digits",
                offset: offset
            )
        }
    }

    static var missingMethod: PayloadError {
        PayloadError(
            .invalidEAPSettings,
            field: "EAP method",
            message: "the EAP method is missing; a key such as E:PEAP gives it"
        )
    }

    /// An identity unless a SIM has it, and a password where the method goes by one.
    static func checkEAP(_ method: EAPMethod, identity: [UInt8]?, password: [UInt8]?) throws(PayloadError) {
        let name = method.rawValue.uppercased()
        if identity?.isEmpty ?? true, !method.usesSIM {
            throw PayloadError(
                .invalidEAPSettings,
                field: "identity",
                message: "the identity is missing; EAP-\(name) needs one"
            )
        }
        if password?.isEmpty ?? true, method.usesPassword {
            throw PayloadError(
                .invalidEAPSettings,
                field: "passphrase",
                message: "the password is missing; EAP-\(name) needs one"
            )
        }
    }
}

extension PayloadConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind of network and the lengths of the values; no value.
    package var description: String {
        "PayloadConfiguration(security: \(security.rawValue), ssid: \(ssid.count) octets"
            + (passphrase == nil ? ")" : ", passphrase: redacted)")
    }

    package var debugDescription: String { description }

    /// Leaves the values out, so that `dump` shows no secret.
    package var customMirror: Mirror {
        Mirror(self, children: ["security": security, "hidden": hidden])
    }
}
