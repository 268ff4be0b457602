internal import DispatchExecutor
internal import Foundation
internal import Glibc
internal import IEEE80211
internal import RSN

/// The configurations that are kept where no daemon keeps them: one file each in the state directory, which only its owner
/// may read.
///
/// A file holds its secrets as they are: whoever can read root's files can join anyway. It is replaced by a rename, under
/// the directory's lock, so that a reader needs none.
package actor ConfigurationStore {
    /// The state directory.
    package nonisolated let path: String
    /// How long another program's write is waited for.
    private let lockLimit: Duration

    // Disks are slow: what waits for one has a thread of its own.
    private nonisolated let executor = DispatchQueueExecutor(label: "hotspot.store")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What the directory holds.
    package struct Contents: Sendable {
        /// The configurations, in the order of their files' names.
        package var configurations: [StoredConfiguration] = []
        /// The files that are none, or must not be read.
        package var problems: [StoreFailure] = []
    }

    /// The store of a directory.
    ///
    /// - Parameters:
    ///   - path: where it is; nil for the usual place, see ``StateDirectory/usual(_:isRoot:home:)``.
    ///   - lockLimit: how long another program's write is waited for.
    package init(path: String? = nil, lockLimit: Duration = .seconds(20)) {
        self.path = path ?? StateDirectory.usual()
        self.lockLimit = lockLimit
    }

    /// Whether a configuration could be kept here, as far as that can be known without keeping one.
    ///
    /// - Throws: ``StoreFailure``.
    package func checkWritable() throws(StoreFailure) {
        try StateDirectory.checkWritable(path)
    }

    /// Makes the directory where it is missing, and removes what dead writers left behind.
    ///
    /// - Throws: ``StoreFailure``.
    package func prepare() async throws(StoreFailure) {
        _ = try await locked()
    }

    /// All configurations; a file that is none is told, and keeps nobody from the rest.
    ///
    /// - Throws: ``StoreFailure`` where the directory cannot be read; one that is missing is empty.
    package func contents() throws(StoreFailure) -> Contents {
        guard let directory = try existing() else { return Contents() }
        return try Self.contents(directory)
    }

    /// Keeps a configuration in the place of an earlier one of the same application and network.
    ///
    /// What the network said that it no longer needs stays, where the passphrase stays.
    ///
    /// - Parameters:
    ///   - configuration: what is to be kept.
    ///   - limit: how long another program's write is waited for, where that is less than the store's own limit.
    /// - Throws: ``StoreFailure``; the earlier one is still there then, unless the disk failed at the very last step.
    package func save(
        _ configuration: StoredConfiguration,
        within limit: Duration? = nil
    ) async throws(StoreFailure) {
        let directory = try await locked(within: limit)
        var configuration = configuration
        // A file that cannot be read says nothing.
        if let earlier = try? Self.read(Self.name(configuration.id, directory), directory),
            earlier.isOfTheSameNetwork(as: configuration.configuration)
        {
            configuration.transitionDisable.formUnion(earlier.transitionDisable)
        }
        try Self.write(configuration, to: directory)
    }

    /// What a network has said that it no longer needs, to whichever application.
    ///
    /// - Parameter configuration: the network and its secret.
    /// - Returns: the bits of all configurations of that network with that secret.
    /// - Throws: ``StoreFailure`` where the directory cannot be read.
    func transitionDisable(of configuration: HotspotConfiguration) throws(StoreFailure) -> TransitionDisable {
        try contents().configurations.filter { $0.isOfTheSameNetwork(as: configuration) }
            .reduce(into: []) { $0.formUnion($1.transitionDisable) }
    }

    /// Notes that a network no longer needs its older security, with every configuration of it that has the same secret.
    ///
    /// - Throws: ``StoreFailure``.
    func note(
        transitionDisable bits: TransitionDisable,
        of configuration: HotspotConfiguration
    ) async throws(StoreFailure) {
        func lacksThem(_ stored: StoredConfiguration) -> Bool {
            stored.isOfTheSameNetwork(as: configuration) && !stored.transitionDisable.isSuperset(of: bits)
        }
        guard try contents().configurations.contains(where: lacksThem) else { return }
        let directory = try await locked()
        for var stored in try Self.contents(directory).configurations where lacksThem(stored) {
            stored.transitionDisable.formUnion(bits)
            try Self.write(stored, to: directory)
        }
    }

    /// Notes that a network was joined with its configuration, where that is still kept.
    ///
    /// - Throws: ``StoreFailure``.
    package func note(joined id: StoredConfiguration.ID, at now: Int64) async throws(StoreFailure) {
        let directory = try await locked()
        guard var stored = try Self.contents(directory).configurations.first(where: { $0.id == id }) else { return }
        stored.lastJoined = now
        try Self.write(stored, to: directory)
    }

    /// Notes the beginnings of life times anew that a wrong clock has noted, once the clock is right.
    ///
    /// - Throws: ``StoreFailure``.
    package func stamp(at clock: ClockReading = .now) async throws(StoreFailure) {
        // Nothing to be noted asks for no right to write.
        guard try contents().configurations.contains(where: { $0.lifeTime.wantsStamp(at: clock) }) else { return }
        let directory = try await locked()
        for var stored in try Self.contents(directory).configurations where stored.lifeTime.wantsStamp(at: clock) {
            stored.lifeTime = stored.lifeTime.stamped(at: clock)
            try Self.write(stored, to: directory)
        }
    }

    /// Removes configurations.
    ///
    /// - Returns: those that were removed.
    /// - Throws: ``StoreFailure`` where one cannot be removed, after the others were.
    @discardableResult
    package func remove(
        where condition: @Sendable (StoredConfiguration) -> Bool
    ) async throws(StoreFailure) -> [StoredConfiguration] {
        guard try existing() != nil else { return [] }
        // Nothing to be removed asks for no right to write.
        guard try contents().configurations.contains(where: condition) else { return [] }
        let directory = try await locked()
        var removed: [StoredConfiguration] = []
        var failure: StoreFailure?
        for stored in try Self.contents(directory).configurations where condition(stored) {
            do throws(StoreFailure) {
                if try directory.remove(Self.name(stored.id, directory)) { removed.append(stored) }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return removed
    }

    /// Removes the file of a configuration, whatever is in it.
    ///
    /// - Returns: whether it was there.
    /// - Throws: ``StoreFailure``.
    package func discard(_ id: StoredConfiguration.ID) async throws(StoreFailure) -> Bool {
        guard let directory = try existing() else { return false }
        let name = try Self.name(id, directory)
        guard try directory.names().contains(name) else { return false }
        return try await locked().remove(name)
    }

    /// Removes every file of an application, whatever is in it and whoever may read it; the directory goes where nothing
    /// is left in it.
    ///
    /// - Parameter application: whose; nil for those of all.
    /// - Returns: the networks' names.
    /// - Throws: ``StoreFailure`` where one cannot be removed, after the others were.
    package func purge(application: String?) async throws(StoreFailure) -> [SSID] {
        guard let found = try existing() else { return [] }
        let prefix: String
        do {
            prefix = try application.map { try StoredConfiguration.ID.fileNamePrefix($0) } ?? ""
        } catch {
            throw StoreFailure("name", path, reason: "no name can be made for a file: \(error)")
        }
        // Nothing to be removed asks for no right to write.
        let hasAny = try found.names().contains { name in
            name.hasPrefix(StateDirectory.temporaryPrefix)
                || name.hasPrefix(prefix) && StoredConfiguration.ID.isFileName(name)
        }
        guard hasAny else { return [] }
        let names = try await locked().purge(fileNamePrefix: prefix)
        // It fails where anything else is in it.
        if application == nil { rmdir(path) }
        return names
    }

    // MARK: The directory

    private func existing() throws(StoreFailure) -> StateDirectory? {
        do throws(StoreFailure) {
            return try StateDirectory(path, isMade: false)
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
    }

    private func locked(within limit: Duration? = nil) async throws(StoreFailure) -> StateDirectory {
        let directory = try StateDirectory(path, isMade: true)
        try await directory.lock(within: min(lockLimit, limit ?? lockLimit))
        try directory.sweep()
        return directory
    }

    private static func name(
        _ id: StoredConfiguration.ID,
        _ directory: StateDirectory
    ) throws(StoreFailure) -> String {
        do {
            return try id.fileName()
        } catch {
            throw StoreFailure("name", directory.path, reason: "no name can be made for a file: \(error)")
        }
    }

    private static func contents(_ directory: StateDirectory) throws(StoreFailure) -> Contents {
        var contents = Contents()
        let names = try directory.names()
        // A directory that is shared with an application has files of its own.
        for name in names where StoredConfiguration.ID.isFileName(name) {
            do throws(StoreFailure) {
                contents.configurations.append(try read(name, directory))
            } catch {
                // Removed since the names were read.
                if error.errno != ENOENT { contents.problems.append(error) }
            }
        }
        if names.count >= StateDirectory.countLimit {
            contents.problems.append(
                StoreFailure("count", directory.path, reason: "it holds too many files, and some were not looked at")
            )
        }
        return contents
    }

    private static func read(
        _ name: String,
        _ directory: StateDirectory
    ) throws(StoreFailure) -> StoredConfiguration {
        let path = "\(directory.path)/\(name)"
        let stored = try directory.read(name) { (data) throws(StoreFailure) in
            do {
                return try JSONDecoder().decode(StoredConfiguration.self, from: data)
            } catch {
                throw StoreFailure("content", path, reason: "it is no configuration: \(words(error))")
            }
        }
        do throws(HotspotConfigurationError) {
            try stored.configuration.validate()
        } catch {
            throw StoreFailure("content", path, reason: error.message)
        }
        guard try self.name(stored.id, directory) == name else {
            throw StoreFailure("name", path, reason: "its name is not that of \(stored.id)")
        }
        return stored
    }

    /// Where a file is at fault; what stands there may be a secret.
    private static func words(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            let keys = (context.codingPath + (key.map { [$0] } ?? [])).map { PrintableText.escape($0.stringValue) }
            return keys.isEmpty ? "the whole" : keys.joined(separator: ".")
        }
        return switch error {
        case DecodingError.keyNotFound(let key, let context): "\(place(context, key)) is missing"
        case DecodingError.valueNotFound(_, let context): "\(place(context)) has no value"
        case DecodingError.typeMismatch(_, let context): "\(place(context)) is of another kind"
        case DecodingError.dataCorrupted(let context)
        where context.codingPath.last?.stringValue == "version": context.debugDescription
        case DecodingError.dataCorrupted(let context): "\(place(context)) cannot be read"
        default: "it cannot be read"
        }
    }

    private static func write(
        _ stored: StoredConfiguration,
        to directory: StateDirectory
    ) throws(StoreFailure) {
        let name = try name(stored.id, directory)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        var data: Data
        do {
            data = try encoder.encode(stored)
        } catch {
            throw StoreFailure("content", "\(directory.path)/\(name)", reason: "it cannot be put in words")
        }
        // The encoder's own copies are out of reach.
        defer { data.withUnsafeMutableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } } }
        try directory.replace(name, with: data)
    }
}
