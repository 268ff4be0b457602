/// Something that can be explained: a code, a cause, an exit status, or a word of somebody below.
package enum ErrorTopic: Sendable {
    /// One of Apple's codes.
    case code(HotspotConfigurationError.Code)
    /// A cause.
    case cause(HotspotConfigurationError.Cause)
    /// An exit status of the program that is no code's, with what it means.
    case exitStatus(Int, String)
    /// A name or number of somebody below.
    case word(ForeignWord)
}

extension ErrorTopic {
    /// Exit statuses that are no code's.
    package static let exitStatuses: [(status: Int, meaning: String)] = [
        (64, "the arguments are not understood; nothing was touched"),
        (129, "ended by SIGHUP, everything undone"),
        (130, "ended by SIGINT (Ctrl-C), everything undone"),
        (143, "ended by SIGTERM, everything undone"),
    ]

    /// Finds what a person means by a code, a name, a number with its owner, or a line of somebody's log.
    ///
    /// - Parameter query: `2`, `102`, `invalidSSID`, `wrongPassphrase`, `status 15`, `reason=2`, `nm 7`, `ssid-not-found`,
    ///   `org.freedesktop.NetworkManager.UnknownDevice`, `Domain=NEHotspotConfigurationErrorDomain Code=13`, or a line in
    ///   which one of them stands.
    /// - Returns: everything that it may mean; empty where nothing is known of it.
    package static func matching(_ query: String) -> [ErrorTopic] {
        if let number = Int(query.trimmingWhitespace) { return matching(number: number) }
        let key = key(query)
        if key.isEmpty { return [] }
        if let code = code(inAppleWords: query) { return [.code(code)] }
        if let code = HotspotConfigurationError.Code.allCases.first(where: { self.key($0.name) == key }) {
            return [.code(code)]
        }
        let causes = HotspotConfigurationError.Code.allCases.flatMap(\.causes)
        if let cause = causes.first(where: { self.key($0.name) == key }) { return [.cause(cause)] }
        let named = words(named: key)
        if !named.isEmpty { return named.map { .word($0) } }
        return matching(line: String(query.prefix(1000)))
    }

    private static func matching(number: Int) -> [ErrorTopic] {
        if let code = HotspotConfigurationError.Code(rawValue: number) { return [.code(code)] }
        if let code = HotspotConfigurationError.Code(rawValue: number - 100) { return [.code(code)] }
        return exitStatuses.filter { $0.status == number }.map { .exitStatus($0.status, $0.meaning) }
    }

    /// `NEHotspotConfigurationErrorInvalidSSID`, and `Error Domain=NEHotspotConfigurationErrorDomain Code=13 "…"`.
    private static func code(inAppleWords query: String) -> HotspotConfigurationError.Code? {
        guard let name = query.firstMatch(of: /NEHotspotConfigurationError(\w*)/.ignoresCase()) else { return nil }
        if let raw = query[name.range.upperBound...].firstMatch(of: /-?\d+/) {
            return Int(raw.0).flatMap { HotspotConfigurationError.Code(rawValue: $0) }
        }
        return HotspotConfigurationError.Code.allCases.first { key($0.name) == key(String(name.1)) }
    }

    /// Whole names, with or without the prefix that C gives them.
    private static func words(named key: String) -> [ForeignWord] {
        var sources = Set(ForeignWord.Source.allCases)
        var rest = key
        for (prefix, source) in prefixes where key.hasPrefix(prefix) && key != prefix {
            sources = [source]
            rest = String(key.dropFirst(prefix.count))
            break
        }
        return ForeignWord.all.filter { word in
            guard sources.contains(word.source) || rest == key else { return false }
            let whole = self.key(word.name)
            let last = word.name.split(separator: ".").last.map { self.key(String($0)) }
            return whole == rest || whole == key || last == rest
        }
    }

    private static let prefixes: [(String, ForeignWord.Source)] = [
        ("nmdevicestatereason", .deviceReason), ("nmactiveconnectionstatereason", .activeConnectionReason),
        ("wlanstatus", .status), ("wlanreason", .reason), ("dbuserror", .busError),
    ]

    /// A line of a log: an owner's word followed by his number, a reason in quotation marks, a name with full stops.
    private static func matching(line: String) -> [ErrorTopic] {
        var found: [ForeignWord] = []
        for match in line.matches(of: /(?:org\.freedesktop|fi\.w1|org\.gtk)(?:\.\w+)+/) {
            found += words(named: key(String(match.0)))
        }
        for match in line.matches(of: /reason '([\w-]+)'/) {
            found += words(named: key(String(match.1))).filter { $0.source == .deviceReason }
        }
        for match in line.matches(of: /([A-Za-z][A-Za-z _(\-]*)[^A-Za-z0-9]*(\d+)\b/.wordBoundaryKind(.simple)) {
            guard let number = Int(match.2) else { continue }
            let owner = key(String(match.1))
            if ["exit", "exitstatus", "exitcode"].contains(owner) { return matching(number: number) }
            if owner.hasSuffix("deniedassociationcode") {
                // As the kernel's log has it.
                found += ForeignWord.all.filter { $0.source == .status && $0.number == number }
                continue
            }
            if ["code", "applecode"].contains(owner) {
                return HotspotConfigurationError.Code(rawValue: number).map { [.code($0)] } ?? []
            }
            guard let source = owners.first(where: { owner == $0.key || owner.hasSuffix($0.key) })?.value else {
                continue
            }
            found += ForeignWord.all.filter { $0.source == source && $0.number == number }
        }
        if found.isEmpty {
            for match in line.matches(of: /\b[A-Z0-9]+(?:_[A-Z0-9]+)+\b|\bE[A-Z0-9]{3,}\b/.wordBoundaryKind(.simple)) {
                found += words(named: key(String(match.0)))
            }
        }
        return found.map { .word($0) }
    }

    /// Whose number it is, by the words that stand before it, the more special first.
    private static let owners: KeyValuePairs<String, ForeignWord.Source> = [
        "activereason": .activeConnectionReason, "activationreason": .activeConnectionReason,
        "activeconnection": .activeConnectionReason,
        "nmreason": .deviceReason, "networkmanagerreason": .deviceReason, "devicereason": .deviceReason,
        "statereason": .deviceReason, "networkmanager": .deviceReason, "nm": .deviceReason,
        "status": .status, "statuscode": .status, "authstatuscode": .status, "assocstatuscode": .status,
        "reason": .reason, "reasoncode": .reason, "deauthenticated": .reason, "deauth": .reason,
        "errno": .errno, "error": .errno,
    ]

    /// Names that are near what was asked for, the nearest first.
    ///
    /// - Parameter query: what was not found.
    /// - Returns: up to five names.
    package static func suggestions(for query: String) -> [String] {
        let wanted = Array(key(query).prefix(64).utf8)
        guard wanted.count > 1 else { return [] }
        var names = HotspotConfigurationError.Code.allCases.map(\.name)
        names += HotspotConfigurationError.Code.allCases.flatMap(\.causes).map(\.name)
        names += ForeignWord.all.map(\.name)
        var seen: Set<String> = []
        var ranked: [(name: String, distance: Int)] = []
        for name in names where seen.insert(name).inserted {
            let whole = key(name)
            let last = name.split(separator: ".").last.map { key(String($0)) } ?? whole
            let candidates = [whole, last].map { Array($0.utf8) }
            let distance = candidates.map { Self.distance(wanted, $0) }.min() ?? .max
            // A part of a name is as near as a slip of the finger.
            let isPart = wanted.count > 3 && whole.contains(String(decoding: wanted, as: UTF8.self))
            if isPart || distance <= max(1, wanted.count / 4) { ranked.append((name, isPart ? 1 : distance)) }
        }
        return ranked.sorted { ($0.distance, $0.name.count, $0.name) < ($1.distance, $1.name.count, $1.name) }
            .prefix(5).map(\.name)
    }

    /// How many letters must be put in, left out or exchanged to make one word of the other.
    private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var row = Array(0...second.count)
        for (i, a) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in second.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[second.count]
    }

    /// A name without its marks and in small letters: `SSID_NOT_FOUND`, `ssid-not-found` and `ssidNotFound` are one.
    private static func key(_ text: String) -> String {
        String(
            decoding: text.utf8.lazy.filter { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) }
                .map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 },
            as: UTF8.self
        )
    }
}

extension String {
    fileprivate var trimmingWhitespace: Substring {
        let start = drop { $0.isWhitespace }
        let end = start.reversed().prefix { $0.isWhitespace }.count
        return start.dropLast(end)
    }
}
