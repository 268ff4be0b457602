import IEEE80211
import Testing

@Suite("SAE fields")
struct SAEFieldTests {
    static let scalar = [UInt8](repeating: 3, count: 32)
    static let element = [UInt8](repeating: 4, count: 64)

    /// A commit by hash-to-element that wpa_supplicant sent in the lab: out of Fixtures/nl80211/join-sae.hex.
    static let recorded = hex(
        "1300ef77e1def3810c1f83d7aae9ef0ca3b4277fa6577efd630d941c8c1ee81343e6929739c613a9d696961ec7783c28269c1846"
            + "ebef904a91be77de16a2436293f5f7cc9f4d849f2d68be6d336074163d85b4bcd92e26dfef7deb928c3bf6e79885"
    )

    @Test("recorded commits and confirms are read and emitted as they were")
    func recordings() throws {
        let commit = try SAECommit(Self.recorded, scalarLength: 32, hashToElement: true)
        #expect(commit.group == 19)
        #expect(commit.token == nil && commit.passwordIdentifier == nil && commit.rejectedGroups == nil)
        #expect(commit.content(hashToElement: true) == Self.recorded)
        let octets = hex("01005c73fae10a82960b104330c8c5fc15ff5d030a00ad4e22cd1b62f8c54d32e96b")
        let confirm = try SAEConfirm(octets + [0, 0], confirmLength: 32)
        #expect(confirm.sendConfirm == 1)
        #expect(confirm.content == octets)
    }

    @Test("looping has the token before the scalar, hash-to-element has it in an element")
    func tokens() throws {
        var commit = SAECommit(group: 19, scalar: Self.scalar, element: Self.element, token: [1, 2, 3])
        let looping = try #require(commit.content(hashToElement: false))
        #expect(looping == [19, 0, 1, 2, 3] + Self.scalar + Self.element)
        #expect(try SAECommit(looping, scalarLength: 32, hashToElement: false) == commit)
        commit.passwordIdentifier = Array("guest".utf8)
        commit.rejectedGroups = [21, 20]
        let hashing = try #require(commit.content(hashToElement: true))
        let elements = hex("ff 06 21 6775657374 ff 05 5c 1500 1400 ff 04 5d 010203")
        #expect(hashing == [19, 0] + Self.scalar + Self.element + elements)
        #expect(try SAECommit(hashing, scalarLength: 32, hashToElement: true) == commit)
        commit.passwordIdentifier = [UInt8](repeating: 0, count: 255)
        #expect(commit.content(hashToElement: true) == nil)
    }

    @Test("a request for a token is read both ways")
    func tokenRequests() throws {
        let request = SAETokenRequest(group: 19, token: [9, 8, 7])
        #expect(request.content(hashToElement: false) == hex("1300 090807"))
        #expect(request.content(hashToElement: true) == hex("1300 ff 04 5d 090807"))
        for method in [false, true] {
            let content = try #require(request.content(hashToElement: method))
            #expect(try SAETokenRequest(content, hashToElement: method) == request)
        }
        #expect(throws: MalformedOctets.self) { try SAETokenRequest(hex("1300"), hashToElement: false) }
        #expect(throws: MalformedOctets.self) { try SAETokenRequest(hex("1300 090807"), hashToElement: true) }
        #expect(throws: MalformedOctets.self) { try SAETokenRequest(hex("13"), hashToElement: true) }
    }

    @Test("fields cut anywhere are refused", arguments: [false, true])
    func truncation(hashToElement: Bool) throws {
        let commit = SAECommit(group: 19, scalar: Self.scalar, element: Self.element)
        let content = try #require(commit.content(hashToElement: hashToElement))
        for count in 0..<content.count {
            #expect(throws: MalformedOctets.self) {
                try SAECommit(Array(content.prefix(count)), scalarLength: 32, hashToElement: hashToElement)
            }
        }
        let damaged = content + [255, 9]
        #expect(throws: MalformedOctets.self) { try SAECommit(damaged, scalarLength: 32, hashToElement: true) }
        let oddGroups = content + hex("ff 04 5c 1500 14")
        #expect(throws: MalformedOctets.self) { try SAECommit(oddGroups, scalarLength: 32, hashToElement: true) }
        #expect(throws: MalformedOctets.self) {
            try SAEConfirm([1, 0] + Self.scalar.dropLast(), confirmLength: 32)
        }
    }

    @Test("mutated fields never trap and are emitted with what was read")
    func mutation() throws {
        var generator = SeededGenerator(state: 4)
        let seeds = [
            Self.recorded,
            Self.recorded + hex("ff 06 21 6775657374 ff 05 5c 1500 1400 ff 04 5d 010203"), hex("1300 ff 04 5d 090807"),
        ]
        for round in 0..<30_000 {
            let octets = generator.mutate(seeds[round % seeds.count])
            for method in [false, true] {
                if let commit = try? SAECommit(octets, scalarLength: 32, hashToElement: method) {
                    let content = commit.content(hashToElement: method)
                    guard let content, try SAECommit(content, scalarLength: 32, hashToElement: method) == commit else {
                        Issue.record("\(octets)")
                        return
                    }
                }
                _ = try? SAETokenRequest(octets, hashToElement: method)
            }
            _ = try? SAEConfirm(octets, confirmLength: 32)
            _ = try? DiffieHellmanParameterElement(octets)
        }
    }

    @Test("OWE's and RSNXE's elements are emitted as they are on the air")
    func elements() throws {
        let key = DiffieHellmanParameterElement(group: 19, publicKey: Self.scalar)
        #expect(key.element?.octets == hex("ff 23 20 1300") + Self.scalar)
        #expect(try ElementList(key.element?.octets ?? []).diffieHellmanParameter() == key)
        #expect(throws: MalformedOctets.self) { try ElementList(hex("ff 02 20 13")).diffieHellmanParameter() }
        #expect(try ElementList([]).diffieHellmanParameter() == nil)
        #expect(RSNXE(hashToElement: true).element?.octets == Samples.rsnxe)
        let transition = try #require(try ElementList(Samples.oweTransition).oweTransition())
        #expect(try ElementList(transition.element?.octets ?? []).oweTransition() == transition)
    }

    @Test("keys have the lengths of their ciphers")
    func keyLengths() {
        #expect(CipherSuite.ccmp128.keyLength == 16)
        #expect(CipherSuite.gcmp256.keyLength == 32)
        #expect(CipherSuite.bipGMAC256.keyLength == 32)
        #expect(CipherSuite.wep104.keyLength == 13)
        #expect(CipherSuite.groupTrafficNotAllowed.keyLength == nil)
    }
}
