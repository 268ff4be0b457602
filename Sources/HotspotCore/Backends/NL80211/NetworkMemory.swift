internal import IEEE80211
internal import Synchronization

/// What a network has said of itself that holds beyond the link: see ``StoredConfiguration/transitionDisable``.
final class NetworkMemory: Sendable {
    private let bits: Mutex<TransitionDisable>
    private let keep: @Sendable (TransitionDisable) -> Void

    /// - Parameters:
    ///   - known: what was said before.
    ///   - keep: called with all of it where something new was said.
    init(_ known: TransitionDisable = [], keep: @escaping @Sendable (TransitionDisable) -> Void = { _ in }) {
        bits = Mutex(known)
        self.keep = keep
    }

    /// What the network no longer needs.
    var transitionDisable: TransitionDisable { bits.withLock(\.self) }

    /// Takes in what was said.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    func learn(_ said: TransitionDisable) -> Bool {
        let news: TransitionDisable? = bits.withLock { bits in
            guard !bits.isSuperset(of: said) else { return nil }
            bits.formUnion(said)
            return bits
        }
        guard let news else { return false }
        keep(news)
        return true
    }
}

extension ConfigurationStore {
    /// The memory of a network: what is kept of it now, and what is to be kept.
    ///
    /// - Throws: ``StoreFailure`` where the directory cannot be read.
    func memory(
        of configuration: HotspotConfiguration,
        failed: @escaping @Sendable (StoreFailure) -> Void
    ) throws(StoreFailure) -> NetworkMemory {
        NetworkMemory(try transitionDisable(of: configuration)) { bits in
            // Not waited for: the handshake goes on, and a disk may take its time.
            Task {
                do throws(StoreFailure) {
                    try await self.note(transitionDisable: bits, of: configuration)
                } catch {
                    failed(error)
                }
            }
        }
    }
}
