internal import Foundation
internal import IEEE80211
internal import Logging
internal import Netlink

/// Chooses the radio that is to join, or says why none can.
struct RadioChoice: Sendable {
    let nl80211: NL80211
    let configuration: HotspotConfiguration
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
        let candidates = interfaces.filter { configuration.interface == nil || configuration.interface == $0.name }
        guard !candidates.isEmpty else {
            throw HotspotConfigurationError(
                .noWirelessDevice,
                configuration.interface.map { "\(PrintableText.escape($0)) is no Wi-Fi interface" }
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
        if let holder = try await RadioHolder.holder(
            of: interface.name,
            isBusKnown: isBusKnown,
            logger: logger
        ) {
            throw HotspotConfigurationError(
                .deniedByPolicy,
                "\(holder.program) uses \(name), and two programs cannot share a radio",
                remedy: holder.remedy,
                underlying: [holder]
            )
        }
        if let block = RadioSwitch.blocking(interface.name) {
            throw HotspotConfigurationError(
                .radioDisabled,
                "Wi-Fi is switched off",
                remedy: block.remedy,
                underlying: [block.observation(interface.name)]
            )
        }
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
        let joined = try await nl80211.scanResults(interface: interface.index).first {
            $0.status == .associated || $0.status == .authenticated
        }
        if let joined {
            throw HotspotConfigurationError(
                .deniedByPolicy,
                "\(name) is joined to \"\(SSID(octets: joined.ssid))\" by another program",
                remedy: "hotspot leave, where it is hotspot; else see which it is: ps -e | grep -E 'wpa|iwd|connman'",
                underlying: [
                    Observation("nl80211", "scan cache", "the kernel has a link with access point \(joined.bssid)")
                ]
            )
        }
        return NL80211Station.Radio(nl80211: nl80211, interface: interface, address: address, wiphy: wiphy)
    }

    /// Whether an interface is up (`IFF_UP`).
    static func isUp(_ interface: String) -> Bool {
        let text = try? String(contentsOfFile: "/sys/class/net/\(interface)/flags", encoding: .utf8)
        let digits = text?.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst(2) ?? ""
        return (UInt32(digits, radix: 16) ?? 0) & 1 == 1
    }
}
