internal import IEEE80211
internal import Logging
internal import Netlink

/// What became of a radio while it was being used: taken out, switched off, taken down, or taken by another program.
///
/// The kernel says no more of it than that the link ended or that a command was refused.
struct RadioTrouble: Sendable {
    let radio: NL80211Station.Radio
    let ssid: SSID
    let logger: Logger

    /// The error of a join whose radio was taken away in the middle; nil where the radio is as it was.
    ///
    /// - Parameters:
    ///   - phase: how far the join had come.
    ///   - underlying: what was heard of it.
    /// - Returns: the error.
    func failure(phase: JoinPhase, underlying: [any Error]) async -> HotspotConfigurationError? {
        let name = PrintableText.escape(radio.interface.name)
        let middle = "while \"\(ssid)\" was being joined"
        func failure(
            _ cause: HotspotConfigurationError.Cause,
            _ message: String,
            remedy: String,
            _ evidence: any Error
        ) -> HotspotConfigurationError {
            HotspotConfigurationError(
                cause,
                message,
                remedy: remedy,
                phase: phase,
                underlying: [evidence] + underlying
            )
        }
        let now: WirelessInterface
        do throws(NetlinkError) {
            now = try await radio.nl80211.interface(radio.interface.index)
        } catch {
            guard error.errnoName == "ENODEV" else { return nil }
            return failure(
                .deviceRemoved,
                "\(name) disappeared \(middle)",
                remedy: "see whether the device is still there: iw dev",
                error
            )
        }
        if let block = RadioSwitch.blocking(radio.interface.name) {
            return failure(
                .radioDisabled,
                "Wi-Fi was switched off \(middle)",
                remedy: block.remedy,
                block.observation(name)
            )
        }
        guard now.type == .station, RadioChoice.isUp(radio.interface.name) else {
            let what = now.type == .station ? "was taken down" : "became \(now.type)"
            return failure(
                .deviceUnavailable,
                "\(name) \(what) by another program \(middle)",
                remedy: "see which program it was, and join again",
                Observation("rtnetlink", "interface", "\(name) \(what)")
            )
        }
        let holder = try? await RadioHolder.holder(of: radio.interface.name, isBusKnown: false, logger: logger)
        guard let holder else { return nil }
        return failure(
            .superseded,
            "\(holder.program) took \(name) \(middle)",
            remedy: holder.remedy,
            holder
        )
    }
}
