internal import IEEE80211

/// The station's end of the four-way and the group key handshake (IEEE 802.11-2020, 12.7.6 and 12.7.7).
///
/// One association has one supplicant: frames go in, actions come out. It has no clock; the authenticator repeats its
/// messages, and the caller gives up in time.
package struct Supplicant: Sendable {
    /// True once the first four-way handshake is complete.
    package var isEstablished: Bool { installed != nil }

    private struct Session: Sendable {
        let aNonce: [UInt8]
        let ptk: PairwiseTransientKey
    }

    /// The messages 1 of one ANonce, which an authenticator repeats with a counter that grows.
    private struct Round: Sendable {
        let aNonce: [UInt8]
        var highest: UInt64
        var open: Set<UInt64>
        var delivered = 0
    }

    /// How many rounds are told apart; anybody can begin one.
    private static let roundLimit = 8

    private let configuration: SupplicantConfiguration
    private let random: any RandomSource
    private var rounds: [Round] = []
    /// Whether a message 1 was answered.
    package var hasAnswered: Bool { !rounds.isEmpty }
    private var installed: Session?
    /// The same for all messages 1 until a message 3 is accepted, then another: so that any of them can be completed.
    private var sNonce: [UInt8]?
    /// The counter of the last frame with a valid MIC.
    private var lastReplayCounter: UInt64?
    /// An encrypted frame was accepted, so the authenticator has the TK in use.
    private var authenticatorEncrypts = false
    private var groupKeys: [InstallableKey.Kind: [UInt8: SecretOctets]] = [:]
    private var isAuthorized = false
    private var hasFailed = false

    /// Makes a supplicant for one association.
    package init(_ configuration: SupplicantConfiguration, random: any RandomSource = PrivateRandom()) {
        self.configuration = configuration
        self.random = random
    }

    /// Takes an EAPOL frame, from the header of IEEE 802.1X on, that the BSSID sent.
    ///
    /// - Parameters:
    ///   - octets: the frame.
    ///   - encrypted: whether it came encrypted on the air.
    /// - Returns: what is to be done, in this order.
    package mutating func receive(_ octets: [UInt8], encrypted: Bool) -> [SupplicantAction] {
        guard !hasFailed else { return [.discard(.afterFailure)] }
        do throws(Rejection) {
            return try process(octets, encrypted: encrypted)
        } catch {
            switch error {
            case .discard(let why):
                return [.discard(why)]
            case .fail(let cause):
                hasFailed = true
                return [.fail(HandshakeFailure(cause: cause))]
            }
        }
    }

    private enum Rejection: Error {
        case discard(DiscardedFrame)
        case fail(HandshakeFailure.Cause)
    }

    private mutating func process(_ octets: [UInt8], encrypted: Bool) throws(Rejection) -> [SupplicantAction] {
        let parsed: EAPOLKeyFrame?
        do throws(MalformedOctets) {
            parsed = try EAPOLKeyFrame(octets, micLength: configuration.suite.micLength)
        } catch {
            throw .discard(.malformed(error))
        }
        guard let frame = parsed else { throw .discard(.notEAPOLKey) }
        guard frame.descriptorType == EAPOLKeyFrame.rsnDescriptor else {
            throw .discard(.descriptorType(frame.descriptorType))
        }
        guard frame.information.descriptorVersion == configuration.suite.descriptorVersion else {
            throw .discard(.descriptorVersion(frame.information.descriptorVersion))
        }
        // What a station sends, an error, or a handshake between stations is not for us (12.7.2).
        guard frame.information.contains(.acknowledge),
            frame.information.isDisjoint(with: [.request, .error, .smk])
        else {
            throw .discard(.unexpected)
        }
        switch (frame.information.contains(.pairwise), frame.information.contains(.mic)) {
        case (true, false): return try message1(frame, encrypted: encrypted)
        case (true, true): return try message3(frame, encrypted: encrypted)
        case (false, true): return try groupMessage1(frame, encrypted: encrypted)
        case (false, false): throw .discard(.unexpected)
        }
    }

    // MARK: The four-way handshake

    /// Message 1 (12.7.6.2).
    ///
    /// It has no MIC, so it touches neither installed keys nor the replay counter.
    private mutating func message1(_ frame: EAPOLKeyFrame, encrypted: Bool) throws(Rejection) -> [SupplicantAction] {
        guard frame.information.isDisjoint(with: [.install, .encryptedKeyData]) else { throw .discard(.unexpected) }
        guard installed == nil || encrypted else { throw .discard(.notEncrypted) }
        for case .pmkid(let pmkid) in try Self.entries(frame.keyData) {
            if let own = configuration.pmkid, !equalInConstantTime(pmkid, own) { throw .discard(.pmkid) }
        }
        let sNonce = try renewedSNonce()
        // Nothing is kept of it: message 1 is not authentic, and whatever were kept anybody could push out.
        let ptk = try derive(aNonce: frame.nonce, sNonce: sNonce)
        count(frame)
        var answer = EAPOLKeyFrame(
            information: [.pairwise, .mic, frame.information.intersection(.secure)],
            replayCounter: frame.replayCounter,
            nonce: sNonce,
            micLength: configuration.suite.micLength,
            keyData: configuration.associationElements
        )
        return [.send(try sign(&answer, ptk), encrypted: installed != nil)]
    }

    private mutating func count(_ frame: EAPOLKeyFrame) {
        guard let place = rounds.firstIndex(where: { $0.aNonce == frame.nonce }) else {
            rounds.append(Round(aNonce: frame.nonce, highest: frame.replayCounter, open: [frame.replayCounter]))
            if rounds.count > Self.roundLimit { rounds.removeFirst() }
            return
        }
        guard frame.replayCounter > rounds[place].highest else { return }
        rounds[place].highest = frame.replayCounter
        rounds[place].open.insert(frame.replayCounter)
    }

    /// The authenticator's radio has acknowledged message 2.
    ///
    /// An authenticator that does not accept it sends message 1 again, with the same ANonce and the next counter (12.7.2).
    /// Other messages 1, which anybody can send, are not counted with those.
    ///
    /// - Parameter replayCounter: the counter of message 2, which is that of the message 1 that it answers.
    /// - Returns: how many messages 2 that answer one ANonce have reached it; 0 for a counter that was counted already.
    package mutating func delivered(message2 replayCounter: UInt64) -> Int {
        guard let place = rounds.firstIndex(where: { $0.open.contains(replayCounter) }) else { return 0 }
        rounds[place].open.remove(replayCounter)
        rounds[place].delivered += 1
        return rounds[place].delivered
    }

    /// Message 3 (12.7.6.4).
    private mutating func message3(_ frame: EAPOLKeyFrame, encrypted: Bool) throws(Rejection) -> [SupplicantAction] {
        guard frame.information.contains(.install) else { throw .discard(.unexpected) }
        guard frame.information.contains(.encryptedKeyData) else { throw .discard(.keyDataNotEncrypted) }
        guard frame.keyLength == configuration.suite.tkLength else { throw .discard(.keyLength(frame.keyLength)) }
        let isInstalled = installed?.aNonce == frame.nonce
        // In the clear after the keys: only the repetition of the message 3 whose message 4 was lost, and only until
        // the authenticator has shown that it encrypts.
        if let session = installed, isInstalled, encrypted || !authenticatorEncrypts,
            try isAuthentic(frame, session.ptk)
        {
            return try repeatedMessage3(frame, session, encrypted: encrypted)
        }
        guard installed == nil || encrypted else { throw .discard(.notEncrypted) }
        guard let sNonce else { throw .discard(isInstalled ? .mic : .unknownANonce) }
        // That its ANonce is the one of a message 1 that was answered, the MIC proves: its key is of both nonces.
        let session = Session(aNonce: frame.nonce, ptk: try derive(aNonce: frame.nonce, sNonce: sNonce))
        guard try isAuthentic(frame, session.ptk) else { throw .discard(.mic) }
        try advanceReplayCounter(frame)

        let keyData = try unwrap(frame, session.ptk)
        let entries = try Self.entries(keyData, malformed: { .fail(.keyData($0)) })
        try compareElements(keyData, entries)
        let keys = try groupKeys(keyData, entries, frame: frame) { .fail($0) }

        var actions: [SupplicantAction] = [.send(try message4(frame, session), encrypted: encrypted)]
        // Once a PTK, whoever repeats what.
        if installed.map({ $0.ptk.tk != session.ptk.tk }) ?? true {
            actions.append(
                .install(
                    InstallableKey(
                        kind: .pairwise,
                        index: 0,
                        cipher: configuration.suite.pairwiseCipher,
                        key: session.ptk.tk,
                        sequence: []
                    )
                )
            )
        }
        installed = session
        self.sNonce = nil
        if encrypted { authenticatorEncrypts = true }
        actions += install(keys)
        if !isAuthorized {
            isAuthorized = true
            actions.append(.authorize)
        }
        for case .transitionDisable(let bitmap) in entries { actions.append(.transitionDisable(bitmap)) }
        return actions
    }

    /// Message 3 once more, as message 4 was lost.
    ///
    /// The TK is in use and stays as it is. The group's keys may be others by now: a group that was rekeyed meanwhile
    /// passed this station over, which was not through yet.
    private mutating func repeatedMessage3(
        _ frame: EAPOLKeyFrame,
        _ session: Session,
        encrypted: Bool
    ) throws(Rejection) -> [SupplicantAction] {
        try advanceReplayCounter(frame)
        let keyData = try unwrap(frame, session.ptk)
        let entries = try Self.entries(keyData)
        try compareElements(keyData, entries)
        let keys = try groupKeys(keyData, entries, frame: frame) { .discard(.groupKeys($0)) }
        return [.send(try message4(frame, session), encrypted: encrypted)] + install(keys)
    }

    /// Message 4 (12.7.6.5).
    private func message4(_ frame: EAPOLKeyFrame, _ session: Session) throws(Rejection) -> [UInt8] {
        var answer = EAPOLKeyFrame(
            information: [.pairwise, .mic, .secure],
            replayCounter: frame.replayCounter,
            micLength: configuration.suite.micLength
        )
        return try sign(&answer, session.ptk)
    }

    /// RSNE and RSNXE must be those of the beacon, octet for octet: an attacker who took SAE or a cipher out of the
    /// beacon cannot take it out of here (12.7.6.4).
    private func compareElements(_ keyData: SecretOctets, _ entries: [KeyDataEntry]) throws(Rejection) {
        func octets(_ id: ElementID) -> [[UInt8]] {
            entries.compactMap { entry in
                guard case .element(id, let place) = entry else { return nil }
                return keyData.slice(place).disclosed
            }
        }
        let beacon = configuration.beaconElements
        let rsnes = octets(.rsn)
        if rsnes.count > 1 { throw .fail(.secondRSNE) }
        guard let rsne = rsnes.first, rsne == beacon.element(.rsn)?.octets else { throw .fail(.elementDiffers(.rsn)) }
        guard octets(.rsnExtension) == (beacon.element(.rsnExtension).map { [$0.octets] } ?? []) else {
            throw .fail(.elementDiffers(.rsnExtension))
        }
        for case .other(KDESelector(rawValue: 0x0050_F201), let place) in entries {
            guard keyData.slice(place).disclosed == beacon.vendorElement(oui: 0x0050F2, type: 1)?.octets else {
                throw .fail(.elementDiffers(.vendorSpecific))
            }
        }
    }

    // MARK: The group key handshake

    /// Message 1 of the group key handshake (12.7.7.2).
    private mutating func groupMessage1(
        _ frame: EAPOLKeyFrame,
        encrypted: Bool
    ) throws(Rejection) -> [SupplicantAction] {
        guard let session = installed else { throw .discard(.unexpected) }
        guard encrypted else { throw .discard(.notEncrypted) }
        guard frame.information.contains(.encryptedKeyData) else { throw .discard(.keyDataNotEncrypted) }
        guard try isAuthentic(frame, session.ptk) else { throw .discard(.mic) }
        try advanceReplayCounter(frame)
        authenticatorEncrypts = true
        let keyData = try unwrap(frame, session.ptk)
        let entries = try Self.entries(keyData, malformed: { .discard(.malformed($0)) })
        let keys = try groupKeys(keyData, entries, frame: frame) { .discard(.groupKeys($0)) }
        var answer = EAPOLKeyFrame(
            information: [.mic, .secure],
            replayCounter: frame.replayCounter,
            micLength: configuration.suite.micLength
        )
        return install(keys) + [.send(try sign(&answer, session.ptk), encrypted: true)]
    }

    /// The keys in key data, checked against the ciphers.
    private func groupKeys(
        _ keyData: SecretOctets,
        _ entries: [KeyDataEntry],
        frame: EAPOLKeyFrame,
        _ rejection: (HandshakeFailure.Cause) -> Rejection
    ) throws(Rejection) -> [InstallableKey] {
        var locations: [InstallableKey.Kind: [GroupKeyLocation]] = [:]
        for entry in entries {
            switch entry {
            case .gtk(let location): locations[.group, default: []].append(location)
            case .igtk(let location): locations[.managementGroup, default: []].append(location)
            case .bigtk(let location): locations[.beacon, default: []].append(location)
            default: break
            }
        }
        var wanted: [(InstallableKey.Kind, CipherSuite, ClosedRange<UInt16>)] = [
            (.group, configuration.groupCipher, 1...3)
        ]
        if let cipher = configuration.groupManagementCipher {
            wanted.append((.managementGroup, cipher, 4...5))
            if configuration.beaconProtection { wanted.append((.beacon, cipher, 6...7)) }
        }
        var keys: [InstallableKey] = []
        for (kind, cipher, indices) in wanted {
            guard let location = locations[kind]?.first else {
                // An access point may have none for beacons.
                if kind == .beacon { continue }
                throw rejection(kind == .group ? .groupKeyMissing : .managementGroupKeyMissing)
            }
            guard locations[kind]?.count == 1, location.key.count == cipher.keyLength,
                indices.contains(location.keyID)
            else {
                throw rejection(.groupKeyInvalid(kind, index: location.keyID, length: location.key.count))
            }
            keys.append(
                InstallableKey(
                    kind: kind,
                    index: UInt8(location.keyID),
                    cipher: cipher,
                    key: keyData.slice(location.key),
                    sequence: kind == .group ? Array(frame.receiveSequenceCounter.prefix(6)) : location.packetNumber
                )
            )
        }
        return keys
    }

    /// Installs what is new.
    ///
    /// A key that is in use already, under whatever index, would have its packet number set back.
    private mutating func install(_ keys: [InstallableKey]) -> [SupplicantAction] {
        var actions: [SupplicantAction] = []
        for key in keys {
            let held = groupKeys[key.kind] ?? [:]
            guard !held.values.contains(where: { $0 == key.key }) else { continue }
            groupKeys[key.kind, default: [:]][key.index] = key.key
            actions.append(.install(key))
        }
        return actions
    }

    // MARK: Pieces

    private mutating func renewedSNonce() throws(Rejection) -> [UInt8] {
        if let sNonce { return sNonce }
        do throws(CryptoError) {
            let fresh = try random.octets(32).disclosed
            sNonce = fresh
            return fresh
        } catch {
            throw .fail(.cryptography(error))
        }
    }

    private func derive(aNonce: [UInt8], sNonce: [UInt8]) throws(Rejection) -> PairwiseTransientKey {
        do throws(CryptoError) {
            return try PairwiseTransientKey(
                suite: configuration.suite,
                pmk: configuration.pmk,
                authenticator: configuration.authenticator,
                supplicant: configuration.supplicant,
                aNonce: aNonce,
                sNonce: sNonce
            )
        } catch {
            throw .fail(.cryptography(error))
        }
    }

    private func sign(_ frame: inout EAPOLKeyFrame, _ ptk: PairwiseTransientKey) throws(Rejection) -> [UInt8] {
        frame.information.formUnion(.init(rawValue: configuration.suite.descriptorVersion))
        do throws(CryptoError) {
            frame.mic = try configuration.suite.mic(kck: ptk.kck, frame.octetsForMIC)
        } catch {
            throw .fail(.cryptography(error))
        }
        return frame.octets
    }

    private func isAuthentic(_ frame: EAPOLKeyFrame, _ ptk: PairwiseTransientKey) throws(Rejection) -> Bool {
        do throws(CryptoError) {
            return equalInConstantTime(try configuration.suite.mic(kck: ptk.kck, frame.octetsForMIC), frame.mic)
        } catch {
            throw .fail(.cryptography(error))
        }
    }

    /// Compares the counter of a frame whose MIC is valid, and keeps it (12.7.2, Key Replay Counter).
    private mutating func advanceReplayCounter(_ frame: EAPOLKeyFrame) throws(Rejection) {
        if let last = lastReplayCounter, frame.replayCounter <= last {
            throw .discard(.replayed(counter: frame.replayCounter, last: last))
        }
        lastReplayCounter = frame.replayCounter
    }

    private func unwrap(_ frame: EAPOLKeyFrame, _ ptk: PairwiseTransientKey) throws(Rejection) -> SecretOctets {
        do throws(CryptoError) {
            if let keyData = try AESKeyWrap.unwrap(frame.keyData, key: ptk.kek) { return keyData }
        } catch {
            throw .fail(.cryptography(error))
        }
        throw .discard(.keyDataNotUnwrapped)
    }

    private static func entries(
        _ keyData: some OctetSource,
        malformed: (MalformedOctets) -> Rejection = { .discard(.malformed($0)) }
    ) throws(Rejection) -> [KeyDataEntry] {
        let result = keyData.withOctets { octets in
            Result { () throws(MalformedOctets) in try KeyDataEntry.entries(in: octets) }
        }
        switch result {
        case .success(let entries): return entries
        case .failure(let error): throw malformed(error)
        }
    }
}
