internal import Foundation

/// The files in which NetworkManager keeps profiles: those of the runtime directory outlive the daemon, not the machine
/// (NetworkManager.conf(5), section keyfile).
enum ProfileFiles {
    private static let folders = [
        "/run/NetworkManager/system-connections", "/etc/NetworkManager/system-connections",
    ]

    /// Removes the file of a profile of ours while no daemon is there to be asked for it.
    ///
    /// - Parameters:
    ///   - uuid: the profile's UUID, which nobody else's has: it was made for this join.
    ///   - folders: where to look.
    /// - Returns: whether it can no longer be found by a daemon that starts; false where this process may not look.
    /// - Throws: where the file is there and cannot be removed.
    static func remove(uuid: String, folders: [String] = folders) throws -> Bool {
        var mayLook = true
        for folder in folders {
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
                if FileManager.default.fileExists(atPath: folder) { mayLook = false }
                continue
            }
            for name in names where name.hasSuffix(".nmconnection") {
                let path = "\(folder)/\(name)"
                guard let data = FileManager.default.contents(atPath: path) else {
                    mayLook = false
                    continue
                }
                let lines = data.split(separator: UInt8(ascii: "\n"))
                guard lines.contains(where: { $0.elementsEqual("uuid=\(uuid)".utf8) }) else { continue }
                try FileManager.default.removeItem(atPath: path)
            }
        }
        return mayLook
    }
}
