import Foundation
import Glibc
import HotspotCore
import TestSupport
import Testing

@testable import hotspot

/// The folders in which links are noted, some of which belong to other users.
@Suite("The register of links")
struct LinkRegisterTests {
    private let files = FileManager.default

    /// A folder that only this user may write to, with a file that nobody has locked.
    private func withRegister(_ body: (_ parent: URL, _ folder: URL) throws -> Void) async throws {
        try await withFolder { parent in
            let folder = parent.appending(path: "hotspot")
            try files.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            try Data("{}".utf8).write(to: folder.appending(path: "1.link"))
            try body(parent, folder)
        }
    }

    private func exists(_ folder: URL) -> Bool { files.fileExists(atPath: folder.appending(path: "1.link").path) }

    @Test("a file that a dead holder left behind is removed from one's own folder")
    func leftover() async throws {
        try await withRegister { _, folder in
            #expect(LinkRegister.entries(in: [folder.path]).isEmpty)
            #expect(!exists(folder))
        }
    }

    @Test("a folder that is a link, or that others may write to, is none")
    func hostile() async throws {
        try await withRegister { parent, folder in
            let link = parent.appending(path: "link")
            try files.createSymbolicLink(at: link, withDestinationURL: folder)
            #expect(LinkRegister.entries(in: [link.path]).isEmpty)
            #expect(exists(folder))
            try files.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
            #expect(LinkRegister.entries(in: [folder.path]).isEmpty)
            #expect(exists(folder))
        }
    }

    @Test("what is put in a folder's place after it was opened is not touched")
    func swapped() async throws {
        try await withRegister { parent, victim in
            let folder = parent.appending(path: "mine")
            try files.copyItem(at: victim, to: folder)
            let opened = try #require(LinkFolder(folder.path))
            let moved = parent.appending(path: "moved")
            try files.moveItem(at: folder, to: moved)
            try files.createSymbolicLink(at: folder, withDestinationURL: victim)
            #expect(opened.names(withSuffix: ".link") == ["1.link"])
            opened.remove("1.link")
            #expect(exists(victim))
            #expect(!exists(moved))
        }
    }

    @Test("root removes nothing from another user's folder", .enabled(if: geteuid() == 0))
    func otherUser() async throws {
        try await withRegister { _, folder in
            let file = folder.appending(path: "1.link").path
            #expect(chown(folder.path, 4711, 4711) == 0 && chown(file, 4711, 4711) == 0)
            #expect(LinkRegister.entries(in: [folder.path]).isEmpty)
            #expect(exists(folder))
        }
    }

    @Test("a file that is not the folder's owner's, or no file, is not opened", .enabled(if: geteuid() == 0))
    func strangers() async throws {
        try await withRegister { _, folder in
            #expect(chown(folder.appending(path: "1.link").path, 4711, 4711) == 0)
            #expect(mkfifo(folder.appending(path: "2.link").path, 0o600) == 0)
            try files.createSymbolicLink(
                at: folder.appending(path: "3.link"),
                withDestinationURL: URL(filePath: "/etc/hostname")
            )
            let opened = try #require(LinkFolder(folder.path))
            for name in opened.names(withSuffix: ".link") { #expect(opened.file(name) == nil, "\(name)") }
        }
    }

    /// A process that has a file locked and does not end when it is asked to.
    private func holder(of file: URL) async throws -> ChildProcess {
        let program = """
            use Fcntl; $SIG{TERM} = "IGNORE"; $| = 1; open(F, "+<", $ARGV[0]) or die;
            $lock = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $lock) or die;
            print "locked\\n"; sleep 1000
            """
        let process = try await ChildProcess.start(["perl", "-e", program, file.path], endsWithTest: true)
        try await wait(for: "the lock") { process.standardOutput.contains("locked") || process.status != nil }
        return process
    }

    @Test("a link whose holder does not leave keeps nobody from the rest, and what was left is told with it")
    func collected() async throws {
        try await withFolder { folder in
            try files.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            var holders: [ChildProcess] = []
            for name in ["A", "B"] {
                let file = folder.appending(path: "\(name).link")
                let octet = try #require(name.utf8.first)
                try Data(#"{"ssid":[\#(octet)],"interface":"wlan0","backend":"nl80211"}"#.utf8).write(to: file)
                holders.append(try await holder(of: file))
            }
            let entries = LinkRegister.entries(in: [folder.path])
            #expect(entries.map(\.process) == holders.map(\.processIdentifier))
            await holders[1].stop(SIGKILL)
            let (left, failures) = try await LinkRegister.end(entries, within: .zero)
            #expect(left.map(\.ssid) == ["B"])
            #expect(failures.map(\.cause) == [.timedOut(.joined)])
            await holders[0].stop(SIGKILL)
        }
    }
}
