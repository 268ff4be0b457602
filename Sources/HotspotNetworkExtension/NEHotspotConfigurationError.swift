/// Apple's codes, with Apple's raw values.
public typealias NEHotspotConfigurationError = HotspotConfigurationError.Code

/// The domain of the errors.
public let NEHotspotConfigurationErrorDomain = HotspotConfigurationError.errorDomain

extension Error {
    /// The whole error of `HotspotCore`, with its cause and the chain below it, where this is one, or an `NSError` made of
    /// one.
    public var hotspotConfigurationError: HotspotConfigurationError? {
        self as? HotspotConfigurationError
            ?? (self as NSError).userInfo[HotspotConfigurationError.wholeErrorKey] as? HotspotConfigurationError
    }
}
