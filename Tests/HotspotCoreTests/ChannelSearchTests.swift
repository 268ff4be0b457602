import Netlink
import Testing

@testable import HotspotCore

@Suite("Where a network is looked for, and in which order")
struct ChannelSearchTests {
    /// The channels of both bands, as the world's default rules have them.
    private static let world: [Wiphy.Frequency] =
        (1...13).map { Wiphy.Frequency(frequencyMHz: 2407 + 5 * $0, isPassive: $0 > 11) }
        + [5180, 5200, 5220, 5240, 5260, 5745].map { Wiphy.Frequency(frequencyMHz: $0, isPassive: true) }
        + [Wiphy.Frequency(frequencyMHz: 5845, isDisabled: true)]

    /// The same where access points may be anywhere, but on channel 52 after radar was watched for.
    private static let permissive = world.map {
        Wiphy.Frequency(
            frequencyMHz: $0.frequencyMHz,
            isDisabled: $0.isDisabled,
            isPassive: $0.frequencyMHz == 5260
        )
    }

    @Test("the likely channels come one by one, those where the network was heard before all others")
    func likely() {
        let fresh = ChannelSearch(Self.world, known: [])
        #expect(fresh.likely.map(\.frequencies) == [[2412], [2437], [2462]])
        #expect(fresh.likely.map(\.wantsGoodSignal) == [true, true, false])
        let again = ChannelSearch(Self.world, known: [2437, 5745, 2437, 5845])
        #expect(again.likely.map(\.frequencies) == [[2437], [5745], [2412], [2462]])
        #expect(again.stages.prefix(4).elementsEqual(again.likely))
        #expect(ChannelSearch(Self.permissive, known: []).likely.last?.frequencies == [5180, 5200, 5220, 5240])
    }

    @Test("every allowed channel is asked once, and those that a beacon may have missed are listened on at the end")
    func complete() {
        for frequencies in [Self.world, Self.permissive] {
            for known in [[], [2412], [5260, 2472], [2417, 2422, 2427, 2432, 2442]] {
                let search = ChannelSearch(frequencies, known: known)
                let asked = search.stages.filter(\.asks).flatMap(\.frequencies)
                #expect(Set(asked) == Set(frequencies.filter { !$0.isDisabled }.map(\.frequencyMHz)))
                #expect(Set(asked).count == asked.count)
                let listening = search.stages.filter { !$0.asks }.flatMap(\.frequencies)
                let active = frequencies.filter { !$0.isPassive && !$0.isDisabled && $0.frequencyMHz < 3000 }
                #expect(listening == active.map(\.frequencyMHz))
            }
        }
    }

    @Test("channels on which nothing may be sent first come after those on which one may ask")
    func passive() throws {
        let stages = ChannelSearch(Self.permissive, known: []).stages.filter(\.asks).map(\.frequencies)
        #expect(stages.last == [5260])
        let world = ChannelSearch(Self.world, known: []).stages.filter(\.asks).map(\.frequencies)
        #expect(world.last == [2467, 2472, 5180, 5200, 5220, 5240, 5260, 5745])
    }

    @Test("a radio without channels is not searched")
    func none() {
        #expect(ChannelSearch([], known: [2412]).stages.isEmpty)
        #expect(ChannelSearch([Wiphy.Frequency(frequencyMHz: 2412, isDisabled: true)], known: [2412]).stages.isEmpty)
    }
}
