import Foundation
import TestSupport
import Testing

/// The prompt for a passphrase, on a terminal of its own.
@Suite("The terminal's echo")
struct EchoTests {
    @Test("it is there again when a signal ends the program at the prompt", arguments: ["TERM", "HUP", "INT", "QUIT"])
    func restored(signal: String) async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let keys = folder.appending(path: "keys").path
            try await run("mkfifo", keys).checked()
            // What follows the program on its terminal says what it has left there.
            let job = folder.appending(path: "job").path
            try Data(
                """
                stty -a | grep -o -- '-*echo ' | sed 's/^/before: /'
                sh -c 'echo "process $$"; exec "$0" join --ssid a' "$PROGRAM"
                echo "status $?"
                stty -a | grep -o -- '-*echo ' | sed 's/^/after: /'
                echo end

                """.utf8
            ).write(to: URL(filePath: job))
            // Open at both ends: the terminal's input does not end.
            let terminal = try await ChildProcess.start(
                ["sh", "-c", "exec 3<>\"$0\"; exec script --quiet --command \"sh $1\" /dev/null <&3", keys, job],
                environment: [
                    "PROGRAM": CommandLineTool.path, "TERM": "xterm",
                    "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus",
                ],
                endsWithTest: true
            )
            try await wait(for: "the prompt", within: .seconds(60)) {
                terminal.standardOutput.contains("Passphrase for") || terminal.status != nil
            }
            let process = try #require(terminal.standardOutput.firstMatch(of: /process (\d+)/)).1
            // The prompt is written before the echo is off.
            try await wait(for: "the echo's end", within: .seconds(60)) {
                let name = try await run("sh", "-c", "stty -a -F $(readlink /proc/\(process)/fd/0)").standardOutput
                return name.contains("-echo ")
            }
            try await run("kill", "-\(signal)", String(process)).checked()
            try await wait(for: "what follows", within: .seconds(60)) {
                terminal.standardOutput.contains("end\r\n") || terminal.status != nil
            }
            let text = terminal.standardOutput
            #expect(text.contains("before: echo"), "\(text)")
            #expect(text.contains("after: echo"), "\(text)")
            #expect(!text.contains("status 0\r"), "\(text)")
            await terminal.stop()
        }
    }
}
