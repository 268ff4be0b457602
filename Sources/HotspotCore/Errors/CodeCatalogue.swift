// What each code means, for a person.
extension HotspotConfigurationError.Code {
    /// The code in a line.
    public var summary: String {
        switch self {
        case .invalid: "the configuration contradicts itself, or the code is no Wi-Fi code"
        case .invalidSSID: "the network's name is of bad form"
        case .invalidWPAPassphrase: "the passphrase is of bad form, or the network did not accept it"
        case .invalidWEPPassphrase: "the WEP key is of bad form, or the network did not accept it"
        case .invalidEAPSettings: "the login's settings are of bad form, or the server did not accept them"
        case .invalidHS20Settings: "the Hotspot 2.0 settings are of bad form"
        case .invalidHS20DomainName: "the Hotspot 2.0 domain name is of bad form"
        case .userDenied: "the user said no"
        case .internal: "something failed that has no code of its own: the cause says what"
        case .pending: "an earlier request for the same network is still open"
        case .systemConfiguration: "the network is configured by somebody else"
        case .unknown: "something that no table foresees: please report it"
        case .joinOnceNotSupported: "joining once only cannot be kept"
        case .alreadyAssociated: "the network is joined already, with this very configuration"
        case .applicationIsNotInForeground: "the caller's session is not in the foreground"
        case .invalidSSIDPrefix: "the prefix of the network's name is of bad form"
        case .userUnauthorized: "this user could be authorised and is not"
        case .systemDenied: "the policy of this machine says no"
        }
    }

    /// What the code means, and what an application does about it.
    public var explanation: String {
        switch self {
        case .invalid:
            "The configuration as a whole cannot be used: settings contradict each other, a code is no Wi-Fi code, or "
                + "NetworkManager refused a setting that has no code of its own. Nothing was touched. Correct the "
                + "configuration; to ask for the passphrase again does not help."
        case .invalidSSID:
            "The name of the network is empty or longer than 32 octets. Nothing was touched. Ask for the name again."
        case .invalidWPAPassphrase:
            "Either the passphrase has a form that no network can have, which is known before anything is touched, or the "
                + "network did not accept it. The cause tells the two apart; in both an application asks for the "
                + "passphrase again."
        case .invalidWEPPassphrase:
            "Either the WEP key has a form that no network can have, or the network did not accept it. Ask for it again."
        case .invalidEAPSettings:
            "The settings for a login (802.1X) are incomplete, a file cannot be read, or the server did not accept them. "
                + "Ask for identity and password again, or have the administrator look at the certificates."
        case .invalidHS20Settings: "The Hotspot 2.0 settings are of bad form. Nothing was touched."
        case .invalidHS20DomainName: "The Hotspot 2.0 domain is empty, longer than 253 octets or no DNS name."
        case .userDenied:
            "A person was asked, by this program, by polkit or for a secret, and said no or closed the question. Do not "
                + "ask again at once."
        case .internal:
            "An expected failure without a code of its own: the network was not found, an access point refused, no address "
                + "came, Wi-Fi is off, NetworkManager does not run… The cause says which, and the chain beneath says what "
                + "was heard. iOS gives this code without either."
        case .pending:
            "This application has a request for the same network open, in this process or another. Wait for it or cancel it."
        case .systemConfiguration:
            "The network is defined by a profile that this application did not make, and such a profile is never changed. "
                + "Join by that profile, or remove it."
        case .unknown:
            "Something was said below that is in no table: a defect of this program. The chain has the raw name or number; "
                + "please report it."
        case .joinOnceNotSupported:
            "A network that is to be left when the program ends cannot be had with these settings or on this backend."
        case .alreadyAssociated:
            "The device is on this network by this application's own profile with the same credentials: take it as joined. "
                + "A changed passphrase never ends here; it is stored and the network joined anew."
        case .applicationIsNotInForeground:
            "The caller has a session on this machine and it is not the one in the foreground. Try again when it is."
        case .invalidSSIDPrefix: "The prefix of the network's name has fewer than 3 or more than 32 octets."
        case .userUnauthorized:
            "The policy would let this user do it after a password, and there was nobody to ask, or the password was wrong. "
                + "Run in an active session with an authentication agent, or as root."
        case .systemDenied:
            "The policy of this machine says no, whoever is asked: polkit, the bus, the kernel, or an administrator who "
                + "keeps the device from NetworkManager. Only the administrator can change that."
        }
    }

    /// The causes that have this code, without `timedOut`'s repetitions.
    public var causes: [HotspotConfigurationError.Cause] {
        var names: Set<String> = []
        return HotspotConfigurationError.Cause.allCases.filter { $0.code == self && names.insert($0.name).inserted }
    }
}
