public import Foundation

/// What somebody below said: a daemon, the bus, the kernel, an access point, or a parser.
///
/// The numbers and names are the speaker's own and are kept as they came, unknown ones too.
public protocol UnderlyingFailure: CustomNSError, CustomStringConvertible, Sendable {
    /// Who speaks: `org.freedesktop.DBus`, `NetworkManager`, `IEEE 802.11`, `nl80211`, `WIFI payload`…
    var domain: String { get }
    /// The number that was said, where there is one.
    var number: Int? { get }
    /// The name of what was said: an error name, a reason, a status.
    var name: String { get }
    /// What was said, in one sentence, safe to print.
    var summary: String { get }
    /// Further facts by name, safe to print, in the order in which they are to be shown.
    var facts: [Fact] { get }
    /// What lies below this.
    var underlyingErrors: [any Error] { get }
}

/// A named fact of an ``UnderlyingFailure``.
public struct Fact: Sendable, Hashable {
    /// The name, in the style of a JSON key.
    public let name: String
    /// The value.
    public let value: String

    /// Makes a fact.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension UnderlyingFailure {
    /// A domain for each type of failure, for Foundation; ``domain`` says who spoke.
    public static var errorDomain: String { "hotspot.\(Self.self)" }
    /// Nothing further.
    public var facts: [Fact] { [] }
    /// Nothing further.
    public var underlyingErrors: [any Error] { [] }
    /// The speaker and its sentence.
    public var description: String { "\(domain): \(summary)" }
    /// The number as Foundation wants it; 0 where there is none.
    public var errorCode: Int { number ?? 0 }
    /// The sentence, under Foundation's key.
    public var errorUserInfo: [String: Any] { [NSLocalizedDescriptionKey: summary] }
}
