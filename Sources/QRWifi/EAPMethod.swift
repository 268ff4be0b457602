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
        guard let name = FoldedName(text) else { return nil }
        if name == "AKAPRIME" {
            self = .akaPrime
        } else if let method = Self.allCases.first(where: { name == $0.rawValue.uppercased() }) {
            self = method
        } else {
            return nil
        }
    }
}

/// The method inside the tunnel of TTLS, PEAP or FAST.
package enum EAPPhase2: String, Sendable, Hashable, CaseIterable {
    case mschapv2, mschap, pap, chap, gtc, md5, tls

    /// Reads a name without regard to case, hyphens and a leading `EAP`.
    init?(_ text: Span<UInt8>) {
        guard let name = FoldedName(text),
            let method = Self.allCases.first(where: { name == $0.rawValue.uppercased() })
        else { return nil }
        self = method
    }
}

/// A method's name in upper case, without hyphens, underscores, blanks and a leading `EAP`.
private struct FoldedName {
    var octets: [UInt8] = []

    init?(_ text: Span<UInt8>) {
        guard text.count <= 32 else { return nil }
        for index in text.indices where text[index] != 0x2D && text[index] != 0x5F && text[index] != 0x20 {
            octets.append(text[index].asciiUppercased)
        }
        if octets.count > 3, octets.starts(with: "EAP".utf8) { octets.removeFirst(3) }
    }

    static func == (name: FoldedName, text: String) -> Bool { name.octets.elementsEqual(text.utf8) }
}
