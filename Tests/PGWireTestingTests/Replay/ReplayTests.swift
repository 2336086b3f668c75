import PGWire
import PGWireTesting
import Testing

@Suite("A replay")
struct ReplayTests {
    static let head = """
        PGWire transcript 1
        about: a number
        server: 16.15
        tls: none
        authentication: trust
        recorded: by hand


        """
    static let startup = """
        1 0.000000 F StartupMessage 0 (("user" "mcp") ("database" "shop") ("client_encoding" "UTF8") ("DateStyle" "ISO"))
        1 0.001000 B AuthenticationOk
        1 0.001000 B ParameterStatus "TimeZone" "UTC"
        1 0.001000 B BackendKeyData 1001 x'01020304'
        1 0.001000 B ReadyForQuery I

        """
    static let query = """
        1 0.002000 F Parse "pgwire_1" "SELECT $1" (20)
        1 0.002000 F Bind "" "pgwire_1" (1) (x'000000000000002a') (1)
        1 0.002000 F Describe P ""
        1 0.002000 F Execute "" 0
        1 0.002000 F Sync
        1 0.003000 B ParseComplete
        1 0.003000 B BindComplete
        1 0.003000 B RowDescription (("n" 0 0 20 8 -1 1))
        1 0.003000 B DataRow (x'000000000000002a')
        1 0.003000 B CommandComplete "SELECT 1"
        1 0.003000 B ReadyForQuery I
        1 0.004000 F Terminate
        1 0.004000 F End

        """

    private func server(_ text: String, mode: ReplayMode = .strict) throws -> ReplayServer {
        try ReplayServer(Transcript(parsing: Self.head + text), mode: mode)
    }

    @Test("a connection that says what was recorded hears what was recorded")
    func plays() async throws {
        let server = try server(Self.startup + Self.query)
        let connection = try await PGConnection.connect(server.configuration)
        #expect(connection.parameter("TimeZone") == "UTC")
        #expect(!server.isComplete)
        #expect(try await connection.query("SELECT \(42)").decode(as: Int64.self) == [42])
        connection.close()
        try await server.finish()
        #expect(server.isComplete)
    }

    @Test("another statement is a mismatch that the client hears of and the test sees, side by side")
    func mismatch() async throws {
        let server = try server(Self.startup + Self.query)
        let connection = try await PGConnection.connect(server.configuration)
        var error: PGError?
        do throws(PGError) { try await connection.query("SELECT \(42) + 1") } catch let thrown { error = thrown }
        #expect(error?.sqlState == "08P01")
        #expect(error?.message.contains("SELECT $1 + 1") == true)
        var mismatch: ReplayMismatch?
        do { try await server.finish() } catch let thrown { mismatch = thrown }
        let lines = (mismatch?.description ?? "").split(separator: "\n")
        #expect(lines.last?.contains("≠") == true, "\(lines)")
        #expect(mismatch?.entry == 5)
        #expect(mismatch?.connection == 1)
        #expect(mismatch?.context.count == 1)
    }

    @Test("a strict replay wants the same parameter, a lenient one the same statement", arguments: [41, 42])
    func modes(number: Int64) async throws {
        for mode in [ReplayMode.strict, .lenient] {
            let server = try server(Self.startup + Self.query, mode: mode)
            var configuration = server.configuration
            if mode == .lenient { configuration.user = "somebody" }
            let connection = try await PGConnection.connect(configuration)
            let result = try? await connection.query("SELECT \(number)")
            #expect((result != nil) == (mode == .lenient || number == 42))
            connection.close()
        }
    }

    @Test("a client that stops early has not come to the end")
    func early() async throws {
        let server = try server(Self.startup + Self.query)
        let connection = try await PGConnection.connect(server.configuration)
        connection.close()
        var mismatch: ReplayMismatch?
        do { try await server.finish() } catch let thrown { mismatch = thrown }
        #expect(mismatch?.expected.hasPrefix("Parse") == true)
        #expect(mismatch?.actual == "Terminate")
        let idle = try self.server(Self.startup + Self.query)
        do { try await idle.finish(within: .milliseconds(20)) } catch let thrown { mismatch = thrown }
        #expect(mismatch?.actual == "nothing more")
    }

    @Test("an answer on one connection waits for what another one said before it")
    func order() async throws {
        let second = Self.startup.replacing("1 0.", with: "2 0.").replacing(" 0.00", with: " 1.00")
        let text =
            Self.startup + second + """
                1 1.100000 F Query "LISTEN a"
                2 1.200000 F Query "NOTIFY a"
                2 1.300000 B CommandComplete "NOTIFY"
                2 1.300000 B ReadyForQuery I
                1 1.400000 B CommandComplete "LISTEN"
                1 1.400000 B ReadyForQuery I

                """
        let server = try server(text)
        let listener = try await PGConnection.connect(server.configuration)
        let notifier = try await PGConnection.connect(server.configuration)
        async let listening = listener.simpleQuery("LISTEN a")
        while listener.pendingQueries == 0 { await Task.yield() }
        try await Task.sleep(for: .milliseconds(30))
        #expect(listener.pendingQueries == 1)
        _ = try await notifier.simpleQuery("NOTIFY a")
        _ = try await listening
        try await server.finish()
    }
}
