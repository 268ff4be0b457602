extension Decision {
    /// What logind answers: `BUS_ERROR_…` of systemd's bus-common-errors.h under `org.freedesktop.login1`.
    ///
    /// - Parameter name: the error's name.
    /// - Returns: nil where it is none of logind's.
    static func fromLogind(_ name: String) -> Decision? { logindErrors[name] }

    private static func noSession(_ explanation: String) -> Decision {
        Decision(
            .notAuthorized,
            .likely,
            explanation,
            remedy: "log in at this machine, or run as root"
        )
    }

    static let logindErrors = ErrorNameTable(
        "org.freedesktop.login1.",
        [
            "NoSuchSession": noSession("the session is gone"),
            "NoSessionForPID": noSession("this program belongs to no session"),
            "NoSuchUser": noSession("this user is not logged in"),
            "NoUserForPID": noSession("this program belongs to no user who is logged in"),
            "NoSuchSeat": Decision(.sessionInactive, .likely, "the session's seat is gone"),
            "SessionNotOnSeat": Decision(.sessionInactive, "the session is not at the machine"),
            "NotInControl": Decision(.deniedByPolicy, "another program controls the session"),
            "DeviceIsTaken": Decision(.deviceUnavailable, "another program has taken the device"),
            "DeviceNotTaken": Decision(.deviceUnavailable, "the device is not taken"),
            "OperationInProgress": Decision(.suspended, .likely, "the machine is about to sleep or to stop"),
            "SleepVerbNotSupported": Decision(.notSupported, "the machine cannot sleep"),
            "SessionBusy": Decision(.deviceUnavailable, "another program controls the session"),
            "NotYourDevice": Decision(.deniedByPolicy, "the device is another user's"),
            "DesignatedMaintenanceTimeNotScheduled": Decision(.notSupported, "no time for maintenance is set"),
        ]
    )
}
