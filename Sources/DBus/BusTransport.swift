internal import CLibDBus
internal import Dispatch
internal import Glibc

/// A private libdbus connection and the dispatch sources that drive it; used on one queue only, and never blocks there.
///
/// libdbus says through its watch functions which descriptor it wants to read or write and when; each watch becomes a
/// dispatch source, as the manual of `dbus_connection_set_watch_functions` asks of an event loop.
final class BusTransport {
    private let connection: OpaquePointer
    private let watches: WatchTable
    private let queue: DispatchQueue

    /// Connects to the bus's socket; the authentication goes on in the background.
    ///
    /// - Parameters:
    ///   - address: the server address, such as `unix:path=/run/dbus/system_bus_socket`.
    ///   - queue: the queue on which this object is used.
    ///   - onMessage: what is done with each received message, on that queue.
    /// - Throws: ``DBusError`` with libdbus's name and text where the socket cannot be connected.
    init(address: String, queue: DispatchQueue, onMessage: @escaping (OpaquePointer) -> Void) throws(DBusError) {
        var error = CLibDBus.DBusError()
        dbus_error_init(&error)
        defer { dbus_error_free(&error) }
        guard let connection = dbus_connection_open_private(address, &error) else {
            throw DBusError(
                name: error.name.map { String(cString: $0) } ?? DBusError.Name.disconnected,
                message: error.message.map { String(cString: $0) } ?? "cannot connect to \(address)",
                member: "dbus_connection_open_private"
            )
        }
        self.connection = connection
        dbus_connection_set_exit_on_disconnect(connection, 0)

        let watches = WatchTable(connection: connection, queue: queue, onMessage: onMessage)
        self.watches = watches
        self.queue = queue
        // The table is retained once for each set of functions, and released by the functions that libdbus calls when
        // it drops its reference.
        let installed = dbus_connection_set_watch_functions(
            connection,
            { watch, data in
                guard let watch, let data else { return 1 }
                return WatchTable.from(data).add(watch) ? 1 : 0
            },
            { watch, data in
                guard let watch, let data else { return }
                WatchTable.from(data).remove(watch)
            },
            { watch, data in
                guard let watch, let data else { return }
                WatchTable.from(data).toggle(watch)
            },
            Unmanaged.passRetained(watches).toOpaque(),
            { data in data.map { Unmanaged<WatchTable>.fromOpaque($0).release() } }
        )
        guard installed != 0 else {
            throw DBusError(
                name: DBusError.Name.noMemory,
                message: "no memory",
                member: "dbus_connection_set_watch_functions"
            )
        }
        dbus_connection_set_dispatch_status_function(
            connection,
            { _, status, data in
                guard status == DBUS_DISPATCH_DATA_REMAINS, let data else { return }
                WatchTable.from(data).scheduleDrain()
            },
            Unmanaged.passRetained(watches).toOpaque(),
            { data in data.map { Unmanaged<WatchTable>.fromOpaque($0).release() } }
        )
    }

    /// Queues a message for sending.
    ///
    /// - Returns: the message's serial, by which the reply is known.
    /// - Throws: ``DBusError`` where the connection is gone or memory is short.
    func send(_ message: borrowing OwnedMessage, member: String) throws(DBusError) -> UInt32 {
        var serial: dbus_uint32_t = 0
        guard dbus_connection_get_is_connected(connection) != 0 else {
            throw DBusError(name: DBusError.Name.disconnected, message: "the connection is closed", member: member)
        }
        guard dbus_connection_send(connection, message.pointer, &serial) != 0 else {
            throw DBusError(name: DBusError.Name.noMemory, message: "no memory for a message", member: member)
        }
        return serial
    }

    /// Tells libdbus the unique name that `Hello` gave us.
    func setUniqueName(_ name: String) {
        dbus_bus_set_unique_name(connection, name)
    }

    deinit {
        dispatchPrecondition(condition: .onQueue(queue))
        watches.close()
        dbus_connection_set_dispatch_status_function(connection, nil, nil, nil)
        dbus_connection_set_watch_functions(connection, nil, nil, nil, nil, nil)
        dbus_connection_close(connection)
        dbus_connection_unref(connection)
    }
}

/// libdbus's watches of one connection, each with its dispatch source.
private final class WatchTable {
    private let connection: OpaquePointer
    private let queue: DispatchQueue
    private let onMessage: (OpaquePointer) -> Void
    private var sources: [OpaquePointer: WatchSource] = [:]
    private var isClosed = false

    init(connection: OpaquePointer, queue: DispatchQueue, onMessage: @escaping (OpaquePointer) -> Void) {
        self.connection = connection
        self.queue = queue
        self.onMessage = onMessage
    }

    static func from(_ data: UnsafeMutableRawPointer) -> WatchTable {
        Unmanaged<WatchTable>.fromOpaque(data).takeUnretainedValue()
    }

    /// Makes the source of a watch; false where no descriptor is left for it.
    func add(_ watch: OpaquePointer) -> Bool {
        let flags = dbus_watch_get_flags(watch)
        let descriptor = dbus_watch_get_unix_fd(watch)
        let isReading = flags & DBUS_WATCH_READABLE.rawValue != 0
        guard let source = WatchSource(descriptor: descriptor, isReading: isReading, queue: queue) else { return false }
        // The handler runs on the queue, and the table removes the source before the watch dies.
        nonisolated(unsafe) let watch = watch
        nonisolated(unsafe) let table = self
        source.setHandler {
            table.handle(watch, isReading ? DBUS_WATCH_READABLE.rawValue : DBUS_WATCH_WRITABLE.rawValue)
        }
        sources[watch] = source
        source.setEnabled(dbus_watch_get_enabled(watch) != 0)
        return true
    }

    func remove(_ watch: OpaquePointer) {
        sources.removeValue(forKey: watch)?.cancel()
    }

    func toggle(_ watch: OpaquePointer) {
        sources[watch]?.setEnabled(dbus_watch_get_enabled(watch) != 0)
    }

    func close() {
        isClosed = true
        for source in sources.values { source.cancel() }
        sources = [:]
    }

    /// libdbus may hold undelivered messages after a call that was not a read: look on the next turn of the queue, since
    /// its dispatch status function must not call back into it.
    func scheduleDrain() {
        // Used on the queue only.
        nonisolated(unsafe) let table = self
        queue.async { table.drain() }
    }

    private func handle(_ watch: OpaquePointer, _ flags: UInt32) {
        guard !isClosed, sources[watch] != nil else { return }
        dbus_watch_handle(watch, flags)
        drain()
    }

    private func drain() {
        while !isClosed, let message = dbus_connection_pop_message(connection) {
            onMessage(message)
            dbus_message_unref(message)
        }
    }
}

/// A dispatch source over a duplicate of a watch's descriptor.
///
/// The duplicate is closed in the cancel handler: libdbus may close its own descriptor at once after it removes the
/// watch, and a source must not outlive the descriptor that it watches.
private final class WatchSource {
    private let source: any DispatchSourceProtocol
    private var isEnabled = false

    init?(descriptor: Int32, isReading: Bool, queue: DispatchQueue) {
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard duplicate >= 0 else { return nil }
        if isReading {
            source = DispatchSource.makeReadSource(fileDescriptor: duplicate, queue: queue)
        } else {
            source = DispatchSource.makeWriteSource(fileDescriptor: duplicate, queue: queue)
        }
        source.setCancelHandler { Glibc.close(duplicate) }
    }

    func setHandler(_ handler: @escaping @Sendable () -> Void) {
        source.setEventHandler(handler: handler)
    }

    func setEnabled(_ enabled: Bool) {
        guard enabled != isEnabled else { return }
        isEnabled = enabled
        if enabled { source.resume() } else { source.suspend() }
    }

    /// A suspended source cannot be released: it is resumed first, and its handler no longer finds the watch.
    func cancel() {
        source.cancel()
        if !isEnabled { source.resume() }
        isEnabled = true
    }
}
