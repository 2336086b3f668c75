import Foundation
import MCP
import TestSupport
import Testing

@testable import PostgresSessions

/// A database that holds so much, and what is measured in it.
struct CostBed {
    var size: Int
    var database: TestDatabase
    var store: PostgresSessionStore
    var handle = SessionHandle.random()
    var stream = StreamID.random()
}

/// What the same operations cost at several sizes, by the server's own account.
///
/// The sizes take turns, so that whatever else the machine does hits them alike, and the median of the turns counts.
struct CostTable {
    /// What one operation cost.
    private struct Cost {
        var milliseconds: Double
        var pages: Double
        var walBytes: Double
    }

    /// How much more an operation may cost at the largest size than at the smallest.
    static let limit = 1.5

    private(set) var lines = [
        "operation | size | ms | pages | WAL bytes | × ms | × WAL bytes",
        "--- | ---: | ---: | ---: | ---: | ---: | ---:",
    ]
    /// The operations that cost more than they may.
    private(set) var tooDear: [String] = []

    /// Measures an operation, which gets the bed and the number of its turn in it.
    mutating func measure(
        _ name: String, _ beds: [CostBed], turns: Int = 9, operations: Int = 100,
        _ operation: (CostBed, Int) async throws -> Void
    ) async throws {
        var found = beds.map { _ in [Cost]() }
        // The first turn fills the caches and is not counted.
        for turn in 0...turns {
            for (place, bed) in beds.enumerated() {
                try await bed.database.sql("SELECT pg_stat_statements_reset()")
                for number in 0..<operations { try await operation(bed, turn * operations + number) }
                let cost = try await Self.cost(in: bed.database)
                if turn > 0 { found[place].append(cost) }
            }
        }
        report(name, beds.map(\.size), found.map(Self.middle))
    }

    private static func cost(in database: TestDatabase) async throws -> Cost {
        let row = try await database.sql(
            """
            SELECT sum(total_exec_time) / sum(calls), sum(shared_blks_hit + shared_blks_read) / sum(calls),
                sum(wal_bytes) / sum(calls)
            FROM pg_stat_statements WHERE query LIKE '%mcp_session%' AND query NOT LIKE '%unnest%'
            """)
        let numbers = row.split(separator: "|").compactMap { Double($0) }
        try #require(numbers.count == 3, "\(row)")
        return Cost(milliseconds: numbers[0], pages: numbers[1], walBytes: numbers[2])
    }

    private static func middle(_ costs: [Cost]) -> Cost {
        func median(_ value: (Cost) -> Double) -> Double { costs.map(value).sorted()[costs.count / 2] }
        return Cost(
            milliseconds: median { $0.milliseconds }, pages: median { $0.pages }, walBytes: median { $0.walBytes })
    }

    private mutating func report(_ name: String, _ sizes: [Int], _ costs: [Cost]) {
        for (size, cost) in zip(sizes, costs) {
            let time = cost.milliseconds / costs[0].milliseconds
            // Reads write nothing, but for a bit that one of them sets now and then.
            let wal = (cost.walBytes + 100) / (costs[0].walBytes + 100)
            lines.append(
                "\(name) | \(size) | \(Self.text(cost.milliseconds, 3)) | \(Self.text(cost.pages, 1)) | "
                    + "\(Self.text(cost.walBytes, 0)) | \(Self.text(time, 2)) | \(Self.text(wal, 2))")
            if max(time, wal) > Self.limit { tooDear.append("\(name) at \(size)") }
        }
    }

    private static func text(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }
}
