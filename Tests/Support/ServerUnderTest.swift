import Foundation
public import PGWire

/// What a run's environment asks of the server that tests share; `scripts/test-matrix` sets it.
///
/// | variable | values |
/// | --- | --- |
/// | `PGWIRE_TLS` | `off`: the server has no TLS; `require`: tests that are not about TLS use it too |
/// | `PGWIRE_PGBOUNCER` | `session`, `transaction`: clients reach the server through PgBouncer in this mode |
/// | `PGWIRE_PROXY` | `bytes`: clients reach the server through a proxy that passes on one byte at a time |
///
/// `PGWIRE_POSTGRES_BIN` says of what version the server is.
public struct ServerUnderTest: Sendable {
    /// How TLS is used by tests that are not about it.
    public enum Encryption: String, Sendable {
        /// The server has TLS, and such tests do without.
        case optional = ""
        /// The server has none.
        case none = "off"
        /// Such tests use it.
        case required = "require"
    }

    /// What stands between the tests and the server.
    public enum Front: Sendable, Equatable {
        case nothing
        case pgBouncer(PgBouncer.Mode)
        case singleBytes
    }

    /// Of this run.
    public static let current = ServerUnderTest(ProcessInfo.processInfo.environment)

    /// How TLS is used.
    public let encryption: Encryption
    /// What stands before the server.
    public let front: Front

    init(_ environment: [String: String]) {
        func value<T: RawRepresentable>(_ name: String, _: T.Type) -> T? where T.RawValue == String {
            guard let text = environment[name], !text.isEmpty else { return nil }
            guard let value = T(rawValue: text) else { fatalError("\(name) cannot be “\(text)”") }
            return value
        }
        encryption = value("PGWIRE_TLS", Encryption.self) ?? .optional
        if let mode = value("PGWIRE_PGBOUNCER", PgBouncer.Mode.self) {
            front = .pgBouncer(mode)
        } else {
            front = value("PGWIRE_PROXY", Proxy.self) == nil ? .nothing : .singleBytes
        }
    }

    private enum Proxy: String {
        case bytes
    }

    /// The server's major version, such as 15; 0 where there is no server.
    public static let majorVersion: Int = PostgresInstallation.found?.majorVersion() ?? 0

    /// Whether a client keeps its session from one query to the next.
    public var keepsSessions: Bool { front != .pgBouncer(.transaction) }

    /// Whether it is PostgreSQL itself that answers a client.
    public var isDirect: Bool {
        if case .pgBouncer = front { false } else { true }
    }

    /// The modes to try where a test covers both without TLS and with it.
    public var modes: [SSLMode] {
        encryption == .none ? [.disable] : [.disable, .require]
    }
}

extension SSLMode {
    /// The mode of tests that are not about TLS.
    public static var ofThisRun: SSLMode {
        ServerUnderTest.current.encryption == .required ? .require : .disable
    }
}
