import PGWire
import Testing

struct KeywordValueStringTests {
    private func read(_ string: String) throws -> PGConfiguration { try PGConfiguration(connectionString: string) }

    @Test("every keyword arrives")
    func keywords() throws {
        let configuration = try read(
            """
            host=a,b hostaddr=127.0.0.1,::1 port=1,2 dbname=d user=u password=p connect_timeout=7 client_encoding=utf-8
            options='-c geqo=off' application_name=n keepalives=0 keepalives_idle=1 keepalives_interval=2
            keepalives_count=3 tcp_user_timeout=4 target_session_attrs=prefer-standby load_balance_hosts=random
            sslmode=verify-full sslnegotiation=direct sslrootcert=/r sslcert=/c sslkey=/k sslpassword=s sslcrl=/l
            sslcrldir=/d sslsni=0 sslcertmode=require ssl_min_protocol_version=tlsv1.1
            ssl_max_protocol_version=TLSv1.3 channel_binding=require require_auth=scram-sha-256,gss
            min_protocol_version=3.0 max_protocol_version=latest requirepeer=postgres gssencmode=prefer
            """)
        #expect(
            configuration.hosts == [
                PGHost(.tcp(host: "a", port: 1), numericAddress: "127.0.0.1"),
                PGHost(.tcp(host: "b", port: 2), numericAddress: "::1"),
            ])
        #expect(configuration.database == "d")
        #expect(configuration.user == "u")
        #expect(configuration.password == "p")
        #expect(configuration.connectTimeout == .seconds(7))
        #expect(configuration.options == "-c geqo=off")
        #expect(configuration.applicationName == "n")
        #expect(!configuration.tcp.keepsAlive)
        #expect(configuration.tcp.keepAliveIdle == .seconds(1))
        #expect(configuration.tcp.keepAliveInterval == .seconds(2))
        #expect(configuration.tcp.keepAliveCount == 3)
        #expect(configuration.tcp.userTimeout == .milliseconds(4))
        #expect(configuration.targetSession == .preferStandby)
        #expect(configuration.loadBalancing == .random)
        #expect(configuration.tls.mode == .verifyFull)
        #expect(configuration.tls.negotiation == .direct)
        #expect(configuration.tls.rootCertificate == "/r")
        #expect(configuration.tls.certificate == "/c")
        #expect(configuration.tls.key == "/k")
        #expect(configuration.tls.keyPassword == "s")
        #expect(configuration.tls.revocationList == "/l")
        #expect(configuration.tls.revocationDirectory == "/d")
        #expect(!configuration.tls.sendsServerName)
        #expect(configuration.tls.certificateMode == .require)
        #expect(configuration.tls.minimumVersion == .tls1_1)
        #expect(configuration.tls.maximumVersion == .tls1_3)
        #expect(configuration.authentication.channelBinding == .require)
        #expect(configuration.authentication.methods == [.scramSHA256])
        #expect(configuration.protocolVersions == .v3_0 ... .v3_2)
        #expect(configuration.requiredPeer == "postgres")
    }

    @Test("an empty string has the defaults")
    func defaults() throws {
        let configuration = try read(" user=u ")
        #expect(configuration.hosts == [PGHost(.tcp(host: "localhost", port: 5432))])
        #expect(configuration.database == "u")
        #expect(configuration.tls == PGTLSConfiguration())
        #expect(configuration.tcp == PGTCPConfiguration())
        #expect(configuration.authentication == PGAuthenticationPolicy())
        #expect(configuration.protocolVersions == .v3_0 ... .v3_0)
        #expect(configuration.targetSession == .any)
        #expect(configuration.loadBalancing == .disable)
        #expect(configuration.password == nil)
        #expect(try !read("").user.isEmpty)
    }

    @Test(
        "quotes and backslashes give every value",
        arguments: [
            ("password=p", "p"), ("password = p", "p"), ("password='p'", "p"), ("password='a b'", "a b"),
            (#"password='a\'b'"#, "a'b"), (#"password='a\\b'"#, #"a\b"#), (#"password=a\ b"#, "a b"),
            (#"password=a\'b"#, "a'b"), (#"password=a\\b"#, #"a\b"#), ("password=a'b", "a'b"),
            ("password='a=b'", "a=b"),
            ("password=a=b", "a=b"), ("password= a=b", "a=b"), ("password= port", "port"),
            ("password=user=b", "user=b"), ("password='p'dbname=d", "p"), (#"password=p\"#, "p"), ("password='é'", "é"),
            ("\t\n password\u{0B}=\u{0C}p\r\n", "p"), ("password=a password=b", "b"),
        ])
    func values(string: String, password: String) throws {
        #expect(try read("user=u " + string).password == password)
    }

    @Test("an empty value is none")
    func empty() throws {
        #expect(try read("user=u password='' dbname='' options=").password == nil)
        #expect(try read("user=u dbname='' host=h host=").host == .tcp(host: "localhost", port: 5432))
        #expect(try read("user=u host=h dbname=").database == "u")
    }

    @Test("a URL is read too")
    func url() throws {
        #expect(try read("postgresql://u:p@h:1/d?sslmode=require").host == .tcp(host: "h", port: 1))
    }

    @Test(
        "what is wrong is named, and nothing else is quoted",
        arguments: [
            ("host= password=hunter2", "written ''"), ("user=\tpassword=hunter2", "written ''"),
            ("host=password=hunter2", "character"), ("user", "not followed by ="),
            ("user=u hunter2", "not followed by ="), ("password=a hunter2", "single quotes"),
            ("password='hunter2", "not closed"), (#"password='hunter2\'"#, "not closed"), ("=hunter2", "no word"),
            ("pass word=hunter2", "not followed by ="), ("user=u password=hunter2 hostname=h", "hostname"),
            ("HOST=hunter2", "HOST"), ("user=u password=hunter2\0", "zero byte"),
            ("postgres:/u:hunter2@h", "not followed"),
            ("krbsrvname=hunter2", "krbsrvname"), ("gsslib=hunter2", "gsslib"), ("gssdelegation=1", "gssdelegation"),
            ("sslcompression=1", "sslcompression"), ("replication=database", "replication"),
            ("sslkeylogfile=hunter2", "sslkeylogfile"), ("oauth_client_secret=hunter2", "oauth_client_secret"),
            ("scram_client_key=hunter2", "scram_client_key"), ("gssencmode=require", "gssencmode=require"),
            ("gssencmode=maybe", "gssencmode"), ("client_encoding=LATIN1", "client_encoding"),
            ("sslsni=2", "sslsni"), ("keepalives=x", "keepalives"), ("keepalives_idle=1.5", "keepalives_idle"),
            ("keepalives_count=128", "keepalives_count"), ("tcp_user_timeout=x", "tcp_user_timeout"),
            ("target_session_attrs=master", "target_session_attrs"), ("load_balance_hosts=yes", "load_balance_hosts"),
            ("sslmode=required", "sslmode"), ("sslnegotiation=direct", "sslnegotiation=direct"),
            ("sslnegotiation=yes", "sslnegotiation"), ("sslrootcert=system sslmode=require", "sslrootcert=system"),
            ("sslcertmode=yes", "sslcertmode"), ("ssl_min_protocol_version=SSLv3", "ssl_min_protocol_version"),
            ("ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2", "above"),
            ("channel_binding=yes", "channel_binding"), ("require_auth=hunter2", "names of methods"),
            ("require_auth=md5,!password", "mixes"), ("require_auth=!password,md5", "mixes"),
            ("require_auth=md5,md5", "md5 twice"), ("require_auth=!md5,!md5", "md5 twice"),
            ("require_auth=md5,", "names of methods"), ("require_auth=gss", "no method"),
            ("require_auth=!none,!password,!md5,!scram-sha-256", "no method"),
            ("min_protocol_version=3.2 max_protocol_version=3.0", "above"), ("max_protocol_version=3.1", "none of 3.0"),
            ("min_protocol_version=", "none of 3.0"), ("host=a,b hostaddr=::1", "2 names of hosts do not match 1"),
            ("hostaddr=hunter2/24", "character"), ("host=a,b port=1,2,3", "3 ports do not match 2 hosts"),
        ])
    func refusals(string: String, reason: String) {
        let error = #expect(throws: PGError.self) { try read(string) }
        #expect(error?.code == .configuration)
        #expect(error?.retry == .pointless)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        var text = "\(String(describing: error))"
        dump(error, to: &text)
        #expect(!text.contains("hunter2"))
    }

    @Test(
        "what asks for nothing that is not there is passed over",
        arguments: [
            "gssencmode=disable", "gssencmode=prefer", "krbsrvname=", "gssdelegation=0", "sslcompression=0",
            "replication=false", "sslkeylogfile=''", "client_encoding=auto", "client_encoding=UTF8", "client_encoding=",
            "client_encoding=Unicode", "fallback_application_name=x", "sslsni=1", "ssl_max_protocol_version=''",
        ])
    func harmless(string: String) throws {
        #expect(try read("user=u " + string).user == "u")
    }

    @Test(
        "require_auth lists what is accepted, or what is not",
        arguments: [
            ("none", [PGAuthenticationPolicy.Method.none]), ("password,md5", [.password, .md5]),
            ("scram-sha-256,gss,sspi,oauth", [.scramSHA256]), ("!password", [.none, .md5, .scramSHA256]),
            ("!none,!gss", [.password, .md5, .scramSHA256]), ("!sspi", [.none, .password, .md5, .scramSHA256]),
            ("", [.none, .password, .md5, .scramSHA256]),
        ])
    func requireAuth(list: String, methods: [PGAuthenticationPolicy.Method]) throws {
        #expect(try read("user=u require_auth='\(list)'").authentication.methods == Set(methods))
    }

    @Test(
        "the versions of the protocol are a range with libpq's defaults",
        arguments: [
            ("", PGProtocolVersion.v3_0, PGProtocolVersion.v3_0), ("max_protocol_version=3.0", .v3_0, .v3_0),
            ("max_protocol_version=3.2", .v3_0, .v3_2), ("max_protocol_version=latest", .v3_0, .v3_2),
            ("min_protocol_version=3.2", .v3_2, .v3_2), ("min_protocol_version=latest", .v3_2, .v3_2),
        ])
    func protocolVersions(string: String, least: PGProtocolVersion, most: PGProtocolVersion) throws {
        #expect(try read("user=u \(string)").protocolVersions == least...most)
    }

    @Test("the fallback name of the application counts where none is given")
    func applicationName() throws {
        #expect(try read("user=u fallback_application_name=f").applicationName == "f")
        #expect(try read("user=u fallback_application_name=f application_name=a").applicationName == "a")
        #expect(try read("user=u fallback_application_name=f application_name=").applicationName == nil)
    }

    @Test("the system's authorities are trusted for the host's name alone")
    func systemRoots() throws {
        let configuration = try read("user=u sslrootcert=system")
        #expect(configuration.tls.mode == .verifyFull)
    }

    @Test("numbers of keepalives that are not above zero leave the system's")
    func keepalives() throws {
        let tcp = try read(
            "user=u keepalives=2 keepalives_idle=0 keepalives_interval=-1 keepalives_count=0 tcp_user_timeout=-7"
        ).tcp
        #expect(tcp == PGTCPConfiguration())
    }

    @Test("a numeric address stands for a name, also where there is none")
    func numericAddresses() throws {
        #expect(
            try read("user=u hostaddr=127.0.0.1 port=7").hosts
                == [PGHost(.tcp(host: "127.0.0.1", port: 7), numericAddress: "127.0.0.1")])
        #expect(
            try read("user=u host=a,/tmp,c hostaddr=::1,::2,").hosts == [
                PGHost(.tcp(host: "a", port: 5432), numericAddress: "::1"),
                PGHost(.tcp(host: "::2", port: 5432), numericAddress: "::2"), PGHost(.tcp(host: "c", port: 5432)),
            ])
    }

    @Test("no beginning of a string, and no change of one byte, makes the parser trap")
    func mutations() {
        let string = Array(
            #"host=a,b hostaddr=::1,::2 port='1,2' user=u\ v require_auth=!md5,!none sslmode=allow"#.utf8)
        var accepted = 0
        func attempt(_ bytes: some Collection<UInt8>) {
            if (try? read(String(decoding: bytes, as: UTF8.self))) != nil { accepted += 1 }
        }
        for length in 0...string.count { attempt(string[..<length]) }
        for index in string.indices {
            for byte in "\0'\\=, !:/@0g".utf8 {
                var changed = string
                changed[index] = byte
                attempt(changed)
            }
        }
        #expect(accepted > 0)
    }

    @Test("a string has a length that no one needs to exceed")
    func length() throws {
        let password = String(repeating: "x", count: 60_000)
        #expect(try read("user=u password=\(password)").password == password)
        #expect(throws: PGError.self) { try read("password=\(password)\(password)") }
        let hosts = Array(repeating: "h", count: 129).joined(separator: ",")
        #expect(throws: PGError.self) { try read("user=u host=\(hosts)") }
    }
}
