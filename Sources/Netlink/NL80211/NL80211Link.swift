package import IEEE80211

/// The link of one interface, which a socket of this process owns: the kernel ends it when the socket is closed, so also
/// when the process dies.
///
/// Its commands need CAP_NET_ADMIN. Most of them only begin something; what comes of it is an event of
/// ``NL80211/events(groups:bufferingNewest:)``, so listen first.
package struct NL80211Link: Sendable {
    /// What arrives on the socket.
    package enum Arrival: Sendable {
        /// An EAPOL frame, which the kernel gives to the owner alone.
        case frame(ControlPortFrame)
        /// The access point answered an SA Query.
        case securityAssociationResponse(SecurityAssociationQuery)
        /// The socket was lost, and the link with it.
        case lost
    }

    /// The interface's number.
    package let interface: UInt32
    private let connection: NetlinkConnection
    private let family: GenericNetlinkFamily

    /// EAPOL (IEEE 802.1X-2020, 11.1.4).
    private static let etherType: UInt16 = 0x888E

    /// Makes a link; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - nl80211: the running kernel's.
    ///   - interface: the interface's number.
    ///   - arrival: takes what arrives, on the link's own queue.
    package init(
        _ nl80211: NL80211,
        interface: UInt32,
        arrival: @escaping @Sendable (Arrival) -> Void
    ) {
        self.interface = interface
        family = nl80211.family
        connection = NetlinkConnection(label: "hotspot.nl80211.link") { unsolicited in
            switch unsolicited {
            case .lost: arrival(.lost)
            case .message(let message):
                if let frame = ControlPortFrame(message, interface: interface) { arrival(.frame(frame)) }
                if let response = SecurityAssociationQuery(response: message, interface: interface) {
                    arrival(.securityAssociationResponse(response))
                }
            }
        }
    }

    /// Closes the socket: the kernel then deauthenticates.
    package func close() async {
        await connection.close()
    }

    // MARK: Joining

    /// Begins an authentication, or sends the next frame of SAE.
    ///
    /// - Throws: `NetlinkError`; with ENOENT when the access point is not in the scan cache, EALREADY when the interface
    ///   is joined to it, EPERM without CAP_NET_ADMIN.
    package func authenticate(_ request: AuthenticationRequest) async throws(NetlinkError) {
        let type =
            switch request.algorithm {
            case .sharedKey: NL80211AuthenticationType.sharedKey
            case .sae: NL80211AuthenticationType.sae
            default: NL80211AuthenticationType.openSystem
            }
        var attributes = [
            RequestAttribute(NL80211Attribute.mac, .bytes(request.bssid.octets)),
            RequestAttribute(NL80211Attribute.frequency, .u32(UInt32(request.frequencyMHz))),
            RequestAttribute(NL80211Attribute.ssid, .bytes(request.ssid)),
            RequestAttribute(NL80211Attribute.authenticationType, .u32(UInt32(type))),
        ]
        if let data = request.data {
            attributes.append(RequestAttribute(NL80211Attribute.authenticationData, .bytes(data)))
        }
        if let key = request.key { attributes.append(key.attribute) }
        try await send(.authenticate, attributes)
    }

    /// Begins an association; from here on the link is the socket's, and EAPOL frames come to it.
    ///
    /// - Throws: `NetlinkError`.
    package func associate(_ request: AssociationRequest) async throws(NetlinkError) {
        try await send(.associate, Self.attributes(request, handshakesHere: true))
    }

    /// Begins a connection; from here on the link is the socket's.
    ///
    /// Its outcome is the event of the same name.
    ///
    /// - Throws: `NetlinkError`; with EALREADY when the interface is connected, EINVAL when the driver does not do what it
    ///   is asked to do.
    package func connect(_ request: ConnectionRequest) async throws(NetlinkError) {
        var isOwn = true
        var type = NL80211AuthenticationType.openSystem
        var secret: RequestAttribute?
        switch request.handshake {
        case .none, .own: break
        case .offloadedPSK(let key):
            isOwn = false
            secret = RequestAttribute(NL80211Attribute.pmk, .secret(key))
        case .offloadedSAE(let password):
            isOwn = false
            type = NL80211AuthenticationType.sae
            secret = RequestAttribute(NL80211Attribute.saePassword, .secret(password))
        }
        let attributes =
            Self.attributes(request.association, handshakesHere: isOwn)
            + [RequestAttribute(NL80211Attribute.authenticationType, .u32(UInt32(type)))]
        try await send(.connect, attributes + (secret.map { [$0] } ?? []))
    }

    private static func attributes(_ request: AssociationRequest, handshakesHere: Bool) -> [RequestAttribute] {
        var attributes = [
            RequestAttribute(NL80211Attribute.mac, .bytes(request.bssid.octets)),
            RequestAttribute(NL80211Attribute.frequency, .u32(UInt32(request.frequencyMHz))),
            RequestAttribute(NL80211Attribute.ssid, .bytes(request.ssid)),
            RequestAttribute(NL80211Attribute.socketOwner, .flag),
        ]
        if !request.elements.isEmpty {
            attributes.append(RequestAttribute(NL80211Attribute.elements, .bytes(request.elements)))
        }
        if let protection = request.protection {
            attributes += [
                RequestAttribute(NL80211Attribute.privacy, .flag),
                RequestAttribute(NL80211Attribute.pairwiseCipherSuites, .u32(protection.pairwiseCipher.rawValue)),
                RequestAttribute(NL80211Attribute.groupCipherSuite, .u32(protection.groupCipher.rawValue)),
            ]
            if let akm = protection.akm {
                attributes += [
                    RequestAttribute(NL80211Attribute.wpaVersions, .u32(UInt32(NL80211WPAVersion.rsn))),
                    RequestAttribute(NL80211Attribute.akmSuites, .u32(akm.rawValue)),
                    RequestAttribute(NL80211Attribute.controlPort, .flag),
                    RequestAttribute(
                        NL80211Attribute.useManagementFrameProtection,
                        .u32(protection.protectsManagementFrames ? 1 : 0)
                    ),
                ]
                if handshakesHere {
                    attributes += [
                        RequestAttribute(NL80211Attribute.controlPortEtherType, .u16(Self.etherType)),
                        RequestAttribute(NL80211Attribute.controlPortOverNL80211, .flag),
                    ]
                }
            }
        }
        return attributes
    }

    /// Sends an EAPOL frame to the access point.
    ///
    /// - Parameters:
    ///   - frame: from the header of IEEE 802.1X on.
    ///   - bssid: the access point.
    ///   - encrypted: false to send it in the clear whatever keys there are.
    /// - Throws: `NetlinkError`; with ENOTCONN before the association.
    package func send(frame: [UInt8], to bssid: MACAddress, encrypted: Bool) async throws(NetlinkError) {
        var attributes = [
            RequestAttribute(NL80211Attribute.frame, .bytes(frame)),
            RequestAttribute(NL80211Attribute.mac, .bytes(bssid.octets)),
            RequestAttribute(NL80211Attribute.controlPortEtherType, .u16(Self.etherType)),
        ]
        if !encrypted { attributes.append(RequestAttribute(NL80211Attribute.controlPortNoEncryption, .flag)) }
        try await send(.controlPortFrame, attributes)
    }

    /// Installs a key.
    ///
    /// - Throws: `NetlinkError`.
    package func install(_ key: LinkKey) async throws(NetlinkError) {
        var attributes = [key.attribute]
        if let peer = key.peer { attributes.append(RequestAttribute(NL80211Attribute.mac, .bytes(peer.octets))) }
        try await send(.newKey, attributes)
    }

    /// Has frames sent with an installed key: for WEP.
    ///
    /// - Throws: `NetlinkError`.
    package func useKey(index: UInt8) async throws(NetlinkError) {
        let members = [
            RequestAttribute(NL80211KeyAttribute.index, .u8(index)),
            RequestAttribute(NL80211KeyAttribute.isDefault, .flag),
        ]
        try await send(.setKey, [RequestAttribute(NL80211Attribute.key, .nested(members))])
    }

    /// Opens the controlled port: data may pass.
    ///
    /// - Throws: `NetlinkError`.
    package func authorize(_ bssid: MACAddress) async throws(NetlinkError) {
        let bit = UInt32(1) << UInt32(NL80211StationFlag.authorized)
        let flags = withUnsafeBytes(of: (bit, bit)) { Array($0) }
        try await send(
            .setStation,
            [
                RequestAttribute(NL80211Attribute.mac, .bytes(bssid.octets)),
                RequestAttribute(NL80211Attribute.stationFlags, .bytes(flags)),
            ]
        )
    }

    // MARK: Asking

    /// Has the answers to SA Queries come to this socket.
    ///
    /// - Throws: `NetlinkError`; with EALREADY when they go to another one.
    package func listenForSecurityAssociationResponses() async throws(NetlinkError) {
        try await send(
            .registerFrame,
            [
                RequestAttribute(NL80211Attribute.frameType, .u16(SecurityAssociationQuery.frameControl)),
                RequestAttribute(NL80211Attribute.frameMatch, .bytes(SecurityAssociationQuery.responseMatch)),
            ]
        )
    }

    /// Asks the access point whether it still has the keys.
    ///
    /// - Parameters:
    ///   - query: the question.
    ///   - station: the interface's address.
    /// - Throws: `NetlinkError`; with ENOTCONN when there is no link.
    package func send(_ query: SecurityAssociationQuery, from station: MACAddress) async throws(NetlinkError) {
        try await send(.frame, [RequestAttribute(NL80211Attribute.frame, .bytes(query.frame(from: station)))])
    }

    // MARK: Leaving

    /// Ends an authentication or the link with an access point.
    ///
    /// - Throws: `NetlinkError`; with ENOTCONN when there is none.
    package func deauthenticate(_ bssid: MACAddress, reason: ReasonCode) async throws(NetlinkError) {
        try await send(
            .deauthenticate,
            [
                RequestAttribute(NL80211Attribute.mac, .bytes(bssid.octets)),
                RequestAttribute(NL80211Attribute.reasonCode, .u16(reason.rawValue)),
            ]
        )
    }

    /// Ends a connection.
    ///
    /// - Throws: `NetlinkError`.
    package func disconnect(reason: ReasonCode) async throws(NetlinkError) {
        try await send(.disconnect, [RequestAttribute(NL80211Attribute.reasonCode, .u16(reason.rawValue))])
    }

    private func send(_ command: NL80211Command, _ attributes: [RequestAttribute]) async throws(NetlinkError) {
        _ = try await connection.send(
            NetlinkRequest(
                family: family.number,
                command: command.rawValue,
                name: command.name,
                attributes: [RequestAttribute(NL80211Attribute.interfaceIndex, .u32(interface))] + attributes
            )
        )
    }
}
