package import Foundation

extension HotspotConfigurationError {
    /// The key under which an `NSError` has the whole error that it was made of.
    package static let wholeErrorKey = "HotspotConfigurationError"

    /// The error and all that lies below it as `NSError`s, which ported code asks for by a cast.
    ///
    /// A Swift error is none to `as? NSError` on Linux.
    package var asNSError: NSError {
        var userInfo = errorUserInfo
        userInfo[Self.wholeErrorKey] = self
        return NSError(domain: Self.errorDomain, code: errorCode, userInfo: userInfo)
    }
}

/// What lies below an error, under Foundation's keys.
func foundationForm(ofUnderlying errors: [any Error]) -> [String: Any] {
    let forms = errors.map { foundationForm(of: $0) }
    var userInfo: [String: Any] = [:]
    if let first = forms.first { userInfo[NSUnderlyingErrorKey] = first }
    if forms.count > 1 { userInfo["NSMultipleUnderlyingErrorsKey"] = forms }
    return userInfo
}

/// An error of the chain: who spoke is its domain, the number its code.
private func foundationForm(of error: any Error) -> NSError {
    switch error {
    case let error as HotspotConfigurationError: return error.asNSError
    case let failure as any UnderlyingFailure:
        var userInfo = foundationForm(ofUnderlying: failure.underlyingErrors)
        userInfo[NSLocalizedDescriptionKey] = failure.summary
        return NSError(domain: failure.domain, code: failure.number ?? 0, userInfo: userInfo)
    case is CancellationError: return NSError(domain: NSCocoaErrorDomain, code: CocoaError.userCancelled.rawValue)
    default:
        return NSError(
            domain: String(reflecting: type(of: error)),
            code: 0,
            userInfo: [NSLocalizedDescriptionKey: PrintableText.guarded("\(error)")]
        )
    }
}
