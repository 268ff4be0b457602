import Foundation
import HotspotCore
import TestSupport

/// The fault matrix: every row is a fault that people meet, made with the real kernel, access point and daemons.
let faults: [Fault] =
    credentialFaults + airFaults + addressFaults + machineFaults + permissionFaults + requestFaults + enterpriseFaults

// MARK: - Credentials

private let credentialFaults: [Fault] = [
    Fault(
        "wrong WPA2 passphrase",
        .wrongPassphrase,
        .likely,
        chain: ["4WAY_HANDSHAKE_TIMEOUT (15)"],
        .afterSearch(.seconds(7))
    ) {
        bench in
        try await bench.fail(at: .wpa2(ssid: bench.newName(), passphrase: "right password"))
    },
    Fault("wrong SAE password", .wrongPassphrase, chain: ["(1)", "authentication"], .afterSearch(.seconds(3))) {
        bench in
        try await bench.fail(at: .sae(ssid: bench.newName(), passphrase: "right password"))
    },
    Fault("wrong passphrase on a transition network", .wrongPassphrase, chain: ["(1)"], .afterSearch(.seconds(3))) {
        bench in
        try await bench.fail(at: .transition(ssid: bench.newName(), passphrase: "right password"))
    },
    Fault("wrong passphrase on a hidden network", .wrongPassphrase, .likely, chain: ["(15)"], .afterSearch(.seconds(7)))
    {
        bench in
        try await bench.fail(at: .wpa2(ssid: bench.newName(), passphrase: "right password", hidden: true))
    },
    Fault("no passphrase for a network that wants one", .passphraseMissing, chain: ["WPA2"], .inAll(.seconds(12))) {
        bench in
        let name = await bench.newName()
        return try await withAccessPoint(.wpa2(ssid: name, passphrase: "right password")) { accessPoint in
            try await waitUntilHeard(name)
            return try await bench.fail(HotspotConfiguration(ssid: name))
        }
    },
]

/// Waits until NetworkManager lists a network.
private func waitUntilHeard(_ name: String) async throws {
    try await wait(for: "NetworkManager to hear \(name)", within: .seconds(60)) {
        try await nmcli("-g", "SSID", "device", "wifi", "list", "--rescan", "yes").text.contains(name)
    }
}

// MARK: - The access point

private let airFaults: [Fault] = [
    Fault(
        "SSID absent",
        .networkNotFound,
        chain: ["completed scan"],
        .inAll(.seconds(12))
    ) {
        bench in
        try await bench.fail(HotspotConfiguration(ssid: bench.newName(), passphrase: "correct horse"))
    },
    Fault("access point silent in the authentication", .noResponse, chain: ["no answer"], .afterSearch(.seconds(20))) {
        bench in
        try await bench.fail(at: .wpa2(ssid: bench.newName(), passphrase: "correct horse"), on: .preparing) {
            $0.freeze()
        }
    },
    Fault("access point gone in the association", .noResponse, chain: ["no answer"], .inAll(.seconds(45))) { bench in
        try await silent(bench, on: .associating)
    },
    Fault("access point gone in the handshake", .noResponse, chain: ["no answer"], .inAll(.seconds(45))) { bench in
        try await silent(bench, on: .keys)
    },
    Fault(
        "access point gone while the address is asked for",
        .deauthenticated,
        chain: ["DISASSOC_DUE_TO_INACTIVITY"],
        .inAll(.seconds(60))
    ) {
        bench in
        var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.dhcp = false
        return try await bench.fail(at: configuration, on: .address) { try await $0.vanish() }
    },
    Fault("access point full", .associationRejected, chain: ["(17)"], .afterSearch(.seconds(3))) { bench in
        try await bench.fail(at: .wpa2(ssid: bench.newName(), passphrase: "correct horse").with("max_num_sta=0"))
    },
    Fault("open access point full", .associationRejected, chain: ["(17)"], .afterSearch(.seconds(3))) { bench in
        try await bench.fail(at: .open(ssid: bench.newName()).with("max_num_sta=0"), passphrase: nil)
    },
    Fault("MAC address denied, WPA2", .associationRejected, chain: ["(1)"], .afterSearch(.seconds(3))) { bench in
        var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.deniedStations = [Station.address]
        return try await bench.fail(at: configuration)
    },
    Fault("MAC address denied, SAE", .associationRejected, chain: ["(1)"], .afterSearch(.seconds(3))) { bench in
        var configuration = AccessPoint.Configuration.sae(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.deniedStations = [Station.address]
        return try await bench.fail(at: configuration)
    },
    Fault(
        "association refused for the listen interval",
        .associationRejected,
        chain: ["(51)"],
        .afterSearch(.seconds(3))
    ) {
        bench in
        try await bench.fail(
            at: .wpa2(ssid: bench.newName(), passphrase: "correct horse").with("max_listen_interval=1")
        )
    },
    Fault(
        "an access point that admits only stations with VHT",
        .notSupported,
        .likely,
        chain: ["VHT", "126"],
        .inAll(.seconds(25))
    ) { bench in
        try await bench.fail(
            at: .wpa2(ssid: bench.newName(), passphrase: "correct horse").with("ieee80211ac=1", "require_vht=1")
        )
    },
    Fault(
        "protected management frames demanded by this machine only",
        .securityMismatch,
        .likely,
        chain: ["protected management frames"],
        .inAll(.seconds(25))
    ) { bench in
        try await withDefaults("wifi-sec.pmf=3") {
            try await bench.fail(at: .wpa2(ssid: bench.newName(), passphrase: "correct horse"))
        }
    },
    Fault(
        "protected management frames demanded by the access point only",
        .securityMismatch,
        .likely,
        chain: ["protected management frames"],
        .inAll(.seconds(25))
    ) { bench in
        try await withDefaults("wifi-sec.pmf=1") {
            try await bench.fail(at: .wpa2(ssid: bench.newName(), passphrase: "correct horse").with("ieee80211w=2"))
        }
    },
    Fault("an SAE group that we do not have", .securityMismatch, chain: ["(77)"], .afterSearch(.seconds(8))) {
        bench in
        try await bench.fail(at: .sae(ssid: bench.newName(), passphrase: "correct horse").with("sae_groups=15"))
    },
    Fault("an SAE password identifier that we do not give", .associationRejected, chain: [], .afterSearch(.seconds(8)))
    {
        bench in
        var configuration = AccessPoint.Configuration.sae(ssid: await bench.newName(), passphrase: "x")
        configuration.security.removeAll { $0.hasPrefix("sae_password=") }
        return try await bench.fail(at: configuration.with("sae_password=correct horse|id=kitchen"))
    },
    Fault(
        "an open network that was asked for with a passphrase",
        .securityMismatch,
        chain: ["no security"],
        .inAll(.seconds(15))
    ) {
        bench in
        try await bench.fail(at: .open(ssid: bench.newName()))
    },
    Fault("a network of WPA3 only that was asked for as WPA2", .securityMismatch, chain: ["SAE"], .inAll(.seconds(15)))
    {
        bench in
        let name = await bench.newName()
        return try await withAccessPoint(.wpa2(ssid: name, passphrase: "correct horse")) { _ in
            var configuration = HotspotConfiguration(ssid: name, passphrase: "correct horse")
            configuration.security = .sae
            return try await bench.fail(configuration)
        }
    },
    Fault("deauthenticated as soon as it is associated, open", .deauthenticated, chain: ["(5)"], .inAll(.seconds(60))) {
        bench in
        var configuration = AccessPoint.Configuration.open(ssid: await bench.newName())
        configuration.dhcp = false
        return try await bench.fail(at: configuration, passphrase: nil, on: .address) { accessPoint in
            try await accessPoint.deauthenticate(reason: 5)
            await accessPoint.kill()
            try await accessPoint.vanish()
        }
    },
]

/// Has NetworkManager run with an administrator's default for connections.
private func withDefaults(_ line: String, _ body: () async throws -> FaultOutcome) async throws -> FaultOutcome {
    try await NetworkManagerDaemon.shared.restart("[connection]", line)
    // Until it has joined the network before by itself, it may do so in the place of ours.
    try await NetworkManagerDaemon.shared.waitForDevice(.activated, within: .seconds(90))
    let outcome = try await body()
    try await NetworkManagerDaemon.shared.restart()
    return outcome
}

/// Freezes the access point in a phase that may be over before that is done: until it was not.
private func silent(_ bench: FaultBench, on phase: JoinPhase) async throws -> FaultOutcome {
    for _ in 1...8 {
        do {
            let outcome = try await bench.fail(
                at: .wpa2(ssid: bench.newName(), passphrase: "correct horse"),
                timeout: .seconds(35),
                on: phase,
                atOnce: { $0.freeze() }
            )
            // Where its own word had left already, what is missing is the address.
            if outcome.durations["address"] == nil { return outcome }
        } catch let error as LabError where error.description.contains("was joined") {
            try await bench.forgetKiosk()
        }
    }
    throw LabError("the access point was never frozen in time")
}

// MARK: - The address

private let addressFaults: [Fault] = [
    Fault("DHCP silent", .ipProvisioningFailed, chain: ["ip-config-unavailable"], .afterSearch(.seconds(50))) { bench in
        var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
        configuration.dhcp = false
        return try await bench.fail(at: configuration)
    },
    Fault("wrong WEP key", .ipProvisioningFailed, chain: ["ip-config-unavailable"], .afterSearch(.seconds(50))) {
        bench in
        let name = await bench.newName()
        return try await withAccessPoint(.wep(ssid: name, key: "right")) { _ in
            var configuration = HotspotConfiguration(ssid: name, passphrase: "wrong")
            configuration.security = .wep
            return try await bench.fail(configuration)
        }
    },
]

// MARK: - The machine

private let machineFaults: [Fault] = [
    Fault("radio soft-blocked", .radioDisabled, chain: ["rfkill", "soft"], .inAll(.seconds(2))) { bench in
        try await soften(true)
        let outcome = try await bench.failAnywhere()
        try await soften(false)
        return outcome
    },
    Fault("radio soft-blocked in the middle", .radioDisabled, chain: ["rfkill", "soft"], .inAll(.seconds(20))) {
        bench in
        let outcome = try await bench.failAnywhere(on: .searching) { try await soften(true) }
        try await soften(false)
        return outcome
    },
    Fault("Wi-Fi disabled in NetworkManager", .radioDisabled, chain: ["unavailable"], .inAll(.seconds(2))) { bench in
        try await nmcli("radio", "wifi", "off").checked()
        let outcome = try await bench.failAnywhere()
        try await bench.switchOn()
        return outcome
    },
    Fault("Wi-Fi disabled in the middle", .radioDisabled, chain: ["unavailable"], .inAll(.seconds(10))) { bench in
        let outcome = try await bench.failAnywhere(on: .searching) { try await nmcli("radio", "wifi", "off").checked() }
        try await bench.switchOn()
        return outcome
    },
    Fault("networking off", .networkingOff, chain: ["NetworkingEnabled is false"], .inAll(.seconds(2))) { bench in
        try await nmcli("networking", "off").checked()
        let outcome = try await bench.failAnywhere()
        try await nmcli("networking", "on").checked()
        return outcome
    },
    Fault("networking off in the middle", .networkingOff, chain: ["sleeping (37)"], .inAll(.seconds(10))) { bench in
        let outcome = try await bench.failAnywhere(on: .searching) {
            try await Supplicant.waitForSearch()
            try await nmcli("networking", "off").checked()
        }
        try await nmcli("networking", "on").checked()
        return outcome
    },
    // NetworkManager may not take the device down, and search on.
    Fault(
        "networking off while the join is prepared",
        .networkingOff,
        chain: ["NetworkingEnabled is false"],
        .inAll(.seconds(10))
    ) { bench in
        let outcome = try await bench.failAnywhere(on: .searching) { try await nmcli("networking", "off").checked() }
        try await nmcli("networking", "on").checked()
        return outcome
    },
    Fault("asleep", .suspended, chain: ["asleep (10)"], .inAll(.seconds(2))) { bench in
        try await suspend(true)
        let outcome = try await bench.failAnywhere()
        try await suspend(false)
        return outcome
    },
    Fault("suspend announced", .suspended, chain: ["sleeping (37)", "asleep (10)"], .inAll(.seconds(10))) { bench in
        let outcome = try await bench.failAnywhere(on: .searching) {
            try await Supplicant.waitForSearch()
            try await suspend(true)
        }
        try await suspend(false)
        return outcome
    },
    Fault("suspend announced while the join is prepared", .suspended, chain: ["asleep (10)"], .inAll(.seconds(10))) {
        bench in
        let outcome = try await bench.failAnywhere(on: .searching) { try await suspend(true) }
        try await suspend(false)
        return outcome
    },
    Fault("device unmanaged", .deviceUnmanaged, chain: ["unmanaged"], .inAll(.seconds(2))) { bench in
        try await nmcli("device", "set", Station.interface, "managed", "no").checked()
        let outcome = try await bench.failAnywhere()
        try await nmcli("device", "set", Station.interface, "managed", "yes").checked()
        return outcome
    },
    Fault("device unmanaged in the middle", .deviceUnmanaged, chain: ["unmanaged"], .inAll(.seconds(10))) { bench in
        let outcome = try await bench.failAnywhere(on: .searching) {
            try await Supplicant.waitForSearch()
            try await nmcli("device", "set", Station.interface, "managed", "no").checked()
        }
        try await nmcli("device", "set", Station.interface, "managed", "yes").checked()
        return outcome
    },
    Fault("no Wi-Fi device", .noWirelessDevice, chain: ["its Wi-Fi devices are none"], .inAll(.seconds(2))) { bench in
        try await pullOut()
        let outcome = try await bench.failAnywhere()
        try await putBack()
        return outcome
    },
    Fault("device pulled out in the middle", .deviceRemoved, chain: ["no interface wlan0"], .inAll(.seconds(10))) {
        bench in
        let outcome = try await bench.failAnywhere(on: .searching) { try await pullOut() }
        try await putBack()
        return outcome
    },
    Fault("NetworkManager not running", .backendUnavailable, chain: ["NameHasNoOwner"], .inAll(.seconds(2))) { bench in
        try await NetworkManagerDaemon.shared.stop()
        let outcome = try await bench.failAnywhere()
        try await NetworkManagerDaemon.shared.start()
        return outcome
    },
    Fault("NetworkManager stopped in the middle", .backendUnavailable, chain: ["NetworkManager"], .inAll(.seconds(10)))
    {
        bench in
        let outcome = try await bench.failAnywhere(on: .searching) { try await NetworkManagerDaemon.shared.stop() }
        try await NetworkManagerDaemon.shared.start()
        return outcome
    },
    Fault("NetworkManager killed in the middle", .backendUnavailable, chain: [], .inAll(.seconds(10))) { bench in
        let outcome = try await bench.failAnywhere(on: .searching) {
            try await RadioLab.script("pkill -KILL -x NetworkManager")
        }
        try await NetworkManagerDaemon.shared.start()
        return outcome
    },
    Fault(
        "NetworkManager restarted in the middle",
        .backendUnavailable,
        chain: ["NetworkManager"],
        .inAll(.seconds(10))
    ) {
        bench in
        try await bench.failAnywhere(on: .searching) { try await NetworkManagerDaemon.shared.restart() }
    },
    Fault("wpa_supplicant missing", .supplicantFailed, chain: ["fi.w1.wpa_supplicant1"], .inAll(.seconds(8))) { bench in
        try await withoutSupplicant { try await bench.failAnywhere() }
    },
    Fault(
        "wpa_supplicant killed in the middle",
        .supplicantFailed,
        chain: ["supplicant-failed (10)"],
        .inAll(.seconds(12))
    ) {
        bench in
        try await bench.failAnywhere(on: .searching) {
            // NetworkManager 1.42 crashes where it dies while the device is being prepared.
            try await Supplicant.waitForSearch()
            try await RadioLab.script("pkill -KILL -x wpa_supplicant")
        }
    },
    Fault("NetworkManager hangs", .backendUnavailable, chain: ["NoReply", "GetManagedObjects"], .inAll(.seconds(15))) {
        bench in
        try await hanging("NetworkManager") { try await bench.failAnywhere() }
    },
    Fault("the bus hangs", .backendUnavailable, chain: ["NoReply", "Hello"], .inAll(.seconds(15))) { bench in
        try await hanging("dbus-daemon") { try await bench.failAnywhere() }
    },
    Fault("wpa_supplicant hangs", .supplicantFailed, .likely, chain: ["no search began on wlan0"], .inAll(.seconds(45)))
    {
        bench in
        try await hanging("wpa_supplicant") { try await bench.failAnywhere() }
    },
    Fault("the bus's policy denies it", .deniedByPolicy, chain: ["AccessDenied"], .inAll(.seconds(5))) { bench in
        try await denied { try await bench.failAsNobody(ssid: bench.newName()) }
    },
    Fault("the profile cannot be stored", .storageFailed, chain: ["Update2"], .inAll(.seconds(30))) { bench in
        try await unwritable { try await bench.fail(at: .wpa2(ssid: bench.newName(), passphrase: "correct horse")) }
    },
    Fault("the bus is gone", .backendUnavailable, chain: ["Disconnected"], .inAll(.seconds(12))) { bench in
        let outcome = try await bench.failAnywhere(on: .searching) {
            try await RadioLab.script("pkill -KILL -x dbus-daemon")
        }
        try await RadioLab.script(
            "stop_daemon NetworkManager; stop_daemon wpa_supplicant; stop_daemon dbus; stop_daemon dbus-daemon"
        )
        try await NetworkManagerDaemon.shared.start()
        return outcome
    },
]

/// Blocks the station's radio with its soft switch, or lets it go.
func soften(_ isBlocked: Bool) async throws {
    try await RadioLab.script(
        #"""
        switch=$(echo /sys/class/net/"$1"/phy80211/rfkill*)
        rfkill "$2" "${switch##*rfkill}"
        [[ $2 == block ]] || ip link set "$1" up
        """#,
        [Station.interface, isBlocked ? "block" : "unblock"]
    )
}

private func suspend(_ isAsleep: Bool) async throws {
    try await run(
        "dbus-send",
        "--system",
        "--print-reply",
        "--dest=org.freedesktop.NetworkManager",
        "/org/freedesktop/NetworkManager",
        "org.freedesktop.NetworkManager.Sleep",
        "boolean:\(isAsleep)"
    ).checked()
}

/// Takes the station's radio out of the machine, as far as its network stack can see.
private func pullOut() async throws {
    try await RadioLab.script(
        #"""
        "$LAB_BUSYBOX" mkdir -p /run/netns
        ip netns add drawer
        iw phy "$(<"/sys/class/net/$1/phy80211/name")" set netns name drawer
        """#,
        [Station.interface]
    )
    try await wait(for: "NetworkManager to have lost the device", within: .seconds(20)) {
        await NetworkManagerDaemon.shared.deviceState() == nil
    }
}

private func putBack() async throws {
    try await RadioLab.script(
        #"""
        phy=$(ip netns exec drawer iw phy | awk '/^Wiphy/ { print $2 }')
        ip netns exec drawer iw phy "$phy" set netns 1
        ip netns delete drawer
        """#
    )
}

/// Stops a daemon in its tracks.
private func hanging(_ name: String, _ body: () async throws -> FaultOutcome) async throws -> FaultOutcome {
    try await RadioLab.script(#"pkill -STOP -x "$1""#, [name])
    let result = await Result(catching: { try await body() })
    try await RadioLab.script(#"pkill -CONT -x "$1""#, [name])
    return try result.get()
}

/// Has the bus keep an ordinary user from NetworkManager.
private func denied(_ body: () async throws -> FaultOutcome) async throws -> FaultOutcome {
    let reload = #"dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.ReloadConfig"#
    try await RadioLab.script(
        #"""
        cat >/etc/dbus-1/system.d/zz-lab.conf <<'END'
        <busconfig>
          <policy user="nobody"><deny send_destination="org.freedesktop.NetworkManager"/></policy>
        </busconfig>
        END
        """# + "\n" + reload
    )
    let outcome = try await body()
    try await RadioLab.script(#""$LAB_BUSYBOX" rm /etc/dbus-1/system.d/zz-lab.conf"# + "\n" + reload)
    return outcome
}

/// Has NetworkManager's folder of profiles refuse new ones.
private func unwritable(_ body: () async throws -> FaultOutcome) async throws -> FaultOutcome {
    let folder = "/etc/NetworkManager/system-connections"
    try await RadioLab.script(#"mount --bind "$1" "$1"; mount -o remount,bind,ro "$1""#, [folder])
    let result = await Result(catching: { try await body() })
    try await RadioLab.script(#"umount "$1""#, [folder])
    return try result.get()
}

/// Has nobody start wpa_supplicant, the bus neither.
private func withoutSupplicant(_ body: () async throws -> FaultOutcome) async throws -> FaultOutcome {
    try await RadioLab.script(
        #"""
        mount --bind /bin/false "$(readlink -f "$(type -P wpa_supplicant)")"
        stop_daemon wpa_supplicant
        """#
    )
    try await NetworkManagerDaemon.shared.waitForDevice(.unavailable)
    let outcome = try await body()
    try await RadioLab.script(
        #"""
        umount "$(readlink -f "$(type -P wpa_supplicant)")"
        start_supplicant
        """#
    )
    return outcome
}

// MARK: - Permissions

private let permissionFaults: [Fault] = [
    Fault("the question for a password is dismissed", .declined, chain: ["polkit", "dismissed"], .inAll(.seconds(30))) {
        bench in
        try await dismissing(bench.newName())
    },
    Fault("a session in the background", .sessionInactive, chain: ["logind", "online"], .inAll(.seconds(5))) { bench in
        try await inBackground(bench.newName())
    },
    Fault(
        "polkit does not run, ordinary user",
        .notAuthorized,
        chain: ["CheckAuthorization"],
        .inAll(.seconds(5))
    ) {
        bench in
        try await withPolkit(rule: nil) { try await bench.failAsNobody(ssid: bench.newName()) }
    },
    Fault(
        "polkit says no",
        .deniedByPolicy,
        chain: ["polkit", "not-authorized", "network-control"],
        .inAll(.seconds(5))
    ) {
        bench in
        try await withPolkit(rule: "return polkit.Result.NO;") { try await bench.failAsNobody(ssid: bench.newName()) }
    },
    Fault(
        "polkit wants a password and there is no agent",
        .notAuthorized,
        chain: ["polkit", "challenge"],
        .inAll(.seconds(5))
    ) {
        bench in
        try await withPolkit(rule: "return polkit.Result.AUTH_ADMIN;") {
            try await bench.failAsNobody(ssid: bench.newName())
        }
    },
    Fault(
        "an ordinary user with the default policy",
        .notAuthorized,
        chain: ["polkit", "challenge"],
        .inAll(.seconds(5))
    ) {
        bench in
        try await withPolkit(rule: "return polkit.Result.NOT_HANDLED;") {
            try await bench.failAsNobody(ssid: bench.newName())
        }
    },
    Fault("NetworkManager obeys root only", .deniedByPolicy, chain: ["GetPermissions"], .inAll(.seconds(5))) { bench in
        try await withPolkit(rule: "return polkit.Result.YES;", configuration: "auth-polkit=root-only") {
            try await bench.failAsNobody(ssid: bench.newName())
        }
    },
]

/// Has an agent be asked by polkit, for a person who closes the dialog.
private func dismissing(_ ssid: String) async throws -> FaultOutcome {
    try await withPolkit(rule: "return polkit.Result.AUTH_ADMIN;") {
        let output = try await RadioLab.script(
            #"""
            folder=$(mktemp -d)
            "$LAB_BUSYBOX" chmod 777 "$folder"
            cd "$folder"
            mkfifo go
            "$LAB_BUSYBOX" chmod 666 go
            nobody() { exec setpriv --reuid nobody --regid nogroup --clear-groups "$@"; }
            # The agent must know the program's number before the program begins.
            nobody bash -c 'read -r _ <go; exec "$@"' - \
                "$1" join --ssid "$2" --passphrase 'correct horse' --json >answer &
            program=$!
            nobody "$3" "$program" >agent 2>&1 &
            agent=$!
            registered() { grep -q . agent; }
            wait_until 30 "the agent" registered
            grep -q registered agent || { cat agent >&2; exit 1; }
            echo >go
            wait "$program" || :
            kill "$agent"
            cat answer
            """#,
            [CommandLineTool.path, ssid, CommandLineTool.program("DismissingAgent")]
        )
        return try FaultOutcome(json: output.standardOutput)
    }
}

/// Runs the program as a user in a session of a seat on whose second terminal nobody looks.
func inBackground(_ ssid: String, user: String = "nobody", _ options: String = "") async throws -> FaultOutcome {
    try await withLogind {
        let output = try await RadioLab.script(
            #"""
            printf '%s\n' 'auth sufficient pam_rootok.so' 'account required pam_permit.so' \
                'session required pam_elogind.so' >/etc/pam.d/su
            export XDG_SEAT=seat0 XDG_VTNR=2
            su -s /bin/bash "$3" -c "'$1' join --ssid '$2' --passphrase 'correct horse' --json $4" || :
            """#,
            [CommandLineTool.path, ssid, user, options]
        )
        return try FaultOutcome(json: output.standardOutput)
    }
}

/// Has logind on the bus.
private func withLogind(_ body: () async throws -> FaultOutcome) async throws -> FaultOutcome {
    try await RadioLab.script("start_logind")
    let outcome = try await body()
    try await RadioLab.script("stop_daemon logind")
    return outcome
}

/// Has NetworkManager ask polkit, with one rule for its actions; without a rule, polkit does not run.
private func withPolkit(
    rule: String?,
    configuration: String = "auth-polkit=true",
    _ body: () async throws -> FaultOutcome
) async throws -> FaultOutcome {
    if let rule {
        try await RadioLab.script(
            #"""
            "$LAB_BUSYBOX" mkdir -p /etc/polkit-1/rules.d
            printf 'polkit.addRule(function(action, subject) {\n  if (action.id.indexOf("org.freedesktop.NetworkManager.") == 0) { %s }\n});\n' \
                "$1" >/etc/polkit-1/rules.d/00-lab.rules
            "$LAB_BUSYBOX" chmod 755 /etc/polkit-1 /etc/polkit-1/rules.d
            "$LAB_BUSYBOX" chmod 644 /etc/polkit-1/rules.d/00-lab.rules
            start_polkit
            """#,
            [rule]
        )
    }
    if rule == nil {
        // The bus would start it.
        try await RadioLab.script(
            #"mount --bind /bin/false /usr/lib/polkit-1/polkitd; pkill -x polkitd || :"#
        )
    }
    try await NetworkManagerDaemon.shared.restart("[main]", configuration)
    let outcome = try await body()
    if rule == nil { try await RadioLab.script("umount /usr/lib/polkit-1/polkitd") }
    if rule != nil {
        try await RadioLab.script(#"stop_daemon polkit; "$LAB_BUSYBOX" rm -f /etc/polkit-1/rules.d/00-lab.rules"#)
    }
    try await NetworkManagerDaemon.shared.restart()
    return outcome
}

// MARK: - Requests

private let requestFaults: [Fault] =
    [
        Fault("a second request for the same network", .requestPending, chain: [], .inAll(.seconds(2))) { bench in
            let manager = HotspotConfigurationManager(application: "kiosk")
            return try await whileSearching(bench, manager) { ssid in
                FaultOutcome(
                    try await failure(
                        of: HotspotConfiguration(ssid: ssid, passphrase: Passphrase("correct horse")),
                        manager
                    )
                )
            }
        },
        Fault(
            "a second request for the same network by another process",
            .requestPending,
            chain: ["has this SSID"],
            .inAll(.seconds(2))
        ) {
            bench in
            let manager = HotspotConfigurationManager(application: "hotspot")
            return try await whileSearching(bench, manager) { ssid in
                try FaultOutcome(
                    json: await hotspot("join", "--ssid", "\(ssid)", "--passphrase", "correct horse", "--json")
                )
            }
        },
        Fault("a second request for another network", .superseded, chain: ["new-activation (60)"], .inAll(.seconds(20)))
        {
            bench in
            let second = await bench.newName()
            return try await bench.failAnywhere(on: .searching) {
                try await Supplicant.waitForSearch()
                _ = try await bench.fail(HotspotConfiguration(ssid: second, passphrase: "correct horse"))
            }
        },
        Fault(
            "on it already, with the same passphrase",
            .alreadyAssociated,
            chain: ["has this SSID"],
            .inAll(.seconds(2))
        ) {
            bench in
            try await joined(bench) { ssid in
                FaultOutcome(
                    try await failure(of: HotspotConfiguration(ssid: ssid, passphrase: Passphrase("correct horse")))
                )
            }
        },
        Fault(
            "on it already, with a changed passphrase",
            .wrongPassphrase,
            .likely,
            chain: ["(15)"],
            .inAll(.seconds(20))
        ) {
            bench in
            try await joined(bench) { ssid in
                FaultOutcome(
                    try await failure(of: HotspotConfiguration(ssid: ssid, passphrase: Passphrase("changed horse")))
                )
            }
        },
        Fault("a profile of somebody else's", .foreignConfiguration, chain: ["theirs"], .inAll(.seconds(2))) { bench in
            let name = await bench.newName()
            try await nmcli(
                "connection",
                "add",
                "type",
                "wifi",
                "con-name",
                "theirs",
                "ssid",
                name,
                "autoconnect",
                "no"
            ).checked()
            let before = try await bench.profileFiles()
            let outcome = try await bench.fail(HotspotConfiguration(ssid: name, passphrase: "correct horse"))
            guard try await bench.profileFiles() == before else { throw LabError("their profile was changed") }
            try await nmcli("connection", "delete", "theirs").checked()
            return outcome
        },
        Fault(
            "the profile is removed in the middle",
            .configurationRemoved,
            chain: ["removed"],
            .inAll(.seconds(10))
        ) {
            bench in
            let name = await bench.newName()
            return try await bench.fail(
                HotspotConfiguration(ssid: name, passphrase: "correct horse"),
                on: .searching
            ) {
                try await Supplicant.waitForSearch()
                try await nmcli("connection", "delete", name).checked()
            }
        },
        Fault(
            "disconnected by somebody in the middle",
            .disconnectedByUser,
            chain: ["user-requested (39)"],
            .inAll(.seconds(10))
        ) {
            bench in
            try await bench.failAnywhere(on: .searching) {
                // While it still leaves the network before, a disconnection is taken for that one's.
                try await Supplicant.waitForSearch()
                try await nmcli("device", "disconnect", Station.interface).checked()
            }
        },
    ]
    + [JoinPhase.preparing, .searching, .authenticating, .associating, .keys, .address].map { phase in
        Fault("cancelled while \(phase.rawValue)", .cancelled, chain: ["the task was cancelled"], .inAll(.seconds(30)))
        {
            bench in
            try await cancelled(bench, in: phase)
        }
    }
    + [
        Fault("the deadline passes while preparing", .timedOut(.preparing), chain: [], .inAll(.seconds(2))) { bench in
            try await bench.fail(
                HotspotConfiguration(ssid: "Deadline", passphrase: "correct horse"),
                timeout: .microseconds(1)
            )
        },
        Fault("the deadline passes while searching", .timedOut(.searching), chain: ["config"], .inAll(.seconds(8))) {
            bench in
            // Before the search itself has a verdict, after 6.6 s of NetworkManager's own timers.
            try await bench.failAnywhere(timeout: .seconds(6))
        },
        Fault(
            "the deadline passes while asking for an address",
            .timedOut(.address),
            chain: ["ip-config"],
            .inAll(.seconds(32))
        ) {
            bench in
            var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
            configuration.dhcp = false
            return try await bench.fail(at: configuration, timeout: .seconds(30))
        },
    ]

/// Cancels a join in one of its phases.
private func cancelled(_ bench: FaultBench, in phase: JoinPhase) async throws -> FaultOutcome {
    var configuration = AccessPoint.Configuration.wpa2(ssid: await bench.newName(), passphrase: "correct horse")
    configuration.dhcp = false
    return try await withAccessPoint(configuration) { accessPoint in
        let ssid = SSID(octets: accessPoint.configuration.ssid)
        let task = Canceller()
        return try await task.run(in: phase) { progress in
            FaultOutcome(
                try await failure(
                    of: HotspotConfiguration(ssid: ssid, passphrase: Passphrase("correct horse")),
                    progress: progress
                )
            )
        }
    }
}

/// Runs a body while a request for an absent network of the same application is open.
private func whileSearching(
    _ bench: FaultBench,
    _ manager: HotspotConfigurationManager,
    _ body: @escaping @Sendable (SSID) async throws -> FaultOutcome
) async throws -> FaultOutcome {
    let ssid = SSID(await bench.newName())
    let searching = Recorder<JoinPhase>()
    let first = Task {
        try await failure(of: HotspotConfiguration(ssid: ssid, passphrase: Passphrase("correct horse")), manager) {
            searching.append($0)
        }
    }
    try await wait(for: "the search", within: .seconds(30)) { searching.values.contains(.searching) }
    let outcome = try await body(ssid)
    first.cancel()
    _ = try await first.value
    return outcome
}

/// Runs a body on a network that is joined.
private func joined(
    _ bench: FaultBench,
    _ body: @escaping @Sendable (SSID) async throws -> FaultOutcome
) async throws -> FaultOutcome {
    let name = await bench.newName()
    return try await withAccessPoint(.wpa2(ssid: name, passphrase: "correct horse")) { _ in
        let ssid = SSID(name)
        try await HotspotConfigurationManager(application: "kiosk").apply(
            HotspotConfiguration(ssid: ssid, passphrase: Passphrase("correct horse"))
        )
        let before = try await bench.profileFiles()
        let outcome = try await body(ssid)
        guard try await bench.profileFiles() == before else { throw LabError("the joined profile was changed") }
        try await wait(for: "the joined network to be back", within: .seconds(60)) {
            guard try await Station.link()?.ssid == name else { return false }
            return await NetworkManagerDaemon.shared.deviceState() == 100
        }
        try await bench.forgetKiosk()
        return outcome
    }
}

extension FaultBench {
    /// Joins a network that is nowhere.
    nonisolated func failAnywhere(
        timeout: Duration = .seconds(90),
        on phase: JoinPhase? = nil,
        _ action: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> FaultOutcome {
        let name = await newName()
        return try await fail(
            HotspotConfiguration(ssid: name, passphrase: "correct horse"),
            timeout: timeout,
            on: phase,
            action
        )
    }

    /// Switches Wi-Fi on again; NetworkManager's switch is for all radios, those of access points too.
    nonisolated func switchOn() async throws {
        try await nmcli("radio", "wifi", "on").checked()
        try await tearDown()
        try await beginAnew()
    }

    /// Removes the profiles that the application under test has stored.
    nonisolated func forgetKiosk() async throws {
        let names = try await nmcli("-g", "NAME", "connection", "show").checked().text.split(separator: "\n")
        for name in names where name.hasPrefix("Fault ") {
            try await nmcli("connection", "delete", String(name)).checked()
        }
    }
}

/// A task that cancels itself in a phase.
final class Canceller: Sendable {
    func run(
        in phase: JoinPhase,
        _ body: @escaping @Sendable (@escaping @Sendable (JoinPhase) -> Void) async throws -> FaultOutcome
    ) async throws -> FaultOutcome {
        let (reached, continuation) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await body { current in
                // At once, in the task itself: a phase may last milliseconds.
                if current == phase { withUnsafeCurrentTask { $0?.cancel() }; continuation.yield() }
            }
        }
        async let cancelling: Void = {
            for await _ in reached { task.cancel() }
        }()
        defer { continuation.finish() }
        let outcome = try await task.value
        continuation.finish()
        await cancelling
        return outcome
    }
}
