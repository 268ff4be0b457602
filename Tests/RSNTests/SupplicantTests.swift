import IEEE80211
import RSN
import Testing

@Suite("The four-way handshake")
struct FourWayHandshakeTests {
    @Test(
        "supplicant and authenticator end with the same keys",
        arguments: [
            (AKMSuite.psk, 32), (.pskSHA256, 32), (.sae, 32), (.owe, 32), (.owe, 48), (.owe, 64), (.saeExtendedKey, 32),
            (.saeExtendedKey, 48), (.saeExtendedKey, 64),
        ],
        [CipherSuite.ccmp128, .gcmp128, .ccmp256, .gcmp256]
    )
    func honest(akm: (AKMSuite, Int), cipher: CipherSuite) throws {
        var link = try Link(akm: akm.0, pairwise: cipher, group: cipher, pmkLength: akm.1)
        try link.half()
        #expect(!link.supplicant.isEstablished)
        let outcome = link.receive(try link.authenticator.message3())
        try link.authenticator.receiveMessage4(try #require(outcome.sent.first).octets)
        #expect(link.supplicant.isEstablished)
        #expect(outcome.sent.map(\.encrypted) == [false])
        let isProtected = akm.0 != .psk
        #expect(outcome.order == (isProtected ? "siiia" : "siia"))
        #expect(
            outcome.installed.map(\.kind)
                == (isProtected ? [.pairwise, .group, .managementGroup] : [.pairwise, .group])
        )
        let tk = try #require(outcome.installed.first)
        #expect(tk.key.disclosed == link.authenticator.tk)
        #expect(tk.index == 0 && tk.cipher == cipher && tk.sequence == [])
        let gtk = try #require(outcome.installed.dropFirst().first)
        #expect(gtk.key.disclosed == link.authenticator.gtk.key)
        #expect(gtk.index == 1 && gtk.cipher == cipher && gtk.sequence == [9, 0, 0, 0, 0, 0])
        if isProtected {
            let igtk = try #require(outcome.installed.last)
            #expect(igtk.key.disclosed == link.authenticator.igtk?.key)
            #expect(igtk.index == 4 && igtk.cipher == .bipCMAC128 && igtk.sequence == [1, 0, 0, 0, 0, 0])
        }
    }

    @Test("the pairwise keys of each AKM are those of the second implementation")
    func vectors() throws {
        for vector in try Vectors.recomputed.get().ptk {
            let suite = try #require(
                HandshakeSuite(
                    akm: AKMSuite(rawValue: 0x000F_AC00 | vector.akm),
                    pairwiseCipher: vector.tk.count == 32 ? .ccmp128 : .gcmp256,
                    pmkLength: vector.pmk.count / 2
                )
            )
            let key = try PairwiseTransientKey(
                suite: suite,
                pmk: SecretOctets(hex(vector.pmk)),
                authenticator: MACAddress(octets: hex(vector.aa)).unwrapped,
                supplicant: MACAddress(octets: hex(vector.spa)).unwrapped,
                aNonce: hex(vector.anonce),
                sNonce: hex(vector.snonce)
            )
            #expect(key.kck.disclosed == hex(vector.kck))
            #expect(key.kek.disclosed == hex(vector.kek))
            #expect(key.tk.disclosed == hex(vector.tk))
        }
    }

    @Test("a recorded message 2 is what the supplicant sends, octet for octet")
    func recordedMessage2() throws {
        let vector = try #require(try Vectors.published.get().eapol_psk.vectors.first)
        let recorded = try #require(try EAPOLKeyFrame(hex(vector.message2), micLength: 16))
        let suite = try #require(HandshakeSuite(akm: .psk, pairwiseCipher: .ccmp128, pmkLength: 32))
        let configuration = SupplicantConfiguration(
            authenticator: MACAddress(octets: hex(vector.aa)).unwrapped,
            supplicant: MACAddress(octets: hex(vector.spa)).unwrapped,
            suite: suite,
            groupCipher: .ccmp128,
            groupManagementCipher: nil,
            pmk: try preSharedKey(passphrase: Array(vector.passphrase.utf8), ssid: Array(vector.ssid.utf8)),
            pmkid: nil,
            associationElements: recorded.keyData,
            beaconElements: ElementList(recorded.keyData)
        )
        var supplicant = Supplicant(configuration, random: ScriptedRandom([recorded.nonce]))
        let message1 = EAPOLKeyFrame(
            information: .init(rawValue: 0x008A),
            keyLength: 16,
            replayCounter: 1,
            nonce: hex(vector.anonce),
            micLength: 16
        )
        let outcome = Outcome(supplicant.receive(message1.octets, encrypted: false))
        #expect(outcome.sent.first?.octets == hex(vector.message2))
    }

    @Test("with another passphrase the authenticator refuses message 2, and message 1 again is counted")
    func wrongPassphrase() throws {
        var link = try Link(supplicantPMK: [UInt8](repeating: 0x34, count: 32))
        let outcome = link.receive(link.authenticator.message1())
        #expect(throws: Authenticator.Refusal.self) {
            try link.authenticator.receiveMessage2(try #require(outcome.sent.first).octets)
        }
        #expect(link.supplicant.delivered(message2: 1) == 1)
        _ = link.receive(link.authenticator.message1())
        #expect(link.supplicant.delivered(message2: 2) == 2)
        #expect(!link.supplicant.isEstablished)
    }

    @Test("only the authenticator's own repetitions count as messages 2 that it did not accept")
    func unaccepted() throws {
        var link = try Link(supplicantPMK: [UInt8](repeating: 0x34, count: 32))
        func counter(_ octets: [UInt8]) throws -> UInt64 {
            try #require(try EAPOLKeyFrame(octets, micLength: 16)).replayCounter
        }
        var forger = link.authenticator
        var delivered: [Int] = []
        for number in UInt8(0)..<4 {
            let own = try #require(link.receive(link.authenticator.message1()).sent.first).octets
            delivered.append(link.supplicant.delivered(message2: try counter(own)))
            // The kernel may say it twice; the same message 1 again is no repetition of the authenticator's.
            #expect(link.supplicant.delivered(message2: try counter(own)) == 0)
            let again = EAPOLKeyFrame(
                information: .init(rawValue: 0x008A),
                keyLength: 16,
                replayCounter: link.authenticator.counter,
                nonce: link.authenticator.aNonce,
                micLength: 16
            )
            #expect(link.receive(again.octets).order == "s")
            #expect(link.supplicant.delivered(message2: link.authenticator.counter) == 0)
            // Somebody else's: another nonce each time.
            forger.aNonce = [UInt8](repeating: number, count: 32)
            forger.counter = 1000 + UInt64(number)
            let forged = try #require(link.receive(forger.message1()).sent.first).octets
            #expect(link.supplicant.delivered(message2: try counter(forged)) == 1)
        }
        #expect(delivered == [1, 2, 3, 4])
        #expect(link.supplicant.delivered(message2: 77) == 0)
    }

    @Test(
        "message 1 with several nonces: each is answered with one SNonce, and any of them can be completed",
        arguments: 0..<4
    )
    func severalANonces(chosen: Int) throws {
        var link = try Link(akm: .sae)
        var tries: [(Authenticator, [UInt8])] = []
        for number in 0..<4 {
            link.authenticator.aNonce = [UInt8](repeating: UInt8(number), count: 32)
            let sent = try #require(link.receive(link.authenticator.message1()).sent.first).octets
            tries.append((link.authenticator, sent))
        }
        let nonces = Set(try tries.map { try #require(try EAPOLKeyFrame($0.1, micLength: 16)).nonce })
        #expect(nonces.count == 1)
        link.authenticator = tries[chosen].0
        try link.authenticator.receiveMessage2(tries[chosen].1)
        let outcome = link.receive(try link.authenticator.message3())
        #expect(outcome.installed.first?.key.disclosed == link.authenticator.tk)
    }

    @Test("a forged message 1 between two messages changes nothing for the true ones")
    func forgedMessage1() throws {
        var link = try Link()
        try link.half()
        var forger = link.authenticator
        forger.aNonce = [UInt8](repeating: 0xEE, count: 32)
        forger.counter = UInt64.max - 100
        // As many as there may be: none pushes out the true one.
        for number in UInt8(0)..<20 {
            forger.aNonce = [UInt8](repeating: number, count: 32)
            #expect(link.receive(forger.message1()).order == "s")
        }
        let outcome = link.receive(try link.authenticator.message3())
        #expect(outcome.order == "siia")
    }

    @Test("message 1 that names another PMK is dropped, one that names ours or none is answered")
    func pmkid() throws {
        let own = [UInt8](repeating: 5, count: 16)
        var link = try Link(akm: .sae, pmkid: own)
        link.authenticator.pmkid = [UInt8](repeating: 6, count: 16)
        #expect(link.receive(link.authenticator.message1()).discarded == [.pmkid])
        link.authenticator.pmkid = nil
        #expect(link.receive(link.authenticator.message1()).order == "s")
        link.authenticator.pmkid = own
        #expect(try link.complete().order == "siiia")
    }

    @Test("the SNonce is another one after a completed handshake")
    func sNonceRenewed() throws {
        var link = try Link()
        try link.complete()
        let first = link.authenticator.sNonce
        link.authenticator.aNonce = [UInt8](repeating: 0xB2, count: 32)
        try link.complete(encrypted: true)
        #expect(link.authenticator.sNonce != first)
    }
}

@Suite("What message 3 must be")
struct Message3Tests {
    @Test("an ANonce that the key was not made of is dropped")
    func aNonce() throws {
        var link = try Link()
        try link.half()
        var frame = try link.authenticator.message3Frame()
        frame.nonce[31] ^= 1
        #expect(link.receive(try link.authenticator.sign(frame)).discarded == [.mic])
        #expect(!link.supplicant.isEstablished)
    }

    @Test("before any message 1 it is dropped")
    func withoutMessage1() throws {
        var link = try Link()
        var other = link
        try other.half()
        #expect(link.receive(try other.authenticator.message3()).discarded == [.unknownANonce])
    }

    @Test("a wrong MIC is dropped, whichever octet of it is wrong, and the handshake goes on", arguments: 0..<16)
    func mic(index: Int) throws {
        var link = try Link()
        try link.half()
        var octets = try link.authenticator.message3()
        octets[81 + index] ^= 0x80
        #expect(link.receive(octets).discarded == [.mic])
        #expect(link.receive(try link.authenticator.message3()).order == "siia")
    }

    @Test("key data in the clear are dropped")
    func plaintextKeyData() throws {
        var link = try Link()
        try link.half()
        var frame = try link.authenticator.message3Frame()
        frame.information.remove(.encryptedKeyData)
        frame.keyData = link.authenticator.beacon + link.authenticator.groupKeyData
        #expect(link.receive(try link.authenticator.sign(frame)).discarded == [.keyDataNotEncrypted])
    }

    @Test("key data that do not unwrap are dropped")
    func notUnwrapped() throws {
        var link = try Link()
        try link.half()
        for garbage in [[], [1], [UInt8](repeating: 1, count: 24), [UInt8](repeating: 2, count: 48)] as [[UInt8]] {
            var frame = try link.authenticator.message3Frame()
            frame.keyData = garbage
            #expect(link.receive(try link.authenticator.sign(frame)).discarded == [.keyDataNotUnwrapped])
        }
        #expect(link.receive(try link.authenticator.message3()).order == "siia")
    }

    @Test("authentic key data that are garbage end the handshake")
    func garbageKeyData() throws {
        var link = try Link()
        try link.half()
        let outcome = link.receive(
            try link.authenticator.message3(keyData: hex("30 ff 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e"))
        )
        guard case .keyData? = outcome.failure?.cause else {
            Issue.record("\(outcome)")
            return
        }
        #expect(outcome.order == "f")
        #expect(link.receive(try link.authenticator.message3()).discarded == [.afterFailure])
    }

    @Test("an RSNE unlike the beacon's ends it with reason 17")
    func rsne() throws {
        for other in [
            hex("30 14 0100 000fac02 0100 000fac04 0100 000fac02 0000"),
            hex("30 14 0100 000fac04 0100 000fac04 0100 000fac02 8000"), [],
        ] {
            var link = try Link()
            link.authenticator.message3Elements = other
            try link.half()
            let outcome = link.receive(try link.authenticator.message3())
            #expect(outcome.order == "f")
            #expect(outcome.failure?.cause == .elementDiffers(.rsn))
            #expect(outcome.failure?.reasonCode == .ieInFourWayDiffers)
            #expect(outcome.failure?.reasonCode.rawValue == 17)
        }
    }

    @Test("an RSNXE that the beacon did not have, one that is gone and one that differs end it with reason 17")
    func rsnxe() throws {
        let cases: [(beacon: [UInt8], message3: [UInt8])] = [
            (Link.wpa3, Link.wpa3 + Link.rsnxe), (Link.wpa3 + Link.rsnxe, Link.wpa3),
            (Link.wpa3 + Link.rsnxe, Link.wpa3 + hex("f4 01 00")),
            (Link.wpa3 + Link.rsnxe, Link.wpa3 + Link.rsnxe + Link.rsnxe),
        ]
        for elements in cases {
            var link = try Link(akm: .sae, beacon: elements.beacon)
            link.authenticator.message3Elements = elements.message3
            try link.half()
            let outcome = link.receive(try link.authenticator.message3())
            #expect(outcome.failure?.cause == .elementDiffers(.rsnExtension))
            #expect(outcome.failure?.reasonCode.rawValue == 17)
        }
    }

    @Test("SAE taken out of the beacon shows in message 3")
    func downgradedBeacon() throws {
        let transition = hex("30 1e 0100 000fac04 0100 000fac04 0200 000fac02 000fac08 8000 0000 000fac06")
        var link = try Link(beacon: Link.wpa2)
        link.authenticator.message3Elements = transition
        try link.half()
        #expect(link.receive(try link.authenticator.message3()).failure?.cause == .elementDiffers(.rsn))
    }

    @Test("a WPA1 element that the beacon did not have ends it, the beacon's own does not")
    func wpa1() throws {
        let wpa1 = hex("dd 16 0050f201 0100 0050f202 0100 0050f202 0100 0050f202")
        var link = try Link()
        link.authenticator.moreKeyData = wpa1
        try link.half()
        #expect(link.receive(try link.authenticator.message3()).failure?.cause == .elementDiffers(.vendorSpecific))
        var both = try Link(beacon: Link.wpa2 + wpa1)
        #expect(try both.complete().order == "siia")
    }

    @Test("a second RSNE is refused")
    func secondRSNE() throws {
        var link = try Link()
        link.authenticator.message3Elements = Link.wpa2 + Link.wpa2
        try link.half()
        #expect(link.receive(try link.authenticator.message3()).failure?.cause == .secondRSNE)
    }

    @Test("without a GTK it ends, and nothing is sent or installed")
    func gtkMandatory() throws {
        var link = try Link()
        try link.half()
        let outcome = link.receive(try link.authenticator.message3(keyData: Link.wpa2))
        #expect(outcome.failure?.cause == .groupKeyMissing)
        #expect(outcome.order == "f")
    }

    @Test("with protected management frames it ends without an IGTK")
    func igtkMandatory() throws {
        var link = try Link(akm: .sae)
        link.authenticator.igtk = nil
        try link.half()
        #expect(link.receive(try link.authenticator.message3()).failure?.cause == .managementGroupKeyMissing)
    }

    @Test("an IGTK that was not negotiated is not installed")
    func unwantedIGTK() throws {
        var link = try Link()
        link.authenticator.igtk = (4, [UInt8](repeating: 0x81, count: 16))
        #expect(try link.complete().installed.map(\.kind) == [.pairwise, .group])
    }

    @Test("a GTK of a wrong length, with index 0, or twice is refused", arguments: [0, 5, 15, 17, 32])
    func gtkBounds(length: Int) throws {
        var link = try Link()
        link.authenticator.gtk.key = [UInt8](repeating: 1, count: length)
        try link.half()
        let outcome = link.receive(try link.authenticator.message3())
        #expect(outcome.failure?.cause == .groupKeyInvalid(.group, index: 1, length: length))
        #expect(outcome.failure?.reasonCode == .groupCipherNotValid)

        var zero = try Link()
        zero.authenticator.gtk.index = 0
        try zero.half()
        #expect(
            zero.receive(try zero.authenticator.message3()).failure?.cause
                == .groupKeyInvalid(.group, index: 0, length: 16)
        )

        var twice = try Link()
        twice.authenticator.moreKeyData = KeyDataEncoding.gtk(keyID: 2, key: [UInt8](repeating: 1, count: 16))
        try twice.half()
        #expect(
            twice.receive(try twice.authenticator.message3()).failure?.cause
                == .groupKeyInvalid(.group, index: 1, length: 16)
        )
    }

    @Test("an IGTK of a wrong length or with another index than 4 and 5 is refused", arguments: [0, 3, 6, 0x0104])
    func igtkBounds(index: UInt16) throws {
        var link = try Link(akm: .sae)
        link.authenticator.igtk?.index = index
        try link.half()
        #expect(
            link.receive(try link.authenticator.message3()).failure?.cause
                == .groupKeyInvalid(.managementGroup, index: index, length: 16)
        )
        var short = try Link(akm: .sae)
        short.authenticator.igtk?.key.removeLast()
        try short.half()
        #expect(
            short.receive(try short.authenticator.message3()).failure?.cause
                == .groupKeyInvalid(.managementGroup, index: 4, length: 15)
        )
    }

    @Test("a BIGTK is installed where the driver takes it, and checked")
    func bigtk() throws {
        let kde = KeyDataEncoding.integrityKey(
            .bigtk,
            keyID: 6,
            packetNumber: [2, 0, 0, 0, 0, 0],
            key: [UInt8](repeating: 0x91, count: 16)
        )
        for takes in [false, true] {
            var link = try Link(akm: .sae, beaconProtection: takes)
            link.authenticator.moreKeyData = kde
            let outcome = try link.complete()
            #expect(outcome.installed.contains { $0.kind == .beacon && $0.index == 6 } == takes)
        }
        var bad = try Link(akm: .sae, beaconProtection: true)
        bad.authenticator.moreKeyData = KeyDataEncoding.integrityKey(
            .bigtk,
            keyID: 5,
            packetNumber: [2, 0, 0, 0, 0, 0],
            key: [UInt8](repeating: 0x91, count: 16)
        )
        try bad.half()
        #expect(
            bad.receive(try bad.authenticator.message3()).failure?.cause
                == .groupKeyInvalid(.beacon, index: 5, length: 16)
        )
    }

    @Test("a key length that is not the pairwise cipher's is dropped")
    func keyLength() throws {
        var link = try Link()
        try link.half()
        var frame = try link.authenticator.message3Frame()
        frame.keyLength = 32
        #expect(link.receive(try link.authenticator.sign(frame)).discarded == [.keyLength(32)])
    }

    @Test("unknown KDEs are ignored, transition disable is reported")
    func kdes() throws {
        var link = try Link(akm: .sae)
        link.authenticator.moreKeyData =
            hex("dd 06 00aabbcc 0102") + KeyDataEncoding.kde(.oci, [81, 1, 0]) + hex("dd 05 506f9a20 09")
        let outcome = try link.complete()
        #expect(outcome.transitions == [[.wpa3Personal, .enhancedOpen]])
        #expect(outcome.order == "siiiat")
    }

    @Test("transition disable in a message 3 that fails, or in a repeated one, is not reported")
    func transitionDisableOnce() throws {
        var link = try Link(akm: .sae)
        link.authenticator.moreKeyData = hex("dd 05 506f9a20 01")
        try link.complete()
        #expect(link.receive(try link.authenticator.message3()).transitions == [])
        var failing = try Link(akm: .sae)
        failing.authenticator.moreKeyData = hex("dd 05 506f9a20 01")
        failing.authenticator.igtk = nil
        try failing.half()
        #expect(failing.receive(try failing.authenticator.message3()).order == "f")
    }
}

@Suite("Replay and reinstallation")
struct ReplayTests {
    @Test("the same message 3 again is dropped: the counter did not grow")
    func replayedMessage3() throws {
        var link = try Link(akm: .sae)
        try link.half()
        let octets = try link.authenticator.message3()
        #expect(link.receive(octets).order == "siiia")
        #expect(link.receive(octets).discarded == [.replayed(counter: 2, last: 2)])
        #expect(link.receive(octets, encrypted: true).discarded == [.replayed(counter: 2, last: 2)])
    }

    @Test("message 3 repeated with a higher counter gets message 4 and installs nothing", arguments: [false, true])
    func repeatedMessage3(encrypted: Bool) throws {
        var link = try Link(akm: .sae)
        try link.complete()
        for _ in 0..<3 {
            let outcome = link.receive(try link.authenticator.message3(), encrypted: encrypted)
            #expect(outcome.order == "s")
            #expect(outcome.sent.first?.encrypted == encrypted)
            try link.authenticator.receiveMessage4(try #require(outcome.sent.first).octets)
        }
    }

    @Test("a repeated message 3 with another GTK installs that, once, and never the TK", arguments: [false, true])
    func repeatedMessage3OtherKeys(encrypted: Bool) throws {
        var link = try Link()
        try link.complete()
        link.authenticator.gtk = (2, [UInt8](repeating: 0x55, count: 16))
        let outcome = link.receive(try link.authenticator.message3(), encrypted: encrypted)
        #expect(outcome.order == "si")
        #expect(outcome.installed.map(\.kind) == [.group] && outcome.installed.first?.index == 2)
        #expect(link.receive(try link.authenticator.message3(), encrypted: encrypted).order == "s")
    }

    @Test("a new association begins with counters and keys of its own")
    func newAssociation() throws {
        var link = try Link(akm: .sae)
        link.authenticator.counter = 1000
        try link.complete()
        var next = try Link(akm: .sae)
        #expect(next.authenticator.counter == 0)
        try next.half()
        #expect(next.receive(try next.authenticator.message3()).order == "siiia")
    }

    @Test("a message 3 of a lower counter is dropped, whatever is in it")
    func lowerCounter() throws {
        var link = try Link()
        link.authenticator.counter = 10
        try link.complete()
        link.authenticator.counter = 3
        #expect(link.receive(try link.authenticator.message3()).discarded == [.replayed(counter: 4, last: 12)])
    }

    @Test("a counter in a frame with a wrong MIC, or in message 1, does not count")
    func counterNeedsMIC() throws {
        var link = try Link()
        try link.half()
        var forged = link.authenticator
        forged.counter = UInt64.max - 2
        var octets = try forged.message3()
        octets[81] ^= 1
        #expect(link.receive(octets).discarded == [.mic])
        _ = link.receive(forged.message1())
        #expect(link.receive(try link.authenticator.message3()).order == "siia")
    }

    @Test("in the clear, everything but the repeated message 3 is refused once keys are installed")
    func plaintext() throws {
        var link = try Link()
        try link.complete()
        #expect(link.receive(link.authenticator.message1()).discarded == [.notEncrypted])
        #expect(link.receive(try link.authenticator.groupMessage1()).discarded == [.notEncrypted])
        #expect(link.receive(try link.authenticator.message3()).order == "s")
    }

    @Test("once the authenticator has encrypted, even the repeated message 3 is refused in the clear")
    func plaintextAfterEncrypted() throws {
        var link = try Link()
        try link.complete()
        link.authenticator.gtk = (2, [UInt8](repeating: 0x72, count: 16))
        #expect(link.receive(try link.authenticator.groupMessage1(), encrypted: true).order == "is")
        #expect(link.receive(try link.authenticator.message3()).discarded == [.notEncrypted])
        #expect(link.receive(try link.authenticator.message3(), encrypted: true).order == "s")
    }

    @Test("a new pairwise key is agreed upon under the old one and installed once")
    func ptkRekey() throws {
        var link = try Link(akm: .sae)
        let first = try link.complete()
        link.authenticator.aNonce = [UInt8](repeating: 0xB2, count: 32)
        let second = try link.complete(encrypted: true)
        // The group keys are those in use, so they stay; the port is open already.
        #expect(second.order == "si")
        #expect(second.sent.first?.encrypted == true)
        #expect(second.installed.first?.kind == .pairwise)
        #expect(second.installed.first?.key.disclosed == link.authenticator.tk)
        #expect(second.installed.first?.key != first.installed.first?.key)
        #expect(link.receive(try link.authenticator.message3(), encrypted: true).order == "s")
    }

    @Test("a rekeying that comes to nothing leaves the old key in use")
    func abandonedRekey() throws {
        var link = try Link()
        try link.complete()
        let old = link.authenticator
        link.authenticator.aNonce = [UInt8](repeating: 0xB2, count: 32)
        try link.half(encrypted: true)
        let counter = link.authenticator.counter
        link.authenticator = old
        link.authenticator.counter = counter
        #expect(link.receive(try link.authenticator.groupMessage1(), encrypted: true).order == "s")
        #expect(link.receive(try link.authenticator.message3(), encrypted: true).order == "s")
    }

    @Test("the same ANonce twice does not bring back the first TK")
    func sameANonce() throws {
        var link = try Link()
        let first = try link.complete()
        let second = try link.complete(encrypted: true)
        #expect(second.order == "si")
        #expect(second.installed.first?.key != first.installed.first?.key)
    }

    @Test("even nonces that repeat themselves on both ends do not install a TK twice")
    func sameNonces() throws {
        let nonce = [UInt8](repeating: 0x42, count: 32)
        var link = try Link(random: ScriptedRandom([nonce, nonce]))
        #expect(try link.complete().order == "siia")
        try link.half(encrypted: true)
        #expect(link.authenticator.sNonce == nonce)
        #expect(link.receive(try link.authenticator.message3(), encrypted: true).order == "s")
    }

    @Test("no TK that is installed is zero, whatever is repeated")
    func notZero() throws {
        var link = try Link()
        var keys = try link.complete().installed
        for _ in 0..<3 { keys += link.receive(try link.authenticator.message3()).installed }
        link.authenticator.aNonce = [UInt8](repeating: 0xB2, count: 32)
        keys += try link.complete(encrypted: true).installed
        #expect(keys.filter { $0.kind == .pairwise }.count == 2)
        #expect(keys.allSatisfy { $0.key.disclosed.contains { $0 != 0 } })
    }
}

@Suite("The group key handshake")
struct GroupKeyHandshakeTests {
    @Test(
        "new keys are installed before the answer, which is encrypted",
        arguments: [AKMSuite.psk, .pskSHA256, .sae, .owe]
    )
    func rekey(akm: AKMSuite) throws {
        var link = try Link(akm: akm)
        try link.complete()
        for round in 0..<4 {
            let index = UInt8(round % 2 == 0 ? 2 : 1)
            link.authenticator.gtk = (index, [UInt8](repeating: UInt8(0xC0 + round), count: 16))
            link.authenticator.igtk =
                akm == .psk ? nil : (UInt16(index) + 3, [UInt8](repeating: UInt8(0xD0 + round), count: 16))
            let outcome = link.receive(try link.authenticator.groupMessage1(), encrypted: true)
            #expect(outcome.order == (akm == .psk ? "is" : "iis"))
            #expect(outcome.sent.first?.encrypted == true)
            try link.authenticator.receiveGroupMessage2(try #require(outcome.sent.first).octets)
            #expect(outcome.installed.first?.key.disclosed == link.authenticator.gtk.key)
            #expect(outcome.installed.first?.index == index)
            #expect(outcome.installed.first?.sequence == [5, 0, 0, 0, 0, 0])
        }
    }

    @Test("the same message again is dropped, and keys in use are answered but not installed again")
    func replay() throws {
        var link = try Link(akm: .sae)
        try link.complete()
        link.authenticator.gtk = (2, [UInt8](repeating: 0x72, count: 16))
        link.authenticator.igtk = (5, [UInt8](repeating: 0x82, count: 16))
        let octets = try link.authenticator.groupMessage1()
        #expect(link.receive(octets, encrypted: true).order == "iis")
        #expect(link.receive(octets, encrypted: true).discarded == [.replayed(counter: 3, last: 3)])
        let again = link.receive(try link.authenticator.groupMessage1(), encrypted: true)
        #expect(again.order == "s")
        try link.authenticator.receiveGroupMessage2(try #require(again.sent.first).octets)
    }

    @Test("a key in use is not installed under another index either, nor the one before it under its own")
    func otherIndex() throws {
        var link = try Link()
        try link.complete()
        let first = link.authenticator.gtk.key
        link.authenticator.gtk = (2, first)
        #expect(link.receive(try link.authenticator.groupMessage1(), encrypted: true).order == "s")
        link.authenticator.gtk = (2, [UInt8](repeating: 0x72, count: 16))
        #expect(link.receive(try link.authenticator.groupMessage1(), encrypted: true).order == "is")
        link.authenticator.gtk = (1, first)
        #expect(link.receive(try link.authenticator.groupMessage1(), encrypted: true).order == "s")
    }

    @Test("before the four-way handshake is complete it is dropped")
    func early() throws {
        var link = try Link()
        try link.half()
        #expect(link.receive(try link.authenticator.groupMessage1(), encrypted: true).discarded == [.unexpected])
        #expect(link.receive(try link.authenticator.groupMessage1()).discarded == [.unexpected])
    }

    @Test("a wrong MIC, key data in the clear, garbage or without a key are dropped, and the link stays")
    func hostile() throws {
        var link = try Link(akm: .sae)
        try link.complete()
        var octets = try link.authenticator.groupMessage1()
        octets[90] ^= 1
        #expect(link.receive(octets, encrypted: true).discarded == [.mic])
        var frame = try link.authenticator.groupFrame()
        frame.information.remove(.encryptedKeyData)
        #expect(link.receive(try link.authenticator.sign(frame), encrypted: true).discarded == [.keyDataNotEncrypted])
        frame = try link.authenticator.groupFrame()
        frame.keyData = [UInt8](repeating: 7, count: 32)
        #expect(link.receive(try link.authenticator.sign(frame), encrypted: true).discarded == [.keyDataNotUnwrapped])
        let empty = link.receive(try link.authenticator.groupMessage1(keyData: hex("dd 00")), encrypted: true)
        #expect(empty.discarded == [.groupKeys(.groupKeyMissing)])
        let garbage = link.receive(
            try link.authenticator.groupMessage1(keyData: hex("dd 40 000fac01") + [UInt8](repeating: 0, count: 20)),
            encrypted: true
        )
        guard case .malformed? = garbage.discarded.first else {
            Issue.record("\(garbage)")
            return
        }
        link.authenticator.gtk = (3, [UInt8](repeating: 0x73, count: 16))
        #expect(link.receive(try link.authenticator.groupMessage1(), encrypted: true).order == "is")
    }
}

@Suite("Frames that are none of the handshake's")
struct HostileFrameTests {
    @Test("other EAPOL frames, other descriptors and a station's messages are dropped")
    func others() throws {
        var link = try Link()
        #expect(link.receive(hex("01 01 0000")).discarded == [.notEAPOLKey])
        var wpa1 = link.authenticator.message1()
        wpa1[4] = 254
        #expect(link.receive(wpa1).discarded == [.descriptorType(254)])
        var version = link.authenticator.message1()
        version[6] = version[6] & ~7 | 1
        #expect(link.receive(version).discarded == [.descriptorVersion(1)])
        for bit in [0x0400, 0x0800, 0x2000, 0x0040, 0x1000] as [UInt16] {
            var octets = link.authenticator.message1()
            octets[5] |= UInt8(bit >> 8)
            octets[6] |= UInt8(bit & 0xFF)
            #expect(link.receive(octets).discarded == [.unexpected], "bit \(String(bit, radix: 16))")
        }
        let second = try #require(link.receive(link.authenticator.message1()).sent.first).octets
        #expect(link.receive(second).discarded == [.unexpected])
    }

    @Test("truncated and oversized frames are dropped at every length")
    func lengths() throws {
        var link = try Link()
        try link.half()
        let octets = try link.authenticator.message3()
        for count in 0..<octets.count {
            #expect(link.receive(Array(octets.prefix(count))).order == "d")
        }
        #expect(link.receive([UInt8](repeating: 0xFF, count: 70_000)).order == "d")
        var long = octets
        long[2] = 0xFF
        #expect(link.receive(long + [UInt8](repeating: 0, count: 65_535)).order == "d")
        #expect(link.receive(octets + [1, 2, 3]).order == "siia")
    }

    @Test("mutated frames never trap, and install nothing that the authenticator did not give")
    func mutation() throws {
        var generator = SeededGenerator(state: 5)
        for round in 0..<3_000 {
            var link = try Link(akm: round % 2 == 0 ? .sae : .psk)
            let first = link.authenticator.message1()
            _ = link.receive(generator.mutate(first))
            let second = try #require(link.receive(first).sent.first).octets
            try link.authenticator.receiveMessage2(second)
            let third = try link.authenticator.message3()
            for _ in 0..<4 {
                let mutated = generator.mutate(third)
                guard !mutated.starts(with: third) else { continue }
                let outcome = link.receive(mutated)
                guard outcome.order == "d" else {
                    Issue.record("\(mutated) gave \(outcome)")
                    return
                }
            }
            guard link.receive(third).order.hasPrefix("sii") else {
                Issue.record("the true message 3 was refused in round \(round)")
                return
            }
            let group = try link.authenticator.groupMessage1()
            let mutated = generator.mutate(group)
            if !mutated.starts(with: group) {
                #expect(link.receive(mutated, encrypted: true).installed.isEmpty)
            }
        }
    }

    @Test("authentic key data mutated never trap, and no key outside the bounds is installed")
    func mutatedKeyData() throws {
        var generator = SeededGenerator(state: 6)
        for _ in 0..<3_000 {
            var link = try Link(akm: .sae)
            try link.half()
            let keyData = generator.mutate(link.authenticator.beacon + link.authenticator.groupKeyData)
            for key in link.receive(try link.authenticator.message3(keyData: keyData)).installed {
                let bounds: ClosedRange<UInt8> =
                    switch key.kind {
                    case .pairwise: 0...0
                    case .group: 1...3
                    case .managementGroup: 4...5
                    case .beacon: 6...7
                    }
                guard key.key.count == 16, bounds.contains(key.index) else {
                    Issue.record("\(keyData) installed \(key)")
                    return
                }
            }
        }
    }
}
