// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "SSH",
    products: [.library(name: "SSH", type: .dynamic, targets: ["SSH"])],
    dependencies: [.package(name: "scrier", path: "../..")],
    targets: [
        .systemLibrary(name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
        .target(
            name: "SSH",
            dependencies: [.product(name: "PluginKit", package: "scrier"), "CLibSSH2"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SSHTests",
            dependencies: [
                "SSH", .product(name: "PluginKit", package: "scrier"), .product(name: "Corpus", package: "scrier"),
                "CLibSSH2",
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
