import HotspotCore

/// Where the kiosk is with its guest.
///
/// It does nothing by itself: what happens goes in, what is to be done comes out.
struct State {
    enum Stage {
        /// Waits for a code before the camera, or for text.
        case waiting
        /// A network is being joined.
        case joining(HotspotConfiguration, JoinPhase)
        /// Escape was pressed; the join is being undone.
        case stopping(HotspotConfiguration)
        /// The passphrase is of bad form, was not accepted, or has not been given yet (then there is no error).
        case askingPassphrase(HotspotConfiguration, HotspotConfigurationError?)
        /// This network will not do, another one may.
        case choosingAnother(HotspotConfigurationError)
        /// Nothing that a guest could mend.
        case callingStaff(HotspotConfigurationError)
        /// Joined.
        case joined(HotspotConfiguration, address: String?)
        /// Joined no longer, though nobody asked for that.
        case lost(HotspotConfiguration, HotspotConfigurationError)
    }

    /// What happens.
    enum Input {
        case key(Key)
        /// The camera saw a code.
        case code([UInt8])
        /// The camera watches, or cannot, with the reason.
        case camera(problem: String?)
        case phase(JoinPhase)
        case joined(address: String?)
        /// It could not be joined.
        case failed(HotspotConfigurationError)
        /// A network could not be left.
        case notLeft(HotspotConfigurationError)
        case lost(SSID, HotspotConfigurationError)
        case rejoined(SSID)
    }

    /// What is to be done.
    enum Effect {
        case join(HotspotConfiguration)
        case stopJoining
        case leave(SSID)
    }

    private(set) var stage = Stage.waiting
    /// What was typed: octets, as a terminal sends them.
    private(set) var typed: [UInt8] = []
    private(set) var cameraProblem: String?

    /// Whether a code before the camera would be looked at.
    var wantsCode: Bool {
        switch stage {
        case .waiting, .choosingAnother, .lost: true
        case .askingPassphrase, .callingStaff, .joining, .stopping, .joined: false
        }
    }

    /// Whether what is typed is shown as dots: a passphrase, or a code's text, which holds one.
    var hidesTyped: Bool {
        if case .askingPassphrase = stage { return true }
        return isCode(typed)
    }

    mutating func receive(_ input: Input) -> [Effect] {
        switch input {
        case .key(let key): return press(key)
        case .camera(let problem): cameraProblem = problem
        case .code(let octets): if wantsCode { return begin(octets) }
        case .phase(let phase):
            if case .joining(let configuration, _) = stage { stage = .joining(configuration, phase) }
        case .joined(let address):
            switch stage {
            case .joining(let configuration, _): stage = .joined(configuration, address: address)
            case .stopping(let configuration):
                // Escape came too late for the join, and not for the guest.
                stage = .waiting
                return [.leave(configuration.ssid)]
            default: break
            }
        case .failed(let error): fail(error)
        // Meanwhile the next guest may be joining another one.
        case .notLeft(let error): if case .waiting = stage { stage = .callingStaff(error) }
        case .lost(let ssid, let error):
            switch stage {
            // The news of the loss may overtake that of the join.
            case .joined(let configuration, _), .joining(let configuration, .joined):
                if configuration.ssid == ssid { stage = .lost(configuration, error) }
            default: break
            }
        case .rejoined(let ssid):
            if case .lost(let configuration, _) = stage, configuration.ssid == ssid {
                stage = .joined(configuration, address: nil)
            }
        }
        return []
    }

    // MARK: Keys

    private mutating func press(_ key: Key) -> [Effect] {
        switch key {
        case .octet(let octet):
            // More than any code holds is no typing.
            if takesText, typed.count < 4096 { typed.append(octet) }
        case .backspace:
            // A character is up to four octets; those that continue one begin with the bits 10 (RFC 3629, 3).
            while let octet = typed.popLast() { if octet & 0xC0 != 0x80 { break } }
        case .enter: return enter()
        case .escape: return escape()
        }
        return []
    }

    private var takesText: Bool {
        switch stage {
        case .waiting, .askingPassphrase, .choosingAnother, .lost: true
        case .callingStaff, .joining, .stopping, .joined: false
        }
    }

    private mutating func enter() -> [Effect] {
        let text = typed
        typed = []
        switch stage {
        case .askingPassphrase(var configuration, _):
            // No passphrase where none was asked for by the network yet: an open one.
            configuration.passphrase = text.isEmpty ? nil : Passphrase(octets: text)
            return join(configuration)
        case .lost(let configuration, _) where text.isEmpty: return join(configuration)
        case .waiting, .choosingAnother, .lost:
            if text.isEmpty { return [] }
            if isCode(text) { return begin(text) }
            let effects = leavingLost
            stage = .askingPassphrase(HotspotConfiguration(ssid: SSID(octets: text)), nil)
            return effects
        case .callingStaff: stage = .waiting
        case .joined(let configuration, _):
            stage = .waiting
            return [.leave(configuration.ssid)]
        case .joining, .stopping: break
        }
        return []
    }

    private mutating func escape() -> [Effect] {
        typed = []
        switch stage {
        case .joining(let configuration, _):
            stage = .stopping(configuration)
            return [.stopJoining]
        case .joined, .stopping: return []
        case .waiting, .askingPassphrase, .choosingAnother, .callingStaff, .lost:
            let effects = leavingLost
            stage = .waiting
            return effects
        }
    }

    /// A network that was lost is joined again by itself when it is back: not for the next guest.
    private var leavingLost: [Effect] {
        if case .lost(let configuration, _) = stage { [.leave(configuration.ssid)] } else { [] }
    }

    // MARK: Joining

    private func isCode(_ text: [UInt8]) -> Bool {
        text.starts(with: Array("WIFI:".utf8)) { $0 & 0xDF == $1 & 0xDF }
    }

    private mutating func begin(_ payload: [UInt8]) -> [Effect] {
        typed = []
        let effects = leavingLost
        do throws(HotspotConfigurationError) {
            return effects + join(try HotspotConfiguration(qrPayload: payload))
        } catch {
            stage = .choosingAnother(error)
            return effects
        }
    }

    private mutating func join(_ configuration: HotspotConfiguration) -> [Effect] {
        var configuration = configuration
        // The guest's network is for this guest. Enterprise networks cannot be joined once.
        configuration.joinOnce = configuration.eapSettings == nil
        stage = .joining(configuration, .preparing)
        return [.join(configuration)]
    }

    /// Where a failure leads: to the guest's typing, to another network, or to the staff.
    private mutating func fail(_ error: HotspotConfigurationError) {
        guard case .joining(let configuration, _) = stage else {
            // It was stopped, whatever else stood in its way.
            stage = .waiting
            return
        }
        switch error.code {
        case .alreadyAssociated: stage = .joined(configuration, address: nil)
        case .invalidWPAPassphrase, .invalidWEPPassphrase: stage = .askingPassphrase(configuration, error)
        case .invalid, .invalidSSID, .invalidSSIDPrefix: stage = .choosingAnother(error)
        default:
            switch error.cause {
            case .networkNotFound, .noResponse, .associationRejected, .securityMismatch, .handshakeFailed,
                .deauthenticated, .ipProvisioningFailed, .timedOut:
                stage = .choosingAnother(error)
            default: stage = .callingStaff(error)
            }
        }
    }
}
