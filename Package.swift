// swift-tools-version: 6.2
import PackageDescription

// Everything but the plugins, which are packages of their own below Plugins/.
// A target uses only targets of rows below its own; docs/architecture.md draws the rows.

let version = "0.1.0"

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grpcCore: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let grpcTransport: Target.Dependency = .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioConcurrencyHelpers: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// Commands find the Swift runtime that is installed beside them; `depth` is how far below the prefix they lie.
func command(_ name: String, _ dependencies: [Target.Dependency], depth: Int = 1) -> Target {
    let prefix = Array(repeating: "..", count: depth).joined(separator: "/")
    return .executableTarget(
        name: name,
        dependencies: dependencies,
        swiftSettings: strict,
        linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath=$ORIGIN/\(prefix)/lib/swift/linux"])]
    )
}

/// The agent carries the Swift runtime inside: one file to download, needing nothing of the envoy but its C and C++ libraries.
/// FoundationEssentials asks for its two helper libraries only when the whole of Foundation is linked, so they are named here.
let staticRuntime: [LinkerSetting] = [
    .unsafeFlags(["-static-stdlib", "-l_FoundationCShims", "-l_FoundationCollections"])
]

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A plugin in plain C that misbehaves, or behaves, in one particular way.
func fixture(_ name: String) -> Target {
    .target(
        name: name,
        dependencies: ["PluginAPI"],
        path: "Tests/Fixtures/\(name)",
        cSettings: [.unsafeFlags(["-Wall", "-Wextra"])]
    )
}

let fixtures = [
    "EchoPlugin", "CrashPlugin", "HangPlugin", "FloodPlugin", "WrongABIPlugin", "BadDescriptorPlugin", "ProbePlugin",
    "Kept10Plugin", "MemoryPlugin", "GrantPlugin", "DialPlugin",
]

let package = Package(
    name: "scrier",
    products: [
        .library(name: "PluginKit", targets: ["PluginKit"]),
        .library(name: "BackendSuite", targets: ["BackendSuite"]),
        .library(name: "Corpus", targets: ["Corpus"]),
        .executable(name: "vigosrv", targets: ["vigosrv"]),
        .executable(name: "vigo", targets: ["vigo"]),
        .executable(name: "vigocli", targets: ["vigocli"]),
        .executable(name: "scrier-worker", targets: ["scrier-worker"]),
        .executable(name: "scrier-launcher", targets: ["scrier-launcher"]),
    ] + fixtures.map { .library(name: $0, type: .dynamic, targets: [$0]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", exact: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        // No default traits: they pull all of Foundation into the agent.
        .package(url: "https://github.com/apple/swift-protobuf.git", exact: "1.39.0", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2.git", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport.git", exact: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf.git", exact: "2.4.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", exact: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
    ],
    targets: [
        // contract
        .target(name: "PluginAPI", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-pedantic"])]),
        library("WorkerProtocol", []),

        // basis
        // VIGO_RELEASE_KEY and VIGO_VERSION come from scripts/dist-agent.
        .target(
            name: "CRelease",
            cSettings: [
                .define("VIGO_VERSION", to: "\"\(Context.environment["VIGO_VERSION"] ?? version)\""),
                .define(
                    "VIGO_RELEASE_KEY",
                    to: "\"\(Context.environment["VIGO_RELEASE_KEY"] ?? String(repeating: "0", count: 64))\""
                ),
            ]
        ),
        .target(name: "CLinux", cSettings: [.unsafeFlags(["-Wall", "-Wextra"])]),
        .systemLibrary(name: "CArgon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CVTerm", pkgConfig: "vterm", providers: [.apt(["libvterm-dev"])]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        library("PluginKit", ["PluginAPI"]),
        library("Worker", ["PluginAPI", "WorkerProtocol", "CLinux", "CSeccomp", "CVTerm"]),
        .target(
            name: "Wire",
            dependencies: [
                "CRelease", grpcCore, grpcProtobuf, protobuf, nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL,
            ],
            exclude: ["agent.proto"],
            swiftSettings: strict
        ),
        library("Trust", [crypto, cryptoExtras, x509, asn1, nioSSL, "CCrypt"]),

        // services
        library("Broker", ["WorkerProtocol", "Trust", "CLinux", nioCore, nioPosix, logging, crypto]),
        library("Store", [grdb, crypto]),

        // features
        library(
            "Host",
            [
                "Broker", "WorkerProtocol", "Store", "Wire", "Trust", "CLinux", "CZlib", crypto, hummingbird,
                hummingbirdTLS,
                mustache,
                grpcCore,
                grpcProtobuf,
                grpcTransport,
                nioCore, nioPosix, nioHTTP1, nioHTTP2, nioWebSocket, nioSSL, nioExtras, yams, logging,
            ]
        ),
        library(
            "Agent",
            [
                "Wire", "Trust", "CLinux", "CRelease", crypto, x509, grpcCore, grpcProtobuf, grpcTransport, protobuf,
                nioCore,
                nioPosix,
                nioHTTP1, nioTLS, nioConcurrencyHelpers, nioSSL, logging,
            ]
        ),
        library(
            "Operator",
            ["Wire", "Trust", "CLinux", "CArgon2", crypto, nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL]
        ),

        // commands
        command("vigosrv", ["Host", "Broker", "Wire", argumentParser, logging]),
        .executableTarget(
            name: "vigo",
            dependencies: ["Agent", argumentParser, logging, nioCore],
            swiftSettings: strict,
            linkerSettings: staticRuntime
        ),
        command("vigocli", ["Operator", "Wire", "Trust", nioCore, argumentParser]),
        command("scrier-worker", ["Worker"], depth: 2),
        .executableTarget(
            name: "scrier-launcher",
            dependencies: ["CLinux"],
            cSettings: [.unsafeFlags(["-Wall", "-Wextra"])]
        ),

        // tests
        tests("WorkerProtocolTests", ["WorkerProtocol", "Corpus"]),
        tests("PluginKitTests", ["PluginKit"]),
        .target(name: "Built", path: "Tests/Built", swiftSettings: strict),
        .target(name: "BackendSuite", dependencies: ["PluginAPI"], path: "Tests/BackendSuite", swiftSettings: strict),
        .target(name: "Corpus", path: "Tests/Corpus", swiftSettings: strict),
        tests("WorkerTests", ["Worker", "PluginAPI", "WorkerProtocol", "CLinux", "Built", "Corpus"]),
        tests("WireTests", ["Wire", "Corpus", nioCore, nioEmbedded, protobuf]),
        tests("TrustTests", ["Trust", "Corpus", crypto, x509, asn1]),
        tests(
            "BrokerTests",
            ["Broker", "Built", "CLinux", "Corpus", "Trust", "WorkerProtocol", nioCore, nioPosix, logging]
        ),
        tests(
            "SecretsTests",
            ["Broker", "BackendSuite", "Built", "Lab", "Trust", "WorkerProtocol", nioCore, nioPosix, logging]
        ),
        tests("StoreTests", ["Store", grdb]),
        tests(
            "HostTests",
            [
                "Host", "Broker", "Store", "Trust", "Wire", "WorkerProtocol", "Built", "Corpus", "VaultDouble",
                hummingbirdTesting, crypto, grpcTransport, nioEmbedded, nioPosix, nioWebSocket, nioSSL, logging,
            ]
        ),
        .executableTarget(
            name: "AgentHelper",
            dependencies: ["Agent"],
            path: "Tests/Fixtures/AgentHelper",
            swiftSettings: strict
        ),
        tests(
            "AgentTests",
            ["Agent", "AgentHelper", "Lab", "Host", "Broker", "Store", "Trust", "Corpus", crypto, nioEmbedded]
        ),
        tests(
            "OperatorTests",
            [
                "Operator", "vigocli", "Lab", "Corpus", "Trust", "VaultDouble", "Host", "Store", "Wire", crypto,
                argumentParser, nioPosix, nioEmbedded, nioHTTP1, nioWebSocket, nioSSL,
            ]
        ),
        .target(name: "Lab", path: "Tests/Lab", swiftSettings: strict),
        .target(
            name: "VaultDouble",
            dependencies: ["Host", "Broker", "Store", "Trust", grdb, logging],
            path: "Tests/VaultDouble",
            swiftSettings: strict
        ),
        tests("IntegrationTests", ["Lab", "Trust"]),
        .executableTarget(
            name: "scrier-bench",
            dependencies: ["Lab", "Broker", "Trust", crypto, nioPosix, logging],
            path: "Benchmarks",
            exclude: ["browser"],
            swiftSettings: strict
        ),
    ] + fixtures.map(fixture),
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu17
)
