/// What the `T` field of a payload says, before the other fields are looked at.
enum SecurityType: Sendable {
    /// `T` is missing or empty.
    case missing
    case open, owe, wep, wpa, sae, eap
    /// Android's wireless debugging.
    case adb
    /// None of these; never to be read as open.
    case unknown

    /// Reads the decoded value of `T`, without case.
    @inline(__always)
    init(_ text: Span<UInt8>) {
        if text.isEmpty {
            self = .missing
        } else if text.equalsFolded("WPA") {
            self = .wpa
        } else {
            self = Self.named(text)
        }
    }

    @inline(never)
    private static func named(_ text: Span<UInt8>) -> SecurityType {
        guard text.count <= 32 else { return .unknown }
        if text.equalsFolded("NOPASS") || text.equalsFolded("NONE") || text.equalsFolded("OPEN") { return .open }
        if text.equalsFolded("OWE") { return .owe }
        if text.equalsFolded("SAE") { return .sae }
        if text.equalsFolded("WPA2-EAP") { return .eap }
        if text.equalsFolded("ADB") { return .adb }
        if text.containsFolded("EAP") || text.containsFolded("ENTERPRISE") { return .eap }
        return personal(text)
    }

    /// Names such as `WPA2-PSK`, `WPA/WPA2`, `WPA2/WPA3-Personal`, `sae-mixed`, `WEP128`: known words and separators.
    private static func personal(_ text: Span<UInt8>) -> SecurityType {
        var older = false
        var newer = false
        var neutral = false
        var wep = false
        var start = 0
        while start <= text.count {
            var end = start
            while end < text.count, !isSeparator(text[end]) { end += 1 }
            let word = text.extracting(start..<end)
            if word.equalsFolded("WPA3") || word.equalsFolded("SAE") {
                newer = true
            } else if word.equalsFolded("WPA") || word.equalsFolded("WPA1") || word.equalsFolded("WPA2")
                || word.equalsFolded("PSK") || word.equalsFolded("PSK2") || word.equalsFolded("MIXED")
                || word.equalsFolded("TRANSITION") || word.equalsFolded("WPAWPA2") || word.equalsFolded("WPA2WPA3")
            {
                older = true
            } else if word.equalsFolded("WEP") || word.equalsFolded("WEP40") || word.equalsFolded("WEP64")
                || word.equalsFolded("WEP104") || word.equalsFolded("WEP128")
            {
                wep = true
            } else if word.equalsFolded("PERSONAL") || word.equalsFolded("AES") || word.equalsFolded("CCMP")
                || word.equalsFolded("TKIP")
            {
                neutral = true
            } else {
                return .unknown
            }
            start = end + 1
        }
        if wep { return older || newer || neutral ? .unknown : .wep }
        if older { return .wpa }
        return newer ? .sae : .unknown
    }

    private static func isSeparator(_ octet: UInt8) -> Bool {
        octet == 0x2F || octet == 0x2D || octet == 0x5F || octet == 0x20 || octet == 0x2B
    }
}

extension Span<UInt8> {
    /// Whether `text` (ASCII, upper case) occurs when letters are compared without case.
    func containsFolded(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count >= length else { return false }
        for start in 0...(count - length) where extracting(start..<start + length).equalsFolded(text) { return true }
        return false
    }
}
