package import IEEE80211

/// What a supplicant has to know about an association.
package struct SupplicantConfiguration: Sendable {
    /// The authenticator's address: the BSSID.
    package var authenticator: MACAddress
    /// The station's own address.
    package var supplicant: MACAddress
    /// AKM, pairwise cipher and what follows from them.
    package var suite: HandshakeSuite
    /// The cipher of group addressed data frames.
    package var groupCipher: CipherSuite
    /// The cipher of group addressed management frames; nil where management frames are not protected.
    package var groupManagementCipher: CipherSuite?
    /// Whether the driver takes keys for beacons.
    package var beaconProtection = false
    /// The pairwise master key.
    package var pmk: SecretOctets
    /// The identifier that message 1 must name, if it names one: for SAE and OWE.
    package var pmkid: [UInt8]?
    /// RSNE and RSNXE octet for octet as the association request had them; message 2 repeats them.
    package var associationElements: [UInt8]
    /// The elements of the beacon or probe response that the association was decided on; message 3 repeats some.
    package var beaconElements: ElementList

    /// Makes a configuration.
    package init(
        authenticator: MACAddress,
        supplicant: MACAddress,
        suite: HandshakeSuite,
        groupCipher: CipherSuite,
        groupManagementCipher: CipherSuite?,
        pmk: SecretOctets,
        pmkid: [UInt8]?,
        associationElements: [UInt8],
        beaconElements: ElementList
    ) {
        self.authenticator = authenticator
        self.supplicant = supplicant
        self.suite = suite
        self.groupCipher = groupCipher
        self.groupManagementCipher = groupManagementCipher
        self.pmk = pmk
        self.pmkid = pmkid
        self.associationElements = associationElements
        self.beaconElements = beaconElements
    }
}
