import Foundation
import Glibc
import HotspotCore
import TestSupport
import Testing

/// The fault matrix of joins through nl80211 alone: what the access point says on the air is in the chain.
let kernelFaults: [Fault] =
    kernelCredentialFaults + kernelOfferFaults + kernelRefusalFaults + kernelSilenceFaults + kernelDisconnectionFaults
    + kernelForgeryFaults + kernelMachineFaults + kernelHolderFaults + kernelRequestFaults

/// Runs a command while the join waits for it: what it does is done before the join's next step, however slow the machine.
func atOnce(_ words: String...) {
    let status = system(words.joined(separator: " ") + " >/dev/null 2>&1")
    if status != 0 { Issue.record("\(words) failed: \(status)") }
}

private let right = Passphrase("correct horse")

// MARK: - Credentials

/// The access point drops a message 2 that it cannot verify, and asks again.
private func wrongPassphrase(
    _ name: String,
    passphrase: Passphrase? = right,
    _ accessPoint: @escaping @Sendable (String) -> AccessPoint.Configuration
) -> Fault {
    Fault(name, .wrongPassphrase, .likely, chain: ["message 2 4 times"], .afterSearch(.seconds(7))) { bench in
        try await bench.fail(at: accessPoint(bench.newName()), passphrase: passphrase)
    }
}

/// SAE tells it by its confirm.
private func wrongPassword(
    _ name: String,
    _ accessPoint: @escaping @Sendable (String) -> AccessPoint.Configuration
) -> Fault {
    Fault(name, .wrongPassphrase, chain: ["authentication with status", "(1)"], .afterSearch(.seconds(5))) { bench in
        try await bench.fail(at: accessPoint(bench.newName()))
    }
}

private let kernelCredentialFaults: [Fault] = [
    wrongPassphrase("kernel: wrong WPA2 passphrase") { .wpa2(ssid: $0, passphrase: "right password") },
    wrongPassphrase("kernel: wrong passphrase on a hidden network") {
        .wpa2(ssid: $0, passphrase: "right password", hidden: true)
    },
    wrongPassphrase("kernel: wrong passphrase with SHA-256") { .wpa2SHA256(ssid: $0, passphrase: "right password") },
    wrongPassphrase(
        "kernel: wrong raw key",
        passphrase: Passphrase(String(repeating: "fedcba9876543210", count: 4))
    ) {
        .wpa2(ssid: $0, passphrase: String(repeating: "0123456789abcdef", count: 4))
    },
    wrongPassword("kernel: wrong SAE password, looping") {
        .sae(ssid: $0, passphrase: "right password", passwordElement: .looping)
    },
    wrongPassword("kernel: wrong SAE password, hash-to-element") {
        .sae(ssid: $0, passphrase: "right password", passwordElement: .hashToElement)
    },
    wrongPassword("kernel: wrong SAE password, hidden") {
        .sae(ssid: $0, passphrase: "right password", hidden: true)
    },
    wrongPassword("kernel: wrong passphrase on a transition network") {
        .transition(ssid: $0, passphrase: "right password")
    },
    Fault(
        "kernel: wrong WEP key, shared key",
        .wrongWEPKey,
        .likely,
        chain: ["no answer to the authentication", "authentication with status", "(13)"],
        .afterSearch(.seconds(5))
    ) { bench in
        try await bench.fail(
            at: .wep(ssid: bench.newName(), key: "right", sharedKey: true),
            passphrase: Passphrase("wrong"),
            security: .wep
        )
    },
    Fault(
        "kernel: wrong WEP key, open system",
        .ipProvisioningFailed,
        chain: ["busybox gave no address"],
        .inAll(.seconds(20))
    ) { bench in
        try await bench.fail(
            at: .wep(ssid: bench.newName(), key: "right"),
            passphrase: Passphrase("wrong"),
            security: .wep,
            timeout: .seconds(10)
        )
    },
    Fault("kernel: no passphrase for WPA2", .passphraseMissing, chain: ["WPA2"], .inAll(.seconds(15))) { bench in
        try await bench.fail(at: .wpa2(ssid: bench.newName(), passphrase: "right password"), passphrase: nil)
    },
    Fault("kernel: no passphrase for WPA3", .passphraseMissing, chain: ["WPA3"], .inAll(.seconds(15))) { bench in
        try await bench.fail(at: .sae(ssid: bench.newName(), passphrase: "right password"), passphrase: nil)
    },
]

// MARK: - What is offered

private func mismatch(
    _ name: String,
    chain: [String],
    passphrase: Passphrase? = right,
    security: HotspotSecurity = .automatic,
    _ cause: Fault.Cause = .securityMismatch,
    _ accessPoint: @escaping @Sendable (String) -> AccessPoint.Configuration
) -> Fault {
    Fault(name, cause, chain: chain, .inAll(.seconds(15))) { bench in
        try await bench.fail(at: accessPoint(bench.newName()), passphrase: passphrase, security: security)
    }
}

private let kernelOfferFaults: [Fault] = [
    Fault("kernel: SSID absent", .networkNotFound, chain: ["completed scan"], .inAll(.seconds(12))) { bench in
        try await bench.fail(HotspotConfiguration(ssid: bench.newName(), passphrase: "correct horse"))
    },
    mismatch("kernel: open, and a passphrase was given", chain: ["no security"]) { .open(ssid: $0) },
    mismatch("kernel: PSK only, and SAE was asked for", chain: ["WPA2"], security: .sae) {
        .wpa2(ssid: $0, passphrase: "correct horse")
    },
    mismatch(
        "kernel: open, and Enhanced Open was asked for",
        chain: ["no security"],
        passphrase: nil,
        security: .enhancedOpen
    ) {
        .open(ssid: $0)
    },
    mismatch("kernel: the first WPA only", chain: ["WPA"]) { .wpa1(ssid: $0, passphrase: "correct horse") },
    mismatch("kernel: TKIP only", chain: ["WPA2"]) {
        .wpa2(ssid: $0, passphrase: "correct horse").with("ieee80211n=0", "rsn_pairwise=TKIP")
    },
    mismatch("kernel: enterprise only", chain: ["802.1X"]) { .eapWithoutServer(ssid: $0) },
    mismatch(
        "kernel: a raw key for WPA3",
        chain: ["WPA3"],
        passphrase: Passphrase(String(repeating: "fedcba9876543210", count: 4))
    ) {
        .sae(ssid: $0, passphrase: "correct horse")
    },
    Fault(
        "kernel: a password identifier, and an access point without hash-to-element",
        .securityMismatch,
        chain: ["WPA3"],
        .inAll(.seconds(15))
    ) { bench in
        let name = await bench.newName()
        return try await withAccessPoint(.sae(ssid: name, passphrase: "correct horse", passwordElement: .looping)) {
            _ in
            var configuration = HotspotConfiguration(ssid: SSID(name), passphrase: right, security: .sae)
            configuration.saePasswordIdentifier = "kitchen"
            return try await bench.fail(configuration)
        }
    },
    Fault("kernel: an enterprise network was asked for", .notSupported, chain: [], .inAll(.seconds(2))) { bench in
        let settings = HotspotEAPSettings.alice().with { $0.trustedServerCertificates = [.file("/nonexistent/ca.pem")] }
        return try await bench.fail(HotspotConfiguration(ssid: SSID(bench.newName()), eapSettings: settings))
    },
]

// MARK: - Refusals

private func refusal(
    _ name: String,
    _ cause: Fault.Cause = .associationRejected,
    _ confidence: HotspotConfigurationError.Confidence = .confirmed,
    chain: [String],
    passphrase: Passphrase? = right,
    _ accessPoint: @escaping @Sendable (String) -> AccessPoint.Configuration
) -> Fault {
    // Another access point of the name may do: all channels are asked.
    Fault(name, cause, confidence, chain: chain, .inAll(.seconds(15))) { bench in
        try await bench.fail(at: accessPoint(bench.newName()), passphrase: passphrase)
    }
}

private let kernelRefusalFaults: [Fault] = [
    refusal("kernel: full, WPA2", chain: ["authentication with status", "(17)"]) {
        .wpa2(ssid: $0, passphrase: "correct horse").with("max_num_sta=0")
    },
    refusal("kernel: full, open", chain: ["authentication with status", "(17)"], passphrase: nil) {
        .open(ssid: $0).with("max_num_sta=0")
    },
    refusal("kernel: full, SAE", chain: ["authentication with status", "(17)"]) {
        .sae(ssid: $0, passphrase: "correct horse").with("max_num_sta=0")
    },
    refusal("kernel: MAC address denied, WPA2", chain: ["authentication with status", "(1)"]) {
        .wpa2(ssid: $0, passphrase: "correct horse").denying()
    },
    refusal("kernel: MAC address denied, SAE", chain: ["authentication with status", "(1)"]) {
        .sae(ssid: $0, passphrase: "correct horse").denying()
    },
    refusal("kernel: listen interval", chain: ["association with status", "(51)"]) {
        .wpa2(ssid: $0, passphrase: "correct horse").with("max_listen_interval=1")
    },
    refusal("kernel: only stations with VHT", chain: ["association with status", "(104)"]) {
        .wpa2(ssid: $0, passphrase: "correct horse").with("ieee80211ac=1", "require_vht=1")
    },
    refusal(
        "kernel: an SAE group that we do not have",
        .securityMismatch,
        chain: ["authentication with status", "(77)"]
    ) {
        .sae(ssid: $0, passphrase: "correct horse").with("sae_groups=15")
    },
    refusal("kernel: SAE refused for want of memory", chain: ["authentication with status", "(17)"]) {
        .sae(ssid: $0, passphrase: "correct horse").with("sae_commit_status=17")
    },
    refusal(
        "kernel: an SAE password only by its identifier",
        .associationRejected,
        chain: ["authentication with status"]
    ) {
        var configuration = AccessPoint.Configuration.sae(ssid: $0, passphrase: "x")
        configuration.security.removeAll { $0.hasPrefix("sae_password=") }
        return configuration.with("sae_password=correct horse|id=kitchen")
    },
    Fault(
        "kernel: an SAE password identifier that nobody knows",
        .wrongPassphrase,
        chain: ["authentication with status", "(123)"],
        .inAll(.seconds(15))
    ) { bench in
        let name = await bench.newName()
        return try await withAccessPoint(.sae(ssid: name, passphrase: "correct horse")) { _ in
            var configuration = HotspotConfiguration(ssid: SSID(name), passphrase: right, security: .sae)
            configuration.saePasswordIdentifier = "kitchen"
            return try await bench.fail(configuration)
        }
    },
]

extension AccessPoint.Configuration {
    /// The same one, which does not admit the station.
    fileprivate func denying() -> Self {
        var copy = self
        copy.deniedStations = [Station.address]
        return copy
    }
}
