internal import Foundation
internal import IEEE80211
internal import Logging
internal import Netlink

/// Chooses the radio that is to join, or says why none can.
struct RadioChoice: Sendable {
    let nl80211: NL80211
    /// The interface that was asked for; nil for any.
    let interface: String?
    /// The interfaces whose links are this process's own, and make room.
    var own: Set<String> = []
    /// Whether the bus was asked for daemons a moment ago, and has none.
    let isBusKnown: Bool
    /// What is made of the driver's description; tests take commands away from it.
    let adapting: @Sendable (Wiphy) -> Wiphy
    let logger: Logger

    /// Chooses the radio: the one that was named, or the first that nothing stands in the way of.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `noWirelessDevice`, `radioDisabled`, `notSupported` or
    ///   `deniedByPolicy`; `NetlinkError` where the kernel cannot be asked.
    func choose() async throws -> NL80211Station.Radio {
        let interfaces = try await nl80211.interfaces()
        let wiphys = try await nl80211.wiphys()
        let names = interfaces.map { "\($0.name) (\($0.type))" }.joined(separator: ", ")
        let list = Observation(
            "nl80211",
            "interfaces",
            "the kernel's Wi-Fi interfaces are \(names.isEmpty ? "none" : names)"
        )
        let candidates = interfaces.filter { interface == nil || interface == $0.name }
        guard !candidates.isEmpty else {
            throw HotspotConfigurationError(
                .noWirelessDevice,
                interface.map { "\(PrintableText.escape($0)) is no Wi-Fi interface" }
                    ?? "the kernel has no Wi-Fi interface",
                remedy: "see what the kernel has: iw dev",
                underlying: [list]
            )
        }
        var first: HotspotConfigurationError?
        for interface in candidates {
            do {
                let wiphy = wiphys.first { $0.index == interface.wiphy }
                return try await radio(interface, wiphy, list)
            } catch let error as HotspotConfigurationError {
                first = first ?? error
            }
        }
        throw first ?? HotspotConfigurationError(.noWirelessDevice, "the kernel has no Wi-Fi interface")
    }

    private func radio(
        _ interface: WirelessInterface,
        _ wiphy: Wiphy?,
        _ list: Observation
    ) async throws -> NL80211Station.Radio {
        let name = PrintableText.escape(interface.name)
        guard interface.type == .station else {
            throw HotspotConfigurationError(
                .deviceUnavailable,
                "\(name) is no station: it is \(interface.type)",
                remedy: "iw dev \(name) set type managed",
                underlying: [list]
            )
        }
        try await Self.refuseIfHeld(interface, isBusKnown: isBusKnown, logger)
        try Self.refuseIfSwitchedOff(interface)
        guard let wiphy = wiphy.map(adapting), let address = interface.mac, DriverPaths(wiphy).canJoin else {
            throw HotspotConfigurationError(
                .notSupported,
                "the driver of \(name) lets no program join a network",
                remedy: "see whether another driver has the device: iw phy",
                underlying: [
                    Observation("nl80211", "wiphy", "its commands lack both AUTHENTICATE and CONNECT")
                ]
            )
        }
        if !own.contains(interface.name) { try await Self.refuseIfJoined(interface, nl80211) }
        return NL80211Station.Radio(nl80211: nl80211, interface: interface, address: address, wiphy: wiphy)
    }

    /// Refuses a radio that another program has taken since it was chosen.
    ///
    /// - Parameters:
    ///   - interface: the radio's interface.
    ///   - nl80211: who is asked whether it has a link.
    ///   - asksDaemons: whether daemons are asked as well, which takes longer.
    ///   - isBusKnown: whether the bus was asked a moment ago, and has none of the daemons.
    ///   - logger: where it is told why the bus says nothing.
    /// - Throws: ``HotspotConfigurationError`` with the cause `deniedByPolicy`; `NetlinkError`; `CancellationError`.
    static func refuseIfTaken(
        _ interface: WirelessInterface,
        _ nl80211: NL80211,
        asksDaemons: Bool,
        isBusKnown: Bool,
        _ logger: Logger
    ) async throws {
        if asksDaemons { try await refuseIfHeld(interface, isBusKnown: isBusKnown, logger) }
        try await refuseIfJoined(interface, nl80211)
    }

    /// Refuses a radio that is switched off (rfkill).
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `radioDisabled`.
    static func refuseIfSwitchedOff(_ interface: WirelessInterface) throws(HotspotConfigurationError) {
        guard let block = RadioSwitch.blocking(interface.name) else { return }
        throw HotspotConfigurationError(
            .radioDisabled,
            "Wi-Fi is switched off",
            remedy: block.remedy,
            underlying: [block.observation(interface.name)]
        )
    }

    private static func refuseIfHeld(
        _ interface: WirelessInterface,
        isBusKnown: Bool,
        _ logger: Logger
    ) async throws {
        let found = try await RadioHolder.holder(of: interface.name, isBusKnown: isBusKnown, logger: logger)
        guard let holder = found else { return }
        throw HotspotConfigurationError(
            .deniedByPolicy,
            "\(holder.program) uses \(PrintableText.escape(interface.name)), and two programs cannot share a radio",
            remedy: holder.remedy,
            underlying: [holder]
        )
    }

    private static func refuseIfJoined(_ interface: WirelessInterface, _ nl80211: NL80211) async throws {
        let found = try await nl80211.scanResults(interface: interface.index).first {
            $0.status == .associated || $0.status == .authenticated
        }
        guard let joined = found else { return }
        let name = PrintableText.escape(interface.name)
        throw HotspotConfigurationError(
            .deniedByPolicy,
            "\(name) is joined to \"\(SSID(octets: joined.ssid))\" by another program",
            remedy: "hotspot leave, where it is hotspot; else see which it is: ps -e | grep -E 'wpa|iwd|connman'",
            underlying: [
                Observation("nl80211", "scan cache", "the kernel has a link with access point \(joined.bssid)")
            ]
        )
    }

    /// Whether an interface is up (`IFF_UP`).
    static func isUp(_ interface: String) -> Bool {
        let text = try? String(contentsOfFile: "/sys/class/net/\(interface)/flags", encoding: .utf8)
        let digits = text?.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst(2) ?? ""
        return (UInt32(digits, radix: 16) ?? 0) & 1 == 1
    }
}
