import Foundation
import HotspotCore

/// Prints how a join ended.
struct Report {
    let isJSON: Bool
    let isQuiet: Bool

    func success(_ network: JoinedNetwork) {
        if isJSON {
            printJSON(Outcome(joined: network, error: nil))
        } else if !isQuiet {
            print(Self.text(network))
        }
        // The program may stay to hold the link, and whoever reads a pipe wants to know now.
        fflush(nil)
    }

    func failure(_ error: HotspotConfigurationError) {
        if isJSON {
            printJSON(Outcome(joined: nil, error: error))
        } else {
            StandardError.print("hotspot: " + error.detailedDescription())
        }
    }

    /// What was left.
    func left(_ networks: [LeftNetwork]) {
        if isJSON {
            printJSON(Leaving(left: networks))
        } else if !isQuiet {
            for network in networks { print("left \"\(network.ssid)\" on \(PrintableText.escape(network.interface))") }
        }
        fflush(nil)
    }

    /// What happens to a link that is held, on standard error: the result has been printed.
    func change(_ text: String) {
        if !isQuiet { StandardError.print("hotspot: " + text) }
    }

    /// The channel and its frequency, as far as they are known.
    static func place(_ network: JoinedNetwork) -> String {
        let channel = network.channel.map { "channel \($0)" }
        return [channel, network.frequency.map { "(\($0) MHz)" }].compactMap(\.self).joined(separator: " ")
    }

    /// What was joined, for a person.
    static func text(_ network: JoinedNetwork) -> String {
        var lines = ["joined \"\(network.ssid)\""]
        func add(_ name: String, _ value: String) {
            lines.append("  " + name.padding(toLength: 14, withPad: " ", startingAt: 0) + value)
        }
        let accessPoint = [network.bssid ?? "unknown", place(network)].filter { !$0.isEmpty }
        add("access point", accessPoint.joined(separator: ", "))
        add("security", network.security.description)
        if let signal = network.signal {
            add("signal", "\(signal) dBm")
        } else if let strength = network.signalStrength {
            add("signal", "\(Int((strength * 100).rounded())) %")
        }
        // Every interface has a link-local address of its own making: it says nothing about the network.
        let given = network.addresses.filter { !$0.hasPrefix("fe80:") }
        let addresses = given.isEmpty ? network.addresses : given
        var address = addresses.isEmpty ? "none" : addresses.joined(separator: ", ")
        address += " on \(network.interface)"
        if let gateway = network.gateway { address += ", gateway \(gateway)" }
        add("address", address)
        let total = network.phaseDurations.reduce(0) { $0 + $1.milliseconds }
        let phases = network.phaseDurations.map { "\($0.phase.rawValue) \($0.milliseconds)" }.joined(separator: ", ")
        add("took", "\(total) ms: \(phases)")
        return lines.joined(separator: "\n")
    }

    private struct Outcome: Encodable {
        let joined: JoinedNetwork?
        let error: HotspotConfigurationError?
    }

    private struct Leaving: Encodable {
        let left: [LeftNetwork]
    }

    /// The same JSON, with every character that a terminal could act on as an escape: beyond ASCII the encoder leaves
    /// them as they are, and they can only stand inside strings.
    static func guarded(_ json: String) -> String {
        var result = ""
        for scalar in json.unicodeScalars {
            if scalar.value < 0x7F || PrintableText.isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    result += "\\u" + String(repeating: "0", count: 4 - String(unit, radix: 16).count)
                    result += String(unit, radix: 16)
                }
            }
        }
        return result
    }

    private func printJSON(_ outcome: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        if let data = try? encoder.encode(outcome) {
            print(Self.guarded(String(decoding: data, as: UTF8.self)))
        }
    }
}
