import Testing

@testable import PGWire

struct ConnectionEnvironmentTests {
    @Test("what is explicit wins over the service, the service over variables, and these over the defaults")
    func precedence() throws {
        let folder = try TemporaryFolder()
        let service = try folder.write("[s]\nport=2\nuser=service\ndbname=service\n", to: "services")
        let environment = [
            "PGSERVICEFILE": service, "PGPORT": "3", "PGUSER": "variable", "PGDATABASE": "variable",
            "PGAPPNAME": "variable", "PGSERVICE": "s",
        ]
        for string in ["dbname=explicit", "postgres:///explicit"] {
            let configuration = try PGConfiguration(connectionString: string, environment: environment)
            #expect(configuration.database == "explicit")
            #expect(configuration.user == "service")
            #expect(configuration.applicationName == "variable")
            #expect(configuration.host == .tcp(host: "localhost", port: 2))
        }
        let other = try folder.write("[t]\nport=9\n", to: "others")
        let explicit = try PGConfiguration(
            connectionString: "service=t", environment: environment.merging(["PGSERVICEFILE": other]) { $1 })
        #expect(explicit.host == .tcp(host: "localhost", port: 9))
        #expect(explicit.user == "variable")
    }

    @Test("every variable is read")
    func variables() throws {
        let configuration = try PGConfiguration.fromEnvironment([
            "PGHOST": "a,b", "PGHOSTADDR": "127.0.0.1,::1", "PGPORT": "7", "PGDATABASE": "d", "PGUSER": "u",
            "PGPASSWORD": "p", "PGOPTIONS": "-c geqo=off", "PGAPPNAME": "n", "PGSSLMODE": "verify-full",
            "PGSSLNEGOTIATION": "direct", "PGSSLROOTCERT": "/r", "PGSSLCERT": "/c", "PGSSLKEY": "/k",
            "PGSSLCERTMODE": "disable", "PGSSLCRL": "/l", "PGSSLCRLDIR": "/d", "PGSSLSNI": "0",
            "PGSSLMINPROTOCOLVERSION": "TLSv1.1", "PGSSLMAXPROTOCOLVERSION": "TLSv1.2", "PGREQUIREAUTH": "md5",
            "PGCHANNELBINDING": "disable", "PGCONNECT_TIMEOUT": "5", "PGTARGETSESSIONATTRS": "standby",
            "PGLOADBALANCEHOSTS": "random", "PGMINPROTOCOLVERSION": "3.2", "PGMAXPROTOCOLVERSION": "3.2",
            "PGCLIENTENCODING": "UTF8", "PGREQUIREPEER": "postgres", "PGGSSENCMODE": "disable", "PGTZ": "Europe/Rome",
            "PGGEQO": "off", "PGDATESTYLE": "German", "PGKRBSRVNAME": "ignored", "PGSSLCOMPRESSION": "1",
        ])
        #expect(configuration.hosts.map(\.numericAddress) == ["127.0.0.1", "::1"])
        #expect(configuration.hosts.map(\.address) == [.tcp(host: "a", port: 7), .tcp(host: "b", port: 7)])
        #expect(configuration.database == "d")
        #expect(configuration.user == "u")
        #expect(configuration.password == "p")
        #expect(configuration.options == "-c geqo=off")
        #expect(configuration.applicationName == "n")
        #expect(configuration.tls.mode == .verifyFull)
        #expect(configuration.tls.negotiation == .direct)
        #expect(configuration.tls.rootCertificate == "/r")
        #expect(configuration.tls.certificate == "/c")
        #expect(configuration.tls.key == "/k")
        #expect(configuration.tls.certificateMode == .disable)
        #expect(configuration.tls.revocationList == "/l")
        #expect(configuration.tls.revocationDirectory == "/d")
        #expect(!configuration.tls.sendsServerName)
        #expect(configuration.tls.minimumVersion == .tls1_1)
        #expect(configuration.tls.maximumVersion == .tls1_2)
        #expect(configuration.authentication.methods == [.md5])
        #expect(configuration.authentication.channelBinding == .disable)
        #expect(configuration.connectTimeout == .seconds(5))
        #expect(configuration.targetSession == .standby)
        #expect(configuration.loadBalancing == .random)
        #expect(configuration.protocolVersions == .v3_2 ... .v3_2)
        #expect(configuration.requiredPeer == "postgres")
        #expect(configuration.settings == ["TimeZone": "Europe/Rome", "geqo": "off"])
    }

    @Test("a variable that is wrong is named, and its value is not quoted")
    func refusals() {
        for (variable, value) in [
            ("PGPORT", "hunter2"), ("PGSSLMODE", "hunter2"), ("PGCLIENTENCODING", "hunter2"),
            ("PGGSSENCMODE", "require"),
            ("PGREQUIREAUTH", "hunter2"), ("PGHOST", "hunter 2"),
        ] {
            let error = #expect(throws: PGError.self) { try PGConfiguration.fromEnvironment([variable: value]) }
            #expect(error?.message.hasPrefix("The environment variable \(variable)") == true)
            #expect(error?.message.contains("hunter") == false)
        }
    }

    @Test("an empty variable is as one that is not there")
    func empty() throws {
        let configuration = try PGConfiguration.fromEnvironment([
            "PGUSER": "u", "PGHOST": "", "PGPORT": "", "PGSSLMODE": "", "PGSERVICE": "", "PGCONNECT_TIMEOUT": "",
            "HOME": "",
        ])
        #expect(configuration.host == .tcp(host: "localhost", port: 5432))
        #expect(configuration.tls.mode == .prefer)
    }

    @Test("an empty value in the string keeps a variable away")
    func emptyValue() throws {
        let configuration = try PGConfiguration(
            connectionString: "user=u host='' dbname=", environment: ["PGHOST": "h", "PGDATABASE": "d"])
        #expect(configuration.host == .tcp(host: "localhost", port: 5432))
        #expect(configuration.database == "u")
    }

    @Test("PGREQUIRESSL asks for TLS where nothing newer says what to do")
    func requireSSL() throws {
        #expect(try PGConfiguration.fromEnvironment(["PGREQUIRESSL": "1"]).tls.mode == .require)
        #expect(try PGConfiguration.fromEnvironment(["PGREQUIRESSL": "0"]).tls.mode == .prefer)
        let both = try PGConfiguration.fromEnvironment(["PGREQUIRESSL": "1", "PGSSLMODE": "disable"])
        #expect(both.tls.mode == .disable)
    }

    @Test("without an environment nothing of the process's is read, and with it, its home is known")
    func process() throws {
        let names = Set(ConnectionKeyword.allCases.compactMap(\.variable))
        #expect(names.count == ConnectionKeyword.allCases.count - 7)
        #expect(names.allSatisfy { ConnectionEnvironment.variables.contains($0) })
        #expect(PGConfiguration.processEnvironment["HOME"]?.isEmpty == false)
        #expect(ProcessEnvironment.values(of: ["PGWIRE_NO_SUCH_VARIABLE"])["PGWIRE_NO_SUCH_VARIABLE"] == nil)
    }
}
