internal import Glibc
internal import IEEE80211
internal import Logging
internal import Netlink
internal import RSN

/// The four-way handshake, and what comes of each EAPOL frame.
extension NL80211Station {
    func agreeOnKeys(
        _ candidate: Candidate,
        _ elements: AssociationElements,
        pmk: SecretOctets,
        pmkid: [UInt8]?,
        credential: CredentialState
    ) async throws {
        timeline.enter(.keys)
        let bssid = candidate.result.bssid
        guard
            let configuration = candidate.plan.supplicantConfiguration(
                station: radio.address,
                pmk: pmk,
                pmkid: pmkid,
                association: elements
            )
        else { throw error(Decision(.backendFailed, "no handshake for this access point"), []) }
        supplicant = RSN.Supplicant(configuration)
        let deadline = Instant.now + Self.handshakeLimit
        let alarm = events.alarm(at: deadline)
        defer { alarm.cancel() }
        var unanswered = 0
        while Instant.now < deadline {
            let event = if let frame = early.next() { LinkEvents.Event.frame(frame) } else { try await next() }
            switch event {
            case .frame(let frame):
                do {
                    if try await take(frame, bssid) { return }
                } catch let error as NetlinkError where Self.saysThatLinkIsGone(error) {
                    throw try await whyGone(error, bssid, credential)
                }
            case .air(let event):
                switch event.kind {
                case .controlPortTransmitStatus(true, let frame):
                    guard let header = try? EAPOLKeyHeader(ethernetFrame: frame), header.isMessage2 else { break }
                    unanswered = max(unanswered, supplicant?.delivered(message2: header.replayCounter) ?? 0)
                    // An access point that cannot verify message 2 drops it in silence and asks again (12.7.6.3).
                    if unanswered >= Self.unansweredLimit, credential == .unproven { throw notAccepted(unanswered, []) }
                default:
                    if case .disconnected(let reason, let byAccessPoint)? = end(event.kind, bssid) {
                        let end = ended(
                            reason ?? .unspecified,
                            byAccessPoint: byAccessPoint,
                            bssid,
                            credential: credential
                        )
                        // How often it asks, and with which reason it gives up, is its maker's choice.
                        guard end.cause == .handshakeFailed, credential == .unproven, unanswered > 1 else { throw end }
                        throw notAccepted(
                            unanswered,
                            [
                                IEEE80211Failure(
                                    linkEnded: reason ?? .unspecified,
                                    byAccessPoint: byAccessPoint,
                                    bssid: bssid
                                )
                            ]
                        )
                    }
                }
            case .wake, .lost, .securityAssociationResponse: break
            }
        }
        if unanswered > 1, credential == .unproven { throw notAccepted(unanswered, []) }
        throw error(
            Decision(
                .noResponse,
                .likely,
                "the access point fell silent before the keys were agreed",
                remedy: "go nearer to it, or restart it"
            ),
            [
                Observation(
                    "IEEE 802.11",
                    "four-way handshake",
                    "no answer: access point \(bssid) sent no message \(supplicant?.hasAnswered == true ? 3 : 1)"
                )
            ]
        )
    }

    /// The access point got message 2 again and again, and did not go on.
    private func notAccepted(_ count: Int, _ said: [any Error]) -> HotspotConfigurationError {
        let observation = Observation(
            "IEEE 802.11",
            "four-way handshake",
            "the access point got message 2 \(count) times and did not send message 3"
        )
        return error(
            Decision(
                .wrongPassphrase,
                .likely,
                "the access point did not accept the passphrase",
                remedy: JoinJudge.passphraseRemedy
            ),
            said + [observation]
        )
    }

    private static func saysThatLinkIsGone(_ error: NetlinkError) -> Bool {
        [ENOTCONN, ENOLINK, ENOENT].contains(error.errno)
    }

    /// Why a command found no link: the news of its end comes over another socket, and may be on its way.
    private func whyGone(
        _ failure: NetlinkError,
        _ bssid: MACAddress,
        _ credential: CredentialState
    ) async throws -> any Error {
        let deadline = Instant.now + Self.newsLimit
        let alarm = events.alarm(at: deadline)
        defer { alarm.cancel() }
        while Instant.now < deadline {
            guard case .air(let event) = try await next(),
                case .disconnected(let reason, let byAccessPoint)? = end(event.kind, bssid)
            else { continue }
            heard.insert(failure, at: 0)
            return ended(reason ?? .unspecified, byAccessPoint: byAccessPoint, bssid, credential: credential)
        }
        return failure
    }

    /// Takes one EAPOL frame.
    ///
    /// - Returns: whether the controlled port was opened.
    func take(_ frame: ControlPortFrame, _ bssid: MACAddress) async throws -> Bool {
        guard frame.source == bssid, var machine = supplicant else { return false }
        let isInUse = machine.isEstablished
        let actions = machine.receive(frame.octets, encrypted: frame.isEncrypted)
        supplicant = machine
        if isInUse, Self.replacesPairwiseKey(actions), !DriverPaths(radio.wiphy).canReplaceKey {
            throw error(
                Decision(.backendFailed, "the driver cannot replace a key in use, so the link is made anew"),
                []
            )
        }
        var isAuthorized = false
        for action in actions {
            switch action {
            case .send(let octets, let encrypted):
                try await link.send(frame: octets, to: bssid, encrypted: encrypted)
            case .install(let key):
                try await link.install(
                    LinkKey(
                        peer: key.kind == .pairwise ? bssid : nil,
                        index: key.index,
                        cipher: key.cipher,
                        key: key.key,
                        sequence: key.sequence
                    )
                )
                logger.debug("key installed", metadata: ["kind": "\(key.kind)", "index": "\(key.index)"])
            case .authorize:
                try await link.authorize(bssid)
                isAuthorized = true
            case .transitionDisable(let bitmap):
                let said = bitmap.counting(after: akm)
                guard memory.learn(said) else { break }
                logger.notice("the network no longer needs its older security", metadata: ["bits": "\(said.rawValue)"])
            case .discard(let why):
                logger.debug("EAPOL frame dropped", metadata: ["why": "\(why)"])
            case .fail(let failure):
                try? await end(bssid, reason: failure.reasonCode)
                throw error(
                    Decision(failure),
                    [
                        Observation(
                            "IEEE 802.11",
                            "four-way handshake",
                            "access point \(bssid): \(failure); this station ended it with reason \(failure.reasonCode)"
                        )
                    ]
                )
            }
        }
        return isAuthorized
    }

    /// Whether the pairwise key is to be replaced by another one under the same index 0.
    ///
    /// A driver that cannot may send frames in the clear or under the old key's numbers meanwhile: mac80211 warns of it.
    static func replacesPairwiseKey(_ actions: [SupplicantAction]) -> Bool {
        actions.contains { action in
            if case .install(let key) = action { key.kind == .pairwise } else { false }
        }
    }
}
