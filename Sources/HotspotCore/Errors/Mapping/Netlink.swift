internal import Glibc
internal import Netlink

/// The kernel's errors as they stand in a chain.
extension NetlinkError: UnderlyingFailure {
    /// `nl80211`, or `rtnetlink` for what lies beneath it.
    package var domain: String { command.hasPrefix("RTM_") ? "rtnetlink" : "nl80211" }
    /// The errno, where the kernel gave one.
    package var number: Int? { errno.map(Int.init) }
    /// The errno's name, or the command.
    package var name: String { errnoName ?? command }
    /// The command, the error and the kernel's own words.
    package var summary: String { description }
    /// What the kernel's message could not be read for.
    package var underlyingErrors: [any Error] { underlyingError.map { [$0] } ?? [] }
}

extension HotspotConfigurationError {
    /// Decides what a failed command to the kernel means.
    ///
    /// - Parameters:
    ///   - error: what was answered.
    ///   - subject: what was being done, such as `"Cafe" could not be joined`.
    ///   - phase: the phase in which it was answered.
    init(netlink error: NetlinkError, subject: String, phase: JoinPhase) {
        self.init(Decision(error), subject: subject, phase: phase, underlying: [error])
    }
}

extension Decision {
    /// What a failed command to the kernel means.
    init(_ error: NetlinkError) {
        switch error.kind {
        case .refused, .call:
            self = error.errno.map { Decision(errno: $0) } ?? Decision(.backendFailed, "the kernel did not say why")
        case .noFamily:
            self.init(
                .noWirelessDevice,
                "the kernel has no Wi-Fi",
                remedy: "load the driver of the device, or mac80211 and cfg80211"
            )
        case .noGroup: self.init(.notSupported, "the kernel does not tell what is needed")
        case .malformed, .noAnswer, .tooLong, .overrun: self.init(.backendFailed, "the kernel's answer cannot be used")
        case .timedOut: self.init(.backendUnavailable, "the kernel gave no answer in time")
        case .cancelled: self.init(.cancelled, "the task was cancelled")
        }
    }

    /// What an error number of the kernel means for a command of nl80211.
    ///
    /// Total over Linux's table: only a number that it does not have is `unlisted`.
    ///
    /// - Parameter number: the number, positive.
    init(errno number: Int32) {
        switch number {
        case EPERM, EACCES:
            self.init(
                .deniedByPolicy,
                "the kernel denies it to this user",
                remedy: "run as root, or with CAP_NET_ADMIN"
            )
        case EROFS, EDQUOT: self.init(.storageFailed, "nothing can be written")
        case ENODEV, ENXIO, ESHUTDOWN: self.init(.deviceRemoved, "the device is gone")
        case ENETDOWN:
            self.init(.deviceUnavailable, "the interface is down", remedy: "ip link set DEVICE up")
        case ERFKILL: self.init(.radioDisabled, "Wi-Fi is switched off")
        case EBUSY: self.init(.deviceUnavailable, "the device is busy with something else")
        case EOPNOTSUPP, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPFNOSUPPORT, EAFNOSUPPORT, EPROTOTYPE, ENOPROTOOPT,
            ENOSYS, ENOTTY:
            self.init(.notSupported, "the kernel or the driver cannot do it")
        case ENOENT: self.init(.networkNotFound, "the kernel has not heard the access point")
        case EALREADY, EISCONN: self.init(.alreadyAssociated, .possible, "the device is on a network already")
        case EINPROGRESS: self.init(.requestPending, "another request is on")
        case ENOTCONN, ENOLINK, ECONNRESET, ECONNABORTED, ENETRESET:
            self.init(.deauthenticated, "the link is gone")
        case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EADDRINUSE, ENONET:
            self.init(.ipProvisioningFailed, "there is no way to the network's addresses")
        case ETIMEDOUT, ETIME, EHOSTDOWN: self.init(.noResponse, "nobody answered in time")
        case ECONNREFUSED:
            self.init(.noWirelessDevice, .likely, "the kernel has nobody who takes the command")
        case EINVAL, ERANGE, EDOM, EMSGSIZE, E2BIG, EOVERFLOW, ENAMETOOLONG, EILSEQ:
            self.init(.settingRefused, "the kernel refused a setting")
        case ENOKEY, EKEYEXPIRED, EKEYREVOKED, EKEYREJECTED:
            self.init(.handshakeFailed, .likely, "the kernel has no such key, or refused it")
        case ECANCELED: self.init(.superseded, "the command was withdrawn")
        case _ where ErrnoNames.name(of: number) != nil:
            // Of files, processes, terminals and the like, or a resource that ran out: known, and it says nothing of Wi-Fi.
            self.init(
                .backendFailed,
                .likely,
                "the kernel could not do it",
                remedy: "see what it says: dmesg"
            )
        default: self.init(.unlisted, "the kernel gave an error number that is in no table: \(number)")
        }
    }
}
