import PGWire
import TestSupport
import Testing

/// Our bytes against those of the server's own send functions.
@Suite(.needsServer)
struct SendFunctionTests {
    @Test("the server's send functions make the bytes that we make, and we read them as the same value")
    func sendFunctions() async throws {
        let uuid = "123e4567-e89b-12d3-a456-426614174000"
        try await check(true, "boolsend(true)")
        try await check(Int16.min, "int2send('-32768')")
        try await check(Int32.min, "int4send('-2147483648')")
        try await check(Int64.min, "int8send('-9223372036854775808')")
        try await check(UInt32.max, "oidsend('4294967295')")
        try await check(Float(0.1), "float4send('0.1')")
        try await check(-0.0, "float8send('-0')")
        try await check(-Double.infinity, "float8send('-Infinity')")
        try await check(Double.leastNonzeroMagnitude, "float8send('5e-324')")
        try await check("é😀", "textsend('é😀')")
        try await check([0, 1, 255] as [UInt8], #"byteasend('\x0001ff')"#)
        try await check(try #require(PGUUID(uuid)), "uuid_send('\(uuid)')")
        try await check(PGTimestamp.infinity, "timestamptz_send('infinity')")
        try await check(PGTimestamp.negativeInfinity, "timestamptz_send('-infinity')")
        try await check(
            try #require(PGTimestamp(unixMicroseconds: -1)), "timestamptz_send('1969-12-31 23:59:59.999999+00')")
        try await check(PGJSON(#"{"b": 1,"a":2}"#), #"json_send('{"b": 1,"a":2}')"#)
        try await check(PGJSONB(#"{"a": 2, "b": 1}"#), #"jsonb_send('{"b": 1,"a":2}')"#)
        try await check([] as [Int64], "array_send('{}'::int8[])")
        try await check([1, nil, -1] as [Int64?], "array_send('{1,NULL,-1}'::int8[])")
        try await check(["", "a,b", "\"\\"], #"array_send(ARRAY['', 'a,b', '"\'])"#)
        try await check([[0], []] as [[UInt8]], #"array_send(ARRAY['\x00', '\x']::bytea[])"#)
    }

    private func check<T: PGEncodable & PGDecodable & Equatable>(
        _ value: T, _ expression: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let output = try await PostgresServer.shared().sql("SELECT encode(\(expression), 'hex')")
        let digits = Array(output.utf8.dropLast())
        let bytes = try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16))
        }
        #expect(try encoded(value) == bytes, "\(expression)", sourceLocation: sourceLocation)
        #expect(
            try decoded(bytes, as: T.self, T.postgresType) == value, "\(expression)", sourceLocation: sourceLocation)
    }
}
