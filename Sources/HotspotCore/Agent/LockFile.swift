internal import Glibc

/// A lock that this process has on a file (flock(2)).
///
/// The kernel says who may have it, and takes it away when the process ends, however it ends. What is in the file says
/// nothing, and the file stays.
final class LockFile: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Takes a lock where it is free.
    ///
    /// - Parameters:
    ///   - path: the file; it is made where it is missing, and its folder with it.
    ///   - isShared: whether others may share it.
    /// - Returns: the lock, which is held until the object goes; nil where another process has it.
    /// - Throws: ``StoreFailure`` where there can be no such file, or the folder is not this user's alone.
    static func take(_ path: String, isShared: Bool) throws(StoreFailure) -> LockFile? {
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        try prepare(folder)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreFailure("open", path, errno: errno) }
        let lock = LockFile(descriptor: descriptor)
        while flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            case let error: throw StoreFailure("flock", path, errno: error)
            }
        }
        return lock
    }

    /// Makes the folder where it is missing: everybody may look into it, and its owner alone write.
    static func prepare(_ folder: String) throws(StoreFailure) {
        if mkdir(folder, 0o755) == 0 {
            // A mask of the process may have taken others' rights to look, which the register of links gives.
            chmod(folder, 0o755)
        } else if errno != EEXIST {
            throw StoreFailure("mkdir", folder, errno: errno)
        }
        var status = stat()
        guard lstat(folder, &status) == 0 else { throw StoreFailure("lstat", folder, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            throw StoreFailure("owner", folder, reason: "it is not the folder of user \(geteuid()) alone")
        }
    }

    deinit { close(descriptor) }
}
