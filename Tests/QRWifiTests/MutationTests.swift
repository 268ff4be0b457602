import QRWifi
import Testing

/// Payloads that are broken at random, the same in every run.
private struct Mutator {
    private var generator: SeededGenerator
    private let seeds: [[UInt8]]
    private let pieces: [[UInt8]] = [
        ";", ";;", ":", "\\", "\\;", "\"", "%", "%3B", "%C3", "\u{FEFF}", "WIFI:", "DPP:", "T:", "S:", "P:", "H:", "R:",
        "I:",
        "K:", "E:", "PH2:", "A:", "U:", "nopass", "WPA", "SAE", "WPA2-EAP", "true", "\0", "\u{1B}[31m", "\r\n",
        "\u{202E}",
        "C:81/1,", "M:", "V:", "0x",
    ].map { Array($0.utf8) }

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        seeds = Decision.all.map(\.payload).filter { $0.count < 200 }
    }

    mutating func next() -> [UInt8] {
        var octets = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
        let random = generator.next()
        for step in 0...Int(random & 3) {
            let place = octets.isEmpty ? 0 : Int((random >> (8 + 8 * UInt64(step))) & 0xFF) % octets.count
            switch (random >> (40 + 3 * UInt64(step))) & 7 {
            case 0 where !octets.isEmpty: octets[place] = UInt8(truncatingIfNeeded: random >> 56)
            case 1 where !octets.isEmpty: octets[place] ^= 1 << UInt8((random >> 58) & 7)
            case 2 where !octets.isEmpty: octets.remove(at: place)
            case 3: octets.removeSubrange(place...)
            case 4: octets.insert(UInt8(truncatingIfNeeded: random >> 52), at: place)
            case 5 where octets.count < 400: octets.append(contentsOf: octets[place...])
            default:
                octets.insert(
                    contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &generator)],
                    at: place
                )
            }
        }
        return octets
    }
}

@Suite("Broken payloads") struct MutationTests {
    /// As many for each seed, so that they run side by side.
    static let count = 130_000

    @Test("a million payloads broken at random are read or refused, and what is read obeys the rules", arguments: 0..<8)
    func mutations(_ seed: Int) throws {
        var mutator = Mutator(seed: UInt64(100 + seed))
        for index in 0..<Self.count {
            let octets = mutator.next()
            guard let payload = try? QRPayload(octets) else { continue }
            if case .wifi(let payload) = payload, let problem = Self.problem(payload, octets) {
                Issue.record("\(problem): \(octets)")
                return
            }
            if index.isMultiple(of: 200), let problem = Self.reportProblem(octets) {
                Issue.record("\(problem): \(octets)")
                return
            }
        }
    }

    private static func problem(_ payload: WiFiPayload, _ octets: [UInt8]) -> String? {
        if payload.diagnostics.count > 60 { return "diagnostics without a bound" }
        for diagnostic in payload.diagnostics where diagnostic.offset >= octets.count {
            return "an offset behind the end"
        }
        let codes = Set(payload.diagnostics.map(\.code))
        let ssid = payload.ssid ?? []
        if codes.contains(.ssidNotUTF8) != (String(validating: ssid, as: UTF8.self) == nil) { return "UTF-8" }
        if codes.contains(.ssidControlOctets) != ssid.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "controls" }
        if payload.security == .wpa {
            let isASCII = (payload.passphrase ?? []).allSatisfy { (0x20...0x7E).contains($0) }
            if codes.contains(.passphraseNotASCII) == isASCII { return "ASCII" }
        }
        guard let configuration = try? payload.configuration() else { return nil }
        guard (1...32).contains(configuration.ssid.count) else { return "an SSID of a length that is none" }
        switch configuration.security {
        case .open, .owe:
            if configuration.passphrase != nil { return "a passphrase of an open network" }
        case .wpa:
            if !(8...64).contains(configuration.passphrase?.count ?? 0) { return "a passphrase of a wrong length" }
        case .sae, .wep, .eap: break
        }
        do { try configuration.validate() } catch { return "a configuration that isn't valid: \(error)" }
        return nil
    }

    private static func reportProblem(_ octets: [UInt8]) -> String? {
        let report = PayloadReport(octets)
        for text in [report.text(showsSecrets: true), report.text(showsSecrets: false), report.json()] {
            for scalar in text.unicodeScalars where scalar != "\n" && !scalar.isPrintable {
                return "text a terminal acts on"
            }
        }
        return nil
    }

    /// A payload of about `count` octets that is the worst for some part of the reader.
    private static let patterns: [(name: String, head: String, unit: String)] = [
        ("parts", "WIFI:S:a;", "j;"), ("unknown fields", "WIFI:S:a;", "x:;"), ("semicolons", "WIFI:S:a;", ";"),
        ("duplicates", "WIFI:S:a;", "S:b;"), ("blanks", "WIFI:S:a;", " "), ("escapes", "WIFI:S:a;P:", "\\;"),
        ("quotes", "WIFI:P:\"", "\\\""), ("backslashes", "WIFI:P:\"", "\\\\"), ("percent", "WIFI:S:a;P:", "%3B"),
        ("half percent", "WIFI:S:a;P:", "%3"), ("type", "WIFI:T:", "WPA/"), ("type escapes", "WIFI:T:", "\\E"),
        ("long key", "WIFI:", "keykey"), ("colons", "WIFI:x", ":"), ("trailing controls", "WIFI:S:a;", "\u{1}"),
        ("leading blanks", "", " "), ("UTF-8", "WIFI:S:", "\u{E9}"), ("DPP parts", "DPP:", "j;"),
        ("DPP key", "DPP:K:", "MDkw"),
        ("DPP channels", "DPP:K:M;C:", "81/1,"), ("DPP duplicates", "DPP:", "V:2;V:3;"), ("transition", "WIFI:R:", "0"),
        ("same duplicates", "WIFI:S:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;", "S:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;"),
    ]

    @Test("time grows with the length and no faster", arguments: patterns.indices)
    func linearity(_ index: Int) {
        let pattern = Self.patterns[index]
        func payload(_ count: Int) -> [UInt8] {
            let unit = Array(pattern.unit.utf8)
            var octets = Array(pattern.head.utf8)
            while octets.count + unit.count <= count { octets += unit }
            return octets
        }
        func time(_ payload: [UInt8], _ times: Int) -> Duration {
            let clock = ContinuousClock()
            return (0..<5).map { _ in
                clock.measure { for _ in 0..<times { _ = try? QRPayload(payload) } }
            }.min() ?? .zero
        }
        let short = time(payload(440), 16)
        let long = time(payload(7_040), 16)
        // 16 times the length: 16 times the time if linear, 256 times if quadratic.
        #expect(long < short * 100, "\(pattern.name): \(long) for 16 times the length of \(short)")
    }
}
