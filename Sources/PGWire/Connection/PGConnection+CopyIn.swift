extension PGConnection {
    /// Runs a COPY … FROM STDIN whose data `body` writes.
    /// ```swift
    /// try await connection.copyIn("COPY users (id, email) FROM STDIN WITH (FORMAT binary)") { writer in
    ///     for user in users { try await writer.writeRow(user.id, user.email) }
    /// }
    /// ```
    /// Where `body` throws, the COPY is ended as a failure and leaves no row behind. Nothing else is sent on the connection
    /// meanwhile. See [COPY](https://www.postgresql.org/docs/current/sql-copy.html).
    ///
    /// - Parameters:
    ///   - query: Its text; a COPY has no parameters.
    ///   - timeout: How long the server may let the writer wait, each time; nil is ``Options/queryTimeout``.
    ///   - body: Writes the data.
    /// - Returns: How many rows were copied.
    /// - Throws: What `body` throws; ``PGError`` as ``query(_:timeout:)``, also where the statement is no COPY of this kind,
    ///   with the connection still in order.
    @discardableResult
    nonisolated(nonsending) public func copyIn(
        _ query: PGQuery, timeout: Duration? = nil,
        _ body: nonisolated(nonsending) (inout PGCopyWriter) async throws -> Void
    ) async throws -> Int {
        let reader = submitStream(.copy(try query.textAlone(), .input), timeout: timeout, lease: nil)
        switch try await reader.next() {
        case .opening(.copy(let response)):
            var writer = PGCopyWriter(response, reader: reader, timeout: timeout ?? options.queryTimeout)
            do {
                try await body(&writer)
                try await writer.finish()
            } catch {
                session.abandon(reader.stream, PGError(.cancelled, "The writer of the COPY failed", retry: .unknown))
                throw error
            }
            return try await copiedRows(reader)
        default:
            throw PGError(.protocolViolation, "The server did not begin the COPY", retry: .unknown)
        }
    }

    /// Runs a COPY … FROM STDIN with data from a sequence; where one element ends and the next begins has no meaning.
    ///
    /// - Returns: How many rows were copied.
    /// - Throws: What the sequence throws, and as ``copyIn(_:timeout:_:)``.
    @discardableResult
    nonisolated(nonsending) public func copyIn<Source: AsyncSequence>(
        _ query: PGQuery, from source: Source, timeout: Duration? = nil
    ) async throws -> Int where Source.Element == [UInt8] {
        try await copyIn(query, timeout: timeout) { writer in
            for try await bytes in source { try await writer.write(bytes) }
        }
    }

    nonisolated(nonsending) private func copiedRows(_ reader: StreamReader) async throws(PGError) -> Int {
        guard case .end(let results) = try await reader.next() else {
            throw PGError(.protocolViolation, "The server did not end the COPY", retry: .unknown)
        }
        return results.first?.rowsAffected ?? 0
    }
}
