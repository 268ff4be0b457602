internal import Foundation
internal import Glibc

/// A process of this machine, told apart from later ones that get its number: `NUMBER.START`.
struct ProcessIdentity: LosslessStringConvertible, Hashable, Sendable {
    let number: Int32
    /// When it began, in clock ticks since the machine started (proc(5), field 22 of `stat`).
    let start: UInt64

    /// This process.
    static let own = ProcessIdentity(number: getpid(), start: startTime(of: getpid()) ?? 0)

    init(number: Int32, start: UInt64) {
        self.number = number
        self.start = start
    }

    init?(_ description: String) {
        let parts = description.split(separator: ".")
        guard parts.count == 2, let number = Int32(parts[0]), number > 0, let start = UInt64(parts[1]) else {
            return nil
        }
        self.init(number: number, start: start)
    }

    var description: String { "\(number).\(start)" }

    /// Whether it still runs, as far as this process can see: one that is hidden (proc(5), `hidepid`) is taken for it.
    var isAlive: Bool {
        if let start = Self.startTime(of: number) { return start == self.start }
        return kill(number, 0) == 0 || errno == EPERM
    }

    private static func startTime(of number: Int32) -> UInt64? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(number)/stat") else { return nil }
        // The second field is the name in parentheses, which may hold blanks and parentheses itself.
        guard let end = data.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = data[(end + 1)...].split(separator: UInt8(ascii: " "))
        return fields.count > 19 ? UInt64(String(decoding: fields[19], as: UTF8.self)) : nil
    }
}
