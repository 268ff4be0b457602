import ArgumentParser
import Foundation
import HotspotCore

/// The options of `hotspot join` for what is kept of a network, and how it is joined from then on.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Forget the network after so many days, 1 to 365.", valueName: "days"))
    var days: Int?

    @Option(
        help: ArgumentHelp(
            "Which network is taken where several are near: the one of the largest, -999 to 999; 0 unless said otherwise.",
            valueName: "number"
        )
    )
    var priority: Int?

    @Flag(help: "Do not join the network by itself from now on.")
    var noAutoJoin = false

    @Option(
        help: ArgumentHelp("The one access point that may be joined, such as 02:00:00:00:01:00.", valueName: "address")
    )
    var bssid: String?

    @Option(
        help: ArgumentHelp(
            "The machine's address with its prefix length, such as 192.0.2.7/24, in place of one that the network gives; "
                + "several times for several.",
            valueName: "address"
        )
    )
    var address: [String] = []

    @Option(help: ArgumentHelp("With --address: the default gateway, one a family.", valueName: "address"))
    var gateway: [String] = []

    @Option(help: ArgumentHelp("With --address: a name server; several times for several.", valueName: "address"))
    var dns: [String] = []

    @Option(
        help: ArgumentHelp(
            "The address that the station shows: default (what the system does), permanent, random (at each join) or stable "
                + "(one for this network).",
            valueName: "kind"
        )
    )
    var stationAddress = StationAddressArgument.default

    func validate() throws {
        guard (1...365).contains(days ?? 1) else { throw ValidationError("--days must be 1 to 365.") }
        guard (-999...999).contains(priority ?? 0) else { throw ValidationError("--priority must be -999 to 999.") }
        guard !address.isEmpty || gateway.isEmpty && dns.isEmpty else {
            throw ValidationError("--gateway and --dns go with --address.")
        }
    }

    /// Puts what was given into a configuration.
    func apply(to configuration: inout HotspotConfiguration) {
        configuration.lifeTimeInDays = days
        configuration.autoJoin = !noAutoJoin
        configuration.autoJoinPriority = priority ?? 0
        configuration.bssid = bssid
        configuration.stationAddress = stationAddress.value
        if !address.isEmpty {
            configuration.addressing = .manual(
                HotspotAddressing.Manual(addresses: address, gateways: gateway, nameServers: dns)
            )
        }
    }
}

/// `--station-address`, by the words of the command line.
enum StationAddressArgument: String, ExpressibleByArgument, CaseIterable {
    case `default`, permanent, random, stable

    var value: HotspotStationAddress {
        switch self {
        case .default: .systemDefault
        case .permanent: .permanent
        case .random: .random
        case .stable: .stable
        }
    }
}
