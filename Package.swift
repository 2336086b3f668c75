// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors here and ignored by SwiftPM for those who depend on this package.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
let lifetimes: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]
// A call of the driver runs where its caller does: each change of executor would cost more than what a query sends.
let inPlace: [SwiftSetting] = [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

// What only the servers need hangs on the trait, so that a user of PGWire alone resolves swift-log and nothing else.
let servers: TargetDependencyCondition? = .when(traits: ["Servers"])
// So do the metrics, on a trait of their own; they bring in swift-metrics, which a server's libraries bring in anyway.
let metrics: Target.Dependency = .product(
    name: "Metrics", package: "swift-metrics", condition: .when(traits: ["Metrics"]))
let metricsTesting: Target.Dependency = .product(
    name: "MetricsTestKit", package: "swift-metrics", condition: .when(traits: ["Metrics"]))
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types", condition: servers)
let httpServer: [Target.Dependency] = [
    .product(name: "HummingbirdCore", package: "hummingbird", condition: servers),
    .product(name: "NIOCore", package: "swift-nio", condition: servers),
    .product(name: "NIOPosix", package: "swift-nio", condition: servers),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras", condition: servers),
]
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: servers)
let signals: Target.Dependency = .product(
    name: "UnixSignals", package: "swift-service-lifecycle", condition: servers)
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser", condition: servers)

let package = Package(
    name: "PGWire",
    products: [
        .library(name: "PGWire", targets: ["PGWire"]),
        .library(name: "PGWireTesting", targets: ["PGWireTesting"]),
        .library(name: "MCP", targets: ["MCP"]),
        .library(name: "MCPHTTP", targets: ["MCPHTTP"]),
        .library(name: "PostgresSessions", targets: ["PostgresSessions"]),
        .library(name: "SessionStoreTesting", targets: ["SessionStoreTesting"]),
        .executable(name: "simple-postgres-session", targets: ["simple-postgres-session"]),
        .executable(name: "postgres-setup", targets: ["postgres-setup"]),
        .executable(name: "postgres-teardown", targets: ["postgres-teardown"]),
        .executable(name: "pgwire-record", targets: ["pgwire-record"]),
    ],
    traits: [
        .trait(name: "Servers", description: "The HTTP endpoint and the programs, with the libraries they need."),
        .trait(name: "Metrics", description: "What PGWire's pools do, reported by swift-metrics."),
        .default(enabledTraits: ["Servers", "Metrics"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        // For scripts/docs. Who depends on this package never resolves it, since no target uses it.
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "Digests", dependencies: ["COpenSSL"], swiftSettings: settings),
        .target(
            name: "PGWire", dependencies: ["COpenSSL", "CLinux", "Digests", logging, metrics],
            swiftSettings: settings + lifetimes + inPlace),
        .target(
            name: "PGWireTesting", dependencies: ["PGWire", "COpenSSL", "Digests"], swiftSettings: settings),
        .target(name: "MCP", dependencies: ["Digests", logging, httpTypes], swiftSettings: settings),
        .target(
            name: "MCPHTTP", dependencies: ["MCP", logging, httpTypes, lifecycle] + httpServer,
            swiftSettings: settings),
        .target(
            name: "PostgresSessions", dependencies: ["MCP", "PGWire", "Digests", logging], swiftSettings: settings),
        .target(name: "SessionStoreTesting", dependencies: ["MCP"], swiftSettings: settings),
        .executableTarget(
            name: "simple-postgres-session",
            dependencies: ["MCP", "MCPHTTP", "PGWire", "PostgresSessions", logging, arguments, lifecycle, signals],
            swiftSettings: settings),
        .executableTarget(
            name: "postgres-setup", dependencies: ["MCP", "PGWire", "PostgresSessions", arguments],
            swiftSettings: settings),
        .executableTarget(
            name: "postgres-teardown", dependencies: ["MCP", "PGWire", "PostgresSessions", arguments],
            swiftSettings: settings),
        .executableTarget(
            name: "pgwire-record", dependencies: ["PGWire", "PGWireTesting", arguments, signals],
            swiftSettings: settings),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: settings),
        .testTarget(
            name: "PGWireTests",
            dependencies: ["PGWire", "PGWireTesting", "Digests", "TestSupport", logging, metrics, metricsTesting],
            swiftSettings: settings + lifetimes),
        .testTarget(
            name: "PGWireTestingTests", dependencies: ["PGWireTesting", "PGWire", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "MCPTests", dependencies: ["MCP", "SessionStoreTesting", "TestSupport", logging, httpTypes],
            swiftSettings: settings),
        .testTarget(
            name: "MCPHTTPTests", dependencies: ["MCPHTTP", "MCP", "TestSupport", logging, lifecycle, httpTypes],
            swiftSettings: settings),
        .testTarget(
            name: "PostgresSessionsTests",
            dependencies: ["PostgresSessions", "PGWire", "MCP", "SessionStoreTesting", "TestSupport", logging],
            swiftSettings: settings),
        .testTarget(
            name: "SimplePostgresSessionTests", dependencies: ["simple-postgres-session", "MCP", logging],
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests", dependencies: ["MCP", "PGWire", "PGWireTesting", "TestSupport"],
            swiftSettings: settings),
        // The server that the README shows.
        .executableTarget(
            name: "dice-server", dependencies: ["MCP", "MCPHTTP", logging], path: "Tests/DiceServer",
            swiftSettings: settings),
        .testTarget(name: "ConformanceTests", dependencies: ["MCP", "TestSupport"], swiftSettings: settings),
        // For testing alone; no product of the package.
        .executableTarget(
            name: "mcp-conformance-server",
            dependencies: ["MCP", "MCPHTTP", "PGWire", "PostgresSessions", logging, arguments, lifecycle, signals],
            path: "Tests/ConformanceServer", swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["MCP", "PGWire", "PGWireTesting"], path: "Tests/Support",
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
