internal import IEEE80211
internal import Netlink

/// Where to look for a network, and in which order: what the kernel still knows, then the channels where networks mostly
/// are, then the others, and last those that only listening finds.
///
/// A scan of all channels takes four seconds, of the three usual ones a fifth of one.
struct ChannelSearch: Sendable {
    /// One scan.
    struct Stage: Sendable, Hashable {
        /// In MHz.
        let frequencies: [Int]
        /// Whether the network is asked for by name; else the radio only listens, which takes twice as long and hears
        /// access points that do not answer.
        let asks: Bool
    }

    /// The channels 1, 6 and 11.
    private static let usual = [2412, 2437, 2462]

    /// How long ago an access point may have been heard to be tried without a scan, in ms.
    static let freshness = 10_000

    /// The scans, best first.
    let stages: [Stage]

    /// - Parameters:
    ///   - frequencies: the radio's channels.
    ///   - known: the channels where the network was heard before, in MHz.
    init(_ frequencies: [Wiphy.Frequency], known: [Int]) {
        let allowed = frequencies.filter { !$0.isDisabled }
        func choose(_ condition: (Wiphy.Frequency) -> Bool) -> [Int] { allowed.filter(condition).map(\.frequencyMHz) }
        let likely = Set(known + Self.usual)
        let first = choose { likely.contains($0.frequencyMHz) }
        let second = choose { !$0.isPassive && $0.frequencyMHz < 3000 && !likely.contains($0.frequencyMHz) }
        let third = choose { !$0.isPassive && $0.frequencyMHz > 3000 && !likely.contains($0.frequencyMHz) }
        let passive = choose { $0.isPassive && !likely.contains($0.frequencyMHz) }
        stages =
            [first, second, third, passive].filter { !$0.isEmpty }.map { Stage(frequencies: $0, asks: true) }
            + [Stage(frequencies: choose { !$0.isPassive && $0.frequencyMHz < 3000 }, asks: false)]
            .filter { !$0.frequencies.isEmpty }
    }
}
