// swift-tools-version: 6.1

import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "Benchmarks",
    targets: [
        // A link to the module itself: it is no product, and its interface has package access.
        .target(name: "QRWifi", swiftSettings: swiftSettings),
        // Counts what the process takes from malloc.
        .target(name: "CAllocationCount"),
        .executableTarget(
            name: "QRWifiBenchmark",
            dependencies: ["CAllocationCount", "QRWifi"],
            swiftSettings: swiftSettings
        ),
    ]
)
