/// Why a station was deauthenticated or disassociated: the Reason Code field (IEEE 802.11-2020, 9.4.1.7).
///
/// The number belongs to the sender: a value outside the table is kept and printed as `unknown (93)`. It means nothing
/// without its sender: the kernel uses 3 for its own leave, an access point for its own shutdown.
package struct ReasonCode: RawRepresentable, Hashable, Sendable {
    /// The number on the air.
    package let rawValue: UInt16

    /// Makes a reason from the number on the air.
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
}

extension ReasonCode: CustomStringConvertible {
    /// The name and the number: `4WAY_HANDSHAKE_TIMEOUT (15)`.
    package var description: String { "\(name) (\(rawValue))" }
}
