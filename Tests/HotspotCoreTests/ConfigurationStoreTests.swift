import Foundation
import IEEE80211
import TestSupport
import Testing

@testable import HotspotCore

/// The files in which configurations are kept.
@Suite("The state directory")
struct ConfigurationStoreTests {
    private static let secret = "correct horse"

    /// A directory for one test, which need not be there.
    private func withDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let parent = FileManager.default.temporaryDirectory.appendingPathComponent("hotspot-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: parent,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: parent) }
        return try await body(parent.appendingPathComponent("state/hotspot").path)
    }

    private func stored(
        _ ssid: SSID,
        _ passphrase: String = secret,
        application: String = "kiosk",
        days: Int? = nil,
        now: Int64 = 1000
    ) -> StoredConfiguration {
        var configuration = HotspotConfiguration(ssid: ssid, passphrase: Passphrase(passphrase))
        configuration.lifeTimeInDays = days
        return StoredConfiguration(configuration, application: application, now: now)
    }

    private func files(_ directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    // MARK: What is kept

    @Test("every name of a network and of an application is kept, and read as it was")
    func names() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            #expect(try await store.contents().configurations.isEmpty, "a missing directory is empty")
            let ssids = [
                SSID("Cafe"), SSID("../../etc/passwd"), SSID(octets: [0]), SSID(octets: [0xFF, 0x2F, 0x0A]),
                SSID(octets: Array(repeating: 0x41, count: 32)), SSID("."),
            ]
            let applications = ["kiosk", "/", "..", String(repeating: "a/b\u{202E}", count: 300)]
            var all: Set<StoredConfiguration> = []
            for ssid in ssids {
                for application in applications {
                    let one = stored(ssid, application: application)
                    try await store.save(one)
                    all.insert(one)
                }
            }
            let contents = try await store.contents()
            #expect(Set(contents.configurations) == all)
            #expect(contents.configurations.allSatisfy { $0.configuration.passphrase == Passphrase(Self.secret) })
            #expect(contents.problems.isEmpty)
            #expect(try files(directory).count == all.count)
            #expect(try mode(directory) == 0o700)
            for file in try files(directory) { #expect(try mode("\(directory)/\(file)") == 0o600) }
        }
    }

    @Test("what a network no longer needs is kept over a new request with the same passphrase, and not with another")
    func transitionDisable() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            func kept(_ application: String = "kiosk") async throws -> UInt8? {
                try await store.contents().configurations.first { $0.application == application }?
                    .transitionDisable.rawValue
            }
            func text() throws -> String {
                try files(directory).map { try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8) }.joined()
            }
            try await store.save(stored("Cafe"))
            #expect(try !text().contains("transitionDisable"), "a form that older programs read")
            try await store.save(stored("Cafe", application: "sign"))
            try await store.save(stored("Other"))
            let asked = stored("Cafe").configuration
            #expect(try await store.transitionDisable(of: asked) == [])
            try await store.note(transitionDisable: [.wpa3Personal, .saePK], of: asked)
            try await store.note(transitionDisable: TransitionDisable(rawValue: 0x40), of: asked)
            #expect(try await store.transitionDisable(of: asked).rawValue == 0x43)
            let both = [try await kept(), try await kept("sign")]
            #expect(both == [0x43, 0x43])
            #expect(try await store.transitionDisable(of: stored("Other").configuration) == [])
            try await store.note(joined: StoredConfiguration.ID(application: "kiosk", ssid: "Cafe"), at: 9000)
            #expect(try await kept() == 0x43, "a join takes nothing away")
            try await store.save(stored("Cafe", days: 3, now: 9001))
            #expect(try await kept() == 0x43, "the same network again")
            try await store.save(stored("Cafe", "another horse"))
            #expect(try await kept() == 0, "another passphrase, another network")
            #expect(try await store.transitionDisable(of: asked).rawValue == 0x43, "the other application's")
            try await store.remove { _ in true }
            #expect(try await store.transitionDisable(of: asked) == [])
        }
    }

    @Test("a configuration takes the place of the same application's and network's, and of no other's")
    func replaced() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            try await store.save(stored("Cafe"))
            try await store.save(stored("Cafe", application: "sign"))
            try await store.save(stored("Cafe", "another horse", now: 2000))
            let all = try await store.contents().configurations
            #expect(all.count == 2)
            let own = try #require(all.first { $0.application == "kiosk" })
            #expect(own.configuration.passphrase == Passphrase("another horse"))
            try await store.note(joined: own.id, at: 3000)
            #expect(try await store.contents().configurations.first { $0.id == own.id }?.lastJoined == 3000)
            #expect(try await store.remove { $0.application == "kiosk" }.map(\.id) == [own.id])
            try await store.note(joined: own.id, at: 4000)
            #expect(try await store.contents().configurations.map(\.application) == ["sign"])
        }
    }

    @Test("the directory is where the environment says, and below the user's own otherwise")
    func places() {
        let state = { (environment: [String: String], isRoot: Bool) in
            StateDirectory.usual(environment, isRoot: isRoot, home: "/home/alice", working: "/srv")
        }
        #expect(state([:], true) == "/var/lib/hotspot")
        #expect(state([:], false) == "/home/alice/.local/state/hotspot")
        #expect(state(["XDG_STATE_HOME": "/srv/alice"], false) == "/srv/alice/hotspot")
        #expect(state(["XDG_STATE_HOME": "/srv/alice"], true) == "/var/lib/hotspot")
        #expect(state(["XDG_STATE_HOME": "alice"], false) == "/home/alice/.local/state/hotspot")
        #expect(state(["STATE_DIRECTORY": "/var/lib/a:/var/lib/b"], true) == "/var/lib/a/hotspot")
        #expect(state(["STATE_DIRECTORY": "/var/lib/a:/var/lib/hotspot"], true) == "/var/lib/hotspot")
        #expect(state(["STATE_DIRECTORY": "a"], true) == "/var/lib/hotspot")
        #expect(state(["STATE_DIRECTORY": "/var/lib/a", "HOTSPOT_STATE_DIRECTORY": "/x"], false) == "/x")
        #expect(state(["HOTSPOT_STATE_DIRECTORY": "a/state"], true) == "/srv/a/state")
    }

    @Test("files that are not of our own form are neither read nor swept")
    func strangers() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            try await store.save(stored("Cafe"))
            let name = try stored("Cafe").id.fileName()
            let strangers = [
                "session.json", ".new-message", ".new-session.json", name.uppercased(), "\(name).bak",
                String(name.dropFirst()), name.replacingOccurrences(of: ".json", with: "0.json"),
            ]
            for stranger in strangers { try Data("{}".utf8).write(to: URL(filePath: "\(directory)/\(stranger)")) }
            let leftover = StateDirectory.temporaryPrefix + name
            try Data("{".utf8).write(to: URL(filePath: "\(directory)/\(leftover)"))
            let contents = try await store.contents()
            #expect(contents.configurations.count == 1)
            #expect(contents.problems.isEmpty, "\(contents.problems)")
            try await store.save(stored("Library"))
            let left = try files(directory)
            #expect(Set(strangers).isSubset(of: left), "\(left)")
            #expect(!left.contains(leftover))
        }
    }

    // MARK: What is found

    @Test("what is no file of the user's own is told with its reason, and the rest is read")
    func hostile() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            for name in ["A", "B", "C", "D", "E", "F", "G", "H", "I"] { try await store.save(stored(SSID(name))) }
            func path(_ name: String) throws -> String {
                try "\(directory)/" + StoredConfiguration.ID(application: "kiosk", ssid: SSID(name)).fileName()
            }
            let manager = FileManager.default
            try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: try path("B"))
            try manager.moveItem(atPath: try path("C"), toPath: "\(directory)/../elsewhere")
            try manager.createSymbolicLink(atPath: try path("C"), withDestinationPath: "\(directory)/../elsewhere")
            try manager.removeItem(atPath: try path("D"))
            #expect(mkfifo(try path("D"), 0o600) == 0)
            let other = "\(directory)/\(String(repeating: "0", count: 32))-45.json"
            try manager.moveItem(atPath: try path("E"), toPath: other)
            let large = try #require(FileHandle(forWritingAtPath: try path("F")))
            try large.truncate(atOffset: 1 << 40)
            try #require(FileHandle(forWritingAtPath: try path("G"))).truncate(atOffset: 0)
            let newer = try String(contentsOfFile: try path("H"), encoding: .utf8)
                .replacingOccurrences(of: #""version" : 1"#, with: #""version" : 2"#)
            try Data(newer.utf8).write(to: URL(filePath: try path("H")))
            let short = try String(contentsOfFile: try path("I"), encoding: .utf8)
                .replacingOccurrences(of: Self.secret, with: "horse")
            try Data(short.utf8).write(to: URL(filePath: try path("I")))
            try manager.createDirectory(atPath: try path("J"), withIntermediateDirectories: false)

            let contents = try await store.contents()
            #expect(contents.configurations.map(\.configuration.ssid) == ["A"])
            let words = contents.problems.map(\.summary).joined(separator: "\n")
            for word in [
                "others may read", "symbolic link", "no plain file", "not that of", "too large", "empty",
                "version 2", "passphrase",
            ] {
                #expect(words.contains(word), "\(word): \(words)")
            }
            #expect(contents.problems.count == 9, "\(words)")
            #expect(!words.contains("horse"))

            // A new one takes the place of whatever is there, and a link is not followed.
            for name in ["B", "C", "D", "F", "G", "H", "I"] { try await store.save(stored(SSID(name))) }
            #expect(try await store.contents().configurations.count == 8)
            #expect(try mode(try path("B")) == 0o600)
            #expect(manager.fileExists(atPath: "\(directory)/../elsewhere"))
            #expect(try await store.discard(StoredConfiguration.ID(application: "kiosk", ssid: "B")))
            #expect(try await store.contents().configurations.count == 7)
        }
    }

    @Test("a directory that others may write to is not used")
    func sharedDirectory() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            try await store.save(stored("Cafe"))
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory)
            for attempt in 0..<2 {
                let error = await #expect(throws: StoreFailure.self) {
                    if attempt == 0 { _ = try await store.contents() } else { try await store.save(stored("Other")) }
                }
                #expect(error?.summary.contains("others may write") == true)
            }
        }
    }

    @Test("no octets in a file end the program, or keep the other files from being read", arguments: 1...4)
    func garbage(seed: UInt64) async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            try await store.save(stored("Whole"))
            let good = stored("Broken")
            try await store.save(good)
            let path = try "\(directory)/" + good.id.fileName()
            let whole = try Data(contentsOf: URL(filePath: path))
            var state = seed
            func random(_ bound: Int) -> Int {
                // Knuth's MMIX generator.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 33) % bound
            }
            for _ in 0..<250 {
                var data = whole
                switch random(4) {
                case 0: data = data.prefix(random(whole.count))
                case 1: for _ in 0...random(8) { data[random(data.count)] = UInt8(random(256)) }
                case 2:
                    let brackets = Data(repeating: UInt8(ascii: "["), count: random(20_000))
                    data.insert(contentsOf: brackets, at: random(data.count))
                default: data = Data((0..<random(2000)).map { _ in UInt8(random(256)) })
                }
                try data.write(to: URL(filePath: path))
                let contents = try await store.contents()
                #expect(contents.configurations.contains { $0.configuration.ssid == "Whole" })
                #expect(contents.configurations.count + contents.problems.count == 2)
                for problem in contents.problems { #expect(!problem.summary.contains("horse")) }
            }
        }
    }

    @Test("a purge removes by the name what nobody can read, and nothing of another's")
    func purge() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            #expect(try await store.purge(application: "kiosk") == [])
            let raw = SSID(octets: [0xFF, 0x00])
            for name in ["Cafe", "Broken", "Open", "Newer", raw] { try await store.save(stored(name)) }
            try await store.save(stored("Cafe", application: "sign"))
            func path(_ name: SSID) throws -> String {
                try "\(directory)/" + StoredConfiguration.ID(application: "kiosk", ssid: name).fileName()
            }
            try Data("{".utf8).write(to: URL(filePath: try path("Broken")))
            #expect(chmod(try path("Open"), 0o644) == 0)
            let newer = try String(contentsOfFile: try path("Newer"), encoding: .utf8)
            try Data(newer.replacingOccurrences(of: #""version" : 1"#, with: #""version" : 2"#).utf8)
                .write(to: URL(filePath: try path("Newer")))
            let stranger = "\(directory)/session.json"
            try Data("{}".utf8).write(to: URL(filePath: stranger))

            let removed = try await store.purge(application: "kiosk")
            #expect(Set(removed) == ["Cafe", "Broken", "Open", "Newer", raw])
            #expect(try files(directory).count == 2)
            #expect(try await store.contents().configurations.map(\.application) == ["sign"])
            #expect(try await store.purge(application: nil) == ["Cafe"])
            #expect(try files(directory) == ["session.json"])
            try FileManager.default.removeItem(atPath: stranger)
            try await store.save(stored("Cafe"))
            #expect(try await store.purge(application: nil) == ["Cafe"])
            #expect(!FileManager.default.fileExists(atPath: directory), "nothing is left")
        }
    }

    @Test("root's purge covers other users' directories, and only theirs", .enabled(if: geteuid() == 0))
    func foreign() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            try await store.save(stored("Cafe"))
            let file = try "\(directory)/" + stored("Cafe").id.fileName()
            let wrong = ForeignStateDirectory(path: directory, owner: 4711)
            #expect(try ForeignStateDirectory.purge([wrong]).isEmpty)
            #expect(FileManager.default.fileExists(atPath: file))
            #expect(chown(directory, 4711, 4711) == 0 && chown(file, 4711, 4711) == 0)
            // Whoever else may write there: what is of our form goes, and is no reason to leave the rest.
            #expect(chmod(directory, 0o777) == 0)
            let missing = ForeignStateDirectory(path: "\(directory)/missing", owner: 4711)
            #expect(try ForeignStateDirectory.purge([missing, wrong]) == ["Cafe"])
            #expect(!FileManager.default.fileExists(atPath: file))
            #expect(ForeignStateDirectory.all().contains { $0.owner == 0 && $0.path == "/root/.local/state/hotspot" })
            #expect(chown(directory, 0, 0) == 0 && chmod(directory, 0o700) == 0)
        }
    }

    // MARK: Writers that fail

    private func writer(
        _ directory: String,
        _ passphrase: String,
        under wrapper: [String] = []
    ) async throws -> Output {
        try await run(
            wrapper + [CommandLineTool.program("ConfigurationWriter"), directory, "kiosk", "Cafe", passphrase]
        )
    }

    @Test("a writer that dies at any system call leaves the old configuration or the new one whole")
    func crashes() async throws {
        guard try await run("sh", "-c", "command -v strace").succeeded else {
            let isRequired = ProcessInfo.processInfo.environment["HOTSPOT_REQUIRE_PEERS"] != nil
            #expect(!isRequired, "strace is not installed")
            return
        }
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            let old = stored("Cafe", "an old horse")
            let name = try old.id.fileName()
            let trace = "\(directory)/../../trace-\(UUID().uuidString)"
            // Every call that has to do with the directory, its descriptor or its files; no other one changes them.
            let paths = [directory, "\(directory)/\(name)", "\(directory)/\(StateDirectory.temporaryPrefix)\(name)"]
            let strace = ["strace", "-f", "-qq", "-o", trace] + paths.flatMap { ["-P", $0] }
            try await store.save(old)
            try await writer(directory, "a new horse", under: strace).checked()
            let calls = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").compactMap { line in
                line.firstMatch(of: /^\d+ +(\w+)\(/).map { String($0.1) }
            }
            print("the writer's calls: \(calls.joined(separator: " "))")
            for call in ["flock", "write", "fsync", "renameat"] { #expect(calls.contains(call), "\(calls)") }

            var counts: [String: Int] = [:]
            var outcomes: [String: Int] = [:]
            var leftovers = 0
            for call in calls {
                try await store.save(old)
                #expect(try files(directory) == [name], "the next writer swept before \(call)")
                counts[call, default: 0] += 1
                let place = "\(call) \(counts[call] ?? 0)"
                // A number is counted for each call by itself.
                let injection = ["-e", "inject=\(call):signal=KILL:when=\(counts[call] ?? 0)"]
                let output = try await writer(directory, "a new horse", under: strace + injection)
                #expect(output.status == 128 + SIGKILL, "\(place): \(output)")
                let contents = try await store.contents()
                #expect(contents.problems.isEmpty, "\(place): \(contents.problems)")
                #expect(contents.configurations.count == 1, "\(place)")
                let left = try #require(contents.configurations.first)
                let isNew = left.configuration.passphrase == Passphrase("a new horse")
                #expect(isNew || left == old, "\(place)")
                outcomes[isNew ? "new" : "old", default: 0] += 1
                if try files(directory) != [name] { leftovers += 1 }
            }
            try await store.save(old)
            #expect(try files(directory) == [name])
            print("killed at each of \(calls.count) system calls: \(outcomes), \(leftovers) times with a leftover")
            #expect(outcomes["old"] ?? 0 > 5)
            #expect(outcomes["new"] ?? 0 > 0)
            #expect(leftovers > 2)
        }
    }

    @Test("the octets are on the disk before the name is, and the name before the writer goes on")
    func order() async throws {
        guard try await run("sh", "-c", "command -v strace").succeeded else { return }
        try await withDirectory { directory in
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("trace-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            try await writer(
                directory,
                Self.secret,
                under: ["strace", "-f", "-qq", "-o", file.path, "-e", "trace=fsync,renameat,renameat2,rename,write"]
            ).checked()
            let trace = try String(contentsOf: file, encoding: .utf8)
            #expect(trace.contains("kiosk"), "the octets are in the trace")
            let calls = trace.split(separator: "\n").compactMap { line in
                ["write(", "fsync(", "rename"].first { line.contains($0) }
            }
            let last = Array(calls.suffix(4))
            #expect(last == ["write(", "fsync(", "rename", "fsync("], "\(trace)")
        }
    }

    @Test("a full disk and a directory that takes nothing keep the old configuration, and say so")
    func full() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            try await store.save(stored("Cafe", "an old horse"))
            // No file may grow: with the signal ignored the kernel answers EFBIG, as a file system does that is full.
            let output = try await writer(
                directory,
                "a new horse",
                under: ["sh", "-c", #"(trap "" XFSZ; ulimit -f 0; exec "$@") | cat"#, "sh"]
            )
            #expect(output.standardOutput.contains("EFBIG"), "\(output)")
            #expect(try files(directory).count == 1, "nothing is left of the attempt")
            let left = try #require(try await store.contents().configurations.first)
            #expect(left.configuration.passphrase == Passphrase("an old horse"))

            for place in ["/proc/hotspot/state", "/dev/null/state"] {
                let error = await #expect(throws: StoreFailure.self) {
                    try await ConfigurationStore(path: place).save(stored("Cafe"))
                }
                #expect(error?.errno != nil)
            }
        }
    }

    @Test("two writers at once do not disturb each other, and one that holds the lock for ever is told of")
    func atOnce() async throws {
        try await withDirectory { directory in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    let one = stored(SSID("Net \(number % 10)"), "passphrase \(number)")
                    group.addTask {
                        // However slow the disk is, all have their turn.
                        try await ConfigurationStore(path: directory, lockLimit: .seconds(600)).save(one)
                    }
                }
                try await group.waitForAll()
            }
            let store = ConfigurationStore(path: directory, lockLimit: .milliseconds(100))
            #expect(try await store.contents().configurations.count == 10)
            #expect(try files(directory).count == 10)
            let holder = try StateDirectory(directory, isMade: false)
            try await holder.lock(within: .zero)
            let error = await #expect(throws: StoreFailure.self) { try await store.save(stored("Late")) }
            #expect(error?.errno == EAGAIN)
            #expect(try await store.contents().configurations.count == 10, "who reads needs no lock")
            withExtendedLifetime(holder) {}
        }
    }

    @Test("a task that is cancelled while it waits for the lock is cancelled, and nothing of the disk's failed")
    func cancelled() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory, lockLimit: .seconds(600))
            try await store.save(stored("Cafe"))
            let holder = try StateDirectory(directory, isMade: false)
            try await holder.lock(within: .zero)
            let one = stored("Late")
            let task = Task { () async -> StoreFailure? in
                do throws(StoreFailure) {
                    try await store.save(one)
                    return nil
                } catch {
                    return error
                }
            }
            task.cancel()
            let failure = try #require(await task.value)
            #expect(failure.isCancellation)
            for phase in [JoinPhase.preparing, .joined] {
                let error = HotspotConfigurationError(notKept: one.configuration, failure, phase: phase)
                #expect(error.cause == .cancelled && error.underlyingErrors.first is CancellationError)
                #expect(error.remedy?.contains("directory") != true)
            }
            #expect(HotspotConfigurationError(storage: failure, "it").cause == .cancelled)
            withExtendedLifetime(holder) {}
        }
    }

    // MARK: What a manager makes of it

    @Test("applications list, remove and expire their own files where no NetworkManager runs")
    func commands() async throws {
        try await withDirectory { directory in
            let store = ConfigurationStore(path: directory)
            let now = StoredConfiguration.now
            try await store.save(stored("Cafe", application: "hotspot", now: now))
            try await store.save(stored("Library", application: "hotspot", days: 7, now: now - 6 * 86_400))
            try await store.save(stored("Hotel", application: "hotspot", days: 7, now: now - 8 * 86_400))
            try await store.save(stored("Museum", application: "kiosk", days: 1, now: now - 2 * 86_400))
            try await store.save(stored("Kiosk", application: "kiosk", now: now))
            let environment = [
                "HOTSPOT_STATE_DIRECTORY": directory, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus",
            ]
            func hotspot(_ arguments: String...) async throws -> Output {
                try await run([CommandLineTool.path] + arguments, environment: environment)
            }
            #expect(try await hotspot("list").checked().standardOutput == "Cafe\nLibrary\n")
            let json = try await hotspot("list", "--json").checked()
            #expect(json.standardOutput.contains(#""ssidHex" : "43616665""#))
            #expect(try await hotspot("expire").checked().standardOutput == "forgot \"Hotel\"\nforgot \"Museum\"\n")
            #expect(try await store.contents().configurations.count == 3)
            #expect(try await hotspot("forget", "Cafe").succeeded)
            #expect(try await hotspot("forget", "Kiosk").status == 108, "it is another application's")
            #expect(try await hotspot("list").checked().standardOutput == "Library\n")
            let broken = "\(String(repeating: "0", count: 32))-45.json"
            try Data("{".utf8).write(to: URL(filePath: "\(directory)/\(broken)"))
            let warned = try await hotspot("list").checked()
            #expect(warned.standardError.contains(broken), "\(warned)")
            #expect(try await store.contents().configurations.count == 2)
        }
    }
}
