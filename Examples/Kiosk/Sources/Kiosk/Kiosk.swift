import Foundation
import HotspotCore
import QRImage
import Synchronization

/// A machine in a lobby: a guest shows a QR code or types, the machine joins, and says what to do where it does not.
///
/// `State` decides, `Screen` shows, `Terminal` has the terminal, and this here does what the state asks for.
@main
struct Kiosk {
    private enum Event: Sendable {
        case input(State.Input)
        case redraw
        case end
    }

    /// Whether the end was asked for once.
    private static let isEnding = Atomic(false)

    private let manager = HotspotConfigurationManager(application: "kiosk")
    private let events: AsyncStream<Event>
    private let send: AsyncStream<Event>.Continuation

    static func main() async {
        // Pictures are decoded in a process of their own, which is this program once more.
        PictureWorker.runIfAsked()
        guard CommandLine.argc == 1, let terminal = Terminal() else {
            FileHandle.standardError.write(Data("Kiosk takes no arguments, and needs a terminal.\n".utf8))
            exit(64)
        }
        await Kiosk().run(on: terminal)
        // The terminal is given back by its end.
    }

    private init() {
        (events, send) = AsyncStream.makeStream(of: Event.self)
    }

    private func run(on terminal: Terminal) async {
        let send = send
        terminal.onKeys { keys in
            guard let keys else { return _ = send.yield(.end) }
            for key in keys { send.yield(.input(.key(key))) }
        }
        for number in [SIGINT, SIGTERM, SIGHUP] {
            terminal.onSignal(number) {
                // The first signal ends it in order, a second one at once.
                if Self.isEnding.exchange(true, ordering: .relaxed) { exit(128 + number) }
                send.yield(.end)
            }
        }
        terminal.onSignal(SIGWINCH) { send.yield(.redraw) }
        let news = Task { await watchNetworks() }

        var state = State()
        var joining: Task<Void, Never>?
        var leaving: Task<Void, Never>?
        var camera: Task<Void, Never>?
        send.yield(.redraw)
        events: for await event in events {
            switch event {
            case .end: break events
            case .redraw: break
            case .input(let input):
                if case .code = input { camera = nil }
                for effect in state.receive(input) {
                    switch effect {
                    case .join(let configuration):
                        joining = Task { [leaving] in
                            await leaving?.value
                            await join(configuration)
                        }
                    case .stopJoining: joining?.cancel()
                    case .leave(let ssid): leaving = Task { await leave(ssid) }
                    }
                }
            }
            // The camera is on only while a code would be looked at.
            if !state.wantsCode {
                camera?.cancel()
                camera = nil
            } else if camera == nil, state.cameraProblem == nil {
                camera = Task { await watchCamera() }
            }
            terminal.show(Screen(state))
        }
        // A join that is under way is undone, and what was joined once is left.
        joining?.cancel()
        camera?.cancel()
        news.cancel()
        await joining?.value
        await leaving?.value
        _ = try? await manager.purge()
    }

    private func join(_ configuration: HotspotConfiguration) async {
        do throws(HotspotConfigurationError) {
            let network = try await manager.apply(configuration) { [send] in send.yield(.input(.phase($0))) }
            send.yield(.input(.joined(address: network.addresses.first)))
        } catch {
            send.yield(.input(.failed(error)))
        }
    }

    private func leave(_ ssid: SSID) async {
        do throws(HotspotConfigurationError) {
            try await manager.removeConfiguration(forSSID: ssid)
        } catch {
            send.yield(.input(.notLeft(error)))
        }
    }

    private func watchNetworks() async {
        for await event in manager.events {
            switch event {
            case .lost(let ssid, let error): send.yield(.input(.lost(ssid, error)))
            case .rejoined(let network): send.yield(.input(.rejoined(network.ssid)))
            default: break
            }
        }
    }

    private func watchCamera() async {
        while !Task.isCancelled {
            do throws(PictureError) {
                let code = try await CameraReader().read(within: .seconds(3600))
                send.yield(.input(.code(code.octets)))
                return
            } catch {
                if error.kind == .timedOut { continue }
                if error.kind != .cancelled { send.yield(.input(.camera(problem: error.message))) }
                return
            }
        }
    }
}
