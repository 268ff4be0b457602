internal import Foundation
internal import Glibc
internal import Synchronization

/// An installed DHCP client, and how it is run and ended without a trace.
struct DHCPClient: Sendable, Hashable {
    /// How it is told to give its lease back, and to take its addresses away.
    enum End: Sendable, Hashable {
        /// By a signal.
        case signal(String)
        /// Once it is gone, by another run of it with these arguments.
        case command([String])
    }

    /// Where it is.
    let path: String
    let arguments: [String]
    let end: End
    /// Whether it is busybox's: it wants a script, and keeps no lease in a file.
    var isUDHCPC = false

    /// Where clients are: a user's search path often lacks the places of an administrator's programs.
    private static let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin"]

    /// The clients, in the order of preference: the first has no state but its own, the last leaves the most behind.
    static func known(_ interface: String) -> [(name: String, arguments: [String], end: End)] {
        let pid = ["-pf", "/run/dhclient.hotspot.\(interface).pid"]
        return [
            // SIGALRM: release (dhcpcd(8)); SIGTERM leaves the addresses where dhcpcd.conf says `persistent`, as Debian's does.
            // Its hook may start wpa_supplicant, which would take the radio.
            ("dhcpcd", ["-B", "-q", "--nodelay", "-C", "wpa_supplicant", interface], .signal("ALRM")),
            ("udhcpc", ["-f", "-R", "-i", interface], .signal("TERM")),
            ("busybox", ["udhcpc", "-f", "-R", "-i", interface], .signal("TERM")),
            // No signal has it give back anything.
            ("dhclient", ["-d"] + pid + [interface], .command(["-r"] + pid + [interface])),
        ]
    }

    /// The first client that is installed.
    static func installed(for interface: String) -> DHCPClient? {
        for (name, arguments, end) in known(interface) {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return DHCPClient(
                    path: "\(folder)/\(name)",
                    arguments: arguments,
                    end: end,
                    isUDHCPC: arguments.contains("-R")
                )
            }
        }
        return nil
    }

    /// A client that runs; a shell between it and us ends it when the pipe from here is closed, so that nothing is left
    /// behind by a process that was killed.
    final class Run: Sendable {
        private let input: Mutex<Pipe?>
        /// Ends when the client has ended, and its traces are gone.
        let ended: AsyncStream<Void>

        fileprivate init(input: Pipe, ended: AsyncStream<Void>) {
            self.input = Mutex(input)
            self.ended = ended
        }

        deinit { tellToEnd() }

        /// Tells it to give its lease back, and to end.
        func tellToEnd() {
            input.withLock { input in
                try? input?.fileHandleForWriting.close()
                input = nil
            }
        }
    }

    /// Runs the client until the standard input is closed, or until it ends by itself.
    ///
    /// Then nobody needs its script, and the name servers are those of before: all but one of the clients leave theirs where
    /// no resolvconf is installed, and that one leaves none. What somebody else wrote there meanwhile the client would have
    /// overwritten as well. dhcpcd 9 loses a signal now and then, so it gets more than one; the processes that it has for its
    /// privileges do not notice where it is killed. A program that ignores SIGTERM, as `hotspot` does, has its children ignore
    /// it too unless they say otherwise: what must end here, and the shell that waits for the pipe when the client's number
    /// may be another process's, ends by SIGKILL.
    private static let keeper = #"""
        set -f; f=$1; e=$2; shift 2
        n=/etc/resolv.conf; [ -e $n ] && h=1; r=$(cat $n; echo .)
        exec 3<&0
        "$@" 3<&- </dev/null >/dev/null & c=$!
        (
            read -r _ <&3; exec 3<&-
            case $e in -*) ;; *) e=-KILL ;; esac
            for i in 1 2 3 4; do kill $e $c || exit; sleep 2; done
            k=$(cat /proc/$c/task/$c/children)
            for p in $k; do k="$k $(cat /proc/$p/task/$p/children)"; done
            kill -KILL $k $c
        ) & w=$!
        wait $c; s=$?
        kill -KILL $w
        case $e in -*) ;; *) $e </dev/null >/dev/null 3<&- ;; esac
        [ -z "$f" ] || rm -f "$f"
        if [ "$r" != "$(cat $n; echo .)" ]; then
            if [ "$h" ]; then printf %s "${r%.}" >$n; else rm -f $n; fi
        fi
        exit $s
        """#

    /// Starts it.
    ///
    /// - Parameters:
    ///   - address: the address that it is to ask for, where it keeps none itself.
    ///   - ended: called with its exit status when it has ended.
    /// - Returns: the run.
    /// - Throws: what the system said.
    func start(preferring address: String?, ended: @escaping @Sendable (Int32) -> Void) throws -> Run {
        var arguments = arguments
        var script: String?
        if isUDHCPC {
            if let address { arguments += ["-r", address] }
            let scripts = ["/etc/udhcpc/default.script", "/usr/share/udhcpc/default.script"]
            if let own = scripts.first(where: FileManager.default.isExecutableFile) {
                arguments += ["-s", own]
            } else {
                let file = try Self.writeScript()
                arguments += ["-s", file]
                script = file
            }
        }
        let end =
            switch self.end {
            case .signal(let name): "-\(name)"
            case .command(let words): ([path] + words).joined(separator: " ")
            }
        let process = Process()
        let input = Pipe()
        // Else a program that the application starts meanwhile keeps it open, and the client would outlive the link.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", Self.keeper, "sh", script ?? "", end, path] + arguments
        process.environment = ["PATH": Self.folders.joined(separator: ":")]
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let ends = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { process in
            ends.continuation.finish()
            ended(process.terminationStatus)
        }
        // Dispatch's threads block every signal, and a child inherits that: it would not hear that it is to end.
        var none = sigset_t()
        var own = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &own)
        defer { pthread_sigmask(SIG_SETMASK, &own, nil) }
        try process.run()
        return Run(input: input, ended: ends.stream)
    }

    /// What busybox's client calls where the system has no script for it: it sets addresses, routes and, by resolvconf,
    /// name servers.
    private static func writeScript() throws -> String {
        var name = Array("/tmp/hotspot-udhcpc-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        let text = """
            #!/bin/sh
            case "$1" in
            deconfig) ip -4 address flush dev "$interface" ;;
            bound | renew)
                ip -4 address replace "$ip/${mask:-24}" dev "$interface" valid_lft "${lease:-forever}" \\
                    preferred_lft "${lease:-forever}"
                for gateway in $router; do
                    ip -4 route replace default via "$gateway" dev "$interface" metric 600
                    break
                done
                if [ -n "$dns" ] && command -v resolvconf >/dev/null; then
                    for server in $dns; do echo "nameserver $server"; done | resolvconf -a "$interface.udhcpc"
                fi
                ;;
            esac
            """
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
        fchmod(descriptor, 0o700)
        try file.close()
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
