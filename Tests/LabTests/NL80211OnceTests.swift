import Foundation
import Glibc
import HotspotCore
import TestSupport
import Testing

/// What ends a network that was joined once through nl80211 alone, by itself: logind says so, which here is elogind.
@Suite("A network that is joined once, through nl80211 alone", .radioLab, .serialized)
struct NL80211OnceTests {
    private static let passphrase = "correct horse"

    /// Who joins once.
    enum Program: String, CaseIterable {
        /// An application of the library, with a limit of three seconds.
        case application
        /// The command line, with Apple's fifteen.
        case command

        func arguments(_ ssid: String) -> [String] {
            switch self {
            case .application: [CommandLineTool.program("OnceKeeper"), "once", ssid, passphrase, "nl80211", "3"]
            case .command:
                [CommandLineTool.path, "join", "--ssid", ssid, "--passphrase", passphrase]
                    + ["--backend", "nl80211", "--once"]
            }
        }

        /// What it says when it has joined and keeps the network.
        var joined: String {
            switch self {
            case .application: "joined"
            case .command: "holding the link"
            }
        }

        /// What it says when it has left.
        var left: String {
            switch self {
            case .application: "lost superseded"
            case .command: "joined once, and"
            }
        }
    }

    /// Runs the body on a machine with an access point and logind, and no daemon for its radio.
    private func withLogind(_ ssid: String, _ body: (AccessPoint) async throws -> Void) async throws {
        try await withoutDaemons {
            try await RadioLab.script("start_logind")
            let result = await Result {
                try await withAccessPoint(.wpa2(ssid: ssid, passphrase: Self.passphrase)) { accessPoint in
                    let before = try await StationState.now()
                    try await body(accessPoint)
                    try await StationState.expect(before)
                }
            }
            try await RadioLab.script("stop_daemon logind; mount -o remount,ro /sys")
            try result.get()
        }
    }

    @Test("it ends when the session is in the background for longer than the limit", arguments: Program.allCases)
    func background(program: Program) async throws {
        let ssid = "Once Front \(program)"
        try await withLogind(ssid) { _ in
            let words = program.arguments(ssid).map { "'\($0)'" }.joined(separator: " ")
            let output = try await RadioLab.script(
                #"""
                printf '%s\n' 'auth sufficient pam_rootok.so' 'account required pam_permit.so' \
                    'session required pam_elogind.so' >/etc/pam.d/su
                front=$(</sys/class/tty/tty0/active)
                front=${front#tty}
                export XDG_SEAT=seat0 XDG_VTNR=$front
                su -s /bin/bash root -c "exec $1" >said 2>&1 &
                program=$!
                wait_until 90 "a network joined once" grep -q "$2" said
                # Back in time: nothing ends.
                "$LAB_BUSYBOX" chvt 5
                "$LAB_BUSYBOX" chvt "$front"
                "$LAB_BUSYBOX" sleep 4
                if grep -q "$3" said; then echo "left although it came back"; fi
                "$LAB_BUSYBOX" chvt 5
                wait_until 60 "the network to be left" grep -q "$3" said
                "$LAB_BUSYBOX" chvt "$front"
                if [[ $4 == command ]]; then
                    status=0
                    wait "$program" || status=$?
                    echo "status $status"
                else
                    kill "$program"
                fi
                cat said
                """#,
                [words, program.joined, program.left, program.rawValue]
            ).standardOutput
            #expect(!output.contains("although"), "\(output)")
            if program == .command {
                #expect(output.contains("status 108"), "\(output)")
                #expect(output.contains("the session is in the background"), "\(output)")
            }
        }
    }

    @Test("what has expired under its name takes it not away")
    func expired() async throws {
        try await withoutDaemons {
            try await withAccessPoint(.open(ssid: "Once Old")) { accessPoint in
                try await run(
                    CommandLineTool.program("ConfigurationWriter"),
                    "/var/lib/hotspot",
                    "kiosk",
                    "Once Old",
                    "",
                    "0",
                    "1000",
                    "1"
                ).checked()
                let manager = HotspotConfigurationManager(application: "kiosk")
                var configuration = HotspotConfiguration(ssid: "Once Old")
                configuration.joinOnce = true
                _ = try await manager.apply(configuration, options: .init(backend: .nl80211))
                // The first request begins to forget what has expired, and so does this.
                _ = try await manager.expire()
                try await wait(for: "the expired configuration to be gone", within: .seconds(30)) {
                    try FileManager.default.contentsOfDirectory(atPath: "/var/lib/hotspot").allSatisfy {
                        !$0.hasSuffix(".json")
                    }
                }
                #expect(try await manager.configuredSSIDs() == ["Once Old"])
                #expect(try await Station.reaches(accessPoint.address))
                await manager.leave("Once Old")
                #expect(try await Station.link() == nil)
            }
        }
    }

    @Test("it ends when the machine is put to sleep, and is not joined again after that", arguments: Program.allCases)
    func sleep(program: Program) async throws {
        let ssid = "Once Asleep \(program)"
        try await withLogind(ssid) { _ in
            let process = try await ChildProcess.start(program.arguments(ssid), endsWithTest: true)
            func said() -> String { process.standardOutput + process.standardError }
            try await wait(for: "\(ssid) to be joined once", within: .seconds(60)) {
                if process.status != nil { throw LabError("it ended: \(said())") }
                return said().contains(program.joined)
            }
            // A logind that was started anew, as an upgrade does, is listened to as well.
            try await RadioLab.script("stop_daemon logind; start_logind")
            // The kernel stops every process and lets them go on after five seconds; a simulated machine's devices would
            // not come back (Documentation/power/basic-pm-debugging). NetworkManager takes a /sys that may be written for
            // a machine with udev, and waits for it.
            try await RadioLab.script(
                """
                mount -o remount,rw /sys
                echo freezer >/sys/power/pm_test
                dbus-send --system --print-reply --dest=org.freedesktop.login1 /org/freedesktop/login1 \\
                    org.freedesktop.login1.Manager.Suspend boolean:false
                awake() { [[ $(dbus-send --system --print-reply=literal --dest=org.freedesktop.login1 \
                    /org/freedesktop/login1 org.freedesktop.DBus.Properties.Get \
                    string:org.freedesktop.login1.Manager string:PreparingForSleep) == *false* ]]; }
                wait_until 60 "the machine to be awake again" awake
                "$LAB_BUSYBOX" dmesg | grep -q 'PM: suspend exit'
                """
            )
            try await wait(for: "the network to be left", within: .seconds(60)) { said().contains(program.left) }
            switch program {
            case .application:
                // It goes on and has no link.
                try await wait(for: "the link to end", within: .seconds(30)) { try await Station.link() == nil }
                #expect(process.status == nil, "\(said())")
                #expect(!said().contains("rejoined"), "\(said())")
                await process.stop(SIGTERM)
            case .command:
                try await wait(for: "the end", within: .seconds(30)) { process.status != nil }
                #expect(process.status == 108, "\(said())")
                #expect(said().contains("the machine is put to sleep"), "\(said())")
            }
        }
    }
}
