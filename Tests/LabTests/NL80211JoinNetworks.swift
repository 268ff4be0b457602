import HotspotCore
import TestSupport

extension NL80211JoinTests {
    /// The kinds of network that are joined.
    static let networks: [Network] =
        [
            Network(accessPoint: .open(ssid: "K Open"), agreed: .open),
            Network(
                accessPoint: .wpa2(ssid: "K Two", passphrase: "correct horse"),
                passphrase: "correct horse",
                agreed: .wpaPersonal
            ),
            Network(
                accessPoint: .wpa2(ssid: "K Key", passphrase: String(repeating: "0123456789abcdef", count: 4)),
                passphrase: String(repeating: "0123456789ABCDEF", count: 4),
                agreed: .wpaPersonal,
                note: ", raw key"
            ),
            Network(
                accessPoint: .wpa2SHA256(ssid: "K SHA", passphrase: "correct horse"),
                passphrase: "correct horse",
                agreed: .wpaPersonal
            ),
            Network(
                accessPoint: .sae(ssid: "K Loop", passphrase: "correct horse", passwordElement: .looping),
                passphrase: "correct horse",
                agreed: .sae,
                note: ", looping"
            ),
            Network(
                accessPoint: .sae(ssid: "K Hash", passphrase: "correct horse", passwordElement: .hashToElement),
                passphrase: "correct horse",
                agreed: .sae,
                note: ", hash-to-element"
            ),
            Network(
                accessPoint: .sae(ssid: "K Three8", passphrase: "correct horse").with("sae_groups=20"),
                passphrase: "correct horse",
                agreed: .sae,
                note: ", group 20 only"
            ),
            Network(
                accessPoint: .transition(ssid: "K Both", passphrase: "correct horse"),
                passphrase: "correct horse",
                agreed: .sae
            ),
            Network(accessPoint: .owe(ssid: "K Enhanced"), agreed: .enhancedOpen),
            Network(
                accessPoint: .wpa2(ssid: "K Galois", passphrase: "correct horse").with("rsn_pairwise=GCMP-256"),
                passphrase: "correct horse",
                agreed: .wpaPersonal,
                note: ", GCMP-256"
            ),
            Network(
                accessPoint: .sae(ssid: "K Three9", passphrase: "correct horse").with("sae_groups=21"),
                passphrase: "correct horse",
                agreed: .sae,
                note: ", group 21 only"
            ),
            Network(
                accessPoint: .sae(ssid: "K Three7", passphrase: "correct horse").with("sae_groups=19"),
                passphrase: "correct horse",
                agreed: .sae,
                note: ", group 19 only"
            ),
            Network(
                accessPoint: .sae(ssid: "K Token", passphrase: "correct horse").with("sae_anti_clogging_threshold=0"),
                passphrase: "correct horse",
                agreed: .sae,
                note: ", anti-clogging tokens"
            ),
            Network(
                accessPoint: .wep(ssid: "K Wired", key: "12345"),
                passphrase: "12345",
                security: .wep,
                agreed: .wep
            ),
        ]
        + [("CCMP-256", false), ("GCMP", false), ("CCMP-256", true), ("GCMP-256", true)].map { cipher, isSAE in
            let name = "K \(cipher)\(isSAE ? " 3" : "")"
            let accessPoint: AccessPoint.Configuration =
                isSAE ? .sae(ssid: name, passphrase: "correct horse") : .wpa2(ssid: name, passphrase: "correct horse")
            return Network(
                accessPoint: accessPoint.with("rsn_pairwise=\(cipher)", "group_cipher=\(cipher)"),
                passphrase: "correct horse",
                agreed: isSAE ? .sae : .wpaPersonal,
                note: ", \(cipher)"
            )
        } + hidden(form: 1) + hidden(form: 2)

    /// Every kind without its name in the beacons: 1 is an empty name, 2 one of as many zeros.
    private static func hidden(form: Int) -> [Network] {
        let (passphrase, name) = ("correct horse", "K Hidden \(form)")
        let kinds: [Network] = [
            Network(accessPoint: .open(ssid: "\(name) O", hidden: true), agreed: .open),
            Network(accessPoint: .owe(ssid: "\(name) E", hidden: true), agreed: .enhancedOpen),
            Network(
                accessPoint: .wep(ssid: "\(name) W", key: "12345", hidden: true),
                passphrase: "12345",
                security: .wep,
                agreed: .wep
            ),
            Network(
                accessPoint: .wpa2(ssid: "\(name) 2", passphrase: passphrase, hidden: true),
                passphrase: passphrase,
                agreed: .wpaPersonal
            ),
            Network(
                accessPoint: .wpa2SHA256(ssid: "\(name) S", passphrase: passphrase, hidden: true),
                passphrase: passphrase,
                agreed: .wpaPersonal
            ),
            Network(
                accessPoint: .transition(ssid: "\(name) T", passphrase: passphrase, hidden: true),
                passphrase: passphrase,
                agreed: .sae
            ),
            Network(
                accessPoint: .sae(
                    ssid: "\(name) L",
                    passphrase: passphrase,
                    hidden: true,
                    passwordElement: .looping
                ),
                passphrase: passphrase,
                agreed: .sae,
                note: ", looping"
            ),
            Network(
                accessPoint: .sae(
                    ssid: "\(name) H",
                    passphrase: passphrase,
                    hidden: true,
                    passwordElement: .hashToElement
                ),
                passphrase: passphrase,
                agreed: .sae,
                note: ", hash-to-element"
            ),
        ]
        return kinds.map { kind in
            var kind = kind
            kind.accessPoint.lines.append("ignore_broadcast_ssid=\(form)")
            kind.note += ", form \(form)"
            return kind
        }
    }
}
