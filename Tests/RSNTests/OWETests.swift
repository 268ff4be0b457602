import IEEE80211
import RSN
import Testing

@Suite("OWE")
struct OWETests {
    @Test("keys are those of the second implementation, on both ends")
    func vectors() throws {
        for vector in try Vectors.recomputed.get().owe {
            let group = try #require(CyclicGroup(rawValue: vector.group))
            let client = try OWE(group: group, random: ScriptedRandom([hex(vector.client_private)]))
            #expect(client.publicKey == hex(vector.client_public))
            let peer = DiffieHellmanParameterElement(group: vector.group, publicKey: hex(vector.ap_public))
            let keys = try client.receive(peer).get()
            #expect(keys.pmk.disclosed == hex(vector.pmk))
            #expect(keys.pmkid == hex(vector.pmkid))
            #expect(keys.pmk.count == group.hash.length)
        }
    }

    @Test("the element is extension 32 with group and x coordinate", arguments: CyclicGroup.allCases)
    func element(group: CyclicGroup) throws {
        let owe = try OWE(group: group)
        let octets = try #require(owe.element.element).octets
        #expect(octets == [255, UInt8(3 + group.length), 32, UInt8(group.rawValue), 0] + owe.publicKey)
        #expect(try OWE(group: group).publicKey != owe.publicKey)
    }

    @Test("the response's element is found and taken")
    func response() throws {
        let (client, other) = (try OWE(), try OWE())
        let octets = hex("00 04 43616665") + (other.element.element?.octets ?? [])
        #expect(try client.receive(ElementList(octets)).get().pmk.count == 32)
    }

    static func cause(_ result: Result<OWEKeys, OWEFailure>) -> OWEFailure.Cause? {
        if case .failure(let failure) = result { failure.cause } else { nil }
    }

    @Test("no key, one of another group, none of the curve, one of a wrong length and our own are refused")
    func refusals() throws {
        let client = try OWE()
        #expect(Self.cause(client.receive(ElementList([]))) == .noPublicKey)
        guard case .malformed? = Self.cause(client.receive(ElementList(hex("ff 02 20 13")))) else {
            Issue.record("a cut element was taken")
            return
        }
        let wide = try OWE(group: .p384)
        #expect(Self.cause(client.receive(wide.element)) == .group(20))
        #expect(Self.cause(client.receive(client.element)) == .invalidPublicKey)
        // About half of all x have no y, so among these there are some without.
        var refused = 0
        for number in UInt8(1)..<20 {
            let x = [UInt8](repeating: 0, count: 31) + [number]
            let result = client.receive(DiffieHellmanParameterElement(group: 19, publicKey: x))
            if Self.cause(result) == .invalidPublicKey { refused += 1 }
        }
        #expect((1..<19).contains(refused))
        for count in [0, 1, 31, 33, 64, 250] {
            let element = DiffieHellmanParameterElement(group: 19, publicKey: [UInt8](repeating: 1, count: count))
            #expect(Self.cause(client.receive(element)) == .invalidPublicKey)
        }
        let high = DiffieHellmanParameterElement(group: 19, publicKey: [UInt8](repeating: 0xFF, count: 32))
        #expect(Self.cause(client.receive(high)) == .invalidPublicKey)
    }
}
