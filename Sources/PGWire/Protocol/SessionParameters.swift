/// What the startup of a session brought.
struct SessionParameters: Sendable, Equatable {
    /// What a CancelRequest names: the session's process and its secret.
    struct CancelKey: Sendable, Equatable {
        /// The process that serves the session, as `pg_backend_pid()` gives it.
        var processID: Int32
        /// 4 to 256 bytes.
        var secretKey: [UInt8]
    }

    /// Nil where the server sent none, as some proxies do: then nothing can be cancelled.
    var cancelKey: CancelKey?
    /// The server's settings that it reports, by their names.
    var parameterStatus: [String: String] = [:]
    /// The version of the protocol that is spoken.
    var protocolVersion: Int32 = FrontendMessage.protocolVersion
}
