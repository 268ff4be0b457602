internal import IEEE80211
internal import Netlink
internal import RSN

/// Association, and the connect command of drivers that do all of it.
extension NL80211Station {
    /// The access point's refusal of an association.
    struct AssociationRefusal: Error {
        let status: StatusCode
    }

    func associate(
        _ candidate: Candidate,
        _ elements: AssociationElements,
        handshake: ConnectionRequest.Handshake? = nil,
        mayChangeGroup: Bool = false
    ) async throws -> ElementList {
        do {
            return try await exchangeAssociation(candidate, elements, handshake)
        } catch let refusal as AssociationRefusal
            where !mayChangeGroup || refusal.status != .finiteCyclicGroupNotSupported
        {
            throw error(
                Decision(connectionStatus: refusal.status, isOffloaded: candidate.path.isOffloaded)
                    ?? Decision(.associationRejected, "the access point refused this station"),
                [IEEE80211Failure(associationStatus: refusal.status, bssid: candidate.result.bssid)]
            )
        }
    }

    func exchangeAssociation(
        _ candidate: Candidate,
        _ elements: AssociationElements,
        _ handshake: ConnectionRequest.Handshake?
    ) async throws -> ElementList {
        timeline.enter(.associating)
        let (plan, bssid) = (candidate.plan, candidate.result.bssid)
        var protection: AssociationRequest.Protection?
        if let pairwise = plan.pairwiseCipher, let group = plan.groupCipher {
            protection = AssociationRequest.Protection(
                pairwiseCipher: pairwise,
                groupCipher: group,
                akm: plan.akm,
                protectsManagementFrames: plan.protectsManagementFrames
            )
        }
        early = EarlyFrames()
        let request = AssociationRequest(
            bssid: bssid,
            frequencyMHz: candidate.result.frequencyMHz,
            ssid: candidate.result.ssid,
            elements: elements.octets,
            protection: protection
        )
        let isStep = candidate.path == .steps
        if isStep {
            try await link.associate(request)
        } else {
            let own: ConnectionRequest.Handshake = plan.akm == nil ? .none : .own
            try await link.connect(ConnectionRequest(association: request, handshake: handshake ?? own))
        }
        let deadline = Instant.now + (isStep ? Self.associationLimit : Self.connectionLimit)
        let alarm = events.alarm(at: deadline)
        defer { alarm.cancel() }
        var response: AssociationResponseFrame?
        while Instant.now < deadline {
            switch try await next() {
            case .frame(let frame): early.add(frame, of: bssid)
            case .air(let event):
                switch event.kind {
                case .associate(.frame(let frame), _) where frame.addresses.bssid == bssid:
                    guard frame.status.isSuccess else { throw AssociationRefusal(status: frame.status) }
                    response = frame
                case .associate(.timedOut(let peer), _) where peer ?? bssid == bssid:
                    throw silence(.association, bssid)
                case .connect(let connection)
                where !isStep && (connection.hasFailed || connection.bssid ?? bssid == bssid):
                    // A driver tells nothing but the outcome, and of a failure often another address or none: brcmfmac's is
                    // that of the last success.
                    if let timeout = connection.timeout {
                        throw silence(timeout == .association ? .association : .authentication, bssid)
                    }
                    guard connection.status.isSuccess else { throw AssociationRefusal(status: connection.status) }
                    return connection.responseElements
                case .connect(let connection) where connection.bssid ?? bssid == bssid:
                    // It comes after the frame: from now on the kernel takes frames and keys.
                    guard let response else { break }
                    guard connection.timeout == nil, connection.status.isSuccess else {
                        throw AssociationRefusal(status: connection.status)
                    }
                    return response.elements
                case .deauthenticate(let frame) where frame.addresses.isFromAP && frame.addresses.bssid == bssid:
                    throw ended(frame.reason, byAccessPoint: true, bssid, credential: .none)
                default: break
                }
            case .wake, .lost, .securityAssociationResponse: break
            }
        }
        throw silence(.association, bssid)
    }
}

/// EAPOL frames that come before the kernel's word that there is an association, which the first message of the handshake
/// overtakes now and then.
struct EarlyFrames {
    private var frames: [ControlPortFrame] = []

    /// How many are kept.
    static let limit = 4

    /// Keeps a frame of the access point; others' would only push it out.
    mutating func add(_ frame: ControlPortFrame, of bssid: MACAddress) {
        guard frame.source == bssid, frames.count < Self.limit else { return }
        frames.append(frame)
    }

    /// The first of them that was not taken yet.
    mutating func next() -> ControlPortFrame? {
        frames.isEmpty ? nil : frames.removeFirst()
    }
}
