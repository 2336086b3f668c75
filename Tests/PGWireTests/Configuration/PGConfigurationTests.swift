import PGWire
import Testing

struct PGConfigurationTests {
    private let configuration = PGConfiguration(
        host: .tcp(host: "db.example", port: 6432), user: "mcp", password: "hunter2", database: "sessions")

    @Test("no password shows in a description, dump or mirror")
    func redaction() {
        var configuration = configuration
        configuration.tls.keyPassword = "hunter2-of-the-key"
        configuration.hosts[0].password = "hunter2-of-the-host"
        var dumped = ""
        dump(configuration, to: &dumped)
        struct Holder { let configuration: PGConfiguration }
        let texts = [
            "\(configuration)", configuration.description, configuration.debugDescription,
            String(describing: configuration), String(reflecting: configuration), "\([configuration])",
            "\(Optional(configuration) as Any)", "\(Holder(configuration: configuration))", dumped,
            configuration.addressDescription, "\(configuration.hosts)", "\(configuration.tls)",
            String(reflecting: configuration.hosts[0]), String(reflecting: configuration.tls),
        ]
        for text in texts { #expect(!text.contains("hunter2"), "\(text)") }
        #expect(dumped.contains("<redacted>"))
        let children = Mirror(reflecting: configuration).children
        #expect(children.count == 16)
        #expect(!children.contains { "\($0.value)".contains("hunter2") })
    }

    @Test("the description says where to, who, and how safely")
    func descriptions() {
        #expect(configuration.description == "PGConfiguration(db.example:6432/sessions, user: mcp, sslMode: prefer)")
        var other = configuration
        other.host = .tcp(host: "::1", port: 5432)
        #expect(other.addressDescription == "[::1]:5432/sessions")
        other.host = .unix(directory: "/tmp")
        #expect(other.addressDescription == "/tmp/.s.PGSQL.5432")
        other.hosts = [PGHost(.tcp(host: "a", port: 1), numericAddress: "::1"), PGHost(.tcp(host: "b", port: 2))]
        #expect(other.addressDescription == "a:1,b:2/sessions")
        #expect("\(other.hosts[0])" == "a:1 (::1)")
    }

    @Test("the database is the user's where none is named")
    func database() {
        #expect(PGConfiguration(host: .unix(directory: "/tmp"), user: "mcp").database == "mcp")
    }

    @Test("a zero byte anywhere is refused, as it would begin another startup parameter")
    func zeroBytes() throws {
        try configuration.validate()
        let changes: [(String, (inout PGConfiguration) -> Void)] = [
            ("host", { $0.host = .tcp(host: "a\0b", port: 1) }),
            ("path", { $0.host = .unix(path: "/a\0b") }),
            ("user", { $0.user = "a\0b" }),
            ("password", { $0.password = "a\0b" }),
            ("database", { $0.database = "a\0b" }),
            ("root certificates", { $0.tls.rootCertificate = "a\0b" }),
            ("application", { $0.applicationName = "a\0b" }),
            ("options", { $0.options = "a\0b" }),
            ("numeric address", { $0.hosts[0].numericAddress = "a\0b" }),
            ("password of a host", { $0.hosts[0].password = "a\0b" }),
            ("server's user", { $0.requiredPeer = "a\0b" }),
            ("client certificate", { $0.tls.certificate = "a\0b" }),
            ("private key", { $0.tls.key = "a\0b" }),
            ("password of the private key", { $0.tls.keyPassword = "a\0b" }),
            ("revoked certificates", { $0.tls.revocationList = "a\0b" }),
            ("revoked", { $0.tls.revocationDirectory = "a\0b" }),
            ("name of a setting", { $0.settings = ["a\0b": "c"] }),
            ("setting", { $0.settings = ["a": "b\0c"] }),
        ]
        for (name, change) in changes {
            var changed = configuration
            change(&changed)
            let error = #expect(throws: PGError.self) { try changed.validate() }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
        }
    }

    @Test("what cannot be connected to, or not within a bound, is refused")
    func limits() {
        let changes: [(inout PGConfiguration) -> Void] = [
            { $0.host = .tcp(host: "", port: 1) }, { $0.host = .tcp(host: "h", port: 0) },
            { $0.host = .unix(path: "") },
            { $0.host = .unix(path: String(repeating: "x", count: 108)) }, { $0.user = "" },
            { $0.connectTimeout = .zero }, { $0.connectTimeout = .seconds(-1) }, { $0.connectTimeout = .seconds(3601) },
            { $0.hosts = [] }, { $0.hosts = Array(repeating: PGHost(.tcp(host: "h", port: 1)), count: 129) },
            { $0.hosts.append(PGHost(.tcp(host: "h", port: 0))) },
            { $0.hosts = [PGHost(.unix(path: "/s"), numericAddress: "::1")] },
            { $0.tcp.keepAliveIdle = .seconds(-1) }, { $0.tcp.keepAliveIdle = .seconds(32_768) },
            { $0.tcp.keepAliveInterval = .seconds(32_768) }, { $0.tcp.keepAliveCount = 128 },
            { $0.tcp.keepAliveCount = -1 }, { $0.tcp.userTimeout = .seconds(1 << 40) },
            { $0.tls.negotiation = .direct }, { $0.tls.rootCertificate = "system" },
            { $0.tls.maximumVersion = .tls1_1 }, { $0.authentication.methods = [] }, { $0.settings = ["": "x"] },
            { $0.settings = ["User": "x"] },
            { $0.settings = ["_pq_.x": "x"] }, { $0.settings = ["client_encoding": "LATIN1"] },
        ]
        for change in changes {
            var changed = configuration
            change(&changed)
            #expect(throws: PGError.self) { try changed.validate() }
        }
    }
}
