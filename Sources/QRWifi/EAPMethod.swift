/// An EAP method that a Wi-Fi network may ask for.
package enum EAPMethod: String, Sendable, Hashable, CaseIterable {
    case tls, ttls, peap, pwd, fast, leap, sim, aka
    case akaPrime = "aka'"

    /// Whether a SIM holds identity and key, so that the payload needs neither.
    package var usesSIM: Bool { self == .sim || self == .aka || self == .akaPrime }

    /// Whether a password proves the identity.
    package var usesPassword: Bool { !usesSIM && self != .tls }

    /// Reads a name without regard to case, hyphens and a leading `EAP`.
    init?(_ text: Span<UInt8>) {
        switch FoldedName(text) {
        case "TLS": self = .tls
        case "TTLS": self = .ttls
        case "PEAP": self = .peap
        case "PWD": self = .pwd
        case "FAST": self = .fast
        case "LEAP": self = .leap
        case "SIM": self = .sim
        case "AKA": self = .aka
        case "AKA'", "AKAPRIME": self = .akaPrime
        default: return nil
        }
    }
}

/// The method inside the tunnel of TTLS, PEAP or FAST.
package enum EAPPhase2: String, Sendable, Hashable, CaseIterable {
    case mschapv2, mschap, pap, chap, gtc, md5, tls

    /// Reads a name without regard to case, hyphens and a leading `EAP`.
    init?(_ text: Span<UInt8>) {
        switch FoldedName(text) {
        case "MSCHAPV2": self = .mschapv2
        case "MSCHAP": self = .mschap
        case "PAP": self = .pap
        case "CHAP": self = .chap
        case "GTC": self = .gtc
        case "MD5": self = .md5
        case "TLS": self = .tls
        default: return nil
        }
    }
}

/// A method's name of up to 16 octets in upper case, without hyphens, underscores, blanks and a leading `EAP`.
private struct FoldedName: Equatable, ExpressibleByStringLiteral {
    /// One octet behind the other; the last in the lowest bits.
    private var octets: UInt128 = 0

    init(stringLiteral name: StaticString) {
        for index in 0..<name.utf8CodeUnitCount { octets = octets << 8 | UInt128(name.utf8Start[index]) }
    }

    /// Folds a name; one that is too long equals none.
    init(_ text: Span<UInt8>) {
        var count = 0
        for index in text.indices where text[index] != 0x2D && text[index] != 0x5F && text[index] != 0x20 {
            octets = octets << 8 | UInt128(text[index].asciiUppercased)
            count += 1
            if count == 3, octets == 0x45_4150 { octets = 0 }
            if octets >> 120 != 0 {
                octets = 0
                return
            }
        }
    }
}
