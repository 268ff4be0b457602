import Foundation
import Testing

@testable import Netlink

/// The numbers of <linux/nl80211.h>, which the package linux-libc-dev brings.
private struct Header {
    static let path = "/usr/include/linux/nl80211.h"
    static var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// Every enumerator with its number.
    private(set) var numbers: [String: Int] = [:]
    /// The enumerators of each enumeration in order.
    private(set) var members: [String: [(name: String, number: Int)]] = [:]

    init() throws {
        let comment = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?m:^#.*$)/
        let source = try String(contentsOfFile: Self.path, encoding: .utf8).replacing(comment, with: "")
        for match in source.matches(of: /enum\s+(\w+)\s*\{([^}]*)\}/) {
            var next = 0
            for item in match.2.split(separator: ",") {
                let sides = item.split(separator: "=").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
                guard let name = sides.first, !name.isEmpty else { continue }
                if sides.count > 1 {
                    guard let number = value(sides[1]) else { continue }
                    next = number
                }
                numbers[name] = next
                members["\(match.1)", default: []].append((name, next))
                next += 1
            }
        }
    }

    private func value(_ text: String) -> Int? {
        if let shift = text.wholeMatch(of: /1U?\s*<<\s*(\d+)/) { return Int(shift.1).map { 1 << $0 } }
        return Int(text) ?? numbers[text]
    }
}

@Suite("Numbers of nl80211", .enabled(if: Header.exists, "no linux/nl80211.h here"))
struct ConstantsTests {
    @Test(
        "every constant has the number that the header gives to the name in its comment",
        arguments: ["NL80211Constants", "NL80211Command", "WiphyFeatures", "InterfaceType", "NL80211Event"]
    )
    func constants(file: String) throws {
        let header = try Header()
        let source = try String(
            contentsOf: repository.appending(path: "Sources/Netlink/NL80211/\(file).swift"),
            encoding: .utf8
        )
        let constant =
            /`(NL80211_\w+)`\n *(?:package )?static let \w+(?:: UInt16 = |\s*= Self\(rawValue: )(1 << )?(\d+)/
        var count = 0
        for match in source.matches(of: constant) {
            let number = try #require(Int(match.3))
            #expect(header.numbers["\(match.1)"] == (match.2 == nil ? number : 1 << number), "\(match.1)")
            count += 1
        }
        #expect(count == source.matches(of: /static let \w+(: UInt16 = \d| = Self\()/).count)
    }

    @Test(
        "the lists of names are the header's",
        arguments: [
            ("nl80211_commands", "NL80211_CMD_", NL80211Command.names),
            ("nl80211_ext_feature_index", "NL80211_EXT_FEATURE_", WiphyExtendedFeature.names),
            ("nl80211_iftype", "NL80211_IFTYPE_", InterfaceType.names),
        ]
    )
    func names(enumeration: String, prefix: String, names: [String]) throws {
        let members = try #require(try Header().members[enumeration])
        for (number, name) in names.enumerated() {
            #expect(members.contains { $0.number == number && $0.name == prefix + name }, "\(number) \(name)")
        }
    }
}

@Suite("Names of nl80211")
struct NamesTests {
    @Test("an unknown number is kept and printed")
    func unknown() {
        #expect("\(NL80211Command(rawValue: 46))" == "NL80211_CMD_CONNECT (46)")
        #expect("\(NL80211Command(rawValue: 250))" == "unknown (250)")
        #expect("\(InterfaceType(rawValue: 2))" == "STATION (2)")
        #expect("\(InterfaceType(rawValue: 99))" == "unknown (99)")
        #expect("\(WiphyExtendedFeature.saeOffload)" == "SAE_OFFLOAD (38)")
        #expect("\(WiphyExtendedFeature(rawValue: -1))" == "unknown (-1)")
        #expect("\(TimeoutReason(rawValue: 2))" == "authentication (2)")
        #expect("\(TimeoutReason(rawValue: 9))" == "unknown (9)")
    }

    @Test("a bitmap is counted from the low bit of its first octet")
    func bitmap() {
        #expect(Set(bitmap: [0x02, 0x80]) == [WiphyExtendedFeature(rawValue: 1), WiphyExtendedFeature(rawValue: 15)])
    }
}
