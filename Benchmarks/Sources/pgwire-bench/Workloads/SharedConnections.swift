import PGWire

/// Some tasks over fewer connections. Each task keeps to one connection, which it shares with other tasks, and runs on
/// its loop; nothing is lent, since a connection takes queries of any number of tasks.
enum SharedConnections {
    static func measure(
        _ settings: Settings, standardCount: Int, prepare: (PGConnection) async throws -> Void,
        _ body: @escaping @Sendable (_ task: Int, _ count: Int, PGConnection) async throws -> Void
    ) async throws -> Measurement {
        let tasks = try settings.count("TASKS", 16)
        let each = try settings.count("N", standardCount) / tasks
        var connections: [(connection: PGConnection, loop: PGEventLoop)] = []
        for _ in 0..<(try settings.count("CONNS", 8)) {
            let loop = PGEventLoop.any()
            let connection = try await settings.connect(on: loop)
            try await prepare(connection)
            connections.append((connection, loop))
        }
        let meter = Meter()
        try await withThrowingTaskGroup { group in
            for task in 0..<tasks {
                let (connection, loop) = connections[task % connections.count]
                group.addTask(executorPreference: loop) { try await body(task, each, connection) }
            }
            try await group.waitForAll()
        }
        return meter.stop(each * tasks)
    }
}

extension Workload {
    /// B: 16 tasks over 8 connections.
    static let sharedSelect = Workload("B") { settings in
        try await SharedConnections.measure(settings, standardCount: 100_000) { connection in
            try await Select.run(0, on: connection)
        } _: { _, count, connection in
            for value in 0..<count { try await Select.run(Int64(value), on: connection) }
        }
    }

    /// F: a key's value is inserted or replaced, by 16 tasks over 8 connections.
    static let sharedUpsert = Workload("F") { settings in
        try await SharedConnections.measure(settings, standardCount: 20_000) { connection in
            try await connection.query(Upsert.warmUp)
        } _: { task, count, connection in
            var keys = Upsert.Keys(seed: task)
            for step in 0..<count { try await connection.query(Upsert.statement(keys.next(), step: step)) }
        }
    }
}
