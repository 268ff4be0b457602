internal import IEEE80211
internal import Logging
internal import Netlink
internal import RSN
internal import Glibc

/// The link while it is held.
extension NL80211Station {
    /// Keeps the link: answers what the access point asks for, until it ends.
    ///
    /// - Parameter moved: called where the access point takes the link to another channel, with its centre frequency in
    ///   MHz; meanwhile nothing is answered.
    /// - Returns: how it ended.
    func hold(moved: @Sendable (Int) async -> Void) async -> LinkEnd {
        guard let bssid = current?.result.bssid else { return .cancelled }
        var inquiry: Inquiry?
        while true {
            do {
                switch try await next() {
                case .frame(let frame): _ = try await take(frame, bssid)
                case .securityAssociationResponse(let response):
                    guard let pending = inquiry, pending.isAnswered(by: response, bssid) else { continue }
                    logger.debug("the access point still has the keys")
                    inquiry = nil
                case .air(let event):
                    if case .channelSwitched(let frequencyMHz) = event.kind { await moved(frequencyMHz) }
                    if inquiry == nil, disowns(event.kind, bssid) { inquiry = await inquire(Inquiry(), bssid) }
                    guard let end = try await end(event.kind, orLossOf: bssid) else { continue }
                    logger.debug("the link ended", metadata: ["how": "\(end)"])
                    current = nil
                    return end
                case .wake:
                    guard let pending = inquiry, pending.isDue else { continue }
                    guard !pending.isOver else { return .forgotten }
                    inquiry = await inquire(pending, bssid)
                case .lost: break
                }
            } catch is CancellationError {
                return .cancelled
            } catch {
                return .keysLost(error)
            }
        }
    }

    /// A question to the access point that goes on (IEEE 802.11-2020, 11.13).
    struct Inquiry {
        /// dot11AssociationSAQueryMaximumTimeout, 1,000 time units, counted in questions: a process that was held up has
        /// answers waiting, and asks on.
        private static let limit = 5
        private(set) var next = Instant.now
        private var transactions: Set<UInt16> = []

        var isDue: Bool { next <= .now }
        var isOver: Bool { isDue && transactions.count >= Self.limit }

        func isAnswered(by response: SecurityAssociationQuery, _ bssid: MACAddress) -> Bool {
            response.bssid == bssid && transactions.contains(response.transaction)
        }

        /// The next question, of a number that nobody can guess; another one follows after 201 time units.
        mutating func ask(_ bssid: MACAddress) -> SecurityAssociationQuery {
            var transaction = UInt16.random(in: .min ... .max)
            while !transactions.insert(transaction).inserted { transaction &+= 1 }
            next = .now + .microseconds(201 * 1024)
            return SecurityAssociationQuery(bssid: bssid, transaction: transaction)
        }
    }

    /// Asks the access point; nil where that cannot be done, which leaves the frame that it is about without an effect:
    /// it was not protected, so anybody may have sent it.
    func inquire(_ inquiry: Inquiry, _ bssid: MACAddress) async -> Inquiry? {
        var inquiry = inquiry
        do throws(NetlinkError) {
            try await listenForResponses()
            logger.debug("asking whether the access point still has the keys")
            try await link.send(inquiry.ask(bssid), from: radio.address)
        } catch {
            logger.debug("the access point cannot be asked", metadata: ["error": "\(error)"])
            return nil
        }
        // Ends by itself; one that comes too late does no harm.
        _ = events.alarm(at: inquiry.next)
        return inquiry
    }

    private func listenForResponses() async throws(NetlinkError) {
        guard !listensForResponses else { return }
        do throws(NetlinkError) {
            try await link.listenForSecurityAssociationResponses()
        } catch {
            // This socket, or another program: the answers come to one that listens.
            guard error.errno == EALREADY else { throw error }
        }
        listensForResponses = true
    }

    /// Whether an access point says without protection that it does not know the station (reasons 6 and 7): anybody can
    /// say that, and only the access point can deny it.
    func disowns(_ kind: NL80211Event.Kind, _ bssid: MACAddress) -> Bool {
        switch kind {
        case .unprotectedDeauthenticate(let frame), .unprotectedDisassociate(let frame):
            current?.plan.protectsManagementFrames == true && frame.addresses.bssid == bssid
                && frame.addresses.isFromAP && [6, 7].contains(frame.reason.rawValue)
        default: false
        }
    }

    /// How an event ends the link; where events were lost, the kernel is asked whether it still has it.
    func end(_ kind: NL80211Event.Kind, orLossOf bssid: MACAddress) async throws -> LinkEnd? {
        guard case .overrun = kind else { return end(kind, bssid) }
        do throws(NetlinkError) {
            _ = try await radio.nl80211.station(interface: index, bssid: bssid)
            return nil
        } catch {
            guard error.errno == ENOENT else { throw error }
            return .disconnected(nil, byAccessPoint: false)
        }
    }

    /// The error of a join whose link ended before all was done.
    func failure(_ end: LinkEnd, _ bssid: MACAddress) -> any Error {
        switch end {
        case .disconnected(let reason, let byAccessPoint):
            ended(reason ?? .unspecified, byAccessPoint: byAccessPoint, bssid, credential: .proven)
        case .forgotten:
            ended(.class3FrameFromNonassocSTA, byAccessPoint: true, bssid, credential: .proven)
        case .keysLost(let error): error
        case .cancelled: CancellationError()
        }
    }
}
