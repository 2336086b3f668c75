#if Servers
import FoundationEssentials
import Logging
import MCP
import PGWire
import PostgresSessions

/// Where the sessions live, ready for use.
struct Storage {
    let store: any SessionStore
    private let pool: PGPool?

    /// Opens what the options name, and makes sure that it works.
    static func open(_ options: ServerOptions, logger: Logger) async throws(StartupError) -> Storage {
        var limits = SessionLimits()
        limits.defaultTimeToLive = options.sessionTtl
        if options.inMemory {
            StandardStreams.writeError("sessions live in memory and die with this process\n")
            return Storage(store: InMemorySessionStore(limits: limits), pool: nil)
        }
        let configuration: PGConfiguration
        do throws(PGError) {
            configuration = try DatabaseURL.configuration(
                option: options.databaseUrl, environment: ProcessInfo.processInfo.environment,
                applicationName: "simple-postgres-session")
        } catch {
            throw StartupError("\(DatabaseProblem(invalidURL: error))")
        }
        var poolOptions = PGPool.Options()
        poolOptions.maximumConnections = options.maxConnections
        // Every statement of a call takes milliseconds; a client gives up after 30 seconds or so, and wants to be told.
        poolOptions.queryTimeout = .seconds(10)
        let pool = PGPool(configuration, options: poolOptions, logger: logger)
        let store = PostgresSessionStore(pool, limits: limits, logger: logger)
        do throws(StartupError) {
            try await prepare(pool, store, configuration, creatingTables: options.createTablesIfMissing, logger)
        } catch {
            await pool.close()
            throw error
        }
        return Storage(store: store, pool: pool)
    }

    /// Connects, and sees to the tables.
    private static func prepare(
        _ pool: PGPool, _ store: PostgresSessionStore, _ configuration: PGConfiguration, creatingTables: Bool,
        _ logger: Logger
    ) async throws(StartupError) {
        do throws(PGError) {
            _ = try await pool.query("SELECT 1")
        } catch {
            throw StartupError("\(DatabaseProblem(error, configuration: configuration))")
        }
        if creatingTables {
            do throws(SchemaError) {
                let change = try await Schema.install(in: pool)
                if !change.statements.isEmpty {
                    logger.notice("session tables created or upgraded", metadata: ["version": "\(change.to)"])
                }
            } catch {
                throw StartupError("\(DatabaseProblem(error, configuration: configuration))")
            }
            return
        }
        do throws(SessionStoreError) {
            try await store.checkReadiness()
        } catch .unavailable(let reason) {
            throw StartupError("database \(configuration.addressDescription): \(reason)")
        } catch {
            throw StartupError("database \(configuration.addressDescription): \(error)")
        }
    }

    /// Gives up the connections.
    func close() async { await pool?.close() }
}
#endif
