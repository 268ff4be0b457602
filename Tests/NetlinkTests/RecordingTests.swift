import IEEE80211
import Testing

@testable import Netlink

/// What happened, in a few words that a test can compare.
private func summary(_ event: NL80211Event) -> String {
    switch event.kind {
    case .newStation(let mac): "new station \(mac)"
    case .deleteStation(let mac): "delete station \(mac)"
    case .authenticate(.frame(let frame)):
        "authentication \(frame.algorithm) \(frame.transaction) \(frame.status)"
    case .authenticate(.timedOut(let bssid)): "no authentication \(bssid.map(String.init) ?? "-")"
    case .associate(.frame(let frame), _): "association \(frame.status)"
    case .associate(.timedOut(let bssid), _): "no association \(bssid.map(String.init) ?? "-")"
    case .connect(let connection):
        "connect \(connection.status) \(connection.timeout.map(String.init) ?? "-")"
    case .roam: "roam"
    case .channelSwitched(let frequencyMHz): "channel \(frequencyMHz)"
    case .disconnect(let reason, let byAP): "disconnect \(reason.map(String.init) ?? "-")\(byAP ? " by AP" : "")"
    case .deauthenticate(let frame): "deauthentication \(frame.reason)\(frame.addresses.isFromAP ? " by AP" : "")"
    case .disassociate(let frame): "disassociation \(frame.reason)\(frame.addresses.isFromAP ? " by AP" : "")"
    case .unprotectedDeauthenticate, .unprotectedDisassociate: "unprotected"
    case .controlPortTransmitStatus(let acknowledged, _): "EAPOL \(acknowledged ? "acknowledged" : "lost")"
    case .portAuthorized: "port authorized"
    case .triggerScan(let scan): "scan \(scan.ssids.count) \(scan.frequenciesMHz)"
    case .newScanResults: "scan results"
    case .scanAborted: "scan aborted"
    case .other(let command): command.name
    case .malformed(_, let error): "malformed \(error)"
    case .overrun: "overrun"
    }
}

/// What the kernel told of each join, without the scans before it.
private let expected: [(recording: String, events: [String])] = [
    (
        "join-open",
        [
            "new station 02:00:00:00:01:00", "authentication open (0) 2 SUCCESS (0)", "association SUCCESS (0)",
            "connect SUCCESS (0) -", "delete station 02:00:00:00:01:00", "deauthentication DEAUTH_LEAVING (3)",
            "disconnect DEAUTH_LEAVING (3)",
        ]
    ),
    (
        "join-wpa2",
        [
            "new station 02:00:00:00:02:00", "authentication open (0) 2 SUCCESS (0)", "association SUCCESS (0)",
            "connect SUCCESS (0) -", "EAPOL acknowledged", "EAPOL acknowledged",
        ]
    ),
    (
        "wrong-wpa2",
        [
            "new station 02:00:00:00:02:00", "authentication open (0) 2 SUCCESS (0)", "association SUCCESS (0)",
            "connect SUCCESS (0) -", "EAPOL acknowledged", "EAPOL acknowledged", "EAPOL acknowledged",
            "EAPOL acknowledged", "delete station 02:00:00:00:02:00",
            "deauthentication 4WAY_HANDSHAKE_TIMEOUT (15) by AP", "disconnect 4WAY_HANDSHAKE_TIMEOUT (15) by AP",
        ]
    ),
    (
        "join-sae",
        [
            "new station 02:00:00:00:03:00", "authentication SAE (3) 1 SAE_HASH_TO_ELEMENT (126)",
            "authentication SAE (3) 2 SUCCESS (0)", "association SUCCESS (0)", "connect SUCCESS (0) -",
            "EAPOL acknowledged", "EAPOL acknowledged",
        ]
    ),
    (
        "wrong-sae",
        [
            "new station 02:00:00:00:03:00", "authentication SAE (3) 1 SAE_HASH_TO_ELEMENT (126)",
            "authentication SAE (3) 2 UNSPECIFIED_FAILURE (1)", "delete station 02:00:00:00:03:00",
        ]
    ),
    (
        "denied",
        [
            "new station 02:00:00:00:05:00", "authentication open (0) 2 UNSPECIFIED_FAILURE (1)",
            "delete station 02:00:00:00:05:00", "new station 02:00:00:00:05:00",
            "authentication open (0) 2 UNSPECIFIED_FAILURE (1)", "delete station 02:00:00:00:05:00",
        ]
    ),
    (
        "mfp",
        [
            "new station 02:00:00:00:01:00", "authentication open (0) 2 SUCCESS (0)",
            "delete station 02:00:00:00:01:00", "association ROBUST_MGMT_FRAME_POLICY_VIOLATION (31)",
            "connect ROBUST_MGMT_FRAME_POLICY_VIOLATION (31) -",
        ]
    ),
    (
        "gone",
        [
            "new station 02:00:00:00:01:00", "delete station 02:00:00:00:01:00",
            "no authentication 02:00:00:00:01:00", "connect UNSPECIFIED_FAILURE (1) authentication (2)",
        ]
    ),
    (
        "kicked",
        [
            "delete station 02:00:00:00:02:00", "deauthentication DISASSOC_AP_BUSY (5) by AP",
            "disconnect DISASSOC_AP_BUSY (5) by AP", "new station 02:00:00:00:02:00",
            "authentication open (0) 2 SUCCESS (0)", "association SUCCESS (0)", "connect SUCCESS (0) -",
            "EAPOL acknowledged", "EAPOL acknowledged",
        ]
    ),
    (
        "vanished",
        [
            "NL80211_CMD_NOTIFY_CQM", "delete station 02:00:00:00:02:00",
            "deauthentication DISASSOC_DUE_TO_INACTIVITY (4)", "disconnect DISASSOC_DUE_TO_INACTIVITY (4)",
            "new station 02:00:00:00:02:00", "delete station 02:00:00:00:02:00",
            "no authentication 02:00:00:00:02:00",
        ]
    ),
]

@Suite("Recorded joins")
struct RecordedJoinTests {
    @Test("the kernel's events of a join are decoded", arguments: expected)
    func joins(recording: String, events: [String]) throws {
        let all = try Recording(recording).events
        let ours = all.filter { $0.interface == 2 }.map(summary)
        #expect(ours.filter { !$0.hasPrefix("scan") } == events)
        #expect(!ours.contains { $0.hasPrefix("malformed") })
    }

    @Test("a scan event says what is looked for and where")
    func scans() throws {
        let scans = try Recording("denied").events.compactMap { event -> NL80211Event.Scan? in
            if case .triggerScan(let scan) = event.kind { scan } else { nil }
        }
        #expect(scans.map(\.frequenciesMHz) == [[2412], [2412], [2412]])
        // The first one only listens, the others ask for any network.
        #expect(scans.map(\.ssids) == [[], [[]], [[]]])
    }

    @Test(
        "the outcome of a connection says what was negotiated",
        arguments: [("join-wpa2", AKMSuite.psk), ("join-sae", .sae)]
    )
    func negotiation(recording: String, akm: AKMSuite) throws {
        let connections = try Recording(recording).events.compactMap { event -> NL80211Event.Connection? in
            if case .connect(let connection) = event.kind { connection } else { nil }
        }
        let connection = try #require(connections.first)
        #expect(connection.status == .success)
        #expect(connection.timeout == nil)
        #expect(connection.bssid != nil)
        #expect(try connection.requestElements.rsne()?.akmSuites == [akm])
        #expect(connection.responseElements.damage == nil)
        #expect(!connection.responseElements.elements.isEmpty)
    }

    @Test(
        "the EAPOL frames that were sent tell a handshake that ends from one that does not",
        arguments: [("join-wpa2", [2, 4]), ("join-sae", [2, 4]), ("wrong-wpa2", [2, 2, 2, 2])]
    )
    func controlPort(recording: String, messages: [Int]) throws {
        var sent: [Int] = []
        var counters: [UInt64] = []
        for event in try Recording(recording).events {
            guard case .controlPortTransmitStatus(let acknowledged, let frame) = event.kind else { continue }
            #expect(acknowledged)
            let header = try #require(try EAPOLKeyHeader(ethernetFrame: frame))
            sent.append(header.isMessage2 ? 2 : header.isMessage4 ? 4 : 0)
            counters.append(header.replayCounter)
        }
        #expect(sent == messages)
        #expect(counters == counters.sorted() && Set(counters).count == counters.count)
    }

    @Test("mutated recordings never trap")
    func mutation() throws {
        var generator = SeededGenerator(state: 5)
        let messages = try expected.flatMap { try Recording($0.recording).messages }
        var malformed = 0
        for round in 0..<20_000 {
            let message = messages[round % messages.count]
            let mutated = GenericNetlinkMessage(
                family: message.family,
                command: message.command,
                payload: generator.mutate(message.payload)
            )
            let event = NL80211Event(mutated, instant: .now)
            if case .malformed = event.kind { malformed += 1 }
            _ = summary(event)
        }
        #expect(malformed > 400)
    }
}

@Suite("Recorded state")
struct RecordedStateTests {
    @Test("a wiphy is put together from its split dump")
    func wiphy() throws {
        let wiphys = try Wiphy.wiphys(try Recording("wiphy").messages)
        #expect(wiphys.count == 1)
        let wiphy = try #require(wiphys.first)
        #expect(wiphy.index == 0)
        #expect(wiphy.name == "phy0")
        #expect(wiphy.maxScanSSIDs == 4)
        #expect(wiphy.interfaceTypes.isSuperset(of: [.station, .accessPoint]))
        #expect(wiphy.commands.isSuperset(of: [.authenticate, .associate, .connect, .deauthenticate]))
        #expect(wiphy.features.isSuperset(of: [.sae, .scanFlush, .lowPriorityScan, .scanRandomMAC]))
        #expect(
            wiphy.extendedFeatures.isSuperset(
                of: [
                    .filsStation, .controlPortOverNL80211, .controlPortNoPreauthentication,
                    .controlPortTransmitStatus, .canReplacePTK0, .extendedKeyID, .beaconProtection,
                    .scanRandomSequenceNumbers, .scanMinimalProbeRequests,
                ]
            )
        )
        #expect(wiphy.extendedFeatures.isDisjoint(with: [.saeOffload, .fourWayHandshakeStationPSK, .mfpOptional]))
        #expect(wiphy.cipherSuites.contains(.ccmp128))
        #expect(wiphy.cipherSuites.contains(.bipCMAC128))
        let one = try #require(wiphy.frequencies.first { $0.frequencyMHz == 2412 })
        #expect(!one.isPassive && !one.isDisabled)
        #expect(one.maxTransmitPowerMBm == 2000)
        #expect(try #require(wiphy.frequencies.first { $0.frequencyMHz == 2484 }).isPassive)
        #expect(try #require(wiphy.frequencies.first { $0.frequencyMHz == 5260 }).isPassive)
        #expect(try #require(wiphy.frequencies.first { $0.frequencyMHz == 5955 }).isDisabled)
        #expect(Set(wiphy.frequencies.map(\.frequencyMHz)).count == wiphy.frequencies.count)
    }

    @Test("an interface that is joined has its network's name and channel")
    func interface() throws {
        let interfaces = try Recording("interface").messages.compactMap { WirelessInterface(try $0.attributes()) }
        let interface = try #require(interfaces.first)
        #expect(interfaces.count == 1)
        #expect(interface.index == 2)
        #expect(interface.name == "wlan0")
        #expect(interface.mac == MACAddress("02:00:00:00:00:00"))
        #expect(interface.type == .station)
        #expect(interface.wiphy == 0)
        #expect(interface.frequencyMHz == 2412)
        // wpa_supplicant authenticates by itself, and then the kernel does not know the name.
        #expect(interface.ssid == nil)
    }

    @Test("the scan cache has each access point's name and security")
    func scan() throws {
        let results = try Recording("scan").messages.compactMap { try ScanResult(try $0.attributes()) }
        let byName = Dictionary(grouping: results) { String(decoding: $0.ssid, as: UTF8.self) }.compactMapValues(
            \.first
        )
        #expect(byName.keys.sorted() == ["Open", "Three", "Two"])
        let two = try #require(byName["Two"])
        #expect(two.security == [.rsn, .psk])
        #expect(two.status == .associated)
        #expect(two.bssid == MACAddress("02:00:00:00:02:00"))
        #expect(two.frequencyMHz == 2412)
        #expect(two.signalDBm == -30)
        #expect(try #require(two.ageMilliseconds) < 30_000)
        #expect(two.elements.damage == nil)
        #expect(!two.isHidden)
        let three = try #require(byName["Three"])
        #expect(three.security == [.rsn, .sae])
        #expect(three.status == nil)
        #expect(three.elements.rsnxe?.hashToElement == true)
        #expect(try #require(byName["Open"]).security == .open)
    }

    @Test("a station has a signal strength")
    func station() throws {
        let message = try #require(try Recording("station").messages.first)
        let station = try Station(try message.attributes())
        #expect(station.signalDBm == -30)
        #expect(station.inactiveMilliseconds != nil)
        #expect(station.connectedSeconds != nil)
    }

    @Test("the controller's message about nl80211 has its groups")
    func family() throws {
        let recording = try Recording("family")
        let message = try #require(NetlinkMessage.messages(in: recording.datagrams[0]).messages.first)
        let family = try #require(try GenericNetlinkFamily(try GenericNetlinkMessage(message)))
        #expect(family.name == "nl80211")
        #expect(family.number == recording.family)
        #expect(Set(NL80211Group.allCases.map(\.rawValue)).isSubset(of: family.groups.keys))
    }

    @Test("the kernel's refusals are told apart")
    func errors() throws {
        let errors = try Recording("errors").datagrams.compactMap { datagram in
            NetlinkError(
                command: "X",
                acknowledgement: try NetlinkAcknowledgement(NetlinkMessage.messages(in: datagram).messages[0])
            )
        }
        #expect(errors.map(\.errnoName) == ["ENODEV", "EALREADY", "ERANGE"])
        #expect(errors.map(\.text) == [nil, nil, "Attribute failed policy validation"])
        #expect(errors.map(\.offset) == [nil, nil, 20])
    }

    @Test("mutated dumps never trap")
    func mutation() throws {
        var generator = SeededGenerator(state: 6)
        let scan = try Recording("scan").messages + Recording("scan-sae").messages
        let wiphy = try Recording("wiphy").messages
        for round in 0..<20_000 {
            let message = generator.mutate(scan[round % scan.count])
            _ = try? ScanResult(try message.attributes())
            _ = (try? message.attributes()).flatMap(WirelessInterface.init)
            _ = try? Station(try message.attributes())
            _ = try? GenericNetlinkFamily(message)
            if round % 10 == 0 {
                _ = try? Wiphy.wiphys([generator.mutate(wiphy[round / 10 % wiphy.count])])
            }
        }
    }
}

extension SeededGenerator {
    fileprivate mutating func mutate(_ message: GenericNetlinkMessage) -> GenericNetlinkMessage {
        GenericNetlinkMessage(family: message.family, command: message.command, payload: mutate(message.payload))
    }
}
