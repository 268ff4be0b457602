import IEEE80211
import Testing

/// Elements of beacons and requests, put together by hand after IEEE 802.11-2020, 9.4.2, or seen on the air.
enum Samples {
    static let ssid = hex("00 04 43616665")
    static let rates = hex("01 08 82848b960c121824")
    static let wpa2 = hex("30 14 0100 000fac04 0100 000fac04 0100 000fac02 0000")
    static let wpa3 = hex("30 1a 0100 000fac04 0100 000fac04 0100 000fac08 c000 0000 000fac06")
    static let wpa2And3 = hex("30 1e 0100 000fac04 0100 000fac04 0200 000fac02 000fac08 8000 0000 000fac06")
    static let enterprise = hex("30 14 0100 000fac04 0100 000fac04 0100 000fac01 0000")
    static let owe = hex("30 1a 0100 000fac04 0100 000fac04 0100 000fac12 c000 0000 000fac06")
    static let wpa1 = hex("dd 16 0050f201 0100 0050f202 0100 0050f202 0100 0050f202")
    static let rsnxe = hex("f4 01 20")
    static let oweTransition = hex("dd 14 506f9a1c 020000000100 09 6f77652d73616665 31")
    static let wmm = hex("dd 07 0050f202 00 01 00")
    static let diffieHellman = hex("ff 03 20 1300")

    static let all = [
        ssid, rates, wpa2, wpa3, wpa2And3, enterprise, owe, wpa1, rsnxe, oweTransition, wmm, diffieHellman,
    ]
}

@Suite("Elements")
struct ElementTests {
    @Test("elements are kept in order, unknown ones included, and re-emitted")
    func roundTrip() {
        let octets = Array(Samples.all.joined())
        let list = ElementList(octets)
        #expect(list.damage == nil)
        #expect(list.elements.count == Samples.all.count)
        #expect(list.octets == octets)
        #expect(list.ssid == Array("Cafe".utf8))
        #expect(list.first(.diffieHellmanParameter) == [0x13, 0x00])
    }

    @Test("a list cut anywhere keeps what is whole, says where the rest begins and re-emits all of it")
    func truncation() {
        let octets = Samples.ssid + Samples.wpa2 + Samples.rsnxe
        let ends = [0, Samples.ssid.count, Samples.ssid.count + Samples.wpa2.count, octets.count]
        for count in 0...octets.count {
            let list = ElementList(Array(octets.prefix(count)))
            #expect((list.damage == nil) == ends.contains(count))
            #expect(list.elements.count == ends.dropFirst().count { $0 <= count })
            #expect(list.octets == Array(octets.prefix(count)))
        }
        let damage = ElementList(Array(octets.prefix(Samples.ssid.count + 5))).damage
        #expect(damage?.offset == Samples.ssid.count + 2)
        #expect(damage?.reason == .truncated(needed: 20, available: 3))
        #expect(damage?.description == "elements: 20 octets needed, 3 there, at offset 8")
    }

    @Test("an SSID longer than 32 octets is none")
    func longSSID() {
        #expect(ElementList([0, 33] + [UInt8](repeating: 65, count: 33)).ssid == nil)
        #expect(ElementList([0, 32] + [UInt8](repeating: 65, count: 32)).ssid?.count == 32)
        #expect(ElementList([0, 0]).ssid == [])
        #expect(ElementList([]).ssid == nil)
    }

    @Test("an extended element without an extension number survives")
    func emptyExtension() {
        let list = ElementList([255, 0])
        #expect(list.octets == [255, 0])
        #expect(list.damage == nil)
    }

    @Test("an element that is too long cannot be made")
    func tooLong() {
        #expect(Element(.ssid, body: [UInt8](repeating: 0, count: 256)) == nil)
        #expect(Element(ElementID(extension: 32), body: [UInt8](repeating: 0, count: 255)) == nil)
        #expect(Element(ElementID(extension: 32), body: [UInt8](repeating: 0, count: 254))?.octets.count == 257)
    }

    @Test("mutated elements never trap and re-emit themselves")
    func mutation() {
        var generator = SeededGenerator(state: 1)
        for round in 0..<100_000 {
            let seed = Samples.all[round % Samples.all.count] + Samples.all[(round / 7) % Samples.all.count]
            let octets = generator.mutate(seed)
            let list = ElementList(octets)
            guard list.octets == octets else {
                Issue.record("\(octets) became \(list.octets)")
                return
            }
            let security = BSSSecurity(elements: list, privacy: round % 2 == 0)
            guard !security.isEmpty else {
                Issue.record("no security from \(octets)")
                return
            }
            if let body = list.first(.rsn), let rsne = try? RSNE(body), rsne.body != body {
                Issue.record("\(body) became \(rsne.body)")
                return
            }
            _ = list.rsnxe?.hashToElement
            _ = try? list.oweTransition()
        }
    }
}

@Suite("RSNE")
struct RSNETests {
    @Test("a WPA3 element is read whole")
    func wpa3() throws {
        let rsne = try #require(try ElementList(Samples.wpa3).rsne())
        #expect(rsne.version == 1)
        #expect(rsne.groupDataCipher == .ccmp128)
        #expect(rsne.pairwiseCiphers == [.ccmp128])
        #expect(rsne.akmSuites == [.sae])
        #expect(
            rsne.capabilities == [.managementFrameProtectionCapable, .managementFrameProtectionRequired]
        )
        #expect(rsne.pmkids == [])
        #expect(rsne.groupManagementCipher == .bipCMAC128)
        #expect(rsne.element?.octets == Samples.wpa3)
    }

    @Test("an element may end after any field and is emitted as it was")
    func shortForms() throws {
        let body = Array(Samples.wpa3.dropFirst(2)) + [0xAA]
        let ends = [2, 6, 12, 18, 20, 22, 26, 27]
        for count in 0...body.count {
            let prefix = Array(body.prefix(count))
            if ends.contains(count) {
                let rsne = try RSNE(prefix)
                #expect(rsne.body == prefix)
            } else {
                #expect(throws: MalformedOctets.self) { try RSNE(prefix) }
            }
        }
    }

    @Test("absent fields have the standard's defaults")
    func defaults() throws {
        let rsne = try RSNE([1, 0])
        #expect(rsne.akmSuites == nil)
        #expect(rsne.effectiveAKMSuites == [.ieee8021X])
        #expect(rsne.effectivePairwiseCiphers == [.ccmp128])
        #expect(rsne.effectiveGroupDataCipher == .ccmp128)
        #expect(rsne.effectiveGroupManagementCipher == nil)
    }

    @Test("a field after an absent one brings the defaults with it")
    func gaps() throws {
        let rsne = RSNE(capabilities: .managementFrameProtectionCapable)
        #expect(rsne.body == hex("0100 000fac04 0100 000fac04 0100 000fac01 8000"))
        #expect(rsne.effectiveGroupManagementCipher == .bipCMAC128)
    }

    @Test("PMKIDs are read and emitted")
    func pmkids() throws {
        let pmkid = [UInt8](repeating: 7, count: 16)
        let rsne = RSNE(akmSuites: [.sae], pmkids: [pmkid], groupManagementCipher: .bipCMAC128)
        #expect(try RSNE(rsne.body).pmkids == [pmkid])
        #expect(try RSNE(rsne.body).body == rsne.body)
    }

    @Test("counts and versions that make no sense are refused with their offset")
    func nonsense() {
        #expect(throws: MalformedOctets(structure: "RSNE", offset: 0, reason: .invalid("version 0"))) {
            try RSNE([0, 0])
        }
        #expect(throws: MalformedOctets(structure: "RSNE", offset: 6, reason: .invalid("no pairwise cipher"))) {
            try RSNE(hex("0100 000fac04 0000"))
        }
        #expect(throws: MalformedOctets.self) { try RSNE(hex("0100 000fac04 ffff 000fac04")) }
    }

    @Test("suites are printed with name and selector")
    func descriptions() {
        #expect("\(AKMSuite.sae)" == "SAE (00-0F-AC:8)")
        #expect("\(AKMSuite(rawValue: 0x506F_9A02))" == "unknown (50-6F-9A:2)")
        #expect("\(CipherSuite.ccmp128)" == "CCMP (00-0F-AC:4)")
        #expect("\(CipherSuite.wpa1TKIP)" == "WPA1-TKIP (00-50-F2:2)")
    }

    @Test("RSNXE's bits are found, its length field is none")
    func rsnxe() {
        #expect(ElementList(Samples.rsnxe).rsnxe?.hashToElement == true)
        #expect(RSNXE([0x0F]).hashToElement == false)
        #expect(RSNXE([0x0F]).contains(bit: 0) == false)
        #expect(RSNXE([]).hashToElement == false)
        #expect(RSNXE([0x40]).saePK)
        #expect(RSNXE([0x01, 0x80]).contains(bit: 15))
    }

    @Test("the OWE transition element names the other half")
    func oweTransition() throws {
        let element = try #require(try ElementList(Samples.oweTransition).oweTransition())
        #expect(element.bssid == MACAddress("02:00:00:00:01:00"))
        #expect(element.ssid == Array("owe-safe1".utf8))
        #expect(element.place == nil)
        #expect(throws: MalformedOctets.self) {
            try OWETransitionElement(hex("020000000100 21") + [UInt8](repeating: 0, count: 33))
        }
        #expect(throws: MalformedOctets.self) { try OWETransitionElement(hex("020000000100 03 4141")) }
    }

    @Test("the OWE transition element may say on which channel the other half is")
    func oweTransitionElsewhere() throws {
        let places: [(String, Channel?)] = [
            ("51 0B", Channel(band: .ghz2_4, number: 11)), ("73 24", Channel(band: .ghz5, number: 36)),
            ("83 05", Channel(band: .ghz6, number: 5)), ("00 05", nil), ("51 FF", nil),
        ]
        for (place, channel) in places {
            var element = try OWETransitionElement(hex("020000000100 02 4141" + place))
            #expect(element.ssid == [0x41, 0x41])
            #expect(element.place != nil && element.place?.channel == channel, "\(place)")
            let written = try #require(element.element).octets
            #expect(try ElementList(written).oweTransition() == element)
            element.place = nil
            let shorter = try #require(element.element).octets
            #expect(try ElementList(shorter).oweTransition() == element)
        }
        #expect(try OWETransitionElement(hex("020000000100 02 4141 51")).place == nil, "half of a place is none")
    }
}

@Suite("Security of an access point")
struct BSSSecurityTests {
    @Test(
        "elements and privacy sum up to kinds",
        arguments: [
            ([], false, [.open]), ([], true, [.wep]), (Samples.wpa2, true, [.rsn, .psk]),
            (Samples.wpa3, true, [.rsn, .sae]), (Samples.wpa2And3, true, [.rsn, .psk, .sae]),
            (Samples.enterprise, true, [.rsn, .enterprise]), (Samples.owe, true, [.rsn, .owe]),
            (Samples.wpa1, true, [.wpa1, .psk]), (Samples.wpa1 + Samples.wpa2, true, [.wpa1, .rsn, .psk]),
            (Samples.oweTransition, false, [.open, .oweTransition]),
            (Samples.owe + Samples.oweTransition, true, [.rsn, .owe, .oweTransition]),
            (Samples.wmm, false, [.open]),
            (hex("30 14 0100 000fac04 0100 000fac04 0100 000fac06 0000"), true, [.rsn, .pskSHA256]),
            (hex("30 14 0100 000fac04 0100 000fac04 0100 000fac63 0000"), true, [.rsn, .unknown]),
            (hex("30 03 0100 00"), true, [.rsn, .unknown]), (hex("dd 05 0050f201 01"), true, [.wpa1, .unknown]),
            (hex("30 02 0100"), true, [.rsn, .enterprise]),
        ] as [([UInt8], Bool, BSSSecurity)]
    )
    func kinds(octets: [UInt8], privacy: Bool, expected: BSSSecurity) {
        #expect(BSSSecurity(elements: ElementList(octets), privacy: privacy) == expected)
    }

    @Test("a set is printed in words")
    func description() {
        #expect("\(BSSSecurity([.rsn, .psk, .sae]))" == "rsn, psk, sae")
    }
}
