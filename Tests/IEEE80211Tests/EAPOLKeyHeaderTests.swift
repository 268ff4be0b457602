import IEEE80211
import Testing

@Suite("EAPOL-Key headers")
struct EAPOLKeyHeaderTests {
    static let ethernet = "020000000100 020000000000 888e"
    static let message2 = hex("\(ethernet) 01 03 0075 02 010a 0000 0000000000000007")
    static let message4 = hex("\(ethernet) 01 03 005f 02 030a 0000 0000000000000008")

    @Test("the messages of a handshake are told apart")
    func messages() throws {
        let second = try #require(try EAPOLKeyHeader(ethernetFrame: Self.message2))
        #expect(second.isMessage2 && !second.isMessage4)
        #expect(second.replayCounter == 7)
        let fourth = try #require(try EAPOLKeyHeader(ethernetFrame: Self.message4))
        #expect(fourth.isMessage4 && !fourth.isMessage2)
        let group = try #require(
            try EAPOLKeyHeader(
                ethernetFrame: hex("\(Self.ethernet) 01 03 005f 02 0302 0000") + [UInt8](repeating: 0, count: 8)
            )
        )
        #expect(!group.isMessage4 && !group.isMessage2)
        let third = try #require(
            try EAPOLKeyHeader(
                ethernetFrame: hex("\(Self.ethernet) 01 03 005f 02 13ca 0010") + [UInt8](repeating: 0, count: 8)
            )
        )
        #expect(!third.isMessage4 && !third.isMessage2)
    }

    @Test("another frame is none")
    func others() throws {
        #expect(try EAPOLKeyHeader(ethernetFrame: hex("\(Self.ethernet) 01 01 0000")) == nil)
        #expect(try EAPOLKeyHeader(ethernetFrame: hex("020000000100 020000000000 0800 45")) == nil)
    }

    @Test("a frame cut anywhere is refused")
    func truncation() {
        for count in 0..<Self.message2.count {
            #expect(throws: MalformedOctets.self) {
                try EAPOLKeyHeader(ethernetFrame: Array(Self.message2.prefix(count)))
            }
        }
    }
}
