package import IEEE80211

/// An EAPOL frame that came over nl80211 (`NL80211_CMD_CONTROL_PORT_FRAME`).
package struct ControlPortFrame: Sendable {
    /// Who sent it.
    package let source: MACAddress
    /// The frame, from the header of IEEE 802.1X on.
    package let octets: [UInt8]
    /// Whether it came encrypted.
    package let isEncrypted: Bool
    /// When it was read from the kernel.
    package let instant: ContinuousClock.Instant
}

/// A question to an access point whether it still has the keys, or its answer (IEEE 802.11-2020, 9.6.9 and 11.13).
package struct SecurityAssociationQuery: Sendable {
    /// The access point.
    package let bssid: MACAddress
    /// What an answer repeats.
    package let transaction: UInt16

    /// Makes a question.
    package init(bssid: MACAddress, transaction: UInt16) {
        self.bssid = bssid
        self.transaction = transaction
    }

    /// The frame control of an Action frame.
    fileprivate static let frameControl: UInt16 = 0x00D0
    private static let category: UInt8 = 8
    private static let request: UInt8 = 0
    private static let response: UInt8 = 1
    /// What the bodies of answers begin with.
    fileprivate static let responseMatch = [category, response]

    /// The whole frame; the kernel sets duration and sequence, and protects it.
    fileprivate func frame(from station: MACAddress) -> [UInt8] {
        [UInt8(Self.frameControl & 0xFF), UInt8(Self.frameControl >> 8), 0, 0] + bssid.octets + station.octets
            + bssid.octets + [0, 0, Self.category, Self.request, UInt8(transaction & 0xFF), UInt8(transaction >> 8)]
    }

    /// Reads the kernel's message; nil when it is none about an answer on this interface.
    ///
    /// The kernel has dropped answers that were not protected (IEEE 802.11-2020, 12.6.19).
    fileprivate init?(response message: GenericNetlinkMessage, interface: UInt32) {
        guard message.command == NL80211Command.frame.rawValue, let attributes = try? message.attributes(),
            attributes.u32(NL80211Attribute.interfaceIndex) == interface,
            let octets = attributes.bytes(NL80211Attribute.frame), octets.count >= 28,
            octets[0] == UInt8(Self.frameControl & 0xFF), Array(octets[24..<26]) == Self.responseMatch,
            let transmitter = MACAddress(octets: octets[10..<16])
        else { return nil }
        self.init(bssid: transmitter, transaction: UInt16(octets[26]) | UInt16(octets[27]) << 8)
    }
}

/// How to authenticate with an access point.
package struct AuthenticationRequest: Sendable {
    /// The access point.
    package var bssid: MACAddress
    /// Its channel's centre frequency in MHz.
    package var frequencyMHz: Int
    /// The network's name.
    package var ssid: [UInt8]
    /// Open system, shared key or SAE.
    package var algorithm: AuthenticationAlgorithm
    /// Transaction, status and what follows: for SAE.
    package var data: [UInt8]?
    /// The WEP key: for a shared key.
    package var key: LinkKey?

    /// Makes a request.
    package init(
        bssid: MACAddress,
        frequencyMHz: Int,
        ssid: [UInt8],
        algorithm: AuthenticationAlgorithm,
        data: [UInt8]? = nil,
        key: LinkKey? = nil
    ) {
        self.bssid = bssid
        self.frequencyMHz = frequencyMHz
        self.ssid = ssid
        self.algorithm = algorithm
        self.data = data
        self.key = key
    }
}

/// How to associate with an access point.
package struct AssociationRequest: Sendable {
    /// What frames are to be protected with.
    package struct Protection: Sendable {
        /// The pairwise cipher.
        package var pairwiseCipher: CipherSuite
        /// The group cipher.
        package var groupCipher: CipherSuite
        /// The AKM; nil for WEP.
        package var akm: AKMSuite?
        /// Whether management frames are protected.
        package var protectsManagementFrames: Bool

        /// Makes a protection.
        package init(
            pairwiseCipher: CipherSuite,
            groupCipher: CipherSuite,
            akm: AKMSuite?,
            protectsManagementFrames: Bool
        ) {
            self.pairwiseCipher = pairwiseCipher
            self.groupCipher = groupCipher
            self.akm = akm
            self.protectsManagementFrames = protectsManagementFrames
        }
    }

    /// The access point.
    package var bssid: MACAddress
    /// Its channel's centre frequency in MHz.
    package var frequencyMHz: Int
    /// The network's name.
    package var ssid: [UInt8]
    /// The elements that are ours to write.
    package var elements: [UInt8]
    /// Nil for an open network.
    package var protection: Protection?

    /// Makes a request.
    package init(
        bssid: MACAddress,
        frequencyMHz: Int,
        ssid: [UInt8],
        elements: [UInt8],
        protection: Protection?
    ) {
        self.bssid = bssid
        self.frequencyMHz = frequencyMHz
        self.ssid = ssid
        self.elements = elements
        self.protection = protection
    }
}

/// How to connect to an access point: the driver, or the kernel for it, authenticates and associates.
package struct ConnectionRequest: Sendable {
    /// Who agrees on the keys.
    package enum Handshake: Sendable {
        /// Nobody: an open network.
        case none
        /// This program; EAPOL frames come to it.
        case own
        /// The driver, from the PSK.
        case offloadedPSK(any SecretAttribute)
        /// The driver, from the password.
        case offloadedSAE(any SecretAttribute)
    }

    /// The access point, the elements and the protection.
    package var association: AssociationRequest
    /// Who agrees on the keys.
    package var handshake: Handshake

    /// Makes a request.
    package init(association: AssociationRequest, handshake: Handshake) {
        self.association = association
        self.handshake = handshake
    }
}

/// A key for the kernel.
package struct LinkKey: Sendable {
    /// The peer whose individually addressed frames it protects; nil for a group key and for WEP.
    package var peer: MACAddress?
    /// The key index.
    package var index: UInt8
    /// The cipher.
    package var cipher: CipherSuite
    /// The key.
    package var key: any SecretAttribute
    /// The packet number so far, the low octet first; empty for none.
    package var sequence: [UInt8]

    /// Makes a key.
    package init(
        peer: MACAddress? = nil,
        index: UInt8,
        cipher: CipherSuite,
        key: any SecretAttribute,
        sequence: [UInt8] = []
    ) {
        self.peer = peer
        self.index = index
        self.cipher = cipher
        self.key = key
        self.sequence = sequence
    }

    fileprivate var attribute: RequestAttribute {
        var members = [
            RequestAttribute(NL80211KeyAttribute.data, .secret(key)),
            RequestAttribute(NL80211KeyAttribute.index, .u8(index)),
            RequestAttribute(NL80211KeyAttribute.cipher, .u32(cipher.rawValue)),
            RequestAttribute(
                NL80211KeyAttribute.type,
                .u32(UInt32(peer == nil ? NL80211KeyType.group : NL80211KeyType.pairwise))
            ),
        ]
        if !sequence.isEmpty { members.append(RequestAttribute(NL80211KeyAttribute.sequence, .bytes(sequence))) }
        return RequestAttribute(NL80211Attribute.key, .nested(members))
    }
}

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

extension ControlPortFrame {
    /// Reads the kernel's message; nil when it is none about an EAPOL frame of this interface.
    init?(_ message: GenericNetlinkMessage, interface: UInt32) {
        guard message.command == NL80211Command.controlPortFrame.rawValue,
            let attributes = try? message.attributes(),
            attributes.u32(NL80211Attribute.interfaceIndex) == interface,
            let source = attributes.macAddress(NL80211Attribute.mac),
            let octets = attributes.bytes(NL80211Attribute.frame)
        else { return nil }
        self.init(
            source: source,
            octets: octets,
            isEncrypted: !attributes.has(NL80211Attribute.controlPortNoEncryption),
            instant: .now
        )
    }
}

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
