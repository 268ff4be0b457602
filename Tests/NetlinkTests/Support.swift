import Foundation
import Netlink

/// The octets of hexadecimal text; spaces and line ends do not count.
func hex(_ text: some StringProtocol) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// A number as netlink has it: in the host's byte order.
func octets<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number) { Array($0) }
}

/// An attribute with its padding.
func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
    octets(UInt16(4 + value.count)) + octets(type) + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
}

/// A netlink message with its padding.
func message(type: UInt16, flags: UInt16 = 0, sequence: UInt32 = 1, _ payload: [UInt8]) -> [UInt8] {
    octets(UInt32(16 + payload.count)) + octets(type) + octets(flags) + octets(sequence) + octets(UInt32(0)) + payload
        + [UInt8](repeating: 0, count: (4 - payload.count % 4) % 4)
}

/// The top of the repository.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// What the kernel sent, as it was recorded into Fixtures/nl80211.
struct Recording {
    /// The number that nl80211 had in the recording's kernel.
    let family: UInt16
    let datagrams: [[UInt8]]

    init(_ name: String) throws {
        let url = repository.appending(path: "Fixtures/nl80211/\(name).hex")
        var family: UInt16 = 0
        var datagrams: [[UInt8]] = []
        for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# family"), let number = words.last.flatMap({ UInt16($0) }) {
                family = number
            } else if !line.hasPrefix("#"), let octets = words.last {
                datagrams.append(hex(octets))
            }
        }
        self.family = family
        self.datagrams = datagrams
    }

    /// The family's messages.
    var messages: [GenericNetlinkMessage] {
        datagrams.flatMap { NetlinkMessage.messages(in: $0).messages }.filter { $0.type == family }
            .compactMap { try? GenericNetlinkMessage($0) }
    }

    /// The family's messages as events.
    var events: [NL80211Event] {
        messages.map { NL80211Event($0, instant: .now) }
    }
}

/// A generator whose numbers are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Octets with a few of them changed, removed or added.
    mutating func mutate(_ octets: [UInt8]) -> [UInt8] {
        var octets = octets
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let place = Int.random(in: 0...octets.count, using: &self)
            switch Int.random(in: 0..<8, using: &self) {
            case 0..<3 where place < octets.count: octets[place] = .random(in: .min ... .max, using: &self)
            case 3..<6 where place < octets.count: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 6 where place < octets.count: octets.removeSubrange(place...)
            default: octets.insert(.random(in: .min ... .max, using: &self), at: place)
            }
        }
        return octets
    }
}
