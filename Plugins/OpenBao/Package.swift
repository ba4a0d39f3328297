// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "OpenBao",
    products: [.library(name: "OpenBao", type: .dynamic, targets: ["OpenBao"])],
    dependencies: [.package(name: "scrier", path: "../..")],
    targets: [
        .systemLibrary(
            name: "COpenSSL",
            pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"])]
        ),
        .target(
            name: "OpenBao",
            dependencies: [.product(name: "PluginKit", package: "scrier"), "COpenSSL"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OpenBaoTests",
            dependencies: [
                "OpenBao", .product(name: "PluginKit", package: "scrier"), "COpenSSL",
                .product(name: "BackendSuite", package: "scrier"),
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
