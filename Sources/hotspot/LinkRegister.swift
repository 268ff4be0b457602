import Foundation
import Glibc
import HotspotCore

/// The links that processes of this program hold, so that `hotspot leave` finds them.
///
/// One file a link, which its holder has locked (fcntl(2), `F_SETLK`). The kernel says who has a lock and takes it away when
/// that process ends, however it ends: a file that was left behind names nobody, and no other user's process can be taken for
/// the holder.
enum LinkRegister {
    /// What a file says.
    private struct Record: Codable {
        var ssid: [UInt8]
        var interface: String
        var backend: String
        /// What the name was asked to begin with; nil where the name was given.
        var prefix: String?
    }

    /// A link that is held.
    struct Entry {
        let network: LeftNetwork
        let process: pid_t
        fileprivate let prefix: String?
        fileprivate let folder: LinkFolder
        fileprivate let name: String

        /// Whether it is the link of this user.
        var isOwn: Bool { folder.isOwn }

        /// Whether it is what a name, or the beginning of one, asks for.
        func answers(to ssid: SSID) -> Bool { network.ssid == ssid || prefix != nil && prefix == ssid.text }
    }

    /// Keeps a link's file locked as long as the process lasts; the file goes with ``remove()``.
    struct Registration {
        fileprivate let folder: LinkFolder
        fileprivate let name: String

        /// Takes the link out of the register; the process is about to end.
        func remove() { folder.remove(name) }
    }

    /// Where this user's links are, made with rights that no other user can use.
    ///
    /// Root's can be seen by everybody, and ended by root alone.
    private static var ownFolder: String {
        let user = geteuid()
        if user == 0 { return "/run/hotspot" }
        if let folder = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), folder.hasPrefix("/") {
            return folder + "/hotspot"
        }
        let shared = "/run/user/\(user)"
        return access(shared, W_OK) == 0 ? shared + "/hotspot" : "/tmp/hotspot-\(user)"
    }

    /// All folders that may hold files of links that this user can end or should know of.
    private static var folders: [String] {
        var folders = [ownFolder, "/run/hotspot"]
        if geteuid() == 0 {
            let users = (try? FileManager.default.contentsOfDirectory(atPath: "/run/user")) ?? []
            folders += users.sorted().map { "/run/user/\($0)/hotspot" }
            let temporary = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
            folders += temporary.filter { $0.hasPrefix("hotspot-") }.sorted().map { "/tmp/\($0)" }
        }
        var seen: Set<String> = []
        return folders.filter { seen.insert($0).inserted }
    }

    // MARK: Holding

    /// Notes a link of this process.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - prefix: What its name was asked to begin with; empty where the name was given.
    /// - Returns: The registration; nil where the folder cannot be written or is not this user's alone.
    static func register(_ network: JoinedNetwork, prefix: String) -> Registration? {
        let path = ownFolder
        let mode: mode_t = geteuid() == 0 ? 0o755 : 0o700
        guard mkdir(path, mode) == 0 || errno == EEXIST, let folder = LinkFolder(path), folder.isOwn else { return nil }
        // Removes the files of dead holders, as long as there is none of ours: to close a file gives up its lock.
        _ = entries()
        let record = Record(
            ssid: network.ssid.octets,
            interface: network.interface,
            backend: network.backend,
            prefix: prefix.isEmpty ? nil : prefix
        )
        guard let data = try? JSONEncoder().encode(record) else { return nil }
        let name = "\(getpid()).link"
        let draft = ".\(getpid()).draft"
        folder.remove(draft)
        // Never closed: closing it would give up the lock.
        guard let file = folder.create(draft) else { return nil }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        let isWritten = data.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == data.count
        // Locked before it has its name: a file without a lock is one that may be removed.
        guard isWritten, fcntl(file, F_SETLK, &lock) == 0, folder.rename(draft, to: name) else {
            folder.remove(draft)
            close(file)
            return nil
        }
        return Registration(folder: folder, name: name)
    }

    // MARK: Finding

    /// The links that are held now; files that this user's dead holders left behind are removed on the way.
    static func entries() -> [Entry] { entries(in: folders) }

    /// The links that are noted in folders.
    static func entries(in folders: [String]) -> [Entry] {
        folders.compactMap { LinkFolder($0) }.flatMap { folder in
            folder.names(withSuffix: ".link").compactMap { entry($0, in: folder) }
        }
    }

    private static func entry(_ name: String, in folder: LinkFolder) -> Entry? {
        guard let file = folder.file(name) else { return nil }
        defer { close(file) }
        guard let holder = holder(file) else {
            folder.remove(name)
            return nil
        }
        guard let data = try? FileHandle(fileDescriptor: file, closeOnDealloc: false).read(upToCount: 4096),
            let record = try? JSONDecoder().decode(Record.self, from: data), record.ssid.count <= SSID.maximumOctets
        else { return nil }
        let network = LeftNetwork(
            ssid: SSID(octets: record.ssid),
            interface: record.interface,
            backend: record.backend
        )
        return Entry(network: network, process: holder, prefix: record.prefix, folder: folder, name: name)
    }

    /// Who has locked a file for writing, which only its owner can.
    private static func holder(_ file: Int32) -> pid_t? {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        guard fcntl(file, F_GETLK, &lock) == 0, lock.l_type == Int16(F_WRLCK), lock.l_pid > 0 else { return nil }
        return lock.l_pid
    }

    // MARK: Ending

    /// Has the holders of links leave, and waits until they are gone: then their interfaces are as they were.
    ///
    /// All are told first, and one that stays keeps nobody from the rest.
    ///
    /// - Parameters:
    ///   - entries: The links.
    ///   - limit: How long all of them may take to leave.
    /// - Returns: What was left, and why the others were not.
    /// - Throws: `CancellationError`.
    static func end(
        _ entries: [Entry],
        within limit: Duration = endLimit
    ) async throws -> (left: [LeftNetwork], failures: [HotspotConfigurationError]) {
        var left: [LeftNetwork] = []
        var failures: [HotspotConfigurationError] = []
        var leaving: [Entry] = []
        for entry in entries {
            // Asked once more, at the last moment.
            guard isHeld(entry) else {
                left.append(entry.network)
                continue
            }
            // Nil where it has ended since.
            let user = owner(of: entry.process)
            guard user == nil || user == entry.folder.owner, kill(entry.process, SIGTERM) == 0 || errno == ESRCH else {
                failures.append(.notLeft(entry.network.ssid, process: entry.process, isDenied: true))
                continue
            }
            leaving.append(entry)
        }
        let deadline = ContinuousClock.now + limit
        while true {
            leaving.removeAll { entry in
                if isHeld(entry) { return false }
                left.append(entry.network)
                return true
            }
            guard !leaving.isEmpty else { break }
            guard ContinuousClock.now < deadline else {
                failures += leaving.map { .notLeft($0.network.ssid, process: $0.process, isDenied: false) }
                break
            }
            // The kernel tells nobody of a lock's end without holding a thread.
            try await Task.sleep(for: .milliseconds(20))
        }
        return (left, failures)
    }

    /// How long the holders may take to leave.
    private static let endLimit = Duration.seconds(20)

    /// Whether the process that a link's file named still has it locked.
    private static func isHeld(_ entry: Entry) -> Bool {
        guard let file = entry.folder.file(entry.name) else { return false }
        defer { close(file) }
        return holder(file) == entry.process
    }

    /// The user of a process (proc(5), `Uid`), who must be the one whose folder names it; nil where it has ended.
    ///
    /// A lock outlives the process that took it where another one shares its table of files, and then names a number that
    /// may be anybody's by now.
    private static func owner(of process: pid_t) -> uid_t? {
        let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("Uid:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { uid_t($0) }
    }
}
