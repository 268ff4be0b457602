extension NL80211 {
    /// Begins a scan; its end is an event.
    ///
    /// - Parameters:
    ///   - interface: the interface's number.
    ///   - ssids: the networks that are asked for by name; none at all to listen only.
    ///   - frequenciesMHz: the channels; none for all of them.
    /// - Throws: `NetlinkError`; with EBUSY while another scan is on, ENETDOWN when the interface is down, EPERM without
    ///   CAP_NET_ADMIN.
    package func triggerScan(
        interface: UInt32,
        ssids: [[UInt8]],
        frequenciesMHz: [Int]
    ) async throws(NetlinkError) {
        var attributes = [RequestAttribute(NL80211Attribute.interfaceIndex, .u32(interface))]
        if !ssids.isEmpty {
            let members = ssids.enumerated().map { RequestAttribute(UInt16($0.offset + 1), .bytes($0.element)) }
            attributes.append(RequestAttribute(NL80211Attribute.scanSSIDs, .nested(members)))
        }
        if !frequenciesMHz.isEmpty {
            let members = frequenciesMHz.enumerated().map {
                RequestAttribute(UInt16($0.offset + 1), .u32(UInt32($0.element)))
            }
            attributes.append(RequestAttribute(NL80211Attribute.scanFrequencies, .nested(members)))
        }
        _ = try await send(.triggerScan, attributes)
    }

    /// Has the scan that is on end early, whoever began it; that it has ended is an event.
    ///
    /// - Parameter interface: the interface's number.
    /// - Throws: `NetlinkError`; with ENOENT when there is none, EOPNOTSUPP when the driver cannot, EPERM without
    ///   CAP_NET_ADMIN.
    package func abortScan(interface: UInt32) async throws(NetlinkError) {
        _ = try await send(.abortScan, [RequestAttribute(NL80211Attribute.interfaceIndex, .u32(interface))])
    }
}
