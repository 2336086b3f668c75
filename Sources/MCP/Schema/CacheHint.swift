/// How long a client may keep a result, and whether it may share it (2026-07-28, caching).
enum CacheHint {
    /// Five minutes: the lists are fixed while a process lives, and a client should notice a new release soon.
    private static let timeToLiveMilliseconds = 300_000

    /// Adds the hint to a result that is the same for every client.
    static func add(to result: inout JSONObject) {
        result["ttlMs"] = JSONValue(timeToLiveMilliseconds)
        result["cacheScope"] = "public"
    }
}
