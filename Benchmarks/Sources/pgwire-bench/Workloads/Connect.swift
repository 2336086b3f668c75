import PGWire

extension Workload {
    /// E: connects, authenticates and closes, again and again.
    static let connect = Workload("E") { settings in
        let count = try settings.count("N", 300)
        var meter = settings.meter(latencies: count)
        for _ in 0..<count {
            let start = Meter.now
            try await settings.connect().close()
            meter.record(since: start)
        }
        return meter.stop(count)
    }
}
