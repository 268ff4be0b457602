import Glibc
import IEEE80211
import Testing

@testable import HotspotCore

/// What the agent does next, without a radio and a clock.
@Suite("The agent's plan")
struct AgentPlanTests {
    private typealias Instant = ContinuousClock.Instant

    private let start = Instant.now
    private let timing = AgentPlan.Timing()

    private func known(
        _ name: String,
        _ application: String = "kiosk",
        priority: Int = 0,
        created: Int64 = 1000,
        joined: Int64? = nil,
        passphrase: String? = nil,
        change: (inout HotspotConfiguration) -> Void = { _ in }
    ) -> StoredConfiguration {
        var configuration = HotspotConfiguration(ssid: SSID(name))
        configuration.passphrase = passphrase.map { Passphrase($0) }
        configuration.autoJoinPriority = priority
        change(&configuration)
        return StoredConfiguration(configuration, application: application, now: created, lastJoined: joined)
    }

    private func heard(_ name: String, dBm: Int = -60, _ security: BSSSecurity = .open) -> HotspotNetwork {
        HotspotNetwork(
            ssid: Array(name.utf8),
            bssid: "02:00:00:00:01:00",
            strength: HotspotNetwork.strength(dBm: dBm),
            signal: dBm,
            frequency: 2412,
            security: security,
            didAutoJoin: false,
            interface: "wlan0"
        )
    }

    private func plan(_ all: [StoredConfiguration]) -> AgentPlan {
        var plan = AgentPlan(at: start, timing: timing)
        plan.found(radio: "wlan0", at: start)
        plan.read(all, at: start)
        return plan
    }

    private func after(_ seconds: Int) -> Instant { start + .seconds(seconds) }

    @Test("the highest priority is taken, then what was joined last, then the strongest signal")
    func best() {
        let all = [
            known("Strong"), known("Weak"), known("Old", joined: 2000), known("Recent", joined: 3000),
            known("First", priority: 1), known("Absent", priority: 2),
            known("Other", "sign", priority: -1, joined: 9000),
        ]
        var names = ["First", "Recent", "Old", "Strong", "Weak", "Other"]
        while !names.isEmpty {
            var plan = plan(all)
            #expect(plan.next(at: start, date: 5000) == .scan)
            plan.heard(names.shuffled().map { heard($0, dBm: $0 == "Weak" ? -80 : -50) }, at: start)
            let best = all.first { $0.configuration.ssid == SSID(names[0]) }
            #expect(plan.next(at: start, date: 5000) == best.map { .join($0.id) }, "\(names)")
            names.removeFirst()
        }
    }

    @Test("what is not to be joined by itself, has expired, is for another radio or offers another security is left")
    func unfit() {
        var plan = plan([
            known("Manual") { $0.autoJoin = false },
            known("Expired", created: 0) { $0.lifeTimeInDays = 1 },
            known("Elsewhere") { $0.interface = "wlan7" },
            known("Secret", passphrase: "correct horse"),
        ])
        let names = ["Manual", "Expired", "Elsewhere", "Secret"]
        plan.heard(names.map { heard($0) }, at: start)
        #expect(plan.next(at: start, date: 90_000) == .wait(until: start + timing.firstPause))
        plan.heard([heard("Secret", .psk)], at: start)
        #expect(plan.next(at: start, date: 90_000) == .join(.init(application: "kiosk", ssid: "Secret")))
    }

    @Test("a network that somebody had left is joined no more until it is configured anew or all is read again")
    func dismissed() {
        let (cafe, other) = (known("Cafe", joined: 3000), known("Other", joined: 2000))
        var plan = plan([cafe, other])
        plan.heard([heard("Cafe"), heard("Other")], at: start)
        #expect(plan.next(at: start, date: 5000) == .join(cafe.id))
        plan.joined(cafe.id, at: start, date: 5000)
        plan.dismiss("Cafe", at: start)
        #expect(plan.current == nil)
        #expect(plan.next(at: start, date: 5000) == .scan)
        plan.heard([heard("Cafe"), heard("Other")], at: start)
        #expect(plan.next(at: start, date: 5000) == .join(other.id))
        // Somebody gives it up for a request, and nothing is barred for that.
        plan.interrupted()
        #expect(plan.next(at: start, date: 5000) == .join(other.id))
        plan.joined(other.id, at: start, date: 5001)
        plan.read([known("Cafe", joined: 4000), other], at: start)
        #expect(plan.next(at: start, date: 5002) == .wait(until: start + timing.sweep), "it was only joined")
        plan.read([known("Cafe", created: 6000), other], at: start)
        plan.heard([heard("Cafe"), heard("Other")], at: start)
        #expect(plan.next(at: start, date: 6000) == .join(cafe.id))
        plan.dismiss("Cafe", at: start)
        plan.reload(at: start)
        plan.heard([heard("Cafe"), heard("Other")], at: start)
        #expect(plan.next(at: start, date: 6000) == .join(cafe.id))
    }

    @Test("scans that hear nothing known come ever more seldom, and at once when something new is stored")
    func backOff() {
        var plan = plan([known("Cafe")])
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<10 {
            #expect(plan.next(at: now, date: 0) == .scan)
            plan.heard([heard("Stranger")], at: now)
            guard case .wait(let until) = plan.next(at: now, date: 0) else {
                Issue.record("it does not wait")
                return
            }
            pauses.append(until - now)
            now = until
        }
        #expect(pauses.first == timing.firstPause)
        #expect(pauses.last == timing.longestPause)
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
        plan.heard([], at: now)
        let isNew = plan.read([known("Cafe"), known("New")], at: now)
        #expect(isNew)
        #expect(plan.next(at: now, date: 0) == .scan)
        plan.heard([], at: now)
        let isNewer = plan.read([known("Cafe", joined: 7), known("New")], at: now)
        #expect(!isNewer, "when it was joined is nothing new")
        var told = known("Cafe", joined: 7)
        told.transitionDisable = .wpa3Personal
        let isNewest = plan.read([told, known("New")], at: now)
        #expect(!isNewest, "what the network says of itself is nothing new")
        #expect(plan.next(at: now, date: 0) == .wait(until: now + timing.firstPause))
        var empty = AgentPlan(at: start, timing: timing)
        empty.found(radio: "wlan0", at: start)
        #expect(empty.next(at: start, date: 0) == .wait(until: start + timing.sweep), "nothing is known")
    }

    @Test("one that cannot be joined is barred, longer each time, and the next best is taken")
    func barred() {
        let (first, second) = (known("First", priority: 1), known("Second"))
        var plan = plan([first, second])
        plan.heard([heard("First"), heard("Second")], at: start)
        #expect(plan.next(at: start, date: 0) == .join(first.id))
        plan.failed(first.id, .associationRejected, at: start)
        #expect(plan.next(at: start, date: 0) == .join(second.id))
        plan.joined(second.id, at: start, date: 2000)
        #expect(plan.current == second.id)
        // While it is barred nobody looks for it.
        #expect(plan.next(at: after(1), date: 0) == .wait(until: after(1) + timing.sweep))
        #expect(plan.next(at: start + timing.firstWatch, date: 0) == .scan)
        plan.heard([heard("First")], at: after(31))
        #expect(plan.next(at: after(31), date: 0) == .join(first.id))
        plan.failed(first.id, .associationRejected, at: after(31))
        plan.heard([heard("First")], at: after(32))
        #expect(plan.next(at: after(45), date: 0) != .join(first.id), "barred for 20 s now")
        #expect(plan.next(at: after(52), date: 0) == .join(first.id))
        plan.failed(first.id, .wrongPassphrase, at: after(52))
        plan.heard([heard("First")], at: after(200))
        #expect(plan.next(at: after(200), date: 0) != .join(first.id))
        // A new passphrase is a new attempt.
        plan.read([known("First", priority: 1, created: 1500), second], at: after(201))
        plan.heard([heard("First")], at: after(201))
        #expect(plan.next(at: after(201), date: 0) == .join(first.id))
        plan.failed(first.id, .wrongPassphrase, at: after(201))
        plan.reload(at: after(202))
        #expect(plan.next(at: after(202), date: 0) == .scan)
        plan.heard([heard("First")], at: after(202))
        #expect(plan.next(at: after(202), date: 0) == .join(first.id), "a reload lifts every bar")
    }

    @Test("a link that is lost has time to come back, then others are looked for first")
    func lost() {
        let (first, second) = (known("First", priority: 1), known("Second"))
        var plan = plan([first, second])
        plan.joined(first.id, at: start, date: 2000)
        #expect(plan.next(at: start, date: 0) == .wait(until: start + timing.sweep))
        plan.lost(at: after(5))
        plan.lost(at: after(7))
        let end = after(5) + timing.patience
        #expect(plan.next(at: after(8), date: 0) == .wait(until: end))
        plan.rejoined()
        #expect(plan.next(at: end, date: 0) == .wait(until: end + timing.sweep))
        plan.lost(at: end)
        let over = end + timing.patience
        #expect(plan.next(at: over, date: 0) == .leave(first.id))
        plan.left(at: over)
        #expect(plan.current == nil)
        #expect(plan.next(at: over, date: 0) == .scan)
        // The kernel remembers what it heard half a minute ago.
        plan.heard([heard("First"), heard("Second")], at: over)
        #expect(plan.next(at: over, date: 0) == .join(second.id))
        plan.joined(second.id, at: over, date: 3000)
        plan.ended(.wrongPassphrase, at: over + .seconds(1))
        #expect(plan.current == nil)
        #expect(plan.next(at: over + .seconds(1), date: 0) == .scan)
    }

    @Test("a better one is looked for while another is joined, and one that was just configured is better")
    func better() {
        let own = known("Own")
        var plan = plan([own, known("Worse", priority: -1)])
        plan.joined(own.id, at: start, date: 2000)
        #expect(plan.next(at: start, date: 0) == .wait(until: start + timing.sweep), "no scan disturbs the link")
        let new = known("New", "sign", created: 2001)
        plan.read([own, new], at: after(1))
        #expect(plan.next(at: after(1), date: 0) == .scan)
        plan.heard([heard("Own")], at: after(1))
        #expect(plan.next(at: after(1), date: 0) == .wait(until: after(1) + timing.firstWatch), "it is not in reach")
        plan.heard([heard("Own"), heard("New", dBm: -90)], at: after(31))
        #expect(plan.next(at: after(31), date: 0) == .join(new.id))
        plan.joined(new.id, at: after(32), date: 2050)
        #expect(plan.next(at: after(32), date: 0) == .wait(until: after(32) + timing.sweep))
    }

    @Test("what is forgotten, changed or expires while it is joined is left")
    func forgotten() {
        let own = known("Own", created: 0) { $0.lifeTimeInDays = 1 }
        var plan = plan([own])
        plan.joined(own.id, at: start, date: 0)
        #expect(plan.next(at: start, date: 86_390) == .wait(until: after(10)))
        #expect(plan.next(at: after(10), date: 86_400) == .leave(own.id))
        plan.read([known("Own", created: 0, passphrase: "correct horse") { $0.lifeTimeInDays = 1 }], at: after(1))
        #expect(plan.next(at: after(1), date: 0) == .leave(own.id))
        plan.left(at: after(1))
        #expect(plan.next(at: after(1), date: 0) == .scan)
        plan.read([], at: after(2))
        #expect(plan.next(at: after(2), date: 0) == .wait(until: after(2) + timing.sweep))
    }

    @Test("a hidden network is called by its name once no other is heard")
    func hidden() {
        let (veiled, open) = (known("Veiled", priority: 1) { $0.hidden = true }, known("Open"))
        var plan = plan([veiled, open])
        #expect(plan.next(at: start, date: 0) == .scan)
        plan.heard([heard("Open")], at: start)
        #expect(plan.next(at: start, date: 0) == .join(open.id))
        plan.failed(open.id, .noResponse, at: start)
        #expect(plan.next(at: start, date: 0) == .join(veiled.id))
        plan.failed(veiled.id, .networkNotFound, at: start)
        #expect(plan.next(at: start, date: 0) == .wait(until: start + timing.firstPause))
    }

    @Test("without a radio it looks for one, and again when it is gone")
    func radio() {
        var plan = AgentPlan(at: start, timing: timing)
        plan.read([known("Cafe")], at: start)
        #expect(plan.next(at: start, date: 0) == .findRadio)
        plan.lostRadio(at: start)
        #expect(plan.next(at: start, date: 0) == .wait(until: start + timing.radioPause))
        #expect(plan.next(at: start + timing.radioPause, date: 0) == .findRadio)
        plan.found(radio: "wlan0", at: after(2))
        #expect(plan.next(at: after(2), date: 0) == .scan)
        plan.failed(known("Cafe").id, .radioDisabled, at: after(3))
        #expect(plan.next(at: after(3), date: 0) == .wait(until: after(3) + timing.radioPause))
        plan.found(radio: "wlan0", at: after(5))
        plan.heard([heard("Cafe")], at: after(5))
        #expect(plan.next(at: after(5), date: 0) == .join(known("Cafe").id), "a radio that was off bars no network")
    }
}

/// The datagrams to the service manager.
@Suite("What systemd is told")
struct ServiceNotificationTests {
    @Test("each assignment is one line of one datagram, whatever a network is called", arguments: [false, true])
    func datagram(isAbstract: Bool) throws {
        let name = "hotspot-notify-\(UInt64.random(in: 0...UInt64.max))"
        let path = isAbstract ? "@\(name)" : "/tmp/\(name)"
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        defer {
            close(descriptor)
            if !isAbstract { unlink(path) }
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: path.utf8)
            if isAbstract { $0[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(result == 0)
        ServiceNotification.send(["READY=1", "STATUS=On \"Cafe\nMAINPID=1\""], to: path)
        ServiceNotification.send(["READY=1"], to: nil)
        var buffer = [UInt8](repeating: 0, count: 200)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        #expect(text == "READY=1\nSTATUS=On \"Cafe MAINPID=1\"")
        #expect(recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)) < 0, "nothing else was sent")
    }
}
