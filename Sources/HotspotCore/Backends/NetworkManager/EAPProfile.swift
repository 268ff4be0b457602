internal import DBus
internal import Foundation
internal import Glibc

/// NetworkManager's setting `802-1x`, made of EAP settings.
struct EAPProfile: Sendable {
    let settings: HotspotEAPSettings
    let material: EAPMaterial

    static let name = "802-1x"

    /// The properties without the secrets, in a fixed order.
    var properties: [(String, DBusValue)] {
        var properties: [(String, DBusValue)] = [
            ("eap", .strings(settings.supportedEAPTypes.map(\.networkManagerName))),
            // The supplicant has to say something; with TLS the certificate tells who it is.
            ("identity", .string(settings.username.isEmpty ? "anonymous" : settings.username)),
        ]
        if !settings.outerIdentity.isEmpty {
            properties.append(("anonymous-identity", .string(settings.outerIdentity)))
        }
        properties += tunnel + trust
        if let certificate = material.clientCertificate {
            properties.append(("client-cert", certificate.value))
        }
        if let key = material.privateKey {
            properties.append(("private-key", key.value))
            // 4 is "not required"; without it NetworkManager asks for a password whatever the key is like.
            if !material.isKeyEncrypted { properties.append(("private-key-password-flags", .uint32(4))) }
        }
        return properties
    }

    /// The secrets by the names of their properties.
    var secrets: [String: Passphrase] {
        var secrets: [String: Passphrase] = [:]
        if settings.usesPassword { secrets["password"] = settings.password }
        if material.isKeyEncrypted { secrets["private-key-password"] = settings.privateKeyPassword }
        return secrets
    }

    /// The whole setting.
    var setting: [(String, DBusValue)] {
        properties
            + secrets.sorted { $0.key < $1.key }.map { ($0.key, DBusValue.string($0.value.text ?? "")) }
    }

    /// The directories of stored profiles and of those in memory.
    static let storedProfiles = "/etc/NetworkManager/system-connections"
    static let memoryProfiles = "/run/NetworkManager/system-connections"

    /// Removes the copy of the authorities' certificates that NetworkManager makes beside a profile and leaves behind.
    ///
    /// Only root may, and only a profile with several authorities, or with octets in the place of a file, has one.
    static func removeCopies(of uuid: String, in directories: [String]) {
        guard UUID(uuidString: uuid) != nil else { return }
        for directory in directories { unlink("\(directory)/\(uuid)-ca-cert.pem") }
    }

    /// Whether a stored setting says the same, as far as it is no secret.
    func matches(_ stored: [String: DBusValue]) -> Bool {
        let own = Dictionary(properties.map { ($0.0, $0.1) }, uniquingKeysWith: { first, _ in first })
        return own == stored
    }

    private var tunnel: [(String, DBusValue)] {
        var properties: [(String, DBusValue)] = []
        let types = settings.supportedEAPTypes
        let inner = settings.innerEAPType.networkManagerName
        // NetworkManager takes one of the two only.
        if types.contains(.peap) || types.contains(.fast) {
            properties.append(("phase2-auth", .string(inner)))
        } else if types.contains(.ttls), settings.ttlsInnerAuthenticationType == .eap {
            properties.append(("phase2-autheap", .string(inner)))
        } else if types.contains(.ttls) {
            properties.append(("phase2-auth", .string(settings.ttlsInnerAuthenticationType.networkManagerName)))
        }
        if types.contains(.fast) {
            // 2 is a provisioning in which the server proves itself, 3 also one in which nobody does.
            properties.append(("phase1-fast-provisioning", .string(settings.allowsUntrustedServer ? "3" : "2")))
        }
        // The supplicant's own limit is 1.2 or newer: 0x20 and 0x40 permit 1.0 and 1.1.
        switch settings.preferredTLSVersion {
        case .tls12: break
        case .tls11: properties.append(("phase1-auth-flags", .uint32(0x40)))
        case .tls10: properties.append(("phase1-auth-flags", .uint32(0x60)))
        }
        return properties
    }

    private var trust: [(String, DBusValue)] {
        var properties: [(String, DBusValue)] = []
        if let authorities = material.authorities { properties.append(("ca-cert", authorities.value)) }
        if settings.usesSystemAuthorities { properties.append(("system-ca-certs", .bool(true))) }
        let names = settings.trustedServerNames
        if names.contains(where: { $0.hasPrefix("*.") }) {
            let suffixes = names.map { $0.hasPrefix("*.") ? String($0.dropFirst(2)) : $0 }
            properties.append(("domain-suffix-match", .string(suffixes.joined(separator: ";"))))
        } else if !names.isEmpty {
            properties.append(("domain-match", .string(names.joined(separator: ";"))))
        }
        return properties
    }
}

extension EAPMaterial.Item {
    /// The property's value: a path is an address with a zero octet behind it.
    fileprivate var value: DBusValue {
        switch self {
        case .file(let path): .octets(Array("file://\(path)".utf8) + [0])
        case .octets(let octets): .octets(octets.withUnsafeBytes { Array($0) })
        }
    }
}

extension HotspotEAPSettings.EAPType {
    fileprivate var networkManagerName: String {
        switch self {
        case .tls: "tls"
        case .ttls: "ttls"
        case .peap: "peap"
        case .fast: "fast"
        }
    }
}

extension HotspotEAPSettings.TTLSInnerAuthenticationType {
    fileprivate var networkManagerName: String {
        switch self {
        case .pap: "pap"
        case .chap: "chap"
        case .mschap: "mschap"
        case .mschapv2: "mschapv2"
        case .eap: ""
        }
    }
}

extension HotspotEAPSettings.InnerEAPType {
    fileprivate var networkManagerName: String {
        switch self {
        case .md5: "md5"
        case .gtc: "gtc"
        case .mschapv2: "mschapv2"
        }
    }
}
