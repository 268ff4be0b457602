import Foundation
import HotspotCore
import Testing

@testable import Kiosk

/// What the guest does and sees, without a radio or a terminal.
///
/// The errors are the library's own, of configurations that it refuses; `make kiosk-demo` makes those of the air.
@Suite("The kiosk")
struct StateTests {
    private func keys(_ text: String) -> [Key] { Key.parse(Array(text.utf8)) }

    private func type(_ text: String, _ state: inout State) -> [State.Effect] {
        keys(text).flatMap { state.receive(.key($0)) }
    }

    private func asked(_ effects: [State.Effect]) -> HotspotConfiguration? {
        if case .join(let configuration)? = effects.first { configuration } else { nil }
    }

    /// The error of a configuration of bad form.
    private func error(_ make: () throws -> HotspotConfiguration) throws -> HotspotConfigurationError {
        try #require(throws: HotspotConfigurationError.self) { try make().validate() }
    }

    @Test("a typed code is joined once, and its text is not shown")
    func code() throws {
        var state = State()
        #expect(Screen(state).prompt == "Network: ")
        #expect(type("WIFI:T:WPA;S:Cafe;P:correct horse;;", &state).isEmpty)
        #expect(Screen(state).prompt == "Network: " + String(repeating: "•", count: 35))
        let configuration = try #require(asked(type("\r", &state)))
        #expect(configuration.ssid == "Cafe")
        #expect(configuration.passphrase == Passphrase("correct horse"))
        #expect(configuration.joinOnce)
        #expect(Screen(state).title == "Joining \"Cafe\"…")
        #expect(state.receive(.phase(.keys)).isEmpty)
        #expect(Screen(state).body.contains("[>] agree on keys"))
        #expect(Screen(state).body.contains("[x] find the network"))
        #expect(Screen(state).body.contains("[ ] get an address"))
    }

    @Test("a typed name asks for the passphrase, in dots, and none joins an open network")
    func name() throws {
        var state = State()
        _ = type("Caféx\u{7F}", &state)
        #expect(Screen(state).prompt == "Network: Café")
        #expect(type("\r", &state).isEmpty)
        #expect(Screen(state).title == "The passphrase of \"Café\"")
        _ = type("géheim", &state)
        #expect(Screen(state).prompt == "Passphrase: ••••••")
        var open = state
        #expect(asked(type("\r", &state))?.passphrase == Passphrase("géheim"))
        _ = type("\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}", &open)
        let configuration = try #require(asked(type("\r", &open)))
        #expect(configuration.passphrase == nil && configuration.ssid == "Café")
    }

    @Test("a passphrase that does not work is asked for again, for the same network")
    func passphrase() throws {
        var state = State()
        _ = type("WIFI:T:WPA;S:Cafe;P:correct horse;H:true;;\r", &state)
        _ = state.receive(.failed(try error { HotspotConfiguration(ssid: "Cafe", passphrase: "short") }))
        #expect(Screen(state).title == "That passphrase did not work")
        #expect(Screen(state).tone == .bad)
        #expect(!state.wantsCode)
        let configuration = try #require(asked(type("battery staple\r", &state)))
        #expect(configuration.ssid == "Cafe" && configuration.hidden)
        #expect(configuration.passphrase == Passphrase("battery staple"))
    }

    @Test("a code that is none asks for another network, and the next code is taken")
    func another() throws {
        var state = State()
        #expect(state.receive(.code(Array("https://example.org".utf8))).isEmpty)
        #expect(Screen(state).title == "That network cannot be joined")
        #expect(state.wantsCode)
        #expect(asked(state.receive(.code(Array("WIFI:S:Cafe;;".utf8))))?.ssid == "Cafe")
        #expect(state.receive(.code(Array("WIFI:S:Other;;".utf8))).isEmpty, "one at a time")
    }

    @Test("what no guest can mend goes to the staff, with the code and the chain")
    func staff() throws {
        var state = State()
        _ = type("WIFI:S:Cafe;;\r", &state)
        let error = try error {
            var configuration = HotspotConfiguration(ssid: "Cafe", eapSettings: HotspotEAPSettings())
            configuration.joinOnce = true
            return configuration
        }
        _ = state.receive(.failed(error))
        #expect(Screen(state).title.hasPrefix("Please call our staff"))
        #expect(Screen(state).body.contains { $0.contains("code joinOnceNotSupported (12)") })
        #expect(Screen(state).prompt == nil)
        #expect(type("abc", &state).isEmpty)
        _ = type("\r", &state)
        #expect(Screen(state).title.hasPrefix("Welcome"))
    }

    @Test("a joined network is left by Enter, and a lost one is joined again by Enter")
    func joined() throws {
        var state = State()
        _ = type("WIFI:S:Cafe;;\r", &state)
        _ = state.receive(.joined(address: "10.77.1.2/24"))
        #expect(Screen(state).tone == .good)
        #expect(Screen(state).body.first == "The address is 10.77.1.2/24.")
        let error = try error { HotspotConfiguration(ssid: "") }
        _ = state.receive(.lost("Other", error))
        #expect(Screen(state).tone == .good, "not this network")
        _ = state.receive(.lost("Cafe", error))
        #expect(Screen(state).title == "Connection lost")
        #expect(state.receive(.joined(address: nil)).isEmpty)
        #expect(Screen(state).title == "Connection lost", "the news of the join comes late")
        var again = state
        #expect(asked(type("\r", &again))?.ssid == "Cafe")
        _ = state.receive(.rejoined("Cafe"))
        #expect(Screen(state).tone == .good)
        let effects = type("\r", &state)
        if case .leave(let ssid)? = effects.first { #expect(ssid == "Cafe") } else { Issue.record("not left") }
        #expect(Screen(state).title.hasPrefix("Welcome"))
    }

    @Test("a join that is stopped goes back, and one that was joined all the same is left")
    func stopped() throws {
        var state = State()
        _ = type("WIFI:S:Cafe;;\r", &state)
        if case .stopJoining? = type("\u{1B}", &state).first {} else { Issue.record("not stopped") }
        #expect(Screen(state).title == "Stopping…")
        let effects = state.receive(.joined(address: nil))
        if case .leave(let ssid)? = effects.first { #expect(ssid == "Cafe") } else { Issue.record("not left") }
        #expect(Screen(state).title.hasPrefix("Welcome"))
    }

    @Test("a join that fails while it is stopped goes back as well, whatever it failed for")
    func stoppedLate() throws {
        var state = State()
        _ = type("WIFI:T:WPA;S:Cafe;P:correct horse;;\r", &state)
        _ = type("\u{1B}", &state)
        _ = state.receive(.failed(try error { HotspotConfiguration(ssid: "Cafe", passphrase: "short") }))
        #expect(Screen(state).title.hasPrefix("Welcome"))
    }

    @Test("a lost network is left before the next guest comes: it would be joined again by itself")
    func lostAndLeft() throws {
        var state = State()
        _ = type("WIFI:S:Cafe;;\r", &state)
        _ = state.receive(.joined(address: nil))
        _ = state.receive(.lost("Cafe", try error { HotspotConfiguration(ssid: "") }))
        for keys in ["\u{1B}", "Other\r", "WIFI:S:Other;;\r"] {
            var state = state
            let effects = type(keys, &state)
            if case .leave(let ssid)? = effects.first { #expect(ssid == "Cafe") } else { Issue.record("not left") }
            #expect(asked(Array(effects.dropFirst()))?.ssid == (keys.hasPrefix("WIFI") ? "Other" : nil))
        }
    }

    @Test("a network that could not be left goes to the staff, but not over the next guest's join")
    func notLeft() throws {
        var state = State()
        let error = try error { HotspotConfiguration(ssid: "") }
        _ = type("WIFI:S:Cafe;;\r", &state)
        #expect(state.receive(.notLeft(error)).isEmpty)
        #expect(Screen(state).title == "Joining \"Cafe\"…")
        var idle = State()
        _ = idle.receive(.notLeft(error))
        #expect(Screen(idle).title.hasPrefix("Please call our staff"))
    }

    @Test("arrows and other keys that nobody needs type nothing")
    func sequences() {
        #expect(keys("\u{1B}[A\u{1B}[1;5Ca\u{1B}OP") == [.octet(0x61)])
        #expect(keys("\u{1B}") == [.escape])
        #expect(keys("\u{01}\t\r\u{08}") == [.enter, .backspace])
    }

    @Test("no octets of a name, a code or a camera reach the terminal as they are")
    func hostile() throws {
        var state = State()
        let name = "\u{1B}[2J\u{202E}evil\u{07}"
        _ = state.receive(.camera(problem: name))
        _ = state.receive(.code(Array("WIFI:S:\(name);;".utf8)))
        var screens = [Screen(state)]
        let ssid = SSID(name)
        _ = state.receive(.joined(address: name))
        screens.append(Screen(state))
        _ = state.receive(.lost(ssid, try error { HotspotConfiguration(ssid: name, passphrase: "short") }))
        screens.append(Screen(state))
        for screen in screens {
            let texts = [screen.title, screen.prompt ?? "", screen.help] + screen.body
            #expect(texts.allSatisfy { $0.unicodeScalars.allSatisfy(PrintableText.isPrintable) }, "\(screen)")
        }
        #expect(screens[0].title.contains("evil"))
    }

    @Test("every screen fits its terminal, and keeps prompt and keys in sight")
    func size() throws {
        var state = State()
        _ = type("WIFI:S:Cafe;;\r", &state)
        _ = state.receive(.failed(try error { HotspotConfiguration(ssid: String(repeating: "x ", count: 900)) }))
        let text = Screen(state).ansi(columns: 40, rows: 12)
        let lines = text.components(separatedBy: "\r\n")
        #expect(lines.count <= 12)
        #expect(lines.contains { $0.contains("Network: ") })
        #expect(lines.last?.contains("Ctrl-C: end") == true)
        for line in lines.dropFirst() {
            #expect(line.replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "").count <= 44)
        }
    }
}
