/// What the startup of a session brought.
struct SessionParameters: Sendable, Equatable {
    /// What a CancelRequest names: the session's process and its secret.
    struct CancelKey: Sendable, Equatable {
        /// The process that serves the session, as `pg_backend_pid()` gives it.
        var processID: Int32
        /// 4 bytes in protocol 3.0, 4 to 256 in 3.2.
        var secretKey: [UInt8]

        static let secretLengths = 4...256
    }

    /// Nil where the server sent none, as some proxies do: then nothing can be cancelled.
    var cancelKey: CancelKey?
    /// The server's settings that it reports, by their names.
    var parameterStatus: [String: String] = [:]
    /// The version of the protocol that is spoken.
    var protocolVersion = PGProtocolVersion.v3_0
}
