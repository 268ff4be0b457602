import Foundation
import HotspotCore

/// Prints how a join ended.
struct Report {
    let isJSON: Bool
    let isQuiet: Bool

    /// What was joined.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `outputFailed`.
    func success(_ network: JoinedNetwork) throws(HotspotConfigurationError) {
        let what = "\"\(network.ssid)\" is joined; the result"
        if isJSON {
            try StandardOutput.print(Self.json(Outcome(joined: network, error: nil)), what)
        } else if !isQuiet {
            try StandardOutput.print(Self.text(network), what)
        }
    }

    /// Why nothing came of it, or why a link has ended.
    ///
    /// Where standard output takes no JSON the error goes to standard error, as text.
    func failure(_ error: HotspotConfigurationError, isAfterResult: Bool = false) {
        let outcome = Outcome(joined: nil, error: error)
        if isJSON, (try? StandardOutput.print(isAfterResult ? Self.line(outcome) : Self.json(outcome))) != nil {
            return
        }
        StandardError.print("hotspot: " + error.detailedDescription())
    }

    /// What was left, and why the rest was not.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `outputFailed`.
    func left(
        _ networks: [LeftNetwork],
        _ failure: HotspotConfigurationError?
    ) throws(HotspotConfigurationError) {
        if networks.isEmpty, let failure { return self.failure(failure) }
        let what = "\(networks.count) network\(networks.count == 1 ? " was" : "s were") left; the result"
        if isJSON {
            return try StandardOutput.print(Self.json(Leaving(left: networks, error: failure)), what)
        }
        if !isQuiet {
            for network in networks {
                try StandardOutput.print("left \"\(network.ssid)\" on \(PrintableText.escape(network.interface))", what)
            }
        }
        if let failure { self.failure(failure) }
    }

    /// What was forgotten.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `outputFailed`.
    func forgotten(_ networks: [SSID]) throws(HotspotConfigurationError) {
        let what = "\(networks.count) network\(networks.count == 1 ? " was" : "s were") forgotten; the result"
        if isJSON {
            try StandardOutput.print(Self.json(Forgetting(forgotten: networks.map { NetworkName($0) })), what)
        } else if !isQuiet {
            for name in networks { try StandardOutput.print("forgot \"\(name)\"", what) }
        }
    }

    /// What happens to a link that is held: a sentence on standard error, or an object on a line of standard output.
    ///
    /// The result has been printed: who does not read on misses nothing that he asked for.
    func change(_ event: LinkEvent, _ text: String) {
        if isJSON {
            try? StandardOutput.print(Self.line(event))
        } else if !isQuiet {
            StandardError.print("hotspot: " + text)
        }
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
        let error: HotspotConfigurationError?
    }

    private struct Forgetting: Encodable {
        let forgotten: [NetworkName]
    }

    /// A network's name as the JSON forms have it: `ssid` is absent where the octets are no UTF-8.
    struct NetworkName: Encodable {
        let ssid: String?
        let ssidHex: String

        init(_ ssid: SSID) {
            self.ssid = ssid.text
            ssidHex = ssid.hexadecimal
        }
    }

    /// One thing that happens to a link after it was joined.
    struct LinkEvent: Encodable {
        enum Kind: String, Encodable {
            case holding, notRegistered, lost, channelChanged, rejoined, left
        }

        let event: Kind
        let ssid: String?
        let ssidHex: String
        var message: String?
        var network: JoinedNetwork?

        init(_ event: Kind, _ ssid: SSID, message: String? = nil, network: JoinedNetwork? = nil) {
            self.event = event
            self.ssid = ssid.text
            ssidHex = ssid.hexadecimal
            self.message = message
            self.network = network
        }
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

    /// A result, for people as well.
    private static func json(_ value: some Encodable) -> String {
        encoded(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    }

    /// What is to stand on one line.
    static func line(_ value: some Encodable) -> String {
        encoded(value, [.sortedKeys, .withoutEscapingSlashes])
    }

    private static func encoded(_ value: some Encodable, _ format: JSONEncoder.OutputFormatting) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = format
        // Texts and numbers, but for none that JSON has no form for: the encoder refuses nothing.
        guard let data = try? encoder.encode(value) else { return "{}" }
        return guarded(String(decoding: data, as: UTF8.self))
    }
}
