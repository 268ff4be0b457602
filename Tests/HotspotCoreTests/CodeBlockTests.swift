import Foundation
import TestSupport
import Testing

/// The code that README and the documentation show to whoever copies it.
@Suite("The documentation's code")
struct CodeBlockTests {
    private static let pages = [
        "README.md", "Sources/HotspotCore/HotspotCore.docc",
        "Sources/HotspotNetworkExtension/HotspotNetworkExtension.docc",
    ]

    /// What the reader has: a screen, and what an earlier block of the page has made.
    private static let reader = """
        import HotspotCore

        func askForThePassphraseAgain() {}
        func show(_ values: Any?...) {}
        func log(_ text: String) {}
        let manager = HotspotConfigurationManager.shared
        let configuration = HotspotConfiguration(ssid: "Cafe")

        """

    private struct Block {
        let place: String
        let code: String
    }

    private static func blocks() throws -> [Block] {
        var blocks: [Block] = []
        for page in pages {
            let url = Fixture.root.appending(path: page)
            let files =
                page.hasSuffix(".md")
                ? [url]
                : try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
                    .filter { $0.pathExtension == "md" }.sorted { $0.path < $1.path }
            for file in files {
                let parts = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "```")
                for (index, part) in parts.enumerated() where index % 2 == 1 && part.hasPrefix("swift\n") {
                    blocks.append(
                        Block(place: "\(file.lastPathComponent), \(index / 2)", code: String(part.dropFirst(6)))
                    )
                }
            }
        }
        // A package's description is none of a program.
        return blocks.filter { !$0.code.hasPrefix("// Package.swift") }
    }

    /// What a module needs to be found: those of this build, and the headers of the libraries below them.
    private func searchPaths() async throws -> [String] {
        let build = URL(filePath: CommandLineTool.path).deletingLastPathComponent().path
        let sources = Fixture.root.appending(path: "Sources").path
        let shims = ["CLinuxShims", "CPictureShims"]
        let folders = try FileManager.default.contentsOfDirectory(atPath: sources)
            .filter { $0.hasPrefix("C") && !shims.contains($0) }.map { "\(sources)/\($0)" }
        let packages = [
            "dbus-1", "libnl-genl-3.0", "libcrypto", "libpng", "zxing", "libjpeg", "libwebpdemux", "libqrencode",
        ]
        let flags = try await run(["pkg-config", "--cflags"] + packages).checked().text.split(separator: " ")
        return (["\(build)/Modules"] + shims.map { "\(build)/\($0).build" } + folders).flatMap { ["-I", $0] }
            + flags.flatMap { ["-Xcc", String($0)] }
    }

    @Test("every block is understood by the compiler")
    func compiled() async throws {
        let blocks = try Self.blocks()
        #expect(blocks.count >= 8)
        let folder = FileManager.default.temporaryDirectory.appending(path: "blocks-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Self.reader.utf8).write(to: folder.appending(path: "Reader.swift"))
        for (number, block) in blocks.enumerated() {
            let lines = block.code.split(separator: "\n", omittingEmptySubsequences: false)
            let imports = lines.filter { $0.hasPrefix("import ") }
            // What a page has imported above holds for its later blocks.
            let modules = imports.isEmpty ? ["import HotspotCore"] : imports
            let body = lines.filter { !$0.hasPrefix("import ") }.joined(separator: "\n")
            let file =
                modules.joined(separator: "\n")
                + "\n// \(block.place)\nfunc block\(number)() async throws {\n\(body)\n}\n"
            try Data(file.utf8).write(to: folder.appending(path: "Block\(number).swift"))
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let output = try await run(
            ["swiftc", "-typecheck", "-swift-version", "6", "-parse-as-library"] + (try await searchPaths())
                + files.map { folder.appending(path: $0).path },
            timeout: .seconds(600)
        )
        #expect(output.succeeded, "\(output)")
    }
}
