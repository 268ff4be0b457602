/// Why an authentication or an association was answered as it was: the Status Code field (IEEE 802.11-2020, 9.4.1.9).
///
/// The number belongs to the access point: a value outside the table is kept and printed as `unknown (93)`. A status
/// is not a reason: 15 is one thing in this table and another in ``ReasonCode``'s, so keep the phase beside it.
package struct StatusCode: RawRepresentable, Hashable, Sendable {
    /// The number on the air.
    package let rawValue: UInt16

    /// Makes a status from the number on the air.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The standard's name in capitals, `reserved` for a gap in the table or `unknown` beyond it.
    package var name: String {
        Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)] : "unknown"
    }

    /// What the number means, in a few words, or nil when the table does not have it.
    package var meaning: String? {
        name == "reserved" || name == "unknown" ? nil : Self.meanings[Int(rawValue)]
    }

    /// True for the values that continue a handshake: success, and SAE's two markers in a commit (9.4.1.9).
    package var isSuccess: Bool {
        self == .success || self == .saeHashToElement || self == .saePK
    }
}

extension StatusCode: CustomStringConvertible {
    /// The name and the number: `CHALLENGE_FAIL (15)`.
    package var description: String { "\(name) (\(rawValue))" }
}
