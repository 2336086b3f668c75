/// What went wrong in the driver, where, and whether trying again can do harm.
///
/// Its description never holds a password, a parameter's value or another secret.
///
/// What the server itself reports is in ``server``; see
/// [PostgreSQL Error Codes](https://www.postgresql.org/docs/current/errcodes-appendix.html).
public struct PGError: Error, Sendable, Equatable {
    /// The kinds of failure a caller may want to tell apart.
    public enum Code: String, Sendable, Equatable {
        /// A connection URL or option is not valid.
        case configuration
        /// The host's name has no address.
        case hostNotFound
        /// No connection could be made: refused, unreachable, no such socket, or no server of the kind asked for.
        case connectFailed
        /// A deadline passed.
        case timeout
        /// TLS could not be agreed upon, or the certificate was refused.
        case tls
        /// The server refused the credentials, or what it asked for is not to be trusted.
        case authentication
        /// The server reported an error; ``PGError/server`` has its fields.
        case server
        /// The peer broke the protocol.
        case protocolViolation
        /// The connection ended while it was needed.
        case connectionClosed
        /// The task was cancelled.
        case cancelled
        /// A value cannot be sent as, or read as, the type asked for.
        case conversion
        /// The number, type or nullness of columns is not what the caller asked for.
        case unexpectedResult
        /// COMMIT ended in a rollback, its outcome is not known, or it was not replicated; see
        /// ``PGError/transactionOutcome``.
        case transaction
        /// The pool has no connection to lend within the time allowed, or is closed.
        case pool
        /// The statement was not run, since an earlier one of its pipeline failed; see ``PGError/failedStatement``.
        case pipelineAborted
        /// The call does not fit the connection's state.
        case usage
    }

    /// Whether the failed operation may be tried again as it is.
    public enum RetrySafety: String, Sendable, Equatable {
        /// The server did not carry it out: trying again does no harm.
        case safe
        /// It may have been carried out: only the caller can tell whether it may be repeated.
        case unknown
        /// Trying again gives the same failure.
        case pointless
    }

    /// The kind of failure.
    public var code: Code
    /// One sentence for a person.
    public var message: String
    /// Whether the failed operation may be tried again.
    public var retry: RetrySafety
    /// Which server it was about, as `host:port/database` or the socket's path, where known.
    public var address: String?
    /// What the server said, for ``Code/server`` and for an authentication it refused.
    public var server: PGServerError?
    /// For ``Code/pipelineAborted``, which statement of the pipeline failed, counted from 1.
    public var failedStatement: Int?
    /// What became of the transaction that threw this; nil where it was no transaction.
    public var transactionOutcome: PGTransactionOutcome?

    /// An error of the driver's own.
    public init(
        _ code: Code, _ message: String, retry: RetrySafety, address: String? = nil, server: PGServerError? = nil
    ) {
        self.code = code
        self.message = message
        self.retry = retry
        self.address = address
        self.server = server
    }

    /// What the statements of a pipeline behind a failed one are told.
    init(abortedBy statement: Int, _ cause: PGError) {
        self.init(
            .pipelineAborted, "Not run, since statement \(statement) of the pipeline failed: \(cause.message)",
            retry: cause.retry, address: cause.address, server: cause.server)
        failedStatement = statement
    }

    /// The five characters of the server's error code, such as `23505`, where a server reported it.
    public var sqlState: String? { server?.sqlState }
}

extension PGError: CustomStringConvertible {
    public var description: String {
        let place = address.map { " (\($0))" } ?? ""
        return "\(message)\(place)"
    }
}
