public import MCP
internal import PGWire

extension PostgresSessionStore {
    /// See `SessionStore.storeValue(_:forKey:in:of:ifVersion:timeToLive:)`.
    public func storeValue(
        _ value: JSONValue, forKey key: String, in handle: SessionHandle, of principal: Principal,
        ifVersion expected: Int64?, timeToLive: Duration?
    ) async throws(SessionStoreError) -> StoredValueReceipt {
        let text = value.description
        try limits.check(principal)
        try limits.check(key: key)
        try limits.check(valueBytes: text.utf8.count)
        try limits.check(expectedVersion: expected)
        let lifetime = try limits.valueLifetime(timeToLive)
        let query = PGQuery(
            unsafeSQL: expected ?? 0 == 0 ? Statement.storeValue : Statement.replaceValue,
            handle.digest, principal.name, key, text, Int32(clamping: key.utf8.count + text.utf8.count), expected,
            lifetime?.wholeMicroseconds, Int64(limits.maximumKeys), Int64(limits.maximumBytes))
        for _ in 0..<Self.attempts {
            let row = try firstRow(try await run(query))
            let (receipt, seen) = try reading { () throws(PGError) in try Self.outcome(row) }
            if let receipt { return receipt }
            // A conflict with the very version that was expected was seen in an outdated snapshot; the next is newer.
            if seen != expected { throw .versionConflict(current: seen) }
        }
        throw .unavailable("too many others are writing this key now")
    }

    private static var attempts: Int { 5 }

    private static func outcome(_ row: PGRow) throws(PGError) -> (receipt: StoredValueReceipt?, seen: Int64) {
        let (_, version, created, expires, seen) = try row.decode(
            as: (Bool, Int64?, Bool?, PGTimestamp?, Int64).self)
        guard let version, let created else { return (nil, seen) }
        let expiresAt: Timestamp? = if let expires { try Timestamp(expires) } else { nil }
        return (StoredValueReceipt(version: version, created: created, expiresAt: expiresAt), seen)
    }

    /// See `SessionStore.value(forKey:in:of:)`.
    public func value(
        forKey key: String, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StoredValue? {
        try limits.check(principal)
        try limits.check(key: key)
        let query = PGQuery(unsafeSQL: Statement.value, handle.digest, principal.name, key)
        let row = try firstRow(try await run(query, repeatable: true))
        return try reading { () throws(PGError) in
            let (_, text, version) = try row.decode(as: (Bool, String?, Int64?).self)
            guard let value = try JSONValue(stored: text), let version else { return nil }
            return StoredValue(value: value, version: version)
        }
    }
}
