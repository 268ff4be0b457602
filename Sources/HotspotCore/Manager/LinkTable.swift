internal import Synchronization

/// The links that a manager holds itself, one for each interface: those of networks that were joined without a daemon.
final class LinkTable: Sendable {
    private let links = Mutex<[String: HotspotLink]>([:])

    /// The link to a network; where it is joined on several interfaces, that of the first by name.
    subscript(ssid: SSID) -> HotspotLink? {
        all.filter { $0.ssid == ssid }.min { $0.interface < $1.interface }
    }

    /// All of them.
    var all: [HotspotLink] { links.withLock { Array($0.values) } }

    /// The networks' names.
    var names: [SSID] { Array(Set(all.map(\.ssid))) }

    /// Takes a link in, in the place of an older one of the same interface.
    func insert(_ link: HotspotLink) {
        links.withLock { $0[link.interface] = link }
    }

    /// Forgets a link, unless there is a newer one of the same interface.
    func remove(_ link: HotspotLink) {
        links.withLock { links in
            if links[link.interface] === link { links[link.interface] = nil }
        }
    }

    /// Forgets the links to a network, or to what was asked for by the beginning of a name, and gives them back.
    func take(_ name: SSID) -> [HotspotLink] {
        links.withLock { links in
            let found = links.values.filter { $0.ssid == name || $0.configuration.requestName == name }
            for link in found { links[link.interface] = nil }
            return found
        }
    }
}

/// The links that make room for a join: they are brought back where it fails.
final class DisplacedLinks: Sendable {
    private let links = Mutex<[HotspotLink]>([])

    /// Has those of an interface give up the radio.
    func displace(_ own: [HotspotLink], from interface: String) async {
        for link in own where link.interface == interface {
            if await link.suspend() { links.withLock { $0.append(link) } }
        }
    }

    /// The links that gave up the radio.
    var all: [HotspotLink] { links.withLock { $0 } }

    /// Joins their networks again, even where the task around it is cancelled.
    ///
    /// - Returns: what could not be undone.
    func bringBack() async -> [any Error] {
        var failures: [any Error] = []
        for link in all {
            guard let error = await link.resume() else { continue }
            failures.append(
                UndoFailure(reason: "\"\(link.ssid)\", which was joined before, could not be joined again: \(error)")
            )
        }
        return failures
    }
}
