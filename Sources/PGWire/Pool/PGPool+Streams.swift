extension PGPool {
    /// Runs a statement on a connection of its own and reads its rows as they come; see
    /// ``PGConnection/stream(_:timeout:)``.
    ///
    /// The connection is lent until the last row was read or the reader goes away.
    ///
    /// - Throws: ``PGError``, as ``query(_:timeout:file:line:)``.
    public func stream(
        _ query: PGQuery, timeout: Duration? = nil, file: StaticString = #fileID, line: UInt = #line
    ) async throws(PGError) -> PGRowSequence {
        let lease = try await lease(for: query.sql, PoolCallSite(file: file, line: line))
        return try await lease.connection.stream(query, timeout: timeout, lease: lease)
    }

    /// Runs a statement on a connection of its own and reads its rows as they come, each as a tuple.
    ///
    /// - Throws: ``PGError``, as ``query(_:timeout:file:line:)``.
    public func stream<each Value: PGDecodable>(
        _ query: PGQuery, as types: (repeat each Value).Type, timeout: Duration? = nil,
        file: StaticString = #fileID, line: UInt = #line
    ) async throws(PGError) -> PGTupleSequence<repeat each Value> {
        try await stream(query, timeout: timeout, file: file, line: line).decode(as: types)
    }

    /// Runs a COPY … TO STDOUT on a connection of its own; see ``PGConnection/copyOut(_:timeout:)``.
    ///
    /// - Throws: ``PGError``, as ``query(_:timeout:file:line:)``.
    public func copyOut(
        _ query: PGQuery, timeout: Duration? = nil, file: StaticString = #fileID, line: UInt = #line
    ) async throws(PGError) -> PGCopySequence {
        let lease = try await lease(for: query.sql, PoolCallSite(file: file, line: line))
        return try await lease.connection.copyOut(query, timeout: timeout, lease: lease)
    }
}

extension PGPool {
    /// Notifications on a channel, on a connection of their own beside the pool's; see ``PGNotificationSequence``.
    ///
    /// - Parameters:
    ///   - channel: The channel's name, with its case as it is.
    ///   - options: Bounds on what listening does.
    public func notifications(
        on channel: String, options: PGNotificationSequence.Options = PGNotificationSequence.Options()
    ) -> PGNotificationSequence {
        let lender = lender
        return PGNotificationSequence(channel: channel, options: options) { () async throws(PGError) in
            try await lender.connectApart()
        }
    }

    /// A connection beside the pool's, for what needs a session of its own, such as a lock that is held for long.
    package func connectApart() async throws(PGError) -> PGConnection { try await lender.connectApart() }

    private func lease(for sql: String, _ site: PoolCallSite) async throws(PGError) -> StreamLease {
        // What the statement's end will say is not waited for.
        let use: PoolUse = SessionTraces.mayBeLeft(by: sql) ? .traces : .clean
        return StreamLease(try await lender.acquire(for: site), use, of: lender)
    }
}

/// A lent connection, given back when the last holder lets go.
private final class StreamLease: Sendable {
    private let lease: PoolLender.Lease
    private let use: PoolUse
    private let lender: PoolLender

    init(_ lease: PoolLender.Lease, _ use: PoolUse, of lender: PoolLender) {
        self.lease = lease
        self.use = use
        self.lender = lender
    }

    var connection: PGConnection { lease.connection }

    deinit {
        lender.release(lease, use)
    }
}
