extension Workload {
    /// A_pipe: one connection, many queries under way at once, in batches.
    static let pipelined = Workload("A_pipe") { settings in
        let count = try settings.count("N", 200_000)
        let batch = try settings.count("BATCH", 100)
        let connection = try await settings.connect()
        try await Select.run(0, on: connection)
        let meter = Meter()
        for first in stride(from: 0, to: count, by: batch) {
            try await withThrowingTaskGroup { group in
                for value in first..<min(first + batch, count) {
                    group.addTask { try await Select.run(Int64(value), on: connection) }
                }
                try await group.waitForAll()
            }
        }
        return meter.stop(count)
    }
}
