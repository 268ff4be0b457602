/// Why a payload is none, or why no configuration can be made from it.
///
/// The message names the field, the rule and what was found there (a length, a kind), and never holds an octet of the
/// passphrase or of any other value of the payload.
package struct PayloadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure, under the names of Apple's hotspot configuration errors.
    package enum Code: String, Sendable, CaseIterable {
        /// The text is no payload, or its security type is none that can be joined.
        case invalid
        /// The SSID is missing, empty or longer than 32 octets (IEEE 802.11-2020, 9.4.2.2).
        case invalidSSID
        /// The passphrase, raw key or SAE password is missing or of a form that no network can have.
        case invalidWPAPassphrase
        /// The WEP key is missing or of no length that WEP knows.
        case invalidWEPPassphrase
        /// The EAP method, phase 2, identity or password is missing or unknown.
        case invalidEAPSettings
        /// The payload is well formed and asks for something that is not done: joining by Wi-Fi Easy Connect (DPP).
        case notSupported
    }

    /// The kind of failure.
    package let code: Code
    /// What the failure is about, for a person: `SSID`, `passphrase`, `payload`.
    package let field: String
    /// The field, the rule and what was found, as one sentence without a secret.
    package let message: String
    /// Where in the payload, in octets from its first one; nil where a field is missing altogether.
    package let offset: Int?

    package init(_ code: Code, field: String, message: String, offset: Int? = nil) {
        self.code = code
        self.field = field
        self.message = message
        self.offset = offset
    }

    package var description: String { message }
}
