/// What a payload says, what is unusual about it and what would be joined, explained for a person or a program.
package struct PayloadReport: Sendable {
    private let octets: [UInt8]
    private let reading: PayloadReading
    private let payload: QRPayload?

    /// Why nothing can be joined by the payload; nil where a configuration can be made.
    package let error: PayloadError?

    /// Reads a payload and makes a configuration of it.
    package init(_ octets: [UInt8], reading: PayloadReading = .automatic) {
        self.octets = octets
        self.reading = reading
        do {
            payload = try QRPayload(octets, reading: reading)
        } catch {
            payload = nil
            self.error = error
            return
        }
        do {
            _ = try payload?.configuration()
            error = nil
        } catch {
            self.error = error
        }
    }

    private var diagnostics: [Diagnostic] { payload?.diagnostics ?? [] }

    // MARK: Text

    /// The report as lines that are safe for a terminal.
    ///
    /// - Parameter showsSecrets: Whether the passphrase is shown, and the payload without stars.
    /// - Returns: Lines that end in line feeds.
    package func text(showsSecrets: Bool) -> String {
        var lines: [String] = []
        let excerpt = PayloadExcerpt(octets, reading: reading, showsSecrets: showsSecrets)
        switch payload {
        case .wifi(let payload):
            lines.append("WIFI: payload, \(octets.count) octets")
            lines += Self.aligned(rows(payload, showsSecrets: showsSecrets))
        case .dpp(let uri):
            lines.append("DPP: URI (Wi-Fi Easy Connect), \(octets.count) octets")
            lines += Self.aligned(rows(uri))
        case nil: lines.append("no payload, \(octets.count) octets")
        }
        for diagnostic in diagnostics {
            lines.append("")
            lines.append("octet \(diagnostic.offset): \(diagnostic.message) [\(diagnostic.code.rawValue)]")
            let (text, caret) = excerpt.lines(at: diagnostic.offset)
            lines += ["    " + text, "    " + caret]
        }
        lines.append("")
        lines += verdict(excerpt)
        return lines.joined(separator: "\n") + "\n"
    }

    private func verdict(_ excerpt: PayloadExcerpt) -> [String] {
        guard let error else {
            guard case .wifi(let payload) = payload, let ssid = payload.ssid, let security = payload.security else {
                return []
            }
            return ["would join: \(TerminalText(ssid)), \(Self.explained(security))"]
        }
        var lines = ["would be refused: \(error.message) [\(error.code.rawValue)]"]
        if let offset = error.offset, payload != nil {
            let (text, caret) = excerpt.lines(at: offset)
            lines += ["    " + text, "    " + caret]
        }
        return lines
    }

    private func rows(_ payload: WiFiPayload, showsSecrets: Bool) -> [(String, String)] {
        var rows: [(String, String)] = []
        func add(_ name: String, _ value: [UInt8]?) {
            if let value { rows.append((name, TerminalText(value).description)) }
        }
        add("SSID", payload.ssid)
        if let ssid = payload.ssid, !ssid.allSatisfy({ (0x20...0x7E).contains($0) }) {
            rows.append(("SSID octets", Self.hex(ssid)))
        }
        rows.append(("security", payload.security.map(Self.explained) ?? "unknown"))
        if let passphrase = payload.passphrase {
            if showsSecrets {
                add("passphrase", passphrase)
            } else {
                rows.append(("passphrase", "\(passphrase.count) octets (--show-secrets shows them)"))
            }
        }
        if payload.hidden { rows.append(("hidden", "yes")) }
        if let bitmap = payload.transitionDisable {
            rows.append(("transition disable", Self.explained(bitmap: bitmap)))
        }
        add("password identifier", payload.passwordIdentifier)
        add("public key", payload.publicKey)
        add("EAP method", payload.eapMethod)
        add("phase 2", payload.phase2)
        add("identity", payload.identity)
        add("anonymous identity", payload.anonymousIdentity)
        return rows
    }

    private func rows(_ uri: DPPURI) -> [(String, String)] {
        var rows = [("public key", "\(uri.key.curve.rawValue), \(TerminalText(uri.publicKey))")]
        if let information = uri.information { rows.append(("information", TerminalText(information).description)) }
        if let mac = uri.mac { rows.append(("MAC address", Self.address(mac))) }
        if let version = uri.version { rows.append(("version", String(version))) }
        if let host = uri.host { rows.append(("host", TerminalText(host).description)) }
        if !uri.channels.isEmpty {
            rows.append(("channels", uri.channels.map(\.description).joined(separator: ", ")))
        }
        return rows
    }

    private static func aligned(_ rows: [(String, String)]) -> [String] {
        let width = rows.map(\.0.utf8.count).max() ?? 0
        return rows.map { "  " + $0.0 + String(repeating: " ", count: width - $0.0.utf8.count + 2) + $0.1 }
    }

    private static func explained(_ security: WiFiPayload.Security) -> String {
        switch security {
        case .open: "open (OWE where it is offered)"
        case .owe: "OWE only"
        case .wep: "WEP"
        case .wpa: "WPA personal (SAE where it is offered)"
        case .sae: "SAE only (WPA3-Personal)"
        case .eap: "EAP (WPA-Enterprise)"
        }
    }

    private static func explained(bitmap: UInt8) -> String {
        let names = ["WPA3-Personal only", "SAE-PK", "WPA3-Enterprise only", "Enhanced Open only"]
        let set = names.enumerated().filter { bitmap & (1 << UInt8($0.offset)) != 0 }.map(\.element)
        return "\(bitmap)" + (set.isEmpty ? "" : " (" + set.joined(separator: ", ") + ")")
    }

    private static func hex(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func address(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }

    // MARK: JSON

    /// The report as one JSON object, with the passphrase.
    ///
    /// Text that is not UTF-8 is left out under its own key and given in hexadecimal digits under the key with `Hex`; the
    /// SSID always is.
    package func json() -> String {
        var members: [(key: String, value: JSONText)] = []
        func add(_ key: String, _ value: [UInt8]?, hex: Bool = false) {
            guard let value else { return }
            let isText = value.span.isUTF8
            if isText { members.append((key, .string(String(decoding: value, as: UTF8.self)))) }
            if hex || !isText { members.append((key + "Hex", .string(Self.hex(value)))) }
        }
        switch payload {
        case .wifi(let payload):
            members.append(("scheme", .string("WIFI")))
            add("ssid", payload.ssid, hex: true)
            if let security = payload.security { members.append(("security", .string(security.rawValue))) }
            add("passphrase", payload.passphrase)
            members.append(("hidden", .bool(payload.hidden)))
            if let bitmap = payload.transitionDisable { members.append(("transitionDisable", .number(Int(bitmap)))) }
            add("passwordIdentifier", payload.passwordIdentifier)
            add("publicKey", payload.publicKey)
            add("identity", payload.identity)
            add("anonymousIdentity", payload.anonymousIdentity)
            add("eapMethod", payload.eapMethod)
            add("phase2", payload.phase2)
        case .dpp(let uri):
            members.append(("scheme", .string("DPP")))
            add("publicKey", uri.publicKey)
            add("information", uri.information)
            if let mac = uri.mac { members.append(("mac", .string(Self.address(mac)))) }
            if let version = uri.version { members.append(("version", .number(version))) }
            add("host", uri.host)
            if !uri.channels.isEmpty {
                members.append(("channels", .array(uri.channels.map { .string($0.description) })))
            }
        case nil: break
        }
        members.append(
            (
                "diagnostics",
                .array(
                    diagnostics.map {
                        .object([
                            ("code", .string($0.code.rawValue)), ("offset", .number($0.offset)),
                            ("message", .string($0.message)),
                        ])
                    }
                )
            )
        )
        members.append(("configuration", .string(error?.code.rawValue ?? "ok")))
        if let error {
            var object: [(key: String, value: JSONText)] = [
                ("code", .string(error.code.rawValue)), ("field", .string(error.field)),
                ("message", .string(error.message)),
            ]
            if let offset = error.offset { object.append(("offset", .number(offset))) }
            members.append(("error", .object(object)))
        }
        return JSONText.object(members).text() + "\n"
    }
}
