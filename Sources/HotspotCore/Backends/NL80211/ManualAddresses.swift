internal import Foundation
internal import Netlink

/// Addresses that are given by hand, for the time of a link.
struct ManualAddresses: Sendable {
    let settings: HotspotAddressing.Manual
    let interface: String
    let index: UInt32

    /// As other managers have it for Wi-Fi, so that a cable's way out is preferred.
    private static let metric: UInt32 = 600

    /// Where programs of an administrator are.
    private static let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]

    /// Refuses what this machine cannot do, before anything is touched.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `notSupported`.
    func check() throws(HotspotConfigurationError) {
        guard !settings.nameServers.isEmpty, Self.resolvconf == nil else { return }
        throw HotspotConfigurationError(
            .notSupported,
            "name servers are given, and this machine has nobody who takes them",
            remedy: "install resolvconf, openresolv or systemd-resolved, or leave the name servers out",
            underlying: [
                Observation("hotspot", "resolvconf", "none in \(Self.folders.joined(separator: ", "))")
            ]
        )
    }

    /// Gives them to the interface.
    ///
    /// - Throws: `NetlinkError`.
    func set(_ route: RouteNetlink) async throws(NetlinkError) {
        for address in settings.parsed {
            try await route.setAddress(
                address.address.octets,
                prefixLength: UInt8(address.prefixLength),
                on: index,
                isAdded: true
            )
        }
        for gateway in settings.gateways.compactMap(InternetAddress.init) {
            try await route.setDefaultRoute(gateway.octets, over: index, metric: Self.metric, isAdded: true)
        }
        if !settings.nameServers.isEmpty {
            resolvconf("-a", settings.nameServers.map { "nameserver \($0)\n" }.joined())
        }
    }

    /// Takes them away; what is gone already is gone.
    func remove(_ route: RouteNetlink) async {
        for gateway in settings.gateways.compactMap(InternetAddress.init) {
            try? await route.setDefaultRoute(gateway.octets, over: index, metric: Self.metric, isAdded: false)
        }
        for address in settings.parsed {
            try? await route.setAddress(
                address.address.octets,
                prefixLength: UInt8(address.prefixLength),
                on: index,
                isAdded: false
            )
        }
        if !settings.nameServers.isEmpty { resolvconf("-d", "") }
    }

    private static var resolvconf: String? {
        folders.map { $0 + "/resolvconf" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Tells whoever keeps the machine's name servers (resolvconf(8)).
    private func resolvconf(_ option: String, _ text: String) {
        guard let path = Self.resolvconf else { return }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = [option, "\(interface).hotspot"]
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return }
        try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try? input.fileHandleForWriting.close()
    }
}
