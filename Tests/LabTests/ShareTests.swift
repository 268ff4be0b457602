import Foundation
import HotspotCore
import TestSupport
import Testing

/// Codes of networks that this machine knows.
@Suite("hotspot share", .radioLab)
struct ShareTests {
    @Test("the network that the machine is on: as text, and drawn, what is joined by it again")
    func current() async throws {
        try await NetworkManagerDaemon.shared.reset()
        #expect(try await hotspot("share", "--text").standardError.contains("cause networkNotFound"))
        try await withAccessPoint(.wpa2(ssid: "Café; 1", passphrase: "correct; horse")) { _ in
            let payload = "WIFI:T:WPA;S:Café\\; 1;P:correct\\; horse;;"
            try await hotspot("join", "--qr", payload).checked()
            #expect(try await hotspot("share", "--text").checked().text == payload)
            #expect(try await hotspot("share", "--text", "--interface", Station.interface).text == payload)
            let other = try await hotspot("share", "--text", "--interface", "wlan9")
            #expect(other.status == 108 && other.standardError.contains("cause networkNotFound"))

            let folder = FileManager.default.temporaryDirectory
            let picture = folder.appending(path: "share.png").path
            try await hotspot("share", "--png", picture).checked()
            let read = try await hotspot("qr", "parse", picture, "--show-secrets").checked()
            #expect(read.text.contains("correct; horse"))
            let sheet = try await hotspot("share", "--svg", "-", "--sheet").checked()
            #expect(sheet.text.contains(">Café; 1</text>") && !sheet.text.contains("horse"))
            #expect(try await hotspot("share", "--terminal").checked().text.contains("48;5;231m"))
            // The picture is a code like any other: this very network is joined already.
            #expect(try await hotspot("join", "--qr", picture).status == 113)
        }
    }

    @Test("without NetworkManager: the network that another process holds, and those that are kept")
    func withoutNetworkManager() async throws {
        let directory = "/run/lab/share-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func hotspot(_ arguments: String...) async throws -> Output {
            try await run([CommandLineTool.path] + arguments, environment: ["HOTSPOT_STATE_DIRECTORY": directory])
        }
        let payload = "WIFI:T:SAE;S:Share; 9;P:correct; horse;;"
        let escaped = payload.replacing("; ", with: "\\; ")
        try await withoutDaemons {
            #expect(try await hotspot("share", "--text").standardError.contains("cause networkNotFound"))
            try await withAccessPoint(.sae(ssid: "Share; 9", passphrase: "correct; horse")) { _ in
                let join = ["join", "--backend", "nl80211", "--qr", escaped, "--detach"]
                func joined(_ more: String...) async throws {
                    try await run(
                        [CommandLineTool.path] + join + more,
                        environment: ["HOTSPOT_STATE_DIRECTORY": directory]
                    ).checked()
                }
                try await joined("--once")
                let once = try await hotspot("share", "--text")
                #expect(once.status == 108 && once.standardError.contains("cause secretsUnavailable"), "\(once)")
                try await hotspot("leave").checked()

                try await joined()
                #expect(try await hotspot("share", "--text").checked().text == escaped)
                #expect(try await hotspot("share", "--text", "--interface", Station.interface).text == escaped)
                let other = try await hotspot("share", "--text", "--interface", "wlan9")
                #expect(other.status == 108, "\(other)")
                let picture = FileManager.default.temporaryDirectory.appending(path: "kept.png").path
                try await hotspot("share", "--png", picture).checked()
                let read = try await hotspot("qr", "parse", picture, "--show-secrets").checked()
                #expect(read.text.contains("correct; horse"), "\(read)")
                try await hotspot("leave").checked()
            }
            #expect(try await hotspot("share", "--text").standardError.contains("cause networkNotFound"))
            #expect(try await hotspot("share", "Share; 9", "--text").checked().text == escaped)
        }
        // A network that NetworkManager does not know may still be kept.
        try await NetworkManagerDaemon.shared.reset()
        #expect(try await hotspot("share", "Share; 9", "--text").checked().text == escaped)
        let unknown = try await hotspot("share", "Unknown", "--text")
        #expect(unknown.status == 108 && unknown.standardError.contains("cause networkNotFound"), "\(unknown)")
    }

    /// A profile by nmcli, and what is shared of it or why it is not.
    struct Profile: Sendable, CustomTestStringConvertible {
        var name: String
        var settings: [String]
        var payload: String?
        var words = ""

        var testDescription: String { name }
    }

    static let profiles = [
        Profile(name: "Open", settings: [], payload: "WIFI:T:nopass;S:Open;;"),
        Profile(
            name: "PSK",
            settings: ["wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.psk", "correct horse", "wifi.hidden", "yes"],
            payload: "WIFI:T:WPA;S:PSK;H:true;P:correct horse;;"
        ),
        Profile(
            name: "SAE",
            settings: ["wifi-sec.key-mgmt", "sae", "wifi-sec.psk", "correct horse"],
            payload: "WIFI:T:SAE;S:SAE;P:correct horse;;"
        ),
        Profile(name: "OWE", settings: ["wifi-sec.key-mgmt", "owe"], payload: "WIFI:T:nopass;S:OWE;;"),
        Profile(
            name: "WEP",
            settings: [
                "wifi-sec.key-mgmt", "none", "wifi-sec.wep-key-type", "1", "wifi-sec.wep-key1", "abcde",
                "wifi-sec.wep-tx-keyidx", "1",
            ],
            payload: "WIFI:T:WEP;S:WEP;P:abcde;;"
        ),
        Profile(
            name: "EAP",
            settings: [
                "wifi-sec.key-mgmt", "wpa-eap", "802-1x.eap", "peap", "802-1x.identity", "me", "802-1x.phase2-auth",
                "mschapv2", "802-1x.password", "correct horse",
            ],
            words: "each person joins it with an identity of their own"
        ),
        Profile(
            name: "Unsaved",
            settings: ["wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.psk-flags", "2"],
            words: "NetworkManager does not have the secret"
        ),
    ]

    @Test("a network by its name: every kind that has something to share", arguments: profiles)
    func stored(_ profile: Profile) async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await nmcli(
            ["connection", "add", "type", "wifi", "con-name", "x", "ssid", profile.name, "autoconnect", "no"]
                + profile.settings
        ).checked()
        let output = try await hotspot("share", profile.name, "--text")
        if let payload = profile.payload {
            #expect(output.status == 0 && output.text == payload, "\(output)")
        } else {
            #expect(output.status == 108)
            #expect(output.standardError.contains(profile.words))
            #expect(!output.standardError.contains("horse"))
        }
        try await NetworkManagerDaemon.shared.reset()
    }

    @Test("a user who may not read the secret is told so")
    func unauthorized() async throws {
        try await NetworkManagerDaemon.shared.reset()
        try await nmcli(
            "connection",
            "add",
            "type",
            "wifi",
            "con-name",
            "x",
            "ssid",
            "Cafe",
            "autoconnect",
            "no",
            "wifi-sec.key-mgmt",
            "wpa-psk",
            "wifi-sec.psk",
            "correct horse"
        ).checked()
        try await NetworkManagerDaemon.shared.restart("[main]", "auth-polkit=true")
        let output = try await run(
            ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
                + [CommandLineTool.path, "share", "Cafe", "--text"]
        )
        try await NetworkManagerDaemon.shared.restart()
        try await NetworkManagerDaemon.shared.reset()
        #expect(output.status == 116, "\(output)")
        #expect(!output.standardOutput.contains("horse"))
    }
}
