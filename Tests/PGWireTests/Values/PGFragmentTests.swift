import TestSupport
import Testing

@testable import PGWire

struct PGFragmentTests {
    @Test("fragments are put together and their parameters numbered in the query")
    func numbering() throws {
        var filter: PGFragment = "WHERE a = \(Int64(1))"
        filter += " AND b = \("x")"
        let query: PGQuery = "SELECT \(true), * FROM t \(filter) LIMIT \(Int64(9)) -- \(filter)"
        #expect(query.sql == "SELECT $1, * FROM t WHERE a = $2 AND b = $3 LIMIT $4 -- WHERE a = $5 AND b = $6")
        #expect(query.parameters.types == [.bool, .int8, .text, .int8, .int8, .text])
        let expected = PGQuery(unsafeSQL: "", true, Int64(1), "x", Int64(9), Int64(1), "x")
        #expect(try query.parameters.bytes() == expected.parameters.bytes())
    }

    @Test("fragments within fragments, lists of them, and a query of one")
    func composition() throws {
        let none: Int32? = nil
        let conditions: [PGFragment] = [
            "a = \(Int64(1))", "(\("x" as PGFragment))", "b IS \(unsafeSQL: "NOT") \(none)",
        ]
        let query = PGQuery("SELECT 1 WHERE " + conditions.joined(separator: " AND "))
        #expect(query.sql == "SELECT 1 WHERE a = $1 AND (x) AND b IS NOT $2")
        #expect(query.parameters.types == [.int8, .int4])
        #expect(PGQuery([PGFragment]().joined(separator: ", ")).sql == "")
        #expect(PGQuery("\("a" as PGFragment)\("b" as PGFragment)").sql == "ab")
        // What one gets does not reach the other.
        let first: PGFragment = "\(Int64(1))"
        var second = first
        second += "\(Int64(2))"
        #expect(PGQuery(first).sql == "$1" && PGQuery(second).sql == "$1$2")
    }

    @Test("identifiers are quoted, whatever they hold")
    func identifiers() throws {
        let name = "we\"ird; --"
        #expect(("SELECT \(identifier: name)" as PGQuery).sql == #"SELECT "we""ird; --""#)
        #expect(("\(identifier: "a.b", "C d")" as PGQuery).sql == #""a.b"."C d""#)
        #expect(PGQuery("\(identifier: "x") = \(Int64(1))" as PGFragment).sql == #""x" = $1"#)
        // A quote with an accent on it is one character to Swift and two to the server.
        let accented = "a\"\u{301} OR true --"
        let query: PGQuery = "\(identifier: accented)"
        #expect(Array(query.sql.utf8) == Array("\"a\"\"\u{301} OR true --\"".utf8))
    }

    @Test(
        "identifiers that the server would take for another are reported when the query runs",
        arguments: ["", "a\0b", String(repeating: "x", count: 64), String(repeating: "é", count: 32)])
    func refusedIdentifiers(name: String) {
        let queries: [PGQuery] = [
            "SELECT \(identifier: "a", name)", PGQuery("SELECT \(identifier: name)" as PGFragment),
        ]
        for query in queries {
            let error = failure { () throws(PGError) in try query.parameters.bytes() }
            #expect(error?.code == .usage)
        }
        #expect(
            failure { () throws(PGError) in
                try ("\(identifier: String(repeating: "x", count: 63))" as PGQuery).parameters.bytes()
            } == nil)
    }

    @Test("the server takes a quoted identifier for the name it is", .needsServer)
    func serverNames() async throws {
        let session = try await ValueSession.open()
        for name in ["Order", "a\"b", "a.b", "x'; --", "a\"\u{301}", "\\", "\u{FFFF}😀", " ", "$1", "select"] {
            let result = try await session.connection.query("SELECT 1 AS \(identifier: name)")
            #expect(result.columns.map { Array($0.name.utf8) } == [Array(name.utf8)])
            try await session.connection.query(
                "CREATE TEMPORARY TABLE \(identifier: "pg_temp", name) (\(identifier: name) int)")
            let (first, second) = (PGFragment("\(identifier: name) = ANY(\([1, 2] as [Int32]))"), PGFragment("true"))
            let both = [first, second].joined(separator: " AND ")
            #expect(try await session.connection.query("SELECT * FROM \(identifier: name) WHERE \(both)").isEmpty)
        }
    }
}
