import Foundation
import HotspotCore
import Synchronization

/// One line on the terminal that says how far the join is; nothing where standard error is no terminal.
final class ProgressLine: Sendable {
    private let isEnabled: Bool
    private let began = ContinuousClock.now
    /// Whether the line is on the terminal now.
    private let isShown = Mutex(false)

    init(isEnabled: Bool) {
        self.isEnabled = isEnabled && isatty(STDERR_FILENO) == 1
    }

    func show(_ phase: JoinPhase, ssid: SSID) {
        guard phase != .joined else { return }
        let words =
            switch phase {
            case .preparing: "preparing"
            case .searching: "searching for \"\(ssid)\""
            case .authenticating: "authenticating"
            case .associating: "associating"
            case .keys: "agreeing on keys"
            case .address: "asking for an address"
            case .joined: "joined"
            @unknown default: "\(phase)"
            }
        show(words)
    }

    func show(_ words: String) {
        guard isEnabled else { return }
        let seconds = Double((ContinuousClock.now - began).components.seconds)
        isShown.withLock { isShown in
            StandardError.write("\r\u{1B}[K\(words)…" + (seconds >= 1 ? " (\(Int(seconds)) s)" : ""))
            isShown = true
        }
    }

    func clear() {
        isShown.withLock { isShown in
            if isShown { StandardError.write("\r\u{1B}[K") }
            isShown = false
        }
    }
}
