import Testing

@testable import PGWire

@Suite("Rows and results")
struct PGRowTests {
    private func result(
        _ rows: [[UInt8]], columns: [PGColumn], tag: String = "SELECT 1"
    ) throws -> PGResult {
        var machine = QueryMachine(
            QueryRequest(parses: false, knownColumns: columns), maximumResultBytes: 1 << 20)
        typealias S = ServerMessage
        try machine.receive(all: [S.bindComplete] + rows + [S.complete(tag), S.ready()])
        return try machine.takeOutcome().get()
    }

    private let columns = [
        PGColumn(name: "id", type: .int8), PGColumn(name: "total", type: .int8), PGColumn(name: "id", type: .int8),
    ]

    @Test("values are read by place, by name and as a tuple")
    func reading() throws {
        let rows = try result([ServerMessage.row(1, nil, 3), ServerMessage.row(4, 5, 6)], columns: columns)
        #expect(rows.count == 2)
        #expect(try rows[1].decode(Int64.self, at: 2) == 6)
        #expect(try rows[1].decode(Int64.self, named: "id") == 4)
        #expect(try rows[0].decode(Int64?.self, named: "total") == nil)
        let (a, b, c) = try rows[0].decode(as: (Int64, Int64?, Int64).self)
        #expect(a == 1 && b == nil && c == 3)
        #expect(try rows.map { row throws in try row.decode(Int64.self, at: 0) } == [1, 4])
    }

    @Test("an error names the column")
    func namedColumn() throws {
        let rows = try result([ServerMessage.row(1, nil, 3)], columns: columns)
        let null = failure { () throws(PGError) in try rows[0].decode(Int64.self, at: 1) }
        #expect(null?.code == .conversion)
        #expect(null?.message.contains("“total”") == true)
        let mismatch = failure { () throws(PGError) in try rows.decode(as: (Int64, String?, Int64).self) }
        // NULL is NULL in every type.
        #expect(mismatch == nil)
        let wrong = failure { () throws(PGError) in try rows[0].decode(as: (String, Int64?, Int64).self) }
        #expect(wrong?.code == .conversion)
        #expect(wrong?.message.contains("“id”") == true)
    }

    @Test("another number of columns is told, and so is a column that is not there")
    func shape() throws {
        let rows = try result([ServerMessage.row(1, 2, 3)], columns: columns)
        let few = failure { () throws(PGError) in try rows[0].decode(as: (Int64, Int64).self) }
        #expect(few?.code == .unexpectedResult)
        for column in [-1, 3, Int.max, Int.min] {
            let error = failure { () throws(PGError) in try rows[0].decode(Int64.self, at: column) }
            #expect(error?.code == .unexpectedResult)
        }
        let unknown = failure { () throws(PGError) in try rows[0].decode(Int64.self, named: "ID") }
        #expect(unknown?.code == .unexpectedResult)
        #expect(unknown?.message.contains("id, total, id") == true)
    }

    @Test("names are compared byte by byte, not as Unicode text")
    func exactNames() throws {
        let rows = try result([ServerMessage.row(1)], columns: [PGColumn(name: "e\u{301}", type: .int8)])
        #expect(failure { () throws(PGError) in try rows[0].decode(Int64.self, named: "\u{E9}") } != nil)
        #expect(try rows[0].decode(Int64.self, named: "e\u{301}") == 1)
    }

    @Test(
        "the number of rows comes from the tag, where it has one",
        arguments: [
            ("SELECT 3", 3), ("INSERT 0 12", 12), ("UPDATE 0", 0), ("BEGIN", nil), ("", nil), ("CREATE TABLE", nil),
            ("SELECT 99999999999999999999", nil), ("FETCH ", nil),
        ])
    func rowsAffected(tag: String, count: Int?) throws {
        #expect(try result([], columns: columns, tag: tag).rowsAffected == count)
    }
}
