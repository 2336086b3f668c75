import Testing

@testable import PGWire

@Suite("A connection that the server refuses")
struct StartupRefusalTests {
    private func refusal(_ state: String, _ message: String = "no") throws -> PGError {
        let error = PGServerError(fields: [0x56: "FATAL", 0x43: state, 0x4D: message])
        return try #require(try StartupMachineTests.play([.errorResponse(error)]).1)
    }

    @Test(
        "has a code, and says whether to try again",
        arguments: [
            ("28P01", PGError.Code.authentication, PGError.RetrySafety.pointless),
            ("28000", .authentication, .pointless),
            ("3D000", .server, .pointless), ("42501", .server, .pointless), ("22023", .server, .pointless),
            ("08P01", .server, .pointless), ("0A000", .server, .pointless),
            ("53300", .server, .safe), ("57P03", .server, .safe), ("57P01", .server, .safe), ("XX000", .server, .safe),
        ])
    func codes(state: String, code: PGError.Code, retry: PGError.RetrySafety) throws {
        let error = try refusal(state)
        #expect(error.code == code)
        #expect(error.retry == retry)
        #expect(error.sqlState == state)
    }

    @Test("gives the cause and the cure in one line")
    func message() throws {
        #expect(
            try refusal("28P01", #"password authentication failed for user "mcp""#).message
                == #"The server refused the connection: password authentication failed for user "mcp" (28P01); check the user and the password"#
        )
        #expect(try refusal("53300").message.contains("max_connections"))
        #expect(try refusal("3D000").message.contains("create the database"))
    }

    @Test("can neither forge a line of a log nor steer a terminal")
    func hostileText() throws {
        let error = try refusal("28P01\n", "a\nb\r\u{1B}[2Jc\u{2028}d\u{202E}e" + String(repeating: "x", count: 10_000))
        #expect(!error.message.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{2028}" || $0 == "\u{202E}" })
        #expect(error.message.utf8.count < 1000)
        #expect(error.server?.message.utf8.count ?? 0 > 10_000)
    }

    @Test("never shows the password")
    func password() throws {
        var machine = try StartupMachineTests.started(password: "hunter2hunter2")
        _ = try machine.receive(.authentication(.cleartextPassword))
        let error = failure { () throws(PGError) in try machine.receive(.noData) }
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test("after a password was sent is reported as the server said it")
    func afterPassword() throws {
        let refusal = PGServerError(fields: [0x43: "28P01", 0x4D: "no"])
        let (_, error) = try StartupMachineTests.play(
            StartupAttackTests.scramAnswered + [.errorResponse(refusal)])
        #expect(error?.code == .authentication)
        #expect(error?.server == refusal)
    }
}
