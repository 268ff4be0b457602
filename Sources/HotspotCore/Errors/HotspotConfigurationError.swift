public import Foundation

/// Why a configuration was refused or a network was not joined: the one error type of this library.
///
/// The ``code`` is Apple's, the ``cause`` is in our own words and more precise, the ``message`` says what failed, on what,
/// and the ``remedy`` what to do next. ``underlyingErrors`` go down to what the kernel, the daemon or the access point
/// really said. No part of it ever holds a secret, and all of it is safe to print.
///
/// ```swift
/// do {
///     try await HotspotConfigurationManager.shared.apply(configuration)
/// } catch HotspotConfigurationError.invalidWPAPassphrase {
///     askForThePassphraseAgain()
/// } catch {
///     show(error.detailedDescription())
/// }
/// ```
///
/// There is no `==`: compare ``code`` or ``cause``.
public struct HotspotConfigurationError: Error, Sendable {
    /// What went wrong, in words of our own.
    public let cause: Cause
    /// How far the evidence goes for the cause.
    public let confidence: Confidence
    /// What failed, and on what.
    public let message: String
    /// What would mend it; nil where there is nothing better than the first of the cause's ``Cause/remedies``, which the text
    /// and the JSON form have then.
    public let remedy: String?
    /// The phase in which it failed.
    public internal(set) var phase: JoinPhase
    /// How long each phase took, up to the failure; empty where nothing was begun.
    public internal(set) var phaseDurations: [PhaseDuration] = []
    /// What was heard from below, nearest first.
    public internal(set) var underlyingErrors: [any Error]

    /// Apple's code for the cause.
    public var code: Code { cause.code }

    package init(
        _ cause: Cause,
        confidence: Confidence = .confirmed,
        _ message: String,
        remedy: String? = nil,
        phase: JoinPhase = .preparing,
        underlying: [any Error] = []
    ) {
        self.cause = cause
        self.confidence = confidence
        self.message = message
        self.remedy = remedy
        self.phase = phase
        self.underlyingErrors = underlying
    }
}

extension HotspotConfigurationError: CustomStringConvertible {
    /// The message with code and cause, on one line.
    public var description: String {
        "\(message) [\(code), \(cause.name)]"
    }
}

extension HotspotConfigurationError: CustomNSError, LocalizedError {
    /// Apple's domain, so that `(error as NSError)` is what ported code expects.
    public static var errorDomain: String { "NEHotspotConfigurationErrorDomain" }

    /// Apple's raw value of the code.
    public var errorCode: Int { code.rawValue }

    /// The message, the remedy and the underlying errors, these as `NSError`s, under Foundation's keys.
    public var errorUserInfo: [String: Any] {
        var userInfo: [String: Any] = [NSLocalizedDescriptionKey: message]
        if let recoverySuggestion { userInfo[NSLocalizedRecoverySuggestionErrorKey] = recoverySuggestion }
        return userInfo.merging(foundationForm(ofUnderlying: underlyingErrors)) { own, _ in own }
    }

    /// The message.
    public var errorDescription: String? { message }

    /// The remedy, or the first of the cause's.
    public var recoverySuggestion: String? { remedy ?? cause.remedies.first }
}
