/// Who sent a management frame to whom (IEEE 802.11-2020, 9.3.3.1).
package struct FrameAddresses: Hashable, Sendable {
    /// The receiver: address 1.
    package let receiver: MACAddress
    /// The transmitter: address 2.
    package let transmitter: MACAddress
    /// The BSSID: address 3.
    package let bssid: MACAddress

    /// True when the access point sent the frame, or somebody in its name: these frames are often unprotected.
    package var isFromAP: Bool { transmitter == bssid }
}

/// An authentication frame (IEEE 802.11-2020, 9.3.3.11).
package struct AuthenticationFrame: Hashable, Sendable {
    /// Who sent it to whom.
    package let addresses: FrameAddresses
    /// The algorithm.
    package let algorithm: AuthenticationAlgorithm
    /// The place in the exchange: 1 and 2, or 1 to 4 with a shared key.
    package let transaction: UInt16
    /// The answer.
    package let status: StatusCode
    /// What follows: SAE fields, a WEP challenge or elements.
    package let content: [UInt8]
}

/// An association or reassociation response (IEEE 802.11-2020, 9.3.3.6 and 9.3.3.8).
package struct AssociationResponseFrame: Hashable, Sendable {
    /// Who sent it to whom.
    package let addresses: FrameAddresses
    /// True for a reassociation response.
    package let isReassociation: Bool
    /// The Capability Information field.
    package let capability: UInt16
    /// The answer.
    package let status: StatusCode
    /// The association identifier, from 1 to 2007; meaningless unless the status is success.
    package let associationID: UInt16
    /// The elements that follow.
    package let elements: ElementList
}

/// A deauthentication or a disassociation (IEEE 802.11-2020, 9.3.3.12 and 9.3.3.4).
package struct DisconnectionFrame: Hashable, Sendable {
    /// Who sent it to whom.
    package let addresses: FrameAddresses
    /// The reason given by the sender.
    package let reason: ReasonCode
}

/// A management frame of a join.
package enum ManagementFrame: Hashable, Sendable {
    /// An authentication frame.
    case authentication(AuthenticationFrame)
    /// An association or reassociation response.
    case associationResponse(AssociationResponseFrame)
    /// A deauthentication.
    case deauthentication(DisconnectionFrame)
    /// A disassociation.
    case disassociation(DisconnectionFrame)
    /// Another subtype, from 0 to 15, with its undecoded body.
    case other(subtype: UInt8, FrameAddresses, [UInt8])

    /// Reads a whole frame from its Frame Control field on, without the FCS.
    ///
    /// The Protected Frame bit is not looked at: the kernel hands over frames that it has already decrypted.
    ///
    /// - Throws: `MalformedOctets` when the frame ends early or is not a management frame.
    package init(_ octets: [UInt8]) throws(MalformedOctets) {
        var reader = OctetReader(octets, structure: "management frame")
        let control = try reader.u16()
        guard control & 0b11 == 0 else { throw reader.invalid("protocol version \(control & 0b11)", back: 2) }
        guard control >> 2 & 0b11 == 0 else { throw reader.invalid("type \(control >> 2 & 0b11)", back: 2) }
        _ = try reader.u16()
        let addresses = FrameAddresses(
            receiver: try reader.macAddress(),
            transmitter: try reader.macAddress(),
            bssid: try reader.macAddress()
        )
        _ = try reader.u16()
        if control & 0x8000 != 0 {
            // +HTC: an HT Control field of four octets follows (9.2.4.1.10).
            _ = try reader.read(4)
        }
        let subtype = UInt8(control >> 4 & 0b1111)
        switch subtype {
        case 1, 3:
            self = .associationResponse(
                AssociationResponseFrame(
                    addresses: addresses,
                    isReassociation: subtype == 3,
                    capability: try reader.u16(),
                    status: StatusCode(rawValue: try reader.u16()),
                    associationID: try reader.u16() & 0x3FFF,
                    elements: ElementList(reader.rest())
                )
            )
        case 10:
            self = .disassociation(
                DisconnectionFrame(addresses: addresses, reason: ReasonCode(rawValue: try reader.u16()))
            )
        case 11:
            self = .authentication(
                AuthenticationFrame(
                    addresses: addresses,
                    algorithm: AuthenticationAlgorithm(rawValue: try reader.u16()),
                    transaction: try reader.u16(),
                    status: StatusCode(rawValue: try reader.u16()),
                    content: reader.rest()
                )
            )
        case 12:
            self = .deauthentication(
                DisconnectionFrame(addresses: addresses, reason: ReasonCode(rawValue: try reader.u16()))
            )
        default:
            self = .other(subtype: subtype, addresses, reader.rest())
        }
    }
}

/// The Authentication Algorithm Number field (IEEE 802.11-2020, 9.4.1.1).
package struct AuthenticationAlgorithm: RawRepresentable, Hashable, Sendable {
    /// The number on the air.
    package let rawValue: UInt16

    /// Makes an algorithm from the number on the air.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Open system: no authentication at this stage.
    package static let openSystem = Self(rawValue: 0)
    /// WEP shared key.
    package static let sharedKey = Self(rawValue: 1)
    /// Fast BSS transition.
    package static let fastBSSTransition = Self(rawValue: 2)
    /// Simultaneous authentication of equals.
    package static let sae = Self(rawValue: 3)
    /// Fast initial link setup with a shared key.
    package static let filsSharedKey = Self(rawValue: 4)
    /// Fast initial link setup with a shared key and perfect forward secrecy.
    package static let filsSharedKeyPFS = Self(rawValue: 5)
    /// Fast initial link setup with a public key.
    package static let filsPublicKey = Self(rawValue: 6)
    /// Pre-association security negotiation.
    package static let pasn = Self(rawValue: 7)
}

extension AuthenticationAlgorithm: CustomStringConvertible {
    /// The usual name and the number: `SAE (3)`.
    package var description: String {
        let names = ["open", "shared key", "FT", "SAE", "FILS-SK", "FILS-SK-PFS", "FILS-PK", "PASN"]
        return "\(Int(rawValue) < names.count ? names[Int(rawValue)] : "unknown") (\(rawValue))"
    }
}
