import PGWire
import TestSupport
import Testing

extension FixtureScenario {
    private static let selectsOne: @Sendable (FixtureStage) async throws -> Void = { stage in
        let connection = try await stage.connect()
        #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
    }

    private static func refused(
        _ code: PGError.Code = .authentication, sqlState: String?
    ) -> @Sendable (FixtureStage) async throws -> Void {
        { stage in
            let error = try await stage.refusal()
            #expect(error.code == code, "\(error)")
            #expect(error.sqlState == sqlState, "\(error)")
        }
    }

    private static func wrong(_ role: PostgresServer.Role) -> PostgresServer.Role {
        PostgresServer.Role(name: role.name, password: "wrong")
    }

    static let authentication = [
        FixtureScenario(name: "auth-trust", about: "a session without a password", body: selectsOne),
        FixtureScenario(
            name: "auth-password", about: "a password in clear text", role: .cleartext, body: selectsOne),
        FixtureScenario(
            name: "auth-password-wrong", about: "a wrong password in clear text", role: wrong(.cleartext),
            body: refused(sqlState: "28P01")),
        FixtureScenario(name: "auth-md5", about: "an MD5 digest of a password", role: .md5, body: selectsOne),
        FixtureScenario(
            name: "auth-md5-wrong", about: "an MD5 digest of a wrong password", role: wrong(.md5),
            body: refused(sqlState: "28P01")),
        FixtureScenario(name: "auth-scram", about: "SCRAM-SHA-256", role: .mcp, body: selectsOne),
        FixtureScenario(
            name: "auth-scram-wrong", about: "SCRAM-SHA-256 with a wrong password", role: wrong(.mcp),
            body: refused(sqlState: "28P01")),
        FixtureScenario(
            name: "auth-scram-unknown", about: "SCRAM-SHA-256 for a role that does not exist",
            role: PostgresServer.Role(name: "nobody", password: "any"), body: refused(sqlState: "28P01")),
        FixtureScenario(
            name: "auth-scram-plus", about: "SCRAM-SHA-256-PLUS, bound to the server's certificate", role: .mcp,
            sslMode: .require, configure: { $0.authentication.channelBinding = .require }, body: selectsOne),
        FixtureScenario(
            name: "auth-scram-unbound", about: "SCRAM-SHA-256 under TLS by a client that does not bind it", role: .mcp,
            sslMode: .require, configure: { $0.authentication.channelBinding = .disable }, body: selectsOne),
        FixtureScenario(
            name: "auth-password-tls", about: "a password in clear text under TLS", role: .cleartext,
            sslMode: .require, body: selectsOne),
        FixtureScenario(
            name: "auth-none-given", about: "a client that has no password", role: .mcp,
            configure: { $0.password = nil }, body: refused(sqlState: nil)),
        FixtureScenario(
            name: "auth-method-refused", about: "a client that takes nothing but SCRAM and is asked for a password",
            role: .cleartext, configure: { $0.authentication.methods = [.scramSHA256] },
            body: refused(sqlState: nil)),
        FixtureScenario(
            name: "auth-rejected", about: "a role that pg_hba.conf rejects", role: .rejected,
            body: refused(sqlState: "28000")),
        FixtureScenario(
            name: "auth-tls-only", about: "a role that pg_hba.conf lets in under TLS alone, without it", role: .tls,
            body: refused(sqlState: "28000")),
        FixtureScenario(
            name: "auth-no-database", about: "a database that does not exist", database: "missing",
            body: refused(.server, sqlState: "3D000")),
        FixtureScenario(
            name: "auth-no-setting", about: "a setting that does not exist",
            configure: { $0.settings = ["no_such_setting": "1"] }, body: refused(.server, sqlState: "42704")),
    ]

    static let encryption = [
        FixtureScenario(
            name: "tls-negotiated", about: "TLS that the server accepts", sslMode: .require, body: selectsOne),
        FixtureScenario(
            name: "tls-direct", about: "TLS from the first byte", sslMode: .require, since: 17,
            configure: { $0.tls.negotiation = .direct }, body: selectsOne),
        FixtureScenario(
            name: "tls-declined", about: "TLS that the server declines, and the session goes on in plain text",
            sslMode: .prefer, server: .withoutTLS, body: selectsOne),
        FixtureScenario(
            name: "tls-declined-required", about: "TLS that the server declines and the client insists on",
            server: .withoutTLS, configure: { $0.tls.mode = .require },
            body: refused(.tls, sqlState: nil)),
        FixtureScenario(
            name: "tls-error", about: "an error of the server under TLS", database: "missing", sslMode: .require,
            body: refused(.server, sqlState: "3D000")),
        FixtureScenario(
            name: "protocol-3.2", about: "protocol 3.2, or what the server makes of the wish for it", role: .mcp,
            configure: { $0.protocolVersions = .v3_0 ... .v3_2 }, body: selectsOne),
        FixtureScenario(
            name: "protocol-3.2-required", about: "a client that insists on protocol 3.2",
            configure: { $0.protocolVersions = .v3_2 ... .v3_2 }
        ) { stage in
            do throws(PGError) {
                let connection = try await stage.connect()
                #expect(try await connection.query("SELECT 1::int8").decode(as: Int64.self) == [1])
            } catch {
                // A server older than 18.
                #expect(
                    error.code == .protocolViolation || error.code == .server || error.code == .configuration,
                    "\(error)")
            }
        },
    ]
}
