/// What only the application can know: a person's answer, and how it came by a code.
extension HotspotConfigurationError {
    /// The person whom the application asked does not want to join: `userDenied`.
    ///
    /// - Parameter ssid: The network.
    /// - Returns: The error, to be thrown in place of a join.
    public static func declined(_ ssid: SSID) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .declined,
            "\"\(ssid)\" was not joined: the answer was no",
            underlying: [Observation("application", "confirmation", "a person was asked, and said no")]
        )
    }

    /// No code of a network could be had from where one was to come from: `invalid`.
    ///
    /// - Parameters:
    ///   - message: What failed, and on what; it is made safe to print.
    ///   - remedy: What would mend it.
    ///   - details: What was heard or tried.
    /// - Returns: The error.
    public static func noCode(
        _ message: String,
        remedy: String? = nil,
        details: [any Error] = []
    ) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .unreadablePayload,
            PrintableText.guarded(message),
            remedy: remedy.map { PrintableText.guarded($0) },
            underlying: details
        )
    }

    /// The time was over, or the task was cancelled, before a code was seen: `internal`.
    ///
    /// - Parameters:
    ///   - message: What was waited for; it is made safe to print.
    ///   - isCancelled: Whether somebody ended it.
    ///   - details: What was heard.
    /// - Returns: The error, with the cause `cancelled` or `timedOut`.
    public static func noCodeInTime(
        _ message: String,
        isCancelled: Bool,
        details: [any Error]
    ) -> HotspotConfigurationError {
        HotspotConfigurationError(
            isCancelled ? .cancelled : .timedOut(.preparing),
            PrintableText.guarded(message),
            underlying: details
        )
    }

    /// There is no camera, or not one that can be used now: `internal` with the cause `deviceUnavailable`.
    ///
    /// - Parameters:
    ///   - message: What failed; it is made safe to print.
    ///   - remedy: What would mend it.
    ///   - details: What was heard.
    /// - Returns: The error.
    public static func noCamera(
        _ message: String,
        remedy: String?,
        details: [any Error]
    ) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .deviceUnavailable,
            PrintableText.guarded(message),
            remedy: remedy.map { PrintableText.guarded($0) },
            underlying: details
        )
    }
}
