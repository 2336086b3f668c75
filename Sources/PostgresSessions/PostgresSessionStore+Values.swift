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

    /// See `SessionStore.deleteValue(forKey:in:of:ifVersion:)`.
    public func deleteValue(
        forKey key: String, in handle: SessionHandle, of principal: Principal, ifVersion expected: Int64?
    ) async throws(SessionStoreError) -> Bool {
        try limits.check(principal)
        try limits.check(key: key)
        try limits.check(expectedVersion: expected)
        let query = PGQuery(unsafeSQL: Statement.deleteValue, handle.digest, principal.name, key, expected)
        for _ in 0..<Self.attempts {
            let row = try firstRow(try await run(query))
            let (_, deleted, seen) = try reading { () throws(PGError) in try row.decode(as: (Bool, Bool, Int64).self) }
            if deleted || seen == 0 { return deleted }
            // What was not deleted though its version is right, or need not be, was seen in an outdated snapshot.
            if let expected, seen != expected { throw .versionConflict(current: seen) }
        }
        throw .unavailable("too many others are writing this key now")
    }

    /// See `SessionStore.keys(withPrefix:after:limit:in:of:)`.
    public func keys(
        withPrefix prefix: String, after cursor: KeyCursor?, limit: Int, in handle: SessionHandle,
        of principal: Principal
    ) async throws(SessionStoreError) -> StoredKeys {
        try limits.check(principal)
        try limits.check(prefix: prefix, pageLimit: limit)
        let range = KeyRange(prefix: prefix, after: cursor)
        let query = PGQuery(
            unsafeSQL: Statement.keys, handle.digest, principal.name, range.lowerBound, range.upperBound,
            Int64(limit + 1))
        let result = try await run(query, repeatable: true)
        _ = try firstRow(result)
        return try reading { () throws(PGError) in StoredKeys(try Self.keys(result), limit: limit) }
    }

    private static func keys(_ result: PGResult) throws(PGError) -> [StoredKey] {
        var keys: [StoredKey] = []
        for row in result {
            let (_, key, version, size, expires) = try row.decode(
                as: (Bool, String?, Int64?, Int32?, PGTimestamp?).self)
            guard let key, let version, let size else { continue }
            let expiresAt: Timestamp? = if let expires { try Timestamp(expires) } else { nil }
            keys.append(StoredKey(key: key, version: version, size: Int(size), expiresAt: expiresAt))
        }
        return keys
    }

    /// See `SessionStore.incrementValue(forKey:by:in:of:)`.
    public func incrementValue(
        forKey key: String, by amount: Int64, in handle: SessionHandle, of principal: Principal
    ) async throws(SessionStoreError) -> StoredInteger {
        try limits.check(principal)
        try limits.check(key: key)
        let query = PGQuery(
            unsafeSQL: Statement.incrementValue, handle.digest, principal.name, key, amount,
            Int64(limits.maximumKeys), Int64(limits.maximumBytes))
        for _ in 0..<Self.attempts {
            let row = try firstRow(try await run(query))
            let (_, version, sum, seen) = try reading { () throws(PGError) in
                try row.decode(as: (Bool, Int64?, String?, String?).self)
            }
            if let version, let value = sum.flatMap({ Int64($0) }) {
                return StoredInteger(value: value, version: version)
            }
            guard let seen else { continue }
            guard let addend = Int64(seen) else { throw .notANumber }
            // A sum that fits was prevented by another value, which the snapshot does not show yet.
            if addend.addingReportingOverflow(amount).overflow { throw .numberOutOfRange }
        }
        throw .unavailable("too many others are writing this key now")
    }
}
