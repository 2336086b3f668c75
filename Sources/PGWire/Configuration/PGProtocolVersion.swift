/// A version of PostgreSQL's protocol.
///
/// See [Protocol Versions](https://www.postgresql.org/docs/current/protocol.html#PROTOCOL-VERSIONS).
public enum PGProtocolVersion: String, Sendable, Hashable, CaseIterable, Comparable {
    /// What every server since PostgreSQL 7.4 speaks.
    case v3_0 = "3.0"
    /// Longer secrets for cancel requests; PostgreSQL 18 and later.
    case v3_2 = "3.2"

    public static func < (left: PGProtocolVersion, right: PGProtocolVersion) -> Bool { left.rawValue < right.rawValue }
}
