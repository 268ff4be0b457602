internal import QRWifi

/// What the reader of `WIFI:` payloads said.
public struct PayloadFailure: UnderlyingFailure {
    /// The field that it was about.
    public let field: String
    /// The rule and what was found; never a value of the payload.
    public let summary: String
    /// Where in the payload, in octets from its beginning.
    public let offset: Int?

    /// `WIFI payload`.
    public var domain: String { "WIFI payload" }
    /// None: the reader's findings have names.
    public var number: Int? { nil }
    /// The field.
    public var name: String { field }
    /// The offset, where there is one.
    public var facts: [Fact] { offset.map { [Fact("offset", "\($0)")] } ?? [] }
}

extension HotspotConfigurationError {
    /// Decides what a refusal by the payload's rules is.
    ///
    /// - Parameters:
    ///   - error: the rule that was broken.
    ///   - isPayload: whether a payload was read, so that the place in it is a fact of its own.
    init(payload error: PayloadError, isPayload: Bool = true) {
        self.init(
            Self.cause(of: error.code),
            error.message,
            underlying: isPayload
                ? [PayloadFailure(field: error.field, summary: error.message, offset: error.offset)] : []
        )
    }

    /// The cause that a kind of refusal stands for.
    static func cause(of code: PayloadError.Code) -> Cause {
        switch code {
        case .invalid: .unreadablePayload
        case .invalidSSID: .malformedSSID
        case .invalidWPAPassphrase: .malformedPassphrase
        case .invalidWEPPassphrase: .malformedWEPKey
        case .invalidEAPSettings: .malformedEAPSettings
        case .notSupported: .notSupported
        }
    }
}
