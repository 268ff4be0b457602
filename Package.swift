// swift-tools-version: 6.1

import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "hotspot",
    products: [
        .executable(name: "hotspot", targets: ["hotspot"]),
        .library(name: "HotspotCore", targets: ["HotspotCore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // The command line: arguments in, exit status out.
        .executableTarget(
            name: "hotspot",
            dependencies: [
                "HotspotCore",
                "QRWifi",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),

        // What an app imports.
        .target(
            name: "HotspotCore",
            dependencies: [
                "DBus", "IEEE80211", "Netlink", "QRWifi",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),

        // Pure values: no I/O, no dependencies.
        .target(name: "QRWifi", swiftSettings: swiftSettings),
        .target(name: "IEEE80211", swiftSettings: swiftSettings),

        // The supplicant: state machines without I/O or clock, over libcrypto.
        .target(name: "RSN", dependencies: ["CLibCrypto", "IEEE80211"], swiftSettings: swiftSettings),

        // Thin Swift over one C library each, and the only importers of it.
        .target(name: "DBus", dependencies: ["CLibDBus", "DispatchExecutor"], swiftSettings: swiftSettings),
        .target(
            name: "Netlink",
            dependencies: ["CLibNL", "DispatchExecutor", "IEEE80211"],
            swiftSettings: swiftSettings
        ),
        .target(name: "DispatchExecutor", swiftSettings: swiftSettings),
        .systemLibrary(
            name: "CLibDBus",
            pkgConfig: "dbus-1",
            providers: [.apt(["libdbus-1-dev"])]
        ),
        .systemLibrary(
            name: "CLibNL",
            pkgConfig: "libnl-genl-3.0",
            providers: [.apt(["libnl-3-dev", "libnl-genl-3-dev"])]
        ),
        .systemLibrary(
            name: "CLibCrypto",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]
        ),

        // Tests. LabTests run inside the radio lab: see Lab/README.md.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: swiftSettings),
        .testTarget(name: "QRWifiTests", dependencies: ["QRWifi", "TestSupport"], swiftSettings: swiftSettings),
        .testTarget(name: "IEEE80211Tests", dependencies: ["IEEE80211", "TestSupport"], swiftSettings: swiftSettings),
        .testTarget(
            name: "RSNTests",
            dependencies: ["IEEE80211", "RSN", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "NetlinkTests",
            dependencies: ["IEEE80211", "Netlink", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "DBusTests",
            dependencies: ["CLibDBus", "DBus", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "HotspotCoreTests",
            dependencies: ["DBus", "HotspotCore", "IEEE80211", "Netlink", "QRWifi", "TestSupport"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["TestSupport", "hotspot"],
            swiftSettings: swiftSettings
        ),
        // Stands for a person who closes polkit's dialogs.
        .executableTarget(
            name: "DismissingAgent",
            dependencies: ["CLibDBus"],
            path: "Tests/Peers/DismissingAgent",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LabTests",
            dependencies: ["DismissingAgent", "HotspotCore", "IEEE80211", "Netlink", "TestSupport"],
            swiftSettings: swiftSettings
        ),
    ]
)
