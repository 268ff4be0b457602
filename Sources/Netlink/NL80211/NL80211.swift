package import IEEE80211

/// The kernel's Wi-Fi configuration interface: its state, asked for, and its events, listened to.
///
/// Everything in this file is open to an unprivileged user. The order for a watcher is: listen, read the state, act.
package struct NL80211: Sendable {
    private let connection: NetlinkConnection
    let family: GenericNetlinkFamily

    /// Finds nl80211 in the running kernel.
    ///
    /// - Throws: `NetlinkError` of kind `.noFamily` with ENOENT when the kernel has none, because no Wi-Fi driver is
    ///   loaded; of another kind when it could not be asked.
    package init() async throws(NetlinkError) {
        connection = NetlinkConnection(label: "hotspot.nl80211")
        family = try await connection.family(named: "nl80211")
    }

    // MARK: State

    /// The radios.
    ///
    /// - Throws: `NetlinkError`.
    package func wiphys() async throws(NetlinkError) -> [Wiphy] {
        let messages = try await send(
            .getWiphy,
            isDump: true,
            [RequestAttribute(NL80211Attribute.splitWiphyDump, .flag)]
        )
        return try decode(.getWiphy) { () throws(MalformedOctets) in try Wiphy.wiphys(messages) }
    }

    /// The network interfaces of all radios.
    ///
    /// - Throws: `NetlinkError`.
    package func interfaces() async throws(NetlinkError) -> [WirelessInterface] {
        let messages = try await send(.getInterface, isDump: true)
        return try decode(.getInterface) { () throws(MalformedOctets) in
            var interfaces: [WirelessInterface] = []
            for message in messages {
                if let interface = WirelessInterface(try message.attributes()) { interfaces.append(interface) }
            }
            return interfaces
        }
    }

    /// One network interface.
    ///
    /// - Parameter index: the interface's number.
    /// - Returns: the interface as it is now.
    /// - Throws: `NetlinkError`; with ENODEV when there is no such interface or it is not Wi-Fi.
    package func interface(_ index: UInt32) async throws(NetlinkError) -> WirelessInterface {
        let messages = try await send(
            .getInterface,
            [RequestAttribute(NL80211Attribute.interfaceIndex, .u32(index))]
        )
        let interface = try decode(.getInterface) { () throws(MalformedOctets) in
            try messages.first.map { (message) throws(MalformedOctets) in
                WirelessInterface(try message.attributes())
            } ?? nil
        }
        guard let interface else { throw NetlinkError(command: NL80211Command.getInterface.name, kind: .noAnswer) }
        return interface
    }

    /// The access points in the kernel's scan cache, which is up to 30 s old; no scan is begun.
    ///
    /// - Parameter interface: the interface's number.
    /// - Returns: one entry for each access point; a hidden one may have two, one of them without an SSID.
    /// - Throws: `NetlinkError`; with ENODEV when there is no such interface or it is not Wi-Fi.
    package func scanResults(interface: UInt32) async throws(NetlinkError) -> [ScanResult] {
        let messages = try await send(
            .getScan,
            isDump: true,
            [RequestAttribute(NL80211Attribute.interfaceIndex, .u32(interface))]
        )
        return try decode(.getScan) { () throws(MalformedOctets) in
            var results: [ScanResult] = []
            for message in messages {
                if let result = try ScanResult(try message.attributes()) { results.append(result) }
            }
            return results
        }
    }

    /// What the driver knows of the access point that an interface is joined to.
    ///
    /// - Parameters:
    ///   - interface: the interface's number.
    ///   - bssid: the access point.
    /// - Returns: what the driver says of it now.
    /// - Throws: `NetlinkError`; with ENOENT when the interface has no such peer.
    package func station(interface: UInt32, bssid: MACAddress) async throws(NetlinkError) -> Station {
        let messages = try await send(
            .getStation,
            [
                RequestAttribute(NL80211Attribute.interfaceIndex, .u32(interface)),
                RequestAttribute(NL80211Attribute.mac, .bytes(bssid.octets)),
            ]
        )
        guard let message = messages.first else {
            throw NetlinkError(command: NL80211Command.getStation.name, kind: .noAnswer)
        }
        return try decode(.getStation) { () throws(MalformedOctets) in try Station(try message.attributes()) }
    }

    // MARK: Events

    /// Joins groups; when it returns they are joined, and what happens from then on is in the stream.
    ///
    /// - Parameters:
    ///   - groups: what to be told of.
    ///   - capacity: how many events wait for a slow reader before the oldest are lost.
    /// - Returns: the stream; close it, or cancel its reader, or forget it.
    /// - Throws: `NetlinkError` when the socket cannot be opened, or when the kernel has not such a group.
    package func events(
        groups: Set<NL80211Group> = [.mlme, .scan, .config, .regulatory],
        bufferingNewest capacity: Int = 1024
    ) async throws(NetlinkError) -> NL80211EventStream {
        var numbers: [UInt32] = []
        for group in groups {
            guard let number = family.groups[group.rawValue] else {
                throw NetlinkError(command: "nl80211 events", kind: .noGroup(group.rawValue))
            }
            numbers.append(number)
        }
        return try await NL80211Listener.open(family: family, groups: numbers, capacity: capacity)
    }

    /// Listens while the body runs, and no longer.
    ///
    /// - Parameters:
    ///   - groups: what to be told of.
    ///   - isolation: the actor on which the body runs: the caller's.
    ///   - body: gets the stream, whose groups are joined before it begins.
    /// - Returns: what the body returns.
    /// - Throws: `NetlinkError` as ``events(groups:bufferingNewest:)``, or what the body throws.
    package func withEvents<Result>(
        groups: Set<NL80211Group> = [.mlme, .scan, .config, .regulatory],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (NL80211EventStream) async throws -> Result
    ) async throws -> Result {
        let stream = try await events(groups: groups)
        defer { stream.close() }
        return try await body(stream)
    }

    // MARK: Requests

    func send(
        _ command: NL80211Command,
        isDump: Bool = false,
        _ attributes: [RequestAttribute] = []
    ) async throws(NetlinkError) -> [GenericNetlinkMessage] {
        try await connection.send(
            NetlinkRequest(
                family: family.number,
                command: command.rawValue,
                name: command.name,
                isDump: isDump,
                attributes: attributes
            )
        )
    }

    private func decode<Value>(
        _ command: NL80211Command,
        _ body: () throws(MalformedOctets) -> Value
    ) throws(NetlinkError) -> Value {
        do throws(MalformedOctets) {
            return try body()
        } catch {
            throw NetlinkError(command: command.name, kind: .malformed(error))
        }
    }
}
