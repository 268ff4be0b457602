extension HotspotConfigurationManager {
    /// What a request may be told besides the configuration.
    public struct ApplyOptions: Sendable {
        /// How long the join may take.
        ///
        /// Undoing a failed one comes on top, bounded by 20 s.
        public var timeout: Duration

        /// Whether a caller may join whose login session is not in front on its seat.
        ///
        /// Apple's rule is that only the application in front may configure networks. A process without a session (a
        /// system's service) and a session without a seat (over SSH) are always in front.
        public var allowsInactiveSession: Bool

        /// Who joins the network.
        public var backend: Backend

        /// Whether ``Backend/nl80211`` sees to an address as well.
        ///
        /// It waits for the daemon that manages the interface's addresses, or runs an installed DHCP client. NetworkManager
        /// always does.
        public var waitsForAddress: Bool

        /// How long the caller's session may be in the background before a network is left that was joined once.
        ///
        /// Apple's limit is 15 s. It counts only where a session in the background may not join either.
        public var backgroundLimit: Duration

        /// Makes options.
        ///
        /// - Parameters:
        ///   - timeout: how long the join may take.
        ///   - allowsInactiveSession: whether a caller in the background may join.
        ///   - backend: who joins the network.
        ///   - waitsForAddress: whether to see to an address where no daemon does.
        ///   - backgroundLimit: how long a network that was joined once is kept in the background.
        public init(
            timeout: Duration = .seconds(60),
            allowsInactiveSession: Bool = false,
            backend: Backend = .automatic,
            waitsForAddress: Bool = true,
            backgroundLimit: Duration = .seconds(15)
        ) {
            self.timeout = timeout
            self.allowsInactiveSession = allowsInactiveSession
            self.backend = backend
            self.waitsForAddress = waitsForAddress
            self.backgroundLimit = backgroundLimit
        }
    }
}
