import DBus
import Foundation
import Testing

@testable import HotspotCore

/// Configurations of some days on machines whose wall clock begins anywhere.
@Suite("Life times")
struct LifeTimeTests {
    private static let day: Int64 = 86_400
    /// The date of the image, before a time server was heard, and the right one.
    private static let image: Int64 = 1_750_000_000
    private static let right: Int64 = 1_790_000_000

    private func clock(
        _ wall: Int64,
        boot: String = "first",
        uptime: Int64 = 100,
        isSynchronized: Bool = true
    ) -> ClockReading {
        ClockReading(wall: wall, boot: boot, uptime: uptime, isSynchronized: isSynchronized)
    }

    @Test("a wall clock that is stepped forward ends nothing that was made in this start of the machine")
    func stepped() {
        let made = LifeTime(from: clock(Self.image, isSynchronized: false), duration: 7 * Self.day)
        #expect(!made.hasPassed(at: clock(Self.right, uptime: 160)))
        #expect(!made.hasPassed(at: clock(Self.right, uptime: 99 + 7 * Self.day)))
        #expect(made.hasPassed(at: clock(Self.right, uptime: 100 + 7 * Self.day)))
        #expect(made.remaining(at: clock(Self.right, uptime: 160)) == 7 * Self.day - 60)
        // Nor does one that is stepped back let it live for ever.
        let late = LifeTime(from: clock(Self.right), duration: Self.day)
        #expect(late.hasPassed(at: clock(Self.image, uptime: 100 + Self.day)))
    }

    @Test("what a wrong clock has noted is noted anew by a right one: exactly in the same start, else from then on")
    func stamped() {
        let made = LifeTime(from: clock(Self.image, isSynchronized: false), duration: 7 * Self.day)
        #expect(!made.isCertain)
        #expect(!made.wantsStamp(at: clock(Self.image + 60, isSynchronized: false)), "the clock is not right yet")
        let now = clock(Self.right, uptime: 160)
        #expect(made.wantsStamp(at: now))
        #expect(made.stamped(at: now).created == Self.right - 60)
        #expect(!made.stamped(at: now).wantsStamp(at: now))

        let next = clock(Self.right, boot: "second", uptime: 50)
        #expect(!made.hasPassed(at: next), "nobody knows when it was made")
        #expect(made.remaining(at: next) == nil)
        let anew = made.stamped(at: next)
        #expect(anew.created == Self.right && anew.isCertain)
        #expect(anew.hasPassed(at: clock(Self.right + 7 * Self.day, boot: "third")))
    }

    @Test("a stamp of the future, or of before the program was written, is a wrong clock's")
    func impossible() {
        for created in [Self.right + 30 * Self.day, 1000] {
            let made = LifeTime(created: created, duration: Self.day)
            #expect(made.wantsStamp(at: clock(Self.right)))
            #expect(!made.hasPassed(at: clock(Self.right)))
        }
        #expect(!LifeTime(created: Self.right + 60, duration: Self.day).wantsStamp(at: clock(Self.right)))
        #expect(!LifeTime(created: 1000, duration: nil).wantsStamp(at: clock(Self.right)))
    }

    @Test("a machine whose clock nothing keeps right goes by it, since it has no other")
    func never() {
        let made = LifeTime(from: clock(Self.right, isSynchronized: false), duration: Self.day)
        let next = clock(Self.right + Self.day, boot: "second", isSynchronized: false)
        #expect(made.hasPassed(at: next))
    }

    @Test("the file has the stamp, and the store notes it anew once the clock is right")
    func store() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hotspot-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = ConfigurationStore(path: folder.path)
        var configuration = HotspotConfiguration(ssid: "Cafe")
        configuration.lifeTimeInDays = 7
        let unset = clock(Self.image, isSynchronized: false)
        let made = StoredConfiguration(joined: configuration, application: "kiosk", at: unset)
        try await store.save(made)
        #expect(try await store.contents().configurations == [made])
        try await store.stamp(at: clock(Self.image + 60, isSynchronized: false))
        #expect(try await store.contents().configurations == [made])
        try await store.stamp(at: clock(Self.right, boot: "second"))
        let stamped = try #require(try await store.contents().configurations.first)
        #expect(stamped.created == Self.right && stamped.expiry == Self.right + 7 * Self.day)
        #expect(stamped.lifeTime.isCertain && stamped.configuration == configuration)
        // One that never expires says nothing of the clock.
        let forever = StoredConfiguration(joined: HotspotConfiguration(ssid: "B"), application: "kiosk", at: unset)
        try await store.save(forever)
        #expect(try await store.contents().configurations.contains(forever))
    }

    @Test("a profile's tags say the same")
    func profile() {
        func profile(_ data: [String: String]) -> NetworkManagerProfile {
            let entries = data.map { DBusValue.Entry(key: .string($0.key), value: .string($0.value)) }
            let user = DBusValue.dictionary(key: "s", value: "s", entries)
            return NetworkManagerProfile(
                path: "/",
                settings: .dictionary(
                    key: "s",
                    value: "a{sv}",
                    [.init(key: .string("user"), value: .properties(["data": user]))]
                )
            )
        }
        let expiry = String(Self.image + Self.day)
        var data = ["io.hotspot.expiry": expiry]
        #expect(profile(data).isExpired(at: clock(Self.right)))
        #expect(!profile(data).isExpired(at: clock(Self.image)))
        data["io.hotspot.created"] = String(Self.image)
        data["io.hotspot.boot"] = "first 100"
        #expect(!profile(data).isExpired(at: clock(Self.right, uptime: 160)))
        #expect(profile(data).isExpired(at: clock(Self.right, boot: "second")))
        data["io.hotspot.clock"] = "unset"
        #expect(!profile(data).isExpired(at: clock(Self.right, boot: "second")))
        #expect(!profile([:]).isExpired(at: clock(Self.right)))
        #expect(!profile(["io.hotspot.expiry": "nonsense"]).isExpired(at: clock(Self.right)))
        // Whoever may add a profile writes there what he likes.
        for number in [Int64.min, .max].map(String.init) {
            var hostile = data
            hostile["io.hotspot.created"] = number
            hostile["io.hotspot.boot"] = "first \(number)"
            #expect(profile(hostile).isExpired(at: clock(Self.right, boot: "second")) == false)
            hostile["io.hotspot.clock"] = nil
            #expect(profile(hostile).isExpired(at: clock(Self.right)))
            hostile["io.hotspot.expiry"] = number
            #expect(!profile(hostile).isExpired(at: clock(Self.right)))
        }
    }

    @Test("the machine's clocks can be read")
    func reading() {
        let first = ClockReading.now
        let second = ClockReading.now
        #expect(!first.boot.isEmpty && first.boot == second.boot)
        #expect(first.uptime > 0 && second.uptime >= first.uptime)
    }
}
