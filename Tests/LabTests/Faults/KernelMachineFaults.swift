import Foundation
import Glibc
import HotspotCore
import Synchronization
import TestSupport

// MARK: - The machine

/// The station's radio is taken away at the beginning of a phase, and is whole again afterwards.
private func broken(
    _ name: String,
    in phase: JoinPhase,
    _ cause: Fault.Cause,
    chain: [String],
    by command: String,
    mending: String
) -> Fault {
    Fault("kernel machine: \(name) while \(phase.rawValue)", cause, chain: chain, .inAll(.seconds(20))) { bench in
        var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.dhcp = false
        let result = await Result {
            try await bench.fail(at: configuration, on: phase, atOnce: { _ in atOnce(command) })
        }
        try await RadioLab.script(mending)
        return try result.get()
    }
}

/// The same before the join.
private func unusable(
    _ name: String,
    _ cause: Fault.Cause,
    chain: [String],
    interface: String? = nil,
    by command: String = "",
    mending: String = ""
) -> Fault {
    Fault("kernel machine: \(name)", cause, chain: chain, .inAll(.seconds(3))) { bench in
        try await RadioLab.script(command)
        var configuration = HotspotConfiguration(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.interface = interface
        let result = await Result { try await bench.fail(configuration) }
        try await RadioLab.script(mending)
        return try result.get()
    }
}

private let block = "rfkill block wifi"
private let unblock = "rfkill unblock wifi"
/// The only radio that is in the station's network namespace.
private let phy = #"$(basename "$(echo /sys/class/ieee80211/phy*)")"#

let kernelMachineFaults: [Fault] =
    [
        unusable("rfkill", .radioDisabled, chain: ["rfkill", "soft"], by: block, mending: unblock),
        unusable("no such interface", .noWirelessDevice, chain: ["wlan0 (STATION"], interface: "wlan77"),
        unusable("not a Wi-Fi interface", .noWirelessDevice, chain: ["wlan0 (STATION"], interface: "lo"),
        unusable(
            "no radio",
            .noWirelessDevice,
            chain: ["Wi-Fi interfaces are none"],
            by: pullOutCommand,
            mending: putBackCommand
        ),
        unusable(
            "an access point's interface",
            .deviceUnavailable,
            chain: ["wlan0 (AP"],
            by: "ip link set wlan0 down; iw dev wlan0 set type __ap",
            mending: "iw dev wlan0 set type managed"
        ),
        unusable(
            "a monitor's interface",
            .deviceUnavailable,
            chain: ["wlan0 (MONITOR"],
            by: "ip link set wlan0 down; iw dev wlan0 set type monitor",
            mending: "iw dev wlan0 set type managed"
        ),
    ]
    + [JoinPhase.searching, .authenticating, .associating, .keys, .address].flatMap { phase in
        [
            broken("rfkill", in: phase, .radioDisabled, chain: ["rfkill", "soft"], by: block, mending: unblock),
            broken(
                "taken down",
                in: phase,
                .deviceUnavailable,
                chain: ["wlan0 was taken down"],
                by: "ip link set wlan0 down",
                mending: ""
            ),
            broken(
                "removed",
                in: phase,
                .deviceRemoved,
                chain: ["ENODEV"],
                by: "iw dev wlan0 del",
                mending: "iw phy \(phy) interface add wlan0 type managed"
            ),
        ]
    }
    + [
        broken(
            "pulled out",
            in: .associating,
            .deviceRemoved,
            chain: ["ENODEV"],
            by: pullOutCommand,
            mending: putBackCommand
        ),
        Fault(
            "kernel machine: a user without the capability",
            .deniedByPolicy,
            chain: ["EPERM", "setcap cap_net_admin+ep"],
            .inAll(.seconds(5))
        ) { bench in
            try await bench.failAsNobody(ssid: bench.newName())
        },
        Fault(
            "kernel machine: a session in the background",
            .sessionInactive,
            chain: ["logind", "online"],
            .inAll(.seconds(5))
        ) { bench in
            try await inBackground(bench.newName(), user: "root", "--backend nl80211")
        },
        unkept("the state directory is read-only", "EROFS", "mount -t tmpfs -o ro tmpfs /var/lib/hotspot"),
        unkept(
            "the state directory is full",
            "ENOSPC",
            "mount -t tmpfs -o size=4k,mode=700 tmpfs /var/lib/hotspot; head -c 4096 /dev/zero >/var/lib/hotspot/full"
        ),
    ]

private let pullOutCommand =
    "mkdir -p /run/netns && ip netns add drawer && iw phy $(cat /sys/class/net/wlan0/phy80211/name) set netns name drawer"
private let putBackCommand = #"""
    phy=$(ip netns exec drawer iw phy | awk '/^Wiphy/ { print $2 }')
    ip netns exec drawer iw phy "$phy" set netns 1
    ip netns delete drawer
    # The kernel kept it as it was when it went.
    ip link set wlan0 mode default
    """#

/// A network that could be joined, and not be kept.
private func unkept(_ name: String, _ word: String, _ command: String) -> Fault {
    Fault("kernel machine: \(name)", .storageFailed, chain: [word], .inAll(.seconds(20))) { bench in
        try await RadioLab.script(#"mkdir -p /var/lib/hotspot; eval "$1""#, [command])
        let result = await Result {
            try await bench.fail(at: .wpa2(ssid: bench.newName(), passphrase: "correct horse"))
        }
        try await RadioLab.script("umount /var/lib/hotspot")
        return try result.get()
    }
}

// MARK: - Other programs

private func holder(_ name: String, _ start: String, _ stop: String, named: String) -> Fault {
    Fault("kernel holder: \(name)", .deniedByPolicy, chain: [named], .inAll(.seconds(5))) { bench in
        try await RadioLab.script(start)
        let result = await Result {
            try await bench.fail(HotspotConfiguration(ssid: bench.newName(), passphrase: "correct horse"))
        }
        try await RadioLab.script(stop)
        return try result.get()
    }
}

private let startSupplicantAlone = #"""
    printf 'ctrl_interface=/run/wpa_supplicant\n' >/run/lab/holder.conf
    start_daemon holder wpa_supplicant -i wlan0 -c /run/lab/holder.conf
    listens() { [[ -S /run/wpa_supplicant/wlan0 ]]; }
    wait_until 15 "wpa_supplicant" listens
    """#

let kernelHolderFaults: [Fault] = [
    holder(
        "wpa_supplicant without the bus",
        startSupplicantAlone,
        "stop_daemon holder; ip link set wlan0 down; ip link set wlan0 mode default",
        named: "wpa_supplicant listens on /run/wpa_supplicant/wlan0"
    ),
    holder(
        "wpa_supplicant on the bus",
        #"""
        start_supplicant
        busctl --system call fi.w1.wpa_supplicant1 /fi/w1/wpa_supplicant1 fi.w1.wpa_supplicant1 CreateInterface \
            'a{sv}' 1 Ifname s wlan0
        """#,
        "stop_daemon wpa_supplicant; ip link set wlan0 down; ip link set wlan0 mode default",
        named: "wpa_supplicant has wlan0"
    ),
    holder(
        "iwd",
        "start_iwd",
        "stop_daemon iwd; ip link set wlan0 down; ip link set wlan0 mode default",
        named: "iwd has wlan0"
    ),
    holder(
        "NetworkManager",
        "start_network_manager",
        "stop_network_manager; stop_daemon wpa_supplicant; ip link set wlan0 down; ip link set wlan0 mode default",
        named: "NetworkManager manages wlan0"
    ),
    Fault(
        "kernel holder: another program has joined already",
        .deniedByPolicy,
        chain: ["the kernel has a link with access point"],
        .inAll(.seconds(5))
    ) { bench in
        let name = await bench.newName()
        return try await withAccessPoint(.open(ssid: name)) { _ in
            try await run("ip", "link", "set", "wlan0", "up").checked()
            // One search may miss it.
            try await wait(for: "iw to have joined", within: .seconds(60)) {
                try await run("iw", "dev", "wlan0", "connect", "-w", name).succeeded
            }
            let result = await Result {
                try await bench.fail(HotspotConfiguration(ssid: bench.newName(), passphrase: "correct horse"))
            }
            try await run("iw", "dev", "wlan0", "disconnect").checked()
            try await run("ip", "link", "set", "wlan0", "down").checked()
            return try result.get()
        }
    },
    taking("a program that says who it is", .superseded, chain: ["wpa_supplicant listens on"]),
    taking("a program that does not", .deauthenticated, .likely, chain: ["this station ended the link"]),
]

/// A supplicant takes the radio to a network of its own while an address is awaited.
private func taking(
    _ name: String,
    _ cause: Fault.Cause,
    _ confidence: HotspotConfigurationError.Confidence = .confirmed,
    chain: [String]
) -> Fault {
    Fault("kernel holder: \(name) takes the radio", cause, confidence, chain: chain, .inAll(.seconds(40))) { bench in
        var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.dhcp = false
        let other = await bench.newName()
        return try await withAccessPoint(.open(ssid: other)) { _ in
            let result = await Result {
                try await bench.fail(at: configuration, on: .address) { _ in
                    try await RadioLab.script(
                        #"""
                        printf '%s\n' "$2" 'network={' "ssid=\"$1\"" 'key_mgmt=NONE' '}' >/run/lab/holder.conf
                        start_daemon holder wpa_supplicant -i wlan0 -c /run/lab/holder.conf
                        """#,
                        [other, cause == .superseded ? "ctrl_interface=/run/wpa_supplicant" : ""]
                    )
                }
            }
            try await RadioLab.script("stop_daemon holder; ip link set wlan0 down; ip link set wlan0 mode default")
            return try result.get()
        }
    }
}

// MARK: - Requests

let kernelRequestFaults: [Fault] =
    [
        Fault("kernel: a second request for the same network", .requestPending, chain: [], .inAll(.seconds(2))) {
            bench in
            let manager = HotspotConfigurationManager(application: "kiosk")
            let configuration = HotspotConfiguration(ssid: await bench.newName(), passphrase: "correct horse")
            let searching = Recorder<JoinPhase>()
            let first = Task {
                try await failure(of: configuration, manager, backend: .nl80211) { searching.append($0) }
            }
            try await wait(for: "the search", within: .seconds(30)) { searching.values.contains(.searching) }
            let outcome = FaultOutcome(try await failure(of: configuration, manager, backend: .nl80211))
            first.cancel()
            _ = try await first.value
            return outcome
        },
        Fault("kernel: a second network while one is being joined", .deviceUnavailable, chain: [], .inAll(.seconds(2)))
        {
            bench in
            let manager = HotspotConfigurationManager(application: "kiosk")
            let configuration = HotspotConfiguration(ssid: await bench.newName(), passphrase: "correct horse")
            let other = HotspotConfiguration(ssid: await bench.newName(), passphrase: "correct horse")
            let searching = Recorder<JoinPhase>()
            let first = Task {
                try await failure(of: configuration, manager, backend: .nl80211) { searching.append($0) }
            }
            try await wait(for: "the search", within: .seconds(30)) { searching.values.contains(.searching) }
            let outcome = FaultOutcome(try await failure(of: other, manager, backend: .nl80211))
            first.cancel()
            _ = try await first.value
            return outcome
        },
        Fault("kernel: on it already, with the same passphrase", .alreadyAssociated, chain: [], .inAll(.seconds(2))) {
            bench in
            let manager = HotspotConfigurationManager(application: "kiosk")
            let accessPoint = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
            return try await withAccessPoint(accessPoint) { accessPoint in
                var configuration = HotspotConfiguration(
                    ssid: accessPoint.configuration.name,
                    passphrase: "correct horse"
                )
                configuration.joinOnce = true
                try await manager.apply(configuration, options: .init(backend: .nl80211))
                let outcome = FaultOutcome(try await failure(of: configuration, manager, backend: .nl80211))
                guard try await Station.reaches(accessPoint.address) else { throw LabError("the link was lost") }
                await manager.leave(configuration.ssid)
                return outcome
            }
        },
        Fault(
            "kernel: on it already, by another process",
            .deniedByPolicy,
            chain: ["the kernel has a link"],
            .inAll(.seconds(5))
        ) { bench in
            let manager = HotspotConfigurationManager(application: "kiosk")
            let accessPoint = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
            return try await withAccessPoint(accessPoint) { accessPoint in
                var configuration = HotspotConfiguration(
                    ssid: accessPoint.configuration.name,
                    passphrase: "correct horse"
                )
                configuration.joinOnce = true
                try await manager.apply(configuration, options: .init(backend: .nl80211))
                let output = try await hotspot(
                    "join",
                    "--ssid",
                    accessPoint.configuration.name,
                    "--passphrase",
                    "correct horse",
                    "--json",
                    "--backend",
                    "nl80211"
                )
                guard try await Station.reaches(accessPoint.address) else { throw LabError("the link was lost") }
                await manager.leave(configuration.ssid)
                return try FaultOutcome(json: output)
            }
        },
    ]
    + [JoinPhase.preparing, .searching, .authenticating, .associating, .keys, .address].map { phase in
        Fault("kernel: cancelled while \(phase.rawValue)", .cancelled, chain: [], .inAll(.seconds(10))) { bench in
            var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
            configuration.dhcp = false
            return try await withAccessPoint(configuration) { accessPoint in
                let wanted = HotspotConfiguration(ssid: accessPoint.configuration.name, passphrase: "correct horse")
                return try await Canceller().run(in: phase) { progress in
                    FaultOutcome(try await failure(of: wanted, backend: .nl80211, progress: progress))
                }
            }
        }
    }
    + [
        Fault("kernel: the deadline passes while preparing", .timedOut(.preparing), chain: [], .inAll(.seconds(2))) {
            bench in
            try await bench.fail(
                HotspotConfiguration(ssid: bench.newName(), passphrase: "correct horse"),
                timeout: .microseconds(1)
            )
        }
    ]
    + [JoinPhase.searching, .authenticating, .associating, .keys].map { phase in
        late(phase, .timedOut(phase), chain: [])
    } + [late(.address, .ipProvisioningFailed, chain: ["busybox gave no address"])]

/// The deadline passes in a phase: the join is held up in it for so long.
private func late(_ phase: JoinPhase, _ cause: Fault.Cause, chain: [String]) -> Fault {
    Fault("kernel: the deadline passes while \(phase.rawValue)", cause, chain: chain, .inAll(.seconds(15))) { bench in
        var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.dhcp = false
        let timeout = Duration.seconds(6)
        return try await bench.fail(
            at: configuration,
            timeout: timeout,
            on: phase,
            atOnce: { _ in
                // There it is the client that is waited for.
                guard phase != .address else { return }
                let deadline = ContinuousClock.now + timeout
                while ContinuousClock.now < deadline { usleep(10_000) }
            }
        )
    }
}
