import IEEE80211
import RSN
import Testing

/// An access point's end of the handshakes, written from IEEE 802.11-2020, 12.7.6 and 12.7.7, for the tests only.
///
/// It shares with the supplicant the frame format and the primitives that have vectors of their own; which keys come
/// out of which nonces, and what a message holds, it knows by itself.
struct Authenticator {
    struct Refusal: Error { let why: String }

    let akm: UInt32
    let address = MACAddress("02:00:00:00:03:00").unwrapped
    let station = MACAddress("02:00:00:00:00:00").unwrapped
    let pmk: [UInt8]
    let tkLength: Int
    /// RSNE and RSNXE of the beacon.
    var beacon: [UInt8]
    /// What message 3 has instead of the beacon's elements.
    var message3Elements: [UInt8]?
    /// RSNE and RSNXE of the association request.
    var association: [UInt8]
    var gtk: (index: UInt8, key: [UInt8]) = (1, [UInt8](repeating: 0x71, count: 16))
    var igtk: (index: UInt16, key: [UInt8])?
    var moreKeyData: [UInt8] = []
    var pmkid: [UInt8]?
    var aNonce: [UInt8]
    var counter: UInt64 = 0

    private(set) var sNonce: [UInt8] = []
    private(set) var kck: [UInt8] = []
    private(set) var kek: [UInt8] = []
    private(set) var tk: [UInt8] = []

    init(akm: UInt32, pmk: [UInt8], tkLength: Int = 16, beacon: [UInt8], association: [UInt8], aNonce: UInt8 = 0xA1) {
        self.akm = akm
        self.pmk = pmk
        self.tkLength = tkLength
        self.beacon = beacon
        self.association = association
        self.aNonce = [UInt8](repeating: aNonce, count: 32)
    }

    /// Table 12-10, as numbers.
    private var version: UInt16 { akm == 2 ? 2 : akm == 6 ? 3 : 0 }
    var micLength: Int { pmk.count / 2 }

    private func mic(_ octets: [UInt8]) throws -> [UInt8] {
        let whole =
            switch (akm, pmk.count) {
            case (2, _): try HashFunction.sha1.hmac(key: kck, octets)
            case (6, _), (8, _): try aesCMAC(key: kck, octets)
            case (_, 48): try HashFunction.sha384.hmac(key: kck, octets)
            case (_, 64): try HashFunction.sha512.hmac(key: kck, octets)
            default: try HashFunction.sha256.hmac(key: kck, octets)
            }
        return Array(whole.disclosed.prefix(micLength))
    }

    private mutating func derive() throws {
        let addresses = [address.octets, station.octets].sorted { $0.lexicographicallyPrecedes($1) }
        let nonces = [aNonce, sNonce].sorted { $0.lexicographicallyPrecedes($1) }
        let data = Array((addresses + nonces).joined())
        let (kckLength, kekLength) = (pmk.count / 2, pmk.count == 32 ? 16 : 32)
        let length = kckLength + kekLength + tkLength
        let key: [UInt8]
        if akm == 2 {
            key = try prfSHA1(key: pmk, label: "Pairwise key expansion", data: data, length: length).disclosed
        } else {
            let hash: HashFunction = pmk.count == 48 ? .sha384 : pmk.count == 64 ? .sha512 : .sha256
            key = try hash.kdf(key: pmk, label: "Pairwise key expansion", context: data, bits: length * 8).disclosed
        }
        kck = Array(key[..<kckLength])
        kek = Array(key[kckLength..<kckLength + kekLength])
        tk = Array(key[(kckLength + kekLength)...])
    }

    func sign(_ frame: EAPOLKeyFrame) throws -> [UInt8] {
        var frame = frame
        frame.mic = try mic(frame.octetsForMIC)
        return frame.octets
    }

    mutating func message1(secure: Bool = false) -> [UInt8] {
        counter += 1
        let bits: UInt16 = 1 << 3 | 1 << 7 | (secure ? 1 << 9 : 0) | version
        return EAPOLKeyFrame(
            information: .init(rawValue: bits),
            keyLength: UInt16(tkLength),
            replayCounter: counter,
            nonce: aNonce,
            micLength: micLength,
            keyData: pmkid.map { KeyDataEncoding.kde(.pmkid, $0) } ?? []
        ).octets
    }

    mutating func receiveMessage2(_ octets: [UInt8]) throws {
        guard let frame = try EAPOLKeyFrame(octets, micLength: micLength) else { throw Refusal(why: "no EAPOL-Key") }
        guard frame.replayCounter == counter else { throw Refusal(why: "counter \(frame.replayCounter)") }
        guard frame.information.contains([.pairwise, .mic]), !frame.information.contains(.acknowledge),
            frame.information.descriptorVersion == version
        else { throw Refusal(why: "information \(frame.information)") }
        sNonce = frame.nonce
        try derive()
        guard try mic(frame.octetsForMIC) == frame.mic else { throw Refusal(why: "MIC of message 2") }
        guard frame.keyData == association else { throw Refusal(why: "elements of message 2") }
    }

    var groupKeyData: [UInt8] {
        var keyData = KeyDataEncoding.gtk(keyID: gtk.index, key: gtk.key)
        if let igtk {
            keyData += KeyDataEncoding.integrityKey(
                .igtk,
                keyID: igtk.index,
                packetNumber: [1, 0, 0, 0, 0, 0],
                key: igtk.key
            )
        }
        return keyData + moreKeyData
    }

    mutating func message3(keyData: [UInt8]? = nil) throws -> [UInt8] {
        try sign(message3Frame(keyData: keyData))
    }

    mutating func message3Frame(keyData: [UInt8]? = nil) throws -> EAPOLKeyFrame {
        counter += 1
        let plain = keyData ?? (message3Elements ?? beacon) + groupKeyData
        return EAPOLKeyFrame(
            information: .init(rawValue: 0b1_0011_1100_1000 | version),
            keyLength: UInt16(tkLength),
            replayCounter: counter,
            nonce: aNonce,
            receiveSequenceCounter: [9, 0, 0, 0, 0, 0, 0, 0],
            micLength: micLength,
            keyData: try AESKeyWrap.wrap(KeyDataEncoding.padded(plain), key: kek)
        )
    }

    func receiveMessage4(_ octets: [UInt8]) throws {
        guard let frame = try EAPOLKeyFrame(octets, micLength: micLength) else { throw Refusal(why: "no EAPOL-Key") }
        guard frame.replayCounter == counter else { throw Refusal(why: "counter \(frame.replayCounter)") }
        guard frame.information.rawValue == 0b11_0000_1000 | version else {
            throw Refusal(why: "information \(frame.information)")
        }
        guard try mic(frame.octetsForMIC) == frame.mic else { throw Refusal(why: "MIC of message 4") }
        guard frame.keyData.isEmpty else { throw Refusal(why: "key data in message 4") }
    }

    mutating func groupMessage1(keyData: [UInt8]? = nil) throws -> [UInt8] {
        try sign(groupFrame(keyData: keyData))
    }

    mutating func groupFrame(keyData: [UInt8]? = nil) throws -> EAPOLKeyFrame {
        counter += 1
        return EAPOLKeyFrame(
            information: .init(rawValue: 0b1_0011_1000_0000 | version),
            replayCounter: counter,
            receiveSequenceCounter: [5, 0, 0, 0, 0, 0, 0, 0],
            micLength: micLength,
            keyData: try AESKeyWrap.wrap(KeyDataEncoding.padded(keyData ?? groupKeyData), key: kek)
        )
    }

    func receiveGroupMessage2(_ octets: [UInt8]) throws {
        guard let frame = try EAPOLKeyFrame(octets, micLength: micLength) else { throw Refusal(why: "no EAPOL-Key") }
        guard frame.replayCounter == counter, frame.information.rawValue == 0b11_0000_0000 | version,
            try mic(frame.octetsForMIC) == frame.mic, frame.keyData.isEmpty
        else { throw Refusal(why: "group message 2") }
    }
}

extension Optional {
    /// A value that a test wrote down itself.
    var unwrapped: Wrapped {
        guard let self else { preconditionFailure("a literal of a test is wrong") }
        return self
    }
}

/// Actions in a form that tests compare.
struct Outcome {
    var sent: [(octets: [UInt8], encrypted: Bool)] = []
    var installed: [InstallableKey] = []
    var authorized = 0
    var transitions: [TransitionDisable] = []
    var discarded: [DiscardedFrame] = []
    var failure: HandshakeFailure?
    /// The order, a letter an action.
    var order = ""

    init(_ actions: [SupplicantAction]) {
        for action in actions {
            switch action {
            case .send(let octets, let encrypted):
                sent.append((octets, encrypted))
                order += "s"
            case .install(let key):
                installed.append(key)
                order += "i"
            case .authorize:
                authorized += 1
                order += "a"
            case .transitionDisable(let bitmap):
                transitions.append(bitmap)
                order += "t"
            case .discard(let why):
                discarded.append(why)
                order += "d"
            case .fail(let why):
                failure = why
                order += "f"
            }
        }
    }
}

/// A supplicant and an authenticator that agree.
struct Link {
    static let wpa2 = hex("30 14 0100 000fac04 0100 000fac04 0100 000fac02 0000")
    static let wpa3 = hex("30 1a 0100 000fac04 0100 000fac04 0100 000fac08 c000 0000 000fac06")
    static let rsnxe = hex("f4 01 20")
    static let ssid = hex("00 04 43616665")

    var supplicant: Supplicant
    var authenticator: Authenticator

    init(
        akm: AKMSuite = .psk,
        pairwise: CipherSuite = .ccmp128,
        group: CipherSuite = .ccmp128,
        protected: Bool? = nil,
        beacon: [UInt8]? = nil,
        supplicantPMK: [UInt8]? = nil,
        pmkLength: Int = 32,
        pmkid: [UInt8]? = nil,
        beaconProtection: Bool = false,
        random: any RandomSource = PrivateRandom()
    ) throws {
        let isProtected = protected ?? (akm != .psk)
        let beacon = beacon ?? (isProtected ? Self.wpa3 + Self.rsnxe : Self.wpa2)
        let association = isProtected ? Self.wpa3 + Self.rsnxe : Self.wpa2
        let pmk = [UInt8](repeating: 0x33, count: pmkLength)
        let suite = try #require(HandshakeSuite(akm: akm, pairwiseCipher: pairwise, pmkLength: pmkLength))
        authenticator = Authenticator(
            akm: akm.rawValue & 0xFF,
            pmk: pmk,
            tkLength: suite.tkLength,
            beacon: beacon,
            association: association
        )
        authenticator.gtk.key = [UInt8](repeating: 0x71, count: group.keyLength ?? 0)
        if isProtected { authenticator.igtk = (4, [UInt8](repeating: 0x81, count: 16)) }
        authenticator.pmkid = pmkid
        var configuration = SupplicantConfiguration(
            authenticator: authenticator.address,
            supplicant: authenticator.station,
            suite: suite,
            groupCipher: group,
            groupManagementCipher: isProtected ? .bipCMAC128 : nil,
            pmk: SecretOctets(supplicantPMK ?? pmk),
            pmkid: pmkid,
            associationElements: association,
            beaconElements: ElementList(Self.ssid + beacon)
        )
        configuration.beaconProtection = beaconProtection
        supplicant = Supplicant(configuration, random: random)
    }

    mutating func receive(_ octets: [UInt8], encrypted: Bool = false) -> Outcome {
        Outcome(supplicant.receive(octets, encrypted: encrypted))
    }

    /// Messages 1 to 2.
    mutating func half(encrypted: Bool = false) throws {
        let second = receive(authenticator.message1(secure: encrypted), encrypted: encrypted)
        try authenticator.receiveMessage2(try #require(second.sent.first).octets)
    }

    /// Messages 1 to 4.
    @discardableResult
    mutating func complete(encrypted: Bool = false) throws -> Outcome {
        try half(encrypted: encrypted)
        let last = receive(try authenticator.message3(), encrypted: encrypted)
        try authenticator.receiveMessage4(try #require(last.sent.first).octets)
        return last
    }
}
