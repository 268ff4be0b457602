import TestSupport
import Testing

/// The program as a person at a terminal sees it.
@Suite("hotspot join on a terminal", .radioLab)
struct TerminalTests {
    @Test("the prompt shows no echo, and the phases are shown while the join runs")
    func prompt() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: "Terminal", passphrase: "correct horse")) { _ in
            let output = try await RadioLab.script(
                #"""
                cd "$(mktemp -d)"
                mkfifo keyboard
                script --quiet --flush --return --command "$1 join --ssid Terminal" screen <keyboard >/dev/null &
                program=$!
                exec 3>keyboard
                asked() { grep -q 'Passphrase for' screen 2>/dev/null; }
                wait_until 60 "the prompt" asked
                printf 'correct hose\x7f\x7frse\r' >&3
                wait "$program"
                status=$?
                exec 3>&-
                cat screen
                exit "$status"
                """#,
                [CommandLineTool.path]
            )
            let screen = output.standardOutput
            #expect(screen.contains("joined \"Terminal\""))
            #expect(!screen.contains("hose") && !screen.contains("horse"))
            for phase in ["preparing…", "searching for \"Terminal\"…", "agreeing on keys…", "asking for an address…"] {
                #expect(screen.contains(phase), "\(phase)")
            }
        }
    }
}
