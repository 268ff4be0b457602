// An application as it is written for iOS: joins an accessory's network by the beginning of its name, for as long as it runs.
//
//   PortedApplication SSID-PREFIX PASSPHRASE
//
// says "joined SSID SECURITY" or "failed DOMAIN CODE", then stays until it is ended.
//
//   PortedApplication forget [NAME...]
//
// forgets the networks, or every one that it finds configured by the name that it is given, and says which are left.

import HotspotNetworkExtension

func say(_ words: String) {
    FileHandle.standardOutput.write(Data("\(words)\n".utf8))
}

let arguments = CommandLine.arguments
if arguments.count > 1, arguments[1] == "forget" {
    Task.detached {
        let manager = NEHotspotConfigurationManager.shared
        let names = arguments.count > 2 ? Array(arguments[2...]) : await manager.configuredSSIDs()
        for name in names { manager.removeConfiguration(forSSID: name) }
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
