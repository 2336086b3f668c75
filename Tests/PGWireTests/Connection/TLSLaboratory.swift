import TestSupport

@testable import PGWire

/// A server whose certificate and rules can be changed, and certificates of every kind for it and for its clients.
struct TLSLaboratory: Sendable {
    /// One attempt to connect, in libpq's keywords.
    struct Attempt: Sendable, CustomStringConvertible {
        var keywords: [String: String]
        /// Whether it leads to a session; nil where only libpq's opinion counts.
        var succeeds: Bool?

        var description: String {
            keywords.filter { $0.key != "port" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                .joined(separator: " ")
        }
    }

    let server: PostgresServer
    /// It signed the certificates of the server and of its clients.
    let authority: TestAuthority
    /// It signed nothing that counts.
    let stranger: TestAuthority

    static func make() async throws -> TLSLaboratory {
        let server = try await PostgresServer.start(tls: .localhost)
        let authority = try await TestAuthority.make(in: server.socketDirectory, name: "authority")
        let stranger = try await TestAuthority.make(in: server.socketDirectory, name: "stranger")
        let roles = ["plain_user", "cert_user", "scram_cert_user"].map {
            "CREATE ROLE \($0) LOGIN PASSWORD 'tls_pass';"
        }
        try await server.sql(roles.joined(separator: "\n"))
        return TLSLaboratory(server: server, authority: authority, stranger: stranger)
    }

    /// Has the server show a certificate, and by it ask for those of its clients.
    func use(_ pair: TestAuthority.Pair, _ settings: [String: String] = [:]) async throws {
        try server.own(pair.key)
        let all = [
            "ssl": "on", "ssl_cert_file": pair.certificate, "ssl_key_file": pair.key,
            "ssl_ca_file": authority.certificate, "ssl_max_protocol_version": "",
        ].merging(settings) { $1 }
        try await server.reconfigure(hostBasedAuthentication: Self.rules, all)
    }

    private static let rules = """
        local   all postgres             trust
        local   all all                  scram-sha-256
        host    all trust_user      all  trust
        host    all cleartext_user  all  password
        host    all md5_user        all  md5
        hostssl all tls_user        all  scram-sha-256
        hostssl all cert_user       all  cert
        hostssl all scram_cert_user all  scram-sha-256 clientcert=verify-full
        hostnossl all plain_user    all  scram-sha-256
        hostnossl all postgres      all  scram-sha-256
        host    all mcp             all  scram-sha-256
        hostssl all unicode_user    all  scram-sha-256

        """

    /// An attempt by a role with its password.
    func attempt(_ user: String, _ keywords: [String: String] = [:], succeeds: Bool? = nil) -> Attempt {
        let passwords = ["mcp": "mcp_pass", "cleartext_user": "cleartext_pass", "md5_user": "md5_pass"]
        var all = [
            "host": "localhost", "port": "\(server.port)", "dbname": "mcp", "user": user,
            "password": passwords[user] ?? "tls_pass", "gssencmode": "disable",
        ]
        all.merge(keywords) { $1 }
        return Attempt(keywords: all, succeeds: succeeds)
    }

    /// Why this driver refuses an attempt; nil where it has a session.
    func refusal(_ attempt: Attempt) async -> PGError? {
        await failure { () async throws(PGError) in
            let connection = try await PGConnection.connect(configuration(attempt.keywords))
            try await connection.query("SELECT 1")
            connection.close()
        }
    }

    /// What the two drivers make of each attempt, where they do not agree, or not with what is expected.
    func disagreements(_ attempts: [Attempt]) async -> [String] {
        var disagreements: [String] = []
        for attempt in attempts {
            let ours = await refusal(attempt)
            let theirs = await server.libpqRefusal(attempt.keywords)
            let expected = attempt.succeeds ?? (theirs == nil)
            if (ours == nil) != expected || (theirs == nil) != expected {
                disagreements.append(
                    "\(attempt): expected \(expected); ours \(ours?.message ?? "connects"); libpq \(theirs ?? "connects")"
                )
            }
        }
        return disagreements
    }

    private func configuration(_ keywords: [String: String]) -> PGConfiguration {
        var configuration = PGConfiguration(
            host: .tcp(host: keywords["host"] ?? "", port: server.port), user: keywords["user"] ?? "",
            password: keywords["password"], database: keywords["dbname"])
        configuration.connectTimeout = .seconds(30)
        var tls = PGTLSConfiguration(mode: keywords["sslmode"].flatMap(SSLMode.init) ?? .prefer)
        tls.rootCertificate = keywords["sslrootcert"]
        tls.certificate = keywords["sslcert"]
        tls.key = keywords["sslkey"]
        tls.keyPassword = keywords["sslpassword"]
        tls.revocationList = keywords["sslcrl"]
        tls.revocationDirectory = keywords["sslcrldir"]
        tls.sendsServerName = keywords["sslsni"] != "0"
        if let version = keywords["ssl_min_protocol_version"].flatMap(PGTLSConfiguration.Version.init) {
            tls.minimumVersion = version
        }
        tls.maximumVersion = keywords["ssl_max_protocol_version"].flatMap(PGTLSConfiguration.Version.init)
        if let negotiation = keywords["sslnegotiation"].flatMap(PGTLSConfiguration.Negotiation.init) {
            tls.negotiation = negotiation
        }
        if let mode = keywords["sslcertmode"].flatMap(PGTLSConfiguration.CertificateMode.init) {
            tls.certificateMode = mode
        }
        configuration.tls = tls
        if let methods = keywords["require_auth"]?.split(separator: ",") {
            configuration.authentication.methods = Set(
                methods.compactMap { PGAuthenticationPolicy.Method(rawValue: String($0)) })
        }
        let versions = ["min_protocol_version", "max_protocol_version"].map {
            keywords[$0].flatMap(PGProtocolVersion.init) ?? .v3_0
        }
        configuration.protocolVersions = versions[0]...max(versions[0], versions[1])
        if let binding = keywords["channel_binding"].flatMap(PGAuthenticationPolicy.ChannelBinding.init) {
            configuration.authentication.channelBinding = binding
        }
        return configuration
    }
}
