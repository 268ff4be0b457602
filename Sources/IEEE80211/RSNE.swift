/// The RSN Capabilities field (IEEE 802.11-2020, 9.4.2.24.4).
package struct RSNCapabilities: OptionSet, Hashable, Sendable {
    /// The field as a little-endian number.
    package let rawValue: UInt16

    /// Makes capabilities from the field.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The sender supports RSN preauthentication.
    package static let preauthentication = Self(rawValue: 1 << 0)
    /// The sender cannot use a default WEP key beside a pairwise key.
    package static let noPairwise = Self(rawValue: 1 << 1)
    /// Management frame protection is required (MFPR).
    package static let managementFrameProtectionRequired = Self(rawValue: 1 << 6)
    /// Management frame protection is possible (MFPC).
    package static let managementFrameProtectionCapable = Self(rawValue: 1 << 7)
    /// Pairwise keys may use the key identifiers 0 and 1.
    package static let extendedKeyID = Self(rawValue: 1 << 13)
    /// The sender validates the operating channel.
    package static let operatingChannelValidation = Self(rawValue: 1 << 14)
}

/// What a station offers or chooses for a robust security network: the RSN element (IEEE 802.11-2020, 9.4.2.24).
///
/// Every field after the version may be absent; nil says so, and the `effective…` properties give what then holds.
package struct RSNE: Hashable, Sendable {
    /// The version; 1 is the only one defined.
    package var version: UInt16 = 1
    /// The cipher of group addressed data frames.
    package var groupDataCipher: CipherSuite?
    /// The ciphers of individually addressed frames.
    package var pairwiseCiphers: [CipherSuite]?
    /// The ways to authenticate and to manage keys.
    package var akmSuites: [AKMSuite]?
    /// The capabilities.
    package var capabilities: RSNCapabilities?
    /// Identifiers of cached keys, 16 octets each.
    package var pmkids: [[UInt8]]?
    /// The cipher of group addressed management frames.
    package var groupManagementCipher: CipherSuite?
    /// Octets after the last field we know.
    package var trailing: [UInt8] = []

    /// Makes an element of version 1 with the fields given.
    package init(
        groupDataCipher: CipherSuite? = nil,
        pairwiseCiphers: [CipherSuite]? = nil,
        akmSuites: [AKMSuite]? = nil,
        capabilities: RSNCapabilities? = nil,
        pmkids: [[UInt8]]? = nil,
        groupManagementCipher: CipherSuite? = nil
    ) {
        self.groupDataCipher = groupDataCipher
        self.pairwiseCiphers = pairwiseCiphers
        self.akmSuites = akmSuites
        self.capabilities = capabilities
        self.pmkids = pmkids
        self.groupManagementCipher = groupManagementCipher
    }

    /// Reads the body of an RSN element.
    ///
    /// - Parameter body: the octets after identifier and length.
    /// - Throws: `MalformedOctets` when a field ends early, a list of suites is empty or the version is 0.
    package init(_ body: [UInt8]) throws(MalformedOctets) {
        var reader = OctetReader(body, structure: "RSNE")
        version = try reader.u16()
        guard version != 0 else { throw reader.invalid("version 0", back: 2) }
        guard reader.remaining > 0 else { return }
        groupDataCipher = CipherSuite(rawValue: try reader.suite())
        guard reader.remaining > 0 else { return }
        pairwiseCiphers = try reader.suites("no pairwise cipher").map(CipherSuite.init)
        guard reader.remaining > 0 else { return }
        akmSuites = try reader.suites("no AKM suite").map(AKMSuite.init)
        guard reader.remaining > 0 else { return }
        capabilities = RSNCapabilities(rawValue: try reader.u16())
        guard reader.remaining > 0 else { return }
        var pmkids: [[UInt8]] = []
        for _ in 0..<(try reader.u16()) {
            pmkids.append(try reader.read(16))
        }
        self.pmkids = pmkids
        guard reader.remaining > 0 else { return }
        groupManagementCipher = CipherSuite(rawValue: try reader.suite())
        trailing = reader.rest()
    }

    /// The body of the element, up to the last field that is present.
    ///
    /// A field that is absent before one that is present is written with the value that its absence means.
    package var body: [UInt8] {
        var fields: [(present: Bool, octets: [UInt8])] = []
        fields.append((groupDataCipher != nil, emit(effectiveGroupDataCipher.rawValue)))
        fields.append((pairwiseCiphers != nil, emit(effectivePairwiseCiphers.map(\.rawValue))))
        fields.append((akmSuites != nil, emit(effectiveAKMSuites.map(\.rawValue))))
        fields.append((capabilities != nil, emit16(effectiveCapabilities.rawValue)))
        fields.append((pmkids != nil, emit16(UInt16(truncatingIfNeeded: pmkids?.count ?? 0)) + (pmkids ?? []).joined()))
        fields.append((groupManagementCipher != nil, emit((groupManagementCipher ?? .bipCMAC128).rawValue)))
        fields.append((!trailing.isEmpty, trailing))
        let count = (fields.lastIndex(where: \.present) ?? -1) + 1
        return emit16(version) + fields.prefix(count).flatMap(\.octets)
    }

    /// The whole element with identifier and length; nil when it is too long to be one.
    package var element: Element? { Element(.rsn, body: body) }

    /// The group data cipher that holds: CCMP-128 when absent.
    package var effectiveGroupDataCipher: CipherSuite { groupDataCipher ?? .ccmp128 }

    /// The pairwise ciphers that hold: CCMP-128 when absent.
    package var effectivePairwiseCiphers: [CipherSuite] { pairwiseCiphers ?? [.ccmp128] }

    /// The AKM suites that hold: IEEE 802.1X when absent.
    package var effectiveAKMSuites: [AKMSuite] { akmSuites ?? [.ieee8021X] }

    /// The capabilities that hold: none when absent.
    package var effectiveCapabilities: RSNCapabilities { capabilities ?? [] }

    /// The group management cipher that holds: BIP-CMAC-128 when absent and frames are protected, else nil.
    package var effectiveGroupManagementCipher: CipherSuite? {
        groupManagementCipher
            ?? (effectiveCapabilities.contains(.managementFrameProtectionCapable) ? .bipCMAC128 : nil)
    }
}

/// What an access point offers for WPA1, the Wi-Fi Alliance's vendor element 00-50-F2:1.
package struct WPA1Element: Hashable, Sendable {
    /// The version; 1 is the only one defined.
    package let version: UInt16
    /// The cipher of group addressed frames; nil when absent.
    package let groupCipher: CipherSuite?
    /// The ciphers of individually addressed frames; empty when absent.
    package let pairwiseCiphers: [CipherSuite]
    /// The ways to authenticate and to manage keys; empty when absent.
    package let akmSuites: [AKMSuite]

    /// Reads the octets after OUI and type.
    ///
    /// - Throws: `MalformedOctets` when a field ends early or a list is empty.
    package init(_ body: [UInt8]) throws(MalformedOctets) {
        var reader = OctetReader(body, structure: "WPA1 element")
        version = try reader.u16()
        groupCipher = reader.remaining > 0 ? CipherSuite(rawValue: try reader.suite()) : nil
        pairwiseCiphers = reader.remaining > 0 ? try reader.suites("no pairwise cipher").map(CipherSuite.init) : []
        akmSuites = reader.remaining > 0 ? try reader.suites("no AKM suite").map(AKMSuite.init) : []
    }
}

/// More of what a station can do in a robust security network: the RSN extension element (IEEE 802.11-2020, 9.4.2.241).
package struct RSNXE: Hashable, Sendable {
    /// The body: a length in the low four bits, then one bit a capability.
    package let body: [UInt8]

    /// Keeps the body of an RSN extension element.
    package init(_ body: [UInt8]) {
        self.body = body
    }

    /// Makes the element of a station that can do SAE by hash-to-element, or that has nothing to say.
    package init(hashToElement: Bool) {
        body = [hashToElement ? 1 << 5 : 0]
    }

    /// The whole element with identifier and length; nil when it is too long to be one.
    package var element: Element? { Element(.rsnExtension, body: body) }

    /// Whether a bit of the field is set, counted from 0 at the low bit of the first octet; the first four are a length.
    package func contains(bit: Int) -> Bool {
        guard bit >= 4, bit / 8 < body.count else { return false }
        return body[bit / 8] >> UInt8(bit % 8) & 1 == 1
    }

    /// The sender can do SAE by hash-to-element (bit 5).
    package var hashToElement: Bool { contains(bit: 5) }

    /// The sender can do SAE-PK (bit 6).
    package var saePK: Bool { contains(bit: 6) }
}

/// Where the other half of an OWE transition pair is: the Wi-Fi Alliance's vendor element 50-6F-9A:28.
package struct OWETransitionElement: Hashable, Sendable {
    /// The BSSID of the other half.
    package let bssid: MACAddress
    /// The SSID of the other half, up to 32 octets.
    package let ssid: [UInt8]
    /// Where the other half is, where that is another channel; nil where it is not said.
    package var place: Place?

    /// A channel as operating class and number (IEEE 802.11-2020, Table E-4).
    package struct Place: Hashable, Sendable {
        package let operatingClass: UInt8
        package let number: UInt8

        /// The channel; nil where the class or the number is none that is known here.
        package var channel: Channel? {
            switch operatingClass {
            case 81...84: Channel(band: .ghz2_4, number: Int(number))
            case 115...130: Channel(band: .ghz5, number: Int(number))
            case 131...137: Channel(band: .ghz6, number: Int(number))
            default: nil
            }
        }
    }

    /// Reads the octets after OUI and type.
    ///
    /// - Throws: `MalformedOctets` when they end early or the SSID is longer than 32 octets.
    package init(_ body: [UInt8]) throws(MalformedOctets) {
        var reader = OctetReader(body, structure: "OWE transition element")
        bssid = try reader.macAddress()
        let length = Int(try reader.u8())
        guard length <= 32 else { throw reader.invalid("an SSID of \(length) octets", back: 1) }
        ssid = try reader.read(length)
        if reader.remaining >= 2 { place = Place(operatingClass: try reader.u8(), number: try reader.u8()) }
    }

    /// Makes an element; nil when the SSID is longer than 32 octets.
    package init?(bssid: MACAddress, ssid: [UInt8]) {
        guard ssid.count <= 32 else { return nil }
        self.bssid = bssid
        self.ssid = ssid
    }

    /// The whole element with identifier, length, OUI and type; nil never comes out.
    package var element: Element? {
        Element(
            .vendorSpecific,
            body: [0x50, 0x6F, 0x9A, 0x1C] + bssid.octets + [UInt8(ssid.count)] + ssid
                + (place.map { [$0.operatingClass, $0.number] } ?? [])
        )
    }
}

/// One end's public key for OWE (RFC 8110, 4.3).
package struct DiffieHellmanParameterElement: Hashable, Sendable {
    /// The number of the group.
    package let group: UInt16
    /// The public key: the x coordinate alone for an elliptic curve.
    package let publicKey: [UInt8]

    /// Makes an element.
    package init(group: UInt16, publicKey: [UInt8]) {
        self.group = group
        self.publicKey = publicKey
    }

    /// Reads the octets after the extension number.
    ///
    /// - Throws: `MalformedOctets` when they end early.
    package init(_ body: [UInt8]) throws(MalformedOctets) {
        var reader = OctetReader(body, structure: "Diffie-Hellman parameter element")
        group = try reader.u16()
        publicKey = reader.rest()
    }

    /// The whole element; nil when the key is too long.
    package var element: Element? { Element(.diffieHellmanParameter, body: emit16(group) + publicKey) }
}

extension OctetReader {
    /// A count and as many suite selectors; an empty list is refused with the text.
    fileprivate mutating func suites(_ empty: String) throws(MalformedOctets) -> [UInt32] {
        let count = Int(try u16())
        guard count > 0 else { throw invalid(empty, back: 2) }
        guard count * 4 <= remaining else {
            throw MalformedOctets(
                structure: "list of \(count) suites",
                offset: offset,
                reason: .truncated(needed: count * 4, available: remaining)
            )
        }
        var suites: [UInt32] = []
        for _ in 0..<count {
            suites.append(try suite())
        }
        return suites
    }
}

private func emit(_ suite: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: suite >> UInt32($0)) }
}

private func emit(_ suites: [UInt32]) -> [UInt8] {
    emit16(UInt16(truncatingIfNeeded: suites.count)) + suites.flatMap(emit)
}

func emit16(_ value: UInt16) -> [UInt8] {
    [UInt8(value & 0xFF), UInt8(value >> 8)]
}
