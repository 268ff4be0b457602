import Foundation
import TestSupport

/// All that a join may leave behind on a machine without a network daemon.
struct StationState: Sendable, Equatable, CustomStringConvertible {
    /// The interface: its type, whether it is up, its link mode (0 is that of the driver's carrier) and its address.
    var interface: [String: String] = [:]
    /// The access point that the kernel has a link with.
    var bssid: String?
    /// The addresses but for those that every interface makes for itself.
    var addresses: [String] = []
    var routes: [String] = []
    /// DHCP clients, and the shells that keep them.
    var processes: [String] = []
    /// What is kept, who holds a link, and what clients write for the next run.
    var files: [String] = []
    var nameServers = ""

    /// What there is now.
    static func now() async throws -> StationState {
        var state = StationState()
        let folder = "/sys/class/net/\(Station.interface)"
        for name in ["flags", "link_mode", "address"] { state.interface[name] = text("\(folder)/\(name)") }
        // Only IFF_UP: whether there is a carrier follows from the rest.
        let flags = UInt32(state.interface["flags"]?.dropFirst(2) ?? "", radix: 16) ?? 0
        state.interface["flags"] = flags & 1 == 1 ? "up" : "down"
        let device = try await run("iw", "dev", Station.interface, "info").text
        state.interface["type"] = device.split(separator: "\n").first { $0.contains("type ") }.map(String.init)
        state.bssid = try await Station.link()?.bssid
        state.addresses = try await Station.ipv4Addresses() + lines("/proc/net/if_inet6") { $0[3] != "20" }
        state.routes =
            lines("/proc/net/route", position: 0) { _ in true }
            + lines("/proc/net/ipv6_route", position: 9) { !$0[0].hasPrefix("fe80") && !$0[0].hasPrefix("ff") }
        for process in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] where Int(process) != nil {
            let words = (FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data())
                .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
            if ["dhcpcd", "dhclient", "udhcpc"].contains(where: words.contains), !words.contains("dnsmasq") {
                state.processes.append("\(process) \(words)")
            }
        }
        for (folder, prefix) in [
            ("/var/lib/hotspot", ""), ("/run/hotspot", ""), ("/tmp", "hotspot-udhcpc"), ("/run", "dhclient"),
            ("/run/dhcpcd", "wlan"),
        ] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            // The file of a lock stays: where one removes it, the next two lock different ones.
            state.files += names.filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".lock") }.map { "\(folder)/\($0)" }
        }
        state.files.sort()
        state.nameServers = text("/etc/resolv.conf")
        return state
    }

    private static func text(_ path: String) -> String {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "none").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The lines of a table that are about the station.
    private static func lines(
        _ path: String,
        position: Int = 5,
        _ isWanted: ([Substring]) -> Bool
    ) -> [String] {
        text(path).split(separator: "\n").compactMap { line in
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count > position, fields[position] == Station.interface, isWanted(fields) else { return nil }
            return String(line)
        }
    }

    var description: String {
        """
        interface \(interface.sorted { $0.key < $1.key }), access point \(bssid ?? "none"), addresses \(addresses), routes \
        \(routes), processes \(processes), files \(files), name servers \(nameServers)
        """
    }

    /// Waits until all is as it was.
    ///
    /// A DHCP client may take a while to end, which nobody waits for longer than a moment.
    ///
    /// - Parameters:
    ///   - before: how it was.
    ///   - ignoresFiles: whether files may be left, which the next run removes.
    /// - Throws: ``LabError`` with what is left.
    static func expect(_ before: StationState, ignoresFiles: Bool = false) async throws {
        var now: StationState?
        do {
            try await wait(for: "the station to be as it was", within: .seconds(15)) {
                now = try await StationState.now()
                if ignoresFiles { now?.files = before.files }
                return now == before
            }
        } catch {
            throw LabError("\(error): it was \(before); it is \(now.map(\.description) ?? "unknown")")
        }
    }
}
