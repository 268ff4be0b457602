extension Decision {
    /// What polkit's authority answers instead of an authorisation: polkiterror.h.
    ///
    /// A plain no is no error there: it comes as a result, and through NetworkManager as its `PermissionDenied`.
    ///
    /// - Parameter name: the error's name.
    /// - Returns: nil where it is none of polkit's.
    static func fromPolkit(_ name: String) -> Decision? { polkitErrors[name] }

    static let polkitErrors = ErrorNameTable(
        "org.freedesktop.PolicyKit1.Error.",
        [
            "Failed": Decision(
                .backendFailed,
                "polkit could not decide",
                remedy: "see its log: journalctl -u polkit"
            ),
            "Cancelled": Decision(.cancelled, .likely, "the question for the authorisation was withdrawn"),
            "NotSupported": Decision(.notSupported, "polkit cannot do it"),
            "NotAuthorized": Decision(
                .notAuthorized,
                "polkit does not answer this user",
                remedy: "run in an active session of this machine, or as root"
            ),
            "CancellationIdNotUnique": Decision(.backendFailed, "polkit has a question of that name open"),
        ]
    )
}
