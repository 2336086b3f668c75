import Testing

@testable import PGWire

@Suite("The statement cache")
struct StatementCacheTests {
    private func key(_ sql: String, _ types: PGTypeList = []) -> StatementCache.Key {
        StatementCache.Key(sql: sql, types: types)
    }

    private func prepared(_ keys: StatementCache.Key..., capacity: Int) -> StatementCache {
        var cache = StatementCache(capacity: capacity)
        for key in keys {
            if case .prepare(let statement) = cache.plan(for: key) { cache.didPrepare(statement, columns: []) }
        }
        return cache
    }

    @Test("a statement is bound by its name once it was prepared")
    func reuse() {
        var cache = StatementCache(capacity: 2)
        guard case .prepare(let statement) = cache.plan(for: key("a")) else {
            Issue.record("not prepared")
            return
        }
        cache.didPrepare(statement, columns: [PGColumn(name: "x", type: .int8)])
        guard case .bind(let same) = cache.plan(for: key("a")) else {
            Issue.record("not bound")
            return
        }
        #expect(same === statement)
        #expect(same.columns?.map(\.name) == ["x"])
    }

    @Test("the same text with other types is another statement")
    func types() {
        var cache = prepared(key("a", [.int8]), capacity: 2)
        #expect(cache.plan(for: key("a", [.text])).isPrepare)
        #expect(cache.plan(for: key("a", [.int8])).isBind)
    }

    @Test("while a statement is being prepared, the others with its text rely on it without knowing its columns")
    func pending() {
        var cache = StatementCache(capacity: 2)
        guard case .prepare(let statement) = cache.plan(for: key("a")),
            case .bind(let same) = cache.plan(for: key("a"))
        else {
            Issue.record("not prepared and bound")
            return
        }
        #expect(same === statement && same.columns == nil)
    }

    @Test("the longest unused makes room and is closed once")
    func eviction() {
        var cache = prepared(key("a"), key("b"), capacity: 2)
        guard case .bind(let b) = cache.plan(for: key("b")) else {
            Issue.record("not bound")
            return
        }
        _ = cache.plan(for: key("a"))
        #expect(cache.plan(for: key("c")).isPrepare)
        #expect(cache.takeAbandoned() == [b.name])
        #expect(cache.takeAbandoned().isEmpty)
        #expect(cache.plan(for: key("a")).isBind)
    }

    @Test("a statement that is being prepared is not evicted")
    func pendingStays() {
        var cache = StatementCache(capacity: 1)
        guard case .prepare(let a) = cache.plan(for: key("a")) else {
            Issue.record("not prepared")
            return
        }
        #expect(cache.plan(for: key("b")).isUnnamed)
        cache.didPrepare(a, columns: [])
        #expect(cache.plan(for: key("b")).isPrepare)
    }

    @Test("a failure to prepare is never kept, and its name never used again")
    func failure() {
        var cache = StatementCache(capacity: 1)
        guard case .prepare(let first) = cache.plan(for: key("a")) else { return }
        cache.didFailToPrepare(first)
        guard case .prepare(let second) = cache.plan(for: key("a")) else {
            Issue.record("a failure was kept")
            return
        }
        #expect(first.name != second.name)
        #expect(cache.takeAbandoned().isEmpty)
    }

    @Test("a statement that was prepared and not described is closed")
    func undescribed() {
        var cache = StatementCache(capacity: 1)
        guard case .prepare(let statement) = cache.plan(for: key("a")) else { return }
        cache.didPrepare(statement, columns: nil)
        #expect(cache.takeAbandoned() == [statement.name])
        #expect(cache.plan(for: key("a")).isPrepare)
    }

    @Test("a statement that went stale is closed and prepared anew; forgetting twice is harmless")
    func forget() {
        var cache = prepared(key("a"), capacity: 1)
        cache.forget(key("a"))
        cache.forget(key("a"))
        #expect(cache.takeAbandoned().count == 1)
        #expect(cache.plan(for: key("a")).isPrepare)
    }

    @Test("what was forgotten while it was being prepared is not taken for what has its text since")
    func forgottenMeanwhile() {
        var cache = StatementCache(capacity: 1)
        guard case .prepare(let first) = cache.plan(for: key("a")) else { return }
        cache.forget(key("a"))
        guard case .prepare(let second) = cache.plan(for: key("a")) else {
            Issue.record("not prepared anew")
            return
        }
        cache.didPrepare(first, columns: [])
        #expect(second.columns == nil)
        cache.didFailToPrepare(first)
        #expect(cache.plan(for: key("a")).isBind)
        #expect(cache.takeAbandoned() == [first.name])
    }

    @Test("without capacity nothing is named")
    func none() {
        var cache = StatementCache(capacity: 0)
        #expect(cache.plan(for: key("a")).isUnnamed)
        #expect(cache.plan(for: key("a")).isUnnamed)
    }
}

extension StatementCache.Plan {
    var isBind: Bool { if case .bind = self { true } else { false } }
    var isPrepare: Bool { if case .prepare = self { true } else { false } }
    var isUnnamed: Bool { if case .unnamed = self { true } else { false } }
}
