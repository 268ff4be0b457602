// An application that joins a network once and keeps it until it is ended.
//
//   OnceKeeper APPLICATION SSID PASSPHRASE BACKEND BACKGROUND-LIMIT [ROUNDS]
//
// says "joined", or the error; then "lost CAUSE" and "rejoined" for what happens to the network, until it is ended. With
// a number of rounds, it joins and removes the network so often.

import Foundation
import HotspotCore

func say(_ words: String) {
    FileHandle.standardOutput.write(Data("\(words)\n".utf8))
}

let arguments = CommandLine.arguments
guard (6...7).contains(arguments.count), let seconds = Double(arguments[5]),
    let backend = HotspotConfigurationManager.Backend(rawValue: arguments[4])
else {
    say("usage: OnceKeeper APPLICATION SSID PASSPHRASE BACKEND BACKGROUND-LIMIT [ROUNDS]")
    exit(64)
}
let manager = HotspotConfigurationManager(application: arguments[1])
let name = SSID(arguments[2])
var configuration = HotspotConfiguration(
    ssid: name,
    passphrase: arguments[3].isEmpty ? nil : Passphrase(arguments[3])
)
configuration.joinOnce = true

// What a deadline has allocated is given back when it would have passed, which rounds wait for.
let options = HotspotConfigurationManager.ApplyOptions(
    timeout: .seconds(arguments.count == 7 && backend == .nl80211 ? 30 : 90),
    backend: backend,
    backgroundLimit: .milliseconds(Int(seconds * 1000))
)
if arguments.count == 7 {
    do {
        try await rounds(Int(arguments[6]) ?? 0, configuration, options, manager)
        exit(0)
    } catch {
        say("failed \(error)")
        exit(1)
    }
}

let events = manager.events
Task {
    for await event in events {
        switch event {
        case .joined: say("seen")
        case .lost(_, let error): say("lost \(error.cause.name)")
        case .rejoined: say("rejoined")
        @unknown default: break
        }
    }
}
do {
    let network = try await manager.apply(configuration, options: options)
    say("joined \(network.ssid) at \(network.bssid ?? "?")")
} catch {
    say("failed \(error.cause.name) \(error.detailedDescription())")
    exit(100 + Int32(error.code.rawValue))
}
while true { try? await Task.sleep(for: .seconds(3600)) }
