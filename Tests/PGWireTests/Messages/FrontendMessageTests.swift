import Testing

@testable import PGWire

@Suite("Messages to the server")
struct FrontendMessageTests {
    private func bytes(_ body: (inout ByteBuffer) throws(PGError) -> Void) throws(PGError) -> [UInt8] {
        var buffer = ByteBuffer(capacity: 1)
        try body(&buffer)
        return buffer.copyBytes()
    }

    private func tagged(_ tag: Character, _ fields: Field...) -> [UInt8] {
        let payload = encode(fields)
        return encode([.bytes([tag.asciiValue ?? 0]), .int32(Int32(4 + payload.count)), .bytes(payload)])
    }

    @Test("a startup has a version, pairs and an end, and no tag")
    func startup() throws {
        let sent = try bytes { buffer throws(PGError) in
            try FrontendMessage.startup(parameters: [("user", "mcp"), ("database", "böse")], into: &buffer)
        }
        let body = encode([
            .int32(196_608), .string("user"), .string("mcp"), .string("database"), .string("böse"), .int8(0),
        ])
        #expect(sent == encode([.int32(Int32(4 + body.count)), .bytes(body)]))
    }

    @Test("the requests for TLS and for a cancel have their codes")
    func requests() throws {
        #expect(try bytes { FrontendMessage.sslRequest(into: &$0) } == encode([.int32(8), .int32(80_877_103)]))
        #expect(
            try bytes { FrontendMessage.cancelRequest(processID: 7, secretKey: [1, 2, 3, 4], into: &$0) }
                == encode([.int32(16), .int32(80_877_102), .int32(7), .bytes([1, 2, 3, 4])]))
        #expect(
            try bytes {
                FrontendMessage.cancelRequest(processID: 7, secretKey: [UInt8](repeating: 9, count: 256), into: &$0)
            }.prefix(4) == encode([.int32(268)])[...])
    }

    @Test("credentials")
    func credentials() throws {
        #expect(
            try bytes { buffer throws(PGError) in try FrontendMessage.password("pä", into: &buffer) }
                == tagged("p", .string("pä")))
        #expect(
            try bytes { buffer throws(PGError) in
                try FrontendMessage.saslInitialResponse(mechanism: "SCRAM-SHA-256", data: [1, 2], into: &buffer)
            } == tagged("p", .string("SCRAM-SHA-256"), .int32(2), .bytes([1, 2])))
        #expect(
            try bytes { buffer throws(PGError) in try FrontendMessage.saslResponse([3, 4], into: &buffer) }
                == tagged("p", .bytes([3, 4])))
    }

    @Test("a query in parts")
    func extendedQuery() throws {
        let sent = try bytes { buffer throws(PGError) in
            try FrontendMessage.parse(
                name: "s1", sql: "SELECT $1", types: [PGType(rawValue: 20), PGType(rawValue: 0xFFFF_FFFF)],
                into: &buffer)
            try FrontendMessage.describe(statement: "s1", into: &buffer)
            try FrontendMessage.bind(statement: "s1", parameterCount: 1, into: &buffer) { buffer throws(PGError) in
                buffer.append(Int32(1))
                buffer.append(UInt8(42))
            }
            try FrontendMessage.describe(portal: "", into: &buffer)
            try FrontendMessage.execute(maxRows: 100, into: &buffer)
            try FrontendMessage.close(portal: "p", into: &buffer)
            try FrontendMessage.close(statement: "s1", into: &buffer)
            FrontendMessage.flush(into: &buffer)
            FrontendMessage.sync(into: &buffer)
            FrontendMessage.terminate(into: &buffer)
        }
        var expected = tagged("P", .string("s1"), .string("SELECT $1"), .int16(2), .int32(20), .int32(-1))
        expected += tagged("D", .int8(0x53), .string("s1"))
        expected += tagged(
            "B", .string(""), .string("s1"), .int16(1), .int16(1), .int16(1), .int32(1), .int8(42), .int16(1), .int16(1)
        )
        expected += tagged("D", .int8(0x50), .string(""))
        expected += tagged("E", .string(""), .int32(100))
        expected += tagged("C", .int8(0x50), .string("p"))
        expected += tagged("C", .int8(0x53), .string("s1"))
        expected += tagged("H")
        expected += tagged("S")
        expected += tagged("X")
        #expect(sent == expected)
    }

    @Test("a Bind from a prepared block is the same as one from a closure")
    func bindForms() throws {
        let block = encode([.int32(-1), .int32(2), .bytes([1, 2])])
        let fromBlock = try bytes { buffer throws(PGError) in
            try FrontendMessage.bind(
                portal: "p", statement: "s", parameterCount: 2, parameters: block.rawSpan, resultFormat: .text,
                into: &buffer)
        }
        let fromClosure = try bytes { buffer throws(PGError) in
            try FrontendMessage.bind(
                portal: "p", statement: "s", parameterCount: 2, resultFormat: .text, into: &buffer
            ) { buffer throws(PGError) in buffer.append(block) }
        }
        #expect(fromBlock == fromClosure)
        #expect(
            fromBlock
                == tagged(
                    "B", .string("p"), .string("s"), .int16(1), .int16(1), .int16(2), .bytes(block), .int16(1),
                    .int16(0)))
    }

    @Test("COPY and the simple query")
    func others() throws {
        let sent = try bytes { buffer throws(PGError) in
            try FrontendMessage.query("SELECT 1; SELECT 2", into: &buffer)
            try FrontendMessage.copyData([1, 2].rawSpan, into: &buffer)
            FrontendMessage.copyDone(into: &buffer)
            try FrontendMessage.copyFail("why", into: &buffer)
        }
        #expect(
            sent == tagged("Q", .string("SELECT 1; SELECT 2")) + tagged("d", .bytes([1, 2])) + tagged("c")
                + tagged("f", .string("why")))
    }

    /// Each function with U+0000 in each of its strings.
    static let injections: [(String, PGError.Code, @Sendable (inout ByteBuffer) throws(PGError) -> Void)] = [
        (
            "startup name", .configuration,
            { buffer throws(PGError) in try FrontendMessage.startup(parameters: [("a\0b", "c")], into: &buffer) }
        ),
        (
            "startup value", .configuration,
            { buffer throws(PGError) in
                try FrontendMessage.startup(parameters: [("user", "mcp\0options\0-c x=y")], into: &buffer)
            }
        ),
        (
            "empty startup name", .configuration,
            { buffer throws(PGError) in try FrontendMessage.startup(parameters: [("", "c")], into: &buffer) }
        ),
        (
            "password", .configuration,
            { buffer throws(PGError) in try FrontendMessage.password("a\0b", into: &buffer) }
        ),
        ("query", .usage, { buffer throws(PGError) in try FrontendMessage.query("SELECT 1\0", into: &buffer) }),
        (
            "parse name", .usage,
            { buffer throws(PGError) in try FrontendMessage.parse(name: "\0", sql: "", types: [], into: &buffer) }
        ),
        (
            "parse SQL", .usage,
            { buffer throws(PGError) in try FrontendMessage.parse(name: "", sql: "\0", types: [], into: &buffer) }
        ),
        (
            "bind portal", .usage,
            { buffer throws(PGError) in
                try FrontendMessage.bind(portal: "\0", statement: "", parameterCount: 0, into: &buffer) { _ in }
            }
        ),
        (
            "bind statement", .usage,
            { buffer throws(PGError) in
                try FrontendMessage.bind(statement: "\0", parameterCount: 0, into: &buffer) { _ in }
            }
        ),
        (
            "describe statement", .usage,
            { buffer throws(PGError) in try FrontendMessage.describe(statement: "\0", into: &buffer) }
        ),
        (
            "describe portal", .usage,
            { buffer throws(PGError) in try FrontendMessage.describe(portal: "\0", into: &buffer) }
        ),
        ("execute", .usage, { buffer throws(PGError) in try FrontendMessage.execute(portal: "\0", into: &buffer) }),
        (
            "close statement", .usage,
            { buffer throws(PGError) in try FrontendMessage.close(statement: "\0", into: &buffer) }
        ),
        ("close portal", .usage, { buffer throws(PGError) in try FrontendMessage.close(portal: "\0", into: &buffer) }),
        ("copy fail", .usage, { buffer throws(PGError) in try FrontendMessage.copyFail("\0", into: &buffer) }),
    ]

    @Test("U+0000 in a string is refused, and nothing is written", arguments: injections.indices)
    func zeroBytes(index: Int) {
        let (name, code, body) = Self.injections[index]
        var buffer = ByteBuffer()
        buffer.append(UInt8(7))
        let error: PGError?
        do throws(PGError) {
            try body(&buffer)
            error = nil
        } catch let caught {
            error = caught
        }
        #expect(error?.code == code, "\(name)")
        #expect(error?.retry == .pointless)
        #expect(buffer.copyBytes() == [7])
    }

    @Test("more parameters than 16 bits count are refused, and nothing is written")
    func tooManyParameters() throws {
        var buffer = ByteBuffer()
        for count in [65_536, -1] {
            let error: PGError?
            do throws(PGError) {
                try FrontendMessage.bind(statement: "", parameterCount: count, into: &buffer) { _ in }
                error = nil
            } catch let caught {
                error = caught
            }
            #expect(error?.code == .usage)
        }
        var types = PGTypeList()
        for _ in 0..<65_536 { types.append(.int4) }
        #expect(
            failure { () throws(PGError) in
                try bytes { buffer throws(PGError) in
                    try FrontendMessage.parse(name: "", sql: "", types: types, into: &buffer)
                }
            }?.code == .usage)
        #expect(buffer.copyBytes().isEmpty)
        let most = try bytes { buffer throws(PGError) in
            try FrontendMessage.bind(statement: "", parameterCount: 65_535, into: &buffer) { _ in }
        }
        #expect(most[11..<13] == [0xFF, 0xFF])
    }

    @Test("a value that cannot be encoded leaves what was in the buffer")
    func failingParameter() {
        var buffer = ByteBuffer()
        buffer.append(UInt8(7))
        let error: PGError?
        do throws(PGError) {
            try FrontendMessage.bind(statement: "s", parameterCount: 1, into: &buffer) { buffer throws(PGError) in
                buffer.append(Int32(3))
                throw PGError(.conversion, "no", retry: .pointless)
            }
            error = nil
        } catch let caught {
            error = caught
        }
        #expect(error?.code == .conversion)
        #expect(buffer.copyBytes() == [7])
    }
}
