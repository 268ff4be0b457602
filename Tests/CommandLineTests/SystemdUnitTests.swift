import Foundation
import TestSupport
import Testing

/// The units that `make install` puts where systemd looks.
@Suite("systemd's units")
struct SystemdUnitTests {
    private static let units = ["hotspot-agent.service", "hotspot-expire.service", "hotspot-expire.timer"]

    private func make(_ arguments: String...) async throws -> Output {
        try await run(["make", "--directory", Fixture.root.path] + arguments)
    }

    @Test("uninstalling ends the units, forgets what was configured unless it is to be kept, and removes the files")
    func uninstalled() async throws {
        let all = try await make("--dry-run", "uninstall", "PREFIX=/opt/hotspot").checked().standardOutput
        let places = try ["disable --now", "forget $all", "rm -f", "daemon-reload"].map { word in
            try #require(all.range(of: word), "\(word): \(all)").lowerBound
        }
        #expect(places == places.sorted())
        #expect(all.contains("[ -z '' ] && [ -z '' ] && [ -x '/opt/hotspot/bin/hotspot' ]"), "\(all)")
        let kept = try await make("--dry-run", "uninstall", "PREFIX=/opt/hotspot", "KEEP=1").checked().standardOutput
        #expect(kept.contains("[ -z '1' ]"), "\(kept)")

        // Below DESTDIR nothing is asked, and nothing forgotten.
        try await withFolder { root in
            try await make("install-units", "DESTDIR=\(root.path)", "PREFIX=/opt").checked()
            let help = "HOTSPOT=\(CommandLineTool.path)"
            try await make("install-help", "DESTDIR=\(root.path)", "PREFIX=/opt", help).checked()
            for file in ["man/man1/hotspot.1", "bash-completion/completions/hotspot", "zsh/site-functions/_hotspot"] {
                let text = try String(contentsOf: root.appending(path: "opt/share/\(file)"), encoding: .utf8)
                #expect(text.contains("passphrase-file") || text.contains(#"passphrase\-file"#), "\(file)")
            }
            let bin = root.appending(path: "opt/bin")
            try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
            try Data("#!/bin/sh\ntouch '\(root.path)/called'\n".utf8).write(to: bin.appending(path: "hotspot"))
            try await make("uninstall", "DESTDIR=\(root.path)", "PREFIX=/opt").checked()
            let left = try await run("find", root.path, "-type", "f").checked()
            #expect(left.text.isEmpty, "\(left)")
        }
    }

    @Test("they are installed for the prefix, and systemd understands every line of them")
    func verified() async throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("units-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        try await run(
            "make",
            "--directory",
            Fixture.root.path,
            "install-units",
            "DESTDIR=\(root.path)",
            "PREFIX=/opt/hotspot"
        ).checked()
        let folder = root.appendingPathComponent("opt/hotspot/lib/systemd/system")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == Self.units)
        for unit in Self.units {
            let file = folder.appendingPathComponent(unit)
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.contains("@PREFIX@"))
            if unit.hasSuffix(".service") { #expect(text.contains("ExecStart=/opt/hotspot/bin/hotspot ")) }
            // The program need not be installed for its unit to be looked at.
            try text.replacingOccurrences(of: "/opt/hotspot/bin/hotspot", with: CommandLineTool.path)
                .write(to: file, atomically: true, encoding: .utf8)
        }
        guard try await run("sh", "-c", "command -v systemd-analyze").succeeded else { return }
        let output = try await run(
            ["systemd-analyze", "verify", "--man=no"] + Self.units.map { folder.appendingPathComponent($0).path }
        )
        #expect(output.succeeded, "\(output)")
        #expect(output.standardError.isEmpty, "\(output)")
    }
}
