/// How long a client may keep a result, and whether it may share it (2026-07-28, caching).
public struct CacheHint: Sendable, Hashable {
    /// Who may be given the kept result.
    public enum Scope: String, Sendable, Hashable {
        /// Anybody.
        case `public`
        /// Who asked for it.
        case `private`
    }

    /// How long it may be kept, to a millisecond; 0 for not at all.
    public var timeToLive: Duration
    /// Who may be given the kept result.
    public var scope: Scope

    /// A hint.
    public init(timeToLive: Duration, scope: Scope) {
        self.timeToLive = timeToLive
        self.scope = scope
    }

    /// For a result that is good for this one answer.
    public static let none = CacheHint(timeToLive: .zero, scope: .private)
    /// For lists: five minutes, the same for everybody. They are fixed while a process lives, or their change is told.
    public static let lists = CacheHint(timeToLive: .seconds(300), scope: .public)

    /// Adds the hint to a result.
    func add(to result: inout JSONObject) {
        result["ttlMs"] = JSONValue(max(0, timeToLive.wholeMicroseconds / 1000))
        result["cacheScope"] = .string(scope.rawValue)
    }
}
