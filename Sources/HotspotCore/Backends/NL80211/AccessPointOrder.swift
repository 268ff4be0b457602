/// Which of the access points of a name are tried, and which are left for later or for good.
///
/// Anybody can raise an access point of any name, nearer than the network's own. So PSK and open are not tried where SAE or
/// OWE is heard under the name, however faintly, nor after an attempt by these has failed in the same join: that may be
/// somebody's doing who waits with the older security.
struct AccessPointOrder {
    /// Whether an attempt by SAE or OWE has failed in this join.
    private(set) var hasFailedProtected = false
    /// How many access points have not accepted the passphrase, and how many had other keys after it was accepted.
    private var refusals = 0
    private var failures = 0

    /// After how many access points that did not accept the passphrase it is to blame, whatever others might say.
    static let refusalLimit = 3

    /// An attempt has failed.
    ///
    /// - Parameters:
    ///   - isProtected: whether it was made by SAE or OWE.
    ///   - cause: why.
    mutating func failed(isProtected: Bool, _ cause: HotspotConfigurationError.Cause) {
        if isProtected { hasFailedProtected = true }
        if cause == .wrongPassphrase { refusals += 1 }
        if cause == .handshakeFailed { failures += 1 }
    }

    /// Whether only likely channels are worth a further look: an access point of the name was there and told why not.
    var isNearlyDecided: Bool { refusals + failures > 0 }

    /// Whether there is no use in asking further access points.
    var isDecided: Bool { refusals >= Self.refusalLimit }

    /// Whether what was said by one access point leaves the others to be tried.
    ///
    /// That a passphrase is wrong is among it: a stranger's access point of the same name has another one, and the frames
    /// that say so can be forged.
    static func isAboutOneAccessPoint(_ cause: HotspotConfigurationError.Cause) -> Bool {
        switch cause {
        case .noResponse, .associationRejected, .deauthenticated, .networkNotFound, .wrongPassphrase, .handshakeFailed:
            true
        default: false
        }
    }

    /// Which of two failures a join that has found no access point is reported by: the passphrase first, else the later.
    static func reported(
        _ earlier: HotspotConfigurationError?,
        _ later: HotspotConfigurationError
    ) -> HotspotConfigurationError {
        if let earlier, earlier.cause == .wrongPassphrase, later.cause != .wrongPassphrase { return earlier }
        return later
    }

    /// What is to be tried now, in the order given.
    ///
    /// - Parameters:
    ///   - offers: what is heard, the strongest first.
    ///   - isProtected: whether one is joined by SAE or OWE.
    ///   - isPutBy: whether one is left for later.
    /// - Returns: those to be tried.
    func chosen<Offer>(
        _ offers: [Offer],
        isProtected: (Offer) -> Bool,
        isPutBy: (Offer) -> Bool = { _ in false }
    ) -> [Offer] {
        let mayBeWeaker = !hasFailedProtected && !offers.contains(where: isProtected)
        return offers.filter { (mayBeWeaker || isProtected($0)) && !isPutBy($0) }
    }
}
