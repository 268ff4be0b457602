// swift-tools-version: 6.1

import PackageDescription

let package = Package(
    name: "Kiosk",
    dependencies: [.package(name: "hotspot", path: "../..")],
    targets: [
        .executableTarget(
            name: "Kiosk",
            dependencies: [
                .product(name: "HotspotCore", package: "hotspot"),
                .product(name: "QRImage", package: "hotspot"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
        .testTarget(
            name: "KioskTests",
            dependencies: ["Kiosk", .product(name: "HotspotCore", package: "hotspot")],
            swiftSettings: [.swiftLanguageMode(.v6)]
        ),
    ],
    cxxLanguageStandard: .cxx17
)
