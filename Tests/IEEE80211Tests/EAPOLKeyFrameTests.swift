import IEEE80211
import Testing

@Suite("EAPOL-Key frames")
struct EAPOLKeyFrameTests {
    /// Frames that wpa_supplicant sent in the lab: out of Fixtures/nl80211/join-wpa2.hex and join-sae.hex.
    static let recorded = [
        "0103007502010a000000000000000000018e867e3bfc83801fc9fc2b7545049f0c3c4b5851592d673a62b00e149c61fd74"
            + "0000000000000000000000000000000000000000000000000000000000000000c2a0739a024cb36937c00bb8647af003"
            + "001630140100000fac040100000fac040100000fac020000",
        "0103005f02030a00000000000000000002" + String(repeating: "00", count: 64)
            + "a19863e71522ec583bd7ea63d8c189b90000",
        "0103007e020108000000000000000000017f2ecf9388894e3449df236c8f412ae06ea03bf59462b530dffe40c64f6a5dd7"
            + "00000000000000000000000000000000000000000000000000000000000000004155fcb0b6cf9c5d0e3961857c2da63d"
            + "001f301a0100000fac040100000fac040100000fac08c0000000000fac06f40120",
        "0103005f020308000000000000000000" + "02" + String(repeating: "00", count: 64)
            + "f22120726f7c34800ead9812a1ffa17d0000",
    ].map(hex)

    @Test("recorded frames are read and emitted as they were", arguments: recorded)
    func recordedFrames(octets: [UInt8]) throws {
        let frame = try #require(try EAPOLKeyFrame(octets, micLength: 16))
        #expect(frame.octets == octets)
        #expect(frame.descriptorType == EAPOLKeyFrame.rsnDescriptor)
        #expect(frame.information.contains([.pairwise, .mic]))
        #expect(frame.mic.count == 16 && frame.mic != [UInt8](repeating: 0, count: 16))
    }

    @Test("the fields of a recorded message 2 are where the standard has them")
    func fields() throws {
        let frame = try #require(try EAPOLKeyFrame(Self.recorded[2], micLength: 16))
        #expect(frame.information.descriptorVersion == 0)
        #expect(frame.keyLength == 0)
        #expect(frame.replayCounter == 1)
        #expect(frame.nonce.starts(with: [0x7F, 0x2E, 0xCF]))
        #expect(frame.keyData == Samples.wpa3 + Samples.rsnxe)
        #expect(
            frame.octetsForMIC == Array(Self.recorded[2][..<81]) + [UInt8](repeating: 0, count: 16)
                + Array(Self.recorded[2][97...])
        )
    }

    @Test("a MIC of 24 or 32 octets moves the key data", arguments: [16, 24, 32])
    func micLengths(length: Int) throws {
        var frame = EAPOLKeyFrame(
            information: [.pairwise, .acknowledge],
            keyLength: 16,
            replayCounter: 0x0102_0304_0506_0708,
            micLength: length,
            keyData: [0xDD, 0x00]
        )
        frame.mic = (0..<UInt8(length)).map { $0 }
        #expect(frame.octets.count == 4 + 79 + length + 2)
        #expect(try EAPOLKeyFrame(frame.octets, micLength: length) == frame)
    }

    @Test("padding after the frame is left out, octets after the key data are kept")
    func trailing() throws {
        let octets = Self.recorded[1]
        #expect(try EAPOLKeyFrame(octets + [1, 2, 3], micLength: 16)?.octets == octets)
        var longer = octets + [9, 9]
        longer[3] += 2
        let frame = try #require(try EAPOLKeyFrame(longer, micLength: 16))
        #expect(frame.trailing == [9, 9])
        #expect(frame.octets == longer)
    }

    @Test("a frame cut anywhere is refused, and so is one whose key data reach beyond it")
    func truncation() {
        let octets = Self.recorded[0]
        for count in 0..<octets.count {
            #expect(throws: MalformedOctets.self) { try EAPOLKeyFrame(Array(octets.prefix(count)), micLength: 16) }
        }
        var lying = octets
        lying[98] = 0xFF
        #expect(throws: MalformedOctets.self) { try EAPOLKeyFrame(lying, micLength: 16) }
        lying[97] = 0xFF
        #expect(throws: MalformedOctets.self) { try EAPOLKeyFrame(lying, micLength: 16) }
    }

    @Test("another EAPOL packet is none")
    func others() throws {
        #expect(try EAPOLKeyFrame(hex("01 01 0000"), micLength: 16) == nil)
        #expect(try EAPOLKeyFrame(hex("02 00 0005 01 01 0005 01"), micLength: 16) == nil)
    }

    @Test("mutated frames never trap, and what is read is emitted as it was")
    func mutation() {
        var generator = SeededGenerator(state: 2)
        for round in 0..<30_000 {
            let octets = generator.mutate(Self.recorded[round % Self.recorded.count])
            guard let frame = try? EAPOLKeyFrame(octets, micLength: 16) else { continue }
            guard octets.starts(with: frame.octets) else {
                Issue.record("\(octets) became \(frame.octets)")
                return
            }
        }
    }
}

@Suite("Key data")
struct KeyDataTests {
    static let gtk = [UInt8](repeating: 0x11, count: 16)
    static let igtk = [UInt8](repeating: 0x22, count: 16)
    static let all: [[UInt8]] = [
        Samples.wpa3, Samples.rsnxe, KeyDataEncoding.gtk(keyID: 1, isTransmit: true, key: gtk),
        KeyDataEncoding.integrityKey(.igtk, keyID: 4, packetNumber: [1, 2, 3, 4, 5, 6], key: igtk),
        KeyDataEncoding.integrityKey(.bigtk, keyID: 6, packetNumber: [6, 5, 4, 3, 2, 1], key: igtk),
        KeyDataEncoding.kde(.macAddress, [2, 0, 0, 0, 1, 0]),
        KeyDataEncoding.kde(.pmkid, [UInt8](repeating: 7, count: 16)), hex("dd 05 506f9a20 01"),
        KeyDataEncoding.kde(.oci, [81, 1, 0]), Samples.wpa1,
    ]

    static func entries(_ octets: [UInt8]) throws(MalformedOctets) -> [KeyDataEntry] {
        let result = octets.withUnsafeBytes { buffer in
            Result { () throws(MalformedOctets) in try KeyDataEntry.entries(in: buffer) }
        }
        return try result.get()
    }

    @Test("every entry is read and its keys are found")
    func read() throws {
        let octets = Array(Self.all.joined())
        let entries = try Self.entries(octets)
        try #require(entries.count == Self.all.count)
        #expect(entries[0] == .element(.rsn, 0..<28))
        #expect(entries[1] == .element(.rsnExtension, 28..<31))
        guard case .gtk(let gtk) = entries[2], case .igtk(let igtk) = entries[3], case .bigtk(let bigtk) = entries[4]
        else {
            Issue.record("\(entries)")
            return
        }
        #expect(gtk.keyID == 1 && Array(octets[gtk.key]) == Self.gtk)
        #expect(igtk.keyID == 4 && igtk.packetNumber == [1, 2, 3, 4, 5, 6] && Array(octets[igtk.key]) == Self.igtk)
        #expect(bigtk.keyID == 6 && bigtk.packetNumber == [6, 5, 4, 3, 2, 1])
        #expect(entries[5] == MACAddress("02:00:00:00:01:00").map(KeyDataEntry.macAddress))
        #expect(entries[6] == .pmkid([UInt8](repeating: 7, count: 16)))
        #expect(entries[7] == .transitionDisable(.wpa3Personal))
        guard case .other(.oci, _) = entries[8], case .other(let wpa1, let place) = entries[9] else {
            Issue.record("\(entries)")
            return
        }
        #expect(wpa1.rawValue == 0x0050_F201)
        #expect(Array(octets[place]) == Samples.wpa1)
    }

    @Test("padding ends the key data", arguments: ["dd", "dd 00", "dd 00 00 00 00 00 00", "dd 00 ff ff"])
    func padding(text: String) throws {
        #expect(try Self.entries(Samples.wpa2 + hex(text)).count == 1)
    }

    @Test("key data are padded to what AES key wrap takes", arguments: 0...40)
    func padded(count: Int) throws {
        let data = Array(Samples.wpa3.prefix(1)) + [UInt8(count)] + [UInt8](repeating: 0, count: count)
        let padded = KeyDataEncoding.padded(data)
        #expect(padded.count >= 16 && padded.count % 8 == 0 && padded.count <= max(data.count + 8, 16))
        #expect(padded.starts(with: data))
        #expect(try Self.entries(padded).count == 1)
    }

    @Test(
        "an entry that is too short for what it is, or too long for where it is, is refused",
        arguments: [
            "30", "30 05 01", "dd 03 000fac", "dd 05 000fac01 01", "dd 0b 000fac09 0400 010203 0405",
            "dd 0b 000fac0e 0600 010203 0405", "dd 09 000fac03 0102030405",
            "dd 13 000fac04 0102030405060708090a0b0c0d0e0f",
            "dd 04 506f9a20", "dd ff 000fac01",
        ]
    )
    func malformed(text: String) {
        #expect(throws: MalformedOctets.self) { try Self.entries(hex(text)) }
    }

    @Test("mutated key data never trap, and every place is within them")
    func mutation() {
        var generator = SeededGenerator(state: 3)
        for round in 0..<50_000 {
            let seed = Self.all[round % Self.all.count] + Self.all[(round / 3) % Self.all.count]
            let octets = generator.mutate(seed)
            guard let entries = try? Self.entries(octets) else { continue }
            for entry in entries {
                let place: Range<Int>? =
                    switch entry {
                    case .element(_, let place), .other(_, let place): place
                    case .gtk(let key), .igtk(let key), .bigtk(let key): key.key
                    case .macAddress, .pmkid, .transitionDisable: nil
                    }
                if let place, !(0...octets.count).contains(place.lowerBound) || place.upperBound > octets.count {
                    Issue.record("\(entry) in \(octets)")
                    return
                }
            }
        }
    }
}
