import IEEE80211
import RSN
import Testing

/// An access point's end of SAE, for the tests only: which answer it gives is written here from IEEE 802.11-2020, 12.4.8;
/// its arithmetic is the station's, which has vectors of both ends.
struct SAEAccessPoint {
    let address = MACAddress("02:00:00:00:03:00").unwrapped
    let station = MACAddress("02:00:00:00:00:00").unwrapped
    var ssid = Array("Lab WPA3".utf8)
    var password = Array("correct horse battery".utf8)
    /// The identifiers that it has, with their passwords.
    var identified: [[UInt8]: [UInt8]] = [:]
    var method = SAEMethod.hashToElement
    var akm = AKMSuite.sae
    var groups: [CyclicGroup] = [.p256, .p384, .p521]
    /// How many tokens it asks for.
    var tokens = 0
    /// What it puts into its commit beside scalar and element.
    var claimsRejected: [UInt16]?

    private(set) var received: [SAECommit] = []
    private(set) var keys: SAEKeys?
    private var confirmation: SAEConfirmation?
    private var asked: [[UInt8]] = []

    init(
        method: SAEMethod = .hashToElement,
        akm: AKMSuite = .sae,
        groups: [CyclicGroup] = [.p256, .p384, .p521],
        tokens: Int = 0,
        identified: [[UInt8]: [UInt8]] = [:],
        claimsRejected: [UInt16]? = nil
    ) {
        self.method = method
        self.akm = akm
        self.groups = groups
        self.tokens = tokens
        self.identified = identified
        self.claimsRejected = claimsRejected
    }

    private var status: StatusCode { method == .hashToElement ? .saeHashToElement : .success }

    /// Answers a frame with transaction, status and content; nil for silence.
    mutating func receive(_ frame: SAEFrame) throws -> SAEFrame? {
        frame.transaction == 1 ? try receiveCommit(frame) : try receiveConfirm(frame)
    }

    private mutating func receiveCommit(_ frame: SAEFrame) throws -> SAEFrame? {
        guard frame.status == status else {
            return SAEFrame(transaction: 1, status: .unspecifiedFailure, content: [])
        }
        let number = try SAECommit.group(of: frame.content)
        guard let group = CyclicGroup(rawValue: number), groups.contains(group) else {
            return SAEFrame(
                transaction: 1,
                status: .finiteCyclicGroupNotSupported,
                content: Array(frame.content.prefix(2))
            )
        }
        let usesHashToElement = method == .hashToElement
        let commit = try SAECommit(
            frame.content,
            scalarLength: group.length,
            hashToElement: usesHashToElement
        )
        received.append(commit)
        if let last = asked.last, commit.token != last { return nil }
        if asked.count < tokens {
            asked.append([0xFF, UInt8(asked.count), 1, 2, 3])
            let request = SAETokenRequest(group: number, token: asked[asked.count - 1])
            return SAEFrame(
                transaction: 1,
                status: .antiCloggingTokenReq,
                content: request.content(hashToElement: usesHashToElement).unwrapped
            )
        }
        // A refused group that it would have taken: somebody forged the refusal (12.4.7.4).
        if (commit.rejectedGroups ?? []).contains(where: { CyclicGroup(rawValue: $0).map(groups.contains) == true }) {
            return SAEFrame(transaction: 1, status: .unspecifiedFailure, content: [])
        }
        var secret = password
        if let identifier = commit.passwordIdentifier {
            guard let known = identified[identifier] else {
                return SAEFrame(transaction: 1, status: .unknownPasswordIdentifier, content: [])
            }
            secret = known
        }
        let own: SAECommitment
        if usesHashToElement {
            let token = try SAEPasswordToken(
                group: group,
                ssid: ssid,
                password: SAEPassword(octets: SecretOctets(secret), identifier: commit.passwordIdentifier)
            )
            own = try .hashing(token: token, address, station, random: PrivateRandom())
        } else {
            own = try .looping(
                group: group,
                password: SecretOctets(secret),
                address,
                station,
                random: PrivateRandom()
            )
        }
        let hash = usesHashToElement ? group.hash : .sha256
        let result = try own.process(
            peerScalar: commit.scalar,
            peerElement: commit.element,
            hash: hash,
            salt: (commit.rejectedGroups ?? []).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
            pmkLength: akm == .saeExtendedKey ? hash.length : 32
        )
        guard case .keys(let confirmation, let keys) = result else {
            return SAEFrame(transaction: 1, status: .unspecifiedFailure, content: [])
        }
        self.confirmation = confirmation
        self.keys = keys
        let answer = SAECommit(
            group: number,
            scalar: own.scalar,
            element: own.element,
            rejectedGroups: claimsRejected
        )
        return SAEFrame(
            transaction: 1,
            status: status,
            content: answer.content(hashToElement: usesHashToElement).unwrapped
        )
    }

    private mutating func receiveConfirm(_ frame: SAEFrame) throws -> SAEFrame? {
        let confirmation = try #require(confirmation)
        let confirm = try SAEConfirm(frame.content, confirmLength: confirmation.length)
        guard try confirmation.peer(sendConfirm: confirm.sendConfirm) == confirm.confirm else {
            return SAEFrame(transaction: 2, status: .unspecifiedFailure, content: [])
        }
        let own = SAEConfirm(sendConfirm: 7, confirm: try confirmation.own(sendConfirm: 7))
        return SAEFrame(transaction: 2, status: .success, content: own.content)
    }
}

/// How an exchange went.
struct SAEExchange {
    var frames: [SAEFrame] = []
    var keys: SAEKeys?
    var failure: SAEFailure?
    var discarded: DiscardedSAEFrame?

    /// Lets a station and an access point talk until one of them has nothing to say.
    init(_ station: inout SAE, _ accessPoint: inout SAEAccessPoint) throws {
        var action = station.start()
        while true {
            switch action {
            case .send(let frame):
                frames.append(frame)
                guard frames.count < 20, let answer = try accessPoint.receive(frame) else { return }
                action = station.receive(
                    transaction: answer.transaction,
                    status: answer.status,
                    content: answer.content
                )
            case .accept(let keys):
                self.keys = keys
                return
            case .fail(let failure):
                self.failure = failure
                return
            case .discard(let why):
                discarded = why
                return
            }
        }
    }
}

extension SAEAccessPoint {
    /// A station for this access point.
    func configuration(
        password: [UInt8]? = nil,
        identifier: [UInt8]? = nil,
        method: SAEMethod? = nil,
        groups: [CyclicGroup] = CyclicGroup.allCases
    ) -> SAEConfiguration {
        SAEConfiguration(
            station: station,
            bssid: address,
            ssid: ssid,
            password: SAEPassword(octets: SecretOctets(password ?? self.password), identifier: identifier),
            method: method ?? self.method,
            akm: akm,
            groups: groups
        )
    }
}
