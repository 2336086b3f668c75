internal import Digests
public import MCP
internal import PGWire

extension PostgresSessionStore {
    /// See `SessionStore.change(_:of:principal:)`.
    public func change(
        _ change: SessionChange, of handle: SessionHandle, principal: Principal
    ) async throws(SessionStoreError) {
        try limits.check(principal)
        try limits.check(change)
        let query =
            switch change {
            case .logLevel(let level):
                PGQuery(unsafeSQL: Statement.setLogLevel, handle.digest, principal.name, level.rawValue)
            case .subscribe(let uri):
                PGQuery(
                    unsafeSQL: Statement.subscribe, handle.digest, principal.name, uri,
                    Int64(limits.maximumSubscriptions))
            case .unsubscribe(let uri): PGQuery(unsafeSQL: Statement.unsubscribe, handle.digest, principal.name, uri)
            }
        let row = try firstRow(try await run(query, repeatable: true))
        guard try reading({ () throws(PGError) in try row.decode(Bool.self, at: 1) }) else {
            throw limits.tooManySubscriptions
        }
    }

    /// See `SessionStore.post(_:to:in:of:lasting:)`.
    public func post(
        _ message: [UInt8], to address: String, in handle: SessionHandle, of principal: Principal,
        lasting lifetime: Duration
    ) async throws(SessionStoreError) -> Bool {
        try limits.check(principal)
        try limits.check(message: message, address: address)
        let query = PGQuery(
            unsafeSQL: Statement.post, handle.digest, principal.name, address, message, lifetime.wholeMicroseconds,
            Int64(limits.maximumMessages))
        let row = try firstRow(try await run(query))
        let (wasPosted, isFull) = try reading { () throws(PGError) in
            (try row.decode(Bool.self, at: 1), try row.decode(Bool.self, at: 2))
        }
        if isFull { throw limits.tooManyMessages }
        if wasPosted { signals.tell(of: WatchSignal(.message(address: address), inSession: handle.digest)) }
        return wasPosted
    }

    /// See `SessionStore.take(_:in:of:)`.
    public func take(
        _ address: String, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> [UInt8]? {
        try limits.check(principal)
        let row = try firstRow(
            try await run(PGQuery(unsafeSQL: Statement.take, handle.digest, principal.name, address)))
        return try reading { () throws(PGError) in try row.decode([UInt8]?.self, at: 1) }
    }

    /// See `SessionStore.sharedKey()`: made by whoever asks first, and kept in the database.
    public func sharedKey() async throws(SessionStoreError) -> [UInt8] {
        if let key = try await storedKey() { return key }
        _ = try await run(
            PGQuery(
                unsafeSQL: "INSERT INTO mcp_shared_keys (name, key) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                Self.keyName, SecureRandom.bytes(32)), repeatable: true)
        guard let key = try await storedKey() else { throw .unavailable("the shared key was removed") }
        return key
    }

    private static var keyName: String { "request state" }

    private func storedKey() async throws(SessionStoreError) -> [UInt8]? {
        let result = try await run(
            PGQuery(unsafeSQL: "SELECT key FROM mcp_shared_keys WHERE name = $1", Self.keyName), repeatable: true)
        return try reading { () throws(PGError) in try result.first?.decode([UInt8].self, at: 0) }
    }
}
