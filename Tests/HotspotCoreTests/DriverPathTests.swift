import Foundation
import IEEE80211
import TestSupport
import Testing

@testable import HotspotCore
@testable import Netlink

@Suite("Who does which part of a join")
struct DriverPathTests {
    /// What a driver said: recorded of hwsim, composed of others (see Fixtures/wiphy).
    private static func wiphy(_ file: String) throws -> Wiphy {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/\(file).hex")
        var octets: [UInt8] = []
        var family: UInt16?
        for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("# family") { family = line.split(separator: " ").last.flatMap { UInt16($0) } }
            guard !line.hasPrefix("#"), let digits = line.split(separator: " ").last.map(Array.init) else { continue }
            octets += stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(digits[$0...($0 + 1)]), radix: 16)
            }
        }
        let messages = NetlinkMessage.messages(in: octets).messages.filter { $0.type == family }
        let wiphys = try Wiphy.wiphys(try messages.map { try GenericNetlinkMessage($0) })
        return try #require(wiphys.first)
    }

    typealias Path = Result<DriverPath, DriverPath.Obstacle>

    /// A driver, and its path for an open network, WEP, PSK, SAE and OWE.
    static let expected: [(file: String, paths: [Path])] = [
        (
            "nl80211/wiphy",
            [.success(.steps), .success(.steps), .success(.steps), .success(.steps), .success(.steps)]
        ),
        (
            "wiphy/softmac",
            [.success(.steps), .success(.steps), .success(.steps), .success(.steps), .success(.steps)]
        ),
        (
            "wiphy/brcmfmac-offload",
            [
                .success(.connect), .failure(.noWEP), .success(.offloadedPSK), .success(.offloadedSAE),
                .failure(.noHandshake),
            ]
        ),
        (
            "wiphy/brcmfmac-psk",
            [
                .success(.connect), .failure(.noWEP), .success(.offloadedPSK), .failure(.noSAE),
                .failure(.noHandshake),
            ]
        ),
        (
            "wiphy/fullmac-plain",
            [
                .success(.connect), .failure(.noWEP), .failure(.noHandshake), .failure(.noSAE),
                .failure(.noHandshake),
            ]
        ),
        (
            "wiphy/external-authentication",
            [
                .success(.connect), .failure(.noWEP), .success(.connect), .failure(.externalAuthentication),
                .success(.connect),
            ]
        ),
    ]

    @Test("each driver is used as it says that it can be, or what it lacks is named", arguments: expected.indices)
    func paths(index: Int) throws {
        let (file, paths) = Self.expected[index]
        let driver = DriverPaths(try Self.wiphy(file))
        #expect(driver.canJoin)
        let networks: [(AKMSuite?, Bool)] = [(nil, false), (nil, true), (.psk, true), (.sae, true), (.owe, true)]
        for ((akm, isPrivate), path) in zip(networks, paths) {
            #expect(driver.path(akm: akm, isPrivate: isPrivate) == path, "\(file), \(akm.map(\.description) ?? "none")")
        }
        let identified = driver.path(akm: .sae, isPrivate: true, hasIdentifier: true)
        #expect(identified == (paths[3] == .success(.offloadedSAE) ? .failure(.noPasswordIdentifier) : paths[3]))
        #expect(driver.hasSAE == [.success(.steps), .success(.offloadedSAE)].contains(paths[3]), "\(file)")
        #expect(driver.path(akm: .pskSHA256, isPrivate: true) == paths[2])
    }

    @Test("the dumps are of the drivers that they are said to be of")
    func dumps() throws {
        let offload = try Self.wiphy("wiphy/brcmfmac-offload")
        #expect(offload.extendedFeatures.isSuperset(of: [.fourWayHandshakeStationPSK, .saeOffload]))
        #expect(offload.commands.contains(.connect) && !offload.commands.contains(.authenticate))
        #expect(!DriverPaths(offload).canReplaceKey)
        #expect(offload.cipherSuites.contains(.ccmp128) && offload.frequencies.count == 13)
        let recorded = try Self.wiphy("nl80211/wiphy")
        #expect(recorded.extendedFeatures.isDisjoint(with: [.fourWayHandshakeStationPSK, .saeOffload]))
        #expect(DriverPaths(recorded).canReplaceKey)
        // What the lab's test of the connect command makes of it.
        let reduced = DriverPaths(recorded.without([.authenticate, .associate]))
        #expect(reduced.path(akm: nil, isPrivate: false) == .success(.connect))
        #expect(reduced.path(akm: .psk, isPrivate: true) == .success(.connect))
        #expect(!DriverPaths(recorded.without([.authenticate, .associate, .connect])).canJoin)
    }

    @Test("a driver that fails without a reason is taken to have been given a wrong passphrase, and any other is not")
    func status() {
        #expect(Decision(connectionStatus: .authTimeout, isOffloaded: true)?.cause == .wrongPassphrase)
        #expect(Decision(connectionStatus: .unspecifiedFailure, isOffloaded: true)?.confidence == .likely)
        #expect(Decision(connectionStatus: .authTimeout, isOffloaded: false)?.cause == .noResponse)
        for status in [StatusCode(rawValue: 17), StatusCode(rawValue: 43)] {
            let offloaded = Decision(connectionStatus: status, isOffloaded: true)
            #expect(offloaded?.cause == Decision(associationStatus: status)?.cause)
        }
        #expect(Decision(connectionStatus: .success, isOffloaded: true) == nil)
    }
}
