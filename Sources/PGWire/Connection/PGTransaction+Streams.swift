extension PGTransaction {
    /// Runs a text of any number of statements in the transaction, as ``PGConnection/simpleQuery(_:timeout:)`` does.
    ///
    /// - Throws: ``PGError``, as on a connection; with ``PGError/Code/usage`` where the transaction is over, or a
    ///   savepoint of it is open.
    @discardableResult
    public func simpleQuery(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> [PGResult] {
        scope.noteTraces()
        return try await within { () async throws(PGError) in try await connection.simpleQuery(query, timeout: timeout)
        }
    }

    /// Runs a statement in the transaction and reads its rows as they come, as ``PGConnection/stream(_:timeout:)`` does.
    ///
    /// The transaction's other statements wait for the stream's end, and so does its commit.
    ///
    /// - Throws: ``PGError``, as on a connection; with ``PGError/Code/usage`` where the transaction is over, or a
    ///   savepoint of it is open.
    public func stream(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGRowSequence {
        try scope.enter()
        if SessionTraces.mayBeLeft(by: query.sql) { scope.noteTraces() }
        return try await connection.stream(query, timeout: timeout, lease: ScopeLease(scope))
    }

    /// Runs a statement in the transaction and reads its rows as they come, each as a tuple.
    ///
    /// - Throws: ``PGError``, as on a connection; with ``PGError/Code/usage`` where the transaction is over, or a
    ///   savepoint of it is open.
    public func stream<each Value: PGDecodable>(
        _ query: PGQuery, as types: (repeat each Value).Type, timeout: Duration? = nil
    ) async throws(PGError) -> PGTupleSequence<repeat each Value> {
        try await stream(query, timeout: timeout).decode(as: types)
    }

    /// Begins a statement whose rows are fetched in portions, as ``PGConnection/portal(_:timeout:)`` does.
    ///
    /// - Throws: ``PGError``, as on a connection; with ``PGError/Code/usage`` where the transaction is over, or a
    ///   savepoint of it is open.
    public func portal(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGPortal {
        if SessionTraces.mayBeLeft(by: query.sql) { scope.noteTraces() }
        return try await within { () async throws(PGError) in try await connection.portal(query, timeout: timeout) }
    }

    /// Sends statements of the transaction without waiting for their answers, as
    /// ``PGConnection/withPipeline(timeout:_:)`` does. One that fails fails the transaction.
    ///
    /// - Throws: What `body` throws; ``PGError``, as on a connection; with ``PGError/Code/usage`` where the transaction
    ///   is over, or a savepoint of it is open.
    nonisolated(nonsending) public func withPipeline<R>(
        timeout: Duration? = nil, _ body: nonisolated(nonsending) (PGPipeline) async throws -> R
    ) async throws -> R {
        try scope.enter()
        defer { scope.leave() }
        scope.noteTraces()
        do {
            return try await connection.withPipeline(timeout: timeout, body)
        } catch {
            if let error = error as? PGError { scope.noteFailure(error) }
            throw error
        }
    }

    /// Runs a COPY … FROM STDIN in the transaction, as ``PGConnection/copyIn(_:timeout:_:)`` does.
    ///
    /// - Returns: How many rows were copied.
    /// - Throws: What `body` throws; ``PGError``, as on a connection; with ``PGError/Code/usage`` where the transaction
    ///   is over, or a savepoint of it is open.
    @discardableResult
    nonisolated(nonsending) public func copyIn(
        _ query: PGQuery, timeout: Duration? = nil,
        _ body: nonisolated(nonsending) (inout PGCopyWriter) async throws -> Void
    ) async throws -> Int {
        try scope.enter()
        defer { scope.leave() }
        do {
            return try await connection.copyIn(query, timeout: timeout, body)
        } catch {
            if let error = error as? PGError { scope.noteFailure(error) }
            throw error
        }
    }

    /// Runs a COPY … TO STDOUT in the transaction, as ``PGConnection/copyOut(_:timeout:)`` does.
    ///
    /// - Throws: ``PGError``, as on a connection; with ``PGError/Code/usage`` where the transaction is over, or a
    ///   savepoint of it is open.
    public func copyOut(_ query: PGQuery, timeout: Duration? = nil) async throws(PGError) -> PGCopySequence {
        try scope.enter()
        if SessionTraces.mayBeLeft(by: query.sql) { scope.noteTraces() }
        return try await connection.copyOut(query, timeout: timeout, lease: ScopeLease(scope))
    }

    private func within<R>(_ body: () async throws(PGError) -> R) async throws(PGError) -> R {
        try scope.enter()
        defer { scope.leave() }
        do throws(PGError) {
            return try await body()
        } catch {
            scope.noteFailure(error)
            throw error
        }
    }
}

/// A statement under way that is over when its reader is done, or gone.
private final class ScopeLease: Sendable {
    private let scope: TransactionScope

    /// - Parameter scope: One that was entered for it.
    init(_ scope: TransactionScope) {
        self.scope = scope
    }

    deinit {
        scope.leave()
    }
}
