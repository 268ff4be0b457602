import Dispatch
import Foundation

/// The terminal while it is the kiosk's: another screen than the shell's, no echo, and all of it taken back on every way out.
final class Terminal {
    private var sources: [any DispatchSourceProtocol] = []

    /// Takes the terminal over; nil where there is none.
    init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &shellSettings) == 0 else {
            return nil
        }
        var settings = shellSettings
        // One octet is enough to be read, without echo; Ctrl-C stays a signal, and Ctrl-Z has no shell to go back to.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        withUnsafeMutableBytes(of: &settings.c_cc) {
            $0[Int(VMIN)] = 1
            $0[Int(VTIME)] = 0
            $0[Int(VSUSP)] = 0
        }
        guard tcsetattr(STDIN_FILENO, TCSANOW, &settings) == 0 else { return nil }
        isTaken = true
        atexit { giveTerminalBack() }
        // What ends the process at once: a defect's signals. tcsetattr and write are safe there (POSIX.1-2017, 2.4.3).
        for number in [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGTRAP] {
            signal(number) { number in
                giveTerminalBack()
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        // Another screen, no cursor, no wrapping.
        write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l")
    }

    deinit { giveTerminalBack() }

    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    func show(_ screen: Screen) {
        let (columns, rows) = size
        write(screen.ansi(columns: columns, rows: rows))
    }

    func write(_ text: String) {
        var octets = Array(text.utf8)[...]
        while !octets.isEmpty {
            let count = octets.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A terminal that is gone shows nothing, and a signal or the end of its input says so.
            guard count > 0 else { return }
            octets.removeFirst(count)
        }
    }

    /// Calls with what is typed, and with nil at its end.
    func onKeys(_ handler: @escaping @Sendable ([Key]?) -> Void) {
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
        source.setEventHandler {
            var octets = [UInt8](repeating: 0, count: 4096)
            let count = read(STDIN_FILENO, &octets, octets.count)
            if count < 0, errno == EINTR || errno == EAGAIN { return }
            guard count > 0 else {
                source.cancel()
                return handler(nil)
            }
            handler(Key.parse(Array(octets[..<count])))
        }
        source.resume()
        sources.append(source)
    }

    /// Calls when a signal comes, in the place of what it would do by itself.
    func onSignal(_ number: Int32, _ handler: @escaping @Sendable () -> Void) {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: handler)
        source.resume()
        sources.append(source)
    }
}

// Written once before the first signal can come; a signal's handler can reach nothing else.
private nonisolated(unsafe) var shellSettings = termios()
private nonisolated(unsafe) var isTaken = false

private func giveTerminalBack() {
    guard isTaken else { return }
    isTaken = false
    // What was typed ahead may be a passphrase, and is not the shell's.
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shellSettings)
    let end: StaticString = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"
    _ = Glibc.write(STDOUT_FILENO, end.utf8Start, end.utf8CodeUnitCount)
}
