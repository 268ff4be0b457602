import Foundation
import TestSupport
import Testing

/// Pictures of codes as a shell hands them over, where there is nothing to join.
@Suite("hotspot and pictures")
struct PictureCommandTests {
    private func hotspot(_ arguments: String..., input: String = "") async throws -> Output {
        try await run(
            [CommandLineTool.path] + arguments,
            environment: ["DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus", "TERM": "xterm"],
            input: input
        )
    }

    /// Runs the program on a terminal of its own, with keys that are typed beforehand.
    ///
    /// `script` tells the terminal when the keys are at their end.
    private func typed(_ keys: String, _ arguments: String) async throws -> Output {
        try await run(
            ["script", "--quiet", "--return", "--command", "\(CommandLineTool.path) \(arguments)", "/dev/null"],
            environment: ["DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus", "TERM": "xterm"],
            input: keys
        )
    }

    private func picture(_ name: String) -> String {
        Fixture.root.appending(path: "Fixtures/pictures/\(name)").path
    }

    /// A folder with pictures made by the program itself.
    private func withPictures(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hotspot-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    @Test("a picture is told by what it holds, whatever its name is")
    func formats() async throws {
        try await withPictures { folder in
            for name in ["color.png", "grey.jpg", "lossy.webp", "plain.gif"] {
                let copy = folder.appending(path: "\(name).txt")
                try FileManager.default.copyItem(atPath: picture(name), toPath: copy.path)
                let output = try await hotspot("qr", "parse", copy.path)
                #expect(output.status == 0)
                #expect(output.text.hasSuffix("would join: Café, WPA personal (SAE where it is offered)"))
                // Nothing to join, but the code was read.
                #expect(try await hotspot("join", "--qr", copy.path).status == 108)
                let piped = try await run(
                    ["sh", "-c", "exec \"$0\" qr parse - <\"$1\"", CommandLineTool.path, copy.path]
                )
                #expect(piped.standardOutput == output.standardOutput)
            }
            let text = folder.appending(path: "code.png")
            try Data("WIFI:T:WPA;S:a;P:short;;\n".utf8).write(to: text)
            #expect(try await hotspot("join", "--qr", text.path).status == 102)
        }
    }

    static let refusals: [(String, Int32, String)] = [
        ("huge.png", 100, "50000 x 50000"), ("make.py", 100, "WIFI:"), ("nonexistent.png", 100, "nor a file"),
        ("", 100, "folder"),
    ]

    @Test("what is no picture of a code is refused, and the refusal says why", arguments: refusals)
    func refusal(_ name: String, _ status: Int32, _ words: String) async throws {
        let output = try await hotspot("join", "--qr", picture(name))
        #expect(output.status == status)
        #expect(output.standardError.contains(words), "\(output)")
    }

    @Test("a picture without a code says how it was looked at")
    func nothing() async throws {
        try await withPictures { folder in
            let file = folder.appending(path: "empty.gif")
            let gif: [UInt8] = Array("GIF89a".utf8) + [1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
            let frame: [UInt8] = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B]
            try Data(gif + frame).write(to: file)
            let output = try await hotspot("join", "--qr", file.path)
            #expect(output.status == 100)
            #expect(output.standardError.contains("no QR code was found in the picture"))
            #expect(output.standardError.contains("GIF, 1 x 1 pixels"))
            #expect(output.standardError.contains("looked at as it is"))
            let json = try await hotspot("qr", "parse", file.path, "--json")
            #expect(json.status == 100 && json.standardOutput.contains("\"unreadablePayload\""))
        }
    }

    @Test("of two networks one must be picked; the list shows no secret")
    func several() async throws {
        let path = picture("two-networks.png")
        let output = try await hotspot("join", "--qr", path)
        #expect(output.status == 100)
        #expect(output.standardError.contains("codes of 2 different Wi-Fi networks"))
        #expect(output.standardError.contains("\"Left\"") && output.standardError.contains("\"Right\""))
        #expect(!output.standardError.contains("horse"))
        let names = try await [1, 2].asyncMap { number in
            try await self.hotspot("qr", "parse", path, "--pick", "\(number)").text
        }
        #expect(names[0] != names[1])
        #expect(names.allSatisfy { $0.contains("would join:") })
        #expect(try await hotspot("qr", "parse", path, "--pick", "3").status == 100)
        #expect(try await hotspot("qr", "parse", path, "--pick", "0").status != 0)
    }

    @Test("on a terminal the list asks which")
    func question() async throws {
        let output = try await typed("7\n2\ny\n", "join --qr \(picture("two-networks.png"))")
        #expect(output.standardOutput.contains("Which one? [1-2]"))
        #expect(output.status == 108, "\(output)")
    }

    @Test("on a terminal the network is shown without its secret, and joined only after a yes")
    func confirmation() async throws {
        let payload = "'WIFI:T:WPA;S:a\\;b;P:hunter2hunter2;H:true;;'"
        let yes = try await typed("\n", "join --qr \(payload)")
        // The code is of this network, it was agreed to, and there was nothing to join it with.
        #expect(yes.status == 108)
        #expect(yes.standardOutput.contains("Join it? [Y/n]"))
        #expect(yes.standardOutput.contains("name        \"a;b\""))
        #expect(yes.standardOutput.contains("14 characters, not shown"))
        #expect(!yes.standardOutput.contains("hunter2"))
        let no = try await typed("n\n", "join --qr \(payload)")
        #expect(no.status == 107)
        #expect(no.standardOutput.contains("code userDenied (7), cause declined"))
        let gone = try await typed("\u{4}", "join --qr \(payload)")
        #expect(gone.status == 107)
        let skipped = try await typed("", "join --yes --qr \(payload)")
        #expect(skipped.status == 108 && !skipped.standardOutput.contains("[Y/n]"))
        // Without a terminal nobody is asked.
        let piped = try await hotspot("join", "--qr", "WIFI:T:WPA;S:a;P:hunter2hunter2;;")
        #expect(piped.status == 108 && !piped.standardError.contains("[Y/n]"))
    }

    @Test("the name in the question cannot act on the terminal")
    func hostileName() async throws {
        let output = try await typed("n\n", "join --qr \"$(printf 'WIFI:T:nopass;S:a\\033[31mb;;')\"")
        #expect(output.standardOutput.contains("a\\x1B[31mb"))
        #expect(!output.standardOutput.contains("a\u{1B}[31m"))
    }

    @Test("a drawing goes to a file for its owner only, and reads back")
    func write() async throws {
        try await withPictures { folder in
            let file = folder.appending(path: "a.png").path
            let written = try await hotspot("qr", "write", "--ssid", "Net", "--png", file, input: "correct horse\n")
            #expect(written.status == 0 && written.standardOutput.isEmpty)
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try await hotspot("qr", "parse", file, "--show-secrets").text.contains("correct horse"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.png"])
            let failed = try await hotspot(
                "qr",
                "write",
                "--ssid",
                "Net",
                "--png",
                folder.appending(path: "no/a.png").path,
                input: "correct horse\n"
            )
            #expect(failed.status == 108 && failed.standardError.contains("could not be written"))
        }
    }

    @Test("a pipe, a device or a link that a drawing is to go to stays what it is")
    func writeElsewhere() async throws {
        try await withPictures { folder in
            let output = try await run(
                [
                    "sh", "-c",
                    #"""
                    cd "$1" && touch there && ln -s there link && mkfifo pipe
                    cat pipe >read & printf 'correct horse' | "$0" qr write --ssid Net --png pipe || exit 1; wait
                    printf 'correct horse' | "$0" qr write --ssid Net --png link || exit 2
                    printf 'correct horse' | "$0" qr write --ssid Net --png /dev/null || exit 3
                    test -p pipe && test -L link && test -s there && test -c /dev/null && cmp read there
                    """#,
                    CommandLineTool.path, folder.path,
                ]
            )
            #expect(output.succeeded, "\(output)")
            #expect(try await hotspot("qr", "parse", folder.appending(path: "read").path).status == 0)
        }
    }

    @Test("a terminal that is too small is told the size that is needed")
    func small() async throws {
        let command =
            "stty cols 30 rows 10 </dev/tty; \(CommandLineTool.path) qr write --ssid Net --passphrase-file - --terminal"
        let output = try await run(
            ["script", "--quiet", "--return", "--command", "printf correct-horse | (\(command))", "/dev/null"]
        )
        #expect(output.standardOutput.contains("the terminal has"), "\(output)")
    }

    @Test("share says what it cannot do: without NetworkManager, and without a terminal")
    func share() async throws {
        #expect(try await hotspot("share").status == 64)
        let output = try await hotspot("share", "Cafe", "--text")
        #expect(output.status == 108)
        #expect(output.standardError.contains("cause backendUnavailable"))
        #expect(try await hotspot("share", "--sheet").status == 64)
        #expect(try await hotspot("share", "--text", "a", "--ssid-hex", "61").status == 64)
        #expect(try await hotspot("share", "--text", "--ssid-hex", "63e9").status == 108)
        #expect(try await hotspot("share", "--text", "--png", "a").status == 64)
    }

    @Test("a camera that is none is named")
    func camera() async throws {
        let missing = try await hotspot("join", "--camera", "/dev/video99")
        #expect(missing.status == 108 && missing.standardError.contains("there is no camera /dev/video99"))
        let other = try await hotspot("join", "--camera", "/dev/null")
        #expect(other.status == 108 && other.standardError.contains("/dev/null is no camera"))
        #expect(try await hotspot("join", "--qr", "WIFI:S:a;;", "/dev/video0").status == 64)
        #expect(try await hotspot("join", "--camera", "--ssid", "a").status == 64)
    }
}

extension Sequence {
    /// One after the other.
    fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async throws -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
