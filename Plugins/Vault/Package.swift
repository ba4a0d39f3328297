// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "Vault",
    products: [.library(name: "Vault", type: .dynamic, targets: ["Vault"])],
    dependencies: [.package(name: "scrier", path: "../..")],
    targets: [
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "Vault",
            dependencies: [.product(name: "PluginKit", package: "scrier"), "CLibCrypto"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "VaultTests",
            dependencies: [
                "Vault", .product(name: "PluginKit", package: "scrier"),
                .product(name: "BackendSuite", package: "scrier"),
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
