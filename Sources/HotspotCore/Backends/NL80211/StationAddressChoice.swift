internal import Foundation
internal import IEEE80211
internal import RSN

/// The address that the station is to show to a network.
enum StationAddressChoice {
    /// - Returns: the address; nil to leave it as it is.
    /// - Throws: ``HotspotConfigurationError`` with the cause `notSupported` where it cannot be known.
    static func address(
        for configuration: HotspotConfiguration,
        interface: String
    ) throws(HotspotConfigurationError) -> MACAddress? {
        switch configuration.stationAddress {
        case .systemDefault: return nil
        case .permanent:
            let path = "/sys/class/net/\(interface)/phy80211/macaddress"
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            if let address = MACAddress(text.trimmingCharacters(in: .whitespacesAndNewlines)) { return address }
            throw refusal("the radio's permanent address cannot be read", path)
        case .random:
            var generator = SystemRandomNumberGenerator()
            return local((0..<6).map { _ in UInt8.random(in: 0...255, using: &generator) })
        case .stable:
            let path = "/etc/machine-id"
            let identity = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            guard !identity.isEmpty,
                let hash = try? HashFunction.sha256.hmac(
                    key: SecretOctets(Array(identity.utf8)),
                    SecretOctets(Array("hotspot station address".utf8)),
                    SecretOctets(configuration.ssid.octets)
                )
            else { throw refusal("a stable address is made of the machine's identity, which cannot be read", path) }
            return local(hash.withOctets { Array($0.prefix(6)) })
        }
    }

    /// An individual address that is locally administered (IEEE 802-2014, 8.2.2).
    private static func local(_ octets: [UInt8]) -> MACAddress? {
        var octets = octets
        octets[0] = octets[0] & 0xFC | 0x02
        return MACAddress(octets: octets)
    }

    private static func refusal(_ message: String, _ path: String) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .notSupported,
            message,
            remedy: "leave the station's address to the system",
            underlying: [Observation("kernel", path, "cannot be read, or holds nothing")]
        )
    }
}
