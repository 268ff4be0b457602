/// Something worth knowing about a payload that was read all the same.
///
/// A diagnostic holds a kind, a field, a place and a number, never an octet of the payload, so it may be printed and
/// logged. At most one of each kind is kept for a field: their number doesn't grow with the payload.
package struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    /// The kind of finding.
    ///
    /// The raw value is the name used in JSON.
    package enum Code: String, Sendable, CaseIterable {
        /// Blanks stand before the scheme.
        case blanksBeforeScheme
        /// A part has no colon, so it is no field: often the rest of a value whose `;` was not escaped.
        case partWithoutColon
        /// A key comes again with another value; the first one counts.
        case duplicateIgnored
        /// A key came first without and then with a value; the value counts.
        case emptyFieldRepeated
        /// A backslash stands before a letter, a digit, a blank or an octet that is not ASCII; it was dropped.
        case unusualEscape
        /// A backslash is the last octet of the payload; it was kept.
        case backslashAtEnd
        /// Quotes around hexadecimal digits were taken as marks of the writer, and dropped.
        case quotesDropped
        /// Quotes around a value were kept as part of it.
        case quotesKept
        /// `%` and two hexadecimal digits were read as one octet (WPA3 form). Read as `.zxing` they stand for themselves.
        case percentDecoded
        /// There is a passphrase and no security type: read as WPA.
        case typeMissing
        /// The security type is none that is known. Never read as an open network.
        case typeUnknown
        /// The payload pairs Android's wireless debugging and names no network.
        case typeADB
        /// The type says open, OWE or WEP and an EAP method or user stands beside it: read as EAP.
        case typeOverriddenByEAP
        /// An open network with a passphrase; it was dropped.
        case passphraseIgnored
        /// `hidden` is not spelled `true` but means it.
        case hiddenUnusual
        /// `hidden` is neither true nor false: read as false.
        case hiddenUnreadable
        /// `hidden` holds the phase 2 method, as writers before 2019 put it.
        case hiddenIsPhase2
        /// `R` is not hexadecimal; it was ignored.
        case transitionDisableUnreadable
        /// `R` has more than eight bits; the low eight count.
        case transitionDisableTooLong
        /// The SSID is not UTF-8: no phone reads it, and it has no text form.
        case ssidNotUTF8
        /// The SSID holds NUL or other control octets.
        case ssidControlOctets
        /// The WPA passphrase is not printable ASCII, as IEEE 802.11-2020, J.4 wants it.
        case passphraseNotASCII
        /// An SAE password shorter than 8 or longer than 63 octets, which many devices refuse.
        case passwordLengthUnusual
        /// A WEP key of 128 bits, which few devices know.
        case wepKeyUnusual
        /// `K` is no base64 SubjectPublicKeyInfo of an elliptic curve; it was ignored.
        case publicKeyUnreadable
        /// EAP-TLS needs a certificate, which no payload carries.
        case certificateNeeded
        /// The final `;;` of a DPP URI is incomplete.
        case terminatorIncomplete
        /// The DPP version is none that is known.
        case versionUnknown
    }

    /// The field a finding is about.
    package enum Field: UInt8, Sendable, CaseIterable {
        // The first ten have the numbers of the payload's keys.
        case ssid, passphrase, identity, publicKey, anonymousIdentity, eapMethod, phase2, type, hidden
        case transitionDisable
        case channels, mac, information, version, host, curves

        /// The name for a person.
        package var name: String {
            switch self {
            case .type: "security type"
            case .ssid: "SSID"
            case .passphrase: "passphrase"
            case .hidden: "hidden"
            case .transitionDisable: "transition disable"
            case .identity: "identity"
            case .publicKey: "public key"
            case .anonymousIdentity: "anonymous identity"
            case .eapMethod: "EAP method"
            case .phase2: "phase 2"
            case .channels: "channels"
            case .mac: "MAC address"
            case .information: "information"
            case .version: "version"
            case .host: "host"
            case .curves: "curves"
            }
        }
    }

    /// The kind of finding.
    package let code: Code
    /// The field it is about, where there is one.
    package let field: Field?
    private let position: UInt16
    private let number: UInt16

    /// Where, in octets from the first one of the payload as it was given.
    package var offset: Int { Int(position) }

    init(_ code: Code, field: Field?, offset: Int, number: Int = 0) {
        self.code = code
        self.field = field
        self.position = UInt16(clamping: offset)
        self.number = UInt16(clamping: number)
    }

    package var description: String { message }

    /// What was found and what was made of it, as one sentence without any octet of the payload.
    package var message: String {
        let name = field?.name ?? "payload"
        switch code {
        case .blanksBeforeScheme:
            return "blanks before the scheme were skipped; some phones refuse them"
        case .partWithoutColon:
            return field == nil
                ? "a part without a colon is no field and was skipped"
                : "a part without a colon was skipped; if it belongs to the \(name) before it, its ';' must be written '\\;'"
        case .duplicateIgnored:
            return "the \(name) is given again with another value; the first one counts"
        case .emptyFieldRepeated:
            return "the \(name) was empty before; this value counts"
        case .unusualEscape:
            return
                "a backslash in the \(name) escapes nothing that needs it and was dropped; write '\\\\' for a backslash"
        case .backslashAtEnd:
            return "the payload ends in a backslash, which was kept in the \(name); write '\\\\' for a backslash"
        case .quotesDropped:
            return "the quotes around the hexadecimal \(name) were dropped; phones that keep them can't join"
        case .quotesKept:
            return "the quotes around the \(name) were kept as part of it"
        case .percentDecoded:
            return "percent signs in the \(name) were decoded as WPA3 payloads write them; most phones keep them"
        case .typeMissing:
            return "a passphrase without a security type: read as WPA; iPhones can't join by it"
        case .typeUnknown:
            return "the security type (\(number) octets) is none that is known"
        case .typeADB:
            return "this code pairs Android's wireless debugging and names no network"
        case .typeOverriddenByEAP:
            return "the security type does not fit the EAP fields beside it; read as EAP"
        case .passphraseIgnored:
            return "an open network has no passphrase; the one given was dropped"
        case .hiddenUnusual:
            return "hidden was read as true; phones know only 'true'"
        case .hiddenUnreadable:
            return "hidden is neither true nor false; read as false"
        case .hiddenIsPhase2:
            return "H holds the phase 2 method, as old writers put it; write PH2"
        case .transitionDisableUnreadable:
            return "transition disable is not hexadecimal and was ignored"
        case .transitionDisableTooLong:
            return "transition disable has more than 8 bits; the lowest 8 count"
        case .ssidNotUTF8:
            return "the SSID is not UTF-8; phones can't read it"
        case .ssidControlOctets:
            return "the SSID holds control octets"
        case .passphraseNotASCII:
            return "the passphrase holds octets that are not printable ASCII; devices differ in how they read them"
        case .passwordLengthUnusual:
            return "the SAE password has \(number) octets; many devices want 8 to 63"
        case .wepKeyUnusual:
            return "a WEP key of 128 bits (\(number) octets here) is known to few devices"
        case .publicKeyUnreadable:
            return "the public key is no base64 SubjectPublicKeyInfo of an elliptic curve and was ignored"
        case .certificateNeeded:
            return "EAP-TLS needs a client certificate, which no payload carries"
        case .terminatorIncomplete:
            return "a DPP URI ends in ';;'; some readers refuse this one"
        case .versionUnknown:
            return "the DPP version is not 1, 2 or 3 and was ignored"
        }
    }
}

extension [Diagnostic] {
    /// Adds a finding; out of line, as most payloads have none.
    @inline(never)
    mutating func report(_ code: Diagnostic.Code, _ field: Diagnostic.Field?, at offset: UInt16, number: Int = 0) {
        append(Diagnostic(code, field: field, offset: Int(offset), number: number))
    }
}
