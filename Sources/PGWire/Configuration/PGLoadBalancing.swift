/// In which order several hosts, and the addresses of one name, are tried, as libpq's `load_balance_hosts`.
public enum PGLoadBalancing: String, Sendable, Hashable, CaseIterable {
    /// In the order in which they are given.
    case disable
    /// In a random order, another one for each connection.
    case random
}
