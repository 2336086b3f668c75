public import Logging
public import PGWire

/// A database that postgres-setup or postgres-teardown works on, over one connection.
public struct AdministeredDatabase: Sendable {
    private let configuration: PGConfiguration

    /// The database that the option, the environment or the default names; see ``DatabaseURL``.
    ///
    /// - Throws: ``DatabaseProblem`` where the URL is not valid.
    public init(
        option: String?, environment: [String: String], applicationName: String
    ) throws(DatabaseProblem) {
        do {
            configuration = try DatabaseURL.configuration(
                option: option, environment: environment, applicationName: applicationName)
        } catch {
            throw DatabaseProblem(invalidURL: error)
        }
    }

    /// Its server and name, such as `localhost:5432/mcp_sessions`.
    public var name: String { configuration.addressDescription }

    /// Runs work on the database and then closes the connection.
    ///
    /// - Throws: What the work threw, as the one line for the person at the terminal.
    public func use<Result: Sendable>(
        logger: Logger = Logger(label: "mcp.schema") { _ in SwiftLogNoOpLogHandler() },
        _ work: (PGPool) async throws(SchemaError) -> Result
    ) async throws(DatabaseProblem) -> Result {
        var options = PGPool.Options()
        options.maximumConnections = 1
        let pool = PGPool(configuration, options: options, logger: logger)
        let outcome: Swift.Result<Result, SchemaError>
        do {
            outcome = .success(try await work(pool))
        } catch {
            outcome = .failure(error)
        }
        await pool.close()
        switch outcome {
        case .success(let result): return result
        case .failure(let error): throw DatabaseProblem(error, configuration: configuration)
        }
    }
}
