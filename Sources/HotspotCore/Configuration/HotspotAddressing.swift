internal import Glibc

/// Where the addresses of a joined network come from.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum HotspotAddressing: Sendable, Hashable {
    /// From the network: DHCP and router advertisements.
    case automatic
    /// From nowhere: the network is joined, and nothing is configured above the link.
    case none
    /// From here.
    case manual(Manual)

    /// Addresses that are given by hand.
    ///
    /// An address family of which no address is given is not used, but for IPv6's link-local addresses.
    public struct Manual: Sendable, Hashable {
        /// The addresses with their prefix lengths, such as `192.0.2.7/24` and `2001:db8::7/64`; at least one.
        public var addresses: [String]
        /// The default gateways, at most one a family.
        public var gateways: [String]
        /// The name servers' addresses.
        public var nameServers: [String]

        /// Makes addresses.
        ///
        /// - Parameters:
        ///   - addresses: the addresses with their prefix lengths.
        ///   - gateways: the default gateways, at most one a family.
        ///   - nameServers: the name servers' addresses.
        public init(addresses: [String], gateways: [String] = [], nameServers: [String] = []) {
            self.addresses = addresses
            self.gateways = gateways
            self.nameServers = nameServers
        }
    }
}

/// An IPv4 or IPv6 address.
enum InternetAddress: Sendable, Hashable {
    /// The four octets, in network order.
    case v4([UInt8])
    /// The sixteen octets, in network order.
    case v6([UInt8])

    /// Reads the usual text form (inet_pton(3)); nil where it is none.
    init?(_ text: String) {
        var octets = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &octets) == 1 {
            self = .v4(Array(octets.prefix(4)))
        } else if inet_pton(AF_INET6, text, &octets) == 1 {
            self = .v6(octets)
        } else {
            return nil
        }
    }

    var isV4: Bool { if case .v4 = self { true } else { false } }

    var octets: [UInt8] {
        switch self {
        case .v4(let octets), .v6(let octets): octets
        }
    }
}

extension HotspotAddressing.Manual {
    /// An address and its prefix length.
    struct Address: Sendable, Hashable {
        let address: InternetAddress
        let text: String
        let prefixLength: UInt32

        init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let address = InternetAddress(String(parts[0])), let length = UInt32(parts[1]),
                (1...(address.isV4 ? 32 : 128)).contains(length)
            else { return nil }
            (self.address, self.text, prefixLength) = (address, String(parts[0]), length)
        }
    }

    /// The addresses, as far as they are of good form.
    var parsed: [Address] { addresses.compactMap(Address.init) }

    /// Checks every rule.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `conflictingSettings`.
    func validate() throws(HotspotConfigurationError) {
        func refuse(_ field: String, _ value: String, _ rule: String) -> HotspotConfigurationError {
            HotspotConfigurationError(
                .conflictingSettings,
                "the \(field) \"\(PrintableText.escape(value))\" is none: \(rule)"
            )
        }
        if addresses.isEmpty {
            throw HotspotConfigurationError(
                .conflictingSettings,
                "addresses are to be given by hand, and none is given",
                remedy: "give at least one, such as 192.0.2.7/24"
            )
        }
        for text in addresses where Address(text) == nil {
            throw refuse("address", text, "an IPv4 or IPv6 address, a slash and the prefix length")
        }
        var families: Set<Bool> = []
        for text in gateways {
            guard let address = InternetAddress(text) else { throw refuse("gateway", text, "an IPv4 or IPv6 address") }
            guard families.insert(address.isV4).inserted else {
                throw refuse("gateway", text, "there is another one of its family already")
            }
            guard parsed.contains(where: { $0.address.isV4 == address.isV4 }) else {
                throw refuse("gateway", text, "no address of its family is given")
            }
        }
        for text in nameServers where InternetAddress(text) == nil {
            throw refuse("name server", text, "an IPv4 or IPv6 address")
        }
    }
}

/// The address that a station shows to a network.
#if hasAttribute(nonexhaustive)
    @nonexhaustive
#endif
public enum HotspotStationAddress: Sendable, Hashable {
    /// What the system does for all networks.
    case systemDefault
    /// The one that the device was made with.
    case permanent
    /// A new one at each join.
    case random
    /// One for this network, which stays.
    case stable
}
