import IEEE80211
import Testing

/// Frames put together by hand after IEEE 802.11-2020, 9.3.3.
private enum Frames {
    static let station = "020000000000"
    static let accessPoint = "020000000100"
    static let fromAP = "\(station) \(accessPoint) \(accessPoint) 1000"
    static let fromStation = "\(accessPoint) \(station) \(accessPoint) 1000"

    static let authentication = hex("b000 3a01 \(fromAP) 0000 0200 1100")
    static let saeCommit = hex("b000 3a01 \(fromAP) 0300 0100 7e00 1300 aabb")
    static let association = hex("1000 3a01 \(fromAP) 1104 1f00 01c0 0104 82848b96")
    static let reassociation = hex("3000 3a01 \(fromAP) 1104 0000 01c0")
    static let deauthentication = hex("c000 3a01 \(fromAP) 0f00")
    static let ownDeauthentication = hex("c000 3a01 \(fromStation) 0300")
    static let disassociation = hex("a000 3a01 \(fromAP) 0800")
    static let probeResponse = hex("5000 3a01 \(fromAP) 0102")
    static let all = [
        authentication, saeCommit, association, reassociation, deauthentication, ownDeauthentication, disassociation,
        probeResponse,
    ]
}

@Suite("Management frames")
struct ManagementFrameTests {
    @Test("an authentication frame has algorithm, transaction and status")
    func authentication() throws {
        guard case .authentication(let frame) = try ManagementFrame(Frames.authentication) else {
            Issue.record("not an authentication")
            return
        }
        #expect(frame.algorithm == .openSystem)
        #expect(frame.transaction == 2)
        #expect(frame.status == .apUnableToHandleNewSTA)
        #expect(frame.content.isEmpty)
        #expect(frame.addresses.isFromAP)
        #expect(frame.addresses.receiver == MACAddress("02:00:00:00:00:00"))
        #expect(frame.addresses.bssid == MACAddress("02:00:00:00:01:00"))
    }

    @Test("the fields of SAE are kept as they are")
    func saeCommit() throws {
        guard case .authentication(let frame) = try ManagementFrame(Frames.saeCommit) else {
            Issue.record("not an authentication")
            return
        }
        #expect(frame.algorithm == .sae)
        #expect(frame.status == .saeHashToElement)
        #expect(frame.content == hex("1300 aabb"))
        #expect("\(frame.algorithm)" == "SAE (3)")
    }

    @Test("an association response has status, identifier and elements")
    func association() throws {
        guard case .associationResponse(let frame) = try ManagementFrame(Frames.association) else {
            Issue.record("not an association response")
            return
        }
        #expect(!frame.isReassociation)
        #expect(frame.status == .robustMgmtFramePolicyViolation)
        #expect(frame.associationID == 1)
        #expect(frame.capability == 0x0411)
        #expect(frame.elements.elements.count == 1)
        guard case .associationResponse(let other) = try ManagementFrame(Frames.reassociation) else {
            Issue.record("not a reassociation response")
            return
        }
        #expect(other.isReassociation)
    }

    @Test("a deauthentication has a reason and a sender")
    func deauthentication() throws {
        guard case .deauthentication(let frame) = try ManagementFrame(Frames.deauthentication),
            case .deauthentication(let own) = try ManagementFrame(Frames.ownDeauthentication),
            case .disassociation(let disassociation) = try ManagementFrame(Frames.disassociation)
        else {
            Issue.record("not deauthentications")
            return
        }
        #expect(frame.reason == .fourWayHandshakeTimeout)
        #expect(frame.addresses.isFromAP)
        #expect(own.reason == .deauthLeaving)
        #expect(!own.addresses.isFromAP)
        #expect(disassociation.reason == .disassocSTAHasLeft)
    }

    @Test("an HT Control field is skipped, the Protected Frame bit ignored")
    func controlBits() throws {
        var octets = Frames.deauthentication
        octets[1] = 0x80
        octets.insert(contentsOf: [1, 2, 3, 4], at: 24)
        #expect(try ManagementFrame(octets) == (try ManagementFrame(Frames.deauthentication)))
        octets = Frames.deauthentication
        octets[1] = 0x40
        #expect(try ManagementFrame(octets) == (try ManagementFrame(Frames.deauthentication)))
    }

    @Test("data and control frames are refused", arguments: [[0x08, 0], [0xB4, 0], [0xB1, 0]] as [[UInt8]])
    func otherTypes(_ control: [UInt8]) {
        #expect(throws: MalformedOctets.self) { try ManagementFrame(control + [UInt8](repeating: 0, count: 40)) }
    }

    @Test("a frame cut anywhere in its fixed part is refused with an offset inside it", arguments: Frames.all.indices)
    func truncation(index: Int) throws {
        let octets = Frames.all[index]
        let fixed = [30, 30, 30, 30, 26, 26, 26, 24][index]
        for count in 0..<fixed {
            let error = #expect(throws: MalformedOctets.self) { try ManagementFrame(Array(octets.prefix(count))) }
            #expect((0...count).contains(try #require(error).offset))
        }
        for count in fixed...octets.count {
            #expect(throws: Never.self) { try ManagementFrame(Array(octets.prefix(count))) }
        }
    }

    @Test("mutated frames never trap")
    func mutation() {
        var generator = SeededGenerator(state: 2)
        var read = 0
        for round in 0..<100_000 {
            if (try? ManagementFrame(generator.mutate(Frames.all[round % Frames.all.count]))) != nil { read += 1 }
        }
        #expect(read > 1000)
    }
}
