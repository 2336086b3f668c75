import PGWire
import TestSupport
import Testing

extension FixtureScenario {
    static let queries = [
        FixtureScenario(name: "simple-several", about: "several statements in one simple query") { stage in
            let connection = try await stage.connect()
            let results = try await connection.simpleQuery(
                "CREATE TEMP TABLE t (x int8); INSERT INTO t VALUES (1), (2); SELECT x FROM t ORDER BY x; SELECT 'ä'")
            #expect(results.map(\.commandTag) == ["CREATE TABLE", "INSERT 0 2", "SELECT 2", "SELECT 1"])
            #expect(try results[2].decode(as: Int64.self) == [1, 2])
            #expect(try results[3].decode(as: String.self) == ["ä"])
        },
        FixtureScenario(name: "simple-empty", about: "an empty text in the simple protocol") { stage in
            let connection = try await stage.connect()
            #expect(try await connection.simpleQuery("").allSatisfy { $0.isEmpty })
            #expect(try await connection.simpleQuery("SELECT 1")[0].count == 1)
        },
        FixtureScenario(name: "extended-empty", about: "an empty text in the extended protocol") { stage in
            let connection = try await stage.connect()
            #expect(try await connection.query("").isEmpty)
        },
        FixtureScenario(name: "extended-parameters", about: "parameters and NULLs in binary form") { stage in
            let connection = try await stage.connect()
            let nothing: String? = nil
            let rows = try await connection.query(
                "SELECT \(Int32(7)), \(nothing), \("ünïcode"), \([UInt8]([0, 255])), \([Int64(1), 2])"
            ).decode(as: (Int32, String?, String, [UInt8], [Int64]).self)
            #expect(rows.count == 1)
            #expect(rows[0].0 == 7 && rows[0].1 == nil && rows[0].2 == "ünïcode")
            #expect(rows[0].3 == [0, 255] && rows[0].4 == [1, 2])
        },
        FixtureScenario(name: "extended-prepared", about: "a statement that is prepared once and run three times") {
            stage in
            let connection = try await stage.connect()
            for number in Int64(1)...3 {
                #expect(try await connection.query("SELECT \(number) * 2").decode(as: Int64.self) == [number * 2])
            }
        },
        FixtureScenario(name: "extended-cache", about: "a statement cache with room for one statement") { stage in
            var options = PGConnection.Options()
            options.statementCacheCapacity = 1
            let connection = try await stage.connect(options: options)
            for _ in 0..<2 {
                #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
                #expect(try await connection.query("SELECT 2::int8").decode(as: Int64.self) == [2])
            }
        },
        FixtureScenario(name: "extended-unnamed", about: "a statement that is never kept") { stage in
            var options = PGConnection.Options()
            options.statementCacheCapacity = 0
            let connection = try await stage.connect(options: options)
            for number in Int64(1)...2 {
                #expect(try await connection.query("SELECT \(number)").decode(as: Int64.self) == [number])
            }
        },
        FixtureScenario(name: "extended-rows", about: "rows of a table, some of them long") { stage in
            let connection = try await stage.connect()
            let rows = try await connection.query("SELECT n, repeat('x', n * 100) FROM generate_series(1, 20) n")
                .decode(as: (Int32, String).self)
            #expect(rows.map(\.1.count) == (1...20).map { $0 * 100 })
        },
        FixtureScenario(name: "stream", about: "rows that are read as they come") { stage in
            let connection = try await stage.connect()
            var sum = 0
            for try await number in try await connection.stream(
                "SELECT n FROM generate_series(1, 100) n", as: Int32.self)
            {
                sum += Int(number)
            }
            #expect(sum == 5050)
        },
        FixtureScenario(name: "notices", about: "notices and warnings with a result") { stage in
            let connection = try await stage.connect()
            let result = try await connection.query(
                "DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two' USING HINT = 'three'; END $$")
            #expect(result.notices.map(\.message) == ["one", "two"])
            #expect(result.notices[1][.hint] == "three")
        },
        FixtureScenario(name: "parameter-status", about: "settings that change and are reported") { stage in
            let connection = try await stage.connect()
            try await connection.query("SET TimeZone = 'Europe/Berlin'")
            #expect(connection.parameter("TimeZone") == "Europe/Berlin")
            try await connection.simpleQuery("SET application_name = 'orders'")
            #expect(connection.parameter("application_name") == "orders")
        },
        FixtureScenario(name: "stale-statement", about: "a prepared statement that DISCARD ALL dropped") { stage in
            let connection = try await stage.connect()
            #expect(try await connection.query("SELECT 5::int8").decode(as: Int64.self) == [5])
            try await connection.simpleQuery("DEALLOCATE ALL")
            #expect(try await connection.query("SELECT 5::int8").decode(as: Int64.self) == [5])
        },
        FixtureScenario(name: "changed-result", about: "a prepared statement whose result type has changed") { stage in
            let connection = try await stage.connect()
            try await connection.simpleQuery("CREATE TEMP TABLE t (x int4); INSERT INTO t VALUES (1)")
            #expect(try await connection.query("SELECT * FROM t").decode(as: Int32.self) == [1])
            try await connection.simpleQuery("ALTER TABLE t ALTER x TYPE int8")
            #expect(try await connection.query("SELECT * FROM t").decode(as: Int64.self) == [1])
        },
    ]

    static let errors = [
        FixtureScenario(name: "error-simple", about: "a simple query that fails in its midst") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in
                try await connection.simpleQuery("SELECT 1; SELECT 1/0; SELECT 2")
            }
            #expect(error?.sqlState == "22012")
            #expect(try await connection.simpleQuery("SELECT 3")[0].count == 1)
        },
        FixtureScenario(name: "error-parse", about: "an error at Parse, with the place in the text") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in try await connection.query("SELEC 1") }
            #expect(error?.sqlState == "42601")
            #expect(error?.server?[.position] == "1")
            let missing = await failure { () async throws(PGError) in
                try await connection.query("SELECT x FROM missing")
            }
            #expect(missing?.sqlState == "42P01")
            #expect(try await connection.query("SELECT 1").count == 1)
        },
        FixtureScenario(name: "error-bind", about: "an error at Bind: the planner divides by zero") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in try await connection.query("SELECT 1/0") }
            #expect(error?.sqlState == "22012")
            #expect(try await connection.query("SELECT 1").count == 1)
        },
        FixtureScenario(name: "error-parameter", about: "a parameter that the server cannot read") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in
                try await connection.query("SELECT \("no date")::text::date")
            }
            #expect(error?.sqlState == "22007")
        },
        FixtureScenario(name: "error-rows", about: "an error behind the first rows") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in
                try await connection.query("SELECT 10 / (3 - n) FROM generate_series(1, 5) n")
            }
            #expect(error?.sqlState == "22012")
            #expect(try await connection.query("SELECT 1").count == 1)
        },
        FixtureScenario(name: "error-constraint", about: "an error that names table and constraint") { stage in
            let connection = try await stage.connect()
            try await connection.simpleQuery("CREATE TEMP TABLE t (x int4 CONSTRAINT only_once PRIMARY KEY)")
            try await connection.query("INSERT INTO t VALUES (1)")
            let error = await failure { () async throws(PGError) in
                try await connection.query("INSERT INTO t VALUES (1)")
            }
            #expect(error?.sqlState == "23505")
            #expect(error?.server?[.constraint] == "only_once")
            #expect(error?.server?[.table] == "t")
        },
        FixtureScenario(name: "error-timeout", about: "a statement that the server's own timeout ends") { stage in
            let connection = try await stage.connect()
            try await connection.simpleQuery("SET statement_timeout = 20")
            let error = await failure { () async throws(PGError) in try await connection.query("SELECT pg_sleep(10)") }
            #expect(error?.sqlState == "57014")
        },
        FixtureScenario(name: "error-raised", about: "an error of a function, with its context") { stage in
            let connection = try await stage.connect()
            let error = await failure { () async throws(PGError) in
                try await connection.query(
                    "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'P0042', DETAIL = 'because'; END $$")
            }
            #expect(error?.sqlState == "P0042")
            #expect(error?.server?[.detail] == "because")
            #expect(error?.server?[.context]?.contains("PL/pgSQL") == true)
        },
    ]

    static let pipelines = [
        FixtureScenario(name: "pipeline", about: "three statements in a pipeline") { stage in
            let connection = try await stage.connect()
            let sums = try await connection.withPipeline { pipeline in
                let answers = (Int64(1)...3).map { pipeline.query("SELECT \($0) + 1") }
                var sums: [Int64] = []
                for answer in answers { sums += try await answer.rows(as: Int64.self) }
                return sums
            }
            #expect(sums == [2, 3, 4])
        },
        FixtureScenario(name: "pipeline-error", about: "a pipeline with an error in its midst") { stage in
            let connection = try await stage.connect()
            var states: [String?] = []
            let outcome = await failure { () async throws in
                try await connection.withPipeline { pipeline in
                    let answers = ["SELECT 1", "SELECT 1/0", "SELECT 2"].map { pipeline.query(PGQuery(unsafeSQL: $0)) }
                    for answer in answers {
                        do throws(PGError) {
                            _ = try await answer.result
                            states.append(nil)
                        } catch {
                            states.append(error.sqlState ?? error.code.rawValue)
                        }
                    }
                }
            }
            #expect(outcome != nil)
            #expect(states.count == 3 && states[0] == nil && states[1] == "22012" && states[2] != nil)
            #expect(try await connection.query("SELECT 3::int8").decode(as: Int64.self) == [3])
        },
        FixtureScenario(name: "queued", about: "queries that are sent without waiting for each other") { stage in
            let connection = try await stage.connect()
            let numbers = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<4 {
                    group.addTask { try await connection.query("SELECT 7::int8").decode(as: Int64.self)[0] }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(numbers == [7, 7, 7, 7])
        },
    ]
}
