import Foundation
import TestSupport
import Testing

/// The example, with a person at its keyboard.
@Suite("The kiosk", .radioLab)
struct KioskTests {
    @Test("it asks again, joins, sees the connection lost, calls the staff, and gives the terminal back")
    func screens() async throws {
        try await NetworkManagerDaemon.shared.reset()
        let output = try await RadioLab.script(
            #"bash "$LAB_DIR/scenarios/kiosk.sh" "$1" || { rfkill unblock wlan; exit 1; }"#,
            [CommandLineTool.program("Kiosk")],
            timeout: .seconds(500)
        )
        print(output.standardOutput)
        #expect(output.standardOutput.contains("That was the kiosk."))
        #expect(output.standardOutput.contains("cause radioDisabled"))
    }

    /// The kiosk with a camera, and nobody at its keyboard; and the screen that is to come.
    @Test(
        "a code before its camera is joined, and one whose passphrase is wrong is asked about",
        arguments: [
            ("Kiosk Seen", "correct horse", "You are on"),
            ("Kiosk Wrong", "wrong horse", "passphrase did not work"),
        ]
    )
    func camera(name: String, passphrase: String, screen: String) async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await withAccessPoint(.wpa2(ssid: name, passphrase: "correct horse")) { accessPoint in
            try await TestCamera.showing("WIFI:T:WPA;S:\(name);P:\(passphrase);;") {
                let output = try await RadioLab.script(
                    #"""
                    cd "$(mktemp -d)"
                    mkfifo keyboard
                    script --quiet --flush --return --command "$1" recording <keyboard >/dev/null &
                    terminal=$!
                    exec 3>keyboard
                    wait_until 200 "the screen with '$2'" grep -q -e "$2" recording || { cat recording; exit 1; }
                    nmcli -t -f NAME,STATE connection show --active
                    printf '\003' >&3
                    wait "$terminal"
                    exec 3>&-
                    nmcli -g NAME connection show
                    cat recording
                    """#,
                    [CommandLineTool.program("Kiosk"), screen],
                    timeout: .seconds(300)
                )
                let text = output.standardOutput
                #expect(text.contains("Joining \"\(name)\""), "\(output)")
                #expect(text.contains("\(name):activated") == (passphrase == "correct horse"), "\(output)")
                // Its own end purged what it had configured.
                #expect(try await profiles().isEmpty)
                #expect(!text.contains("horse"))
            }
        }
    }

    @Test("whatever ends it, the terminal is as it was", arguments: ["TERM", "HUP", "INT", "SEGV", "ABRT", "ILL"])
    func ended(signal: String) async throws {
        try await NetworkManagerDaemon.shared.reset()
        let output = try await RadioLab.script(
            #"""
            cd "$(mktemp -d)"
            ulimit -c 0
            mkfifo keyboard
            script --quiet --flush --return --command "stty -g >before; '$1'; stty -g >after; stty -a" recording \
                <keyboard >/dev/null &
            terminal=$!
            exec 3>keyboard
            wait_until 60 "the first screen" grep -q Welcome recording
            kiosk=$(pgrep -n -x Kiosk)
            cmp -s before <(stty -g <"$(readlink "/proc/$kiosk/fd/0")") && echo "the kiosk changed nothing"
            kill "-$2" "$kiosk"
            wait_until 60 "the kiosk's end" test -s after
            exec 3>&-
            wait "$terminal" || true
            cmp before after && echo restored
            cat recording
            """#,
            [CommandLineTool.program("Kiosk"), signal]
        )
        #expect(output.standardOutput.hasPrefix("restored\n"), "\(output)")
        // No wrapping, no cursor and the other screen: all three are taken back, once, and at the end.
        let parts = output.standardOutput.components(separatedBy: "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        #expect(parts.count == 2)
        #expect(parts.last?.contains("\u{1B}[H") == false)
    }
}
