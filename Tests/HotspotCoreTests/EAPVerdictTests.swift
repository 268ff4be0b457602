import DBus
@testable import IEEE80211
import Testing

@testable import HotspotCore

/// What the judge makes of the supplicant's words.
@Suite("The judge of an enterprise network")
struct EAPVerdictTests {
    typealias Cause = HotspotConfigurationError.Cause

    private static let accessPoint = MACAddress("02:00:00:00:01:00") ?? .broadcast

    /// A judge of an association whose authentication has begun.
    private struct Court {
        var judge = JoinJudge(ssid: "Campus", interface: "wlan0", keyManagement: .wpaEAP)
        var now = ContinuousClock.now

        init(_ settings: HotspotEAPSettings = .user(), begins: Bool = true) {
            judge.enterprise = settings
            guard begins else { return }
            device(.disconnected, .prepare)
            device(.prepare, .config)
            hear(.authenticationStarted(bssid: EAPVerdictTests.accessPoint))
            hear(.association(status: .success, bssid: EAPVerdictTests.accessPoint))
        }

        mutating func hear(_ evidence: JoinEvidence) { judge.receive(evidence, at: now) }

        mutating func device(_ old: DeviceState, _ new: DeviceState, _ reason: DeviceStateReason = .none) {
            hear(.deviceState(DeviceTransition(old: old, new: new, reason: reason)))
        }

        mutating func say(_ steps: [(String, String)]) {
            for (status, parameter) in steps { hear(.supplicant(.eap(status: status, parameter: parameter))) }
        }

        mutating func deauthenticate(_ reason: ReasonCode) {
            hear(.linkEnded(reason: reason, byAccessPoint: true, bssid: EAPVerdictTests.accessPoint))
        }

        mutating func wait(_ duration: Duration) {
            now += duration
            judge.advanceClock(to: now)
        }

        var error: HotspotConfigurationError? { if case .failed(let error)? = judge.verdict { error } else { nil } }
    }

    static let tunnel = [
        ("started", ""), ("accept proposed method", "PEAP"), ("remote certificate verification", "success"),
    ]
    static let verdicts: [([(String, String)], HotspotEAPSettings, Cause, HotspotConfigurationError.Confidence)] = [
        (tunnel + [("completion", "failure")], .user(), .wrongEAPCredentials, .likely),
        (tunnel + [("eap parameter needed", "PASSWORD")], .user(), .wrongEAPCredentials, .confirmed),
        ([("started", ""), ("completion", "failure")], .user(), .wrongEAPCredentials, .likely),
        (
            // The authority's certificate is accepted before the server's is not.
            tunnel + [("remote certificate verification", "Domain mismatch"), ("completion", "failure")], .user(),
            .untrustedServer, .confirmed
        ),
        (
            [
                ("started", ""), ("accept proposed method", "PEAP"),
                ("remote certificate verification", "certificate has expired"),
            ], .user(), .untrustedServer, .confirmed
        ),
        (
            [("started", ""), ("refuse proposed method", "TLS"), ("completion", "failure")], .user(), .eapMethodRefused,
            .confirmed
        ),
        (
            tunnel + [("remote TLS alert", "certificate revoked"), ("completion", "failure")], .machine(),
            .wrongEAPCredentials, .likely
        ),
        (
            [
                ("started", ""), ("accept proposed method", "PEAP"), ("local TLS alert", "protocol version"),
                ("completion", "failure"),
            ], .user(), .handshakeFailed, .likely
        ),
        (
            [("started", ""), ("accept proposed method", "TLS"), ("eap parameter needed", "PASSPHRASE")], .machine(),
            .malformedEAPSettings, .confirmed
        ),
        (
            [("started", ""), ("accept proposed method", "TLS"), ("completion", "failure")], .machine(),
            .malformedEAPSettings, .possible
        ),
    ]

    @Test("the supplicant's words decide, half a second after they are complete", arguments: verdicts)
    func verdict(
        steps: [(String, String)],
        settings: HotspotEAPSettings,
        cause: Cause,
        confidence: HotspotConfigurationError.Confidence
    ) {
        var court = Court(settings)
        court.say(steps)
        #expect(court.judge.verdict == nil, "the access point is given a moment to end the link")
        court.deauthenticate(.ieee8021XAuthFailed)
        court.wait(.milliseconds(600))
        #expect(court.error?.cause == cause)
        #expect(court.error?.confidence == confidence)
        #expect(court.error?.phase == .keys)
        let chain = court.error?.underlyingErrors ?? []
        #expect(chain.contains { $0 is SupplicantFailure })
        #expect(chain.contains { ($0 as? IEEE80211Failure)?.number == 23 })
    }

    @Test("the chain has the certificates, cut and escaped")
    func certificates() {
        var court = Court()
        court.say([("started", ""), ("accept proposed method", "PEAP")])
        let hostile = "/CN=\u{1B}[31m" + String(repeating: "x", count: 1000)
        court.hear(.supplicant(.certificate(depth: 1, subject: "/CN=Authority", hash: nil)))
        court.hear(.supplicant(.certificate(depth: 0, subject: hostile, hash: "00ff")))
        court.say([("remote certificate verification", "self-signed certificate")])
        court.wait(.seconds(1))
        let tree = court.error?.detailedDescription() ?? ""
        #expect(tree.contains(#"/CN=\x1B[31mxxx"#))
        #expect(tree.contains("authority: /CN=Authority"))
        #expect(tree.contains("sha256: 00ff"))
        #expect(!tree.contains(String(repeating: "x", count: 300)))
    }

    @Test("without the supplicant's words a refusal is possible only, and likely where no server is verified")
    func unheard() {
        var court = Court()
        court.hear(.supplicant(.unheard("org.freedesktop.DBus.Error.AccessDenied")))
        court.deauthenticate(.ieee8021XAuthFailed)
        court.wait(.seconds(2))
        #expect(court.error?.cause == .wrongEAPCredentials)
        #expect(court.error?.confidence == .possible)
        #expect(court.error?.remedy?.contains("netdev") == true)
        var careless = Court(
            .user {
                $0.trustedServerNames = []
                $0.allowsUntrustedServer = true
            }
        )
        careless.deauthenticate(.ieee8021XAuthFailed)
        careless.wait(.seconds(2))
        #expect(careless.error?.confidence == .likely)
    }

    @Test("a second attempt that is under way is not judged by the first one's words")
    func secondAttempt() {
        var court = Court()
        court.say(Self.tunnel + [("completion", "failure")])
        court.hear(.association(status: .success, bssid: Self.accessPoint))
        court.hear(.supplicant(.property(name: "State", value: "associated")))
        court.say(Self.tunnel)
        court.wait(.seconds(5))
        #expect(court.judge.verdict == nil)
        court.say([("completion", "success")])
        court.device(.config, .ipConfig)
        court.device(.ipConfig, .activated)
        if case .joined? = court.judge.verdict {} else { Issue.record("not joined") }
    }

    @Test("a FAST conversation that only brings the credential for the next one is no failure")
    func provisioning() {
        var court = Court(.user { $0.supportedEAPTypes = [.fast] })
        let failed = [("started", ""), ("accept proposed method", "FAST"), ("completion", "failure")]
        court.say(failed)
        court.deauthenticate(.ieee8021XAuthFailed)
        court.wait(.seconds(15))
        #expect(court.judge.verdict == nil)
        court.hear(.association(status: .success, bssid: Self.accessPoint))
        court.say(failed)
        court.wait(.seconds(1))
        #expect(court.judge.verdict != nil)
    }

    @Test("what the supplicant said of an earlier connection is no evidence about this one")
    func earlier() {
        var court = Court(begins: false)
        court.say(Self.tunnel + [("completion", "failure")])
        court.device(.disconnected, .prepare)
        court.say([("started", "")])
        court.wait(.seconds(5))
        #expect(court.judge.verdict == nil)
    }

    @Test("a silent server is one that did not answer, and a handshake that fails after it did is a handshake's")
    func silent() {
        var court = Court()
        court.say([("started", "")])
        court.device(.config, .needAuth)
        court.device(.needAuth, .failed, .noSecrets)
        #expect(court.error?.cause == .noResponse)
        var handshake = Court()
        handshake.say(Self.tunnel + [("completion", "success")])
        handshake.deauthenticate(.fourWayHandshakeTimeout)
        handshake.wait(.seconds(2))
        #expect(handshake.error?.cause == .handshakeFailed)
    }

    @Test("where neither the air nor the supplicant is heard, NetworkManager's route is no wrong passphrase")
    func deaf() {
        var court = Court(begins: false)
        court.device(.disconnected, .prepare)
        court.device(.prepare, .config)
        court.device(.config, .needAuth, .supplicantDisconnect)
        court.device(.needAuth, .failed, .noSecrets)
        #expect(court.error?.cause == .wrongEAPCredentials)
        #expect(court.error?.confidence == .possible)
    }

    @Test("a key whose password NetworkManager refuses before it begins is the settings' fault")
    func key() {
        var court = Court(.machine(), begins: false)
        court.device(.disconnected, .prepare)
        court.device(.prepare, .config)
        court.device(.config, .needAuth)
        court.device(.needAuth, .failed, .noSecrets)
        #expect(court.error?.cause == .malformedEAPSettings)
    }

    @Test("signals are read, and those of another form are not")
    func signals() {
        func events(_ member: String, _ body: [DBusValue], interface: String = SupplicantWitness.interface)
            -> [SupplicantEvent]
        {
            SupplicantEvent.events(in: DBusMessage(kind: .signal, interface: interface, member: member, body: body))
        }
        #expect(
            events("EAP", [.string("completion"), .string("failure")]) == [
                .eap(status: "completion", parameter: "failure")
            ]
        )
        #expect(events("EAP", [.string("completion")]).isEmpty)
        #expect(events("EAP", [.string("a"), .string("b")], interface: "evil").isEmpty)
        let certificate: DBusValue = .properties([
            "depth": .uint32(0), "subject": .string("/CN=a"), "cert_hash": .string("00"), "cert": .octets([1]),
        ])
        #expect(events("Certification", [certificate]) == [.certificate(depth: 0, subject: "/CN=a", hash: "00")])
        let changed: DBusValue = .properties(["State": .string("associated"), "DisconnectReason": .int32(-3)])
        #expect(
            events("PropertiesChanged", [changed]) == [
                .property(name: "State", value: "associated"), .property(name: "DisconnectReason", value: "-3"),
            ]
        )
        #expect(events("BSSAdded", [.objectPath("/a")]).isEmpty)
    }
}
