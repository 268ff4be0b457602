import Foundation
public import Testing

extension AccessPoint {
    /// What an access point is like: start from one of the kinds, and change what is special about it.
    public struct Configuration: Sendable, CustomTestStringConvertible {
        /// The network's name: any 1 to 32 octets.
        public var ssid: [UInt8]
        /// hostapd's lines about security.
        public var security: [String]
        /// What kind it is, for the names of parameterised tests.
        public var kind: String
        /// Whether beacons hide the name.
        public var hidden = false
        /// The 2.4 GHz channel, 1 to 11; by default each radio has another one.
        public var channel: Int?
        /// Whether a DHCP server gives addresses.
        public var dhcp = true
        /// What the DHCP server gives besides, in dnsmasq's words, such as `option:dns-server,192.0.2.1`.
        public var dhcpOptions: [String] = []
        /// What its router advertises by IPv6: the first 64 bits, such as `2001:db8:a`; nil for no IPv6.
        public var advertisedPrefix: String?
        /// The addresses of stations that are refused.
        public var deniedStations: [String] = []
        /// Whether the log has hostapd's details, keys included.
        public var logsDetails = false
        /// Further lines for hostapd.conf, such as `max_num_sta=0`; they come last, so they win.
        public var lines: [String] = []
        /// Lines of hostapd's file of EAP users; nil where there is none.
        var eapUsers: [String]?

        /// The kind and the name.
        public var testDescription: String {
            "\(kind)\(hidden ? ", hidden" : "")"
        }

        /// The name as text, for those that are.
        public var name: String { String(decoding: ssid, as: UTF8.self) }

        private init(_ kind: String, _ ssid: String, _ hidden: Bool, _ security: [String]) {
            self.kind = kind
            self.ssid = Array(ssid.utf8)
            self.hidden = hidden
            self.security = security
        }

        /// The same access point with further lines for hostapd.conf.
        ///
        /// - Parameter lines: The lines.
        /// - Returns: The changed configuration.
        public func with(_ lines: String...) -> Configuration {
            var copy = self
            copy.lines += lines
            return copy
        }
    }
}

extension AccessPoint.Configuration {
    /// No security.
    public static func open(ssid: String, hidden: Bool = false) -> Self {
        Self("open", ssid, hidden, [])
    }

    /// WPA2-Personal; the passphrase has 8 to 63 characters, or is a key of 64 hexadecimal digits.
    public static func wpa2(ssid: String, passphrase: String, hidden: Bool = false) -> Self {
        Self("WPA2", ssid, hidden, ["wpa=2", "wpa_key_mgmt=WPA-PSK", "rsn_pairwise=CCMP", psk(passphrase)])
    }

    /// WPA2-Personal with the AKM PSK-SHA256 only, and protected management frames.
    public static func wpa2SHA256(ssid: String, passphrase: String, hidden: Bool = false) -> Self {
        Self(
            "WPA2 with SHA-256",
            ssid,
            hidden,
            ["wpa=2", "wpa_key_mgmt=WPA-PSK-SHA256", "rsn_pairwise=CCMP", "ieee80211w=2", psk(passphrase)]
        )
    }

    /// The first WPA, with TKIP.
    public static func wpa1(ssid: String, passphrase: String, hidden: Bool = false) -> Self {
        Self(
            "WPA",
            ssid,
            hidden,
            ["ieee80211n=0", "wpa=1", "wpa_key_mgmt=WPA-PSK", "wpa_pairwise=TKIP", psk(passphrase)]
        )
    }

    /// How an access point wants the SAE password element derived.
    public enum PasswordElement: Int, Sendable, CaseIterable {
        /// By hunting and pecking, the older way.
        case looping = 0
        /// By hashing to the element (H2E) only.
        case hashToElement = 1
        /// As the station likes.
        case both = 2
    }

    /// WPA3-Personal.
    public static func sae(
        ssid: String,
        passphrase: String,
        hidden: Bool = false,
        passwordElement: PasswordElement = .both
    ) -> Self {
        Self(
            "WPA3",
            ssid,
            hidden,
            [
                "wpa=2", "wpa_key_mgmt=SAE", "rsn_pairwise=CCMP", "ieee80211w=2",
                "sae_pwe=\(passwordElement.rawValue)", "sae_password=\(passphrase)",
            ]
        )
    }

    /// WPA3-Personal that admits WPA2 stations.
    public static func transition(ssid: String, passphrase: String, hidden: Bool = false) -> Self {
        Self(
            "WPA2 and WPA3",
            ssid,
            hidden,
            [
                "wpa=2", "wpa_key_mgmt=WPA-PSK SAE", "rsn_pairwise=CCMP", "ieee80211w=1", "sae_require_mfp=1",
                "sae_pwe=2", "sae_password=\(passphrase)", psk(passphrase),
            ]
        )
    }

    /// Enhanced Open.
    public static func owe(ssid: String, hidden: Bool = false) -> Self {
        Self(
            "OWE",
            ssid,
            hidden,
            ["wpa=2", "wpa_key_mgmt=OWE", "rsn_pairwise=CCMP", "ieee80211w=2"]
        )
    }

    /// WEP with the first of its four keys: 5 or 13 characters, or 10 or 26 hexadecimal digits.
    public static func wep(ssid: String, key: String, sharedKey: Bool = false, hidden: Bool = false) -> Self {
        let isText = [5, 13].contains(key.utf8.count)
        return Self(
            "WEP",
            ssid,
            hidden,
            [
                "ieee80211n=0", "wep_default_key=0", "wep_key0=\(isText ? "\"\(key)\"" : key)",
                "auth_algs=\(sharedKey ? 2 : 1)",
            ]
        )
    }

    /// The users that the authentication server of an enterprise network knows: hostapd's own, in the access point.
    public struct EAPUsers: Sendable {
        /// The methods that are offered to everybody, in the server's order.
        public var methods: [String]
        /// The names and passwords inside the tunnels.
        public var passwords: [String: String]
        /// Whether a name in the clear that nobody has is refused at once, instead of inside the tunnel.
        public var refusesUnknown: Bool

        /// Users.
        ///
        /// - Parameters:
        ///   - methods: the methods, as hostapd names them.
        ///   - passwords: the names and passwords.
        ///   - refusesUnknown: whether a name in the clear must be known.
        public init(
            methods: [String] = ["PEAP", "TTLS", "TLS"],
            passwords: [String: String] = ["alice": "wonderland"],
            refusesUnknown: Bool = false
        ) {
            self.methods = methods
            self.passwords = passwords
            self.refusesUnknown = refusesUnknown
        }

        var lines: [String] {
            let outer = methods.joined(separator: ",")
            let inner = "MSCHAPV2,TTLS-MSCHAPV2,TTLS-MSCHAP,TTLS-PAP,TTLS-CHAP,GTC,MD5"
            let users = passwords.sorted { $0.key < $1.key }
            return (refusesUnknown ? users.map { "\"\($0.key)\" \(outer)" } : ["* \(outer)"])
                + users.map { "\"\($0.key)\" \(inner) \"\($0.value)\" [2]" }
        }
    }

    /// WPA2-Enterprise with the authentication server inside the access point.
    ///
    /// The certificates must be there: see ``CertificateAuthority``.
    ///
    /// - Parameters:
    ///   - ssid: the network's name.
    ///   - users: who is let in.
    ///   - server: the server's certificate and key, `server`, `server-rsa` or `expired`.
    ///   - sha256: whether it is the AKM of WPA3-Enterprise, with protected management frames.
    /// - Returns: what it is like.
    public static func eap(
        ssid: String,
        users: EAPUsers = EAPUsers(),
        server: String = "server",
        sha256: Bool = false
    ) -> Self {
        let authority = CertificateAuthority.shared
        var configuration = Self(
            sha256 ? "WPA3-Enterprise" : "WPA2-Enterprise",
            ssid,
            false,
            [
                "wpa=2", "wpa_key_mgmt=\(sha256 ? "WPA-EAP-SHA256" : "WPA-EAP")", "rsn_pairwise=CCMP", "ieee8021x=1",
                "ieee80211w=\(sha256 ? 2 : 0)", "eap_server=1", "ca_cert=\(authority.path("ca.pem"))",
                "server_cert=\(authority.path("\(server).pem"))", "private_key=\(authority.path("\(server).key"))",
            ]
        )
        configuration.eapUsers = users.lines
        return configuration
    }

    /// WPA2-Enterprise with the method FAST alone, whose credentials the server gives out.
    public static func eapFAST(ssid: String) -> Self {
        eap(ssid: ssid, users: EAPUsers(methods: ["FAST"]), server: "server-rsa").with(
            "pac_opaque_encr_key=000102030405060708090a0b0c0d0e0f",
            "eap_fast_a_id=101112131415161718191a1b1c1d1e1f",
            "eap_fast_a_id_info=lab",
            "eap_fast_prov=3"
        )
    }

    /// WPA2-Enterprise whose authentication server is elsewhere, and silent.
    public static func eapWithoutServer(ssid: String) -> Self {
        Self(
            "WPA2-Enterprise without a server",
            ssid,
            false,
            [
                "wpa=2", "wpa_key_mgmt=WPA-EAP", "rsn_pairwise=CCMP", "ieee8021x=1", "own_ip_addr=127.0.0.1",
                "auth_server_addr=127.0.0.1", "auth_server_port=1812", "auth_server_shared_secret=secret",
            ]
        )
    }

    private static func psk(_ passphrase: String) -> String {
        let isKey = passphrase.utf8.count == 64 && passphrase.allSatisfy(\.isHexDigit)
        return "\(isKey ? "wpa_psk" : "wpa_passphrase")=\(passphrase)"
    }

    /// Writes hostapd's configuration.
    func write(to file: URL, radio: String, control: String) throws {
        let number = Int(radio.drop(while: \.isLetter)) ?? 1
        var text = [
            "interface=\(radio)", "driver=nl80211", "ctrl_interface=\(control)", "hw_mode=g", "ieee80211n=1",
            "channel=\(channel ?? 1 + (number - 1) * 5 % 11)",
            // In hexadecimal, because a name may have any octets.
            "ssid2=\(ssid.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())",
            "ignore_broadcast_ssid=\(hidden ? 1 : 0)",
        ]
        text += security
        if !deniedStations.isEmpty {
            let denied = file.deletingLastPathComponent().appendingPathComponent("deny")
            try Data(deniedStations.map { "\($0)\n" }.joined().utf8).write(to: denied)
            text += ["macaddr_acl=0", "deny_mac_file=\(denied.path)"]
        }
        if let eapUsers {
            let users = file.deletingLastPathComponent().appendingPathComponent("users")
            try Data(eapUsers.map { "\($0)\n" }.joined().utf8).write(to: users)
            text += ["eap_user_file=\(users.path)"]
        }
        text += lines
        try Data(text.map { "\($0)\n" }.joined().utf8).write(to: file)
    }

    /// hwsim numbers its radios' addresses.
    func bssid(of radio: String) -> String {
        let number = Int(radio.drop(while: \.isLetter)) ?? 0
        let own = lines.last { $0.hasPrefix("bssid=") }?.dropFirst(6)
        return own?.lowercased() ?? "02:00:00:00:\(String(number >> 4, radix: 16))\(String(number & 15, radix: 16)):00"
    }
}
