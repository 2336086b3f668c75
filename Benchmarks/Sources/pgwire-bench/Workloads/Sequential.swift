extension Workload {
    /// A: one connection, one query after the other.
    static let sequential = Workload("A") { settings in
        let count = try settings.count("N", 50_000)
        let connection = try await settings.connect()
        try await Select.run(0, on: connection)
        var meter = settings.meter(latencies: count)
        for value in 0..<count {
            let start = Meter.now
            try await Select.run(Int64(value), on: connection)
            meter.record(since: start)
        }
        return meter.stop(count)
    }
}
