import PGWire

/// A result of many rows, of four types.
enum Rows {
    static func query(_ count: Int) -> PGQuery {
        PGQuery(unsafeSQL: "select i, i::float8, md5(i::text), now() from generate_series(1,\(count)) i")
    }

    /// What was read of the rows, so that nothing of it can be left out.
    struct Sum {
        private var count = 0
        private var sum: Int64 = 0

        mutating func add(_ row: PGRow) throws {
            let (number, float, text, time) = try row.decode(as: (Int32, Double, String, PGTimestamp).self)
            sum &+= Int64(number) &+ Int64(float) &+ Int64(text.utf8.first ?? 0)
            if case .microsecondsSince2000(let microseconds) = time { sum &+= microseconds & 1 }
            count += 1
        }

        func check(_ expected: Int) throws {
            guard count == expected, sum > 0 else { throw Failure("\(count) rows instead of \(expected)") }
        }
    }
}

extension Workload {
    /// C_whole: a result of many rows, all of which are held before the first is read.
    static let wholeResult = Workload("C_whole") { settings in
        let count = try settings.count("N", 1_000_000)
        let connection = try await settings.connect()
        let meter = Meter()
        var sum = Rows.Sum()
        for row in try await connection.query(Rows.query(count), timeout: .seconds(600)) { try sum.add(row) }
        try sum.check(count)
        return meter.stop(count)
    }
}
