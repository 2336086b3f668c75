internal import MCP
internal import PGWire

extension SessionStoreError {
    /// What a failure in the database means to who uses the store. Its text holds nothing that came from the server or
    /// from the connection's configuration.
    init(_ error: PGError, limits: SessionLimits) {
        switch (error.sqlState, error.server?[.constraint]) {
        case ("23514", "mcp_sessions_key_quota"): self = limits.tooManyKeys
        case ("23514", "mcp_sessions_byte_quota"): self = limits.tooManyBytes
        default: self = .unavailable(Self.reason(error) + Self.outcome(error))
        }
    }

    private static func reason(_ error: PGError) -> String {
        switch error.code {
        case .server: reason(sqlState: error.sqlState ?? "")
        case .timeout: "the database did not answer in time"
        case .pool: "no connection to the database became free in time"
        case .cancelled: "the call was cancelled"
        case .authentication: "the database refused the credentials"
        case .configuration, .hostNotFound, .connectFailed, .tls: "the database cannot be reached"
        case .connectionClosed, .protocolViolation: "the connection to the database was lost"
        case .transaction: "the database did not keep the change"
        case .conversion, .unexpectedResult, .pipelineAborted, .usage:
            "the database holds something that this program cannot read"
        }
    }

    private static func reason(sqlState: String) -> String {
        switch sqlState {
        case "42P01", "42703", "3F000":
            "the session tables are missing or not those of this version: run postgres-setup"
        case "42501": "the database user may not use the session tables"
        case "57014": "the database did not answer in time"
        case let state where state.hasPrefix("57") || state.hasPrefix("08"):
            "the database is shutting down or not yet up"
        case let state where state.hasPrefix("53"): "the database has no room or no connection left"
        default: "the database refused the statement (SQLSTATE \(sqlState))"
        }
    }

    private static func outcome(_ error: PGError) -> String {
        error.retry == .unknown ? "; whether a change was made is not known" : ""
    }
}
