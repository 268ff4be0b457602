internal import Foundation
internal import Glibc

/// The directory where what must outlive the process is kept, opened; only its owner may look into it.
///
/// Everything is done relative to the descriptor: whoever moves the directory meanwhile moves its files with it.
final class StateDirectory {
    let path: String
    private let descriptor: Int32

    /// The largest file that is read or written, in octets, and how many of them are looked at.
    static let sizeLimit = 262_144
    static let countLimit = 4096
    /// What the names of files begin with that are being written, or were when their writer died.
    static let temporaryPrefix = ".new-"

    /// Where the directory is.
    ///
    /// `$HOTSPOT_STATE_DIRECTORY`, which may be relative to the working directory; else what of systemd's `$STATE_DIRECTORY`
    /// (systemd.exec(5)) is called `hotspot`, or `hotspot` below its first, which is the service's own; else
    /// `/var/lib/hotspot` for root and `hotspot` below `$XDG_STATE_HOME` or `~/.local/state` for others (XDG Base Directory
    /// Specification 0.8: relative paths are ignored).
    static func usual(
        _ environment: [String: String] = ProcessInfo.processInfo.environment,
        isRoot: Bool = geteuid() == 0,
        home: String = NSHomeDirectory(),
        working: String = FileManager.default.currentDirectoryPath
    ) -> String {
        func absolute(_ path: some StringProtocol) -> String? { path.hasPrefix("/") ? String(path) : nil }
        if let own = environment["HOTSPOT_STATE_DIRECTORY"], !own.isEmpty {
            // Once and for all: the process may change its folder, and its children have others.
            return own.hasPrefix("/") ? own : (working as NSString).appendingPathComponent(own)
        }
        let services = (environment["STATE_DIRECTORY"] ?? "").split(separator: ":").compactMap(absolute)
        if let ours = services.first(where: { $0.hasSuffix("/hotspot") }) { return ours }
        if let first = services.first { return first + "/hotspot" }
        if isRoot { return "/var/lib/hotspot" }
        return (environment["XDG_STATE_HOME"].flatMap { absolute($0) } ?? "\(home)/.local/state") + "/hotspot"
    }

    /// Opens the directory.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - isMade: whether it is made where it is missing, 0700, and so what is missing above it.
    ///   - owner: whose it must be.
    ///   - isPrivate: whether nobody else may be able to write to it.
    /// - Throws: ``StoreFailure``: `ENOENT` where it is missing and is not to be made.
    init(
        _ path: String,
        isMade: Bool,
        owner: uid_t = geteuid(),
        isPrivate: Bool = true
    ) throws(StoreFailure) {
        self.path = path
        if isMade { try Self.make(path) }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreFailure("open", path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StoreFailure("fstat", path, errno: errno) }
        guard status.st_uid == owner else {
            throw StoreFailure("owner", path, reason: "it belongs to user \(status.st_uid), not to user \(owner)")
        }
        guard !isPrivate || status.st_mode & 0o022 == 0 else {
            throw StoreFailure("mode", path, reason: "others may write to it: chmod 700 it")
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private static func make(_ path: String) throws(StoreFailure) {
        guard mkdir(path, 0o700) != 0 else { return }
        var error = errno
        if error == ENOENT, let parent = parent(of: path) {
            try make(parent)
            error = mkdir(path, 0o700) == 0 ? EEXIST : errno
        }
        // A read-only file system says so even of a directory that is there.
        guard error == EEXIST || access(path, F_OK) == 0 else { throw StoreFailure("mkdir", path, errno: error) }
    }

    private static func parent(of path: String) -> String? {
        let parent = (path as NSString).deletingLastPathComponent
        return parent.isEmpty || parent == path ? nil : parent
    }

    /// Whether a file could be written below a path, as far as that can be known without writing one.
    static func checkWritable(_ path: String) throws(StoreFailure) {
        var existing = path
        while access(existing, F_OK) != 0, errno == ENOENT, let parent = parent(of: existing) { existing = parent }
        guard faccessat(AT_FDCWD, existing, W_OK | X_OK, AT_EACCESS) == 0 else {
            throw StoreFailure("access", existing, errno: errno)
        }
    }

    // MARK: One writer at a time

    /// Takes the directory's lock, which ends with this object, or with the process by whatever signal.
    ///
    /// - Parameters:
    ///   - limit: how long another program's write is waited for.
    ///   - isolation: the caller's actor.
    /// - Throws: ``StoreFailure``: `EAGAIN` where somebody else holds it for too long, `EINTR` where the task is cancelled.
    func lock(
        within limit: Duration,
        isolation: isolated (any Actor)? = #isolation
    ) async throws(StoreFailure) {
        let deadline = ContinuousClock.Instant.now + limit
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let error = errno
            guard error == EAGAIN || error == EINTR else { throw StoreFailure("flock", path, errno: error) }
            guard ContinuousClock.now < deadline else { throw StoreFailure("flock", path, errno: EAGAIN) }
            // The kernel tells nobody when a lock is free, except a thread that it may block.
            do { try await ContinuousClock().sleep(for: .milliseconds(20)) } catch {
                throw StoreFailure(cancelledAt: "flock", path)
            }
        }
    }

    /// Removes what writers left behind that died; the lock says that nobody writes now.
    func sweep() throws(StoreFailure) {
        for name in try names() where name.hasPrefix(Self.temporaryPrefix) {
            // Whatever else is in the directory is not a writer's of ours.
            guard StoredConfiguration.ID.isFileName(name.dropFirst(Self.temporaryPrefix.count)) else { continue }
            unlinkat(descriptor, name, 0)
        }
    }

    // MARK: Files

    /// The names of what is in the directory.
    func names() throws(StoreFailure) -> [String] {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw StoreFailure("openat", path, errno: errno) }
        guard let stream = fdopendir(copy) else {
            let error = errno
            close(copy)
            throw StoreFailure("fdopendir", path, errno: error)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < Self.countLimit, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Gives a file's octets to a closure, and clears them from memory.
    ///
    /// - Throws: ``StoreFailure`` where it is no plain file of this user that nobody else may read, or too large.
    func read<Value>(_ name: String, _ body: (Data) throws(StoreFailure) -> Value) throws(StoreFailure) -> Value {
        let path = "\(path)/\(name)"
        // Not to wait for the other end of a pipe.
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ELOOP { throw StoreFailure("open", path, reason: "it is a symbolic link, and is not followed") }
            throw StoreFailure("open", path, errno: errno)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw StoreFailure("fstat", path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StoreFailure("type", path, reason: "it is no plain file")
        }
        guard status.st_uid == geteuid() else {
            throw StoreFailure("owner", path, reason: "it belongs to user \(status.st_uid), not to user \(geteuid())")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw StoreFailure("mode", path, reason: "others may read or write it: chmod 600 it, and change the secret")
        }
        guard status.st_size <= Self.sizeLimit else {
            throw StoreFailure("size", path, reason: "it is too large: \(status.st_size) octets")
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(status.st_size) + 1, alignment: 1)
        defer {
            if let base = buffer.baseAddress { explicit_bzero(base, buffer.count) }
            buffer.deallocate()
        }
        var count = 0
        while count < buffer.count, let base = buffer.baseAddress {
            let result = Glibc.read(file, base + count, buffer.count - count)
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw StoreFailure("read", path, errno: errno) }
            if result == 0 { break }
            count += result
        }
        guard let base = buffer.baseAddress, count > 0 else { throw StoreFailure("size", path, reason: "it is empty") }
        return try body(Data(bytesNoCopy: base, count: count, deallocator: .none))
    }

    /// Writes a file anew, so that whoever reads it, after whatever crash, finds the old one or the new one whole.
    ///
    /// The lock must be held.
    func replace(_ name: String, with data: Data) throws(StoreFailure) {
        let temporary = Self.temporaryPrefix + name
        let path = "\(path)/\(name)"
        guard data.count <= Self.sizeLimit else { throw StoreFailure("write", path, errno: EFBIG) }
        let file = openat(descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StoreFailure("open", path, errno: errno) }
        do throws(StoreFailure) {
            defer { close(file) }
            // A mask of the process may have taken the owner's rights as well.
            guard fchmod(file, 0o600) == 0 else { throw StoreFailure("fchmod", path, errno: errno) }
            try write(data, to: file, path)
            // Before the rename: some file systems put the name on the disk before the octets.
            guard fsync(file) == 0 else { throw StoreFailure("fsync", path, errno: errno) }
        } catch {
            unlinkat(descriptor, temporary, 0)
            throw error
        }
        guard renameat(descriptor, temporary, descriptor, name) == 0 else {
            let failure = StoreFailure("rename", path, errno: errno)
            unlinkat(descriptor, temporary, 0)
            throw failure
        }
        try settle()
    }

    private func write(_ data: Data, to file: Int32, _ path: String) throws(StoreFailure) {
        var offset = 0
        while offset < data.count {
            let result = data.withUnsafeBytes { octets in
                octets.baseAddress.map { Glibc.write(file, $0 + offset, octets.count - offset) } ?? 0
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw StoreFailure("write", path, errno: result < 0 ? errno : EIO) }
            offset += result
        }
    }

    /// Removes a file; the lock must be held.
    ///
    /// - Returns: whether it was there.
    func remove(_ name: String) throws(StoreFailure) -> Bool {
        guard unlinkat(descriptor, name, 0) == 0 else {
            if errno == ENOENT { return false }
            throw StoreFailure("unlink", "\(path)/\(name)", errno: errno)
        }
        try settle()
        return true
    }

    /// Removes the files of our form whose names begin so, and what was to become one.
    ///
    /// - Returns: the networks' names.
    /// - Throws: ``StoreFailure`` where one cannot be removed, after the others were.
    func purge(fileNamePrefix prefix: String) throws(StoreFailure) -> [SSID] {
        var removed: [SSID] = []
        var failure: StoreFailure?
        for name in try names() {
            let isTemporary = name.hasPrefix(Self.temporaryPrefix)
            let final = isTemporary ? String(name.dropFirst(Self.temporaryPrefix.count)) : name
            guard final.hasPrefix(prefix), StoredConfiguration.ID.isFileName(final) else { continue }
            // A folder of that name holds nothing of ours.
            guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT || errno == EISDIR else {
                failure = failure ?? StoreFailure("unlink", "\(path)/\(name)", errno: errno)
                continue
            }
            if !isTemporary { removed.append(StoredConfiguration.ID.ssid(ofFile: name)) }
        }
        try settle()
        if let failure { throw failure }
        return removed
    }

    /// Puts the names on the disk.
    private func settle() throws(StoreFailure) {
        guard fsync(descriptor) == 0 else { throw StoreFailure("fsync", path, errno: errno) }
    }
}
