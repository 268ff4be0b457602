extension Decision {
    /// What wpa_supplicant's methods answer: `WPAS_DBUS_ERROR_…` of its dbus_new.h.
    ///
    /// - Parameter name: the error's name.
    /// - Returns: nil where it is none of wpa_supplicant's.
    static func fromSupplicant(_ name: String) -> Decision? { supplicantErrors[name] }

    static let supplicantErrors = ErrorNameTable(
        "fi.w1.wpa_supplicant1.",
        [
            "UnknownError": Decision(.supplicantFailed, "wpa_supplicant could not do it"),
            "InvalidArgs": Decision(.settingRefused, "wpa_supplicant refused a setting of the network"),
            "InterfaceExists": Decision(.deviceUnavailable, "wpa_supplicant has the interface already"),
            "InterfaceDisabled": Decision(.radioDisabled, .likely, "wpa_supplicant's interface is switched off"),
            "InterfaceUnknown": Decision(.deviceUnavailable, "wpa_supplicant does not have the interface"),
            "NotConnected": Decision(.deauthenticated, .likely, "wpa_supplicant has no connection"),
            "NetworkUnknown": Decision(.configurationRemoved, "wpa_supplicant no longer has the network"),
            "ConnectChannelUnavailable": Decision(.deviceUnavailable, "the channel is in use by another connection"),
            "ConnectChannelUnsupported": Decision(.notSupported, "the device does not have the channel"),
            "ConnectUnspecifiedError": Decision(
                .supplicantFailed,
                "wpa_supplicant could not connect, and did not say why"
            ),
            "BlobExists": Decision(.supplicantFailed, "wpa_supplicant has a certificate of that name"),
            "BlobUnknown": Decision(.malformedEAPSettings, .likely, "wpa_supplicant does not have the certificate"),
            "SubscriptionInUse": Decision(.supplicantFailed, "another program listens to wpa_supplicant's probes"),
            "NoSubscription": Decision(.supplicantFailed, "nobody listens to wpa_supplicant's probes"),
            "SubscriptionNotYou": Decision(.supplicantFailed, "another program listens to wpa_supplicant's probes"),
            "Interface.ScanError": Decision(
                .deviceUnavailable,
                .likely,
                "wpa_supplicant could not search",
                remedy: "wait for the search that is on, and see whether Wi-Fi is switched on"
            ),
        ]
    )
}
