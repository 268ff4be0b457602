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

        // The same for pictures: links again, and zbar's library loaded where it is there.
        .target(name: "DispatchExecutor", swiftSettings: swiftSettings),
        .target(name: "CPictureShims", dependencies: ["CJPEG", "CZXing"]),
        .systemLibrary(name: "CGIF"),
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg"),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng"),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode"),
        .systemLibrary(name: "CWebP", pkgConfig: "libwebpdemux"),
        .systemLibrary(name: "CZXing", pkgConfig: "zxing"),
        .target(
            name: "QRImage",
            dependencies: ["CGIF", "CPNG", "CPictureShims", "CQREncode", "CWebP", "DispatchExecutor"],
            swiftSettings: swiftSettings
        ),
        .target(name: "PictureSamples", dependencies: ["QRImage"], swiftSettings: swiftSettings),
        .target(name: "CZBarPeer"),
        .executableTarget(
            name: "QRImageBenchmark",
            dependencies: ["CPictureShims", "CZBarPeer", "PictureSamples", "QRImage"],
            swiftSettings: swiftSettings
        ),
    ],
    cxxLanguageStandard: .cxx17
)
