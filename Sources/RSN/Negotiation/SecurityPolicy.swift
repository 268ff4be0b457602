package import IEEE80211

/// What we insist on, whatever the access point offers.
package struct SecurityPolicy: Sendable {
    /// The least that is accepted.
    package enum Minimum: Int, Hashable, Sendable, Comparable {
        /// Anything that the credential allows.
        case any
        /// RSN: no open network, no WEP.
        case wpa2
        /// SAE or OWE, with protected management frames.
        case wpa3

        /// Compares by strength.
        package static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }
    }

    /// The least that is accepted.
    package var minimum: Minimum
    /// WEP, where somebody asked for it by name.
    package var allowsWEP: Bool
    /// WEP's shared key authentication instead of open system.
    package var usesSharedKey: Bool
    /// The open half of an OWE transition pair, where its other half could not be found.
    package var allowsOpenHalf: Bool
    /// What the network has said before that it no longer needs.
    package var transitionDisable: TransitionDisable
    /// The least that the network was joined by before in this session: `wpa2` after PSK, `wpa3` after SAE or OWE.
    package var joinedBefore: Minimum

    /// Makes a policy; without arguments, the usual one.
    package init(
        minimum: Minimum = .any,
        allowsWEP: Bool = false,
        usesSharedKey: Bool = false,
        allowsOpenHalf: Bool = false,
        transitionDisable: TransitionDisable = [],
        joinedBefore: Minimum = .any
    ) {
        self.minimum = minimum
        self.allowsWEP = allowsWEP
        self.usesSharedKey = usesSharedKey
        self.allowsOpenHalf = allowsOpenHalf
        self.transitionDisable = transitionDisable
        self.joinedBefore = joinedBefore
    }
}

extension TransitionDisable {
    /// What of the bitmap is to be remembered after a handshake.
    ///
    /// Only who was joined by the newer way can say that the older one is over: bit 0 counts after SAE and bit 3 after OWE
    /// (Wi-Fi Alliance, WPA3 Specification, Transition Disable). The other bits are kept as they came: nothing is
    /// decided by them yet.
    ///
    /// - Parameter akm: how the access point was joined that sent it; nil for none.
    /// - Returns: the bits to be remembered.
    package func counting(after akm: AKMSuite?) -> TransitionDisable {
        var bits = self
        if akm != .sae, akm != .saeExtendedKey { bits.remove(.wpa3Personal) }
        if akm != .owe { bits.remove(.enhancedOpen) }
        return bits
    }
}
