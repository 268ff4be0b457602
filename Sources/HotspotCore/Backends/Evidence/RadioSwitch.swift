internal import Foundation

/// Whether the kernel lets a radio send: rfkill, by its files in sysfs (Documentation/driver-api/rfkill.rst).
///
/// NetworkManager hears of a block through udev only, and the driver then fails in its own words.
enum RadioSwitch: String, Sendable {
    case soft, hard

    /// What blocks the radio of an interface.
    ///
    /// - Parameters:
    ///   - interface: the interface's name.
    ///   - root: where sysfs is.
    /// - Returns: nil where nothing does, or where it cannot be known.
    static func blocking(_ interface: String, root: String = "/sys") -> RadioSwitch? {
        // A name with a slash would leave the folder; the kernel has none (dev_valid_name).
        guard !interface.contains("/"), interface != ".." else { return nil }
        let phy = "\(root)/class/net/\(interface)/phy80211"
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: phy)) ?? []
        let switches = entries.filter { $0.hasPrefix("rfkill") }.map { "\(phy)/\($0)" }
        func isSet(_ file: String) -> Bool {
            switches.contains {
                let text = try? String(contentsOfFile: "\($0)/\(file)", encoding: .utf8)
                return text?.trimmingCharacters(in: .whitespacesAndNewlines) == "1"
            }
        }
        return isSet("hard") ? .hard : isSet("soft") ? .soft : nil
    }

    /// Whether the kernel has the interface.
    static func hasInterface(_ interface: String, root: String = "/sys") -> Bool {
        FileManager.default.fileExists(atPath: "\(root)/class/net/\(interface)")
    }

    /// What the chain says about it.
    func observation(_ interface: String) -> Observation {
        Observation("rfkill", rawValue, "the radio of \(interface) is blocked (\(rawValue) block)")
    }

    /// What would mend it.
    var remedy: String {
        switch self {
        case .soft: "rfkill unblock wifi, or nmcli radio wifi on"
        case .hard: "switch it on at the machine"
        }
    }
}
