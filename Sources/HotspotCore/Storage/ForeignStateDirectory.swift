internal import Foundation
internal import Glibc

/// A state directory that another user or a service may have: root removes what is in it with the last of this library.
struct ForeignStateDirectory: Sendable, Hashable {
    let path: String
    /// Whose it must be.
    let owner: uid_t

    /// Those of the users that the machine knows, in their usual place, and those below services' own.
    static func all(services: [String] = ["/var/lib", "/var/lib/private"]) -> [ForeignStateDirectory] {
        var all: Set<ForeignStateDirectory> = []
        setpwent()
        while let user = getpwent() {
            let home = String(cString: user.pointee.pw_dir)
            guard home.hasPrefix("/") else { continue }
            all.insert(ForeignStateDirectory(path: home + "/.local/state/hotspot", owner: user.pointee.pw_uid))
        }
        endpwent()
        for parent in services {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
                var status = stat()
                guard stat("\(parent)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
                all.insert(ForeignStateDirectory(path: "\(parent)/\(name)/hotspot", owner: status.st_uid))
            }
        }
        return all.sorted { $0.path < $1.path }
    }

    /// Removes what is of our form in all of them.
    ///
    /// - Returns: the networks' names.
    /// - Throws: ``StoreFailure`` where one cannot be removed, after the others were.
    static func purge(_ directories: [ForeignStateDirectory] = all()) throws(StoreFailure) -> [SSID] {
        var names: [SSID] = []
        var failure: StoreFailure?
        for directory in directories {
            do throws(StoreFailure) {
                names += try directory.purge()
            } catch {
                // Most have none; and two users may have one home.
                if error.operation != "owner", ![ENOENT, ENOTDIR, EACCES, ELOOP].contains(error.errno) {
                    failure = failure ?? error
                }
            }
        }
        if let failure { throw failure }
        return names
    }

    /// Removes what is of our form.
    ///
    /// No lock is waited for, which its owner could hold for ever. Nor does it matter by which links the path leads here:
    /// what is removed was the owner's to remove, whoever else may write there.
    private func purge() throws(StoreFailure) -> [SSID] {
        let directory = try StateDirectory(path, isMade: false, owner: owner, isPrivate: false)
        return try directory.purge(fileNamePrefix: "")
    }
}
