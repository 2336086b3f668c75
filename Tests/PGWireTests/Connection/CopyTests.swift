import TestSupport
import Testing

@testable import PGWire

@Suite("COPY", .needsServer, .needsSession)
struct CopyTests {
    private func connect(_ mode: SSLMode = .ofThisRun) async throws -> PGConnection {
        let server = try await PostgresServer.shared()
        let connection = try await PGConnection.connect(try PGConfiguration(url: server.url(sslMode: mode)))
        try await connection.simpleQuery("CREATE TEMP TABLE t (x int8 NOT NULL, y text)")
        return connection
    }

    private func count(_ connection: PGConnection) async throws -> Int64 {
        try await connection.query("SELECT count(*) FROM t").decode(as: Int64.self)[0]
    }

    @Test("takes text and gives it back", arguments: ServerUnderTest.current.modes)
    func text(mode: SSLMode) async throws {
        let connection = try await connect(mode)
        let copied = try await connection.copyIn("COPY t FROM STDIN") { writer in
            #expect(writer.format == .text && writer.columnCount == 2)
            for number in 1...100_000 { try await writer.write("\(number)\tä \(number)\n") }
        }
        #expect(copied == 100_000)
        var bytes: [UInt8] = []
        let copy = try await connection.copyOut("COPY (SELECT * FROM t ORDER BY x) TO STDOUT")
        #expect(copy.format == .text && copy.columnCount == 2)
        for try await part in copy { bytes += part }
        #expect(String(decoding: bytes, as: UTF8.self) == (1...100_000).map { "\($0)\tä \($0)\n" }.joined())
    }

    @Test("takes rows of values and gives them back", arguments: ServerUnderTest.current.modes)
    func binary(mode: SSLMode) async throws {
        let connection = try await connect(mode)
        let copied = try await connection.copyIn("COPY t FROM STDIN WITH (FORMAT binary)") { writer in
            for number in Int64(1)...100_000 {
                try await writer.writeRow(number, number.isMultiple(of: 3) ? nil : "row \(number)")
            }
        }
        #expect(copied == 100_000)
        var expected: Int64 = 0
        let copy = try await connection.copyOut("COPY (SELECT * FROM t ORDER BY x) TO STDOUT WITH (FORMAT binary)")
        for try await (number, text) in copy.decode(as: (Int64, String?).self) {
            expected += 1
            guard number == expected, text == (number.isMultiple(of: 3) ? nil : "row \(number)") else {
                Issue.record("row \(expected) is \(number), \(text ?? "nil")")
                break
            }
        }
        #expect(expected == 100_000)
    }

    @Test("takes nothing, in each format", arguments: ["text", "csv", "binary"])
    func empty(format: String) async throws {
        let connection = try await connect()
        #expect(try await connection.copyIn("COPY t FROM STDIN WITH (FORMAT \(unsafeSQL: format))") { _ in } == 0)
        var bytes: [UInt8] = []
        for try await part in try await connection.copyOut("COPY t TO STDOUT WITH (FORMAT \(unsafeSQL: format))") {
            bytes += part
        }
        #expect(bytes.isEmpty == (format != "binary"))
    }

    @Test("takes data from a sequence")
    func sequence() async throws {
        let connection = try await connect()
        let (source, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        for number in 1...10 { continuation.yield(Array("\(number)\t".utf8)); continuation.yield(Array("x\n".utf8)) }
        continuation.finish()
        #expect(try await connection.copyIn("COPY t FROM STDIN", from: source) == 10)
    }

    @Test("that the server refuses on its way throws its reason, and keeps no row", arguments: [10, 200_000])
    func refused(rows: Int) async throws {
        let connection = try await connect()
        var written = 0
        let error = await failure { () async throws in
            try await connection.copyIn("COPY t FROM STDIN") { writer in
                try await writer.write("1\ta\nno number\tb\n")
                for number in 0..<rows {
                    try await writer.write("\(number)\tä \(number)\n")
                    written += 1
                }
            }
        }
        #expect(error?.sqlState == "22P02")
        #expect(try await count(connection) == 0)
    }

    @Test("whose writer throws keeps no row")
    func writerThrows() async throws {
        struct Mine: Error {}
        let connection = try await connect()
        await #expect(throws: Mine.self) {
            try await connection.copyIn("COPY t FROM STDIN") { writer in
                for number in 0..<100_000 { try await writer.write("\(number)\ta\n") }
                throw Mine()
            }
        }
        #expect(try await count(connection) == 0)
        #expect(!connection.isClosed)
    }

    @Test("through the wrong call is an error, and the connection goes on")
    func wrongCall() async throws {
        let connection = try await connect()
        for sql in ["COPY t TO STDOUT", "SELECT 1", "SELECT", "no sql", "COPY t FROM STDIN; COPY t FROM STDIN"] {
            let error = await failure { () async throws in try await connection.copyIn(PGQuery(unsafeSQL: sql)) { _ in }
            }
            #expect(error?.code == (sql == "no sql" ? .server : .usage), "\(sql)")
            #expect(try await count(connection) == 0)
        }
        for sql in ["COPY t FROM STDIN", "SELECT 1", "no sql"] {
            let error = await failure { () async throws in
                for try await _ in try await connection.copyOut(PGQuery(unsafeSQL: sql)) {}
            }
            #expect(error?.code == (sql == "no sql" ? .server : .usage), "\(sql)")
            #expect(try await count(connection) == 0)
        }
        for sql in ["COPY t FROM STDIN", "COPY t TO STDOUT"] {
            let error = await failure { () async throws in try await connection.query(PGQuery(unsafeSQL: sql)) }
            #expect(error?.code == .usage, "\(sql)")
            #expect(try await count(connection) == 0)
        }
    }

    @Test("rows of values need the format and the columns")
    func wrongRows() async throws {
        let connection = try await connect()
        let text = await failure { () async throws in
            try await connection.copyIn("COPY t FROM STDIN") { try await $0.writeRow(Int64(1), "a") }
        }
        #expect(text?.code == .usage)
        let columns = await failure { () async throws in
            try await connection.copyIn("COPY t FROM STDIN WITH (FORMAT binary)") { try await $0.writeRow(Int64(1)) }
        }
        #expect(columns?.code == .usage)
        let null = await failure { () async throws in
            try await connection.copyIn("COPY t FROM STDIN WITH (FORMAT binary)") {
                try await $0.writeRow(Int64?.none, "a")
            }
        }
        #expect(null?.sqlState == "23502")
        #expect(try await count(connection) == 0)
    }

    @Test("whose task is cancelled before its data ends keeps no row, though it never had to wait")
    func cancelledWithoutWait() async throws {
        let connection = try await connect()
        let error = await Task {
            await failure {
                try await connection.copyIn("COPY t FROM STDIN") { writer in
                    try await writer.write("1\ta\n")
                    unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                }
            }
        }.value
        #expect(error?.code == .cancelled)
        #expect(try await count(connection) == 0)
    }

    @Test("that is cancelled keeps no row, and the connection goes on")
    func cancelled() async throws {
        let connection = try await connect()
        let task = Task {
            try await connection.copyIn("COPY t FROM STDIN") { writer in
                while true {
                    try await writer.write("1\ta\n")
                    try Task.checkCancellation()
                }
            }
        }
        _ = await eventually { connection.pendingQueries == 1 }
        task.cancel()
        let outcome = await task.result
        #expect(throws: (any Error).self) { try outcome.get() }
        #expect(try await count(connection) == 0)
        #expect(!connection.isClosed)
    }

    @Test("to a server that does not read makes the writer wait, and end by its timeout")
    func backpressure() async throws {
        let connection = try await connect()
        try await connection.simpleQuery(
            """
            CREATE FUNCTION pg_temp.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END';
            CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.slow()
            """)
        var written = 0
        let start = ContinuousClock.now
        let error = await failure { () async throws in
            try await connection.copyIn("COPY t FROM STDIN", timeout: .milliseconds(300)) { writer in
                let block = String(repeating: "1\ta\n", count: 1000)
                while written < 1_000_000_000 {
                    try await writer.write(block)
                    written += block.utf8.count
                }
            }
        }
        #expect(error?.code == .timeout)
        // The sockets' buffers take some megabytes, ours a few hundred kilobytes.
        #expect(written < 50_000_000)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("a reader who stops has the server stop")
    func early() async throws {
        let connection = try await connect()
        for try await _ in try await connection.copyOut("COPY (SELECT generate_series(1, 100000000)) TO STDOUT") {
            break
        }
        #expect(try await count(connection) == 0)
    }

    @Test("others wait meanwhile")
    func others() async throws {
        let connection = try await connect()
        let (reached, continuation) = AsyncStream.makeStream(of: Void.self)
        let other = Task {
            for await _ in reached { break }
            return try await connection.query("SELECT count(*) FROM t").decode(as: Int64.self)
        }
        try await connection.copyIn("COPY t FROM STDIN") { writer in
            continuation.finish()
            #expect(await eventually { connection.pendingQueries == 2 })
            for number in 0..<1000 { try await writer.write("\(number)\ta\n") }
        }
        #expect(try await other.value == [1000])
    }
}
