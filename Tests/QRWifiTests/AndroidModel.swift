/// What Android makes of a `WIFI:` payload: a model of its rules, written from descriptions of them.
///
/// The scheme and the keys are in upper case; a key has one letter, blanks before it are skipped, other keys are skipped; no
/// closing `;` is needed. A secured network needs a passphrase. Percent pairs and EAP are not known.
struct AndroidModel: Equatable {
    enum Generation: CaseIterable {
        /// Android 10 to 14: splits at every `;` without a backslash right before it, the first of equal keys counts, and
        /// quotation marks around a value are dropped in effect.
        case settings
        /// Since then: escapes are read in order, the last of equal keys counts, quotation marks are kept.
        case framework
    }

    enum Kind { case open, wep, personal, sae }

    var kind: Kind
    var ssid: [UInt8]
    var passphrase: [UInt8]
    var hidden: Bool

    /// Nil where Android refuses.
    init?(_ payload: [UInt8], _ generation: Generation) {
        guard payload.starts(with: "WIFI:".utf8) else { return nil }
        var fields: [UInt8: [UInt8]] = [:]
        for part in Self.parts(payload.dropFirst(5), generation) {
            let part = part.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
            guard let key = part.first, part.dropFirst().first == 0x3A else { continue }
            if generation == .settings, fields[key] != nil { continue }
            var value = Self.unescaped(part.dropFirst(2))
            if generation == .settings, value.count > 1, value.first == 0x22, value.last == 0x22 {
                value = Array(value.dropFirst().dropLast())
            }
            fields[key] = value
        }
        let type = String(decoding: fields[0x54] ?? [], as: UTF8.self)
        if type.isEmpty || type == "nopass" {
            kind = .open
        } else if type.hasPrefix("WEP") {
            kind = .wep
        } else if type.hasPrefix("WPA") {
            kind = fields[0x52] == Array("1".utf8) ? .sae : .personal
        } else if type.hasPrefix("SAE") {
            kind = .sae
        } else {
            return nil
        }
        ssid = fields[0x53] ?? []
        passphrase = kind == .open ? [] : fields[0x50] ?? []
        hidden = String(decoding: fields[0x48] ?? [], as: UTF8.self).lowercased() == "true"
        guard !ssid.isEmpty, kind == .open || !passphrase.isEmpty else { return nil }
    }

    private static func parts(_ text: ArraySlice<UInt8>, _ generation: Generation) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        var index = start
        while index < text.endIndex {
            switch generation {
            case .settings:
                if text[index] == 0x3B, index == text.startIndex || text[index - 1] != 0x5C {
                    parts.append(text[start..<index])
                    start = index + 1
                }
            case .framework:
                if text[index] == 0x5C {
                    index += 1
                } else if text[index] == 0x3B {
                    parts.append(text[start..<index])
                    start = index + 1
                }
            }
            index += 1
        }
        parts.append(text[start...])
        return parts
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var escaped = false
        for octet in text {
            if octet == 0x5C, !escaped {
                escaped = true
            } else {
                result.append(octet)
                escaped = false
            }
        }
        return result
    }
}
