internal import QRWifi

/// Text from outside in a form that a terminal, a log or a screen may show.
///
/// SSIDs, payloads and daemons' replies are other people's octets. Whatever could move the cursor, change the direction
/// of the text or hide is written as an escape, and octets that are no UTF-8 as `\xNN`; a backslash is doubled, so that
/// the text stands for exactly one run of octets.
public enum PrintableText {
    /// Escapes octets that are meant to be UTF-8.
    public static func escape(_ octets: some Sequence<UInt8>) -> String {
        TerminalText(octets).description
    }

    /// Escapes a text.
    public static func escape(_ text: String) -> String {
        TerminalText(text).description
    }

    /// Whether a character takes a place of its own on a screen and does nothing else.
    public static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isPrintable
    }

    /// Escapes what must not be printed in a sentence whose parts are escaped already: backslashes stay single.
    static func guarded(_ sentence: String) -> String {
        var result = ""
        for scalar in sentence.unicodeScalars {
            if scalar.isPrintable {
                result.unicodeScalars.append(scalar)
            } else {
                result += TerminalText(String(scalar)).description
            }
        }
        return result
    }
}
