internal import Dispatch
internal import Foundation
internal import Glibc

/// Where other processes of this library ask the agent for the radio: a socket beside the lock that says who has it.
///
/// Only processes of the agent's own user are heard. What they say gives them nothing: the lock alone does, and ends with
/// the process that has it.
final class AgentDoor: Sendable {
    /// What is asked.
    struct Request: Codable, Sendable {
        enum Kind: String, Codable {
            /// Leave the radio to the asking process.
            case yield
            /// Leave a network, and do not join it again by yourself.
            case leave
        }

        var kind: Kind
        /// The interface that is meant; nil for any.
        var interface: String?
        /// The octets of the network's name; nil for whichever is joined.
        var ssid: [UInt8]?
        /// Networks that others hold and are about to leave.
        var held: [[UInt8]] = []
    }

    /// What the agent did.
    struct Reply: Codable, Sendable {
        struct Left: Codable, Sendable {
            var ssid: [UInt8]
            var interface: String
        }

        /// The agent has nothing to do with the interface, and steers another.
        var isElsewhere = false
        var left: [Left] = []
    }

    /// Somebody who waits for an answer.
    struct Caller: Sendable {
        fileprivate let socket: PacketSocket

        func answer(_ reply: Reply) {
            guard let data = try? JSONEncoder().encode(reply) else { return }
            socket.send(Array(data))
        }
    }

    private let path: String
    // Written by the initialiser alone; its methods may be called from any thread.
    private nonisolated(unsafe) let source: any DispatchSourceRead

    /// The files in a folder.
    static func socketPath(_ folder: String) -> String { folder + "/agent.socket" }
    static func agentLockPath(_ folder: String) -> String { folder + "/agent.lock" }
    static func radioLockPath(_ folder: String) -> String { folder + "/radios.lock" }

    /// Where root's processes meet; other users' do not, and find a taken radio by its link.
    static var usualFolder: String? { geteuid() == 0 ? "/run/hotspot" : nil }

    /// Opens it; the caller has the agent's lock, so that no other agent has the name.
    ///
    /// - Parameters:
    ///   - folder: where.
    ///   - onRequest: called on a thread of its own.
    /// - Throws: ``StoreFailure``.
    init(folder: String, onRequest: @escaping @Sendable (Request, Caller) -> Void) throws(StoreFailure) {
        path = Self.socketPath(folder)
        let descriptor = try PacketSocket.listen(path)
        source = DispatchSource.makeReadSource(
            fileDescriptor: descriptor,
            queue: DispatchQueue(label: "hotspot.agent-door")
        )
        source.setEventHandler {
            while true {
                let accepted = accept(descriptor, nil, nil)
                if accepted < 0, errno == EINTR { continue }
                guard accepted >= 0 else { return }
                // Swift's Glibc has no accept4. A program that is started in between would keep the conversation open:
                // nobody waits for its end once there is an answer.
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                let socket = PacketSocket(descriptor: accepted)
                guard socket.user == geteuid() else { continue }
                Task {
                    guard let packet = await socket.receive(),
                        let request = try? JSONDecoder().decode(Request.self, from: Data(packet))
                    else { return }
                    onRequest(request, Caller(socket: socket))
                }
            }
        }
        source.setCancelHandler { close(descriptor) }
        source.resume()
    }

    deinit {
        unlink(path)
        source.cancel()
    }

    /// Asks the agent.
    ///
    /// - Returns: its answer, for which there is no limit but the task's; nil where no agent listens, or it ended meanwhile.
    static func ask(_ request: Request, folder: String) async -> Reply? {
        guard let socket = PacketSocket.connect(to: socketPath(folder)),
            let data = try? JSONEncoder().encode(request), socket.send(Array(data)),
            let answer = await socket.receive()
        else { return nil }
        return try? JSONDecoder().decode(Reply.self, from: Data(answer))
    }
}
