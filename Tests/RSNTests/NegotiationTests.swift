import IEEE80211
import RSN
import Testing

/// Access points of the tests.
enum Beacons {
    static let ssid = hex("00 04 43616665")
    static let psk = hex("30 14 0100 000fac04 0100 000fac04 0100 000fac02 0000")
    static let sae = hex("30 1a 0100 000fac04 0100 000fac04 0100 000fac08 c000 0000 000fac06")
    static let transition = hex("30 1e 0100 000fac04 0100 000fac04 0200 000fac02 000fac08 8000 0000 000fac06")
    static let owe = hex("30 1a 0100 000fac04 0100 000fac04 0100 000fac12 c000 0000 000fac06")
    static let wpa1 = hex("dd 16 0050f201 0100 0050f202 0100 0050f202 0100 0050f202")
    static let rsnxe = hex("f4 01 20")
    static let otherHalf = hex("dd 14 506f9a1c 020000000100 09 6f77652d7361666531")

    static func rsne(
        group: String = "000fac04",
        pairwise: String = "0100 000fac04",
        akm: String,
        capabilities: String = "0000",
        more: String = ""
    ) -> [UInt8] {
        let body = hex("0100 \(group) \(pairwise) \(akm) \(capabilities) \(more)")
        return [48, UInt8(body.count)] + body
    }

    static func bss(_ elements: [UInt8], privacy: Bool = true) -> BSSDescription {
        BSSDescription(
            bssid: MACAddress("02:00:00:00:03:00").unwrapped,
            ssid: Array("Cafe".utf8),
            elements: ElementList(ssid + elements),
            privacy: privacy
        )
    }

    static let everything = StationCapabilities(
        ciphers: [
            .wep40, .wep104, .tkip, .ccmp128, .ccmp256, .gcmp128, .gcmp256, .bipCMAC128, .bipCMAC256, .bipGMAC128,
            .bipGMAC256,
        ],
        sae: true
    )
    static let noSAE = StationCapabilities(ciphers: everything.ciphers, sae: false)
    static let noProtection = StationCapabilities(ciphers: [.ccmp128, .tkip], sae: true)

    static func password(_ text: String = "correct horse", identifier: String? = nil) -> NetworkCredential {
        .password(
            SAEPassword(octets: SecretOctets(Array(text.utf8)), identifier: identifier.map { Array($0.utf8) })
        )
    }

    static func decide(
        _ elements: [UInt8],
        _ credential: NetworkCredential = password(),
        station: StationCapabilities = everything,
        privacy: Bool = true,
        policy: SecurityPolicy = SecurityPolicy()
    ) -> RSNDecision {
        RSNNegotiation.decide(bss(elements, privacy: privacy), station: station, credential: credential, policy: policy)
    }

    static func plan(
        _ elements: [UInt8],
        _ credential: NetworkCredential = password(),
        station: StationCapabilities = everything,
        privacy: Bool = true,
        policy: SecurityPolicy = SecurityPolicy()
    ) -> RSNPlan? {
        let decision = decide(elements, credential, station: station, privacy: privacy, policy: policy)
        if case .join(let plan) = decision { return plan }
        return nil
    }

    static func refusal(
        _ elements: [UInt8],
        _ credential: NetworkCredential = password(),
        station: StationCapabilities = everything,
        privacy: Bool = true,
        policy: SecurityPolicy = SecurityPolicy()
    ) -> RSNRefusal? {
        let decision = decide(elements, credential, station: station, privacy: privacy, policy: policy)
        if case .refuse(let refusal) = decision { return refusal }
        return nil
    }
}

@Suite("Negotiation")
struct NegotiationTests {
    @Test("WPA2: PSK and CCMP, and the RSNE that a recorded join had")
    func wpa2() throws {
        let plan = try #require(Beacons.plan(Beacons.psk))
        #expect(plan.akm == .psk && plan.authentication == .openSystem && plan.unusedSAE == nil)
        #expect(plan.pairwiseCipher == .ccmp128 && plan.groupCipher == .ccmp128)
        #expect(!plan.protectsManagementFrames && plan.saeMethod == nil)
        #expect(plan.associationElements().octets == Beacons.psk)
        #expect(plan.associationElements().handshakeOctets == Beacons.psk)
    }

    @Test("WPA3: SAE with protected management frames, by the method that the RSNXE says, as in a recorded join")
    func wpa3() throws {
        let hashing = try #require(Beacons.plan(Beacons.sae + Beacons.rsnxe))
        #expect(hashing.akm == .sae && hashing.authentication == .sae && hashing.saeMethod == .hashToElement)
        #expect(hashing.groupManagementCipher == .bipCMAC128 && hashing.requiresManagementFrameProtection)
        #expect(hashing.associationElements().octets == Beacons.sae + Beacons.rsnxe)
        let looping = try #require(Beacons.plan(Beacons.sae))
        #expect(looping.saeMethod == .looping)
        #expect(looping.associationElements().octets == Beacons.sae)
        let pmkid = [UInt8](repeating: 9, count: 16)
        #expect(
            looping.associationElements(pmkid: pmkid).octets
                == hex("30 2a 0100 000fac04 0100 000fac04 0100 000fac08 c000 0100") + pmkid + hex("000fac06")
        )
    }

    @Test("a transition network is joined by SAE, with protected management frames")
    func transition() throws {
        let plan = try #require(Beacons.plan(Beacons.transition))
        #expect(plan.akm == .sae)
        #expect(plan.associationElements().octets == Beacons.sae)
    }

    @Test("a driver without SAE takes PSK, and the plan says why; a policy or a transition that is over refuses it")
    func driverWithoutSAE() throws {
        let plan = try #require(Beacons.plan(Beacons.transition, station: Beacons.noSAE))
        #expect(plan.akm == .psk && plan.unusedSAE == .driver)
        // Management frames are protected all the same, as the access point can.
        #expect(plan.protectsManagementFrames && !plan.requiresManagementFrameProtection)
        #expect(Beacons.plan(Beacons.transition, station: Beacons.noProtection)?.unusedSAE == .driverManagementFrames)
        for policy in [SecurityPolicy(minimum: .wpa3), SecurityPolicy(transitionDisable: .wpa3Personal)] {
            #expect(
                Beacons.refusal(Beacons.transition, station: Beacons.noSAE, policy: policy) == .saeUnusable(.driver)
            )
        }
        #expect(Beacons.refusal(Beacons.sae, station: Beacons.noSAE) == .saeUnusable(.driver))
    }

    @Test("SAE without protected management frames is refused, not replaced by PSK")
    func saeNeedsProtection() {
        for akm in ["0100 000fac08", "0200 000fac02 000fac08"] {
            #expect(
                Beacons.refusal(Beacons.rsne(akm: akm, capabilities: "0000"))
                    == .saeUnusable(.unprotectedManagementFrames)
            )
        }
    }

    @Test("a bit of Transition Disable counts after the security that it leaves, and the others are kept as they came")
    func counting() {
        let all = TransitionDisable(rawValue: 0xFF)
        for akm in [AKMSuite.sae, .saeExtendedKey] { #expect(all.counting(after: akm).rawValue == 0xF7) }
        #expect(all.counting(after: .owe).rawValue == 0xFE)
        for akm in [AKMSuite.psk, .pskSHA256, nil] { #expect(all.counting(after: akm).rawValue == 0xF6) }
    }

    @Test("what was joined by SAE or OWE is not joined by less in the same session")
    func joinedBefore() {
        let before = SecurityPolicy(joinedBefore: .wpa3)
        #expect(Beacons.refusal(Beacons.psk, policy: before) == .belowEarlier)
        #expect(Beacons.plan(Beacons.transition, policy: before)?.akm == .sae)
        #expect(Beacons.plan(Beacons.psk, policy: SecurityPolicy(joinedBefore: .wpa2))?.akm == .psk)
        #expect(Beacons.refusal([], .none, privacy: false, policy: before) == .belowEarlier)
        #expect(Beacons.plan(Beacons.owe, .none, policy: before)?.akm == .owe)
        let open = SecurityPolicy(allowsOpenHalf: true, joinedBefore: .wpa3)
        #expect(Beacons.refusal(Beacons.otherHalf, .none, privacy: false, policy: open) == .belowEarlier)
        #expect("\(RSNRefusal.belowEarlier)".contains("before"))
        let levels = [Beacons.sae, Beacons.transition, Beacons.psk].map { Beacons.plan($0)?.level }
        #expect(levels == [.wpa3, .wpa3, .wpa2])
        #expect(Beacons.plan([], .none, privacy: false)?.level == .any)
    }

    @Test("a network that disabled the transition is not joined by PSK, a minimum of WPA3 neither")
    func pskRefused() {
        #expect(
            Beacons.refusal(Beacons.psk, policy: SecurityPolicy(transitionDisable: .wpa3Personal))
                == .transitionDisabled
        )
        #expect(Beacons.refusal(Beacons.psk, policy: SecurityPolicy(minimum: .wpa3)) == .belowMinimum(.wpa3))
        #expect(Beacons.plan(Beacons.psk, policy: SecurityPolicy(minimum: .wpa2)) != nil)
    }

    @Test("a raw key is for PSK only")
    func rawKey() {
        let key = NetworkCredential.preSharedKey(SecretOctets([UInt8](repeating: 1, count: 32)))
        #expect(Beacons.plan(Beacons.psk, key)?.akm == .psk)
        #expect(Beacons.plan(Beacons.transition, key)?.unusedSAE == .needsPassword)
        #expect(Beacons.refusal(Beacons.sae, key) == .saeUnusable(.needsPassword))
        let short = NetworkCredential.preSharedKey(SecretOctets([1] as [UInt8]))
        #expect(Beacons.refusal(Beacons.psk, short) == .credentialUnsuitable)
    }

    @Test(
        "passwords that WPA2 cannot have are refused there and taken by SAE",
        arguments: ["short", String(repeating: "x", count: 64)]
    )
    func passwordLengths(text: String) {
        #expect(Beacons.refusal(Beacons.psk, Beacons.password(text)) == .passphraseLength(text.utf8.count))
        #expect(Beacons.plan(Beacons.sae, Beacons.password(text))?.akm == .sae)
    }

    @Test("a password identifier needs hash-to-element")
    func identifiers() {
        let credential = Beacons.password(identifier: "guest")
        #expect(Beacons.plan(Beacons.sae + Beacons.rsnxe, credential)?.saeMethod == .hashToElement)
        #expect(Beacons.refusal(Beacons.sae, credential) == .saeUnusable(.needsHashToElement))
        #expect(Beacons.refusal(Beacons.transition, credential) == .saeUnusable(.needsHashToElement))
        #expect(Beacons.refusal(Beacons.psk, credential) == .credentialUnsuitable)
    }

    @Test("SAE of a kind that is not built is never passed over in silence: with FT, with the group's hash, overridden")
    func otherKinds() {
        for suite in ["000fac18", "000fac09", "000fac19"] {
            let alone = Beacons.rsne(akm: "0100 \(suite)", capabilities: "c000")
            #expect(Beacons.refusal(alone + Beacons.rsnxe) == .saeUnusable(.kind))
            let beside = Beacons.rsne(akm: "0200 \(suite) 000fac08", capabilities: "c000")
            let plan = Beacons.plan(beside + Beacons.rsnxe)
            #expect(plan?.akm == .sae && plan?.unusedSAE == nil)
            let psk = Beacons.rsne(akm: "0200 000fac02 \(suite)", capabilities: "8000")
            #expect(Beacons.plan(psk)?.akm == .psk && Beacons.plan(psk)?.unusedSAE == .kind)
            for policy in [
                SecurityPolicy(minimum: .wpa3), SecurityPolicy(transitionDisable: .wpa3Personal),
                SecurityPolicy(joinedBefore: .wpa3),
            ] {
                #expect(Beacons.refusal(psk, policy: policy) == .saeUnusable(.kind))
            }
        }
        for type in ["29", "2a"] {
            let overridden = Beacons.psk + hex("dd 0a 506f9a\(type) 0100 000fac04")
            #expect(Beacons.plan(overridden)?.unusedSAE == .kind)
        }
    }

    @Test("at 6 GHz there is SAE by hash-to-element, OWE, and nothing else")
    func sixGHz() {
        func decide(_ elements: [UInt8], _ credential: NetworkCredential = Beacons.password()) -> RSNDecision {
            var bss = Beacons.bss(elements, privacy: !elements.isEmpty)
            bss.is6GHz = true
            return RSNNegotiation.decide(bss, station: Beacons.everything, credential: credential)
        }
        let allowed: [([UInt8], NetworkCredential)] = [
            (Beacons.sae + Beacons.rsnxe, Beacons.password()), (Beacons.owe, .none),
        ]
        for (elements, credential) in allowed {
            guard case .join = decide(elements, credential) else {
                Issue.record("\(elements)")
                return
            }
        }
        let forbidden: [([UInt8], NetworkCredential, RSNRefusal)] = [
            (Beacons.sae, Beacons.password(), .saeUnusable(.needsHashToElement)),
            (Beacons.psk, Beacons.password(), .notAt6GHz), ([], .none, .notAt6GHz),
        ]
        for (elements, credential, expected) in forbidden {
            guard case .refuse(expected) = decide(elements, credential) else {
                Issue.record("\(elements)")
                return
            }
        }
    }

    @Test("an access point that names an unknown cipher for management frames does not lead to PSK")
    func managementCipher() {
        let odd = Beacons.rsne(
            akm: "0200 000fac02 000fac08",
            capabilities: "8000",
            more: "0000 000facff"
        )
        #expect(Beacons.refusal(odd) == .saeUnusable(.managementCipher))
        #expect(Beacons.plan(odd, station: Beacons.noProtection)?.unusedSAE == .driverManagementFrames)
    }

    @Test("PSK with SHA-256 comes before PSK")
    func pskSHA256() throws {
        let plan = try #require(Beacons.plan(Beacons.rsne(akm: "0200 000fac02 000fac06")))
        #expect(plan.akm == .pskSHA256)
    }

    @Test("AKMs that we do not do are refused by name")
    func otherAKMs() {
        #expect(Beacons.refusal(Beacons.rsne(akm: "0100 000fac01")) == .enterprise)
        #expect(Beacons.refusal(Beacons.rsne(akm: "0100 000fac01"), .none) == .enterprise)
        #expect(Beacons.refusal(Beacons.rsne(akm: "0100 000fac04")) == .noCommonAKM([.ftPSK]))
        #expect(Beacons.refusal(hex("30 02 0100")) == .enterprise)
    }

    @Test("an open network is joined without a credential, never with one")
    func open() throws {
        let plan = try #require(Beacons.plan([], .none, privacy: false))
        #expect(plan.akm == nil && plan.authentication == .openSystem)
        #expect(plan.associationElements().octets.isEmpty)
        #expect(Beacons.refusal([], privacy: false) == .openDespiteCredential)
        #expect(Beacons.refusal(Beacons.owe) == .openDespiteCredential)
        #expect(
            Beacons.refusal([], .none, privacy: false, policy: SecurityPolicy(minimum: .wpa2)) == .belowMinimum(.wpa2)
        )
        #expect(Beacons.refusal(Beacons.psk, .none) == .credentialUnsuitable)
        #expect(Beacons.refusal(Beacons.sae, .none) == .credentialUnsuitable)
    }

    @Test("OWE is joined with its public key in the request, which message 2 does not repeat")
    func owe() throws {
        let plan = try #require(Beacons.plan(Beacons.owe, .none))
        let owe = try OWE()
        let elements = plan.associationElements(diffieHellman: owe.element)
        #expect(plan.akm == .owe && plan.authentication == .openSystem && plan.requiresManagementFrameProtection)
        #expect(elements.octets == Beacons.owe + (owe.element.element?.octets ?? []))
        #expect(elements.handshakeOctets == Beacons.owe)
        let unprotected = Beacons.rsne(akm: "0100 000fac12", capabilities: "0000")
        #expect(Beacons.refusal(unprotected, .none) == .unprotectedOWE)
        #expect(Beacons.refusal(Beacons.owe, .none, station: Beacons.noProtection) == .managementFrameProtection)
    }

    @Test("the open half of an OWE pair leads to the other half")
    func oweTransition() {
        guard case .lookFor(let other) = Beacons.decide(Beacons.otherHalf, .none, privacy: false) else {
            Issue.record("not looked for")
            return
        }
        #expect(other.ssid == Array("owe-safe1".utf8))
        let open = SecurityPolicy(allowsOpenHalf: true)
        let plain = Beacons.plan(Beacons.otherHalf, .none, privacy: false, policy: open)
        #expect(plain?.akm == nil && plain?.isOpenHalf == true)
        #expect(Beacons.plan([], .none, privacy: false)?.isOpenHalf == false)
        let over = SecurityPolicy(allowsOpenHalf: true, transitionDisable: .enhancedOpen)
        #expect(Beacons.refusal(Beacons.otherHalf, .none, privacy: false, policy: over) == .transitionDisabled)
        #expect(Beacons.plan(Beacons.otherHalf, .none, station: Beacons.noProtection, privacy: false) != nil)
    }

    @Test("WEP is joined where somebody asked for it by name, with a key of its own")
    func wep() {
        let key = NetworkCredential.wepKey(SecretOctets([UInt8](repeating: 1, count: 5)))
        let long = NetworkCredential.wepKey(SecretOctets([UInt8](repeating: 1, count: 13)))
        let asked = SecurityPolicy(allowsWEP: true)
        #expect(Beacons.refusal([], key) == .wepNotAllowed)
        #expect(Beacons.plan([], key, policy: asked)?.pairwiseCipher == .wep40)
        #expect(Beacons.plan([], long, policy: asked)?.groupCipher == .wep104)
        #expect(
            Beacons.plan([], long, policy: SecurityPolicy(allowsWEP: true, usesSharedKey: true))?.authentication
                == .sharedKey
        )
        #expect(Beacons.refusal([], .wepKey(SecretOctets([1] as [UInt8])), policy: asked) == .credentialUnsuitable)
        #expect(Beacons.refusal([], Beacons.password(), policy: asked) == .credentialUnsuitable)
        #expect(Beacons.refusal([], key, station: Beacons.noProtection, policy: asked) == .groupCipher(.wep40))
        #expect(Beacons.refusal(Beacons.psk, key, policy: asked) == .credentialUnsuitable)
    }

    @Test("WPA1 alone is refused, beside RSN it is not looked at")
    func wpa1() {
        #expect(Beacons.refusal(Beacons.wpa1) == .wpa1Only)
        #expect(Beacons.plan(Beacons.wpa1 + Beacons.psk)?.akm == .psk)
    }

    @Test("the strongest pairwise cipher that all have is taken, TKIP never")
    func pairwise() {
        let all = Beacons.rsne(pairwise: "0500 000fac02 000fac04 000fac0a 000fac08 000fac09", akm: "0100 000fac02")
        #expect(Beacons.plan(all)?.pairwiseCipher == .gcmp256)
        #expect(Beacons.plan(all, station: Beacons.noProtection)?.pairwiseCipher == .ccmp128)
        let tkip = Beacons.rsne(pairwise: "0100 000fac02", akm: "0100 000fac02")
        #expect(Beacons.refusal(tkip) == .noCommonPairwiseCipher([.tkip]))
    }

    @Test("TKIP, WEP and nothing at all are refused for group frames")
    func group() {
        let tkip = Beacons.rsne(group: "000fac02", akm: "0100 000fac02")
        #expect(Beacons.refusal(tkip) == .groupCipher(.tkip))
        for suite in ["000fac01", "000fac05", "000fac07", "0050f202"] {
            let refusal = Beacons.refusal(
                Beacons.rsne(group: suite, akm: "0100 000fac02"),
                policy: SecurityPolicy(allowsWEP: true)
            )
            guard case .groupCipher? = refusal else {
                Issue.record("\(suite)")
                return
            }
        }
    }

    @Test("management frames are protected where both can, and an access point that requires it is refused else")
    func managementFrames() throws {
        let able = Beacons.rsne(akm: "0100 000fac02", capabilities: "8000", more: "0000 000fac06")
        let plan = try #require(Beacons.plan(able))
        #expect(plan.groupManagementCipher == .bipCMAC128)
        #expect(
            plan.associationElements().octets
                == hex("30 1a 0100 000fac04 0100 000fac04 0100 000fac02 8000 0000 000fac06")
        )
        #expect(Beacons.plan(able, station: Beacons.noProtection)?.protectsManagementFrames == false)
        let required = Beacons.rsne(akm: "0100 000fac02", capabilities: "c000", more: "0000 000fac06")
        #expect(Beacons.refusal(required, station: Beacons.noProtection) == .managementFrameProtection)
        let gmac = Beacons.rsne(akm: "0100 000fac08", capabilities: "c000", more: "0000 000fac0c")
        #expect(Beacons.plan(gmac)?.groupManagementCipher == .bipGMAC256)
        let unknown = Beacons.rsne(akm: "0100 000fac08", capabilities: "c000", more: "0000 000fac63")
        #expect(Beacons.refusal(unknown) == .saeUnusable(.managementCipher))
    }

    @Test("an RSNE that cannot be read or has another version is refused")
    func malformed() {
        guard case .malformed? = Beacons.refusal(hex("30 03 0100 00")) else {
            Issue.record("taken")
            return
        }
        #expect(Beacons.refusal(hex("30 02 0200")) == .version(2))
    }

    @Test("mutated beacons never trap, and nothing that is joined is less than what the credential needs")
    func mutation() {
        var generator = SeededGenerator(state: 8)
        let seeds = [
            Beacons.psk, Beacons.sae + Beacons.rsnxe, Beacons.transition, Beacons.owe, Beacons.wpa1 + Beacons.psk,
        ]
        for round in 0..<20_000 {
            let elements = generator.mutate(seeds[round % seeds.count])
            for privacy in [false, true] {
                guard let plan = Beacons.plan(elements, privacy: privacy) else { continue }
                guard let akm = plan.akm, [.psk, .pskSHA256, .sae, .saeExtendedKey].contains(akm),
                    plan.authentication != .sae || plan.protectsManagementFrames,
                    let cipher = plan.pairwiseCipher, [.ccmp128, .ccmp256, .gcmp128, .gcmp256].contains(cipher),
                    plan.associationElements().rsne != nil
                else {
                    Issue.record("\(elements) gave \(plan)")
                    return
                }
            }
        }
    }

    @Test("refusals are printed in words")
    func descriptions() {
        #expect("\(RSNRefusal.noCommonAKM([.ftPSK]))" == "no common AKM: FT-PSK (00-0F-AC:4)")
        #expect("\(RSNRefusal.saeUnusable(.driver))" == "the driver cannot SAE (WPA3)")
    }
}

@Suite("Authentication without SAE")
struct AuthenticationSequenceTests {
    static func frame(
        _ algorithm: UInt16,
        _ transaction: UInt16,
        status: UInt16 = 0,
        from sender: String = "020000000300"
    ) throws -> AuthenticationFrame {
        let octets =
            hex("b000 3a01 020000000000 \(sender) 020000000300 1000")
            + [algorithm, transaction, status].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        guard case .authentication(let frame) = try ManagementFrame(octets) else {
            throw Authenticator.Refusal(why: "no authentication frame")
        }
        return frame
    }

    @Test("open system ends with transaction 2, a shared key with 4")
    func verdicts() throws {
        let bssid = MACAddress("02:00:00:00:03:00").unwrapped
        let open = AuthenticationSequence(.openSystem, bssid: bssid)
        let shared = AuthenticationSequence(.sharedKey, bssid: bssid)
        #expect(open.receive(try Self.frame(0, 2)) == .accept)
        #expect(open.receive(try Self.frame(0, 2, status: 17)) == .refuse(transaction: 2, StatusCode(rawValue: 17)))
        #expect(open.receive(try Self.frame(0, 4)) == .ignore)
        #expect(open.receive(try Self.frame(1, 2)) == .ignore)
        #expect(open.receive(try Self.frame(0, 1, from: "020000000000")) == .ignore)
        #expect(shared.receive(try Self.frame(1, 2)) == .wait)
        #expect(shared.receive(try Self.frame(1, 3, from: "020000000000")) == .ignore)
        #expect(shared.receive(try Self.frame(1, 4)) == .accept)
        #expect(shared.receive(try Self.frame(1, 4, status: 15)) == .refuse(transaction: 4, .challengeFail))
    }
}

@Suite("From beacon to keys")
struct WholeJoinTests {
    static let station = MACAddress("02:00:00:00:00:00").unwrapped

    /// The four-way handshake of a plan with an authenticator that has the same beacon.
    static func handshake(
        _ plan: RSNPlan,
        beacon: [UInt8],
        pmk: SecretOctets,
        pmkid: [UInt8]?,
        _ association: AssociationElements
    ) throws -> Outcome {
        let configuration = try #require(
            plan.supplicantConfiguration(station: station, pmk: pmk, pmkid: pmkid, association: association)
        )
        var supplicant = Supplicant(configuration)
        var authenticator = Authenticator(
            akm: (plan.akm?.rawValue ?? 0) & 0xFF,
            pmk: pmk.disclosed,
            tkLength: plan.pairwiseCipher?.keyLength ?? 0,
            beacon: beacon,
            association: association.handshakeOctets
        )
        authenticator.pmkid = pmkid
        if plan.protectsManagementFrames { authenticator.igtk = (4, [UInt8](repeating: 0x81, count: 16)) }
        let second = Outcome(supplicant.receive(authenticator.message1(), encrypted: false))
        try authenticator.receiveMessage2(try #require(second.sent.first).octets)
        let last = Outcome(supplicant.receive(try authenticator.message3(), encrypted: false))
        try authenticator.receiveMessage4(try #require(last.sent.first).octets)
        #expect(last.installed.first?.key.disclosed == authenticator.tk)
        return last
    }

    @Test("WPA2")
    func wpa2() throws {
        let plan = try #require(Beacons.plan(Beacons.psk))
        let psk = try preSharedKey(passphrase: Array("correct horse".utf8), ssid: plan.bss.ssid)
        let outcome = try Self.handshake(plan, beacon: Beacons.psk, pmk: psk, pmkid: nil, plan.associationElements())
        #expect(outcome.order == "siia")
    }

    @Test("WPA3, by both methods", arguments: [[], Beacons.rsnxe])
    func wpa3(rsnxe: [UInt8]) throws {
        let beacon = Beacons.sae + rsnxe
        let plan = try #require(Beacons.plan(beacon))
        let password = SAEPassword(octets: SecretOctets(Array("correct horse".utf8)))
        let configuration = try #require(plan.saeConfiguration(station: Self.station, password: password))
        var accessPoint = SAEAccessPoint(method: configuration.method)
        accessPoint.ssid = plan.bss.ssid
        accessPoint.password = Array("correct horse".utf8)
        var sae = SAE(configuration)
        let keys = try #require(try SAEExchange(&sae, &accessPoint).keys)
        let outcome = try Self.handshake(
            plan,
            beacon: beacon,
            pmk: keys.pmk,
            pmkid: keys.pmkid,
            plan.associationElements()
        )
        #expect(outcome.order == "siiia")
    }

    @Test("OWE, in all groups", arguments: CyclicGroup.allCases)
    func owe(group: CyclicGroup) throws {
        let plan = try #require(Beacons.plan(Beacons.owe, .none))
        let (client, other) = (try OWE(group: group), try OWE(group: group))
        let keys = try client.receive(other.element).get()
        let association = plan.associationElements(diffieHellman: client.element)
        let outcome = try Self.handshake(
            plan,
            beacon: Beacons.owe,
            pmk: keys.pmk,
            pmkid: keys.pmkid,
            association
        )
        #expect(outcome.order == "siiia")
    }
}
