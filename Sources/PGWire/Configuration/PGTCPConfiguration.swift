/// How the operating system notices that the other end of a connection is gone. Unix sockets need none of it.
///
/// The names in parentheses are libpq's keywords, whose meaning each property has; see
/// [Parameter Key Words](https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-KEEPALIVES). What is nil or
/// zero is as the system has it.
public struct PGTCPConfiguration: Sendable, Hashable {
    /// Whether an idle connection is probed (`keepalives`). Defaults to true.
    public var keepsAlive = true
    /// How long a connection is idle before it is probed, rounded up to whole seconds (`keepalives_idle`).
    public var keepAliveIdle: Duration?
    /// How long to wait for the answer to a probe before the next one, in whole seconds (`keepalives_interval`).
    public var keepAliveInterval: Duration?
    /// How many probes may stay without an answer before the connection is given up (`keepalives_count`).
    public var keepAliveCount: Int?
    /// How long sent bytes may stay unacknowledged before the connection is given up, in milliseconds
    /// (`tcp_user_timeout`).
    public var userTimeout: Duration?

    /// The defaults.
    public init() {}

    /// Checks that each value is one that the system call can take.
    func validate() throws(PGError) {
        let longest = Duration.seconds(32_767)
        let limits: [(Duration?, String, Duration)] = [
            (keepAliveIdle, "keepalives_idle", longest), (keepAliveInterval, "keepalives_interval", longest),
            (userTimeout, "tcp_user_timeout", .milliseconds(Int32.max)),
        ]
        for (value, name, limit) in limits {
            guard let value, value < .zero || value > limit else { continue }
            throw PGError(.configuration, "\(name) is not between zero and \(limit)", retry: .pointless)
        }
        guard (0...127).contains(keepAliveCount ?? 0) else {
            throw PGError(.configuration, "keepalives_count is not between 0 and 127", retry: .pointless)
        }
    }
}
