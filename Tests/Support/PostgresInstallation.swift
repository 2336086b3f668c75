import Foundation

/// Where the PostgreSQL programs that tests run are.
struct PostgresInstallation: Sendable {
    /// The folder with `initdb`, `postgres` and `psql`.
    let binaries: String

    /// The folder that `PGWIRE_POSTGRES_BIN` names, else Debian's newest version, else one on the `PATH`; nil where
    /// there is none.
    static let found: PostgresInstallation? = {
        let environment = ProcessInfo.processInfo.environment
        if let folder = environment["PGWIRE_POSTGRES_BIN"], !folder.isEmpty {
            return PostgresInstallation(binaries: folder)
        }
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        let newestFirst = versions.compactMap(Int.init).sorted(by: >).map { "\(debian)/\($0)/bin" }
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (newestFirst + path).map(PostgresInstallation.init(binaries:)).first(where: \.isComplete)
    }()

    private var isComplete: Bool {
        ["initdb", "postgres", "psql"].allSatisfy { FileManager.default.isExecutableFile(atPath: program($0)) }
    }

    func program(_ name: String) -> String { "\(binaries)/\(name)" }

    /// The first number of the version that `postgres --version` tells; 0 where it tells none.
    func majorVersion() -> Int {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program("postgres"))
        process.arguments = ["--version"]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        guard (try? process.run()) != nil else { return 0 }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: " ").lazy.compactMap { Int($0.prefix { $0.isNumber }) }.first ?? 0
    }
}
