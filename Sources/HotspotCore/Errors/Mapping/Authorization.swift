internal import DBus

extension HotspotConfigurationError {
    /// Decides what a refusal by polkit is: closed by a person, missing a person, or the policy's own.
    ///
    /// - Parameters:
    ///   - answer: polkit's last answer.
    ///   - wasAsked: whether a person was asked before it.
    ///   - said: what NetworkManager's `GetPermissions` said: `yes`, `auth` or `no`.
    ///   - ssid: the network.
    init(polkit answer: PolkitAnswer, wasAsked: Bool, saidByDaemon said: String?, ssid: SSID) {
        let subject = "\"\(ssid)\" could not be joined"
        let permissions = Observation(
            "NetworkManager",
            "GetPermissions",
            "\(answer.action) is \"\(PrintableText.escape(said ?? "not listed"))\""
        )
        let leaves: [any Error] = [PolkitFailure(answer, wasAsked: wasAsked), permissions]
        if answer.isDismissed {
            self.init(
                .declined,
                "\(subject): the question for authorisation was dismissed",
                remedy: "try again, and authenticate",
                underlying: leaves
            )
        } else if answer.isChallenge {
            self.init(
                .notAuthorized,
                "\(subject): this user must authenticate first, and no authentication agent runs in this session",
                remedy: "run in a desktop session, start pkttyagent beside it, or run as root",
                underlying: leaves
            )
        } else if wasAsked {
            self.init(
                .notAuthorized,
                "\(subject): the authentication failed",
                remedy: "try again with the right password, or run as root",
                underlying: leaves
            )
        } else {
            self.init(
                .deniedByPolicy,
                answer.isAuthorized
                    ? "\(subject): NetworkManager is configured to obey root only"
                    : "\(subject): the system's policy does not let this user do it",
                remedy: "ask the machine's administrator, or run as root",
                underlying: leaves
            )
        }
    }

    /// Decides what it means that polkit cannot be asked: NetworkManager then obeys root only.
    init(polkitUnreachable error: DBusError, action: String, ssid: SSID) {
        self.init(
            .notAuthorized,
            "\"\(ssid)\" could not be joined: this user is not authorised, and polkit does not run to authorise him",
            remedy: "run as root, or start polkit: systemctl start polkit",
            underlying: [
                error, Observation("NetworkManager", "GetPermissions", "\(action) needs polkit's authorisation"),
            ]
        )
    }

    /// Decides what a caller in the background is.
    init(inactive session: LoginSession, ssid: SSID) {
        self.init(
            .sessionInactive,
            "\"\(ssid)\" could not be joined: this session is not in the foreground",
            remedy: "switch to the session and try again, or allow the background (--background)",
            phase: .preparing,
            underlying: [SessionFailure(session: session.id, state: session.state)]
        )
    }
}
