// swift-tools-version: 6.2
import PackageDescription

// A package of its own, since what it builds can be run by libFuzzer alone; scripts/fuzz builds and runs it.
let package = Package(
    name: "Fuzz",
    products: [.library(name: "Fuzz", type: .static, targets: ["Fuzz"])],
    dependencies: [
        .package(name: "PGWire", path: ".."),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    ],
    targets: [
        .target(
            name: "Fuzz",
            dependencies: [
                .product(name: "PGWire", package: "PGWire"), .product(name: "PGWireTesting", package: "PGWire"),
                .product(name: "MCP", package: "PGWire"), .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("ExistentialAny"),
                .treatAllWarnings(as: .error),
            ])
    ],
    swiftLanguageModes: [.v6]
)
