import PGWire

extension Workload {
    /// A_pipe: one connection, queries in pipelines of a batch each.
    static let pipelined = Workload("A_pipe") { settings in
        let count = try settings.count("N", 200_000)
        let batch = try settings.count("BATCH", 100)
        let connection = try await settings.connect()
        try await Select.run(0, on: connection)
        let meter = Meter()
        for first in stride(from: 0, to: count, by: batch) {
            let values = first..<min(first + batch, count)
            try await connection.withPipeline { pipeline in
                let answers = values.map { pipeline.query(Select.query(Int64($0))) }
                for (value, answer) in zip(values, answers) { try Select.check(try await answer.result, Int64(value)) }
            }
        }
        return meter.stop(count)
    }

    /// A_tasks: one connection, queries of as many tasks as a batch has, which the connection pipelines by itself.
    static let concurrent = Workload("A_tasks") { settings in
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
