internal import Glibc
internal import IEEE80211
internal import Logging
internal import Netlink
internal import RSN

/// Authentication: open system, shared key and SAE.
extension NL80211Station {
    func request(
        _ candidate: Candidate,
        _ algorithm: AuthenticationAlgorithm,
        data: [UInt8]? = nil,
        key: LinkKey? = nil
    ) -> AuthenticationRequest {
        AuthenticationRequest(
            bssid: candidate.result.bssid,
            frequencyMHz: candidate.result.frequencyMHz,
            ssid: candidate.result.ssid,
            algorithm: algorithm,
            data: data,
            key: key
        )
    }

    /// Sends an authentication; an access point that fell out of the kernel's cache is looked for once more.
    func send(_ request: AuthenticationRequest) async throws {
        do throws(NetlinkError) {
            try await link.authenticate(request)
        } catch {
            guard error.errno == ENOENT else { throw error }
            try await scan([request.frequencyMHz], for: [request.ssid])
            try await link.authenticate(request)
        }
    }

    func authenticate(
        _ candidate: Candidate,
        algorithm: AuthenticationAlgorithm,
        key: LinkKey? = nil
    ) async throws {
        timeline.enter(.authenticating)
        try await send(request(candidate, algorithm, key: key))
        let sequence = AuthenticationSequence(algorithm, bssid: candidate.result.bssid)
        let deadline = Instant.now + Self.authenticationLimit
        while true {
            let frame = try await authenticationFrame(from: candidate.result.bssid, until: deadline)
            switch sequence.receive(frame) {
            case .ignore, .wait: continue
            case .accept: return
            case .refuse(let transaction, let status):
                let failure = IEEE80211Failure(frame)
                let decision =
                    Decision(
                        authenticationStatus: status,
                        algorithm: algorithm,
                        transaction: Int(transaction)
                    ) ?? Decision(.associationRejected, "the access point refused this station")
                throw error(decision, [failure])
            }
        }
    }

    func authenticateBySAE(_ candidate: Candidate) async throws -> SAEKeys {
        timeline.enter(.authenticating)
        let bssid = candidate.result.bssid
        guard let password = credential.password else { throw error(Decision(.backendFailed, "no password"), []) }
        let tokens = candidate.plan.saeMethod == .hashToElement ? [try await credential.token()] : []
        guard
            let configuration = candidate.plan.saeConfiguration(
                station: radio.address,
                password: password,
                tokens: tokens
            )
        else { throw error(Decision(.backendFailed, "no SAE for this access point"), []) }
        var exchange = SAE(configuration)
        var deadline = Instant.now + Self.authenticationLimit
        var action = exchange.start()
        var last: AuthenticationFrame?
        var wrongConfirm: AuthenticationFrame?
        var hasConfirmed = false
        while true {
            switch action {
            case .send(let frame):
                hasConfirmed = frame.transaction == 2
                try await send(request(candidate, .sae, data: frame.authenticationData))
            case .accept(let keys): return keys
            case .discard(let why):
                logger.debug("SAE frame dropped", metadata: ["why": "\(why)"])
                if why == .confirm, wrongConfirm == nil {
                    wrongConfirm = last
                    // The right one, where this was not the access point's, is on its way already.
                    deadline = min(deadline, Instant.now + Self.confirmLimit)
                }
            case .fail(let failure):
                throw error(Decision(failure), last.map { [IEEE80211Failure($0)] } ?? [])
            }
            let frame: AuthenticationFrame
            do {
                frame = try await authenticationFrame(from: bssid, until: deadline)
            } catch let silence as HotspotConfigurationError where wrongConfirm != nil && silence.cause == .noResponse {
                let said = wrongConfirm.map { [IEEE80211Failure($0)] } ?? []
                throw error(Decision(SAEFailure(cause: .confirmMismatch)), said)
            } catch let silence as HotspotConfigurationError
                where hasConfirmed && !isProven && silence.cause == .noResponse
            {
                // What does not verify is dropped in silence (IEEE 802.11-2020, 12.4.8.6.4); an access point that went out of
                // reach in this moment looks the same.
                throw error(
                    Decision(
                        .wrongPassphrase,
                        .likely,
                        "the access point answered, and not the proof of the password",
                        remedy: JoinJudge.passphraseRemedy
                    ),
                    last.map { [IEEE80211Failure($0)] } ?? []
                )
            }
            guard frame.algorithm == .sae else {
                action = .discard(.unexpected(transaction: frame.transaction))
                continue
            }
            last = frame
            action = exchange.receive(transaction: frame.transaction, status: frame.status, content: frame.content)
        }
    }

    /// The next authentication frame of an access point.
    func authenticationFrame(from bssid: MACAddress, until deadline: Instant) async throws
        -> AuthenticationFrame
    {
        let alarm = events.alarm(at: deadline)
        defer { alarm.cancel() }
        while Instant.now < deadline {
            guard case .air(let event) = try await next() else { continue }
            switch event.kind {
            case .authenticate(.frame(let frame)) where frame.addresses.transmitter == bssid: return frame
            case .authenticate(.timedOut(let peer)) where peer ?? bssid == bssid: throw silence(.authentication, bssid)
            default: break
            }
        }
        throw silence(.authentication, bssid)
    }
}
