internal import Dispatch
internal import IEEE80211
internal import Netlink
internal import RSN
internal import Synchronization

extension SecretOctets: SecretAttribute {}

/// What a configuration means for the choice of security, and the secrets that are derived from it ahead of time.
///
/// The derived secrets depend on network and passphrase only, so they are computed while the radio still searches, on a
/// thread of their own: they take milliseconds on a fast machine and tens of them on a small one.
final class JoinCredential: Sendable {
    let ssid: [UInt8]
    let credential: NetworkCredential
    let policy: SecurityPolicy
    /// The password, for SAE.
    let password: SAEPassword?

    private let preSharedKeyTask: Lazy<SecretOctets>
    private let tokenTask: Lazy<SAEPasswordToken>

    /// - Parameter configuration: a validated configuration of a network that is no enterprise's.
    init(_ configuration: HotspotConfiguration) {
        ssid = configuration.ssid.octets
        var policy = SecurityPolicy()
        switch configuration.security {
        case .sae, .enhancedOpen: policy.minimum = .wpa3
        case .wpaPersonal: policy.minimum = .wpa2
        case .wep: policy.allowsWEP = true
        case .open: policy.allowsOpenHalf = true
        case .automatic, .enterprise: break
        }
        self.policy = policy
        let passphrase = configuration.passphrase
        switch (configuration.security, passphrase) {
        case (_, nil):
            credential = .none
            password = nil
        case (.wep, let passphrase?):
            credential = .wepKey(passphrase.wepKey)
            password = nil
        case (let security, let passphrase?) where passphrase.isRawPSK && security != .sae:
            credential = .preSharedKey(passphrase.unhexed)
            password = nil
        case (_, let passphrase?):
            // The octets as they are: a password may be any (IEEE 802.11-2020, 12.4.3).
            let secret = SAEPassword(
                octets: passphrase.octets,
                identifier: configuration.saePasswordIdentifier.map { Array($0.utf8) }
            )
            password = secret
            credential = .password(secret)
        }
        let (ssid, password, credential) = (ssid, password, credential)
        preSharedKeyTask = Lazy {
            switch credential {
            case .password(let password): try RSN.preSharedKey(passphrase: password.octets, ssid: ssid)
            case .preSharedKey(let key): key
            case .none, .wepKey: throw CancellationError()
            }
        }
        tokenTask = Lazy {
            guard let password else { throw CancellationError() }
            return try SAEPasswordToken(group: .p256, ssid: ssid, password: password)
        }
    }

    /// What is insisted on, with what the network itself has shown.
    ///
    /// - Parameters:
    ///   - transitionDisable: what it said that it no longer needs.
    ///   - joinedBefore: the least that this session has joined it by.
    /// - Returns: the policy.
    func policy(
        transitionDisable: TransitionDisable,
        joinedBefore: SecurityPolicy.Minimum = .any
    ) -> SecurityPolicy {
        var policy = policy
        policy.transitionDisable.formUnion(transitionDisable)
        policy.joinedBefore = max(policy.joinedBefore, joinedBefore)
        return policy
    }

    /// Begins to compute what may be needed.
    func prepare() {
        guard password != nil else { return }
        tokenTask.begin()
        preSharedKeyTask.begin()
    }

    /// Begins to compute the PSK.
    func prepareKey() { preSharedKeyTask.begin() }

    /// The PSK.
    func preSharedKey() async throws -> SecretOctets { try await preSharedKeyTask.value }

    /// What hash-to-element needs of the password, in the group that is tried first.
    func token() async throws -> SAEPasswordToken { try await tokenTask.value }
}

extension Passphrase {
    /// The octets as the supplicant takes them.
    fileprivate var octets: SecretOctets {
        withUnsafeBytes { SecretOctets(SecretView($0)) }
    }

    /// The octets that the hexadecimal digits stand for.
    fileprivate var unhexed: SecretOctets {
        withUnsafeBytes { digits in
            SecretOctets(
                concatenating: stride(from: 0, to: digits.count - 1, by: 2).map { position in
                    func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit & 0xF : (digit & 0xF) + 9 }
                    return SecretOctets([value(digits[position]) << 4 | value(digits[position + 1])])
                }
            )
        }
    }

    /// A WEP key in characters or hexadecimal digits: 5 or 13 octets.
    fileprivate var wepKey: SecretOctets {
        count == 10 || count == 26 ? unhexed : octets
    }

    /// Octets that somebody else owns, for as long as they are copied.
    private struct SecretView: OctetSource {
        private nonisolated(unsafe) let buffer: UnsafeRawBufferPointer

        init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

        var count: Int { buffer.count }

        func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { body(buffer) }
    }
}

/// A value that is computed once, when it is first wanted, off the threads of the cooperative pool.
private final class Lazy<Value: Sendable>: Sendable {
    private let compute: @Sendable () throws -> Value
    private let task = Mutex<Task<Value, any Error>?>(nil)

    init(_ compute: @escaping @Sendable () throws -> Value) { self.compute = compute }

    func begin() { _ = begun() }

    var value: Value {
        get async throws { try await begun().value }
    }

    private func begun() -> Task<Value, any Error> {
        task.withLock { task in
            if let task { return task }
            let made = Task { [compute] in
                try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
                    DispatchQueue.global().async { continuation.resume(with: Result { try compute() }) }
                }
            }
            task = made
            return made
        }
    }
}
