// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what only benchmarks need stays out of the driver's.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "driver", path: "..", traits: [])],
    targets: [
        .executableTarget(
            name: "pgwire-bench", dependencies: [.product(name: "PGWire", package: "driver")],
            swiftSettings: [
                .strictMemorySafety(),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .treatAllWarnings(as: .error),
            ])
    ],
    swiftLanguageModes: [.v6]
)
