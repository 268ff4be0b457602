/// A bootstrapping URI of Wi-Fi Easy Connect (Device Provisioning Protocol, 5.2.1).
package struct DPPURI: Sendable, Hashable {
    /// A channel on which the device listens.
    package struct Channel: Sendable, Hashable, CustomStringConvertible {
        /// The global operating class (IEEE 802.11-2020, table E-4).
        package var operatingClass: UInt8
        /// The channel number in that class.
        package var number: UInt8

        package var description: String { "\(operatingClass)/\(number)" }
    }

    /// The bootstrapping key.
    package private(set) var key: SubjectPublicKeyInfo
    /// The bootstrapping key (`K`) as its base64 text.
    package private(set) var publicKey: [UInt8]
    /// The channels (`C`), none if the URI doesn't say.
    package private(set) var channels: [Channel] = []
    /// The six octets of the MAC address (`M`).
    package private(set) var mac: [UInt8]?
    /// The information for a person (`I`).
    package private(set) var information: [UInt8]?
    /// The protocol version (`V`): 1, 2 or 3.
    package private(set) var version: Int?
    /// The host (`H`): an IPv4 or IPv6 address, or one with a port.
    package private(set) var host: [UInt8]?
    /// The bitmap of curves the device knows (`B`).
    package private(set) var curves: UInt32?
    /// What is unusual.
    package private(set) var diagnostics: [Diagnostic] = []

    private struct Fields {
        var values: [Range<Int>?] = Array(repeating: nil, count: 7)
        var reported: [Bool] = Array(repeating: false, count: 7)
        static let keys: [(UInt8, Diagnostic.Field)] = [
            (0x43, .channels), (0x4D, .mac), (0x49, .information), (0x56, .version), (0x48, .host), (0x42, .curves),
            (0x4B, .publicKey),
        ]
    }

    init(_ octets: Span<UInt8>, frame: PayloadFrame) throws(PayloadError) {
        var fields = Fields()
        var diagnostics: [Diagnostic] = []
        if let offset = frame.blanksBeforeScheme {
            diagnostics.append(Diagnostic(.blanksBeforeScheme, field: nil, offset: offset))
        }
        let end = frame.body.upperBound
        var index = frame.body.lowerBound
        var reportedPart = false
        while index < end {
            if octets[index] == 0x3B || octets[index].isBlank {
                index += 1
                continue
            }
            var stop = index
            while stop < end, octets[stop] != 0x3B { stop += 1 }
            defer { index = stop + 1 }
            if stop - index >= 2, octets[index + 1] == 0x3A {
                guard let key = Fields.keys.firstIndex(where: { [octet = octets[index]] in $0.0 == octet & 0xDF })
                else {
                    continue
                }
                let value = index + 2..<stop
                if let first = fields.values[key] {
                    if !fields.reported[key], !octets.extracting(first).elementsEqual(octets.extracting(value)) {
                        fields.reported[key] = true
                        diagnostics.append(
                            Diagnostic(.duplicateIgnored, field: Fields.keys[key].1, offset: value.lowerBound)
                        )
                    }
                } else if !value.isEmpty {
                    fields.values[key] = value
                }
            } else if !reportedPart {
                var colon = index
                while colon < stop, octets[colon] != 0x3A { colon += 1 }
                guard colon == stop else { continue }
                reportedPart = true
                diagnostics.append(Diagnostic(.partWithoutColon, field: nil, offset: index))
            }
        }
        if end - frame.body.lowerBound < 2 || octets[end - 1] != 0x3B || octets[end - 2] != 0x3B {
            diagnostics.append(Diagnostic(.terminatorIncomplete, field: nil, offset: Swift.max(end - 1, 0)))
        }

        guard let keyRange = fields.values[6] else {
            throw PayloadError(.invalid, field: "public key", message: "the public key (K) of the DPP URI is missing")
        }
        guard let key = SubjectPublicKeyInfo(base64: octets.extracting(keyRange)) else {
            throw Self.refusal(.publicKey, keyRange, "be the base64 of a DER SubjectPublicKeyInfo of an elliptic curve")
        }
        self.key = key
        publicKey = Self.array(octets, keyRange)
        if let range = fields.values[0] {
            guard let channels = Self.channels(octets.extracting(range)) else {
                throw Self.refusal(.channels, range, "be class/channel pairs such as 81/1,115/36")
            }
            self.channels = channels
        }
        if let range = fields.values[1] {
            guard let mac = Self.mac(octets.extracting(range)) else {
                throw Self.refusal(.mac, range, "be 12 hexadecimal digits")
            }
            self.mac = mac
        }
        if let range = fields.values[2] {
            guard !OctetKinds(octets.extracting(range)).control else {
                throw Self.refusal(.information, range, "have no control octets")
            }
            information = Self.array(octets, range)
        }
        if let range = fields.values[3] {
            if range.count == 1, (0x31...0x33).contains(octets[range.lowerBound]) {
                version = Int(octets[range.lowerBound] - 0x30)
            } else {
                diagnostics.append(Diagnostic(.versionUnknown, field: .version, offset: range.lowerBound))
            }
        }
        if let range = fields.values[4] {
            guard HostText.isValid(octets.extracting(range)) else {
                throw Self.refusal(.host, range, "be an IPv4 or IPv6 address, or one with a port")
            }
            host = Self.array(octets, range)
        }
        if let range = fields.values[5] {
            guard range.count <= 8, octets.extracting(range).isHex else {
                throw Self.refusal(.curves, range, "be up to 8 hexadecimal digits")
            }
            curves = range.reduce(into: 0) { [octets = Self.array(octets, range)] in
                $0 = $0 << 4 | UInt32(octets[$1 - range.lowerBound].hexValue ?? 0)
            }
        }
        diagnostics.sort { $0.offset < $1.offset }
        self.diagnostics = diagnostics
    }

    private static func refusal(_ field: Diagnostic.Field, _ range: Range<Int>, _ rule: String) -> PayloadError {
        PayloadError(
            .invalid,
            field: field.name,
            message: "the \(field.name) of the DPP URI (\(range.count) octets) must \(rule)",
            offset: range.lowerBound
        )
    }

    private static func array(_ octets: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        [UInt8](capacity: range.count) { output in
            for index in range { output.append(octets[index]) }
        }
    }

    /// `class/channel`, then more channels of the class or other classes, separated by commas.
    private static func channels(_ text: Span<UInt8>) -> [Channel]? {
        var result: [Channel] = []
        var operatingClass: UInt8?
        var number: Int?
        var digits = 0
        for index in 0...text.count {
            let octet = index < text.count ? text[index] : 0x2C
            switch octet {
            case 0x30...0x39:
                digits += 1
                guard digits <= 3 else { return nil }
                number = (number ?? 0) * 10 + Int(octet - 0x30)
                continue
            case 0x2F:
                guard let value = number, (1...255).contains(value) else { return nil }
                operatingClass = UInt8(value)
            case 0x2C:
                guard let value = number, (1...255).contains(value), let operatingClass else { return nil }
                result.append(Channel(operatingClass: operatingClass, number: UInt8(value)))
            default: return nil
            }
            number = nil
            digits = 0
        }
        return result
    }

    private static func mac(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count == 12, text.isHex else { return nil }
        var result: [UInt8] = []
        for index in 0..<6 {
            guard let high = text[2 * index].hexValue, let low = text[2 * index + 1].hexValue else { return nil }
            result.append(high << 4 | low)
        }
        return result
    }
}

/// Checks of the host of a DPP URI.
enum HostText {
    /// `a.b.c.d`, `a.b.c.d:port`, an IPv6 address, or `[IPv6]:port`.
    static func isValid(_ text: Span<UInt8>) -> Bool {
        guard text.count <= 64, !text.isEmpty else { return false }
        if text[0] == 0x5B {
            for index in text.indices where text[index] == 0x5D {
                guard isIPv6(text.extracting(1..<index)) else { return false }
                if index + 1 == text.count { return true }
                return text[index + 1] == 0x3A && isPort(text.extracting(index + 2..<text.count))
            }
            return false
        }
        if isIPv6(text) { return true }
        for index in text.indices where text[index] == 0x3A {
            return isIPv4(text.extracting(0..<index)) && isPort(text.extracting(index + 1..<text.count))
        }
        return isIPv4(text)
    }

    private static func isPort(_ text: Span<UInt8>) -> Bool {
        guard let value = decimal(text, digits: 5) else { return false }
        return (1...65_535).contains(value)
    }

    private static func decimal(_ text: Span<UInt8>, digits: Int) -> Int? {
        guard (1...digits).contains(text.count) else { return nil }
        var value = 0
        for index in text.indices {
            guard (0x30...0x39).contains(text[index]) else { return nil }
            value = value * 10 + Int(text[index] - 0x30)
        }
        return value
    }

    private static func isIPv4(_ text: Span<UInt8>) -> Bool {
        var parts = 0
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == 0x2E {
            guard let value = decimal(text.extracting(start..<index), digits: 3), value <= 255 else { return false }
            parts += 1
            start = index + 1
        }
        return parts == 4
    }

    /// RFC 4291, 2.2: eight groups of up to four digits, one run of zero groups as `::`, the last two as IPv4.
    private static func isIPv6(_ text: Span<UInt8>) -> Bool {
        guard (2...45).contains(text.count) else { return false }
        var groups = 0
        var hasGap = false
        var index = 0
        if text[0] == 0x3A {
            guard text[1] == 0x3A else { return false }
            hasGap = true
            index = 2
        }
        while index < text.count {
            var end = index
            while end < text.count, text[end] != 0x3A { end += 1 }
            let group = text.extracting(index..<end)
            if end == text.count, isIPv4(group) {
                groups += 2
                break
            }
            guard (1...4).contains(group.count), group.isHex else { return false }
            groups += 1
            guard end < text.count else { break }
            index = end + 1
            guard index < text.count else { return false }
            if text[index] == 0x3A {
                guard !hasGap else { return false }
                hasGap = true
                index += 1
            }
        }
        return hasGap ? groups < 8 : groups == 8
    }
}
