package import IEEE80211

/// Something that nl80211 told everybody, without being asked.
package struct NL80211Event: Sendable {
    /// What was expected from the access point, or that it did not come.
    package enum Answer<Frame: Sendable>: Sendable {
        /// The access point answered with this frame.
        case frame(Frame)
        /// The access point did not answer; its BSSID where the kernel says it.
        case timedOut(MACAddress?)
    }

    /// The outcome of a connection attempt, which the kernel or the driver sums up (`NL80211_CMD_CONNECT`).
    package struct Connection: Sendable {
        /// The access point's answer; 1 without a meaning of its own when ``timeout`` is set.
        package let status: StatusCode
        /// What did not answer; nil when the access point did.
        package let timeout: TimeoutReason?
        /// The access point; nil when none was found.
        package let bssid: MACAddress?
        /// The elements of our association request: its RSNE says what was negotiated.
        package let requestElements: ElementList
        /// The elements of the association response.
        package let responseElements: ElementList

        /// Whether there is no connection.
        package var hasFailed: Bool { timeout != nil || !status.isSuccess }
    }

    /// Which networks a scan looks for and where.
    package struct Scan: Hashable, Sendable {
        /// The SSIDs asked for; an empty one asks for any, no one at all means that the scan only listens.
        package let ssids: [[UInt8]]
        /// The frequencies in MHz.
        package let frequenciesMHz: [Int]
    }

    /// What happened.
    package enum Kind: Sendable {
        /// The kernel added a peer: an authentication has begun.
        case newStation(MACAddress)
        /// The kernel removed a peer.
        case deleteStation(MACAddress)
        /// An authentication frame came, or none did. SAE has two or more of them.
        case authenticate(Answer<AuthenticationFrame>)
        /// An association response came, or none did; with the elements of our request where the kernel says them.
        case associate(Answer<AssociationResponseFrame>, requestElements: ElementList)
        /// A connection attempt ended.
        case connect(Connection)
        /// The driver moved to another access point of the network.
        case roam(MACAddress?)
        /// The access point moved to another channel, and the link with it: the new centre frequency in MHz.
        case channelSwitched(frequencyMHz: Int)
        /// The connection ended: by the access point, or by this host when the flag is not set.
        ///
        /// The reason is nil when the kernel gives none.
        case disconnect(ReasonCode?, byAP: Bool)
        /// A deauthentication was received or, when it is not from the access point, sent.
        case deauthenticate(DisconnectionFrame)
        /// A disassociation was received or, when it is not from the access point, sent.
        case disassociate(DisconnectionFrame)
        /// An unprotected deauthentication came where frames are protected: it was ignored, and may be forged.
        case unprotectedDeauthenticate(DisconnectionFrame)
        /// An unprotected disassociation came where frames are protected: it was ignored, and may be forged.
        case unprotectedDisassociate(DisconnectionFrame)
        /// An EAPOL frame that this host sent was acknowledged, or not; the frame begins with its Ethernet header.
        ///
        /// `EAPOLKeyHeader` tells message 2 of a handshake from message 4. Several acknowledged messages 2 with
        /// increasing replay counters and no message 4 say seconds before reason 15 that the access point does not
        /// accept the key.
        case controlPortTransmitStatus(acknowledged: Bool, frame: [UInt8])
        /// The driver's own four-way handshake succeeded.
        case portAuthorized(MACAddress?)
        /// A scan began.
        case triggerScan(Scan)
        /// A scan ended with results.
        case newScanResults(Scan)
        /// A scan ended early.
        case scanAborted(Scan)
        /// Another event.
        case other(NL80211Command)
        /// A message that cannot be read.
        case malformed(NL80211Command?, MalformedOctets)
        /// Events before this one were lost: read the state anew instead of waiting for what may be gone.
        case overrun
    }

    /// The number of the interface; nil when the event is not about one.
    package let interface: UInt32?
    /// The number of the wiphy; nil when the event is not about one.
    package let wiphy: UInt32?
    /// When it was read from the kernel.
    package let instant: ContinuousClock.Instant
    /// What happened.
    package let kind: Kind

    /// Makes an event from its parts.
    package init(interface: UInt32?, wiphy: UInt32?, instant: ContinuousClock.Instant, kind: Kind) {
        self.interface = interface
        self.wiphy = wiphy
        self.instant = instant
        self.kind = kind
    }
}

/// What did not answer in a connection attempt (`enum nl80211_timeout_reason`).
///
/// The number belongs to the kernel: one beyond the table is kept and printed as `unknown (9)`.
package struct TimeoutReason: RawRepresentable, Hashable, Sendable {
    /// The kernel's number.
    package let rawValue: UInt32

    /// Makes a reason from the kernel's number.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Not said; mac80211 leaves it so when the network was not found. `NL80211_TIMEOUT_UNSPECIFIED`
    package static let unspecified = Self(rawValue: 0)
    /// The scan found nothing. `NL80211_TIMEOUT_SCAN`
    package static let scan = Self(rawValue: 1)
    /// The authentication. `NL80211_TIMEOUT_AUTH`
    package static let authentication = Self(rawValue: 2)
    /// The association. `NL80211_TIMEOUT_ASSOC`
    package static let association = Self(rawValue: 3)
}

extension TimeoutReason: CustomStringConvertible {
    /// The name and the number: `authentication (2)`.
    package var description: String {
        let names = ["unspecified", "scan", "authentication", "association"]
        return "\(Int(rawValue) < names.count ? names[Int(rawValue)] : "unknown") (\(rawValue))"
    }
}
