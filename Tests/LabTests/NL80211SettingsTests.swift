import Foundation
import HotspotCore
import TestSupport
import Testing

/// The settings that Apple lacks, and `joinOnce`, with nothing but the kernel.
@Suite("A configuration's settings through nl80211 alone", .radioLab)
struct NL80211SettingsTests {
    private let kiosk = HotspotConfigurationManager(application: "kiosk")
    private static let passphrase = "correct horse"

    private func apply(_ configuration: HotspotConfiguration) async throws -> JoinedNetwork {
        try await kiosk.apply(configuration, options: .init(backend: .nl80211))
    }

    private func stationAddress() async throws -> String {
        try String(contentsOfFile: "/sys/class/net/\(Station.interface)/address", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test("addresses by hand or none, one access point of two, and the station's address, and all is as before")
    func settings() async throws {
        try await withoutDaemons {
            let before = try await stationAddress()
            try await withAccessPoint(.wpa2(ssid: "Set K", passphrase: Self.passphrase)) { first in
                try await withAccessPoint(.wpa2(ssid: "Set K", passphrase: Self.passphrase)) { second in
                    var configuration = HotspotConfiguration(ssid: "Set K", passphrase: Self.passphrase)
                    configuration.joinOnce = true
                    var addresses: Set<String> = []
                    for (accessPoint, kind) in [
                        (first, HotspotStationAddress.random), (second, .random), (first, .stable), (second, .stable),
                    ] {
                        let network = accessPoint.address.split(separator: ".").dropLast().joined(separator: ".")
                        configuration.bssid = accessPoint.bssid
                        configuration.stationAddress = kind
                        configuration.addressing = .manual(
                            .init(
                                addresses: ["\(network).77/24", "2001:db8::77/64"],
                                gateways: [accessPoint.address]
                            )
                        )
                        let joined = try await apply(configuration)
                        #expect(joined.bssid == accessPoint.bssid)
                        #expect(joined.addresses.contains("\(network).77/24"), "\(joined.addresses)")
                        #expect(joined.addresses.contains("2001:db8::77/64"), "\(joined.addresses)")
                        #expect(joined.gateway == accessPoint.address)
                        #expect(try await Station.reaches(accessPoint.address))
                        let shown = try await stationAddress()
                        addresses.insert(shown)
                        #expect(shown != before)
                        #expect(try await accessPoint.hasAuthorized(shown))
                        await kiosk.leave("Set K")
                        #expect(try await stationAddress() == before)
                        #expect(try await Station.ipv4Addresses().isEmpty)
                        let routes = try await run("ip", "route", "show", "dev", Station.interface).checked().text
                        #expect(routes.isEmpty, "\(routes)")
                    }
                    #expect(addresses.count == 3, "two at random, and one that stays: \(addresses)")

                    configuration.addressing = .none
                    configuration.stationAddress = .permanent
                    let unaddressed = try await apply(configuration)
                    #expect(unaddressed.addresses.allSatisfy { $0.hasPrefix("fe80:") }, "\(unaddressed.addresses)")
                    await kiosk.leave("Set K")
                }
            }
        }
    }

    @Test("an SAE password is known by its identifier")
    func identifier() async throws {
        try await withoutDaemons {
            let accessPoint = AccessPoint.Configuration.sae(ssid: "Set I", passphrase: Self.passphrase)
                .with("sae_password=for guests only|id=guests", "sae_pwe=2")
            try await withAccessPoint(accessPoint) { _ in
                var configuration = HotspotConfiguration(
                    ssid: "Set I",
                    passphrase: Passphrase("for guests only"),
                    security: .sae
                )
                configuration.joinOnce = true
                configuration.saePasswordIdentifier = "guests"
                let joined = try await apply(configuration)
                #expect(joined.security == .sae)
                await kiosk.leave("Set I")
            }
        }
    }

    @Test("a network that is joined once ends with its process, when it is removed, and with its manager")
    func once() async throws {
        try await withoutDaemons {
            try await withAccessPoint(.wpa2(ssid: "Set O", passphrase: Self.passphrase)) { accessPoint in
                let process = try await ChildProcess.start(
                    [CommandLineTool.program("OnceKeeper"), "once", "Set O", Self.passphrase, "nl80211", "15"],
                    endsWithTest: true
                )
                try await wait(for: "the network to be joined once", within: .seconds(60)) {
                    if process.status != nil { throw LabError("the application ended: \(process.standardOutput)") }
                    return process.standardOutput.contains("joined")
                }
                #expect(try await Station.reaches(accessPoint.address))
                await process.stop(SIGKILL)
                try await wait(for: "the link to end", within: .seconds(30)) { try await Station.link() == nil }

                var configuration = HotspotConfiguration(ssid: "Set O", passphrase: Self.passphrase)
                configuration.joinOnce = true
                _ = try await apply(configuration)
                #expect(try await kiosk.currentNetwork()?.ssid == "Set O")
                #expect(try await kiosk.networks().contains { $0.ssid == "Set O" && $0.securityType == .personal })
                await kiosk.leave("Set O")
                #expect(try await Station.link() == nil)
                do {
                    let short = HotspotConfigurationManager(application: "kiosk")
                    try await short.apply(configuration, options: .init(backend: .nl80211))
                }
                try await wait(for: "the link to end", within: .seconds(30)) { try await Station.link() == nil }
            }
        }
    }

    @Test("the beginning of a name joins the network that fits")
    func prefix() async throws {
        try await withoutDaemons {
            try await withAccessPoint(.wpa2(ssid: "Set-Prefix-1", passphrase: Self.passphrase)) { _ in
                var configuration = HotspotConfiguration(ssidPrefix: "Set-Pre", passphrase: Self.passphrase)
                configuration.joinOnce = true
                let joined = try await apply(configuration)
                #expect(joined.ssid == "Set-Prefix-1")
                let again = await #expect(throws: HotspotConfigurationError.self) { try await apply(configuration) }
                #expect(again?.cause == .alreadyAssociated)
                await kiosk.leave("Set-Prefix-1")
            }
        }
    }
}
