import QRWifi

extension PayloadConfiguration {
    /// A valid configuration of any kind, with values that are hard to write.
    static func random(_ generator: inout SeededGenerator) -> PayloadConfiguration {
        let security = WiFiPayload.Security.allCases.randomElement(using: &generator) ?? .wpa
        var result = PayloadConfiguration(
            ssid: text(1...32, &generator),
            security: security,
            hidden: Bool.random(using: &generator)
        )
        switch security {
        case .open: break
        case .owe: result.transitionDisable = 8
        case .wep:
            result.passphrase =
                Bool.random(using: &generator)
                ? ascii(Bool.random(using: &generator) ? 5 : 13, &generator)
                : hex(Bool.random(using: &generator) ? 10 : 26, &generator)
        case .wpa:
            result.isRawPSK = Int.random(in: 0..<8, using: &generator) == 0
            result.passphrase = result.isRawPSK ? hex(64, &generator) : text(8...63, &generator)
            if Int.random(in: 0..<4, using: &generator) == 0 { result.transitionDisable = 2 }
        case .sae:
            result.passphrase = text(1...80, &generator)
            if Int.random(in: 0..<4, using: &generator) == 0 { result.transitionDisable = 1 }
            if Int.random(in: 0..<4, using: &generator) == 0 { result.passwordIdentifier = text(1...20, &generator) }
            if Int.random(in: 0..<8, using: &generator) == 0 {
                result.publicKey = Array(
                    "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACdAEasTAKNg6Wq5rk16U7AEMAvbB/DbdvXIm3vWhYb2w=".utf8
                )
            }
        case .eap:
            let methods: [EAPMethod] = [.ttls, .peap, .pwd, .fast, .leap, .sim, .aka, .akaPrime]
            let method = methods.randomElement(using: &generator) ?? .peap
            result.eapMethod = method
            if method == .ttls || method == .peap {
                result.phase2 = EAPPhase2.allCases.randomElement(using: &generator)
            }
            if !method.usesSIM {
                result.identity = text(1...40, &generator)
                result.passphrase = text(1...40, &generator)
            }
            if Bool.random(using: &generator) { result.anonymousIdentity = text(1...20, &generator) }
        }
        return result
    }

    /// Text whose pieces are what readers trip over.
    private static func text(_ counts: ClosedRange<Int>, _ generator: inout SeededGenerator) -> [UInt8] {
        let pieces = [
            "a", "B", "7", " ", ";", ":", ",", "\\", "\"", "'", "%", "%41", "%3B", "%C3%A9", "S:", "P:", "T:nopass;",
            "H:",
            "I:", "A:", "E:", "PH2:", ";;", "\\;", "0x", "cafe", "é", "日", "🛜", "e\u{301}", "WIFI:", "R:1;", "/", "=",
            "+",
        ]
        let count = Int.random(in: counts, using: &generator)
        var result: [UInt8] = []
        while result.count < count {
            let piece = Array((pieces.randomElement(using: &generator) ?? "a").utf8)
            result += result.count + piece.count <= count ? piece : [UInt8(ascii: "x")]
        }
        return result
    }

    private static func ascii(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0x20...0x7E, using: &generator) }
    }

    private static func hex(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in Array("0123456789abcdefABCDEF".utf8).randomElement(using: &generator) ?? 0x30 }
    }
}
