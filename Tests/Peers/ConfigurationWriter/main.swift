// Keeps a configuration in a state directory, as an application of another process does.
//
//   ConfigurationWriter DIRECTORY APPLICATION SSID PASSPHRASE [PRIORITY [CREATED [LIFE-TIME-IN-DAYS]]]

import Foundation
import HotspotCore

let arguments = CommandLine.arguments
guard arguments.count >= 5 else {
    print("usage: ConfigurationWriter DIRECTORY APPLICATION SSID PASSPHRASE [PRIORITY [CREATED [DAYS]]]")
    exit(64)
}
func number(_ position: Int) -> Int? { arguments.count > position ? Int(arguments[position]) : nil }

var configuration = HotspotConfiguration(ssid: SSID(arguments[3]))
if !arguments[4].isEmpty { configuration.passphrase = Passphrase(arguments[4]) }
configuration.autoJoinPriority = number(5) ?? 0
configuration.lifeTimeInDays = number(7)
let created = number(6).map { Int64($0) } ?? StoredConfiguration.now
do {
    try await ConfigurationStore(path: arguments[1]).save(
        StoredConfiguration(configuration, application: arguments[2], now: created)
    )
} catch {
    print(error)
    exit(1)
}
