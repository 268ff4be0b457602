// What each cause means and what mends it, for a person. Total by switch: a new cause does not compile without its words.
extension HotspotConfigurationError.Cause: CaseIterable {
    /// Every cause; `timedOut` once for each phase.
    public static var allCases: [Self] {
        configuration + answers + machine + requests + [.cancelled] + JoinPhase.allCases.map { .timedOut($0) }
            + [.unlisted]
    }

    private static let configuration: [Self] = [
        .conflictingSettings, .unreadablePayload, .unreadableFile, .settingRefused, .malformedSSID,
        .malformedSSIDPrefix, .malformedPassphrase, .passphraseMissing, .malformedWEPKey, .malformedEAPSettings,
        .malformedHS20Settings, .malformedHS20DomainName,
    ]

    private static let answers: [Self] = [
        .wrongPassphrase, .wrongWEPKey, .wrongEAPCredentials, .untrustedServer, .eapMethodRefused, .networkNotFound,
        .associationRejected, .noResponse, .securityMismatch,
        .handshakeFailed, .deauthenticated, .ipProvisioningFailed,
    ]

    private static let machine: [Self] = [
        .radioDisabled, .noWirelessDevice, .deviceRemoved, .deviceUnavailable, .firmwareMissing, .deviceUnmanaged,
        .backendUnavailable, .backendFailed, .supplicantFailed, .networkingOff, .suspended, .storageFailed,
        .outputFailed, .secretsUnavailable, .notSupported,
    ]

    private static let requests: [Self] = [
        .superseded, .disconnectedByUser, .configurationRemoved, .requestPending, .alreadyAssociated,
        .foreignConfiguration, .declined, .notAuthorized, .deniedByPolicy, .sessionInactive, .joinOnceNotSupported,
    ]

    /// What happened, in one sentence.
    public var explanation: String {
        switch self {
        case .conflictingSettings: "Two settings of the configuration contradict each other."
        case .unreadablePayload: "The text is no Wi-Fi code, or not one that can be read."
        case .unreadableFile: "A file that the request names, of a passphrase or of a picture, cannot be read."
        case .settingRefused: "NetworkManager or the kernel refused a setting that has no code of its own."
        case .malformedSSID: "The network's name is empty or longer than 32 octets."
        case .malformedSSIDPrefix: "The prefix of the network's name has fewer than 3 or more than 32 octets."
        case .malformedPassphrase:
            "The passphrase has a form that no network can have: WPA takes 8 to 63 characters or 64 hexadecimal digits."
        case .passphraseMissing: "The network needs a passphrase and none was given."
        case .malformedWEPKey:
            "The WEP key has a form that no network can have: WEP takes 10 or 26 hexadecimal digits, or 5 or 13 characters."
        case .malformedEAPSettings: "The settings for a login (802.1X) are incomplete or of bad form."
        case .malformedHS20Settings: "The Hotspot 2.0 settings are of bad form."
        case .malformedHS20DomainName: "The Hotspot 2.0 domain name is no DNS name."
        case .wrongPassphrase: "The network did not accept the passphrase; the confidence says how sure that is."
        case .wrongWEPKey: "The network did not accept the WEP key."
        case .wrongEAPCredentials: "The network's server did not accept the user name, the password or the certificate."
        case .untrustedServer: "The network's server showed a certificate that the settings do not trust."
        case .eapMethodRefused: "The network's server has none of the methods that the settings allow."
        case .networkNotFound: "No access point of this name answered."
        case .associationRejected:
            "The access point was there and refused this device; the IEEE 802.11 status beneath says why."
        case .noResponse: "The access point was heard and did not answer."
        case .securityMismatch: "The access point does not offer the security that was asked for."
        case .handshakeFailed:
            "The link was made and the keys were not agreed, and nothing says that the passphrase is to blame."
        case .deauthenticated:
            "The access point ended the link, or it was lost; the IEEE 802.11 reason beneath says why."
        case .ipProvisioningFailed: "The network was joined and gave no address."
        case .radioDisabled: "Wi-Fi is switched off, by software or by a switch at the machine."
        case .noWirelessDevice: "There is no Wi-Fi device, or not the one that was asked for."
        case .deviceRemoved: "The Wi-Fi device disappeared."
        case .deviceUnavailable: "The Wi-Fi device is there and cannot be used now."
        case .firmwareMissing: "The Wi-Fi device lacks its firmware."
        case .deviceUnmanaged:
            "The administrator keeps the Wi-Fi device from NetworkManager, or another program holds it."
        case .backendUnavailable: "A daemon that is needed (NetworkManager, the system bus) does not run, or went away."
        case .backendFailed: "A daemon or the kernel said that it failed, and not why."
        case .supplicantFailed: "wpa_supplicant failed, went away or refused what it was told."
        case .networkingOff: "Networking is switched off in NetworkManager."
        case .suspended: "The machine went to sleep, or is about to."
        case .storageFailed: "The configuration could not be stored."
        case .outputFailed: "The result could not be written where it was to go; what was done is done."
        case .secretsUnavailable: "A secret was needed and nobody gave a usable one."
        case .notSupported: "This version, NetworkManager, the driver or the device cannot do what was asked."
        case .superseded: "Another connection took the device while the network was being joined."
        case .disconnectedByUser: "Somebody ended the connection while it was being made."
        case .configurationRemoved: "Somebody removed the profile while it was being activated."
        case .requestPending: "An earlier request of this application for the same network is still open."
        case .alreadyAssociated: "The network is joined already with this very configuration."
        case .foreignConfiguration: "A profile that this application did not make defines the network."
        case .declined: "The person who was asked said no, or closed the question."
        case .notAuthorized: "This user could be allowed to do it and is not: nobody could be asked for a password."
        case .deniedByPolicy: "The policy of this machine denies it, whoever is asked."
        case .sessionInactive: "The caller's session is not the one in the foreground."
        case .joinOnceNotSupported: "Joining once only cannot be kept with these settings or on this backend."
        case .cancelled: "The caller gave the join up; everything that was begun is undone."
        case .timedOut(let phase):
            "The time that was allowed ran out while the join was in the phase \(phase.rawValue)."
        case .unlisted: "Something was said that no table has; please report it with its whole text."
        }
    }

    /// What mends it, the likeliest first.
    public var remedies: [String] {
        switch self {
        case .conflictingSettings: ["leave one of the two settings out"]
        case .unreadablePayload:
            ["see what is wrong with it: hotspot qr parse", "scan the code again, or print a new one"]
        case .unreadableFile: ["see whether the file is there and who may read it: ls -l"]
        case .settingRefused: ["correct the setting that the message names"]
        case .malformedSSID: ["give the network's name, 1 to 32 octets; accents and emoji take several each"]
        case .malformedSSIDPrefix: ["give 3 to 32 octets"]
        case .malformedPassphrase: ["check the passphrase for a missing or an added character"]
        case .passphraseMissing: ["give the passphrase"]
        case .malformedWEPKey: ["check the key for a missing or an added character"]
        case .malformedEAPSettings: ["give the method, the identity, and what checks the server's certificate"]
        case .malformedHS20Settings: ["check realm, operator code and organisation identifiers"]
        case .malformedHS20DomainName: ["give the operator's domain, such as example.org"]
        case .wrongPassphrase: ["check the passphrase: upper and lower case, and whether it was changed"]
        case .wrongWEPKey: ["check the key"]
        case .wrongEAPCredentials:
            ["check the user name and the password", "ask whoever runs the network whether the account may join"]
        case .untrustedServer:
            [
                "do not switch the check off: somebody may pass for the network",
                "ask whoever runs the network for its authority's certificate and its server's name",
            ]
        case .eapMethodRefused: ["ask whoever runs the network for its method: PEAP, TTLS, TLS or FAST"]
        case .networkNotFound:
            [
                "check the name letter by letter", "go nearer to the access point",
                "see what is heard: nmcli device wifi list --rescan yes",
                "see whether this machine may use the channel: iw reg get",
            ]
        case .associationRejected:
            ["look at the status beneath: a full access point is a matter of time, a list of devices one for its owner"]
        case .noResponse: ["go nearer to the access point", "restart it"]
        case .securityMismatch:
            ["choose the security that the network has, or leave the choice out", "write a new QR code"]
        case .handshakeFailed:
            ["check the passphrase", "go nearer to the access point", "restart the access point"]
        case .deauthenticated: ["try again, nearer to the access point", "look at the reason beneath"]
        case .ipProvisioningFailed:
            ["restart the access point or its DHCP server", "see whether the network has addresses left"]
        case .radioDisabled: ["nmcli radio wifi on", "rfkill unblock wifi", "use the switch or key of the machine"]
        case .noWirelessDevice:
            [
                "see what the kernel has: iw dev, lspci, lsusb",
                "leave --interface out, or give one that nmcli device lists",
            ]
        case .deviceRemoved: ["plug the device in again", "see what the kernel says: dmesg"]
        case .deviceUnavailable:
            [
                "see nmcli device", "see whether wpa_supplicant runs: systemctl status wpa_supplicant",
                "try again in a moment",
            ]
        case .firmwareMissing:
            ["install the device's firmware package (on Debian firmware-iwlwifi and its like); dmesg names the file"]
        case .deviceUnmanaged:
            [
                "nmcli device set NAME managed yes",
                "see unmanaged-devices in NetworkManager.conf and udev's NM_UNMANAGED",
            ]
        case .backendUnavailable:
            ["start it: systemctl start NetworkManager", "see its log: journalctl -u NetworkManager"]
        case .backendFailed: ["see the logs: journalctl -u NetworkManager, dmesg"]
        case .supplicantFailed:
            ["see whether it is installed and runs: systemctl status wpa_supplicant", "journalctl -u wpa_supplicant"]
        case .networkingOff: ["nmcli networking on"]
        case .suspended: ["try again when the machine is awake"]
        case .storageFailed:
            [
                "see whether the disk is full or read-only", "journalctl -u NetworkManager",
                "without NetworkManager: HOTSPOT_STATE_DIRECTORY names another directory, and --once keeps nothing",
            ]
        case .outputFailed: ["see whether the disk is full, or the program that reads the output has ended"]
        case .secretsUnavailable: ["give the passphrase again"]
        case .notSupported: ["leave the setting out", "update NetworkManager, wpa_supplicant or the driver"]
        case .superseded: ["try again when nobody else uses the device"]
        case .disconnectedByUser: ["try again"]
        case .configurationRemoved: ["try again"]
        case .requestPending: ["wait for the earlier request, or cancel it"]
        case .alreadyAssociated: ["nothing: the network is there"]
        case .foreignConfiguration:
            [
                "join by the profile itself: nmcli connection up uuid UUID",
                "make room: nmcli connection delete uuid UUID",
            ]
        case .declined: ["ask again, and say yes"]
        case .notAuthorized:
            [
                "run in an active session of this machine, or as root",
                "on Debian, make the user a member of the group netdev",
            ]
        case .deniedByPolicy:
            ["run as a user whom the policy allows it", "change the policy: polkit's rules, the bus's configuration"]
        case .sessionInactive: ["bring the session to the foreground, or run as a service"]
        case .joinOnceNotSupported: ["leave joinOnce out"]
        case .cancelled: ["try again"]
        case .timedOut(let phase): Self.remedies(forTimeoutIn: phase)
        case .unlisted: ["report it as a defect, with the output of --json"]
        }
    }

    private static func remedies(forTimeoutIn phase: JoinPhase) -> [String] {
        let more = "allow more time (--timeout)"
        return switch phase {
        case .preparing: [more, "see whether NetworkManager answers: nmcli general"]
        case .searching: ["check the name", "go nearer to the access point", more]
        case .authenticating, .associating, .keys: ["go nearer to the access point", more]
        case .address: ["restart the network's DHCP server", more]
        case .joined: [more]
        }
    }
}
