/// Text from outside in a form that a terminal, a log or a screen may show.
///
/// SSIDs, payloads and daemons' replies are other people's octets. Whatever could move the cursor, change the direction
/// of the text or hide is written as an escape, and octets that are no UTF-8 as `\xNN`.
public enum PrintableText {
    /// Escapes octets that are meant to be UTF-8.
    public static func escape(_ octets: some Sequence<UInt8>) -> String {
        var result = ""
        var decoder = UTF8()
        let octets = Array(octets)
        var position = 0
        while position < octets.count {
            var iterator = octets[position...].makeIterator()
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                append(scalar, to: &result)
                position += UTF8.width(scalar)
            case .error, .emptyInput:
                result += "\\x" + hex(UInt32(octets[position]), digits: 2)
                position += 1
            }
            decoder = UTF8()
        }
        return result
    }

    /// Escapes a text.
    public static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars { append(scalar, to: &result) }
        return result
    }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        default:
            if isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else if scalar.value < 0x80 {
                result += "\\x" + hex(scalar.value, digits: 2)
            } else {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            }
        }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
