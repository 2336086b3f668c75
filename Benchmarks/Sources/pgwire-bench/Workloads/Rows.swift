import PGWire

/// A result of many rows, of four types.
enum Rows {
    typealias Row = (Int32, Double, String, PGTimestamp)

    static func query(_ count: Int) -> PGQuery {
        PGQuery(unsafeSQL: "select i, i::float8, md5(i::text), now() from generate_series(1,\(count)) i")
    }

    /// What was read of the rows, so that none of it can be left out.
    struct Sum {
        private var count = 0
        private var sum: Int64 = 0

        mutating func add(_ row: Row) {
            sum &+= Int64(row.0) &+ Int64(row.1) &+ Int64(row.2.utf8.first ?? 0)
            if case .microsecondsSince2000(let microseconds) = row.3 { sum &+= microseconds & 1 }
            count += 1
        }

        func check(_ expected: Int) throws {
            guard count == expected, sum > 0 else { throw Failure("\(count) rows instead of \(expected)") }
        }
    }
}

extension Workload {
    /// C: a result of many rows, each read as it comes.
    static let streamed = Workload("C") { settings in
        let count = try settings.count("N", 1_000_000)
        let connection = try await settings.connect()
        let meter = Meter()
        var sum = Rows.Sum()
        for try await row in try await connection.stream(Rows.query(count), as: Rows.Row.self) { sum.add(row) }
        try sum.check(count)
        return meter.stop(count)
    }

    /// C_whole: a result of many rows, all of which are held before the first is read.
    static let wholeResult = Workload("C_whole") { settings in
        let count = try settings.count("N", 1_000_000)
        let connection = try await settings.connect()
        let meter = Meter()
        var sum = Rows.Sum()
        for row in try await connection.query(Rows.query(count), timeout: .seconds(600)) {
            sum.add(try row.decode(as: Rows.Row.self))
        }
        try sum.check(count)
        return meter.stop(count)
    }
}
