import Foundation

/// The lab's station: the radio that joins networks.
public enum Station {
    /// Its interface.
    public static let interface = "wlan0"

    /// Its permanent address: what hwsim gives its first radio.
    public static let address = "02:00:00:00:00:00"

    /// A link, as the kernel sees it.
    public struct Link: Sendable, Equatable {
        /// The access point, in small letters.
        public var bssid: String
        /// The network's name as `iw` prints it, with `\x` before an octet that is not printable.
        public var ssid: String
        /// The channel's frequency in MHz.
        public var frequency: Int
    }

    /// The link that the kernel reports, if there is one.
    ///
    /// `iw` asks twice: for the BSS, then for the access point's station entry. A link that ends
    /// between the two lets the second fail with ENOENT; then both are asked again.
    ///
    /// - Returns: The link.
    /// - Throws: ``LabError`` when `iw` fails.
    public static func link() async throws -> Link? {
        var output = try await run("iw", "dev", interface, "link")
        for _ in 1...5 where output.standardError.contains("No such file or directory (-2)") {
            output = try await run("iw", "dev", interface, "link")
        }
        let lines = try output.checked().text.split(separator: "\n")
        guard let first = lines.first, first.hasPrefix("Connected to ") else { return nil }
        func value(_ key: String) -> String {
            let line = lines.first { $0.drop(while: \.isWhitespace).hasPrefix(key) } ?? ""
            return line.drop(while: \.isWhitespace).dropFirst(key.count).trimmingCharacters(in: .whitespaces)
        }
        return Link(
            bssid: first.dropFirst("Connected to ".count).prefix(17).lowercased(),
            ssid: value("SSID:"),
            frequency: Int(value("freq:")) ?? 0
        )
    }

    /// Whether the kernel lets data through: with security, only once the keys are installed.
    ///
    /// - Returns: Whether the access point's port is open.
    /// - Throws: ``LabError`` when `iw` fails.
    public static func isAuthorized() async throws -> Bool {
        let dump = try await run("iw", "dev", interface, "station", "dump").checked().text
        return dump.split(separator: "\n").contains { $0.contains("authorized:") && $0.hasSuffix("yes") }
    }

    /// The interface's IPv4 addresses, without prefix lengths.
    ///
    /// - Returns: The addresses.
    /// - Throws: ``LabError`` when `ip` fails.
    public static func ipv4Addresses() async throws -> [String] {
        try await run("ip", "-4", "-brief", "address", "show", "dev", interface).checked().text
            .split(separator: " ").dropFirst(2).compactMap { $0.split(separator: "/").first.map(String.init) }
    }

    /// Whether somebody answers on the other side of the air.
    ///
    /// - Parameters:
    ///   - address: Who should answer, such as ``AccessPoint/address``.
    ///   - timeout: How long to try.
    /// - Returns: Whether an answer came.
    /// - Throws: ``LabError`` when `ping` cannot be run.
    public static func reaches(_ address: String, within timeout: Duration = .seconds(10)) async throws -> Bool {
        let seconds = String(max(1, timeout.components.seconds))
        return try await run("ping", "-n", "-I", interface, "-i", "0.2", "-c", "1", "-w", seconds, address).succeeded
    }

    /// Scans until each of some access points was heard: one scan may miss one, whose beacon comes late and whose hostapd
    /// answers late.
    ///
    /// - Parameters:
    ///   - bssids: Their addresses.
    ///   - frequencies: Their channels, in MHz.
    /// - Throws: ``LabError`` when one is not heard.
    public static func hear(_ bssids: String..., on frequencies: [Int] = [2412, 2437]) async throws {
        try await run("ip", "link", "set", interface, "up").checked()
        try await wait(for: "\(bssids) to be heard", within: .seconds(60)) {
            let heard = try await run(["iw", "dev", interface, "scan", "freq"] + frequencies.map { "\($0)" }).text
            return bssids.allSatisfy { heard.contains($0) }
        }
    }

    /// Forgets all scan results, so that the next join has to search.
    ///
    /// Networks of earlier tests stay in wpa_supplicant's table for minutes. The lab's tests use a new name for each
    /// network instead; this is for those that want a cold start.
    ///
    /// - Throws: ``LabError`` when wpa_supplicant does not run.
    public static func forgetScanResults() async throws {
        try await Supplicant.call("fi.w1.wpa_supplicant1.Interface.FlushBSS", "uint32:0")
    }
}
