import PGWire
import TestSupport
import Testing

extension FixtureScenario {
    private static func table(_ stage: FixtureStage) async throws -> PGConnection {
        let connection = try await stage.connect()
        try await connection.simpleQuery("CREATE TEMP TABLE t (x int8 NOT NULL, y text)")
        return connection
    }

    static let copies = [
        FixtureScenario(name: "copy-in", about: "COPY FROM STDIN in text form") { stage in
            let connection = try await table(stage)
            let count = try await connection.copyIn("COPY t FROM STDIN") { writer in
                for number in 1...3 { try await writer.write("\(number)\trow \(number)\n") }
            }
            #expect(count == 3)
            #expect(try await connection.query("SELECT sum(x)::int8 FROM t").decode(as: Int64.self) == [6])
        },
        FixtureScenario(name: "copy-in-binary", about: "COPY FROM STDIN in binary form") { stage in
            let connection = try await table(stage)
            let count = try await connection.copyIn("COPY t FROM STDIN WITH (FORMAT binary)") { writer in
                try await writer.writeRow(Int64(1), "one")
                try await writer.writeRow(Int64(2), String?.none)
            }
            #expect(count == 2)
        },
        FixtureScenario(name: "copy-in-error", about: "COPY FROM STDIN of a line that the server refuses") { stage in
            let connection = try await table(stage)
            let error = await failure { () async throws in
                try await connection.copyIn("COPY t FROM STDIN") { try await $0.write("no number\tx\n") }
            }
            #expect(error?.sqlState == "22P02")
            #expect(try await connection.query("SELECT count(*) FROM t").decode(as: Int64.self) == [0])
        },
        FixtureScenario(name: "copy-in-given-up", about: "COPY FROM STDIN that the client gives up") { stage in
            struct Reason: Error {}
            let connection = try await table(stage)
            await #expect(throws: Reason.self) {
                try await connection.copyIn("COPY t FROM STDIN") { writer in
                    try await writer.write("1\tx\n")
                    throw Reason()
                }
            }
            #expect(try await connection.query("SELECT count(*) FROM t").decode(as: Int64.self) == [0])
        },
        FixtureScenario(name: "copy-in-missing", about: "COPY FROM STDIN into a table that does not exist") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws in
                try await connection.copyIn("COPY missing FROM STDIN") { try await $0.write("1\n") }
            }
            #expect(error?.sqlState == "42P01")
            #expect(try await connection.query("SELECT 1").count == 1)
        },
        FixtureScenario(name: "copy-in-refused", about: "COPY FROM STDIN by a call that sends no data") { stage in
            let connection = try await table(stage)
            let error = await failure { () async throws(PGError) in try await connection.query("COPY t FROM STDIN") }
            #expect(error?.code == .usage)
            #expect(try await connection.query("SELECT 1").count == 1)
        },
        FixtureScenario(name: "copy-out", about: "COPY TO STDOUT in text form") { stage in
            let connection = try await stage.connect()
            var bytes: [UInt8] = []
            for try await part in try await connection.copyOut(
                "COPY (SELECT n, 'ä' FROM generate_series(1, 3) n) TO STDOUT")
            {
                bytes += part
            }
            #expect(String(decoding: bytes, as: UTF8.self) == "1\tä\n2\tä\n3\tä\n")
        },
        FixtureScenario(name: "copy-out-binary", about: "COPY TO STDOUT in binary form") { stage in
            let connection = try await stage.connect()
            var rows: [Int32] = []
            let copy = try await connection.copyOut(
                "COPY (SELECT n FROM generate_series(1, 3) n) TO STDOUT WITH (FORMAT binary)")
            for try await number in copy.decode(as: Int32.self) { rows.append(number) }
            #expect(rows == [1, 2, 3])
        },
        FixtureScenario(name: "copy-out-error", about: "COPY TO STDOUT that fails behind the first rows") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws in
                for try await _ in try await connection.copyOut(
                    "COPY (SELECT 10 / (3 - n) FROM generate_series(1, 5) n) TO STDOUT")
                {}
            }
            #expect(error?.sqlState == "22012")
            #expect(try await connection.query("SELECT 1").count == 1)
        },
        FixtureScenario(name: "copy-out-refused", about: "COPY TO STDOUT by a call that reads none") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in
                try await connection.query("COPY (SELECT 1) TO STDOUT")
            }
            #expect(error?.code == .usage)
            #expect(try await connection.query("SELECT 1").count == 1)
        },
    ]
}
