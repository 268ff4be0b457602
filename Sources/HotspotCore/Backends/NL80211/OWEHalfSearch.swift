internal import IEEE80211
internal import Netlink

/// A hidden half that was looked for in vain: what an access point said of it, which anybody may say of any, and where.
struct AbsentHalf: Hashable, Sendable {
    let half: OWETransitionElement
    /// In MHz.
    let frequencies: [Int]
}

/// The search for the hidden half of an OWE transition pair, which has OWE where the half that is heard is open.
///
/// Which half is heard, anybody can decide who can jam a frame: so the hidden one is asked for several times, and last
/// listened for.
struct OWEHalfSearch {
    /// What the search has come to.
    enum Outcome: Sendable {
        /// It answered.
        case found(ScanResult)
        /// It beacons and does not answer: the open half is no substitute.
        case silent
        /// Nothing is heard of it.
        case absent
    }

    private let half: OWETransitionElement
    /// The scans that are left: true for one that asks.
    private var probes = [true, true, true, false]
    private var found: ScanResult?
    private var isHeard = false

    /// - Parameter half: what the open half says of it.
    init(_ half: OWETransitionElement) { self.half = half }

    /// Whether the next scan is to ask by name, or only to listen; nil where there is none left.
    var next: Bool? { found == nil ? probes.first : nil }

    /// Takes what is heard after a scan.
    ///
    /// The half has OWE (Wi-Fi Alliance, Opportunistic Wireless Encryption Specification, 2.2): an access point of that
    /// address without it, such as an open one that names itself, is not it.
    mutating func take(_ results: [ScanResult]) {
        let asked = probes.isEmpty || probes.removeFirst()
        let halves = results.filter { $0.bssid == half.bssid && Self.hasOWE($0) }
        found = halves.first { $0.ssid == half.ssid }
        let isNew = !isHeard && halves.contains(where: \.isHidden)
        isHeard = isHeard || isNew
        // It is there after all.
        if !asked, found == nil, isHeard { probes.append(true) }
    }

    /// Takes what is heard now for the last, where the half was looked for before in vain.
    mutating func end(with results: [ScanResult]) {
        take(results)
        // One that has turned up meanwhile is asked.
        probes = found == nil && isHeard ? [true] : []
    }

    /// What the search has come to so far.
    var outcome: Outcome {
        if let found { return .found(found) }
        return isHeard ? .silent : .absent
    }

    private static func hasOWE(_ result: ScanResult) -> Bool {
        (try? result.elements.rsne())?.effectiveAKMSuites.contains(.owe) == true
    }

    /// Whether an access point is meant by a pinned address: it has it, or is the open half of the one that has it.
    static func isMeant(_ result: ScanResult, by address: MACAddress) -> Bool {
        result.bssid == address || (try? result.elements.oweTransition())?.bssid == address
    }
}
