import Foundation
import Glibc

/// A folder of the register of links, opened once.
///
/// Everything is done relative to the descriptor: whoever puts another folder, or a link to one, in its place meanwhile
/// changes nothing of what is read or removed.
final class LinkFolder: Sendable {
    let path: String
    /// The user whose folder it is.
    let owner: uid_t
    private let descriptor: Int32

    /// Whether the files in it are this user's to remove.
    ///
    /// Not even root removes any in another user's folder, which he may have filled with hard links and the like.
    var isOwn: Bool { owner == geteuid() }

    /// Opens a folder; nil where there is none, or not one that its owner alone may write to.
    init?(_ path: String) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        // Beside one's own only root's is believed, except by root.
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o022 == 0,
            status.st_uid == 0 || status.st_uid == geteuid() || geteuid() == 0
        else {
            close(descriptor)
            return nil
        }
        owner = status.st_uid
    }

    deinit { close(descriptor) }

    /// The names of its files with a suffix, in their order.
    func names(withSuffix suffix: String) -> [String] {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else {
            if copy >= 0 { close(copy) }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        // More links than any machine has radios.
        while names.count < 4096, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }

    /// Opens a regular file of the folder's owner for reading; nil where it is none.
    func file(_ name: String) -> Int32? {
        // Not to wait for the other end of a pipe.
        let file = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return nil }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == owner else {
            close(file)
            return nil
        }
        return file
    }

    /// Makes a file anew, open for writing; nil where that fails.
    func create(_ name: String) -> Int32? {
        let file = openat(descriptor, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        return file >= 0 ? file : nil
    }

    /// Gives a file another name.
    func rename(_ name: String, to other: String) -> Bool { renameat(descriptor, name, descriptor, other) == 0 }

    /// Removes a file, where the folder is this user's.
    func remove(_ name: String) {
        if isOwn { unlinkat(descriptor, name, 0) }
    }
}
