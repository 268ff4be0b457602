package import IEEE80211

/// How SAE makes a group element of a password.
package enum SAEMethod: Hashable, Sendable {
    /// Hunting and pecking (IEEE 802.11-2020, 12.4.4.2.2), with status 0 in the commit.
    case looping
    /// Hash-to-element (12.4.4.2.3), with status 126 in the commit.
    case hashToElement
}

/// What SAE has to know.
package struct SAEConfiguration: Sendable {
    /// The station's own address.
    package var station: MACAddress
    /// The access point's address.
    package var bssid: MACAddress
    /// The network's name.
    package var ssid: [UInt8]
    /// The password.
    package var password: SAEPassword
    /// The method, as the access point's RSNXE decides: it is never changed in an exchange.
    package var method: SAEMethod
    /// `sae`, or `saeExtendedKey` where the hash depends on the group; the latter by hash-to-element only.
    package var akm: AKMSuite
    /// The groups in the order in which they are tried.
    package var groups: [CyclicGroup]
    /// Tokens computed beforehand; those that are missing are computed when they are needed.
    package var tokens: [SAEPasswordToken]

    /// Makes a configuration.
    package init(
        station: MACAddress,
        bssid: MACAddress,
        ssid: [UInt8],
        password: SAEPassword,
        method: SAEMethod,
        akm: AKMSuite = .sae,
        groups: [CyclicGroup] = [.p256, .p384, .p521],
        tokens: [SAEPasswordToken] = []
    ) {
        self.station = station
        self.bssid = bssid
        self.ssid = ssid
        self.password = password
        self.method = method
        self.akm = akm
        self.groups = groups
        self.tokens = tokens
    }
}

/// What is sent in an authentication frame of SAE, from the transaction number on.
package struct SAEFrame: Hashable, Sendable {
    /// 1 for a commit, 2 for a confirm.
    package let transaction: UInt16
    /// The Status Code field.
    package let status: StatusCode
    /// What follows the status.
    package let content: [UInt8]

    /// Makes a frame.
    package init(transaction: UInt16, status: StatusCode, content: [UInt8]) {
        self.transaction = transaction
        self.status = status
        self.content = content
    }

    /// Transaction, status and content: the form that nl80211 takes (`NL80211_ATTR_AUTH_DATA`).
    package var authenticationData: [UInt8] {
        littleEndian(transaction) + littleEndian(status.rawValue) + content
    }
}

/// What is to be done.
package enum SAEAction: Sendable {
    /// Send a frame and wait for the answer.
    case send(SAEFrame)
    /// Associate: both ends have the key, and the access point has proved it.
    case accept(SAEKeys)
    /// Nothing: the frame was dropped, and this is why. For the log.
    case discard(DiscardedSAEFrame)
    /// Give up.
    case fail(SAEFailure)
}

/// Why a frame was dropped as if it had never come.
package enum DiscardedSAEFrame: Hashable, Sendable {
    /// Not the structure it should be.
    case malformed(MalformedOctets)
    /// Our own commit came back (IEEE 802.11-2020, 12.4.8.6.4).
    case reflection
    /// Not about the group of our commit.
    case group(UInt16)
    /// Not what this state waits for.
    case unexpected(transaction: UInt16)
    /// A confirm that does not prove the key: the sender has another password, or is not the access point.
    case confirm
}

/// Why SAE came to no key.
package struct SAEFailure: Error, Sendable {
    /// What was wrong.
    package enum Cause: Hashable, Sendable {
        /// The access point answered a commit (1) or a confirm (2) with a status that ends it.
        case rejected(transaction: UInt16, StatusCode)
        /// No confirm of the access point was right: it has another password. The machine never says so, for it has no
        /// clock; the caller does who has waited.
        case confirmMismatch
        /// The access point refused every group that we accept.
        case noCommonGroup
        /// A fourth request for a token.
        case tooManyTokens
        /// The access point answered by the other method; we never follow it there.
        case methodChanged(StatusCode)
        /// The scalar is 0, 1 or not below the order.
        case invalidScalar
        /// The element is no point of the curve.
        case invalidElement
        /// The shared point is the one at infinity.
        case identity
        /// The access point says that we refused groups, which we did not.
        case rejectedGroups([UInt16])
        /// Looping with a password identifier, or with an AKM that needs hash-to-element.
        case methodUnsuitable
        /// An empty password, or one that does not fit its element.
        case passwordUnsuitable
        /// libcrypto failed.
        case cryptography(CryptoError)
    }

    /// What was wrong.
    package let cause: Cause

    /// Makes a failure.
    package init(cause: Cause) {
        self.cause = cause
    }
}

extension SAEFailure: CustomStringConvertible {
    /// What was wrong, in words.
    package var description: String {
        switch cause {
        case .rejected(1, let status): "SAE commit refused: \(status)"
        case .rejected(_, let status): "SAE confirm refused: \(status)"
        case .confirmMismatch: "the access point's SAE confirm is wrong"
        case .noCommonGroup: "the access point refused every SAE group"
        case .tooManyTokens: "the access point asked for a fourth token"
        case .methodChanged(let status): "the access point answered by the other SAE method: \(status)"
        case .invalidScalar: "the access point's SAE scalar is out of range"
        case .invalidElement: "the access point's SAE element is not on the curve"
        case .identity: "the shared SAE element is the identity"
        case .rejectedGroups(let groups): "the access point claims that SAE groups \(groups) were refused"
        case .methodUnsuitable: "password identifiers and group-dependent hashes need hash-to-element"
        case .passwordUnsuitable: "the password cannot be used with SAE"
        case .cryptography(let error): "\(error)"
        }
    }
}

/// The station's end of SAE (IEEE 802.11-2020, 12.4.8), from the first commit to the access point's confirm.
///
/// It has no clock: the kernel repeats frames that nobody acknowledges, and the caller gives up in time.
package struct SAE: Sendable {
    /// How often a token is sent.
    private static let tokenLimit = 3

    private enum State: Sendable {
        case nothing
        case committed(SAECommitment)
        case confirmed(SAEConfirmation, SAEKeys)
        case ended
    }

    private let configuration: SAEConfiguration
    private let random: any RandomSource
    private var state = State.nothing
    private var token: [UInt8]?
    private var tokenCount = 0
    private var rejectedGroups: [UInt16] = []
    private var sendConfirm: UInt16 = 0

    /// Makes a machine for one exchange.
    ///
    /// - Parameters:
    ///   - configuration: what it has to know.
    ///   - random: where the secret numbers come from.
    package init(_ configuration: SAEConfiguration, random: any RandomSource = PrivateRandom()) {
        self.configuration = configuration
        self.random = random
    }

    /// Makes the first commit; called once.
    package mutating func start() -> SAEAction {
        guard case .nothing = state else { return .discard(.unexpected(transaction: 0)) }
        guard configuration.password.octets.count > 0 else { return fail(.passwordUnsuitable) }
        let needsHashToElement = configuration.password.identifier != nil || configuration.akm == .saeExtendedKey
        if needsHashToElement, configuration.method == .looping { return fail(.methodUnsuitable) }
        return commit()
    }

    /// Takes an authentication frame of SAE that the BSSID sent.
    ///
    /// - Parameters:
    ///   - transaction: 1 for a commit, 2 for a confirm.
    ///   - status: the Status Code field.
    ///   - content: what follows the status.
    /// - Returns: what is to be done.
    package mutating func receive(transaction: UInt16, status: StatusCode, content: [UInt8]) -> SAEAction {
        do throws(Rejection) {
            switch (state, transaction) {
            case (.committed(let commitment), 1):
                return try receiveCommit(commitment, status: status, content: content)
            case (.confirmed(let confirmation, let keys), 2):
                return try receiveConfirm(confirmation, keys, status: status, content: content)
            case (.committed, _), (.confirmed, _):
                // Some answer with the next transaction number, as for other algorithms; a refusal ends it either way.
                if Self.refuses(status) { throw .fail(.rejected(transaction: transaction, status)) }
                return .discard(.unexpected(transaction: transaction))
            case (.nothing, _), (.ended, _):
                return .discard(.unexpected(transaction: transaction))
            }
        } catch {
            switch error {
            case .discard(let why): return .discard(why)
            case .fail(let cause): return fail(cause)
            }
        }
    }

    /// Whether a status ends the exchange, whatever it answers.
    private static func refuses(_ status: StatusCode) -> Bool {
        switch status {
        case .success, .antiCloggingTokenReq, .finiteCyclicGroupNotSupported, .saeHashToElement, .saePK: false
        default: true
        }
    }

    private enum Rejection: Error {
        case discard(DiscardedSAEFrame)
        case fail(SAEFailure.Cause)
    }

    private mutating func fail(_ cause: SAEFailure.Cause) -> SAEAction {
        state = .ended
        return .fail(SAEFailure(cause: cause))
    }

    private var usesHashToElement: Bool { configuration.method == .hashToElement }
    private var commitStatus: StatusCode { usesHashToElement ? .saeHashToElement : .success }

    // MARK: Commits

    /// Commits in the next group that was not refused.
    private mutating func commit() -> SAEAction {
        let group = configuration.groups.first { !rejectedGroups.contains($0.rawValue) }
        guard let group else { return fail(.noCommonGroup) }
        do throws(CryptoError) {
            let commitment: SAECommitment
            if usesHashToElement {
                var token = configuration.tokens.first { $0.group == group }
                if token == nil {
                    token = try SAEPasswordToken(
                        group: group,
                        ssid: configuration.ssid,
                        password: configuration.password
                    )
                }
                guard let token else { return fail(.noCommonGroup) }
                commitment = try .hashing(token: token, configuration.station, configuration.bssid, random: random)
            } else {
                commitment = try .looping(
                    group: group,
                    password: configuration.password.octets,
                    configuration.station,
                    configuration.bssid,
                    random: random
                )
            }
            return send(commitment)
        } catch {
            return fail(.cryptography(error))
        }
    }

    private mutating func send(_ commitment: SAECommitment) -> SAEAction {
        let fields = SAECommit(
            group: commitment.group.rawValue,
            scalar: commitment.scalar,
            element: commitment.element,
            token: token,
            passwordIdentifier: configuration.password.identifier,
            rejectedGroups: rejectedGroups.isEmpty ? nil : rejectedGroups
        )
        guard let content = fields.content(hashToElement: usesHashToElement) else { return fail(.passwordUnsuitable) }
        state = .committed(commitment)
        return .send(SAEFrame(transaction: 1, status: commitStatus, content: content))
    }

    private mutating func receiveCommit(
        _ commitment: SAECommitment,
        status: StatusCode,
        content: [UInt8]
    ) throws(Rejection) -> SAEAction {
        switch status {
        case .antiCloggingTokenReq:
            return try receiveTokenRequest(commitment, content)
        case .finiteCyclicGroupNotSupported:
            let group = try parse { () throws(MalformedOctets) in try SAECommit.group(of: content) }
            guard group == commitment.group.rawValue else { throw .discard(.group(group)) }
            rejectedGroups.append(group)
            token = nil
            return commit()
        case commitStatus:
            break
        case .success, .saeHashToElement, .saePK:
            // An access point that answers looping to hash-to-element is not the one whose RSNXE we saw.
            throw .fail(.methodChanged(status))
        default:
            throw .fail(.rejected(transaction: 1, status))
        }
        let group = try parse { () throws(MalformedOctets) in try SAECommit.group(of: content) }
        guard group == commitment.group.rawValue else { throw .discard(.group(group)) }
        let length = commitment.group.length
        let usesHashToElement = usesHashToElement
        let peer = try parse { () throws(MalformedOctets) in
            try SAECommit(content, scalarLength: length, hashToElement: usesHashToElement, mayHaveToken: false)
        }
        // Both public, so a plain comparison.
        if peer.scalar == commitment.scalar, peer.element == commitment.element { throw .discard(.reflection) }
        // We never refuse a group, so nobody has any to tell us of (12.4.7.4).
        if let groups = peer.rejectedGroups, !groups.isEmpty { throw .fail(.rejectedGroups(groups)) }
        do throws(CryptoError) {
            let hash = usesHashToElement ? commitment.group.hash : .sha256
            let result = try commitment.process(
                peerScalar: peer.scalar,
                peerElement: peer.element,
                hash: hash,
                salt: usesHashToElement ? rejectedGroups.flatMap(littleEndian) : [],
                pmkLength: configuration.akm == .saeExtendedKey ? hash.length : 32
            )
            switch result {
            case .invalidScalar: return fail(.invalidScalar)
            case .invalidElement: return fail(.invalidElement)
            case .identity: return fail(.identity)
            case .keys(let confirmation, let keys):
                sendConfirm += 1
                let confirm = SAEConfirm(
                    sendConfirm: sendConfirm,
                    confirm: try confirmation.own(sendConfirm: sendConfirm)
                )
                state = .confirmed(confirmation, keys)
                return .send(SAEFrame(transaction: 2, status: .success, content: confirm.content))
            }
        } catch {
            throw .fail(.cryptography(error))
        }
    }

    /// Repeats the commit, scalar and element unchanged, with the token that was asked for (12.4.6).
    private mutating func receiveTokenRequest(
        _ commitment: SAECommitment,
        _ content: [UInt8]
    ) throws(Rejection) -> SAEAction {
        let usesHashToElement = usesHashToElement
        let request = try parse { () throws(MalformedOctets) in
            try SAETokenRequest(content, hashToElement: usesHashToElement)
        }
        guard request.group == commitment.group.rawValue else { throw .discard(.group(request.group)) }
        tokenCount += 1
        guard tokenCount <= Self.tokenLimit else { throw .fail(.tooManyTokens) }
        token = request.token
        return send(commitment)
    }

    // MARK: Confirms

    private mutating func receiveConfirm(
        _ confirmation: SAEConfirmation,
        _ keys: SAEKeys,
        status: StatusCode,
        content: [UInt8]
    ) throws(Rejection) -> SAEAction {
        guard status == .success else { throw .fail(.rejected(transaction: 2, status)) }
        let length = confirmation.length
        let confirm = try parse { () throws(MalformedOctets) in
            try SAEConfirm(content, confirmLength: length)
        }
        do throws(CryptoError) {
            // The counter is the sender's own, and part of what it proves.
            // A wrong one is dropped, for anybody can send one: the right one may follow (12.4.8.6.5).
            guard equalInConstantTime(try confirmation.peer(sendConfirm: confirm.sendConfirm), confirm.confirm) else {
                return .discard(.confirm)
            }
        } catch {
            throw .fail(.cryptography(error))
        }
        state = .ended
        return .accept(keys)
    }

    private func parse<Value>(_ body: () throws(MalformedOctets) -> Value) throws(Rejection) -> Value {
        do throws(MalformedOctets) {
            return try body()
        } catch {
            throw .discard(.malformed(error))
        }
    }
}
