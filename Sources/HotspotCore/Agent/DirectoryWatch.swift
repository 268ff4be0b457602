internal import Dispatch
internal import Foundation
internal import Glibc

/// Tells that something in a directory changed (inotify(7)).
final class DirectoryWatch: Sendable {
    private let descriptor: Int32
    // Written by the initialiser alone; its methods may be called from any thread.
    private nonisolated(unsafe) let source: any DispatchSourceRead

    /// - Parameter onChange: called on a thread of its own, once for any number of changes.
    /// - Throws: ``StoreFailure``.
    init(onChange: @escaping @Sendable () -> Void) throws(StoreFailure) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw StoreFailure("inotify_init1", "inotify", errno: errno) }
        self.descriptor = descriptor
        let queue = DispatchQueue(label: "hotspot.inotify")
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler {
            var buffer = [UInt8](repeating: 0, count: 4096)
            // What changed is read from the directory itself.
            while read(descriptor, &buffer, buffer.count) > 0 {}
            onChange()
        }
        source.setCancelHandler { close(descriptor) }
        source.resume()
    }

    deinit { source.cancel() }

    /// Watches a directory; one that is watched already stays so.
    ///
    /// - Throws: ``StoreFailure``.
    func watch(_ path: String) throws(StoreFailure) {
        // Not what is being written: that comes with the rename.
        let mask = IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF
        guard inotify_add_watch(descriptor, path, UInt32(mask)) >= 0 else {
            throw StoreFailure("inotify_add_watch", path, errno: errno)
        }
    }
}
