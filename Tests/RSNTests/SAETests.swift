import IEEE80211
import RSN
import Testing

@Suite("SAE")
struct SAETests {
    @Test("looping gives IEEE 802.11-2020 J.10's commit, confirm and keys")
    func looping() throws {
        for vector in try Vectors.published.get().sae_hunting_and_pecking_group19.vectors {
            var sae = SAE(
                SAEConfiguration(
                    station: MACAddress(octets: hex(vector.sta_mac)).unwrapped,
                    bssid: MACAddress(octets: hex(vector.peer_mac)).unwrapped,
                    ssid: [],
                    password: SAEPassword(octets: SecretOctets(Array(vector.password.utf8))),
                    method: .looping
                ),
                random: ScriptedRandom([hex(vector.rand), hex(vector.mask)])
            )
            guard case .send(let commit) = sae.start() else {
                Issue.record("no commit")
                return
            }
            #expect(commit.authenticationData == [1, 0, 0, 0] + hex(vector.own_commit))
            let answer = sae.receive(transaction: 1, status: .success, content: hex(vector.peer_commit))
            guard case .send(let confirm) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(confirm.authenticationData == [2, 0, 0, 0, 1, 0] + hex(vector.own_confirm_send_confirm_1))
            let commitment = try SAECommitment.looping(
                group: .p256,
                password: SecretOctets(Array(vector.password.utf8)),
                MACAddress(octets: hex(vector.sta_mac)).unwrapped,
                MACAddress(octets: hex(vector.peer_mac)).unwrapped,
                random: ScriptedRandom([hex(vector.rand), hex(vector.mask)])
            )
            let peer = Array(hex(vector.peer_commit).dropFirst(2))
            let result = try commitment.process(
                peerScalar: Array(peer.prefix(32)),
                peerElement: Array(peer.dropFirst(32)),
                hash: .sha256,
                salt: [],
                pmkLength: 32
            )
            guard case .keys(_, let keys) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(keys.pmk.disclosed == hex(vector.pmk))
            #expect(keys.pmkid == hex(vector.pmkid))
        }
    }

    @Test("both methods in all groups give the second implementation's octets on both ends")
    func vectors() throws {
        for vector in try Vectors.recomputed.get().sae {
            let group = try #require(CyclicGroup(rawValue: vector.group))
            let password = SAEPassword(
                octets: SecretOctets(Array(vector.password.utf8)),
                identifier: vector.identifier.isEmpty ? nil : Array(vector.identifier.utf8)
            )
            let (station, bssid) = (
                MACAddress(octets: hex(vector.sta)).unwrapped, MACAddress(octets: hex(vector.ap)).unwrapped
            )
            let random = ScriptedRandom([hex(vector.rand), hex(vector.mask)])
            let own: SAECommitment
            if vector.h2e {
                let token = try SAEPasswordToken(group: group, ssid: Array(vector.ssid.utf8), password: password)
                own = try .hashing(token: token, station, bssid, random: random)
            } else {
                own = try .looping(group: group, password: password.octets, station, bssid, random: random)
            }
            #expect(own.scalar == hex(vector.scalar))
            #expect(own.element == hex(vector.element))
            let hash = vector.h2e ? group.hash : .sha256
            for extended in [false, true] {
                guard
                    let pmk = extended ? vector.extended_pmk : vector.pmk,
                    let confirm = extended ? vector.extended_confirm : vector.confirm,
                    let peerConfirm = extended ? vector.extended_peer_confirm : vector.peer_confirm
                else { continue }
                let result = try own.process(
                    peerScalar: hex(vector.peer_scalar),
                    peerElement: hex(vector.peer_element),
                    hash: hash,
                    salt: hex(vector.rejected_groups),
                    pmkLength: extended ? hash.length : 32
                )
                guard case .keys(let confirmation, let keys) = result else {
                    Issue.record("\(result)")
                    return
                }
                #expect(keys.pmk.disclosed == hex(pmk))
                #expect(keys.pmkid == hex(vector.pmkid))
                #expect(try confirmation.own(sendConfirm: 1) == hex(confirm))
                #expect(try confirmation.peer(sendConfirm: 1) == hex(peerConfirm))
            }
        }
    }

    @Test("station and access point agree", arguments: CyclicGroup.allCases, [SAEMethod.looping, .hashToElement])
    func honest(group: CyclicGroup, method: SAEMethod) throws {
        var accessPoint = SAEAccessPoint(method: method)
        var station = SAE(accessPoint.configuration(groups: [group]))
        let exchange = try SAEExchange(&station, &accessPoint)
        let keys = try #require(exchange.keys)
        #expect(keys.pmk == accessPoint.keys?.pmk)
        #expect(keys.pmk.count == 32 && keys.pmkid.count == 16 && keys.group == group)
        #expect(keys.pmkid == accessPoint.keys?.pmkid)
        #expect(exchange.frames.map(\.transaction) == [1, 2])
        #expect(exchange.frames.map(\.status) == [method == .looping ? .success : .saeHashToElement, .success])
        #expect(exchange.frames[1].content.prefix(2) == [1, 0])
    }

    @Test("with the hash that depends on the group the PMK is as long as the hash", arguments: CyclicGroup.allCases)
    func extendedKey(group: CyclicGroup) throws {
        var accessPoint = SAEAccessPoint(akm: .saeExtendedKey)
        var station = SAE(accessPoint.configuration(groups: [group]))
        let keys = try #require(try SAEExchange(&station, &accessPoint).keys)
        #expect(keys.pmk == accessPoint.keys?.pmk)
        #expect(keys.pmk.count == group.hash.length)
        #expect(HandshakeSuite(akm: .saeExtendedKey, pairwiseCipher: .gcmp256, pmkLength: keys.pmk.count) != nil)
    }

    @Test("two exchanges have nothing in common, keys or commits")
    func fresh() throws {
        var accessPoint = SAEAccessPoint()
        var (first, second) = (SAE(accessPoint.configuration()), SAE(accessPoint.configuration()))
        let one = try SAEExchange(&first, &accessPoint)
        let two = try SAEExchange(&second, &accessPoint)
        #expect(one.keys?.pmk != two.keys?.pmk)
        #expect(one.frames.first?.content != two.frames.first?.content)
    }

    @Test("a token computed beforehand gives the same keys, one of another network does not")
    func precomputed() throws {
        var accessPoint = SAEAccessPoint(groups: [.p384])
        var configuration = accessPoint.configuration(groups: [.p384])
        configuration.tokens = [
            try SAEPasswordToken(group: .p256, ssid: accessPoint.ssid, password: configuration.password),
            try SAEPasswordToken(group: .p384, ssid: accessPoint.ssid, password: configuration.password),
        ]
        var station = SAE(configuration)
        #expect(try SAEExchange(&station, &accessPoint).keys != nil)
        configuration.tokens = [try SAEPasswordToken(group: .p384, ssid: [1], password: configuration.password)]
        var other = SAE(configuration)
        #expect(try SAEExchange(&other, &accessPoint).keys == nil)
    }

    @Test("a wrong password ends at the confirm", arguments: [SAEMethod.looping, .hashToElement])
    func wrongPassword(method: SAEMethod) throws {
        var accessPoint = SAEAccessPoint(method: method)
        var station = SAE(accessPoint.configuration(password: Array("wrong".utf8)))
        let exchange = try SAEExchange(&station, &accessPoint)
        #expect(exchange.failure?.cause == .rejected(transaction: 2, .unspecifiedFailure))
    }

    @Test("octets after the element of a looping commit are not ours, however many")
    func trailing() throws {
        for count in [1, 31, 32, 200] {
            var (station, commit, accessPoint) = try HostileSAETests.committed(.looping)
            let answer = try #require(try accessPoint.receive(commit))
            let content = answer.content + [UInt8](repeating: 7, count: count)
            guard case .send(let confirm) = station.receive(transaction: 1, status: .success, content: content),
                let last = try accessPoint.receive(confirm),
                case .accept = station.receive(transaction: 2, status: last.status, content: last.content)
            else {
                Issue.record("\(count) octets more are not ignored")
                return
            }
        }
    }

    @Test("a refusal ends the exchange in whatever transaction it comes, and other statuses of another one do not")
    func refusals() throws {
        let refused = StatusCode(rawValue: 13)
        for isConfirmed in [false, true] {
            for transaction in [UInt16(1), 2, 3] {
                var accessPoint = SAEAccessPoint()
                var station = SAE(accessPoint.configuration())
                guard case .send(let commit) = station.start(), let answer = try accessPoint.receive(commit) else {
                    Issue.record("no commit")
                    return
                }
                if isConfirmed {
                    _ = station.receive(transaction: 1, status: answer.status, content: answer.content)
                }
                let expected: UInt16 = isConfirmed ? 2 : 1
                if transaction != expected {
                    let harmless = station.receive(transaction: transaction, status: .saeHashToElement, content: [])
                    guard case .discard(.unexpected(transaction: transaction)) = harmless else {
                        Issue.record("\(harmless)")
                        return
                    }
                }
                guard case .fail(let failure) = station.receive(transaction: transaction, status: refused, content: [])
                else {
                    Issue.record("transaction \(transaction) is not taken for a refusal")
                    return
                }
                #expect(failure.cause == .rejected(transaction: transaction, refused))
            }
        }
    }

    @Test("an access point that does not know the password cannot make us associate")
    func wrongConfirm() throws {
        for change in 0..<3 {
            var accessPoint = SAEAccessPoint()
            var station = SAE(accessPoint.configuration())
            guard case .send(let commit) = station.start(), let answer = try accessPoint.receive(commit),
                case .send(let confirm) = station.receive(
                    transaction: 1,
                    status: answer.status,
                    content: answer.content
                ),
                let last = try accessPoint.receive(confirm)
            else {
                Issue.record("no confirm")
                return
            }
            // Another counter, another proof, our own confirm.
            var content = change == 2 ? confirm.content : last.content
            if change < 2 { content[change * 10] ^= 1 }
            guard case .discard(.confirm) = station.receive(transaction: 2, status: .success, content: content) else {
                Issue.record("accepted, or given up")
                return
            }
            // Anybody can send a wrong one: the true one is taken all the same.
            guard case .accept = station.receive(transaction: 2, status: .success, content: last.content) else {
                Issue.record("the true confirm is not accepted")
                return
            }
        }
    }
}

@Suite("SAE: tokens, groups and identifiers")
struct SAENegotiationTests {
    @Test(
        "up to three tokens are sent back with the same commit",
        arguments: 0...3,
        [SAEMethod.looping, .hashToElement]
    )
    func tokens(count: Int, method: SAEMethod) throws {
        var accessPoint = SAEAccessPoint(method: method, tokens: count)
        var station = SAE(accessPoint.configuration())
        let exchange = try SAEExchange(&station, &accessPoint)
        #expect(exchange.keys?.pmk == accessPoint.keys?.pmk)
        #expect(exchange.frames.count == 2 + count)
        #expect(Set(accessPoint.received.map(\.scalar)).count == 1)
        #expect(accessPoint.received.map { $0.token != nil } == (0...count).map { $0 > 0 })
    }

    @Test("a fourth request for a token ends it", arguments: [SAEMethod.looping, .hashToElement])
    func tooManyTokens(method: SAEMethod) throws {
        var accessPoint = SAEAccessPoint(method: method, tokens: 4)
        var station = SAE(accessPoint.configuration())
        let exchange = try SAEExchange(&station, &accessPoint)
        #expect(exchange.failure?.cause == .tooManyTokens)
        #expect(exchange.frames.count == 4)
    }

    @Test(
        "refused groups lead to the next one, and hash-to-element tells of them",
        arguments: [SAEMethod.looping, .hashToElement],
        [CyclicGroup.p384, .p521]
    )
    func rejectedGroups(method: SAEMethod, accepted: CyclicGroup) throws {
        var accessPoint = SAEAccessPoint(method: method, groups: [accepted])
        var station = SAE(accessPoint.configuration())
        let exchange = try SAEExchange(&station, &accessPoint)
        #expect(exchange.keys?.pmk == accessPoint.keys?.pmk)
        #expect(exchange.keys?.group == accepted)
        let refused: [UInt16] = accepted == .p384 ? [19] : [19, 20]
        #expect(accessPoint.received.last?.rejectedGroups == (method == .looping ? nil : refused))
        #expect(exchange.frames.count == refused.count + 2)
    }

    @Test("a forged refusal shows on the access point's end with hash-to-element")
    func forgedRefusal() throws {
        var accessPoint = SAEAccessPoint()
        var station = SAE(accessPoint.configuration())
        guard case .send = station.start(),
            case .send(let second) = station.receive(
                transaction: 1,
                status: .finiteCyclicGroupNotSupported,
                content: [19, 0]
            )
        else {
            Issue.record("no commit")
            return
        }
        #expect(try accessPoint.receive(second)?.status == .unspecifiedFailure)
    }

    @Test("when every group is refused it ends", arguments: [SAEMethod.looping, .hashToElement])
    func noGroup(method: SAEMethod) throws {
        var accessPoint = SAEAccessPoint(method: method, groups: [])
        var station = SAE(accessPoint.configuration())
        let exchange = try SAEExchange(&station, &accessPoint)
        #expect(exchange.failure?.cause == .noCommonGroup)
        #expect(exchange.frames.count == 3)
    }

    @Test(
        "there are no groups below 256 bits, none of Brainpool and no MODP",
        arguments: [1, 2, 5, 14, 15, 18, 22, 25, 26, 28, 30]
    )
    func smallGroups(number: UInt16) {
        #expect(CyclicGroup(rawValue: number) == nil)
    }

    @Test("a refusal or a token for another group is dropped")
    func otherGroup() throws {
        let accessPoint = SAEAccessPoint()
        var station = SAE(accessPoint.configuration())
        _ = station.start()
        for (status, content) in [
            (StatusCode.finiteCyclicGroupNotSupported, [20, 0]), (.antiCloggingTokenReq, hex("1400 ff 02 5d 01")),
            (.saeHashToElement, [20, 0] + [UInt8](repeating: 1, count: 96)),
        ] as [(StatusCode, [UInt8])] {
            guard case .discard(.group(20)) = station.receive(transaction: 1, status: status, content: content) else {
                Issue.record("\(status)")
                return
            }
        }
    }

    @Test("an identifier chooses the password, an unknown one is status 123")
    func identifiers() throws {
        var accessPoint = SAEAccessPoint(
            identified: [Array("guest".utf8): Array("for guests".utf8)]
        )
        var guest = SAE(
            accessPoint.configuration(password: Array("for guests".utf8), identifier: Array("guest".utf8))
        )
        let exchange = try SAEExchange(&guest, &accessPoint)
        #expect(exchange.keys?.pmk == accessPoint.keys?.pmk)
        #expect(accessPoint.received.last?.passwordIdentifier == Array("guest".utf8))
        var stranger = SAE(accessPoint.configuration(identifier: Array("nobody".utf8)))
        #expect(
            try SAEExchange(&stranger, &accessPoint).failure?.cause
                == .rejected(transaction: 1, .unknownPasswordIdentifier)
        )
    }

    @Test("identifiers and group-dependent hashes are refused with looping, and so is an empty password")
    func unsuitable() throws {
        let accessPoint = SAEAccessPoint(method: .looping)
        var identified = SAE(accessPoint.configuration(identifier: [1]))
        var extended = SAE(SAEAccessPoint(method: .looping, akm: .saeExtendedKey).configuration())
        var empty = SAE(accessPoint.configuration(password: []))
        var long = SAE(SAEAccessPoint().configuration(identifier: [UInt8](repeating: 1, count: 255)))
        let causes = [identified.start(), extended.start(), empty.start(), long.start()].map { action in
            if case .fail(let failure) = action { failure.cause } else { SAEFailure.Cause.identity }
        }
        #expect(causes == [.methodUnsuitable, .methodUnsuitable, .passwordUnsuitable, .passwordUnsuitable])
    }

    @Test("an answer by the other method ends it: never from hash-to-element to looping, nor back")
    func methodChanged() throws {
        for (method, status) in [
            (SAEMethod.hashToElement, StatusCode.success), (.looping, .saeHashToElement), (.hashToElement, .saePK),
        ] {
            let accessPoint = SAEAccessPoint(method: method)
            var station = SAE(accessPoint.configuration())
            guard case .send(let commit) = station.start(),
                case .fail(let failure) = station.receive(transaction: 1, status: status, content: commit.content)
            else {
                Issue.record("\(method)")
                return
            }
            #expect(failure.cause == .methodChanged(status))
            // Nothing more comes of it.
            guard case .discard = station.start() else {
                Issue.record("started again")
                return
            }
        }
    }
}

@Suite("SAE: hostile frames")
struct HostileSAETests {
    /// A station that has committed, and its commit.
    static func committed(_ method: SAEMethod = .hashToElement) throws -> (SAE, SAEFrame, SAEAccessPoint) {
        let accessPoint = SAEAccessPoint(method: method)
        var station = SAE(accessPoint.configuration(groups: [.p256]))
        guard case .send(let frame) = station.start() else { throw Authenticator.Refusal(why: "no commit") }
        return (station, frame, accessPoint)
    }

    @Test(
        "our own commit sent back is dropped, and the true one still counts",
        arguments: [SAEMethod.looping, .hashToElement]
    )
    func reflection(method: SAEMethod) throws {
        var (station, commit, accessPoint) = try Self.committed(method)
        let reflected = station.receive(transaction: 1, status: commit.status, content: commit.content)
        guard case .discard(.reflection) = reflected else {
            Issue.record("\(reflected)")
            return
        }
        let answer = try #require(try accessPoint.receive(commit))
        guard case .send = station.receive(transaction: 1, status: answer.status, content: answer.content) else {
            Issue.record("the true commit was refused")
            return
        }
    }

    @Test("a scalar of 0, 1, the order or more is refused", arguments: [SAEMethod.looping, .hashToElement])
    func scalars(method: SAEMethod) throws {
        let order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        let zero = [UInt8](repeating: 0, count: 32)
        var above = order
        above[31] += 1
        for scalar in [zero, zero.dropLast() + [1], order, above, [UInt8](repeating: 0xFF, count: 32)] {
            var (station, commit, accessPoint) = try Self.committed(method)
            let answer = try #require(try accessPoint.receive(commit))
            let content = answer.content.prefix(2) + scalar + answer.content.dropFirst(34)
            let action = station.receive(transaction: 1, status: answer.status, content: Array(content))
            guard case .fail(let failure) = action else {
                Issue.record("\(action)")
                return
            }
            #expect(failure.cause == .invalidScalar)
        }
    }

    @Test("an element that is not on the curve, or whose coordinates are not below the prime, is refused")
    func elements() throws {
        let prime = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
        for element in [
            [UInt8](repeating: 0, count: 64), [UInt8](repeating: 1, count: 64), [UInt8](repeating: 0xFF, count: 64),
            prime + prime,
        ] {
            var (station, commit, accessPoint) = try Self.committed()
            let answer = try #require(try accessPoint.receive(commit))
            let content = answer.content.prefix(34) + element
            let action = station.receive(transaction: 1, status: answer.status, content: Array(content))
            guard case .fail(let failure) = action else {
                Issue.record("\(action)")
                return
            }
            #expect(failure.cause == .invalidElement)
        }
    }

    @Test("a commit that makes the shared point the one at infinity is refused")
    func identity() throws {
        // The inverse of scalar times the password element, as somebody who knows the password can make it: with
        // rand = scalar - mask the element of another commit is the inverse of mask times the password element.
        let accessPoint = SAEAccessPoint()
        let password = SAEPassword(octets: SecretOctets(accessPoint.password))
        let token = try SAEPasswordToken(group: .p256, ssid: accessPoint.ssid, password: password)
        var mask = [UInt8](repeating: 0, count: 32)
        mask[31] = 9
        var rand = [UInt8](repeating: 0, count: 32)
        rand[31] = 5
        let evil = try SAECommitment.hashing(
            token: token,
            accessPoint.station,
            accessPoint.address,
            random: ScriptedRandom([rand, mask])
        )
        var station = SAE(accessPoint.configuration(groups: [.p256]))
        _ = station.start()
        // The scalar is the mask alone, so scalar · PWE + element is the point at infinity.
        let commit = SAECommit(group: 19, scalar: mask, element: evil.element)
        let content = try #require(commit.content(hashToElement: true))
        let action = station.receive(transaction: 1, status: .saeHashToElement, content: content)
        guard case .fail(let failure) = action else {
            Issue.record("\(action)")
            return
        }
        #expect(failure.cause == .identity)
    }

    @Test("a commit that claims we refused groups is refused")
    func claimedRejections() throws {
        var accessPoint = SAEAccessPoint(claimsRejected: [21])
        var station = SAE(accessPoint.configuration())
        #expect(try SAEExchange(&station, &accessPoint).failure?.cause == .rejectedGroups([21]))
    }

    @Test("confirms before commits, commits after commits and other transactions are dropped")
    func order() throws {
        var (station, commit, accessPoint) = try Self.committed()
        for transaction in [0, 2, 3, 65_535] as [UInt16] {
            guard case .discard(.unexpected) = station.receive(transaction: transaction, status: .success, content: [])
            else {
                Issue.record("\(transaction)")
                return
            }
        }
        let answer = try #require(try accessPoint.receive(commit))
        guard case .send = station.receive(transaction: 1, status: answer.status, content: answer.content),
            case .discard(.unexpected(1)) = station.receive(
                transaction: 1,
                status: answer.status,
                content: answer.content
            )
        else {
            Issue.record("a second commit was taken")
            return
        }
        var idle = SAE(accessPoint.configuration())
        guard case .discard = idle.receive(transaction: 1, status: answer.status, content: answer.content) else {
            Issue.record("a commit was taken before the start")
            return
        }
    }

    @Test("other statuses end it, with the phase and the number kept", arguments: [1, 13, 15, 17, 30, 123, 999])
    func statuses(number: UInt16) throws {
        var (station, _, _) = try Self.committed()
        let status = StatusCode(rawValue: number)
        guard case .fail(let failure) = station.receive(transaction: 1, status: status, content: []) else {
            Issue.record("\(status)")
            return
        }
        #expect(failure.cause == .rejected(transaction: 1, status))
        #expect(failure.description.contains("\(status)"))
    }

    @Test(
        "commits cut anywhere are dropped, oversized ones do no harm",
        arguments: [SAEMethod.looping, .hashToElement]
    )
    func lengths(method: SAEMethod) throws {
        var (station, commit, accessPoint) = try Self.committed(method)
        let answer = try #require(try accessPoint.receive(commit))
        for count in 0..<answer.content.count {
            let action = station.receive(
                transaction: 1,
                status: answer.status,
                content: Array(answer.content.prefix(count))
            )
            guard case .discard(.malformed) = action else {
                Issue.record("\(count): \(action)")
                return
            }
        }
        let padding = [UInt8](repeating: 0xFF, count: 65_000)
        if method == .hashToElement {
            // With looping, what follows is not ours.
            let action = station.receive(transaction: 1, status: answer.status, content: answer.content + padding)
            guard case .discard = action else {
                Issue.record("oversized")
                return
            }
        }
        guard case .send = station.receive(transaction: 1, status: answer.status, content: answer.content) else {
            Issue.record("the true commit was refused")
            return
        }
    }

    @Test("mutated frames never trap and never lead to keys", arguments: [SAEMethod.looping, .hashToElement])
    func mutation(method: SAEMethod) throws {
        var generator = SeededGenerator(state: 7)
        let (start, commit, first) = try Self.committed(method)
        for round in 0..<400 {
            var (station, accessPoint) = (start, first)
            let answer = try #require(try round % 8 == 0 ? accessPoint.receive(commit) : commit)
            let statuses: [StatusCode] = [
                answer.status, .antiCloggingTokenReq, .finiteCyclicGroupNotSupported, .success,
            ]
            let action = station.receive(
                transaction: 1,
                status: statuses[round % 4 == 3 ? Int.random(in: 0..<4, using: &generator) : 0],
                content: generator.mutate(answer.content)
            )
            guard case .send(let frame) = action, frame.transaction == 2 else { continue }
            let confirm = generator.mutate(frame.content)
            if case .accept = station.receive(transaction: 2, status: .success, content: confirm) {
                Issue.record("keys from a mutated confirm in round \(round)")
                return
            }
        }
    }
}
