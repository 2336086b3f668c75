import PGWire
import TestSupport
import Testing

// What a test needs of the server that this run chose, as conditions that say why they skip it.
extension Trait where Self == ConditionTrait {
    /// A server at all.
    static var needsServer: Self { .enabled(if: PostgresServer.isAvailable, "no PostgreSQL is installed") }

    /// A server that has TLS.
    static var needsTLS: Self {
        .enabled(if: ServerUnderTest.current.encryption != .none, "the server of this run has no TLS")
    }

    /// A session that lasts from one query to the next: settings, temporary tables, prepared statements, LISTEN.
    static var needsSession: Self {
        .enabled(
            if: ServerUnderTest.current.keepsSessions, "PgBouncer gives each transaction to another session in this run"
        )
    }

    /// PostgreSQL's own answers: methods of authentication, the startup, options, the end of a session.
    static var needsDirectConnection: Self {
        .enabled(if: ServerUnderTest.current.isDirect, "PgBouncer answers in this run")
    }

    /// A server of this major version or a later one.
    static func needsVersion(_ version: Int) -> Self {
        .enabled(if: ServerUnderTest.majorVersion >= version, "the server of this run is older than \(version)")
    }
}

extension PGConnection.Options {
    /// The defaults, with no named statements where the run's server does not keep sessions.
    static var ofThisRun: Self {
        var options = PGConnection.Options()
        if !ServerUnderTest.current.keepsSessions { options.statementCacheCapacity = 0 }
        return options
    }
}
