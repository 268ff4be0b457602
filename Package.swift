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
        .library(name: "HotspotNetworkExtension", targets: ["HotspotNetworkExtension"]),
        .library(name: "QRImage", targets: ["QRImage"]),
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
                "CLinuxShims",
                "HotspotCore",
                "QRImage",
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
                "CLinuxShims", "DBus", "DispatchExecutor", "IEEE80211", "Netlink", "QRWifi", "RSN",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),

        // The same under Apple's own names, for code that is ported from iOS.
        .target(name: "HotspotNetworkExtension", dependencies: ["HotspotCore"], swiftSettings: swiftSettings),

        // Pictures to the octets of QR codes and back, for the command line and for apps; it knows nothing of networks.
        .target(
            name: "QRImage",
            dependencies: ["CGIF", "CPNG", "CPictureShims", "CQREncode", "CWebP", "DispatchExecutor"],
            swiftSettings: swiftSettings
        ),
        .target(name: "CPictureShims", dependencies: ["CJPEG", "CZXing"]),
        .systemLibrary(name: "CGIF", providers: [.apt(["libgif-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CWebP", pkgConfig: "libwebpdemux", providers: [.apt(["libwebp-dev"])]),
        .systemLibrary(name: "CZXing", pkgConfig: "zxing", providers: [.apt(["libzxing-dev"])]),

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
        .target(name: "CLinuxShims"),
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
            dependencies: [
                "ConfigurationWriter", "DBus", "HotspotCore", "IEEE80211", "Netlink", "QRWifi", "TestSupport",
            ],
            swiftSettings: swiftSettings
        ),
        // Code as it is written for iOS, compiled as applications are.
        .target(
            name: "PortedSamples",
            dependencies: ["HotspotNetworkExtension"],
            path: "Tests/PortedSamples",
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .testTarget(
            name: "HotspotNetworkExtensionTests",
            dependencies: [
                "HotspotCore", "HotspotNetworkExtension", "PortedApplication", "PortedSamples", "TestSupport",
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "ConfigurationWriter", "HotspotCore", "TestSupport", "hotspot",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: swiftSettings
        ),
        // The example, which is a package of its own for its readers: built, tested and run here as well.
        .executableTarget(
            name: "Kiosk",
            dependencies: ["HotspotCore", "QRImage"],
            path: "Examples/Kiosk/Sources/Kiosk",
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .testTarget(
            name: "KioskTests",
            dependencies: ["HotspotCore", "Kiosk"],
            path: "Examples/Kiosk/Tests/KioskTests",
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        // Stands for a person who closes polkit's dialogs.
        .executableTarget(
            name: "DismissingAgent",
            dependencies: ["CLibDBus"],
            path: "Tests/Peers/DismissingAgent",
            swiftSettings: swiftSettings
        ),
        // The allocator's own count, which Glibc's module lacks.
        .systemLibrary(name: "CMalloc", path: "Tests/Peers/CMalloc"),
        // Stands for an application that was written for iOS.
        .executableTarget(
            name: "PortedApplication",
            dependencies: ["HotspotNetworkExtension"],
            path: "Tests/Peers/PortedApplication",
            swiftSettings: swiftSettings
        ),
        // Stands for an application that joins a network once.
        .executableTarget(
            name: "OnceKeeper",
            dependencies: ["CMalloc", "HotspotCore"],
            path: "Tests/Peers/OnceKeeper",
            swiftSettings: swiftSettings
        ),
        // Stands for an application that keeps a configuration.
        .executableTarget(
            name: "ConfigurationWriter",
            dependencies: ["HotspotCore"],
            path: "Tests/Peers/ConfigurationWriter",
            swiftSettings: swiftSettings
        ),
        .target(
            name: "PictureSamples",
            dependencies: ["QRImage"],
            path: "Tests/PictureSamples",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "QRImageTests",
            dependencies: ["PictureSamples", "QRImage", "QRWifi", "TestSupport", "hotspot"],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "LabTests",
            dependencies: [
                "ConfigurationWriter", "DismissingAgent", "HotspotCore", "HotspotNetworkExtension", "IEEE80211",
                "Kiosk", "Netlink", "OnceKeeper", "PortedApplication", "QRImage", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
    ],
    cxxLanguageStandard: .cxx17
)
