import TestSupport
import Testing

@testable import PGWire

struct PGTypeTests {
    @Test(
        "every built-in type has the name and the array type that a server's catalog has",
        .needsServer)
    func catalog() async throws {
        let server = try await PostgresServer.shared()
        let rows = try await server.sql(
            """
            SELECT oid, typname, CASE WHEN typsubscript = 'array_subscript_handler'::regproc THEN typelem ELSE 0 END
            FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace
            """)
        var known = 0
        for row in rows.split(separator: "\n") {
            let fields = row.split(separator: "|", omittingEmptySubsequences: false)
            let (id, element) = (try #require(UInt32(fields[0])), try #require(UInt32(fields[2])))
            let type = PGType(rawValue: id)
            guard type.isBuiltIn else { continue }
            known += 1
            #expect(type.elementType == (element == 0 ? nil : PGType(rawValue: element)), "\(row)")
            let name = fields[1].hasPrefix("_") ? fields[1].dropFirst() + "[]" : fields[1]
            #expect(type.description.replacing("\"", with: "") == name)
        }
        #expect(known > 130)
    }

    @Test("the constants carry the names of their types")
    func constants() {
        #expect(PGType.int8.description == "int8")
        #expect(PGType.char.description == #""char""#)
        #expect(PGType.timestamptzArray.description == "timestamptz[]")
        #expect(PGType.timestamptzArray.elementType == .timestamptz)
        #expect(PGType.text.elementType == nil)
        #expect(PGType(rawValue: 99_999).description == "type 99999")
        #expect(PGType(rawValue: 99_999).elementType == nil)
    }
}
