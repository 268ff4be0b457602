internal import Foundation

/// ZXing's Java parser in a process of its own, asked line by line.
final class ZXingPeer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var pending = Data()

    /// Starts it; nil where java or the jar is missing.
    init?() {
        let environment = ProcessInfo.processInfo.environment
        let jar = environment["ZXING_CORE_JAR"] ?? "/usr/share/java/core.jar"
        let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(components: "ZXing", "ZXingBenchmark.java")
        guard FileManager.default.fileExists(atPath: jar) else { return nil }
        process.executableURL = URL(filePath: "/usr/bin/env")
        let classes = FileManager.default.temporaryDirectory.appending(component: "zxing-benchmark")
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["javac", "-cp", jar, "-d", classes.path, source.path]
        do { try compiler.run() } catch { return nil }
        compiler.waitUntilExit()
        process.arguments = ["java", "-cp", "\(jar):\(classes.path)", "ZXingBenchmark"]
        process.standardInput = input
        process.standardOutput = output
        do { try process.run() } catch { return nil }
        guard time(Array("WIFI:S:a;;".utf8), count: 1) != nil else { return nil }
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Nanoseconds for one payload, the mean of `count`.
    func time(_ payload: [UInt8], count: Int) -> Double? {
        let hex = payload.map { String(format: "%02x", $0) }.joined()
        do { try input.fileHandleForWriting.write(contentsOf: Data("\(count) \(hex)\n".utf8)) } catch { return nil }
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending = Data(pending[(end + 1)...])
                return line.split(separator: " ").first.flatMap { Double($0) }
            }
            let next = output.fileHandleForReading.availableData
            if next.isEmpty { return nil }
            pending += next
        }
    }
}
