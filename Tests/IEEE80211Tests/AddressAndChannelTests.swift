import IEEE80211
import Testing

@Suite("MAC addresses")
struct MACAddressTests {
    @Test("text is parsed and printed", arguments: ["02:00:00:00:0a:ff", "02-00-00-00-0A-FF"])
    func text(_ text: String) throws {
        let address = try #require(MACAddress(text))
        #expect(address.octets == [2, 0, 0, 0, 10, 255])
        #expect("\(address)" == "02:00:00:00:0a:ff")
        #expect(MACAddress(octets: address.octets) == address)
    }

    @Test(
        "other text is no address",
        arguments: [
            "", "02:00:00:00:0a", "02:00:00:00:0a:f", "02:00:00:00:0a:fg", "02:00-00:00:0a:ff", "020000000aff",
            "02:00:00:00:0a:ff:", "+2:00:00:00:0a:ff", "02:00:00:00:0a:\u{ff11}f",
        ]
    )
    func otherText(_ text: String) {
        #expect(MACAddress(text) == nil)
    }

    @Test("any other number of octets than six is no address")
    func otherCounts() {
        for count in [0, 5, 7] {
            #expect(MACAddress(octets: [UInt8](repeating: 0, count: count)) == nil)
        }
    }

    @Test("the two low bits of the first octet mean group and local")
    func bits() throws {
        #expect(MACAddress.broadcast.isGroup)
        #expect(try #require(MACAddress("02:00:00:00:00:00")).isLocallyAdministered)
        #expect(try !#require(MACAddress("00:11:22:33:44:55")).isLocallyAdministered)
        #expect(try !#require(MACAddress("00:11:22:33:44:55")).isGroup)
    }
}

@Suite("Channels")
struct ChannelTests {
    @Test(
        "a frequency belongs to one channel",
        arguments: [
            (2412, Band.ghz2_4, 1), (2437, .ghz2_4, 6), (2472, .ghz2_4, 13), (2484, .ghz2_4, 14), (4920, .ghz5, 184),
            (5180, .ghz5, 36), (5500, .ghz5, 100), (5825, .ghz5, 165), (5885, .ghz5, 177), (5935, .ghz6, 2),
            (5955, .ghz6, 1), (6415, .ghz6, 93), (7115, .ghz6, 233),
        ]
    )
    func conversion(frequency: Int, band: Band, number: Int) throws {
        let channel = try #require(Channel(frequencyMHz: frequency))
        #expect(channel.band == band)
        #expect(channel.number == number)
        #expect(Channel(band: band, number: number) == channel)
    }

    @Test(
        "what no channel has is no channel",
        arguments: [0, -1, 2411, 2413, 2477, 2500, 5181, 5900, 5940, 7120, .max]
    )
    func noChannel(frequency: Int) {
        #expect(Channel(frequencyMHz: frequency) == nil)
    }

    @Test("a number outside its band is no channel")
    func noNumber() {
        #expect(Channel(band: .ghz2_4, number: 15) == nil)
        #expect(Channel(band: .ghz2_4, number: 0) == nil)
        #expect(Channel(band: .ghz6, number: 234) == nil)
        #expect(Channel(band: .ghz5, number: 181) == nil)
        #expect(Channel(band: .ghz5, number: .max) == nil)
    }
}
