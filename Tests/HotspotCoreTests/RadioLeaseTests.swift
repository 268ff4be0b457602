import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import HotspotCore

/// How a process has the agent leave a radio, with real locks and sockets, and without a radio.
@Suite("The right to steer radios")
struct RadioLeaseTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        // Short enough for the name of a socket.
        let folder = "/tmp/hotspot-lease-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private func take(_ folder: String, _ interface: String? = nil, within limit: Duration = .seconds(600)) async throws
        -> LockFile?
    {
        try await RadioLease.take(interface, until: .now + limit, folder: folder, logger: logger)
    }

    private func agentLock(_ folder: String) throws -> LockFile? {
        try LockFile.take(AgentDoor.radioLockPath(folder), isShared: false)
    }

    /// The same, once those who share it have let it go: a task that has ended may still have it for a moment.
    private func freeLock(_ folder: String) async throws -> LockFile {
        var lock: LockFile?
        try await wait(for: "the lock to be free") {
            lock = try agentLock(folder)
            return lock != nil
        }
        return try #require(lock)
    }

    @Test("several processes share it, and the agent has it alone")
    func shared() async throws {
        try await withFolder { folder in
            var first = try await take(folder)
            #expect(first != nil)
            var second = try await take(folder)
            #expect(second != nil)
            #expect(try agentLock(folder) == nil)
            first = nil
            #expect(try agentLock(folder) == nil)
            second = nil
            let agent = try await freeLock(folder)
            #expect(try LockFile.take(AgentDoor.radioLockPath(folder), isShared: true) == nil)
            withExtendedLifetime(agent) {}
        }
    }

    @Test("an agent that has it is asked, and gives it away; one that steers another radio is left alone")
    func asked() async throws {
        try await withFolder { folder in
            let lock = Mutex(try agentLock(folder))
            let door = try AgentDoor(folder: folder) { request, caller in
                guard request.kind == .yield, request.interface != "wlan7" else {
                    return caller.answer(.init(isElsewhere: true))
                }
                lock.withLock { $0 = nil }
                caller.answer(.init())
            }
            #expect(try await take(folder, "wlan7") == nil)
            #expect(try await take(folder, "wlan0") != nil)
            withExtendedLifetime(door) {}
        }
    }

    @Test("an agent that ends while it is asked has given it away, and one that does not answer is told")
    func silent() async throws {
        try await withFolder { folder in
            let lock = Mutex(try agentLock(folder))
            do {
                let door = try AgentDoor(folder: folder) { _, _ in
                    // The conversation ends with the caller, and the lock with the process.
                    lock.withLock { $0 = nil }
                }
                #expect(try await take(folder) != nil)
                withExtendedLifetime(door) {}
            }
            let again = try await freeLock(folder)
            lock.withLock { $0 = again }
            let nobody = await #expect(throws: HotspotConfigurationError.self) {
                try await take(folder, within: .milliseconds(100))
            }
            #expect(nobody?.cause == .timedOut(.preparing))

            let callers = Mutex<[AgentDoor.Caller]>([])
            let door = try AgentDoor(folder: folder) { _, caller in callers.withLock { $0.append(caller) } }
            let mute = await #expect(throws: HotspotConfigurationError.self) {
                try await take(folder, within: .milliseconds(100))
            }
            #expect(mute?.cause == .timedOut(.preparing))
            withExtendedLifetime(door) {}
        }
    }

    @Test("a folder that others may write to, and a file that is a link, are not used")
    func folder() async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            chmod(folder, 0o777)
            #expect(throws: StoreFailure.self) { try agentLock(folder) }
            #expect(try await take(folder) == nil)
            chmod(folder, 0o700)
            symlink("/dev/null", AgentDoor.radioLockPath(folder))
            #expect(throws: StoreFailure.self) { try agentLock(folder) }
        }
    }

    @Test("what is no request is no request, and a caller who goes away without one is forgotten")
    func malformed() async throws {
        try await withFolder { folder in
            try LockFile.prepare(folder)
            let kinds = Mutex<[String]>([])
            let door = try AgentDoor(folder: folder) { request, caller in
                kinds.withLock { $0.append(request.kind.rawValue) }
                caller.answer(.init(left: [.init(ssid: [0x41], interface: "wlan0")]))
            }
            for octets in [Array("nonsense".utf8), Array(#"{"kind":"reign"}"#.utf8), []] {
                let socket = try #require(PacketSocket.connect(to: AgentDoor.socketPath(folder)))
                if !octets.isEmpty {
                    socket.send(octets)
                    #expect(await socket.receive() == nil)
                }
            }
            let reply = await AgentDoor.ask(.init(kind: .leave), folder: folder)
            #expect(reply?.left.first?.ssid == [0x41])
            #expect(kinds.withLock { $0 } == ["leave"])
            withExtendedLifetime(door) {}
        }
    }

    @Test("a step ends for a request, before it began or while it runs, and for the end of its task")
    func interruption() async throws {
        let interruption = Interruption()
        @Sendable func step() async throws { try await interruption.run { try await Task.sleep(for: .seconds(600)) } }
        interruption.want()
        #expect(interruption.isWanted)
        await #expect(throws: CancellationError.self) { try await step() }
        interruption.settle()
        #expect(!interruption.isWanted)
        let running = Task { try await step() }
        interruption.want()
        await #expect(throws: CancellationError.self) { try await running.value }
        interruption.settle()
        let cancelled = Task { try await step() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(try await interruption.run { 7 } == 7)
    }
}
