/// Which of several servers a connection may end at, as libpq's `target_session_attrs`.
///
/// See [Parameter Key Words](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS).
public enum PGTargetSession: String, Sendable, Hashable, CaseIterable {
    /// The first that lets us in.
    case any
    /// One whose sessions can write by default: no standby, and `default_transaction_read_only` is off.
    case readWrite = "read-write"
    /// One whose sessions cannot write by default.
    case readOnly = "read-only"
    /// One that is no standby.
    case primary
    /// One that is a standby.
    case standby
    /// A standby, and any where there is none.
    case preferStandby = "prefer-standby"
}
