import PGWire

extension Workload {
    private static let insert: PGStatement = "insert into bulk values($1,$2)"

    /// D_pipe: rows written by an INSERT each, in pipelines of a batch each, all in one transaction.
    static let pipelinedInserts = Workload("D_pipe") { settings in
        let (connection, count) = try await Bulk.prepare(settings)
        let batch = try settings.count("BATCH", 1000)
        let meter = Meter()
        try await connection.query("begin")
        for first in stride(from: 0, to: count, by: batch) {
            try await connection.withPipeline { pipeline in
                for number in first..<min(first + batch, count) {
                    let text = try Bulk.text(number)
                    pipeline.query(insert(Int64(number), text))
                }
            }
        }
        try await connection.query("commit")
        return meter.stop(count)
    }
}
