internal import IEEE80211
internal import Netlink

/// Where to look for a network, and in which order: what the kernel still knows, then the channels where networks mostly
/// are, one after the other, then the others, and last those that only listening finds.
///
/// A scan of all channels takes four seconds, of one some 60 ms. The search ends with the first good answer, so a channel
/// that is scanned by itself saves the time of those after it, and costs next to nothing more than in company.
struct ChannelSearch: Sendable {
    /// One scan.
    struct Stage: Sendable, Hashable {
        /// In MHz.
        let frequencies: [Int]
        /// Whether the network is asked for by name; else the radio only listens, which takes twice as long and hears
        /// access points that do not answer.
        let asks: Bool
        /// Whether a faint answer is put by until the rest of the likely channels was asked: a better one may be there.
        let wantsGoodSignal: Bool
    }

    /// The channels 1, 6 and 11, where nearly all access points of 2.4 GHz are.
    private static let usual = [2412, 2437, 2462]
    /// The channels 36 to 48: the ones of 5 GHz that need no watch for radar in any country.
    private static let usual5GHz = [5180, 5200, 5220, 5240]
    /// How many channels where the network was heard before are asked one by one.
    private static let knownLimit = 4

    /// How long ago an access point may have been heard to be tried without a scan, in ms.
    static let freshness = 10_000

    /// An answer of this strength ends the search, in mBm: below some -70 dBm a link becomes slow.
    static let goodSignalMBm = -7000

    /// The scans, best first.
    let stages: [Stage]
    /// Those of them that cover the likely channels, each of which takes a moment.
    let likely: [Stage]

    /// - Parameters:
    ///   - frequencies: the radio's channels.
    ///   - known: the channels where the network was heard before, in MHz, the best first.
    init(_ frequencies: [Wiphy.Frequency], known: [Int]) {
        let allowed = frequencies.filter { !$0.isDisabled }
        var left = Set(allowed.map(\.frequencyMHz))
        let active = Set(allowed.filter { !$0.isPassive }.map(\.frequencyMHz))
        func take(_ wanted: [Int]) -> [Int] {
            wanted.filter { left.remove($0) != nil }
        }
        let single = take(Array(known.prefix(Self.knownLimit))) + take(Self.usual.filter(active.contains))
        let others = [
            take(Self.usual5GHz.filter(active.contains)),
            take(allowed.map(\.frequencyMHz).filter { active.contains($0) && $0 < 3000 }),
            take(allowed.map(\.frequencyMHz).filter { active.contains($0) }),
            take(allowed.map(\.frequencyMHz)),
        ]
        let listening = allowed.map(\.frequencyMHz).filter { active.contains($0) && $0 < 3000 }
        let asked = single.map { [$0] } + others
        let asking = asked.enumerated().map { position, frequencies in
            Stage(frequencies: frequencies, asks: true, wantsGoodSignal: position + 1 < single.count)
        }
        // With the usual ones of 5 GHz, which come next.
        likely = asking.prefix(single.count + 1).filter { !$0.frequencies.isEmpty }
        stages = (asking + [Stage(frequencies: listening, asks: false, wantsGoodSignal: false)])
            .filter { !$0.frequencies.isEmpty }
    }
}
