import Glibc
import PGWire

/// What the environment says: where the server is, and how much to do.
struct Settings: Sendable {
    /// The loop that the workload's own task runs on.
    let loop: PGEventLoop

    /// The value of a variable, or nil where it is not set or empty.
    func text(_ variable: String) -> String? {
        guard let value = unsafe getenv(variable), unsafe value.pointee != 0 else { return nil }
        return unsafe String(cString: value)
    }

    /// A count from the environment.
    func count(_ variable: String, _ standard: Int) throws -> Int {
        guard let text = text(variable) else { return standard }
        guard let count = Int(text), count > 0 else { throw Failure("\(variable) is not a count: \(text)") }
        return count
    }

    /// A clock that starts now. Where instructions are counted, LATENCIES=no leaves single latencies out: their number
    /// grows with N, and so would the time to sort them.
    func meter(latencies: Int) -> Meter {
        Meter(latencies: text("LATENCIES") == "no" ? 0 : latencies)
    }

    private func configuration() throws -> PGConfiguration {
        let host = text("PGHOST") ?? "localhost"
        guard let port = UInt16(text("PGPORT") ?? "5432") else { throw Failure("PGPORT is not a port") }
        guard let mode = SSLMode(rawValue: text("PGSSLMODE") ?? "prefer") else { throw Failure("PGSSLMODE is unknown") }
        var configuration = PGConfiguration(
            host: host.hasPrefix("/") ? .unix(directory: host, port: port) : .tcp(host: host, port: port),
            user: text("PGUSER") ?? "postgres", password: text("PGPASSWORD"), database: text("PGDATABASE"),
            tls: PGTLSConfiguration(mode: mode))
        if let synchronous = text("SYNC_COMMIT") { configuration.options = "-c synchronous_commit=\(synchronous)" }
        return configuration
    }

    /// A connection on the workload's loop, or on another one.
    func connect(on loop: PGEventLoop? = nil) async throws -> PGConnection {
        try await PGConnection.connect(configuration(), on: loop ?? self.loop)
    }

    /// A pool with that many connections, all open.
    func pool(connections: Int) async throws -> PGPool {
        var options = PGPool.Options()
        options.minimumConnections = connections
        options.maximumConnections = connections
        let pool = PGPool(try configuration(), options: options)
        while pool.usage.idle < connections {
            // Reports what is wrong where none can be opened.
            try await pool.query("select 1")
            try await Task.sleep(for: .milliseconds(1))
        }
        return pool
    }
}

/// A workload could not be run, or its answer was wrong.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
