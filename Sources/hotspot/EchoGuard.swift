import Glibc

/// Gives the terminal its settings back where a signal ends the program, and then lets it end.
///
/// The handler does only what a handler may (signal-safety(7)): tcsetattr, sigaction and kill.
struct EchoGuard {
    private static let signals = [SIGTERM, SIGHUP, SIGINT, SIGQUIT]
    /// What the handler restores: written before a handler is there, and by one thread.
    private nonisolated(unsafe) static let settings = UnsafeMutablePointer<termios>.allocate(capacity: 1)
    /// What was done at each signal before.
    private var earlier: [(Int32, sigaction)] = []

    /// Installs the handlers; a signal that is ignored stays so.
    init(_ settings: termios) {
        Self.settings.initialize(to: settings)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            tcsetattr(STDIN_FILENO, TCSANOW, EchoGuard.settings)
            var plain = sigaction()
            sigemptyset(&plain.sa_mask)
            sigaction(number, &plain, nil)
            kill(getpid(), number)
        }
        sigemptyset(&action.sa_mask)
        for number in Self.signals {
            var before = sigaction()
            sigaction(number, nil, &before)
            let isIgnored =
                unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
            if isIgnored { continue }
            sigaction(number, &action, nil)
            earlier.append((number, before))
        }
    }

    /// Takes the handlers away again.
    func end() {
        for (number, before) in earlier {
            var before = before
            sigaction(number, &before, nil)
        }
    }
}
