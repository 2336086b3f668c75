import Testing

@testable import PGWire

@Suite("Queries and their parameters")
struct PGQueryTests {
    @Test("each interpolated value is a parameter, whatever it holds")
    func interpolation() throws {
        let name = "x'; DROP TABLE users; --"
        let missing: Int64? = nil
        let query: PGQuery = "SELECT * FROM t WHERE a = \(name) AND b = \(Int64(7)) OR c = \(missing)"
        #expect(query.sql == "SELECT * FROM t WHERE a = $1 AND b = $2 OR c = $3")
        #expect(query.parameters.types == [.text, .int8, .int8])
        #expect(try query.parameters.bytes() == expected("\(name)") + [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7] + none)
    }

    @Test("a piece of SQL goes in only where it is called unsafe")
    func fragments() {
        let table = "users"
        let query: PGQuery = "SELECT \(true) FROM \(unsafeSQL: table) WHERE id = \(Int64(1))"
        #expect(query.sql == "SELECT $1 FROM users WHERE id = $2")
        #expect(query.parameters.count == 2)
    }

    @Test("values can be passed to a text made at run time")
    func runTime() throws {
        let query = PGQuery(unsafeSQL: "SELECT $1, $2", Int64(1), "b")
        #expect(query.parameters.types == [.int8, .text])
        #expect(try query.parameters.bytes() == [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1] + expected("b"))
    }

    @Test("a copy of parameters is not changed by appending to the original, nor the other way round")
    func copies() throws {
        var first = PGParameters()
        first.append("a")
        var second = first
        second.append("b")
        first.append("c")
        #expect(try first.bytes() == expected("a") + expected("c"))
        #expect(try second.bytes() == expected("a") + expected("b"))
    }

    @Test("a value that cannot be sent is reported when the query runs, the first one first")
    func deferredError() throws {
        let query: PGQuery = "SELECT \("a\0b"), \(Int64(1)), \("c\0")"
        #expect(query.sql == "SELECT $1, $2, $3")
        let error = failure { () throws(PGError) in try query.parameters.bytes() }
        #expect(error?.code == .conversion)
        #expect(error?.retry == .pointless)
        #expect(error?.message.contains("a\0b") == false)
    }

    @Test("a bind that fails leaves the buffer as it was")
    func failedBind() throws {
        let query: PGQuery = "SELECT \("a\0b")"
        var buffer = ByteBuffer()
        buffer.append(UInt8(9))
        do throws(PGError) { try query.parameters.appendBind(.unnamed, to: &buffer) } catch {}
        #expect(buffer.copyBytes() == [9])
    }

    @Test("a statement written once takes values as parameters")
    func statement() {
        let statement: PGStatement = "SELECT $1, $2"
        let query = statement(Int64(5), "a'; DROP TABLE t")
        #expect(query.sql == "SELECT $1, $2")
        #expect(query.parameters.types == [.int8, .text])
        #expect(statement().parameters.count == 0)
    }

    private let none: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
    private func expected(_ text: String) -> [UInt8] { [0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8) }
}

extension PGParameters {
    /// The values as a Bind message without names has them: behind tag, length, two names, the formats and the count,
    /// before the format of the results.
    func bytes() throws(PGError) -> [UInt8] {
        var buffer = ByteBuffer()
        try appendBind(.unnamed, to: &buffer)
        return Array(buffer.copyBytes()[13...].dropLast(4))
    }
}
