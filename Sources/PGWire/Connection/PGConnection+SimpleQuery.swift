extension PGConnection {
    /// Runs a text of any number of statements, separated by semicolons, in one round trip.
    ///
    /// All values come in text format. The statements share a transaction unless the text controls transactions itself: if
    /// one fails, none of them has taken effect, and this throws. See
    /// [Simple Query](https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SIMPLE-QUERY).
    ///
    /// - Parameters:
    ///   - query: Its text; the simple protocol has no parameters.
    ///   - timeout: How long to wait for the whole; nil is ``Options/queryTimeout``.
    /// - Returns: A result for each statement, at most 10,000.
    /// - Throws: ``PGError``; also for a COPY with the client, which needs a call of its own.
    @discardableResult
    public func simpleQuery(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> [PGResult] {
        let reader = submitStream(.simple(try query.textAlone()), timeout: timeout, lease: nil)
        guard case .end(let results) = try await reader.next() else {
            throw PGError(.protocolViolation, "The server streamed what was not to be streamed", retry: .unknown)
        }
        var named: [PGResult] = []
        for result in results { named.append(await naming(result)) }
        return named
    }
}

extension PGQuery {
    /// The text of what is sent without parameters.
    func textAlone() throws(PGError) -> String {
        guard parameters.count == 0 else {
            throw PGError(
                .usage, "A simple query and a COPY take no parameters; they have \(parameters.count) here",
                retry: .pointless)
        }
        if let failure = parameters.failure { throw failure }
        return sql
    }
}
