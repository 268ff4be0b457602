internal import Glibc
internal import Logging
internal import Synchronization

/// The radios that sessions use: a radio has one link, and two programs that choose it in the same moment see none yet.
final class RadioReservations: Sendable {
    static let shared = RadioReservations()

    /// What became of a request.
    enum Outcome: Sendable, Hashable {
        case reserved
        /// Another session of this process has it.
        case hasSession
        /// Another process has it, by its lock on a file.
        case isLocked(path: String)
    }

    /// Nil for a radio whose lock could not be taken for want of a folder: this process is all that counts then.
    private let locks = Mutex<[UInt32: LockFile?]>([:])

    /// Takes a radio.
    ///
    /// - Parameters:
    ///   - index: its interface's number.
    ///   - folder: where processes of this user meet; nil for nowhere.
    ///   - logger: where it is told why there is no lock.
    /// - Returns: whether it was free.
    func reserve(_ index: UInt32, folder: String? = AgentDoor.usualFolder, logger: Logger) -> Outcome {
        locks.withLock { locks in
            guard locks[index] == nil else { return .hasSession }
            guard let folder else {
                locks[index] = .some(nil)
                return .reserved
            }
            let path = Self.lockPath(index, folder)
            do throws(StoreFailure) {
                guard let lock = try LockFile.take(path, isShared: false) else { return .isLocked(path: path) }
                locks[index] = lock
            } catch {
                logger.debug("the radio cannot be locked", metadata: ["why": "\(error.summary)"])
                locks[index] = .some(nil)
            }
            return .reserved
        }
    }

    /// Whether a session of this process has it.
    func isReserved(_ index: UInt32) -> Bool {
        locks.withLock { $0[index] != nil }
    }

    /// Gives it back.
    func release(_ index: UInt32) {
        locks.withLock { _ = $0.removeValue(forKey: index) }
    }

    /// An interface's number counts in its network namespace (namespaces(7)).
    private static func lockPath(_ index: UInt32, _ folder: String) -> String {
        var status = stat()
        let namespace = stat("/proc/self/ns/net", &status) == 0 ? status.st_ino : 0
        return "\(folder)/radio-\(namespace)-\(index).lock"
    }
}
