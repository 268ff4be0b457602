import IEEE80211
import Netlink
import RSN
import Synchronization
import Testing

@testable import HotspotCore

/// Access points as a scan has them.
private enum Heard {
    static let owe: [UInt8] = [
        0x30, 0x1A, 1, 0, 0, 0x0F, 0xAC, 4, 1, 0, 0, 0x0F, 0xAC, 4, 1, 0, 0, 0x0F, 0xAC, 0x12, 0xC0, 0, 0, 0, 0, 0x0F,
        0xAC, 6,
    ]
    static let psk: [UInt8] = [
        0x30, 0x14, 1, 0, 0, 0x0F, 0xAC, 4, 1, 0, 0, 0x0F, 0xAC, 4, 1, 0, 0, 0x0F, 0xAC, 2, 0, 0,
    ]

    static func address(_ number: UInt8) throws -> MACAddress {
        try #require(MACAddress(octets: [2, 0, 0, 0, number, 0]))
    }

    static func result(_ number: UInt8, _ ssid: String, _ elements: [UInt8] = []) throws -> ScanResult {
        ScanResult(
            bssid: try address(number),
            frequencyMHz: 2437,
            elements: ElementList([0, UInt8(ssid.utf8.count)] + Array(ssid.utf8) + elements)
        )
    }

    static func half(_ number: UInt8, _ ssid: String) throws -> OWETransitionElement {
        try #require(OWETransitionElement(bssid: address(number), ssid: Array(ssid.utf8)))
    }
}

@Suite("The choice among the access points of a name")
struct AccessPointChoiceTests {
    private struct Offer: Equatable {
        let name: String
        let isProtected: Bool
        var isFaint = false
    }

    private func chosen(_ order: AccessPointOrder, _ offers: [Offer]) -> [String] {
        order.chosen(offers, isProtected: \.isProtected, isPutBy: \.isFaint).map(\.name)
    }

    @Test("SAE and OWE are tried alone where they are heard, even faintly, and nothing less after they have failed")
    func order() {
        var order = AccessPointOrder()
        let near = Offer(name: "twin", isProtected: false)
        #expect(chosen(order, [near]) == ["twin"])
        #expect(chosen(order, [near, Offer(name: "own", isProtected: true)]) == ["own"])
        #expect(chosen(order, [near, Offer(name: "own", isProtected: true, isFaint: true)]) == [])
        order.failed(isProtected: false, .noResponse)
        #expect(chosen(order, [near]) == ["twin"])
        order.failed(isProtected: true, .associationRejected)
        #expect(chosen(order, [near]) == [])
        #expect(chosen(order, [near, Offer(name: "own", isProtected: true)]) == ["own"])
    }

    @Test("that the passphrase is wrong is one access point's word, is reported at the end, and is believed in time")
    func wrongPassphrase() {
        #expect(AccessPointOrder.isAboutOneAccessPoint(.wrongPassphrase))
        #expect(!AccessPointOrder.isAboutOneAccessPoint(.radioDisabled))
        let wrong = HotspotConfigurationError(.wrongPassphrase, "wrong")
        let silent = HotspotConfigurationError(.noResponse, "silent")
        #expect(AccessPointOrder.reported(nil, silent).cause == .noResponse)
        #expect(AccessPointOrder.reported(wrong, silent).cause == .wrongPassphrase)
        #expect(AccessPointOrder.reported(silent, wrong).cause == .wrongPassphrase)
        var order = AccessPointOrder()
        for number in 1...AccessPointOrder.refusalLimit {
            #expect(!order.isDecided)
            order.failed(isProtected: false, .wrongPassphrase)
            #expect(order.isNearlyDecided && order.isDecided == (number == AccessPointOrder.refusalLimit))
        }
    }

    @Test("what a network said that it no longer needs is refused, whatever the configuration allows")
    func transitionDisable() throws {
        func decision(_ policy: SecurityPolicy, _ credential: JoinCredential) throws -> RSNDecision {
            RSNNegotiation.decide(
                BSSDescription(
                    bssid: try Heard.address(1),
                    ssid: Array("Cafe".utf8),
                    elements: try Heard.result(1, "Cafe", credential.password == nil ? [] : Heard.psk).elements,
                    privacy: credential.password != nil
                ),
                station: StationCapabilities(ciphers: [.ccmp128, .bipCMAC128], sae: true),
                credential: credential.credential,
                policy: policy
            )
        }
        for (configuration, bit) in [
            (HotspotConfiguration(ssid: "Cafe", passphrase: "correct horse"), TransitionDisable.wpa3Personal),
            (HotspotConfiguration(ssid: "Cafe"), .enhancedOpen),
        ] {
            let credential = JoinCredential(configuration)
            let (none, said) = (
                credential.policy(transitionDisable: []), credential.policy(transitionDisable: bit)
            )
            guard case .join = try decision(none, credential) else {
                Issue.record("not joined")
                return
            }
            guard case .refuse(.transitionDisabled) = try decision(said, credential) else {
                Issue.record("\(bit) is not obeyed")
                return
            }
            let error = Decision(.transitionDisabled, hasCredential: true)
            #expect(error.cause == .securityMismatch && "\(error)".contains("Transition Disable"))
            let before = credential.policy(transitionDisable: [], joinedBefore: .wpa3)
            guard case .refuse(.belowEarlier) = try decision(before, credential) else {
                Issue.record("an earlier join is not obeyed")
                return
            }
        }
    }

    @Test("what a network says is told once, with all that it said before")
    func memory() {
        let told = Mutex<[UInt8]>([])
        let memory = NetworkMemory(.saePK) { bits in told.withLock { $0.append(bits.rawValue) } }
        #expect(!memory.learn([]) && !memory.learn(.saePK))
        #expect(memory.learn(.wpa3Personal) && !memory.learn(.wpa3Personal))
        #expect(memory.transitionDisable == [.wpa3Personal, .saePK])
        #expect(told.withLock(\.self) == [3])
    }

    // MARK: OWE pairs

    /// Runs a search over what each of its scans hears.
    private func search(
        _ half: OWETransitionElement,
        _ heard: (Int, Bool) throws -> [ScanResult]
    ) rethrows -> (OWEHalfSearch.Outcome, scans: [Bool]) {
        var search = OWEHalfSearch(half)
        var scans: [Bool] = []
        while let asks = search.next, scans.count < 20 {
            scans.append(asks)
            search.take(try heard(scans.count, asks))
        }
        return (search.outcome, scans)
    }

    @Test("the hidden half is asked for several times and listened for before it is given up")
    func absent() throws {
        let (outcome, scans) = try search(try Heard.half(2, "Hidden")) { _, _ in [try Heard.result(1, "Cafe")] }
        guard case .absent = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(scans == [true, true, true, false])
        let (late, count) = try search(try Heard.half(2, "Hidden")) { number, _ in
            number < 3 ? [] : [try Heard.result(2, "Hidden", Heard.owe)]
        }
        guard case .found(let result) = late else {
            Issue.record("\(late)")
            return
        }
        #expect(try result.bssid == Heard.address(2) && count.count == 3)
    }

    @Test("a hidden half that beacons and answers nobody is no reason to join the open one")
    func silent() throws {
        let (outcome, scans) = try search(try Heard.half(2, "Hidden")) { _, asks in
            asks ? [] : [try Heard.result(2, "", Heard.owe)]
        }
        guard case .silent = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(scans == [true, true, true, false, true], "asked once more, as it is there")
    }

    @Test("an open access point that names itself, or another open one, leads nowhere and ends")
    func loop() throws {
        let evil = try [Heard.result(1, "Cafe"), Heard.result(2, "Cafe"), Heard.result(1, "Cafe", Heard.psk)]
        for number in [UInt8(1), 2] {
            let (outcome, scans) = search(try Heard.half(number, "Cafe")) { _, _ in evil }
            guard case .absent = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(scans.count == 4)
        }
    }

    @Test("either half is meant by the address of the hidden one")
    func pinned() throws {
        let element = try #require(try Heard.half(2, "Hidden").element)
        let open = try Heard.result(1, "Cafe", element.octets)
        #expect(try OWEHalfSearch.isMeant(open, by: Heard.address(2)))
        #expect(try OWEHalfSearch.isMeant(open, by: Heard.address(1)))
        #expect(try !OWEHalfSearch.isMeant(open, by: Heard.address(3)))
    }

    // MARK: Scans

    @Test("a scan's end is that of channels that were asked for, without those that the kernel left out")
    func scanEnd() {
        var wait = ScanWait([2412, 2437, 5180])
        #expect(!wait.isEnd([2412]), "the end of an earlier scan, heard late")
        wait.began([2462])
        #expect(!wait.isEnd([2412]), "somebody else's")
        wait.began([2412, 2437])
        #expect(wait.isEnd([2412, 2437]), "a channel was forbidden")
        #expect(wait.isEnd([2412]))
        #expect(!wait.isEnd([2412, 2462]))
        #expect(!wait.isEnd([]))
        #expect(ScanWait.limit(channels: 40) > ScanWait.limit(channels: 1))
    }
}
