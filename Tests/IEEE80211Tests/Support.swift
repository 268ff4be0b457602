import Foundation

/// The octets of hexadecimal text; spaces and line ends do not count.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
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
            switch Int.random(in: 0..<4, using: &self) {
            case 0 where place < octets.count: octets[place] = .random(in: .min ... .max, using: &self)
            case 1 where place < octets.count: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 2 where place < octets.count: octets.removeSubrange(place...)
            default: octets.insert(.random(in: .min ... .max, using: &self), at: place)
            }
        }
        return octets
    }
}

/// The rows of a table in Fixtures/tables, the first one being the names of the columns.
func table(_ name: String) throws -> [[String]] {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/tables/\(name)")
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(columns)
}

/// The columns of a line; commas within quotation marks belong to a column.
private func columns(_ line: Substring) -> [String] {
    var columns = [""]
    var isQuoted = false
    for character in line {
        switch character {
        case "\"": isQuoted.toggle()
        case "," where !isQuoted: columns.append("")
        default: columns[columns.count - 1].append(character)
        }
    }
    return columns
}
