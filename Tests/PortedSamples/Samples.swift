// What applications for iOS do with the API, in the ways in which its documentation and its users write it. Nothing here is
// fitted to Linux but the import: it is a test that this file compiles.

import HotspotNetworkExtension

/// A café's application: joins the guests' network, and shows what happened.
@MainActor
final class CaptiveHotspotController {
    var message = ""
    var isJoined = false

    func connect() {
        let configuration = NEHotspotConfiguration(ssid: "Cafe Guests", passphrase: "espresso macchiato", isWEP: false)
        configuration.joinOnce = false
        configuration.lifeTimeInDays = 7
        NEHotspotConfigurationManager.shared.apply(configuration) { [weak self] error in
            Task { @MainActor in self?.finished(error) }
        }
    }

    func finished(_ error: Error?) {
        guard let error = error as NSError? else {
            isJoined = true
            message = "Connected"
            return
        }
        if error.domain == NEHotspotConfigurationErrorDomain,
            error.code == NEHotspotConfigurationError.alreadyAssociated.rawValue
        {
            isJoined = true
            return
        }
        message = error.localizedDescription
    }

    func disconnect() {
        NEHotspotConfigurationManager.shared.removeConfiguration(forSSID: "Cafe Guests")
        NEHotspotConfigurationManager.shared.getConfiguredSSIDs { ssids in
            for ssid in ssids { print("still configured: \(ssid)") }
        }
    }

    func forgetEverything() async {
        let manager = NEHotspotConfigurationManager.shared
        for ssid in await manager.configuredSSIDs() { manager.removeConfiguration(forSSID: ssid) }
    }
}

/// A camera's application: the accessory's network is joined for the time of the set-up.
struct AccessorySetup {
    let prefix = "ACTION-CAM-"

    func makeConfiguration(password: String?) -> NEHotspotConfiguration {
        let configuration: NEHotspotConfiguration
        if let password {
            configuration = NEHotspotConfiguration(ssidPrefix: prefix, passphrase: password, isWEP: false)
        } else {
            configuration = NEHotspotConfiguration(ssidPrefix: prefix)
        }
        configuration.joinOnce = true
        configuration.hidden = false
        return configuration
    }

    /// The name of the accessory's network.
    func connect(password: String) async throws -> String? {
        do {
            try await NEHotspotConfigurationManager.shared.apply(makeConfiguration(password: password))
        } catch let error as NSError where error.code == NEHotspotConfigurationError.alreadyAssociated.rawValue {
            // Joined before.
        }
        guard let network = await NEHotspotNetwork.fetchCurrent(), network.ssid.hasPrefix(prefix) else { return nil }
        return network.ssid
    }

    func showNetwork() {
        NEHotspotNetwork.fetchCurrent { network in
            guard let network else { return print("no network") }
            switch network.securityType {
            case .open: print("\(network.ssid) is open")
            case .WEP: print("\(network.ssid) has WEP")
            case .personal: print("\(network.ssid) at \(network.bssid) has a passphrase")
            case .enterprise: print("\(network.ssid) is an enterprise's")
            case .unknown: print("\(network.ssid)")
            @unknown default: break
            }
            print(network.signalStrength, network.isSecure, network.didAutoJoin, network.didJustJoin)
        }
    }
}

/// A university's application: PEAP or TTLS with a password.
struct CampusProfile {
    func settings(user: String, password: String) -> NEHotspotEAPSettings {
        let settings = NEHotspotEAPSettings()
        settings.supportedEAPTypes = [
            NSNumber(value: NEHotspotEAPSettings.EAPType.EAPPEAP.rawValue),
            NEHotspotEAPSettings.EAPType.EAPTTLS.rawValue as NSNumber,
        ]
        settings.username = user
        settings.password = password
        settings.outerIdentity = "anonymous@example.net"
        settings.ttlsInnerAuthenticationType = .eapttlsInnerAuthenticationMSCHAPv2
        settings.trustedServerNames = ["radius.example.net"]
        settings.preferredTLSVersion = ._1_2
        settings.isTLSClientCertificateRequired = false
        return settings
    }

    func configurations(_ settings: NEHotspotEAPSettings) -> [NEHotspotConfiguration] {
        let passpoint = NEHotspotHS20Settings(domainName: "example.net", roamingEnabled: true)
        passpoint.naiRealmNames = ["example.net"]
        passpoint.roamingConsortiumOIs = ["5A03BA0000"]
        passpoint.mccAndMNCs = ["262001"]
        return [
            NEHotspotConfiguration(ssid: "eduroam", eapSettings: settings),
            NEHotspotConfiguration(hs20Settings: passpoint, eapSettings: settings),
        ]
    }

    func removeAll() {
        NEHotspotConfigurationManager.shared.removeConfiguration(forSSID: "eduroam")
        NEHotspotConfigurationManager.shared.removeConfiguration(forHS20DomainName: "example.net")
    }
}

/// What to say of an error: by the raw values, and by the cases.
enum ErrorWords {
    static func byRawValue(_ error: Error) -> String {
        let nsError = error as NSError
        guard nsError.domain == NEHotspotConfigurationErrorDomain else { return "other" }
        switch nsError.code {
        case NEHotspotConfigurationError.invalid.rawValue: return "invalid"
        case NEHotspotConfigurationError.invalidSSID.rawValue: return "name"
        case NEHotspotConfigurationError.invalidWPAPassphrase.rawValue,
            NEHotspotConfigurationError.invalidWEPPassphrase.rawValue:
            return "passphrase"
        case NEHotspotConfigurationError.userDenied.rawValue: return "denied"
        default: return "code \(nsError.code)"
        }
    }

    static func byCase(_ error: Error) -> String {
        let error = error as NSError
        guard let code = NEHotspotConfigurationError(rawValue: error.code) else {
            return "other"
        }
        switch code {
        case .invalid: return "invalid"
        case .invalidSSID, .invalidSSIDPrefix: return "name"
        case .invalidWPAPassphrase, .invalidWEPPassphrase: return "passphrase"
        case .invalidEAPSettings, .invalidHS20Settings, .invalidHS20DomainName: return "settings"
        case .userDenied, .userUnauthorized, .systemDenied: return "denied"
        case .pending, .alreadyAssociated: return "busy"
        case .systemConfiguration, .joinOnceNotSupported, .applicationIsNotInForeground: return "not now"
        case .internal, .unknown: return "failed"
        @unknown default: return "new"
        }
    }
}
