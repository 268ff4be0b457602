import Foundation
import HotspotCore
import TestSupport
import Testing

/// What an application that was written for iOS has configured, where no NetworkManager runs.
@Suite("Networks that ported code has configured")
struct ConfiguredNetworksTests {
    private func withStore<Result>(_ body: (ConfigurationStore) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hotspot-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(ConfigurationStore(path: folder.path))
    }

    private func application(
        _ store: ConfigurationStore,
        _ arguments: String...,
        environment: [String: String] = [:]
    ) async throws -> Output {
        let own = [
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus", "HOTSPOT_STATE_DIRECTORY": store.path,
        ]
        return try await run(
            [CommandLineTool.program("PortedApplication"), "forget"] + arguments,
            environment: own.merging(environment) { $1 }
        )
    }

    @Test("each is forgotten by the name that it is listed with, also one that is no UTF-8")
    func names() async throws {
        try await withStore { store in
            for name in [SSID("Cafe"), SSID(octets: [0x63, 0xE9]), SSID(#"a\b"#), SSID("\u{1B}[31m")] {
                let configuration = HotspotConfiguration(ssid: name)
                try await store.save(StoredConfiguration(configuration, application: "PortedApplication", now: 1))
            }
            let other = HotspotConfiguration(ssid: SSID(octets: [0x63, 0xE9]))
            try await store.save(StoredConfiguration(other, application: "kiosk", now: 1))
            let output = try await application(store)
            #expect(output.standardOutput == "configured []\n", "\(output)")
            #expect(try await store.contents().configurations.map(\.application) == ["kiosk"])
        }
    }

    @Test("an application is who the environment says, whatever its file is called")
    func identity() async throws {
        try await withStore { store in
            for owner in ["PortedApplication", "com.example.kiosk"] {
                let configuration = HotspotConfiguration(ssid: "Cafe")
                try await store.save(StoredConfiguration(configuration, application: owner, now: 1))
            }
            _ = try await application(store, environment: ["HOTSPOT_APPLICATION": "com.example.kiosk"]).checked()
            #expect(try await store.contents().configurations.map(\.application) == ["PortedApplication"])
            _ = try await application(store, environment: ["HOTSPOT_APPLICATION": ""]).checked()
            #expect(try await store.contents().configurations.isEmpty)
        }
    }

    @Test("a removal that fails is in the log, since nobody is told")
    func unheard() async throws {
        try await withStore { store in
            try await store.save(StoredConfiguration(HotspotConfiguration(ssid: "Cafe"), application: "a", now: 1))
            #expect(chmod(store.path, 0o777) == 0)
            let output = try await application(store, "Cafe")
            #expect(output.succeeded && output.standardError.contains("warning"), "\(output)")
            #expect(output.standardError.contains("others may write to it"), "\(output)")
        }
    }
}
