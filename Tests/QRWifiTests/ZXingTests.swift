import Foundation
import QRWifi
import Testing

/// ZXing's Java parser, which reads payloads in a process of its own.
struct ZXingPeer {
    /// What it reads: SSID, type, password, hidden, identity, anonymous identity, EAP method, phase 2.
    struct Reading: Equatable {
        var ssid: [UInt8]
        var type: [UInt8]
        var passphrase: [UInt8]
        var hidden: Bool
        var identity: [UInt8]
        var anonymousIdentity: [UInt8]
        var eapMethod: [UInt8]
        var phase2: [UInt8]
    }

    static let jar = ProcessInfo.processInfo.environment["ZXING_CORE_JAR"] ?? "/usr/share/java/core.jar"

    /// Whether the tests that need it run: where it is installed, and wherever `HOTSPOT_REQUIRE_PEERS` is set.
    static var isWanted: Bool {
        if ProcessInfo.processInfo.environment["HOTSPOT_REQUIRE_PEERS"] != nil { return true }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return FileManager.default.fileExists(atPath: jar)
            && path.contains { FileManager.default.isExecutableFile(atPath: "\($0)/javac") }
    }

    /// What it reads from each payload; nil where it reads nothing.
    static func read(_ payloads: [[UInt8]]) throws -> [Reading?] {
        let source = FixtureTable.url("").deletingLastPathComponent().deletingLastPathComponent()
            .appending(components: "Tests", "Peers", "ZXingPeer.java")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["java", "-cp", jar, source.path]
        let input = FileManager.default.temporaryDirectory.appending(component: "zxing-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: input) }
        try Data(payloads.map { hex($0) + "\n" }.joined().utf8).write(to: input)
        process.standardInput = try FileHandle(forReadingFrom: input)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\n")
        process.waitUntilExit()
        try #require(process.terminationStatus == 0 && lines.count == payloads.count)
        return lines.map { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 8 else { return nil }
            return Reading(
                ssid: octets(words[0]),
                type: octets(words[1]),
                passphrase: octets(words[2]),
                hidden: words[3] == "true",
                identity: octets(words[4]),
                anonymousIdentity: octets(words[5]),
                eapMethod: octets(words[6]),
                phase2: octets(words[7])
            )
        }
    }

    private static func hex(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func octets(_ hex: String) -> [UInt8] {
        if hex == "-" { return [] }
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

extension WiFiPayload {
    /// The names of the fields in which ZXing's reading is another one; `type` by the kind of network it stands for.
    func differences(from reading: ZXingPeer.Reading?) -> [String] {
        guard let reading else { return ["refused"] }
        var names: [String] = []
        func compare(_ name: String, _ mine: [UInt8]?, _ theirs: [UInt8]) {
            if (mine ?? []) != theirs { names.append(name) }
        }
        compare("ssid", ssid, reading.ssid)
        let type = String(decoding: reading.type, as: UTF8.self)
        let kind: Security? =
            switch type {
            case "nopass": .open
            case "WEP": .wep
            case "WPA", "WPA2", "WPA/WPA2": .wpa
            case "SAE": .sae
            case "WPA2-EAP": .eap
            default: nil
            }
        if kind != security { names.append("type") }
        compare("passphrase", passphrase, reading.passphrase)
        if hidden != reading.hidden { names.append("hidden") }
        compare("identity", identity ?? passwordIdentifier, reading.identity)
        compare("anonymousIdentity", anonymousIdentity, reading.anonymousIdentity)
        compare("eapMethod", eapMethod, reading.eapMethod)
        compare("phase2", phase2, reading.phase2)
        return names
    }
}

@Suite("ZXing reads what we read", .enabled(if: ZXingPeer.isWanted))
struct ZXingTests {
    @Test("every difference in the table of decisions is a known one with a reason")
    func decisions() throws {
        var rows: [(name: String, payload: WiFiPayload, octets: [UInt8])] = []
        for row in Decision.all where String(validating: row.payload, as: UTF8.self) != nil {
            if let payload = try? WiFiPayload(row.payload) { rows.append((row.name, payload, row.payload)) }
        }
        let readings = try ZXingPeer.read(rows.map(\.octets))
        var found: [String: String] = [:]
        for (row, reading) in zip(rows, readings) {
            let differences = row.payload.differences(from: reading)
            if !differences.isEmpty { found[row.name] = differences.joined(separator: ",") }
        }
        var known: [String: String] = [:]
        for columns in FixtureTable.rows("zxing-differences.tsv") {
            known[columns[0]] = columns[1]
            #expect(columns.count == 3 && !columns[2].isEmpty, "\(columns[0]) has no reason")
        }
        for (name, fields) in found.sorted(by: { $0.key < $1.key }) where known[name] != fields {
            Issue.record("\(name)\t\(fields)\tis not a known difference (known: \(known[name] ?? "none"))")
        }
        for name in known.keys.sorted() where found[name] == nil { Issue.record("\(name) is no difference any more") }
    }

    @Test("ZXing reads everything that is written as it was meant")
    func written() throws {
        var generator = SeededGenerator(seed: 4)
        let configurations = (0..<4_000).map { _ in PayloadConfiguration.random(&generator) }
        let written = try configurations.map { try WrittenPayload($0).octets }
        let readings = try ZXingPeer.read(written)
        for (payload, reading) in zip(written, readings) {
            let mine = try WiFiPayload(payload)
            var differences = mine.differences(from: reading)
            // An OWE network is written as an open one, with `R` to tell.
            if mine.security == .owe { differences.removeAll { $0 == "type" } }
            guard differences.isEmpty else {
                Issue.record("\(differences) of \(String(decoding: payload, as: UTF8.self))")
                return
            }
        }
    }
}
