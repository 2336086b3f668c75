extension PGConnection {
    /// Runs a statement and reads its rows as they come.
    /// ```swift
    /// for try await row in try await connection.stream("SELECT id, body FROM documents") { … }
    /// ```
    /// Nothing else is sent on the connection until the stream has ended; other queries wait for their turn.
    ///
    /// - Parameters:
    ///   - query: The statement.
    ///   - timeout: How long the server may let the reader wait, each time; nil is ``Options/queryTimeout``. The time that
    ///     the reader takes between two rows does not count.
    /// - Returns: The rows, once the server has begun to answer.
    /// - Throws: ``PGError``, as ``query(_:timeout:)``.
    public func stream(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGRowSequence {
        try await stream(query, timeout: timeout, lease: nil)
    }

    /// Runs a statement and reads its rows as they come, each as a tuple.
    /// ```swift
    /// let users = try await connection.stream("SELECT id, email FROM users", as: (Int64, String?).self)
    /// for try await (id, email) in users { … }
    /// ```
    /// - Throws: ``PGError``, as ``stream(_:timeout:)``.
    public func stream<each Value: PGDecodable>(
        _ query: PGQuery, as types: (repeat each Value).Type, timeout: Duration? = nil
    ) async throws(PGError) -> PGTupleSequence<repeat each Value> {
        try await stream(query, timeout: timeout).decode(as: types)
    }

    /// - Parameter lease: Let go of once the connection is free for others, also where this throws.
    func stream(
        _ query: PGQuery, timeout: Duration?, lease: (any Sendable & AnyObject)?
    ) async throws(PGError) -> PGRowSequence {
        do throws(PGError) {
            return try await open(query, timeout, lease: lease)
        } catch {
            guard forgetStale(query, error) else { throw error }
            return try await open(query, timeout, lease: lease)
        }
    }

    private func open(
        _ query: PGQuery, _ timeout: Duration?, lease: (any Sendable & AnyObject)?
    ) async throws(PGError) -> PGRowSequence {
        let reader = submitStream(.stream(query), timeout: timeout, lease: lease)
        guard case .opening(.rows(let columns)) = try await reader.next() else {
            throw PGError(.protocolViolation, "The server did not describe the rows", retry: .unknown)
        }
        // Names that are not known cannot be asked for while the stream has the connection.
        return PGRowSequence(columns: columns, naming: session.typeNames.naming(columns), reader: reader)
    }

    func submitStream(
        _ work: Submission.Work, timeout: Duration?, lease: (any Sendable & AnyObject)?
    ) -> StreamReader {
        let deadline = deadline(after: timeout)
        let stream = PendingStream(deadline: deadline)
        session.submit(Submission(work: work, receiver: stream, lease: self.lease), deadline: deadline)
        return StreamReader(connection: self, stream: stream, timeout: timeout ?? options.queryTimeout, lease: lease)
    }
}
