import Testing

@testable import HotspotCore

@Suite("A broadcast")
struct BroadcastTests {
    @Test("each reader gets each element that is sent while it reads, and the end")
    func readers() async {
        let broadcast = Broadcast<Int>()
        broadcast.send(0)
        let first = broadcast.subscribe()
        broadcast.send(1)
        let second = broadcast.subscribe()
        broadcast.send(2)
        broadcast.finish()
        broadcast.send(3)
        #expect(await first.reduce(into: []) { $0.append($1) } == [1, 2])
        #expect(await second.reduce(into: []) { $0.append($1) } == [2])
        #expect(await broadcast.subscribe().reduce(into: []) { $0.append($1) } == [])
    }

    @Test("a reader that goes away is forgotten, and one that is slow loses the oldest only")
    func slow() async {
        let broadcast = Broadcast<Int>()
        do { _ = broadcast.subscribe() }
        let slow = broadcast.subscribe()
        for number in 0..<100 { broadcast.send(number) }
        broadcast.finish()
        #expect(await slow.reduce(into: []) { $0.append($1) } == Array(36..<100))
    }
}
