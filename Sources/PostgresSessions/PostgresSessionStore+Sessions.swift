internal import Digests
public import MCP
internal import PGWire

extension PostgresSessionStore {
    /// See `SessionStore.open(_:as:)`.
    public func open(_ session: NewSession, as handle: SessionHandle) async throws(SessionStoreError) -> SessionRecord {
        try limits.check(session)
        let lifetime = try limits.lifetime(session.timeToLive)
        let query = PGQuery(
            unsafeSQL: Statement.open, handle.digest, session.principal.name, session.era.rawValue,
            session.protocolVersion, session.clientInfo?.description, session.clientCapabilities?.description,
            lifetime.wholeMicroseconds, session.label, Int64(limits.maximumSessionsPerPrincipal))
        let result =
            session.principal == .anonymous
            ? try await run(query) : try await run(query, under: Self.lock(of: session.principal))
        let opened = try reading { () throws(PGError) in
            try result.decode(as: (Bool, PGTimestamp?, PGTimestamp?, PGTimestamp?).self).first
        }
        guard opened?.0 == true else { throw limits.tooManySessions }
        guard let created = opened?.1, let active = opened?.2, let expires = opened?.3 else {
            throw .invalidArgument("the handle is in use")
        }
        return try reading { () throws(PGError) in
            SessionRecord(
                principal: session.principal, era: session.era, protocolVersion: session.protocolVersion,
                clientInfo: session.clientInfo, clientCapabilities: session.clientCapabilities,
                createdAt: try Timestamp(created), lastActivity: try Timestamp(active),
                expiresAt: try Timestamp(expires), label: session.label)
        }
    }

    /// Two principals with one lock only wait for each other.
    static func lock(of principal: Principal) -> PGQuery {
        let digest = SHA256.hash(Array(principal.name.utf8))
        let number = digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return PGQuery(unsafeSQL: Statement.lockPrincipal, Schema.principalLocks, Int32(bitPattern: number))
    }

    /// See `SessionStore.session(_:of:)`.
    public func session(
        _ handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> SessionRecord {
        try limits.check(principal)
        let query = PGQuery(unsafeSQL: Statement.read, handle.digest, principal.name)
        let row = try firstRow(try await run(query, repeatable: true))
        return try reading { () throws(PGError) in try SessionRecord(row, principal: principal) }
    }

    /// See `SessionStore.close(_:of:)`.
    public func close(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> Int {
        try limits.check(principal)
        let row = try firstRow(try await run(PGQuery(unsafeSQL: Statement.close, handle.digest, principal.name)))
        // Another call closed it after this statement's snapshot.
        guard let keys = try reading({ () throws(PGError) in try row.decode(Int64?.self, at: 1) }) else {
            throw .sessionUnknown
        }
        signals.tell(of: WatchSignal(endOfSession: handle.digest))
        return Int(keys)
    }

    /// See `SessionStore.clear(_:of:)`.
    public func clear(_ handle: SessionHandle, of principal: Principal) async throws(SessionStoreError) -> Int {
        try limits.check(principal)
        let row = try firstRow(try await run(PGQuery(unsafeSQL: Statement.clear, handle.digest, principal.name)))
        return Int(try reading { () throws(PGError) in try row.decode(Int64.self, at: 1) })
    }

    /// See `SessionStore.summary(of:principal:)`.
    public func summary(
        of handle: SessionHandle, principal: Principal
    ) async throws(SessionStoreError) -> SessionSummary {
        try limits.check(principal)
        let query = PGQuery(unsafeSQL: Statement.summary, handle.digest, principal.name)
        let row = try firstRow(try await run(query, repeatable: true))
        return try reading { () throws(PGError) in
            SessionSummary(
                session: try SessionRecord(row, principal: principal),
                keyCount: Int(try row.decode(Int64.self, named: "keys")),
                bytes: Int(try row.decode(Int64.self, named: "bytes")))
        }
    }

    /// See `SessionStore.sweep()`.
    public func sweep() async throws(SessionStoreError) -> Int {
        var removed = 0
        // What is left after so many rounds waits for the next sweep.
        for _ in 0..<Self.sweepRounds {
            let result = try await run(
                PGQuery(
                    unsafeSQL: Statement.sweep, Schema.sweepLock, Self.sessionsPerRound, Self.valuesPerRound,
                    limits.endedStreamRetention.wholeMicroseconds))
            let (removedNow, due) = try reading { () throws(PGError) in
                try result.decode(as: (Int64, Int64).self).first ?? (Int64(0), Int64(0))
            }
            removed += Int(removedNow)
            if due == 0 { break }
        }
        return removed
    }

    private static var sweepRounds: Int { 20 }
    private static var sessionsPerRound: Int64 { 200 }
    private static var valuesPerRound: Int64 { 10_000 }
}

extension SessionRecord {
    /// Reads the columns of ``Statement/recordColumns``.
    fileprivate init(_ row: PGRow, principal: Principal) throws(PGError) {
        guard let era = Era(rawValue: try row.decode(String.self, named: "era")) else {
            throw PGError(.unexpectedResult, "the session's era is none that is known", retry: .pointless)
        }
        self.init(
            principal: principal, era: era, protocolVersion: try row.decode(String.self, named: "protocol_version"),
            clientInfo: try JSONValue(stored: try row.decode(String?.self, named: "client_info")),
            clientCapabilities: try JSONValue(stored: try row.decode(String?.self, named: "client_capabilities")),
            createdAt: try Timestamp(try row.decode(PGTimestamp.self, named: "created_at")),
            lastActivity: try Timestamp(try row.decode(PGTimestamp.self, named: "last_activity")),
            expiresAt: try Timestamp(try row.decode(PGTimestamp.self, named: "expires_at")),
            logLevel: try row.decode(String?.self, named: "log_level").flatMap(LogLevel.init),
            subscriptions: try row.decode([String].self, named: "subscriptions"),
            label: try row.decode(String?.self, named: "label"))
    }
}
