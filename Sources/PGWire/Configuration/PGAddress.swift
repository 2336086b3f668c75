/// Where a server listens.
///
/// See `host` in [Parameter Key Words](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-HOST).
public enum PGAddress: Sendable, Hashable {
    /// A host name, an IPv4 address or an IPv6 address (without brackets), and a port.
    case tcp(host: String, port: UInt16)
    /// The path of a Unix socket, such as `/var/run/postgresql/.s.PGSQL.5432`; at most 107 bytes. One that begins with
    /// `@` names a socket in Linux's abstract namespace.
    case unix(path: String)

    /// The port that PostgreSQL listens on unless told otherwise.
    public static let defaultPort: UInt16 = 5432

    /// The socket that a server on `port` has in a directory.
    public static func unix(directory: String, port: UInt16 = defaultPort) -> PGAddress {
        let separator = directory.utf8.last == UInt8(ascii: "/") ? "" : "/"
        return .unix(path: "\(directory)\(separator).s.PGSQL.\(port)")
    }

    /// What a socket's path may have: `sun_path` without its terminating zero byte.
    static let longestPath = 107
}

extension PGAddress: CustomStringConvertible {
    /// `host:port`, `[IPv6 address]:port`, or the socket's path.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}
