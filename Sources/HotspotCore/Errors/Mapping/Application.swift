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

    /// A person was asked which network is meant, and named none: `userDenied`.
    ///
    /// - Parameter message: What was asked.
    /// - Returns: The error.
    public static func noneChosen(_ message: String) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .declined,
            PrintableText.guarded(message),
            underlying: [Observation("application", "choice", "a person was asked, and chose none")]
        )
    }

    /// A person was asked for the passphrase, and gave none: `invalidWPAPassphrase`, with the cause `passphraseMissing`.
    ///
    /// - Parameter ssid: The network.
    /// - Returns: The error.
    public static func noPassphrase(_ ssid: SSID) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .passphraseMissing,
            "\"\(ssid)\" was not joined: no passphrase was given",
            remedy: "give the passphrase, or join it as an open network: --security open",
            underlying: [Observation("application", "passphrase", "a person was asked, and the input ended")]
        )
    }

    /// What was given contradicts what a code says: `invalid`, with the cause `conflictingSettings`.
    ///
    /// - Parameters:
    ///   - message: What contradicts what; it is made safe to print.
    ///   - remedy: What would mend it.
    /// - Returns: The error.
    public static func contradiction(_ message: String, remedy: String) -> HotspotConfigurationError {
        HotspotConfigurationError(.conflictingSettings, PrintableText.guarded(message), remedy: remedy)
    }

    /// Something was asked for that only root may do: `systemDenied`, with the cause `deniedByPolicy`.
    ///
    /// - Parameter what: what was asked for.
    /// - Returns: The error.
    package static func rootOnly(_ what: String) -> HotspotConfigurationError {
        HotspotConfigurationError(.deniedByPolicy, "\(what) is for root only", remedy: "run as root")
    }

    /// A network was to be forgotten that the application has not configured: `internal`, with the cause
    /// `configurationRemoved`.
    ///
    /// - Parameter ssid: The network.
    /// - Returns: The error.
    package static func notConfigured(_ ssid: SSID) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .configurationRemoved,
            "there is no configuration of \"\(ssid)\"",
            remedy: "see which there are: hotspot list",
            underlying: [
                Observation("hotspot", "configurations", "neither NetworkManager nor the state directory has one")
            ]
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
    /// Nothing that could be left is joined: `internal` with the cause `networkNotFound`.
    ///
    /// - Parameters:
    ///   - ssid: The network that was named.
    ///   - interface: The interface that was named.
    ///   - details: Where it was looked for.
    /// - Returns: The error.
    public static func notJoined(
        _ ssid: SSID?,
        interface: String?,
        details: String
    ) -> HotspotConfigurationError {
        let place = interface.map { " on \(PrintableText.escape($0))" } ?? ""
        return HotspotConfigurationError(
            .networkNotFound,
            ssid.map { "hotspot has not joined \"\($0)\"\(place)" } ?? "hotspot has joined no network\(place)",
            remedy: "see which networks there are: iw dev, nmcli connection show --active",
            underlying: [Observation("hotspot", "links", details)]
        )
    }

    /// A process that holds a link did not end it: `internal` with the cause `timedOut`, or `systemDenied` where it is
    /// not the caller's to end.
    ///
    /// - Parameters:
    ///   - ssid: The network.
    ///   - process: The number of the process that holds the link.
    ///   - isDenied: Whether the kernel did not let the caller end it.
    /// - Returns: The error.
    public static func notLeft(_ ssid: SSID, process: Int32, isDenied: Bool) -> HotspotConfigurationError {
        HotspotConfigurationError(
            isDenied ? .deniedByPolicy : .timedOut(.joined),
            isDenied
                ? "the link to \"\(ssid)\" is another user's, and was not ended"
                : "the link to \"\(ssid)\" was not ended in time",
            remedy: isDenied ? "end it as that user, or as root" : "end its process: kill \(process)",
            underlying: [Observation("hotspot", "holder", "process \(process) holds the link")]
        )
    }
}
