import Foundation
import QRWifi
import Testing

/// The files under Fixtures/qr.
enum FixtureTable {
    static func url(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(components: "Fixtures", "qr", name)
    }

    /// The rows of a table: columns split at tabs, lines that start with `#` left out.
    static func rows(_ name: String) -> [[String]] {
        guard let text = try? String(contentsOf: url(name), encoding: .utf8) else { return [] }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    }

    /// Octets from their spelling in a table: `<0D>` is one octet, `<61*32>` the same one 32 times.
    static func octets(_ text: some StringProtocol) -> [UInt8] {
        let input = Array(text.utf8)
        var output: [UInt8] = []
        var index = 0
        while index < input.count {
            guard input[index] == UInt8(ascii: "<"), let end = input[index...].firstIndex(of: UInt8(ascii: ">")),
                let parts = Optional(input[(index + 1)..<end].split(separator: UInt8(ascii: "*"))),
                let first = parts.first, first.count == 2,
                let octet = UInt8(String(decoding: first, as: UTF8.self), radix: 16)
            else {
                output.append(input[index])
                index += 1
                continue
            }
            let times = parts.count == 2 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 1 : 1
            output.append(contentsOf: repeatElement(octet, count: times))
            index = end + 1
        }
        return output
    }
}

/// One row of decisions.tsv: a payload and everything that is to be read from it.
struct Decision: Sendable, CustomTestStringConvertible {
    let name: String
    let source: String
    let payload: [UInt8]
    /// Field names and values; nil where the text is no payload at all.
    let fields: [String: [UInt8]]?
    let diagnostics: [String]
    let configuration: String

    var testDescription: String { name }

    static let all: [Decision] = FixtureTable.rows("decisions.tsv").map { columns in
        var fields: [String: [UInt8]]?
        if columns[3] != "!" {
            var values: [String: [UInt8]] = [:]
            for pair in columns[3].split(separator: " ") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                values[String(parts[0])] = FixtureTable.octets(parts[1])
            }
            fields = values
        }
        return Decision(
            name: columns[0],
            source: columns[1],
            payload: FixtureTable.octets(columns[2]),
            fields: fields,
            diagnostics: columns[4] == "-" ? [] : columns[4].split(separator: ",").map(String.init),
            configuration: columns[5]
        )
    }
}

extension WiFiPayload {
    /// The fields under the names of the table.
    var tableFields: [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        result["security"] = security.map { Array($0.rawValue.utf8) }
        result["ssid"] = ssid
        result["passphrase"] = passphrase
        result["hidden"] = hidden ? Array("true".utf8) : nil
        result["transitionDisable"] = transitionDisable.map { Array(String($0).utf8) }
        result["passwordIdentifier"] = passwordIdentifier
        result["publicKey"] = publicKey
        result["identity"] = identity
        result["anonymousIdentity"] = anonymousIdentity
        result["eapMethod"] = eapMethod
        result["phase2"] = phase2
        if let configuration = try? configuration(), configuration.isRawPSK { result["rawPSK"] = Array("true".utf8) }
        return result
    }
}

extension DPPURI {
    /// The fields under the names of the table.
    var tableFields: [String: [UInt8]] {
        var result: [String: [UInt8]] = ["scheme": Array("dpp".utf8)]
        result["publicKey"] = publicKey
        result["information"] = information
        result["host"] = host
        result["version"] = version.map { Array(String($0).utf8) }
        if !channels.isEmpty {
            result["channels"] = Array(channels.map(\.description).joined(separator: ",").utf8)
        }
        result["mac"] = mac.map { Array($0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined().utf8) }
        return result
    }
}
