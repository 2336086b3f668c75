extension PGConnection {
    /// Runs a text of any number of statements, separated by semicolons, in one round trip.
    ///
    /// All values come in text format. The statements share a transaction unless the text controls transactions itself: if
    /// one fails, none of them has taken effect, and this throws. See
    /// [Simple Query](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SIMPLE-QUERY).
    ///
    /// - Parameters:
    ///   - sql: Sent as it is: nothing that a user gave may be part of it.
    ///   - timeout: How long to wait for the whole; nil is ``Options/queryTimeout``.
    /// - Returns: A result for each statement, at most 10,000.
    /// - Throws: ``PGError``; also for a COPY with the client, which needs a call of its own.
    @discardableResult
    public func simpleQuery(_ sql: String, timeout: Duration? = nil) async throws(PGError) -> [PGResult] {
        let reader = submitStream(.simple(sql), timeout: timeout, lease: nil)
        guard case .end(let results) = try await reader.next() else {
            throw PGError(.protocolViolation, "The server streamed what was not to be streamed", retry: .unknown)
        }
        return results
    }
}
