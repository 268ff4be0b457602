internal import DBus

/// Reads one profile of NetworkManager's with its secret.
struct NetworkManagerSharing: Sendable {
    let ssid: SSID?
    let interface: String?

    private typealias Client = NetworkManagerClient

    /// A profile's settings as the daemon gives them, without secrets.
    private struct Stored {
        let path: String
        let settings: [String: DBusValue]

        func properties(_ setting: String) -> [String: DBusValue]? { settings[setting]?.entries }

        var ssid: [UInt8]? { properties("802-11-wireless")?["ssid"]?.octets }
        var id: String { properties("connection")?["id"]?.text ?? "" }
        var lastUse: Int { properties("connection")?["timestamp"]?.integer ?? 0 }
    }

    func run() async throws -> HotspotConfiguration {
        try await Client.connected { client in try await configuration(client) }
    }

    // MARK: The profile

    private func configuration(_ client: NetworkManagerClient) async throws -> HotspotConfiguration {
        let objects = try await client.objects()
        let devices = objects.devices.filter { interface == nil || $0.interface == interface }
        let active = devices.compactMap { $0.activeConnection.flatMap { objects.activeConnections[$0] } }
            .filter { $0.state == .activated }
        let stored: Stored
        if ssid == nil {
            guard let path = active.lazy.compactMap(\.profile).first else {
                throw HotspotConfigurationError(
                    .networkNotFound,
                    "this machine is on no Wi-Fi network" + (interface.map { " on \(PrintableText.escape($0))" } ?? ""),
                    remedy: "name a network that it knows",
                    underlying: [
                        Observation(
                            "NetworkManager",
                            "ActiveConnection",
                            "\(devices.count) Wi-Fi devices, none connected"
                        )
                    ]
                )
            }
            stored = try await settings(of: path, client)
        } else {
            stored = try await profile(objects.profiles, active: active.compactMap(\.profile), client)
        }
        return try await configuration(stored, client)
    }

    /// The profile for the SSID: the one in use, or the one that was used last.
    private func profile(
        _ paths: [String],
        active: [String],
        _ client: NetworkManagerClient
    ) async throws -> Stored {
        var found: [Stored] = []
        for path in paths {
            do {
                let stored = try await settings(of: path, client)
                if stored.ssid == ssid?.octets { found.append(stored) }
            } catch is DBusError {
                // Removed meanwhile, or another user's own.
                continue
            }
        }
        if let stored = found.first(where: { active.contains($0.path) }) ?? found.max(by: { $0.lastUse < $1.lastUse }) {
            return stored
        }
        throw HotspotConfigurationError(
            .networkNotFound,
            "NetworkManager has no profile for \"\(ssid?.description ?? "")\"",
            remedy: "see which it has: nmcli connection show",
            underlying: [Observation("NetworkManager", "Connections", "\(paths.count) profiles, none of this name")]
        )
    }

    private func settings(of path: String, _ client: NetworkManagerClient) async throws -> Stored {
        let reply = try await client.connection.call(
            DBusCall(destination: client.owner, path: path, interface: Client.Interface.profile, member: "GetSettings")
        )
        return Stored(path: path, settings: reply.first?.entries ?? [:])
    }

    // MARK: Its secret

    private func configuration(_ stored: Stored, _ client: NetworkManagerClient) async throws -> HotspotConfiguration {
        let name = SSID(octets: stored.ssid ?? [])
        let isHidden = stored.properties("802-11-wireless")?["hidden"]?.boolean ?? false
        func make(_ security: HotspotSecurity, _ secret: String?) -> HotspotConfiguration {
            HotspotConfiguration(
                ssid: name,
                passphrase: secret.map { Passphrase($0) },
                security: security,
                hidden: isHidden
            )
        }
        guard let wireless = stored.properties("802-11-wireless-security") else { return make(.open, nil) }
        let management = wireless["key-mgmt"]?.text ?? ""
        func secret(_ key: String) async throws -> String {
            var answer: [any Error] = []
            do {
                let secrets = try await client.secrets(of: stored.path, setting: "802-11-wireless-security")
                if let text = secrets[key]?.text, !text.isEmpty { return text }
            } catch let error as DBusError
                where error.name == "org.freedesktop.NetworkManager.AgentManager.NoSecrets"
            {
                // The daemon has none, and nobody who keeps secrets for it does.
                answer = [error]
            }
            let flags = wireless[key + "-flags"]?.integer ?? wireless["psk-flags"]?.integer ?? 0
            throw HotspotConfigurationError(
                .secretsUnavailable,
                "NetworkManager does not have the secret of \"\(name)\"",
                remedy: flags & 1 != 0
                    ? "it lies in the keyring of a desktop session: share it from there, or run in that session"
                    : "it is asked for at each connection: nobody has stored it",
                underlying: answer + [Observation("NetworkManager", key + "-flags", "\(key)-flags is \(flags)")]
            )
        }
        switch management {
        case "owe": return make(.enhancedOpen, nil)
        case "wpa-psk": return make(.wpaPersonal, try await secret("psk"))
        case "sae": return make(.sae, try await secret("psk"))
        case "none":
            // 2 is a passphrase that is hashed to a key; only the hash is a key that others could use.
            guard wireless["wep-key-type"]?.integer != 2 else {
                throw refusal(name, management, "its WEP key is made of a passphrase, which codes cannot say")
            }
            let index = wireless["wep-tx-keyidx"]?.integer ?? 0
            return make(.wep, try await secret("wep-key\((0...3).contains(index) ? index : 0)"))
        case "wpa-eap", "wpa-eap-suite-b-192", "ieee8021x":
            throw refusal(name, management, "each person joins it with an identity of their own (802.1X)")
        default:
            throw refusal(name, management, "its key management is \(PrintableText.escape(management))")
        }
    }

    private func refusal(_ name: SSID, _ management: String, _ reason: String) -> HotspotConfigurationError {
        HotspotConfigurationError(
            .notSupported,
            "\"\(name)\" cannot be shared: \(reason)",
            remedy: "ask whoever runs the network for access",
            underlying: [Observation("NetworkManager", "key-mgmt", "key-mgmt is \(PrintableText.escape(management))")]
        )
    }
}
