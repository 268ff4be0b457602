/// Apple's codes, with Apple's raw values.
public typealias NEHotspotConfigurationError = HotspotConfigurationError.Code

/// The domain of the errors.
public let NEHotspotConfigurationErrorDomain = HotspotConfigurationError.errorDomain

extension Error {
    /// The whole error of `HotspotCore`, with its cause and the chain below it, where this is one, or an `NSError` made of
    /// one.
    public var hotspotConfigurationError: HotspotConfigurationError? {
        self as? HotspotConfigurationError
            ?? (self as NSError).userInfo[hotspotConfigurationErrorKey] as? HotspotConfigurationError
    }
}

private let hotspotConfigurationErrorKey = "HotspotConfigurationError"

extension HotspotConfigurationError {
    /// The error as applications of iOS get it.
    ///
    /// A Swift error is none to `as? NSError` on Linux.
    var asNSError: NSError {
        var userInfo = errorUserInfo
        userInfo[hotspotConfigurationErrorKey] = self
        return NSError(domain: Self.errorDomain, code: errorCode, userInfo: userInfo)
    }
}
