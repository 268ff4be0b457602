internal import CLinuxShims
internal import Foundation
internal import Glibc

/// What the machine's clocks say at one moment.
package struct ClockReading: Sendable, Hashable {
    /// The seconds since 1970, by the wall clock: on a board without a battery they begin anywhere.
    package var wall: Int64
    /// Which start of the machine this is.
    package var boot: String
    /// The seconds since that start, those asleep among them (clock_gettime(2), `CLOCK_BOOTTIME`).
    package var uptime: Int64
    /// Whether something keeps the wall clock right.
    package var isSynchronized: Bool

    package init(wall: Int64, boot: String, uptime: Int64, isSynchronized: Bool) {
        self.wall = wall
        self.boot = boot
        self.uptime = uptime
        self.isSynchronized = isSynchronized
    }

    /// What they say now.
    package static var now: ClockReading {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return ClockReading(
            wall: Int64(Date().timeIntervalSince1970),
            boot: bootIdentifier,
            uptime: Int64(time.tv_sec),
            isSynchronized: shim_clock_is_synchronized() != 0
        )
    }

    /// The same at another time of the wall clock.
    func with(wall: Int64) -> ClockReading {
        var copy = self
        copy.wall = wall
        return copy
    }

    private static let bootIdentifier =
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
        .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""

    /// Before this code was written no configuration of ours was made: 2025-01-01.
    static let earliest: Int64 = 1_735_689_600
    /// How far a right clock may have been put back since a stamp was made.
    static let slack: Int64 = 86_400
}

/// How long a configuration holds, and when that began, in a form that a wall clock which is set later does not cut short.
package struct LifeTime: Sendable, Hashable {
    /// When it began, in seconds since 1970.
    package let created: Int64
    /// How many seconds it holds; nil for ever.
    package let duration: Int64?
    /// The start of the machine in which it began, and the seconds since then; nil where that is not known.
    package let boot: BootStamp?
    /// Whether the wall clock was kept right when it began.
    package let isCertain: Bool

    /// A moment by the clock that nobody sets.
    package struct BootStamp: Sendable, Hashable, Codable {
        /// Which start of the machine.
        package let id: String
        /// The seconds since that start.
        package let uptime: Int64
    }

    package init(created: Int64, duration: Int64?, boot: BootStamp? = nil, isCertain: Bool = true) {
        self.created = created
        self.duration = duration
        self.boot = boot
        self.isCertain = isCertain
    }

    /// One that begins now.
    package init(from clock: ClockReading, duration: Int64?) {
        guard duration != nil else {
            self.init(created: clock.wall, duration: nil)
            return
        }
        self.init(
            created: clock.wall,
            duration: duration,
            boot: clock.boot.isEmpty ? nil : BootStamp(id: clock.boot, uptime: clock.uptime),
            isCertain: clock.isSynchronized
        )
    }

    /// Whether a number of seconds is one that can be reckoned with: what no calendar has is no reason to end the program.
    static func isCounted(_ seconds: Int64) -> Bool { abs(seconds / 2) < 1 << 50 }

    /// When it ends by the wall clock, in seconds since 1970; nil for never.
    package var expiry: Int64? { duration.map { created + $0 } }

    /// Whether it has passed.
    ///
    /// What began in this start of the machine passes by the clock that nobody sets: a wall clock that was stepped forward
    /// by months ends nothing that was made a minute ago.
    package func hasPassed(at clock: ClockReading) -> Bool {
        remaining(at: clock).map { $0 <= 0 } ?? false
    }

    /// How many seconds of it are left; nil where it holds for ever, or until it is known when it began.
    package func remaining(at clock: ClockReading) -> Int64? {
        guard let duration else { return nil }
        if let boot, boot.id == clock.boot { return duration - (clock.uptime - boot.uptime) }
        return wantsStamp(at: clock) ? nil : created + duration - clock.wall
    }

    /// Whether its beginning was noted by a clock that was wrong, and can be noted anew by one that is right.
    package func wantsStamp(at clock: ClockReading) -> Bool {
        guard duration != nil, clock.isSynchronized, clock.wall >= ClockReading.earliest else { return false }
        return !isCertain || created > clock.wall + ClockReading.slack || created < ClockReading.earliest
    }

    /// The same with its beginning by a clock that is right: exactly where it began in this start of the machine, else now.
    package func stamped(at clock: ClockReading) -> LifeTime {
        if let boot, boot.id == clock.boot {
            return LifeTime(created: clock.wall - (clock.uptime - boot.uptime), duration: duration, boot: boot)
        }
        return LifeTime(from: clock, duration: duration)
    }
}
