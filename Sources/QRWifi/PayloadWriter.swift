/// A configuration as a `WIFI:` payload, in the form that most scanners read.
///
/// The order of the fields fits both the convention of 2010 and the grammar of the WPA3 specification; the payload always
/// ends in `;;`. What it says reads back the same here; where a class of devices is known to read it differently or not
/// at all, there is a warning.
package struct WrittenPayload: Sendable, Hashable {
    /// The payload.
    ///
    /// Holds the secret.
    package let octets: [UInt8]
    /// Who is known not to read it, or to read something else.
    package let warnings: [Warning]

    /// A class of devices that is known not to read a form, or to read something else.
    package enum Warning: String, Sendable, CaseIterable {
        /// A value ends in a backslash.
        case endsInBackslash
        /// A value starts and ends with a quotation mark.
        case outerQuotes
        /// The security type is `SAE`.
        case saeType
        /// SAE is said by `R`, transition disable.
        case transitionDisable
        /// An OWE network, written as an open one.
        case oweAsOpen
        /// An EAP network.
        case eap
        /// A raw pre-shared key.
        case rawPSK
        /// A public key for SAE-PK or a password identifier.
        case wpa3Fields
        /// Percent pairs for octets that are not UTF-8.
        case percentForm
        /// A percent sign that had to be escaped so that it isn't read as a percent pair.
        case percentEscaped
        /// A passphrase that isn't printable ASCII.
        case passphraseNotASCII
        /// Control octets in a value.
        case controlOctets
        /// WEP.
        case wep
        /// An SAE password shorter than 8 or longer than 63 octets.
        case passwordLengthUnusual

        /// Who reads what instead, as one sentence.
        package var message: String {
            switch self {
            case .endsInBackslash:
                "a value ends in a backslash: Android 10 to 14 misreads it however it is written"
            case .outerQuotes: "a value stands in quotation marks: Android 10 to 14 drops them"
            case .saeType: "T:SAE: ChromeOS refuses it, and readers older than WPA3 don't know it"
            case .transitionDisable:
                "R: ChromeOS refuses the payload; old Android and KDE ignore it and may try a pre-shared key"
            case .oweAsOpen:
                "OWE is written as an open network: joined with OWE only where the reader prefers it by itself"
            case .eap: "EAP: Android joins as if it were a pre-shared key, and iOS ignores the EAP fields"
            case .rawPSK: "a raw pre-shared key: iOS can't join by it"
            case .wpa3Fields: "I or K of WPA3: ChromeOS refuses the payload, other phones ignore them"
            case .percentForm: "percent pairs: phones of today read them as they stand and can't join"
            case .percentEscaped:
                "a percent sign is escaped as '\\%': ChromeOS and Binary Eye keep the backslash and can't join"
            case .passphraseNotASCII: "the passphrase isn't printable ASCII: devices differ in how they read it"
            case .controlOctets: "a value holds control octets: most devices can't show or keep them"
            case .wep: "WEP: phones of today don't join it"
            case .passwordLengthUnusual: "an SAE password outside 8 to 63 octets: many devices refuse it"
            }
        }
    }

    /// How SAE is written.
    package enum SAEForm: String, Sendable, CaseIterable {
        /// `T:SAE`, as Android and Linux desktops write it.
        case type
        /// `T:WPA;R:1`, as the WPA3 specification has it.
        case transitionDisable
    }

    /// Writes a configuration.
    ///
    /// - Parameters:
    ///   - configuration: What to join. It is validated first.
    ///   - saeForm: How SAE is written.
    ///   - allowsPercentForm: Whether values that are not UTF-8 may be written as percent pairs, with `R` beside them as
    ///     the sign that they are meant. Without it they are refused.
    /// - Throws: `PayloadError` if the configuration isn't valid, can't be written, or is too long for a QR code.
    package init(
        _ configuration: PayloadConfiguration,
        saeForm: SAEForm = .type,
        allowsPercentForm: Bool = false
    ) throws(PayloadError) {
        try configuration.validate()
        var writer = PayloadWriter(configuration)
        try writer.checkFields(allowsPercentForm: allowsPercentForm)
        var octets = writer.write(saeForm: saeForm)
        if !writer.usesPercentForm, writer.isMisread(octets) {
            writer.escapesPercent = true
            writer.warnings.append(.percentEscaped)
            octets = writer.write(saeForm: saeForm)
        }
        guard octets.count <= Self.maximumCount else {
            throw PayloadError(
                .invalid,
                field: "payload",
                message: "the payload would have \(octets.count) octets; a QR code holds \(Self.maximumCount)"
            )
        }
        self.octets = octets
        warnings = writer.warnings
    }

    /// What a QR code holds of octets: version 40-L (ISO/IEC 18004:2015, table 7).
    package static let maximumCount = 2_953
}

extension WrittenPayload: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The length and the warnings; not the payload, which holds the secret.
    package var description: String {
        "WrittenPayload(\(octets.count) octets, warnings: \(warnings.map(\.rawValue)))"
    }

    package var debugDescription: String { description }

    /// Leaves the payload out, so that `dump` shows no secret.
    package var customMirror: Mirror { Mirror(self, children: ["warnings": warnings]) }
}

/// Puts the fields of a configuration in a row.
private struct PayloadWriter {
    let configuration: PayloadConfiguration
    var warnings: [WrittenPayload.Warning] = []
    private(set) var usesPercentForm = false
    var escapesPercent = false

    init(_ configuration: PayloadConfiguration) { self.configuration = configuration }

    /// Refuses what has no form, and notes who reads a form differently.
    mutating func checkFields(allowsPercentForm: Bool) throws(PayloadError) {
        let bitmap = configuration.transitionDisable ?? 0
        if (configuration.security == .wpa && bitmap & 1 != 0) || (configuration.security == .open && bitmap & 8 != 0) {
            throw PayloadError(
                .invalid,
                field: "transition disable",
                message:
                    "transition disable \(bitmap) rules out what security \(configuration.security.rawValue) allows"
            )
        }
        if let key = configuration.publicKey, SubjectPublicKeyInfo(base64: key.span) == nil {
            throw PayloadError(
                .invalid,
                field: "public key",
                message: "the public key (\(key.count) octets) is no base64 SubjectPublicKeyInfo of an elliptic curve"
            )
        }
        if configuration.eapMethod == .tls {
            throw PayloadError(
                .invalidEAPSettings,
                field: "EAP method",
                message: "EAP-TLS needs a client certificate, which no payload can carry"
            )
        }
        let values: [(String, PayloadError.Code, [UInt8]?)] = [
            ("SSID", .invalidSSID, configuration.ssid), ("passphrase", passphraseCode, passphrase),
            ("password identifier", .invalid, passwordIdentifier),
            ("identity", .invalidEAPSettings, identity),
            ("anonymous identity", .invalidEAPSettings, anonymousIdentity),
        ]
        for (name, code, value) in values {
            guard let value else { continue }
            if !value.span.isUTF8 {
                guard allowsPercentForm, configuration.security != .eap else {
                    throw PayloadError(
                        code,
                        field: name,
                        message: "the \(name) is not UTF-8; it can only be written in the percent form of WPA3, "
                            + "which no phone is known to read"
                    )
                }
                usesPercentForm = true
            }
            if value.last == 0x5C { add(.endsInBackslash) }
            if value.count > 1, value.first == 0x22, value.last == 0x22 { add(.outerQuotes) }
            if OctetKinds(value.span).control { add(.controlOctets) }
        }
        checkSecurity()
        if usesPercentForm { add(.percentForm) }
    }

    private mutating func checkSecurity() {
        switch configuration.security {
        case .open: break
        case .owe where (configuration.transitionDisable ?? 0) & 8 == 0: add(.oweAsOpen)
        case .owe: break
        case .wep: add(.wep)
        case .wpa:
            if configuration.isRawPSK { add(.rawPSK) }
            if let passphrase, OctetKinds(passphrase.span).nonASCII || OctetKinds(passphrase.span).control {
                add(.passphraseNotASCII)
            }
        case .sae:
            if let passphrase, !(8...63).contains(passphrase.count) { add(.passwordLengthUnusual) }
        case .eap: add(.eap)
        }
        if passwordIdentifier != nil || publicKey != nil { add(.wpa3Fields) }
    }

    private mutating func add(_ warning: WrittenPayload.Warning) {
        if !warnings.contains(warning) { warnings.append(warning) }
    }

    private var isPersonal: Bool { configuration.security == .wpa || configuration.security == .sae }
    private var isEAP: Bool { configuration.security == .eap }
    private var passphrase: [UInt8]? {
        configuration.security == .open || configuration.security == .owe ? nil : configuration.passphrase
    }
    private var passphraseCode: PayloadError.Code {
        configuration.security == .wep
            ? .invalidWEPPassphrase : isEAP ? .invalidEAPSettings : .invalidWPAPassphrase
    }
    private var passwordIdentifier: [UInt8]? { isPersonal ? Self.nonEmpty(configuration.passwordIdentifier) : nil }
    private var publicKey: [UInt8]? { isPersonal ? Self.nonEmpty(configuration.publicKey) : nil }
    private var identity: [UInt8]? { isEAP ? Self.nonEmpty(configuration.identity) : nil }
    private var anonymousIdentity: [UInt8]? { isEAP ? Self.nonEmpty(configuration.anonymousIdentity) : nil }

    private static func nonEmpty(_ value: [UInt8]?) -> [UInt8]? { value?.isEmpty ?? true ? nil : value }

    /// The whole payload.
    mutating func write(saeForm: WrittenPayload.SAEForm) -> [UInt8] {
        var output = Array("WIFI:".utf8)
        var bitmap = configuration.transitionDisable
        let type: String
        switch configuration.security {
        case .open, .owe: type = "nopass"
        case .wep: type = "WEP"
        case .wpa: type = "WPA"
        case .sae where saeForm == .transitionDisable:
            type = "WPA"
            bitmap = (bitmap ?? 0) | 1
        case .sae:
            type = "SAE"
            add(.saeType)
        case .eap: type = "WPA2-EAP"
        }
        if usesPercentForm, bitmap == nil { bitmap = 0 }
        output += Array("T:\(type);".utf8)
        if let bitmap {
            add(.transitionDisable)
            output += Array("R:\(String(bitmap, radix: 16, uppercase: true));".utf8)
        }
        var mayEscapePercent = escapesPercent
        append("S", configuration.ssid, &output, &mayEscapePercent)
        if configuration.hidden { output += Array("H:true;".utf8) }
        if isEAP {
            append(
                "E",
                configuration.eapMethod.map { Array($0.rawValue.uppercased().utf8) },
                &output,
                &mayEscapePercent
            )
            append(
                "PH2",
                configuration.phase2.map { Array($0.rawValue.uppercased().utf8) } ?? [],
                &output,
                &mayEscapePercent
            )
            append("A", anonymousIdentity ?? [], &output, &mayEscapePercent)
            append("I", identity ?? [], &output, &mayEscapePercent)
            append("P", passphrase ?? [], &output, &mayEscapePercent)
        } else {
            append("I", passwordIdentifier, &output, &mayEscapePercent)
            append("P", passphrase, &output, &mayEscapePercent)
            if let publicKey { output += Array("K:".utf8) + publicKey + [0x3B] }
        }
        output.append(0x3B)
        return output
    }

    private func append(_ key: String, _ value: [UInt8]?, _ output: inout [UInt8], _ mayEscapePercent: inout Bool) {
        guard let value else { return }
        output += Array(key.utf8)
        output.append(0x3A)
        for (index, octet) in value.enumerated() {
            if usesPercentForm {
                appendPercent(octet, &output)
                continue
            }
            switch octet {
            case 0x5C, 0x3B, 0x2C, 0x3A: output.append(0x5C)
            case 0x22 where index == 0 || index == value.count - 1: output.append(0x5C)
            case 0x25 where mayEscapePercent:
                output.append(0x5C)
                mayEscapePercent = false
            default: break
            }
            output.append(octet)
        }
        output.append(0x3B)
    }

    /// A pair for what the WPA3 grammar wants one, and for what readers with backslash escapes would trip over.
    private func appendPercent(_ octet: UInt8, _ output: inout [UInt8]) {
        switch octet {
        case 0x22, 0x25, 0x2C, 0x3A, 0x3B, 0x5C, 0x00...0x1F, 0x7F...0xFF:
            output.append(0x25)
            let digits = String(octet, radix: 16, uppercase: true)
            output += Array((digits.utf8.count == 1 ? "0" : "").utf8) + Array(digits.utf8)
        default: output.append(octet)
        }
    }

    /// Whether our own reader takes percent signs of the values for percent pairs.
    func isMisread(_ octets: [UInt8]) -> Bool {
        guard let payload = try? WiFiPayload(octets) else { return true }
        return payload.diagnostics.contains { $0.code == .percentDecoded }
    }
}
