/// In which order several hosts, and the addresses of one name, are tried, as libpq's `load_balance_hosts`.
///
/// See
/// [Parameter Key Words](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-LOAD-BALANCE-HOSTS).
public enum PGLoadBalancing: String, Sendable, Hashable, CaseIterable {
    /// In the order in which they are given.
    case disable
    /// In a random order, another one for each connection.
    case random
}
