public import MCP

/// One rule that every `SessionStore` keeps, checked on a store of its own.
/// ```swift
/// @Test(arguments: SessionStoreContract.rules)
/// func contract(_ rule: SessionStoreContract) async throws {
///     try await rule.check { limits in
///         let clock = MyClock()
///         return SubjectStore(MyStore(limits: limits, clock: clock), elapse: { clock.advance(by: $0) })
///     }
/// }
/// ```
public struct SessionStoreContract: Sendable, CustomStringConvertible {
    /// What the rule says.
    public let description: String
    private let limits: SessionLimits
    private let rule: @Sendable (SubjectStore) async throws -> Void

    /// All rules.
    public static let rules =
        sessionRules + principalRules + valueRules + versionRules + deletionRules + incrementRules + listRules
        + quotaRules
        + streamRules + changeRules + messageRules

    init(
        _ description: String, limits: SessionLimits = SessionLimits(),
        _ rule: @escaping @Sendable (SubjectStore) async throws -> Void
    ) {
        self.description = description
        self.limits = limits
        self.rule = rule
    }

    /// Returns where the store keeps the rule.
    ///
    /// - Parameter makeStore: Makes a store with these limits that holds nothing.
    /// - Throws: ``BrokenRule``, or what the store threw where it was not to throw.
    public func check(_ makeStore: (SessionLimits) async throws -> SubjectStore) async throws {
        try await rule(try await makeStore(limits))
    }
}

/// A store under test and the means to let time pass for it.
public struct SubjectStore: Sendable {
    /// The store.
    public let store: any SessionStore
    /// Makes everything in the store older.
    public let elapse: @Sendable (Duration) async throws -> Void

    /// A store under test.
    public init(_ store: any SessionStore, elapse: @escaping @Sendable (Duration) async throws -> Void) {
        self.store = store
        self.elapse = elapse
    }

    /// Opens a session of an hour.
    func opened(
        _ principal: Principal = .anonymous, timeToLive: Duration? = .seconds(3600)
    ) async throws -> SessionHandle {
        let handle = SessionHandle.random()
        _ = try await store.open(
            NewSession(principal: principal, era: .modern, protocolVersion: "2026-07-28", timeToLive: timeToLive),
            as: handle)
        return handle
    }

    /// Stores a value as anonymous.
    @discardableResult
    func storeValue(
        _ value: JSONValue, _ key: String, in handle: SessionHandle, ifVersion: Int64? = nil,
        timeToLive: Duration? = nil
    ) async throws(SessionStoreError) -> StoredValueReceipt {
        try await store.storeValue(
            value, forKey: key, in: handle, of: .anonymous, ifVersion: ifVersion, timeToLive: timeToLive)
    }

    /// Reads a value as anonymous.
    func value(_ key: String, in handle: SessionHandle) async throws(SessionStoreError) -> StoredValue? {
        try await store.value(forKey: key, in: handle, of: .anonymous)
    }

    /// The counts of a session of anonymous.
    func summary(_ handle: SessionHandle) async throws(SessionStoreError) -> SessionSummary {
        try await store.summary(of: handle, principal: .anonymous)
    }
}

/// A rule that was broken.
public struct BrokenRule: Error, CustomStringConvertible {
    /// What was found.
    public let description: String
}

/// Runs the work so many times at once.
func concurrently<Result: Sendable>(
    _ times: Int, _ work: @escaping @Sendable (Int) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: Result.self) { group in
        for number in 0..<times { group.addTask { try await work(number) } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
}

/// Throws unless both are equal.
func require<Value: Equatable>(
    _ found: Value, equals expected: Value, _ what: String = "", line: Int = #line
) throws {
    guard found == expected else {
        throw BrokenRule(description: "line \(line): \(what) \(found) is not \(expected)")
    }
}

/// Throws unless the work fails with this error.
func require<Value>(
    _ expected: SessionStoreError, line: Int = #line, from work: () async throws(SessionStoreError) -> Value
) async throws {
    let value: Value
    do throws(SessionStoreError) {
        value = try await work()
    } catch {
        guard error == expected else { throw BrokenRule(description: "line \(line): \(error) is not \(expected)") }
        return
    }
    throw BrokenRule(description: "line \(line): \(value) where \(expected) was to be thrown")
}

/// Throws unless the work fails because something is too much.
func requireQuotaExceeded<Value>(
    line: Int = #line, from work: () async throws(SessionStoreError) -> Value
) async throws {
    let value: Value
    do throws(SessionStoreError) {
        value = try await work()
    } catch {
        guard case .quotaExceeded = error else { throw BrokenRule(description: "line \(line): \(error)") }
        return
    }
    throw BrokenRule(description: "line \(line): \(value) where a quota was to be exceeded")
}
