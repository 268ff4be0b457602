// An application as it is written for iOS: joins an accessory's network by the beginning of its name, for as long as it runs.
//
//   PortedApplication SSID-PREFIX PASSPHRASE
//
// says "joined SSID SECURITY" or "failed DOMAIN CODE", then stays until it is ended.
//
//   PortedApplication forget
//
// forgets every network that it finds configured, by the names that it is given, and says which are left.

import HotspotNetworkExtension

func say(_ words: String) {
    FileHandle.standardOutput.write(Data("\(words)\n".utf8))
}

let arguments = CommandLine.arguments
if arguments.dropFirst() == ["forget"] {
    Task.detached {
        let manager = NEHotspotConfigurationManager.shared
        for name in await manager.configuredSSIDs() { manager.removeConfiguration(forSSID: name) }
        say("configured \(await manager.configuredSSIDs())")
        exit(0)
    }
    RunLoop.main.run()
}
guard arguments.count == 3 else {
    say("usage: PortedApplication SSID-PREFIX PASSPHRASE")
    exit(64)
}
let configuration = NEHotspotConfiguration(ssidPrefix: arguments[1], passphrase: arguments[2], isWEP: false)
configuration.joinOnce = true
NEHotspotConfigurationManager.shared.apply(configuration) { error in
    if let error = error as? NSError {
        say("failed \(error.domain) \(error.code)")
        return
    }
    NEHotspotNetwork.fetchCurrent { network in
        guard let network else { return say("failed: on no network") }
        let isMain = Thread.isMainThread
        say("joined \(network.ssid) at \(network.bssid), security \(network.securityType.rawValue), main \(isMain)")
        NEHotspotConfigurationManager.shared.getConfiguredSSIDs { say("configured \($0)") }
    }
}
// As an application's main function does at Apple; the main queue is served here, and on the main thread.
RunLoop.main.run()
