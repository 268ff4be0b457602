import Dispatch
import Foundation
import Synchronization

/// SIGINT, SIGTERM and SIGHUP: the first one asks for an orderly end, the second one ends the program.
final class Interrupts: Sendable {
    private struct State {
        var signal: Int32?
        var handler: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    /// Kept alive only; written by the initialiser alone.
    private nonisolated(unsafe) var sources: [any DispatchSourceSignal] = []

    /// - Parameter signals: those that ask for the end.
    init(_ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP]) {
        for number in signals {
            // Whoever started the program with a signal ignored (nohup, a background job) wants it ignored.
            var inherited = sigaction()
            sigaction(number, nil, &inherited)
            if unsafeBitCast(inherited.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
            {
                continue
            }
            // The default action would end the process before the source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in receive(number) }
            source.resume()
            sources.append(source)
        }
    }

    /// Sets what the first signal does; at once where it has come already.
    func onFirst(_ handler: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.handler = handler
            return state.signal != nil
        }
        if isLate { handler() }
    }

    /// 128 and the number of the signal that came, as a shell has it.
    var exitStatus: Int32? {
        state.withLock { $0.signal }.map { 128 + $0 }
    }

    private func receive(_ number: Int32) {
        let (isFirst, handler) = state.withLock { state in
            let isFirst = state.signal == nil
            if isFirst { state.signal = number }
            return (isFirst, state.handler)
        }
        if isFirst { handler?() } else { exit(128 + number) }
    }
}
