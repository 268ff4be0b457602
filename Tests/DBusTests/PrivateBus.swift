import Foundation

/// A message bus of its own for one test: Debian's `dbus-daemon` on a socket in a temporary directory.
///
/// It runs under `timeout`, so that it ends by itself where the test process is killed.
final class PrivateBus {
    let address: String
    private let process: Process
    private let daemon: Int32

    struct NotStarted: Error {}

    init() throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["120", "dbus-daemon", "--session", "--nofork", "--print-address=1", "--print-pid=1"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var text = ""
        while text.split(separator: "\n").count < 2 || !text.hasSuffix("\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw NotStarted() }
            text += String(decoding: data, as: UTF8.self)
        }
        let lines = text.split(separator: "\n").map(String.init)
        guard let daemon = Int32(lines[1]) else { throw NotStarted() }
        self.daemon = daemon
        self.address = lines[0]
    }

    /// Stops the daemon's processing, as an overloaded machine would.
    func freeze() { kill(daemon, SIGSTOP) }

    /// Ends the daemon at once.
    func killDaemon() { kill(daemon, SIGKILL) }

    deinit {
        kill(daemon, SIGKILL)
        process.waitUntilExit()
    }
}
