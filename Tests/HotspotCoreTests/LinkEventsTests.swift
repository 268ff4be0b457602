import IEEE80211
import Testing

@testable import HotspotCore
@testable import Netlink
@testable import RSN

@Suite("What is heard of a link")
struct LinkEventsTests {
    private static let own = MACAddress("02:00:00:00:01:00")
    private static let stranger = MACAddress("02:00:00:00:02:00")

    private func frame(_ source: MACAddress, _ number: UInt8) -> ControlPortFrame {
        ControlPortFrame(source: source, octets: [number], isEncrypted: false, instant: .now)
    }

    private func event(_ kind: NL80211Event.Kind, interface: UInt32? = 3) -> NL80211Event {
        NL80211Event(interface: interface, wiphy: nil, instant: .now, kind: kind)
    }

    private func isOverrun(_ event: LinkEvents.Event?) -> Bool {
        if case .air(let event)? = event, case .overrun = event.kind { true } else { false }
    }

    @Test("EAPOL frames that come before the association are kept in their order, a stranger's never")
    func early() throws {
        let (own, stranger) = (try #require(Self.own), try #require(Self.stranger))
        var early = EarlyFrames()
        for number in 0..<UInt8(10) { early.add(frame(stranger, 100 + number), of: own) }
        for number in 0..<UInt8(6) { early.add(frame(own, number), of: own) }
        var octets: [UInt8] = []
        while let next = early.next() { octets += next.octets }
        #expect(octets == [0, 1, 2, 3])
    }

    @Test("a reader that was too slow is told so before anything else, once")
    func lost() async {
        let events = LinkEvents(capacity: 4)
        for _ in 0..<4 { events.add(.wake) }
        guard case .wake? = await events.next() else {
            Issue.record("nothing was lost yet")
            return
        }
        for _ in 0..<3 { events.add(.lost) }
        #expect(isOverrun(await events.next()))
        for _ in 0..<4 { #expect(!isOverrun(await events.next())) }
    }

    @Test("where the kernel's events end, they are listened for once more, and where that fails the link is given up")
    func deaf() async throws {
        let own = try #require(Self.own)
        let events = LinkEvents()
        let heard = AsyncStream { continuation in
            continuation.yield(event(.deleteStation(own), interface: 4))
            continuation.yield(event(.roam(nil)))
            continuation.finish()
        }
        await events.pump(heard, interface: 3) { throw CancellationError() }
        guard case .air(let first)? = await events.next(), case .roam = first.kind,
            case .lost? = await events.next()
        else {
            Issue.record("the end was not told")
            return
        }
    }

    @Test("a pairwise key that is replaced is told from a group's")
    func replaced() {
        func install(_ kind: InstallableKey.Kind) -> SupplicantAction {
            .install(
                InstallableKey(
                    kind: kind,
                    index: 0,
                    cipher: .ccmp128,
                    key: SecretOctets([UInt8](repeating: 1, count: 16)),
                    sequence: []
                )
            )
        }
        #expect(NL80211Station.replacesPairwiseKey([.authorize, install(.pairwise)]))
        #expect(!NL80211Station.replacesPairwiseKey([install(.group), install(.managementGroup)]))
    }
}
