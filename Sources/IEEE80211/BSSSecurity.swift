/// What an access point asks of a station before it may send data, summed up from a beacon or a probe response.
///
/// Several can hold at once: a WPA2/WPA3 transition network is `[.rsn, .psk, .sae]`. An empty set never comes out:
/// what cannot be read or is not known is ``unknown``.
package struct BSSSecurity: OptionSet, Hashable, Sendable {
    /// One bit a kind; no meaning outside the process.
    package let rawValue: UInt16

    /// Makes a set from its bits.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// No protection at all.
    package static let open = Self(rawValue: 1 << 0)
    /// WEP: the privacy bit without any element that explains it.
    package static let wep = Self(rawValue: 1 << 1)
    /// A WPA1 element is present; with ``psk`` or ``enterprise``.
    package static let wpa1 = Self(rawValue: 1 << 2)
    /// An RSNE is present: WPA2 or later.
    package static let rsn = Self(rawValue: 1 << 3)
    /// A pre-shared key with SHA-1, with or without fast BSS transition, of WPA1 or of RSN.
    package static let psk = Self(rawValue: 1 << 4)
    /// A pre-shared key with SHA-256 or SHA-384.
    package static let pskSHA256 = Self(rawValue: 1 << 5)
    /// SAE, with or without fast BSS transition: WPA3-Personal.
    package static let sae = Self(rawValue: 1 << 6)
    /// Opportunistic wireless encryption: Enhanced Open.
    package static let owe = Self(rawValue: 1 << 7)
    /// One half of an OWE transition pair; the other half is named in the element.
    package static let oweTransition = Self(rawValue: 1 << 8)
    /// IEEE 802.1X or FILS: a user's identity.
    package static let enterprise = Self(rawValue: 1 << 9)
    /// A security element that cannot be read, or one that has an AKM suite outside our table.
    package static let unknown = Self(rawValue: 1 << 10)

    /// Sums up elements and the privacy bit.
    ///
    /// - Parameters:
    ///   - elements: of a beacon or a probe response.
    ///   - privacy: bit 4 of the Capability Information field (IEEE 802.11-2020, 9.4.1.4).
    package init(elements: ElementList, privacy: Bool) {
        var result: Self = []
        do throws(MalformedOctets) {
            if let rsne = try elements.rsne() {
                result.insert(.rsn)
                result.formUnion(Self(rsne.effectiveAKMSuites))
            }
        } catch {
            result.formUnion([.rsn, .unknown])
        }
        do throws(MalformedOctets) {
            if let wpa1 = try elements.wpa1() {
                result.insert(.wpa1)
                result.formUnion(Self(wpa1.akmSuites))
            }
        } catch {
            result.formUnion([.wpa1, .unknown])
        }
        if result.isEmpty {
            result = privacy ? .wep : .open
        }
        if elements.firstVendor(oui: 0x506F9A, type: 0x1C) != nil {
            result.insert(.oweTransition)
        }
        self = result
    }

    private init(_ suites: [AKMSuite]) {
        self = suites.isEmpty ? .unknown : []
        for suite in suites {
            switch suite {
            case .psk, .ftPSK, .wpa1PSK:
                insert(.psk)
            case .pskSHA256, .pskSHA384, .ftPSKSHA384:
                insert(.pskSHA256)
            case .sae, .ftSAE, .saeExtendedKey, .ftSAEExtendedKey:
                insert(.sae)
            case .owe:
                insert(.owe)
            case .ieee8021X, .ftIEEE8021X, .ieee8021XSHA256, .suiteB, .suiteB192, .ftIEEE8021XSHA384,
                .filsSHA256, .filsSHA384, .ftFILSSHA256, .ftFILSSHA384, .ieee8021XSHA384,
                .ftIEEE8021XSHA384Unrestricted, .wpa1IEEE8021X:
                insert(.enterprise)
            default:
                insert(.unknown)
            }
        }
    }
}

extension BSSSecurity: CustomStringConvertible {
    /// The kinds with commas between them: `rsn, psk, sae`.
    package var description: String {
        let names: [(Self, String)] = [
            (.open, "open"), (.wep, "wep"), (.wpa1, "wpa1"), (.rsn, "rsn"), (.psk, "psk"), (.pskSHA256, "psk-sha256"),
            (.sae, "sae"), (.owe, "owe"), (.oweTransition, "owe-transition"), (.enterprise, "enterprise"),
            (.unknown, "unknown"),
        ]
        return names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
    }
}
