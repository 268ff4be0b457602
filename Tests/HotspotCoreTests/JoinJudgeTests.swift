@testable import IEEE80211
import Testing

@testable import HotspotCore

/// A judge with a clock of its own, fed by hand.
private struct Court {
    var judge = JoinJudge(ssid: "Cafe", interface: "wlan0", keyManagement: .wpaPSK)
    var now = ContinuousClock.now

    static let accessPoint = MACAddress("02:00:00:00:01:00") ?? .broadcast
    static let station = MACAddress("02:00:00:00:00:00") ?? .broadcast

    /// A court before which NetworkManager has begun to configure the device.
    static func begun(_ keyManagement: KeyManagement = .wpaPSK) -> Court {
        var court = Court(judge: JoinJudge(ssid: "Cafe", interface: "wlan0", keyManagement: keyManagement))
        court.device(.disconnected, .prepare)
        court.device(.prepare, .config)
        return court
    }

    mutating func hear(_ evidence: JoinEvidence) { judge.receive(evidence, at: now) }

    mutating func device(_ old: DeviceState, _ new: DeviceState, _ reason: DeviceStateReason = .none) {
        hear(.deviceState(DeviceTransition(old: old, new: new, reason: reason)))
    }

    mutating func wait(_ duration: Duration) {
        now += duration
        judge.advanceClock(to: now)
    }

    mutating func authenticate(_ algorithm: AuthenticationAlgorithm, _ transaction: UInt16, _ status: StatusCode) {
        hear(
            .authentication(
                AuthenticationFrame(
                    addresses: FrameAddresses(
                        receiver: Self.station,
                        transmitter: Self.accessPoint,
                        bssid: Self.accessPoint
                    ),
                    algorithm: algorithm,
                    transaction: transaction,
                    status: status,
                    content: []
                )
            )
        )
    }

    mutating func associate(_ status: StatusCode = .success) {
        hear(.association(status: status, bssid: Self.accessPoint))
    }

    mutating func deauthenticate(_ reason: ReasonCode, byAccessPoint: Bool = true) {
        hear(.linkEnded(reason: reason, byAccessPoint: byAccessPoint, bssid: Self.accessPoint))
    }

    var error: HotspotConfigurationError? {
        if case .failed(let error)? = judge.verdict { error } else { nil }
    }

    var isJoined: Bool {
        if case .joined? = judge.verdict { true } else { false }
    }
}

@Suite("The judge of a join")
struct JoinJudgeTests {
    @Test("a join that goes through every phase is joined")
    func joined() {
        var court = Court.begun()
        var phases = [court.judge.phase]
        func note(_ court: Court) { if phases.last != court.judge.phase { phases.append(court.judge.phase) } }
        court.hear(.scanFinished(offered: [[.rsn, .psk]], bssCount: 3))
        court.hear(.authenticationStarted(bssid: Court.accessPoint))
        note(court)
        court.authenticate(.openSystem, 2, .success)
        note(court)
        court.associate()
        note(court)
        court.device(.config, .ipConfig)
        note(court)
        court.device(.ipConfig, .ipCheck)
        #expect(court.judge.verdict == nil)
        court.device(.ipCheck, .activated)
        #expect(court.isJoined)
        #expect(phases == [.searching, .authenticating, .associating, .keys, .address])
    }

    @Test("what the device does for the connection before ours is no verdict about ours")
    func displaced() {
        var court = Court()
        court.device(.activated, .deactivating, .newActivation)
        court.device(.deactivating, .disconnected, .newActivation)
        court.deauthenticate(.deauthLeaving, byAccessPoint: false)
        #expect(court.judge.verdict == nil)
        court.device(.disconnected, .prepare)
        court.device(.prepare, .activated)
        #expect(court.isJoined)
    }

    @Test("a daemon that falls asleep is taken at its word where its device goes on, and the device's word comes first")
    func asleep() {
        var court = Court()
        court.hear(.daemonState(isAsleep: true))
        // NetworkManager prepares the device, although it is asleep.
        court.device(.disconnected, .prepare)
        court.device(.prepare, .config)
        court.hear(.scanStarted)
        #expect(court.judge.verdict == nil)
        court.wait(JoinJudge.connectionEndGrace)
        guard case .deviceLost(let last)? = court.judge.verdict else {
            Issue.record("\(String(describing: court.judge.verdict))")
            return
        }
        #expect(last.new == .config)
        #expect(last.reason == .sleeping)

        var obedient = Court.begun()
        obedient.hear(.daemonState(isAsleep: true))
        obedient.device(.config, .deactivating, .sleeping)
        guard case .deviceLost(let reason)? = obedient.judge.verdict else {
            Issue.record("\(String(describing: obedient.judge.verdict))")
            return
        }
        #expect(reason.reason == .sleeping)
    }

    @Test("a daemon that wakes up at once is no verdict, and what an access point said is not overslept")
    func awake() {
        var court = Court.begun()
        court.hear(.daemonState(isAsleep: true))
        court.wait(.milliseconds(100))
        court.hear(.daemonState(isAsleep: false))
        #expect(court.judge.due == nil)
        court.wait(.seconds(5))
        #expect(court.judge.verdict == nil)

        var silent = Court.begun()
        silent.hear(.authenticationStarted(bssid: Court.accessPoint))
        silent.hear(.authenticationTimedOut(bssid: Court.accessPoint))
        silent.hear(.daemonState(isAsleep: true))
        // As after the process was frozen with the machine: both times have passed.
        silent.wait(JoinJudge.silenceGrace)
        #expect(silent.error == nil)
        #expect(silent.judge.verdict != nil)

        var refused = Court.begun()
        refused.authenticate(.openSystem, 2, .success)
        // DENIED_NO_MORE_STAS
        refused.associate(StatusCode(rawValue: 17))
        refused.hear(.daemonState(isAsleep: true))
        refused.wait(JoinJudge.connectionEndGrace)
        #expect(refused.error?.cause == .associationRejected)
        #expect(refused.error?.detailedDescription().contains("(17)") == true)
    }

    @Test("a daemon that gives up leaves the network, which is not how the network was lost")
    func givenUp() {
        var court = Court.begun()
        court.authenticate(.openSystem, 2, .success)
        court.associate()
        court.device(.config, .ipConfig)
        court.deauthenticate(.deauthLeaving, byAccessPoint: false)
        court.device(.ipConfig, .failed, .ipConfigUnavailable)
        #expect(court.error?.cause == .ipProvisioningFailed)
    }

    @Test("what begins after our activation has ended is another one, and its steps are not ours")
    func dropped() {
        var court = Court()
        court.device(.activated, .deactivating, .newActivation)
        // Ours was still waiting for its turn.
        court.hear(.activeConnectionEnded(path: "/ours", reason: 0))
        court.device(.deactivating, .disconnected, .newActivation)
        court.device(.disconnected, .prepare)
        court.device(.prepare, .config)
        court.device(.config, .activated)
        #expect(court.judge.verdict == nil)
        court.wait(JoinJudge.connectionEndGrace)
        guard case .deviceLost(let last)? = court.judge.verdict else {
            Issue.record("\(String(describing: court.judge.verdict))")
            return
        }
        #expect(last.reason == .newActivation)
        let error = court.judge.interrupted(last.reason)
        #expect(error.cause == .superseded)
        #expect(error.detailedDescription().contains("(60)"))
    }

    @Test("a refused SAE confirm is a wrong passphrase, at once and for certain")
    func wrongSAEPassword() {
        var court = Court.begun(.sae)
        court.hear(.authenticationStarted(bssid: Court.accessPoint))
        court.authenticate(.sae, 1, .saeHashToElement)
        #expect(court.judge.verdict == nil)
        court.authenticate(.sae, 2, .unspecifiedFailure)
        #expect(court.error?.cause == .wrongPassphrase)
        #expect(court.error?.code == .invalidWPAPassphrase)
        #expect(court.error?.confidence == .confirmed)
        #expect(court.error?.phase == .authenticating)
        #expect(court.error?.detailedDescription().contains("UNSPECIFIED_FAILURE (1)") == true)
    }

    @Test("a four-way handshake that times out at the access point is likely a wrong passphrase")
    func wrongPassphrase() {
        var court = Court.begun()
        court.authenticate(.openSystem, 2, .success)
        court.associate()
        court.deauthenticate(.fourWayHandshakeTimeout)
        #expect(court.judge.verdict == nil, "NetworkManager is given a moment to say the same")
        court.wait(.milliseconds(1600))
        #expect(court.error?.cause == .wrongPassphrase)
        #expect(court.error?.confidence == .likely)
        #expect(court.error?.phase == .keys)
    }

    @Test("NetworkManager's own verdict comes into the chain beside the reason from the air")
    func wrongPassphraseBothWitnesses() {
        var court = Court.begun()
        court.associate()
        court.deauthenticate(.fourWayHandshakeTimeout)
        court.device(.config, .needAuth, .supplicantDisconnect)
        court.device(.needAuth, .failed, .noSecrets)
        let error = court.error
        #expect(error?.cause == .wrongPassphrase)
        #expect(error?.underlyingErrors.count == 2)
        #expect((error?.underlyingErrors.first as? NetworkManagerFailure)?.number == 7)
        #expect((error?.underlyingErrors.last as? IEEE80211Failure)?.number == 15)
    }

    @Test("a handshake that succeeds after one that timed out is no failure")
    func slowHandshake() {
        var court = Court.begun()
        court.associate()
        court.deauthenticate(.fourWayHandshakeTimeout)
        court.hear(.authenticationStarted(bssid: Court.accessPoint))
        court.authenticate(.openSystem, 2, .success)
        court.associate()
        court.device(.config, .ipConfig)
        court.wait(.seconds(5))
        #expect(court.judge.verdict == nil)
    }

    @Test("a link that falls after the keys were agreed says nothing against the passphrase")
    func lostDuringDHCP() {
        var court = Court.begun()
        court.associate()
        court.device(.config, .ipConfig)
        court.deauthenticate(.deauthLeaving)
        court.device(.ipConfig, .failed, .ipConfigUnavailable)
        #expect(court.error?.cause == .deauthenticated)
    }

    @Test("a silent DHCP server is a missing address")
    func noAddress() {
        var court = Court.begun()
        court.associate()
        court.device(.config, .ipConfig)
        court.device(.ipConfig, .failed, .ipConfigUnavailable)
        #expect(court.error?.cause == .ipProvisioningFailed)
        #expect(court.error?.phase == .address)
    }

    @Test("a refusal stands for a moment, in which another access point may take us")
    func refusedThenTaken() {
        var court = Court.begun()
        court.hear(.authenticationStarted(bssid: Court.accessPoint))
        court.authenticate(.openSystem, 2, .apUnableToHandleNewSTA)
        court.wait(JoinJudge.refusalGrace - .milliseconds(100))
        court.authenticate(.openSystem, 2, .success)
        court.associate()
        court.wait(.seconds(3))
        #expect(court.judge.verdict == nil)
    }

    @Test("a full access point is a rejected association, with its status")
    func full() {
        var court = Court.begun()
        court.hear(.authenticationStarted(bssid: Court.accessPoint))
        court.authenticate(.openSystem, 2, .apUnableToHandleNewSTA)
        court.wait(.milliseconds(2100))
        #expect(court.error?.cause == .associationRejected)
        #expect((court.error?.underlyingErrors.last as? IEEE80211Failure)?.number == 17)
    }

    @Test("a request for an anti-clogging token is no refusal")
    func antiClogging() {
        var court = Court.begun(.sae)
        court.authenticate(.sae, 1, .antiCloggingTokenReq)
        court.wait(.seconds(5))
        #expect(court.judge.verdict == nil)
    }

    @Test("an access point that refuses in the first SAE transaction does not judge the passphrase")
    func deniedBeforeCommit() {
        var court = Court.begun(.sae)
        court.authenticate(.sae, 1, .unspecifiedFailure)
        court.wait(.milliseconds(2100))
        #expect(court.error?.cause == .associationRejected)
    }

    @Test("a completed search without the network is the network's absence")
    func notFound() {
        var court = Court.begun()
        court.hear(.scanStarted)
        court.hear(.scanFinished(offered: [], bssCount: 4))
        #expect(court.judge.verdict == nil)
        court.wait(.milliseconds(1300))
        #expect(court.error?.cause == .networkNotFound)
        #expect(court.error?.detailedDescription().contains("1 completed scan, 4 BSSs heard") == true)
    }

    @Test("an authentication that begins right after an empty search goes on")
    func foundLate() {
        var court = Court.begun()
        court.hear(.scanFinished(offered: [], bssCount: 4))
        court.wait(.milliseconds(500))
        court.hear(.authenticationStarted(bssid: Court.accessPoint))
        court.wait(.seconds(3))
        #expect(court.judge.verdict == nil)
    }

    @Test("a network whose security does not fit is named as such")
    func mismatch() {
        var court = Court.begun(.sae)
        court.hear(.scanFinished(offered: [[.rsn, .psk]], bssCount: 1))
        court.wait(.milliseconds(1300))
        #expect(court.error?.cause == .securityMismatch)
        #expect(court.error?.message.contains("WPA2 (PSK)") == true)
    }

    @Test("reason 53 after frames were exchanged is not an absent network")
    func reason53() {
        var court = Court.begun()
        court.hear(.authenticationStarted(bssid: Court.accessPoint))
        court.device(.config, .failed, .ssidNotFound)
        #expect(court.error?.cause == .handshakeFailed)
        var unseen = Court.begun()
        unseen.device(.config, .failed, .ssidNotFound)
        #expect(unseen.error?.cause == .networkNotFound)
        #expect(unseen.error?.confidence == .likely)
    }

    @Test("reason 7 without a handshake is not a wrong passphrase")
    func reason7() {
        var court = Court.begun()
        court.device(.config, .needAuth)
        court.device(.needAuth, .failed, .noSecrets)
        #expect(court.error?.cause == .secretsUnavailable)
    }

    static let interruptions: [(DeviceStateReason, HotspotConfigurationError.Cause)] = [
        (.userRequested, .disconnectedByUser),
        (.connectionRemoved, .configurationRemoved),
    ]

    @Test("an activation that is ended from outside says by whom", arguments: interruptions)
    func interrupted(reason: DeviceStateReason, cause: HotspotConfigurationError.Cause) {
        var court = Court.begun()
        court.device(.config, .deactivating, reason)
        #expect(court.error?.cause == cause)
    }

    private static let departures: [(DeviceState, DeviceStateReason)] = [
        (.unavailable, .none), (.unmanaged, .removed), (.deactivating, .sleeping), (.deactivating, .nowUnmanaged),
    ]

    @Test("a device that leaves is looked at once more before anything is said", arguments: departures)
    func deviceLost(state: DeviceState, reason: DeviceStateReason) {
        var court = Court.begun()
        court.device(.config, state, reason)
        guard case .deviceLost? = court.judge.verdict else {
            Issue.record("no verdict about the device")
            return
        }
    }

    @Test("a search that only asked is confirmed by one that listens, before a network is said to be absent")
    func confirmed() {
        var court = Court.begun()
        court.hear(.scanFinished(offered: [], bssCount: 2, isConfirmed: false))
        court.wait(JoinJudge.searchGrace)
        #expect(court.judge.verdict == nil)
        court.hear(.scanFinished(offered: [], bssCount: 2))
        court.wait(JoinJudge.searchGrace)
        #expect(court.error?.cause == .networkNotFound)
        #expect(court.error?.confidence == .confirmed)
    }

    @Test("a supplicant that does not even search has failed, where the kernel's events are heard")
    func idle() {
        var court = Court(judge: JoinJudge(ssid: "Cafe", interface: "wlan0", keyManagement: .wpaPSK))
        court.judge.hasWitness = true
        court.device(.disconnected, .prepare)
        court.device(.prepare, .config)
        var searching = court
        searching.hear(.scanStarted)
        searching.wait(JoinJudge.idleGrace)
        #expect(searching.judge.verdict == nil)
        court.wait(JoinJudge.idleGrace)
        #expect(court.error?.cause == .supplicantFailed)
        #expect(court.error?.confidence == .likely)
    }

    @Test("an access point that is heard again and again and never tried demands something")
    func neverTried() {
        var court = Court.begun()
        court.hear(.scanFinished(offered: [[.rsn, .psk]], bssCount: 1, demand: .membership(selector: 126)))
        court.wait(.seconds(5))
        #expect(court.judge.verdict == nil)
        court.hear(.scanFinished(offered: [[.rsn, .psk]], bssCount: 1, demand: .membership(selector: 126)))
        court.wait(JoinJudge.searchGrace)
        #expect(court.error?.cause == .notSupported)
    }

    @Test("message 2 sent again and again is a passphrase that does not fit, whatever reason the access point gives")
    func secondMessages() {
        var court = Court.begun()
        court.associate()
        court.hear(.handshakeMessageSent(isFourth: false))
        court.hear(.handshakeMessageSent(isFourth: false))
        court.deauthenticate(.unspecified)
        court.wait(JoinJudge.handshakeGrace)
        #expect(court.error?.cause == .wrongPassphrase)
        #expect(court.error?.confidence == .likely)
    }

    @Test("message 4 proves the passphrase, whatever comes after it")
    func fourthMessage() {
        var court = Court.begun()
        court.associate()
        court.hear(.handshakeMessageSent(isFourth: false))
        court.hear(.handshakeMessageSent(isFourth: false))
        court.hear(.handshakeMessageSent(isFourth: true))
        court.deauthenticate(.fourWayHandshakeTimeout)
        court.wait(JoinJudge.handshakeGrace)
        #expect(court.error?.cause == .handshakeFailed)
    }

    @Test("an access point that falls silent in the handshake did not refuse the passphrase")
    func silentInHandshake() {
        var court = Court.begun()
        court.associate()
        court.hear(.handshakeMessageSent(isFourth: false))
        court.deauthenticate(.deauthLeaving, byAccessPoint: false)
        court.device(.config, .needAuth, .supplicantDisconnect)
        court.device(.needAuth, .failed, .noSecrets)
        #expect(court.error?.cause == .noResponse)
        #expect(court.error?.confidence == .likely)
    }

    @Test("a link that was lost before the address is given time to come back")
    func lostLink() {
        var court = Court.begun()
        court.associate()
        court.device(.config, .ipConfig)
        court.deauthenticate(.deauthLeaving)
        court.wait(JoinJudge.lostLinkGrace - .seconds(1))
        #expect(court.judge.verdict == nil)
        court.associate()
        court.wait(.seconds(5))
        #expect(court.judge.verdict == nil)
        court.deauthenticate(.deauthLeaving)
        court.wait(JoinJudge.lostLinkGrace)
        #expect(court.error?.cause == .deauthenticated)
    }

    @Test("the end of the daemon ends the join")
    func daemonGone() {
        var court = Court.begun()
        court.hear(.daemonGone(nil))
        #expect(court.error?.cause == .backendUnavailable)
    }

    @Test("nothing changes a verdict")
    func final() {
        var court = Court.begun()
        court.device(.config, .activated)
        court.device(.activated, .failed, .noSecrets)
        #expect(court.isJoined)
    }

    @Test("the end of our activation, heard before the device's reason, does not hide what the air said")
    func orderOfSignals() {
        var court = Court.begun()
        court.associate()
        court.deauthenticate(.fourWayHandshakeTimeout)
        court.device(.config, .needAuth, .supplicantDisconnect)
        court.hear(.activeConnectionEnded(path: "/ours", reason: 3))
        court.device(.needAuth, .failed, .noSecrets)
        #expect(court.error?.cause == .wrongPassphrase)
        var addressless = Court.begun()
        addressless.associate()
        addressless.device(.config, .ipConfig)
        addressless.hear(.activeConnectionEnded(path: "/ours", reason: 3))
        addressless.device(.ipConfig, .failed, .ipConfigUnavailable)
        #expect(addressless.error?.cause == .ipProvisioningFailed)
    }

    @Test("our own activation takes the place of one that had just begun, and goes on")
    func overtaken() {
        var court = Court.begun()
        court.device(.config, .deactivating, .newActivation)
        court.device(.deactivating, .disconnected, .newActivation)
        court.device(.disconnected, .prepare)
        court.wait(.seconds(5))
        court.device(.prepare, .activated)
        #expect(court.isJoined)
    }

    @Test("an activation of somebody else's takes the place of ours")
    func superseded() {
        var court = Court.begun()
        court.device(.config, .deactivating, .newActivation)
        court.hear(.activeConnectionEnded(path: "/ours", reason: 3))
        #expect(court.error?.cause == .superseded)
    }

    @Test("an open network's deauthentication says nothing of a passphrase")
    func openDeauthenticated() {
        var court = Court.begun(.open)
        court.associate()
        #expect(court.judge.phase != .keys)
        court.deauthenticate(.prevAuthNotValid)
        court.wait(.seconds(2))
        #expect(court.error?.cause == .deauthenticated)
    }

    @Test("a password that SAE has proven is not blamed for the handshake")
    func provenPassword() {
        var court = Court.begun(.sae)
        court.hear(.authenticationStarted(bssid: Court.accessPoint))
        court.authenticate(.sae, 1, .success)
        court.authenticate(.sae, 2, .success)
        court.associate()
        court.deauthenticate(.fourWayHandshakeTimeout)
        court.wait(.seconds(2))
        #expect(court.error?.cause == .handshakeFailed)
    }

    @Test("a full access point that says so in the last SAE transaction is full")
    func fullAtConfirm() {
        var court = Court.begun(.sae)
        court.authenticate(.sae, 1, .success)
        court.authenticate(.sae, 2, .apUnableToHandleNewSTA)
        #expect(court.judge.verdict == nil)
        court.wait(.milliseconds(2100))
        #expect(court.error?.cause == .associationRejected)
    }

    @Test("where several access points have the name, a refusal leaves time for the next one")
    func steering() {
        var court = Court.begun()
        court.judge.accessPointCount = 2
        court.authenticate(.openSystem, 2, .apUnableToHandleNewSTA)
        court.wait(.seconds(6))
        #expect(court.judge.verdict == nil)
        court.wait(.seconds(5))
        #expect(court.error?.cause == .associationRejected)
    }

    @Test("a device that is pulled out while a refusal stands is gone, not refused")
    func removedDevice() {
        var court = Court.begun()
        court.authenticate(.openSystem, 2, .apUnableToHandleNewSTA)
        court.device(.config, .failed, .removed)
        #expect(court.error?.cause == .deviceRemoved)
    }

    @Test("every reason of NetworkManager's table has a cause, and only others are unlisted")
    func totality() {
        for number in UInt32(0)...79 {
            let reason = DeviceStateReason(rawValue: number)
            #expect(reason.name != nil)
            #expect(JoinJudge.cause(of: reason) != .unlisted, "\(reason)")
        }
        let stranger = DeviceStateReason(rawValue: 4711)
        #expect(JoinJudge.cause(of: stranger) == .unlisted)
        var court = Court.begun()
        court.device(.config, .failed, stranger)
        #expect(court.error?.code == .unknown)
        #expect(court.error?.detailedDescription().contains("unknown (4711)") == true)
    }
}
