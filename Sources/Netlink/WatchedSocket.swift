import Dispatch

/// A socket and the dispatch source that watches it; the socket is closed only after the source has let go of it.
final class WatchedSocket: @unchecked Sendable {
    // @unchecked: after `init` its fields never change, and its socket is used on the source's queue alone.

    let socket: NetlinkSocket
    private let source: any DispatchSourceRead

    /// Calls `readable` on the queue whenever something can be read; it reads until there is nothing.
    init(_ socket: NetlinkSocket, queue: DispatchQueue, readable: @escaping @Sendable () -> Void) {
        self.socket = socket
        source = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: queue)
        source.setEventHandler(handler: readable)
        // The handler keeps the socket, and with it the descriptor, until epoll has forgotten it.
        source.setCancelHandler { withExtendedLifetime(socket) {} }
        source.resume()
    }

    deinit {
        source.cancel()
    }
}
