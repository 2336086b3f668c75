import PGWire

/// Some tasks over fewer connections of a pool, which lends one for each query.
enum Pooled {
    static func measure(
        _ settings: Settings, standardCount: Int,
        _ body: @escaping @Sendable (_ task: Int, _ count: Int, PGPool) async throws -> Void
    ) async throws -> Measurement {
        let tasks = try settings.count("TASKS", 16)
        let each = try settings.count("N", standardCount) / tasks
        let pool = try await settings.pool(connections: settings.count("CONNS", 8))
        let meter = Meter()
        try await withThrowingTaskGroup { group in
            for task in 0..<tasks {
                group.addTask(executorPreference: PGEventLoop.any()) { try await body(task, each, pool) }
            }
            try await group.waitForAll()
        }
        return meter.stop(each * tasks)
    }
}

extension Workload {
    /// B_pool: as B, through a pool.
    static let pooledSelect = Workload("B_pool") { settings in
        try await Pooled.measure(settings, standardCount: 100_000) { _, count, pool in
            for value in 0..<count { try await Select.run(Int64(value), on: pool) }
        }
    }

    /// F_pool: as F, through a pool.
    static let pooledUpsert = Workload("F_pool") { settings in
        try await Pooled.measure(settings, standardCount: 20_000) { task, count, pool in
            var keys = Upsert.Keys(seed: task)
            for step in 0..<count { try await pool.query(Upsert.statement(keys.next(), step: step)) }
        }
    }
}
