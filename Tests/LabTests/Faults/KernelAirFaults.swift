import Foundation
import Glibc
import HotspotCore
import TestSupport

// MARK: - Silence

/// An access point that answers nothing from the beginning of a phase on.
private func silent(
    _ name: String,
    in phase: JoinPhase,
    chain: [String] = ["no answer"],
    _ confidence: HotspotConfigurationError.Confidence = .confirmed,
    _ accessPoint: @escaping @Sendable (String) -> AccessPoint.Configuration = {
        .wpa2(ssid: $0, passphrase: "correct horse")
    }
) -> Fault {
    Fault(name, .noResponse, confidence, chain: chain, .inAll(.seconds(30))) { bench in
        try await bench.fail(at: accessPoint(bench.newName()), on: phase, atOnce: { $0.freeze() })
    }
}

/// An access point that is gone from the beginning of a phase on.
private func gone(
    _ name: String,
    in phase: JoinPhase,
    _ cause: Fault.Cause,
    _ confidence: HotspotConfigurationError.Confidence,
    chain: [String]
) -> Fault {
    Fault(name, cause, confidence, chain: chain, .inAll(.seconds(30))) { bench in
        var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.dhcp = false
        return try await bench.fail(at: configuration, on: phase, atOnce: { $0.vanishAtOnce() })
    }
}

let kernelSilenceFaults: [Fault] = [
    silent("kernel: silent in the authentication", in: .authenticating, chain: ["no answer to the authentication"]),
    silent("kernel: silent in SAE", in: .authenticating, chain: ["no answer to the authentication"]) {
        .sae(ssid: $0, passphrase: "correct horse")
    },
    silent("kernel: silent in the association", in: .associating, chain: ["no answer to the association"]),
    silent("kernel: silent in the handshake", in: .keys, chain: ["no answer", "sent no message"], .likely),
    silent("kernel: silent in the handshake after SAE", in: .keys, chain: ["no answer", "sent no message"], .likely) {
        .sae(ssid: $0, passphrase: "correct horse")
    },
    Fault(
        "kernel: silent while an address is asked for",
        .ipProvisioningFailed,
        chain: ["busybox gave no address"],
        .inAll(.seconds(20))
    ) { bench in
        var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.dhcp = false
        return try await bench.fail(at: configuration, timeout: .seconds(10))
    },
    gone("kernel: gone in the authentication", in: .authenticating, .noResponse, .confirmed, chain: ["no answer"]),
    gone("kernel: gone in the association", in: .associating, .noResponse, .confirmed, chain: ["no answer"]),
    gone("kernel: gone in the handshake", in: .keys, .deauthenticated, .likely, chain: ["INACTIVITY (4)"]),
    gone(
        "kernel: gone while an address is asked for",
        in: .address,
        .deauthenticated,
        .likely,
        chain: ["INACTIVITY (4)"]
    ),
]

extension AccessPoint {
    /// Takes it off the air while the join waits.
    fileprivate func vanishAtOnce() {
        freeze()
        atOnce("/run/lab/busybox nsenter --net=/run/netns/\(radio) /run/lab/busybox ip link set \(radio) down")
    }

    /// Sends the station away while the join waits.
    fileprivate func sendAwayAtOnce(_ reason: Int, _ command: String = "deauthenticate") {
        atOnce(
            "hostapd_cli -p /run/lab/ap/\(radio)/ctrl -i \(radio) \(command) \(Station.address) reason=\(reason)"
                + " | grep -q OK"
        )
    }
}

// MARK: - Disconnections

private func sentAway(
    _ name: String,
    in phase: JoinPhase,
    reason: Int,
    _ cause: Fault.Cause,
    _ confidence: HotspotConfigurationError.Confidence = .confirmed,
    heard: Int? = nil,
    command: String = "deauthenticate",
    _ accessPoint: @escaping @Sendable (String) -> AccessPoint.Configuration = {
        .wpa2(ssid: $0, passphrase: "correct horse")
    }
) -> Fault {
    Fault(name, cause, confidence, chain: ["with reason", "(\(heard ?? reason))"], .inAll(.seconds(20))) { bench in
        var configuration = accessPoint(await bench.newName())
        if phase == .address { configuration.dhcp = false }
        return try await bench.fail(
            at: configuration,
            passphrase: configuration.kind == "open" ? nil : Passphrase("correct horse"),
            on: phase,
            atOnce: { $0.sendAwayAtOnce(reason, command) }
        )
    }
}

let kernelDisconnectionFaults: [Fault] = [
    // It has forgotten the station, and says so to the association (6: a frame of class 2 from a stranger).
    sentAway("kernel: sent away before the association", in: .associating, reason: 5, .deauthenticated, heard: 6),
    sentAway("kernel: sent away in the handshake, 1", in: .keys, reason: 1, .handshakeFailed, .likely),
    sentAway("kernel: sent away in the handshake, 5", in: .keys, reason: 5, .deauthenticated),
    sentAway("kernel: sent away in the handshake, 15", in: .keys, reason: 15, .wrongPassphrase, .likely),
    sentAway("kernel: sent away in the handshake, 17", in: .keys, reason: 17, .securityMismatch, .likely),
    sentAway("kernel: sent away in the handshake, 23", in: .keys, reason: 23, .handshakeFailed),
    sentAway("kernel: sent away in the handshake after SAE, 15", in: .keys, reason: 15, .handshakeFailed, .likely) {
        .sae(ssid: $0, passphrase: "correct horse")
    },
    sentAway("kernel: sent away with the keys, 3", in: .address, reason: 3, .deauthenticated),
    sentAway("kernel: sent away with the keys, SAE, 5", in: .address, reason: 5, .deauthenticated) {
        .sae(ssid: $0, passphrase: "correct horse")
    },
    sentAway(
        "kernel: disassociated with the keys, 8",
        in: .address,
        reason: 8,
        .deauthenticated,
        command: "disassociate"
    ),
    sentAway("kernel: sent away, open, 5", in: .address, reason: 5, .deauthenticated) { .open(ssid: $0) },
    sentAway("kernel: a number that nobody has", in: .address, reason: 999, .deauthenticated) { .open(ssid: $0) },
]

// MARK: - Forgery

let kernelForgeryFaults: [Fault] =
    [
        Fault(
            "kernel: message 3 has another RSNE than the beacons",
            .handshakeFailed,
            .likely,
            chain: ["element 48 of message 3", "IE_IN_4WAY_DIFFERS (17)"],
            .inAll(.seconds(15))
        ) { bench in
            // As if somebody had taken the SAE out of the beacons.
            try await bench.fail(
                at: .wpa2(ssid: bench.newName(), passphrase: "correct horse").with(
                    "rsne_override_eapol=30180100000fac040100000fac040200000fac02000fac080000"
                )
            )
        },
        Fault(
            "kernel: message 3 has another RSNXE than the beacons",
            .handshakeFailed,
            .likely,
            chain: ["element 244 of message 3", "IE_IN_4WAY_DIFFERS (17)"],
            .inAll(.seconds(15))
        ) { bench in
            try await bench.fail(
                at: .sae(ssid: bench.newName(), passphrase: "correct horse").with("rsnxe_override_eapol=F40100")
            )
        },
        Fault(
            "kernel: an SAE commit that comes back as it was sent",
            .noResponse,
            chain: ["no answer to the authentication"],
            .inAll(.seconds(40))
        ) { bench in
            try await bench.fail(
                at: .sae(ssid: bench.newName(), passphrase: "correct horse", passwordElement: .looping)
                    .with("sae_reflection_attack=1")
            )
        },
    ] + [
        lie(
            "without the protection of management frames that is demanded",
            31,
            in: "association",
            cipher: "04",
            akm: "02",
            with: ["ieee80211w=2"]
        ),
        lie("with a wrong group cipher", 41, in: "association", group: "08", cipher: "04", akm: "02"),
        lie("with a wrong pairwise cipher", 42, in: "association", cipher: "08", akm: "02"),
        lie("with a wrong AKM", 43, in: "association", cipher: "04", akm: "06"),
        lie("with an SAE that is not there", 13, in: "authentication", cipher: "04", akm: "08", capabilities: "c000"),
    ]

/// An access point of WPA2 whose beacons and probe responses have another RSNE than it keeps to: it refuses a station that
/// believes them, by a status of its own for each.
private func lie(
    _ name: String,
    _ status: Int,
    in procedure: String,
    group: String = "04",
    cipher: String,
    akm: String,
    capabilities: String = "0000",
    with lines: [String] = []
) -> Fault {
    Fault(
        "kernel: beacons \(name)",
        .securityMismatch,
        chain: ["\(procedure) with status", "(\(status))"],
        .inAll(.seconds(15))
    ) { bench in
        var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
        // RSNE: version 1, and the suites of 00-0F-AC (IEEE 802.11-2020, 9.4.2.24).
        let element = "30140100000fac\(group)0100000fac\(cipher)0100000fac\(akm)\(capabilities)"
        configuration.lines += lines + ["own_ie_override=\(element)"]
        return try await bench.fail(at: configuration)
    }
}
