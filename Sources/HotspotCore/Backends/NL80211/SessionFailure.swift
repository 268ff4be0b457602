internal import Glibc
internal import Netlink

/// What became of a join, as the one error type.
extension NL80211Session {
    /// Turns whatever ended the join into the one error type.
    func failure(from error: any Error) async -> HotspotConfigurationError {
        let phase = timeline.phase
        let subject = "\"\(configuration.ssid)\" could not be joined"
        switch error {
        case let lost as LinkLost:
            guard let station else { return failure(ofUnknown: error, subject) }
            return await failure(from: await station.failure(lost.end, lost.bssid))
        case let error as HotspotConfigurationError:
            guard Self.mayBeOfThisMachine(error.cause) else { return error }
            return await failureOfThisMachine(error.underlyingErrors) ?? error
        case let error as NetlinkError where error.errno == EPERM || error.errno == EACCES:
            return HotspotConfigurationError(
                .deniedByPolicy,
                "the kernel lets only a process with CAP_NET_ADMIN steer the radio",
                remedy: "run as root, or give the program the capability once: "
                    + "setcap cap_net_admin+ep \(PrintableText.escape(Self.program))",
                phase: phase,
                underlying: [error]
            )
        case let error as NetlinkError:
            return await failureOfThisMachine([error])
                ?? HotspotConfigurationError(netlink: error, subject: subject, phase: phase)
        case is DeadlineExceeded:
            if phase == .address, let provision { return await provision.late() }
            return HotspotConfigurationError(
                .timedOut(phase),
                "\(subject) before its deadline; it was in the phase \(phase.rawValue)",
                remedy: "allow more time, or go nearer to the access point",
                phase: phase
            )
        case is CancellationError:
            return HotspotConfigurationError(
                .cancelled,
                "joining \"\(configuration.ssid)\" was cancelled in the phase \(phase.rawValue)",
                phase: phase,
                underlying: [error]
            )
        default: return failure(ofUnknown: error, subject)
        }
    }

    func failure(ofUnknown error: any Error, _ subject: String) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .unlisted,
            "\(subject): an error that is in no table",
            phase: timeline.phase,
            underlying: [error]
        )
    }

    /// Whether a cause is what a machine looks like whose radio was taken away in the middle.
    static func mayBeOfThisMachine(_ cause: HotspotConfigurationError.Cause) -> Bool {
        switch cause {
        case .deauthenticated, .handshakeFailed, .noResponse, .networkNotFound: true
        default: false
        }
    }

    func failureOfThisMachine(_ underlying: [any Error]) async -> HotspotConfigurationError? {
        guard let radio else { return nil }
        let failure = await RadioTrouble(radio: radio, ssid: configuration.ssid, logger: logger)
            .failure(phase: timeline.phase, underlying: underlying)
        if failure?.cause == .superseded { isTaken = true }
        return failure
    }

    static var program: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
