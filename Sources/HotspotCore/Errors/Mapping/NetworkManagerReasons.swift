extension Decision {
    /// What a device's reason means by itself, where neither the route to it nor the air says more.
    ///
    /// Total over NetworkManager's table: only a number that it does not have is `unlisted`.
    ///
    /// - Parameter reason: `NMDeviceStateReason`.
    init(_ reason: DeviceStateReason) {
        switch reason {
        case .none, .unknown:
            self.init(.deviceUnavailable, .possible, "NetworkManager gave no reason")
        case .nowManaged, .connectionAssumed, .supplicantAvailable, .carrier:
            self.init(.deviceUnavailable, .possible, "the device's state changed meanwhile")
        case .nowUnmanaged, .unmanagedQuitting:
            self.init(.backendUnavailable, .likely, "NetworkManager stopped, or let the device go")
        case .configFailed:
            self.init(
                .deviceUnavailable,
                .likely,
                "the device could not be made ready",
                remedy: "see whether it is blocked (rfkill) and what the kernel says (dmesg)"
            )
        case .ipConfigUnavailable:
            self.init(.ipProvisioningFailed, "nobody gave an address")
        case .ipConfigExpired: self.init(.ipProvisioningFailed, "the address expired")
        case .dhcpStartFailed: self.init(.ipProvisioningFailed, "the DHCP client could not be started")
        case .dhcpError, .dhcpFailed: self.init(.ipProvisioningFailed, "the DHCP client failed")
        case .autoipStartFailed, .autoipError, .autoipFailed:
            self.init(.ipProvisioningFailed, "no link-local address could be had")
        case .sharedStartFailed, .sharedFailed: self.init(.ipProvisioningFailed, "sharing the connection failed")
        case .ipAddressDuplicate:
            self.init(
                .ipProvisioningFailed,
                "somebody else has the address that was given",
                remedy: "ask whoever runs the network: its DHCP server gives out an address that is in use"
            )
        case .ipMethodUnsupported: self.init(.ipProvisioningFailed, "the way to get an address is not supported")
        case .noSecrets:
            self.init(
                .secretsUnavailable,
                .possible,
                "NetworkManager found no usable secret, or the network did not accept it",
                remedy: "check the passphrase"
            )
        case .supplicantDisconnect:
            self.init(
                .handshakeFailed,
                .possible,
                "the supplicant lost the network before the keys were agreed",
                remedy: "check the passphrase, and go nearer to the access point"
            )
        case .supplicantTimeout:
            self.init(.handshakeFailed, .possible, "the supplicant took too long")
        case .supplicantConfigFailed: self.init(.supplicantFailed, "the supplicant refused its configuration")
        case .supplicantFailed: self.init(.supplicantFailed, "the supplicant failed or went away")
        case .firmwareMissing: self.init(.firmwareMissing, "the device lacks its firmware")
        case .removed:
            self.init(.deviceRemoved, .likely, "the device disappeared, or NetworkManager let it go")
        case .sleeping, .unmanagedManagerDisabled:
            self.init(.suspended, .likely, "the machine went to sleep, or networking was switched off")
        case .networkingOff: self.init(.networkingOff, "networking was switched off")
        case .connectionRemoved: self.init(.configurationRemoved, "the profile was removed")
        case .userRequested: self.init(.disconnectedByUser, "somebody disconnected the device")
        case .ssidNotFound:
            self.init(
                .networkNotFound,
                .possible,
                "no access point of the name let itself be joined in 25 s",
                remedy: "check the name and the passphrase, and go nearer to the access point"
            )
        case .peerNotFound: self.init(.networkNotFound, "the Wi-Fi Direct peer was not found")
        case .newActivation: self.init(.superseded, "another connection took the device")
        case .dependencyFailed, .secondaryConnectionFailed:
            self.init(.deviceUnavailable, "a connection that this one needs failed")
        case .parentChanged, .parentManagedChanged:
            self.init(.deviceUnavailable, "the device below this one changed")
        case .deviceHandlerFailed: self.init(.deviceUnavailable, "a script that prepares the device failed")
        case .unmanagedByDefault:
            self.init(.deviceUnmanaged, "NetworkManager does not manage devices of this kind by default")
        case .unmanagedExternalDown:
            self.init(.deviceUnmanaged, "the device is another program's, and is down")
        case .unmanagedLinkNotInit:
            self.init(
                .deviceUnmanaged,
                "udev has not made the device known yet",
                remedy: "wait a moment; see whether udev runs: udevadm info"
            )
        case .unmanagedUserConf:
            self.init(.deviceUnmanaged, "NetworkManager.conf leaves the device alone ([device] managed=0)")
        case .unmanagedUserExplicit:
            self.init(
                .deviceUnmanaged,
                "somebody told NetworkManager to leave the device alone",
                remedy: "nmcli device set NAME managed yes"
            )
        case .unmanagedUserSettings:
            self.init(.deviceUnmanaged, "unmanaged-devices or NM_CONTROLLED=no leaves the device alone")
        case .unmanagedUserUdev: self.init(.deviceUnmanaged, "a udev rule leaves the device alone (NM_UNMANAGED)")
        default:
            if let name = reason.name {
                // Modems, PPP, Bluetooth, InfiniBand and the like: known, and never said of a Wi-Fi device.
                self.init(.deviceUnavailable, .possible, "a reason that is not of Wi-Fi: \(name)")
            } else {
                self.init(.unlisted, "NetworkManager gave a reason that is in no table: \(reason)")
            }
        }
    }

    /// What an active connection's reason means by itself; for Wi-Fi the device's reason says more, and comes first.
    ///
    /// - Parameter reason: `NMActiveConnectionStateReason`.
    init(_ reason: ActiveConnectionStateReason) {
        switch reason {
        case .unknown, .none:
            self.init(.deviceUnavailable, .possible, "NetworkManager ended the activation without a reason")
        case .userDisconnected: self.init(.disconnectedByUser, "somebody ended the connection")
        case .deviceDisconnected:
            self.init(.deviceUnavailable, .possible, "the device was disconnected; its own reason says why")
        case .serviceStopped, .connectTimeout, .serviceStartTimeout, .serviceStartFailed:
            self.init(.backendFailed, "a VPN's service failed")
        case .loginFailed: self.init(.secretsUnavailable, "a VPN's server refused the login")
        case .ipConfigInvalid: self.init(.ipProvisioningFailed, "the address that was given is not valid")
        case .noSecrets: self.init(.secretsUnavailable, .possible, "a secret was needed and nobody gave it")
        case .connectionRemoved: self.init(.configurationRemoved, "the profile was removed")
        case .dependencyFailed: self.init(.deviceUnavailable, "a connection that this one needs failed")
        case .deviceRealizeFailed: self.init(.deviceUnavailable, "the device could not be made")
        case .deviceRemoved: self.init(.deviceRemoved, "the device disappeared")
        default:
            self.init(.unlisted, "NetworkManager ended the activation with a reason that is in no table: \(reason)")
        }
    }
}
