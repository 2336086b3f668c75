import Foundation
import TestSupport
import Testing

@testable import PGWire

struct TypeNameTests {
    @Test("a name says nothing of which type it is, and goes from an array to its elements")
    func names() {
        let (mood, moods) = (PGType(70_000, named: TypeName("mood")), PGType(70_001, named: TypeName("mood[]")))
        #expect(mood == PGType(rawValue: 70_000))
        #expect(Set([mood, PGType(rawValue: 70_000)]).count == 1)
        #expect(mood.description == "mood" && moods.description == "mood[]")
        #expect(PGType(1, named: moods.name.element).description == "mood")
        #expect(PGType(rawValue: 70_000).name.element.text == nil)
        #expect(PGType(1, named: mood.name.element).description == "type 1")
        // A built-in type has one name.
        #expect(PGType(20, named: TypeName("mood")).description == "int8")
    }

    @Test("a name that is too long is none")
    func longName() {
        #expect(TypeName(String(repeating: "x", count: TypeName.longest)).text != nil)
        #expect(TypeName(String(repeating: "x", count: TypeName.longest + 1)).text == nil)
    }

    @Test("no more types are asked for than are remembered, and each once")
    func bound() {
        let names = TypeNames()
        let columns = (0..<2_000).map { PGColumn(name: "c", type: PGType(rawValue: 20_000 + $0)) }
        #expect(names.takeUnasked(of: columns).count == TypeNames.capacity)
        #expect(names.takeUnasked(of: columns).isEmpty)
        names.forget([columns[0].type])
        #expect(names.takeUnasked(of: columns) == [columns[0].type])
        #expect(names.naming([PGColumn(name: "c", type: .int8)]) == nil)
    }
}

@Suite("The names of types that somebody created", .needsServer, .needsSession)
struct TypeNameServerTests {
    private enum Size: String, PGEnum { case small }

    private func open(
        _ change: (inout PGConnection.Options) -> Void = { _ in }
    ) async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        var options = PGConnection.Options.ofThisRun
        change(&options)
        let connection = try await PGConnection.connect(
            try PGConfiguration(url: server.url(.superuser, sslMode: .ofThisRun)), options: options)
        try await connection.simpleQuery(
            """
            CREATE TYPE pg_temp."a size" AS ENUM ('small', 'large');
            CREATE DOMAIN pg_temp.amount AS int4;
            CREATE TYPE pg_temp.pair AS (a int4, b amount)
            """)
        return connection
    }

    private func message(_ body: () throws -> Void) -> String {
        #expect(throws: PGError.self) { try body() }
        do { try body() } catch { return "\(error)" }
        return ""
    }

    @Test("errors tell the type's name and the column, for a type, its arrays and their elements")
    func errors() async throws {
        let connection = try await open()
        let result = try await connection.query(
            """
            SELECT 'large'::pg_temp."a size" AS size, ARRAY['large'::pg_temp."a size"] AS sizes,
                ROW(1, 2)::pg_temp.pair AS pair
            """)
        #expect(result.columns.map { "\($0.type)" } == [#""a size""#, #""a size"[]"#, "pair"])
        let row = result[0]
        let number = message { _ = try row.decode(Int32.self, at: 0) }
        #expect(number.hasPrefix(#"Column “size”: A column of type "a size" cannot be read as Int32"#), "\(number)")
        #expect(message { _ = try row.decode(Size.self, at: 0) }.contains(#"label of "a size" is no case"#))
        #expect(message { _ = try row.decode([Size].self, at: 1) }.contains(#"label of "a size" is no case"#))
        #expect(message { _ = try row.decode([Int32].self, at: 1) }.contains(#"type "a size" cannot"#))
        #expect(message { _ = try row.decode(Bool.self, at: 2) }.contains("A column of type pair cannot"))
        connection.close()
    }

    @Test("a type is asked for once a connection, and once a pool")
    func once() async throws {
        let connection = try await open()
        let queries = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%format' || '_type(oid%'"
        for _ in 0..<3 { try await connection.query("SELECT NULL::pg_temp.pair") }
        let first = try await connection.query(PGQuery(unsafeSQL: queries)).decode(as: Int64.self)
        #expect(first == [1])
        #expect(connection.session.typeNames.takeUnasked(of: try await connection.query("SELECT 1").columns).isEmpty)
        connection.close()

        let server = try await PostgresServer.shared()
        var options = PGPool.Options()
        options.maximumConnections = 2
        let pool = PGPool(
            try PGConfiguration(url: server.url(.superuser, sslMode: .ofThisRun)), options: options)
        let type = "pool_type_\(UInt32.random(in: 0...(.max)))"
        try await pool.query("CREATE TYPE \(identifier: type) AS ENUM ('a')")
        let sql = PGQuery(unsafeSQL: "SELECT 'a'::\(type)")
        try await pool.withConnection { first in
            #expect(try await first.query(sql).columns[0].type.description == type)
            let (name, asked) = try await pool.withConnection { second in
                let name = try await second.query(sql).columns[0].type.description
                return (name, try await second.query(PGQuery(unsafeSQL: queries)).decode(as: Int64.self))
            }
            #expect(name == type && asked == [0])
        }
        try await pool.query("DROP TYPE \(identifier: type)")
        await pool.close()
    }

    @Test("streams, pipelines, portals and simple queries tell it too, once it is known")
    func everywhere() async throws {
        let connection = try await open()
        let sql: PGQuery = "SELECT ROW(1, 2)::pg_temp.pair"
        let unknown = try await connection.stream(sql)
        #expect(unknown.columns[0].type.description.hasPrefix("type "))
        for try await _ in unknown {}
        #expect(try await connection.simpleQuery(sql)[0].columns[0].type.description == "pair")
        let stream = try await connection.stream(sql)
        #expect(stream.columns[0].type.description == "pair")
        for try await row in stream { #expect(row.columns[0].type.description == "pair") }
        let piped = try await connection.withPipeline { try await $0.query(sql).result }
        #expect(piped.columns[0].type.description == "pair")
        try await connection.withTransaction { transaction in
            let portal = try await transaction.portal(sql)
            #expect(portal.columns[0].type.description == "pair")
            #expect(try await portal.fetch(1).columns[0].type.description == "pair")
        }
        connection.close()
    }

    @Test("in a transaction nothing is asked for, and what is known is told")
    func transaction() async throws {
        let connection = try await open()
        let sql: PGQuery = "SELECT NULL::pg_temp.pair"
        let unknown = try await connection.withTransaction { transaction in
            try await transaction.query(sql).columns[0].type
        }
        #expect(unknown.description == "type \(unknown.rawValue)")
        try await connection.query(sql)
        let known = try await connection.withTransaction { transaction in
            try await transaction.query(sql).columns[0].type
        }
        #expect(known.description == "pair")
        connection.close()
    }

    @Test("nothing is asked for where that is not wanted")
    func off() async throws {
        let connection = try await open { $0.looksUpTypeNames = false }
        let result = try await connection.query("SELECT NULL::pg_temp.pair")
        #expect(result.columns[0].type.description == "type \(result.columns[0].type.rawValue)")
        connection.close()
    }
}
