/// How the two ends authenticate and manage keys: an AKM suite selector (IEEE 802.11-2020, table 9-151).
package struct AKMSuite: RawRepresentable, Hashable, Sendable {
    /// OUI in the upper 24 bits, suite type in the lower 8: `0x000FAC02` is PSK.
    package let rawValue: UInt32

    /// Makes a suite from OUI and type as one number.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// IEEE 802.1X with SHA-1.
    package static let ieee8021X = Self(rawValue: 0x000F_AC01)
    /// Pre-shared key with SHA-1: WPA2-Personal.
    package static let psk = Self(rawValue: 0x000F_AC02)
    /// Fast BSS transition over IEEE 802.1X.
    package static let ftIEEE8021X = Self(rawValue: 0x000F_AC03)
    /// Fast BSS transition with a pre-shared key.
    package static let ftPSK = Self(rawValue: 0x000F_AC04)
    /// IEEE 802.1X with SHA-256.
    package static let ieee8021XSHA256 = Self(rawValue: 0x000F_AC05)
    /// Pre-shared key with SHA-256.
    package static let pskSHA256 = Self(rawValue: 0x000F_AC06)
    /// Tunneled direct link setup.
    package static let tdls = Self(rawValue: 0x000F_AC07)
    /// Simultaneous authentication of equals: WPA3-Personal.
    package static let sae = Self(rawValue: 0x000F_AC08)
    /// Fast BSS transition over SAE.
    package static let ftSAE = Self(rawValue: 0x000F_AC09)
    /// AP peer key.
    package static let apPeerKey = Self(rawValue: 0x000F_AC0A)
    /// IEEE 802.1X, Suite B, SHA-256.
    package static let suiteB = Self(rawValue: 0x000F_AC0B)
    /// IEEE 802.1X, CNSA (Suite B 192 bits), SHA-384: WPA3-Enterprise 192-bit mode.
    package static let suiteB192 = Self(rawValue: 0x000F_AC0C)
    /// Fast BSS transition over IEEE 802.1X with SHA-384.
    package static let ftIEEE8021XSHA384 = Self(rawValue: 0x000F_AC0D)
    /// Fast initial link setup with SHA-256.
    package static let filsSHA256 = Self(rawValue: 0x000F_AC0E)
    /// Fast initial link setup with SHA-384.
    package static let filsSHA384 = Self(rawValue: 0x000F_AC0F)
    /// Fast BSS transition over FILS with SHA-256.
    package static let ftFILSSHA256 = Self(rawValue: 0x000F_AC10)
    /// Fast BSS transition over FILS with SHA-384.
    package static let ftFILSSHA384 = Self(rawValue: 0x000F_AC11)
    /// Opportunistic wireless encryption (RFC 8110): Enhanced Open.
    package static let owe = Self(rawValue: 0x000F_AC12)
    /// Fast BSS transition with a pre-shared key and SHA-384.
    package static let ftPSKSHA384 = Self(rawValue: 0x000F_AC13)
    /// Pre-shared key with SHA-384.
    package static let pskSHA384 = Self(rawValue: 0x000F_AC14)
    /// Fast BSS transition over IEEE 802.1X with SHA-384, outside CNSA.
    package static let ftIEEE8021XSHA384Unrestricted = Self(rawValue: 0x000F_AC16)
    /// IEEE 802.1X with SHA-384, outside CNSA.
    package static let ieee8021XSHA384 = Self(rawValue: 0x000F_AC17)
    /// SAE with a hash that depends on the group.
    package static let saeExtendedKey = Self(rawValue: 0x000F_AC18)
    /// Fast BSS transition over SAE with a hash that depends on the group.
    package static let ftSAEExtendedKey = Self(rawValue: 0x000F_AC19)
    /// WPA1 with IEEE 802.1X (Wi-Fi Alliance, before IEEE 802.11i).
    package static let wpa1IEEE8021X = Self(rawValue: 0x0050_F201)
    /// WPA1 with a pre-shared key (Wi-Fi Alliance, before IEEE 802.11i).
    package static let wpa1PSK = Self(rawValue: 0x0050_F202)

    private static let names: [Self: String] = [
        .ieee8021X: "802.1X", .psk: "PSK", .ftIEEE8021X: "FT-802.1X", .ftPSK: "FT-PSK",
        .ieee8021XSHA256: "802.1X-SHA256", .pskSHA256: "PSK-SHA256", .tdls: "TDLS", .sae: "SAE", .ftSAE: "FT-SAE",
        .apPeerKey: "AP-PEER-KEY", .suiteB: "802.1X-SUITE-B", .suiteB192: "802.1X-SUITE-B-192",
        .ftIEEE8021XSHA384: "FT-802.1X-SHA384", .filsSHA256: "FILS-SHA256", .filsSHA384: "FILS-SHA384",
        .ftFILSSHA256: "FT-FILS-SHA256", .ftFILSSHA384: "FT-FILS-SHA384", .owe: "OWE",
        .ftPSKSHA384: "FT-PSK-SHA384", .pskSHA384: "PSK-SHA384",
        .ftIEEE8021XSHA384Unrestricted: "FT-802.1X-SHA384-UNRESTRICTED", .ieee8021XSHA384: "802.1X-SHA384",
        .saeExtendedKey: "SAE-EXT-KEY", .ftSAEExtendedKey: "FT-SAE-EXT-KEY",
        .wpa1IEEE8021X: "WPA1-802.1X", .wpa1PSK: "WPA1-PSK",
    ]
}

extension AKMSuite: CustomStringConvertible {
    /// The usual name and the selector: `SAE (00-0F-AC:8)`.
    package var description: String { "\(Self.names[self] ?? "unknown") (\(suiteSelector(rawValue)))" }
}

/// How frames are protected: a cipher suite selector (IEEE 802.11-2020, table 9-149).
package struct CipherSuite: RawRepresentable, Hashable, Sendable {
    /// OUI in the upper 24 bits, suite type in the lower 8: `0x000FAC04` is CCMP-128.
    package let rawValue: UInt32

    /// Makes a suite from OUI and type as one number.
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Pairwise traffic uses the group cipher.
    package static let useGroup = Self(rawValue: 0x000F_AC00)
    /// WEP with a key of 40 bits.
    package static let wep40 = Self(rawValue: 0x000F_AC01)
    /// TKIP.
    package static let tkip = Self(rawValue: 0x000F_AC02)
    /// CCMP with a key of 128 bits.
    package static let ccmp128 = Self(rawValue: 0x000F_AC04)
    /// WEP with a key of 104 bits.
    package static let wep104 = Self(rawValue: 0x000F_AC05)
    /// BIP-CMAC-128, the usual group management cipher.
    package static let bipCMAC128 = Self(rawValue: 0x000F_AC06)
    /// Group addressed traffic is not allowed.
    package static let groupTrafficNotAllowed = Self(rawValue: 0x000F_AC07)
    /// GCMP with a key of 128 bits.
    package static let gcmp128 = Self(rawValue: 0x000F_AC08)
    /// GCMP with a key of 256 bits.
    package static let gcmp256 = Self(rawValue: 0x000F_AC09)
    /// CCMP with a key of 256 bits.
    package static let ccmp256 = Self(rawValue: 0x000F_AC0A)
    /// BIP-GMAC-128.
    package static let bipGMAC128 = Self(rawValue: 0x000F_AC0B)
    /// BIP-GMAC-256.
    package static let bipGMAC256 = Self(rawValue: 0x000F_AC0C)
    /// BIP-CMAC-256.
    package static let bipCMAC256 = Self(rawValue: 0x000F_AC0D)
    /// TKIP as WPA1 writes it.
    package static let wpa1TKIP = Self(rawValue: 0x0050_F202)
    /// CCMP as WPA1 writes it.
    package static let wpa1CCMP = Self(rawValue: 0x0050_F204)

    /// Octets of a key: 16 or 32, 5 or 13 for WEP; nil for a suite that has no key or is unknown (table 12-7).
    package var keyLength: Int? {
        switch self {
        case .wep40: 5
        case .wep104: 13
        case .ccmp128, .gcmp128, .bipCMAC128, .bipGMAC128, .wpa1CCMP: 16
        case .tkip, .ccmp256, .gcmp256, .bipGMAC256, .bipCMAC256, .wpa1TKIP: 32
        default: nil
        }
    }

    private static let names: [Self: String] = [
        .useGroup: "use group", .wep40: "WEP-40", .tkip: "TKIP", .ccmp128: "CCMP", .wep104: "WEP-104",
        .bipCMAC128: "BIP-CMAC", .groupTrafficNotAllowed: "no group traffic", .gcmp128: "GCMP", .gcmp256: "GCMP-256",
        .ccmp256: "CCMP-256", .bipGMAC128: "BIP-GMAC", .bipGMAC256: "BIP-GMAC-256", .bipCMAC256: "BIP-CMAC-256",
        .wpa1TKIP: "WPA1-TKIP", .wpa1CCMP: "WPA1-CCMP",
    ]
}

extension CipherSuite: CustomStringConvertible {
    /// The usual name and the selector: `CCMP (00-0F-AC:4)`.
    package var description: String { "\(Self.names[self] ?? "unknown") (\(suiteSelector(rawValue)))" }
}

/// A suite selector as the standard prints it: `00-0F-AC:8`.
private func suiteSelector(_ rawValue: UInt32) -> String {
    let oui = [24, 16, 8].map { shift in
        let octet = UInt8(truncatingIfNeeded: rawValue >> UInt32(shift))
        return (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
    }
    return "\(oui.joined(separator: "-")):\(rawValue & 0xFF)"
}
