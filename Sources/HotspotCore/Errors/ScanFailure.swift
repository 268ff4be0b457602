/// What a search of the air found, and did not find.
public struct ScanFailure: UnderlyingFailure {
    /// How many scans of all channels were completed.
    public let completedScans: Int
    /// How many BSSs were heard.
    public let bssCount: Int

    /// `nl80211`.
    public var domain: String { "nl80211" }
    /// None.
    public var number: Int? { nil }
    /// The kernel's event.
    public var name: String { "NL80211_CMD_NEW_SCAN_RESULTS" }
    /// How much was searched and heard.
    public var summary: String {
        "\(completedScans) completed scan\(completedScans == 1 ? "" : "s"), \(bssCount) BSS\(bssCount == 1 ? "" : "s") "
            + "heard, none with this SSID"
    }
}
